"""Checks of media types of bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..diagnostics import Problem
from ..spec.model import ROW_TYPES, ContentKind, content_kind
from ..spec.yaml_document import Document
from .shapes import OBJECT, TEXT, kinds, plain
from .walk import Node, nodes, report

# The grammar of RFC 9110, 8.3.1 and of media ranges (12.5.1).
_MEDIA_TYPE: Final = re.compile(r"(\*/\*|[\w!#$&^.+-]+/[\w!#$&^.+*-]+)(\s*;.*)?", re.ASCII)


UNSUPPORTED_MEDIA_TYPE: Final = "unsupported-media-type"


def check_unsupported_media_type(document: Document) -> Iterator[Problem]:
    """A body has a media type, or a combination of media types, that the generator does not support.

    JSON is decoded into models, text into `str` or the scalar of its schema, everything else (images, XML, `*/*`) into
    `bytes`, and the docstring names the schema; forms can be sent only. Clients use JSON, or else the first media type.
    Further ones with an equal schema are accepted if they are of the same kind. Callers can choose `text/csv`,
    `text/jsonl` and `text/jsv` beside JSON, which are decoded into the same models. `text/csv` needs rows: an object,
    or an array of objects. A response with different schemas per media type is not supported, because its type would
    depend on a choice of the caller.

    Write `application/json` (or `…+json`) with a schema; `application/x-www-form-urlencoded` or `multipart/form-data`
    with an object (requests only); `text/…` with a scalar; any other with any schema, or none.
    """
    for holder in nodes(document, "request-body", "response"):
        contents = list(holder.children("media-type", "content"))
        for content in contents:
            if content is contents[0]:
                yield from _content(document, holder, content)
            elif content.data.get("schema") == contents[0].data.get("schema"):
                yield from _table(document, holder, content, contents[0])
            elif holder.kind == "response":
                message = "the response has another schema than the first media type"
                hint = f"write the schema of {contents[0].key}, or remove {content.key}"
                yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
            else:
                yield from _content(document, holder, content)


def _content(document: Document, holder: Node, content: Node) -> Iterator[Problem]:
    if not _MEDIA_TYPE.fullmatch(content.key):
        hint = "write a media type, such as application/json, or a range, such as */*"
        yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, f"'{content.key}' is not a media type", hint)
        return
    found = content_kind(content.key)
    if "encoding" in content.data:
        where = content.at("encoding")
        yield report(
            document,
            UNSUPPORTED_MEDIA_TYPE,
            where,
            "encoding is not supported",
            "remove it, and describe the parts in the description",
        )
    if found in (ContentKind.FORM, ContentKind.MULTIPART) and holder.kind == "response":
        yield report(
            document,
            UNSUPPORTED_MEDIA_TYPE,
            content.pointer,
            f"a response that is {found.value} is not supported",
            "remove it",
        )
        return
    yield from _schema(document, holder, content)


def _table(document: Document, holder: Node, content: Node, first: Node) -> Iterator[Problem]:
    if holder.kind != "response" or content.key != "text/csv" or content_kind(first.key) is not ContentKind.JSON:
        return
    schema = content.child("schema", "schema")
    whole = plain(document, schema)
    rows = whole.child("schema", "items") if whole and kinds(document, schema) - {"null"} == {"array"} else schema
    if kinds(document, rows) - {"null"} != OBJECT:
        hint = "remove text/csv, or write schema: {type: array, items: {$ref: '#/components/schemas/<Name>'}}"
        yield report(
            document, UNSUPPORTED_MEDIA_TYPE, content.pointer, "text/csv needs an object or an array of objects", hint
        )


def _schema(document: Document, holder: Node, content: Node) -> Iterator[Problem]:
    found = content_kind(content.key)
    schema = content.child("schema", "schema")
    types = kinds(document, schema) - {"null"}
    match found:
        case ContentKind.JSON:
            fits, hint = (
                schema is not None or content.data.get("schema") is True,
                "write schema: {$ref: '#/components/schemas/<Name>'}",
            )
        case ContentKind.FORM | ContentKind.MULTIPART:
            fits, hint = types == OBJECT, "write schema: {$ref: '#/components/schemas/<Name>'}, an object"
        case ContentKind.TEXT:
            fits, hint = schema is None or types == TEXT or content.key not in ROW_TYPES, "write schema: {type: string}"
            if holder.kind == "response":
                hint = f"{hint}, or insert application/json with the same schema before it"
        case ContentKind.BINARY:
            return
    if not fits:
        message = f"a body in {content.key} is {found.value}, which its schema contradicts"
        if schema is None:
            message = f"a body in {content.key} has no schema"
        yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
