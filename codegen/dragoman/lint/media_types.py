"""Checks of media types of bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

from ..diagnostics import Problem
from ..spec.model import ROW_TYPES, is_json
from ..spec.yaml_document import Document
from .shapes import OBJECT, TEXT, kinds, plain
from .walk import Node, nodes, report

_FORM: Final = re.compile(r"(\*/\*|[\w!#$&^.+-]+/[\w!#$&^.+*-]+)(\s*;.*)?")


class ContentKind(Enum):
    """Kind of content of a body; the value is its name in messages."""

    JSON = "JSON"
    FORM = "a form"
    MULTIPART = "a multipart form"
    TEXT = "text"
    BINARY = "bytes"


def content_kind(media_type: str) -> ContentKind | None:
    """Return the kind of content of a media type; None if it is not a valid media type."""
    if not _FORM.fullmatch(media_type):
        return None
    plain = media_type.partition(";")[0].strip().lower()
    if is_json(media_type):
        return ContentKind.JSON
    if plain == "application/x-www-form-urlencoded":
        return ContentKind.FORM
    if plain == "multipart/form-data":
        return ContentKind.MULTIPART
    return ContentKind.TEXT if plain.startswith("text/") else ContentKind.BINARY


UNSUPPORTED_MEDIA_TYPE: Final = "unsupported-media-type"


def check_unsupported_media_type(document: Document) -> Iterator[Problem]:
    """A body has a media type, or a combination of media types, that the generator does not support.

    JSON is decoded into models, text into `str`, everything else into `bytes`; forms can be sent only. Clients use the
    first media type. Further ones with an equal schema are documentation, with one exception: if the first media type
    of a response is JSON, callers can choose `text/csv`, `text/jsonl` and `text/jsv`, which are decoded into the same
    models. `text/csv` needs rows: an object, or an array of objects. A response with different schemas per media type
    is not supported, because its type would depend on a choice of the caller.

    Write `application/json` (or `…+json`) with a schema; `application/x-www-form-urlencoded` or `multipart/form-data`
    with an object (requests only); `text/…` with `type: string`; any other with `type: string, format: binary`.
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
    found = content_kind(content.key)
    if found is None or (holder.kind == "request-body" and "*" in content.key):
        hint = "write a media type, such as application/json"
        message = f"'{content.key}' is not a media type"
        if found is not None:
            message = f"'{content.key}' is a media range, but a request has one media type"
        yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
        return
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
    yield from _schema(document, holder, content, found)


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


def _schema(document: Document, holder: Node, content: Node, found: ContentKind) -> Iterator[Problem]:
    schema = content.child("schema", "schema")
    types = kinds(document, schema) - {"null"}
    whole = plain(document, schema)
    match found:
        case ContentKind.JSON:
            fits, hint = (
                schema is not None or content.data.get("schema") is True,
                "write schema: {$ref: '#/components/schemas/<Name>'}",
            )
        case ContentKind.FORM | ContentKind.MULTIPART:
            fits, hint = types == OBJECT, "write schema: {$ref: '#/components/schemas/<Name>'}, an object"
        case ContentKind.TEXT:
            fits, hint = schema is None or types == TEXT, "write schema: {type: string}"
            if content.key in ROW_TYPES and holder.kind == "response":
                hint = f"{hint}, or insert application/json with the same schema before it"
        case ContentKind.BINARY:
            fits = schema is None or (whole is not None and whole.data.get("format") == "binary")
            hint = "write schema: {type: string, format: binary}, or application/json"
    if not fits:
        message = f"a body in {content.key} is {found.value}, which its schema contradicts"
        if schema is None:
            message = f"a body in {content.key} has no schema"
        yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
