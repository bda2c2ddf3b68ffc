"""A body is in a media type, or a mix of media types, that no code can be generated for.

JSON becomes models, text becomes `str`, everything else `bytes`; forms can be sent. The first media type is the one
that is used. The same content (an equal schema) in others is documentation; but of an answer whose first is JSON,
callers may choose `text/csv`, `text/jsonl` and `text/jsv` too, which are read into the same models. A table
(`text/csv`) needs rows: an object, or an array of objects. An answer with different content in different media types
would be a value of one of several types, though which one is the caller's own choice.

Write `application/json` (or `…+json`) with a schema; `application/x-www-form-urlencoded` or `multipart/form-data` with
an object (requests only); `text/…` with `type: string`; any other with `type: string, format: binary`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from ..spec import ROW_TYPES
from .media import Kind, kind
from .shapes import OBJECT, TEXT, kinds, plain
from .walk import Node, nodes, report

ID: Final = "unsupported-media-type"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each body that is not supported."""
    for holder in nodes(document, "request-body", "response"):
        contents = list(holder.children("media-type", "content"))
        for content in contents:
            if content is contents[0]:
                yield from _content(document, holder, content)
            elif content.data.get("schema") == contents[0].data.get("schema"):
                yield from _table(document, holder, content, contents[0])
            elif holder.kind == "response":
                message = "the answer has other content in another media type"
                hint = "keep the one that the client shall ask for"
                yield report(document, ID, content.pointer, message, hint)
            else:
                yield from _content(document, holder, content)


def _content(document: Document, holder: Node, content: Node) -> Iterator[Problem]:
    found = kind(content.key)
    if found is None or (holder.kind == "request-body" and "*" in content.key):
        hint = "write one media type, such as application/json"
        yield report(document, ID, content.pointer, f"'{content.key}' is no media type", hint)
        return
    if "encoding" in content.data:
        where = content.at("encoding")
        yield report(document, ID, where, "encoding is not supported", "remove it, and describe the parts in words")
    if found in (Kind.FORM, Kind.MULTIPART) and holder.kind == "response":
        yield report(document, ID, content.pointer, f"an answer that is {found.value} is not supported", "remove it")
        return
    yield from _schema(document, holder, content, found)


def _table(document: Document, holder: Node, content: Node, first: Node) -> Iterator[Problem]:
    if holder.kind != "response" or content.key != "text/csv" or kind(first.key) is not Kind.JSON:
        return
    schema = content.child("schema", "schema")
    whole = plain(document, schema)
    rows = whole.child("schema", "items") if whole and kinds(document, schema) - {"null"} == {"array"} else schema
    if kinds(document, rows) - {"null"} != OBJECT:
        hint = "leave text/csv out, or write an array of objects"
        yield report(document, ID, content.pointer, "a table in text/csv has no rows that are objects", hint)


def _schema(document: Document, holder: Node, content: Node, found: Kind) -> Iterator[Problem]:
    schema = content.child("schema", "schema")
    types = kinds(document, schema) - {"null"}
    whole = plain(document, schema)
    match found:
        case Kind.JSON:
            fits, hint = schema is not None or content.data.get("schema") is True, "write schema"
        case Kind.FORM | Kind.MULTIPART:
            fits, hint = types == OBJECT, "write a schema that is an object"
        case Kind.TEXT:
            fits, hint = schema is None or types == TEXT, "write schema: {type: string}"
            if content.key in ROW_TYPES and holder.kind == "response":
                hint = f"{hint}, or application/json before it, with the same schema"
        case Kind.BINARY:
            fits = schema is None or (whole is not None and whole.data.get("format") == "binary")
            hint = "write schema: {type: string, format: binary}, or application/json"
    if not fits:
        message = f"a body in {content.key} is {found.value}, and its schema says otherwise"
        if schema is None:
            message = f"a body in {content.key} has no schema"
        yield report(document, ID, content.pointer, message, hint)
