"""Checks of media types of bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import escape
from taskclients_core.request.styles import STYLES

from ..diagnostics import Problem
from ..spec.model import ROW_TYPES, ContentKind, content_kind, is_json
from ..spec.reader import STYLE_WORDS
from ..spec.yaml_document import Document
from .shapes import OBJECT, TEXT, kinds, members, plain
from .values import nearest, preview
from .walk import Node, nodes, report, resolve

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
            used = next((each for each in contents if is_json(each.key)), contents[0])
            if not _MEDIA_TYPE.fullmatch(content.key):
                message = f"'{content.key}' is not a media type"
                hint = "write a media type, such as application/json, or a range, such as */*"
                yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
            elif content is used:
                yield from _content(document, holder, content)
            elif content.data.get("schema") == used.data.get("schema"):
                yield from _table(document, holder, content, used)
            elif holder.kind == "response":
                message = f"the response has another schema than in {used.key}"
                hint = f"write the schema of {used.key}, or remove {content.key}"
                yield report(document, UNSUPPORTED_MEDIA_TYPE, content.pointer, message, hint)
            else:
                yield from _content(document, holder, content)


def _content(document: Document, holder: Node, content: Node) -> Iterator[Problem]:
    found = content_kind(content.key)
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


def _table(document: Document, holder: Node, content: Node, used: Node) -> Iterator[Problem]:
    if holder.kind != "response" or content.key != "text/csv" or content_kind(used.key) is not ContentKind.JSON:
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
            fits, hint = schema is not None, "write schema: {$ref: '#/components/schemas/<Name>'}"
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


ENCODING: Final = "encoding"


def check_encoding(document: Document) -> Iterator[Problem]:
    """The `encoding` of a member does not fit the body or the member.

    It says how a member of a form or a multipart body is written: in a style of query parameters (forms only), or in a
    media type and with headers of its own (multipart only). Ignoring a part of it would send what the server cannot
    read.

    Write `encoding: {expand: {style: deepObject, explode: true}}` in `application/x-www-form-urlencoded`, for
    `expand[]=a` and `expand[key]=a`. Write `encoding: {file: {contentType: image/png}}` in `multipart/form-data`.
    Callers pass headers of a part with `Upload(…, headers={…})`, so the headers of other members need a `const`.
    """
    for content in nodes(document, "media-type"):
        found = content_kind(content.key)
        for rule in content.children("encoding", "encoding"):
            for pointer, message, hint in _encoding(document, content, found, rule):
                yield report(document, ENCODING, rule.pointer + pointer, f"{rule.key}: {message}", hint)


def _encoding(document: Document, content: Node, found: ContentKind, rule: Node) -> Iterator[tuple[str, str, str]]:
    if found not in (ContentKind.FORM, ContentKind.MULTIPART):
        yield "", f"{content.key} has no parts to encode", "remove encoding"
        return
    schema = content.child("schema", "schema")
    known = members(document, schema) if schema else {}
    if rule.key not in known:
        yield "", f"the body has no member '{rule.key}'", nearest(rule.key, known, "add it to the schema")
        return
    member = known[rule.key].node
    item = plain(document, member)
    item = item.child("schema", "items") if item and kinds(document, member) - {"null"} == {"array"} else member
    inner = plain(document, item)
    nested = bool(kinds(document, item) & {"object", "array"})
    binary = inner is not None and inner.data.get("format") == "binary"
    styled = [word for word in sorted(STYLE_WORDS) if word in rule.data]
    if found is ContentKind.MULTIPART and styled:
        yield f"/{styled[0]}", "a style is for application/x-www-form-urlencoded", "write contentType, or remove it"
    if found is ContentKind.FORM:
        for word in ("headers", *(["contentType"] if styled else [])):
            if word in rule.data:
                yield f"/{word}", f"{word} has no meaning here", "remove it"
    style = rule.data.get("style", "form")
    wanted = STYLES[style].only if style in STYLES else frozenset()
    if styled and wanted and not wanted & kinds(document, member):
        yield "/style", f"style {style} needs type: {' or '.join(sorted(wanted))}", "remove style"
    elif style == "deepObject" and rule.data.get("explode", True) is not True:
        yield "/explode", "style deepObject does not support explode: false", "write explode: true"
    elif styled and nested and style != "deepObject":
        yield "", "no style but deepObject supports nested lists or objects", "write style: deepObject, explode: true"
    declared = rule.data.get("contentType")
    for media_type in declared.split(",") if isinstance(declared, str) else ():
        if not _MEDIA_TYPE.fullmatch(media_type.strip()):
            yield "/contentType", f"{preview(media_type)} is not a media type", "write a media type, such as image/png"
        elif nested and not styled and content_kind(media_type.strip()) is not ContentKind.JSON:
            message = f"an object or a list cannot be sent as {media_type.strip()}"
            yield "/contentType", message, "write contentType: application/json, or format: binary"
    for header in rule.children("header", "headers"):
        whole = resolve(document, header)
        value = plain(document, whole.child("schema", "schema")) if whole else None
        if header.key.lower().startswith("content-"):
            yield f"/headers/{escape(header.key)}", f"the client sets {header.key}", "write contentType, or remove it"
        elif not binary and not (value and value.data.keys() & {"const", "default"}):
            message = f"callers cannot set {header.key}, because the part is not a file"
            yield (
                f"/headers/{escape(header.key)}",
                message,
                "write const in its schema, or format: binary on the member",
            )
