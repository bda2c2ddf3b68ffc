"""Static evaluation of OpenAPI runtime expressions against the declarations of an operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from taskclients_core.json_pointer import from_names
from taskclients_core.json_pointer import parse as parse_pointer
from taskclients_core.tasks.expressions import Expression, parse_expression

from ..spec.model import is_json
from ..spec.yaml_document import Document
from .shapes import at, find, kinds, near, plain
from .tasks import Start, accepting
from .values import listed, nearest
from .walk import Node, bodies, json_schema, parameters, resolve

_URL_FORMATS: Final = frozenset({"uri", "uri-reference", "iri", "iri-reference", "url"})
_URL_HEADERS: Final = frozenset({"location", "content-location", "operation-location", "azure-asyncoperation", "link"})
"""Headers whose value is a URL by their definition, in lower case."""


@frozen
class Evaluated:
    """Possible values of an expression."""

    types: frozenset[str]
    """JSON types without null; empty if the spec does not state them."""

    secret: bool = False
    """True if the value must not be stored or logged (`x-secret`, `format: password`)."""

    optional: bool = False
    """True if a request is valid without the value."""

    url: bool = False
    """True if the value is a URL."""


def evaluate(document: Document, start: Start, expression: str) -> Evaluated | tuple[str, str]:
    """Evaluate an expression on an operation that begins a task.

    Returns:
        The possible values; for an invalid expression, a message and a hint.
    """
    match parse_expression(expression):
        case Expression("response", "body", pointer):
            return _member(document, expression, _response_bodies(document, start), pointer, "response")
        case Expression("request", "body", pointer):
            return _member(document, expression, _request_bodies(document, start), pointer, "request")
        case Expression("response", "header", name):
            return _response_header(document, start, expression, name)
        case Expression("response", part):
            return (
                f"{expression}: a response has no {part}",
                "write $response.body#/<member> or $response.header.<Name>",
            )
        case Expression("request", part, name):
            return _parameter(document, start, expression, part, name)
        case _:
            return f"{expression} is not allowed here", "write an expression that begins with $request. or $response."


def _member(
    document: Document, expression: str, schemas: Iterable[Node | None], pointer: str, source: str
) -> Evaluated | tuple[str, str]:
    types: frozenset[str] = frozenset()
    secret = optional = url = False
    several = list(schemas)
    if not several or None in several:
        return (
            f"{expression}: the {source} has no JSON body",
            f"declare content: {{application/json: {{schema: …}}}} for the {source}",
        )
    for schema in several:
        found = at(document, schema, pointer)
        if found is None:
            hint = nearest(pointer, near(document, schema, pointer), "write the pointer of a member of the schema")
            return f"{expression}: the schema has no member at {pointer}", hint
        types |= kinds(document, found) - {"null"}
        target = plain(document, found)
        secret = secret or any(_is_secret(each) for each in (found, target) if each)
        url = url or any(_is_url(each) for each in (found, target) if each)
        optional = optional or (source == "request" and not _is_required(document, schema, pointer))
    return Evaluated(types, secret, optional, url)


def _is_required(document: Document, schema: Node | None, pointer: str) -> bool:
    """Return True if every member on the path to a value is required."""
    names = parse_pointer(pointer)
    prefixes = (from_names(names[:end]) for end in range(1, len(names) + 1))
    found = [find(document, schema, prefix) for prefix in prefixes]
    return all(member is not None and member.required for member in found)


def _is_secret(schema: Node) -> bool:
    return schema.data.get("x-secret") is True or schema.data.get("format") == "password"


def _is_url(schema: Node) -> bool:
    return schema.data.get("format") in _URL_FORMATS


def _response_bodies(document: Document, start: Start) -> Iterator[Node | None]:
    return (json_schema(response) for response in accepting(document, start))


def _request_bodies(document: Document, start: Start) -> Iterator[Node | None]:
    for content in bodies(document, start.operation):
        yield content.child("schema", "schema") if is_json(content.key) else None


def _response_header(document: Document, start: Start, expression: str, name: str) -> Evaluated | tuple[str, str]:
    types: frozenset[str] = frozenset()
    url = name.lower() in _URL_HEADERS
    for response in accepting(document, start):
        headers = list(response.children("header", "headers"))
        header = next((resolve(document, each) for each in headers if each.key.lower() == name.lower()), None)
        if header is None:
            hint = nearest(
                name,
                (each.key for each in headers),
                f"declare headers: {{{name}: {{schema: {{type: string}}}}}} in the response",
            )
            return f"{expression}: the response declares no header '{name}'", hint
        schema = plain(document, header.child("schema", "schema"))
        types |= kinds(document, schema) - {"null"}
        url = url or bool(schema and _is_url(schema))
    return Evaluated(types, url=url)


def _parameter(document: Document, start: Start, expression: str, place: str, name: str) -> Evaluated | tuple[str, str]:
    known = {
        str(each.data.get("name")): each
        for _, each in parameters(document, start.operation)
        if each.data.get("in") == place
    }
    # Names of headers are case-insensitive.
    matching = [each for each in known if each == name or (place == "header" and each.lower() == name.lower())]
    if not matching:
        hint = nearest(name, known, f"write {listed(known)}" if known else "remove it")
        return f"{expression}: {start.operation.id} has no {place} parameter '{name}'", hint
    found = known[matching[0]]
    if found.data.get("x-client-parameter"):
        return (
            f"{expression}: '{name}' is set once on the client (x-client-parameter)",
            "write a parameter that is passed with each call",
        )
    schema = plain(document, found.child("schema", "schema"))
    secret = found.data.get("x-secret") is True or bool(schema and _is_secret(schema))
    required = place == "path" or found.data.get("required") is True
    url = bool(schema and _is_url(schema))
    return Evaluated(kinds(document, schema) - {"null"}, secret, optional=not required, url=url)
