"""Renderings of pages, of every reader, with the operations of which the tests write pages."""

from __future__ import annotations

from typing import Final

from attrs import evolve
from tests.unit.docs.mutations import Mutation, Rendering
from tests.unit.docs.operations import CRATES, GET, ORDER, POST, RATING
from tests.unit.docs.writers import docusaurus, openapi, postman
from tests.unit.docs.writers.servicestack import Writer

from dragoman.docs import readers
from dragoman.docs.facts import ITEMS, REQUEST, VALUES, Place, kind_of
from dragoman.docs.readers import Reader


def _reader(name: str) -> Reader:
    return next(each for each in readers.READERS if name == each.NAME)


def _no_metadata(mutation: Mutation) -> bool:
    """Return True for what no page of ServiceStack can show: bodies are classes, and a response has one status."""
    place, attribute = mutation.place, mutation.attribute
    if kind_of(place) == "body":
        is_bare = attribute == "type" and (place == Place(REQUEST) or not _has_members(mutation))
        is_own_name = attribute == "schema" and place == Place(REQUEST)
        return is_bare or is_own_name or (attribute is None and mutation.edit != "change")
    return (place.section == "path" and attribute is None) or (place.names == (ITEMS,) and attribute == "type")


def _no_tables(mutation: Mutation) -> bool:
    """Return True for what tables as Markdown cannot show either: where a second enumeration begins."""
    is_enumeration = mutation.attribute == "values" and mutation.edit == "add"
    part = mutation.operation.part(mutation.place)
    invented = part is not None and "schema" in part.stated and part.stated["schema"].value == "Invented"
    return _no_metadata(mutation) or (is_enumeration and invented)


def _has_members(mutation: Mutation) -> bool:
    return any(each.place.section == mutation.place.section and each.place.names for each in mutation.operation.parts)


def _no_rows(mutation: Mutation) -> bool:
    """Return True for what no row of Docusaurus can show: lists of lists, and lists as values of a map."""
    inner = (ITEMS, VALUES)
    return any(
        each.place.names[-1:] == (ITEMS,) and each.place.names[-2:-1] and each.place.names[-2] in inner
        for each in mutation.operation.parts
    )


def _no_elements(mutation: Mutation) -> bool:
    """Return True for what HTML cannot show either: bodies that are no objects."""
    bodies = (
        each for each in mutation.operation.parts if kind_of(each.place) == "body" or each.place.names == (ITEMS,)
    )
    kinds = (each.stated["type"].value for each in bodies)
    return _no_rows(mutation) or any(kind not in (("object",), ("array",)) for kind in kinds)


def _no_collection(mutation: Mutation) -> bool:
    """Return True for what no Postman collection shows: that there is no other part, and a second media type."""
    is_form = mutation.attribute == "mediaTypes" and mutation.place == Place(REQUEST)
    is_second = mutation.attribute == "mediaTypes" and mutation.edit == "add"
    is_bare = kind_of(mutation.place) == "member" and mutation.place.section != REQUEST
    is_shown = mutation.edit == "add" and mutation.place.section not in ("path", "cookie") and not is_bare
    return is_form or is_second or (mutation.attribute is None and not is_shown)


def _metadata(name: str, reader: str, writer: Writer) -> Rendering:
    return Rendering(name=name, reader=_reader(reader), write=writer, operations=(POST, GET), refuses=_no_metadata)


RENDERINGS: Final = (
    _metadata("JavaScript", "servicestack_js", Writer("js")),
    _metadata("JavaScript, JSV", "servicestack_js", Writer("js", has_jsv=True)),
    _metadata("JavaScript as Markdown", "servicestack_js", Writer("js", "markdown")),
    _metadata("TypeScript", "servicestack_ts", Writer("ts")),
    _metadata("TypeScript as Markdown, JSV", "servicestack_ts", Writer("ts", "markdown", has_jsv=True)),
    _metadata("glued table", "servicestack_table", Writer("table")),
    _metadata("glued table, JSV", "servicestack_table", Writer("table", has_jsv=True)),
    _metadata("table with tabs", "servicestack_table", Writer("table", "tabs")),
    evolve(
        _metadata("table as Markdown", "servicestack_table", Writer("table", "markdown")),
        refuses=_no_tables,
        has_examples=False,  # a table that is unlike the sample has no place at all
    ),
    Rendering(
        name="flat text",
        has_examples=True,
        reader=_reader("docusaurus_text"),
        write=docusaurus.writer(docusaurus.flat, "page.txt"),
        operations=(CRATES, RATING),
        refuses=_no_rows,
    ),
    Rendering(
        name="flat text, glued",
        has_examples=True,
        reader=_reader("docusaurus_text"),
        write=docusaurus.writer(docusaurus.flat, "page.txt", glued=True, bulleted=True, a_value_a_line=True),
        operations=(CRATES,),
        refuses=_no_rows,
    ),
    Rendering(
        name="flat text without examples",
        reader=_reader("docusaurus_text"),
        write=docusaurus.writer(docusaurus.flat, "page.txt", example=False),
        operations=(CRATES,),
        refuses=_no_rows,
        is_placed=False,
    ),
    Rendering(
        name="spaced text",
        reader=_reader("docusaurus_text"),
        write=docusaurus.writer(docusaurus.spaced, "page.txt"),
        operations=(CRATES, RATING),
        refuses=_no_rows,
        is_placed=False,
    ),
    Rendering(
        name="HTML",
        has_examples=True,
        reader=_reader("docusaurus_html"),
        write=docusaurus.writer(docusaurus.html, "page.html"),
        operations=(CRATES,),
        refuses=_no_elements,
    ),
    Rendering(
        name="HTML, minified",
        reader=_reader("docusaurus_html"),
        write=docusaurus.writer(docusaurus.html, "page.html", minified=True),
        operations=(CRATES,),
        refuses=_no_elements,
    ),
    Rendering(
        name="OpenAPI 3.1 as JSON",
        reader=_reader("openapi"),
        write=openapi.as_json,
        operations=(CRATES, RATING),
    ),
    Rendering(
        name="OpenAPI 3.0 as YAML",
        reader=_reader("openapi"),
        write=openapi.as_yaml,
        operations=(GET,),
    ),
    Rendering(
        name="Mintlify",
        reader=_reader("mintlify"),
        write=openapi.as_markdown,
        operations=(CRATES, RATING),
    ),
    Rendering(
        name="Postman collection",
        reader=_reader("postman"),
        write=postman.as_collection,
        operations=(ORDER,),
        refuses=_no_collection,
    ),
    Rendering(
        name="Swagger UI",
        reader=_reader("embedded"),
        write=openapi.inside("window.ui = SwaggerUIBundle({spec: {}})"),
        operations=(CRATES, RATING),
    ),
    Rendering(
        name="chunk of Docusaurus",
        reader=_reader("embedded"),
        write=openapi.as_chunk,
        operations=(GET,),
    ),
)
