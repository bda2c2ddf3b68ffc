"""Check of raw bytes (`format: binary`) where no bytes can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..diagnostics import Problem
from ..spec.model import ROW_TYPES, ContentKind, content_kind
from ..spec.yaml_document import Document
from .shapes import members, plain
from .walk import Node, nodes, report, resolve

MISPLACED_BINARY: Final = "misplaced-binary"

_PARTS: Final = ("items", "additionalProperties")
_LISTS: Final = ("prefixItems", "oneOf", "anyOf", "allOf")


def check_misplaced_binary(document: Document) -> Iterator[Problem]:
    """Raw bytes are inside JSON, a table, a form or a parameter, or have a default.

    `format: binary` is bytes as they are. Only a whole body, and a part of a multipart form, can be that.

    Write `format: byte` for base64 text, or send the bytes as `multipart/form-data` or as a body of their own.
    """
    seen: set[str] = set()
    for root in _roots(document):
        for schema in _binary(document, root, seen):
            message = "format: binary is raw bytes, which cannot be sent or received here"
            hint = "write format: byte for base64 text, or a body of multipart/form-data or application/octet-stream"
            yield report(document, MISPLACED_BINARY, schema.at("format"), message, hint)
    for schema in nodes(document, "schema"):
        whole = resolve(document, schema)
        if "default" in schema.data and whole is not None and whole.data.get("format") == "binary":
            message = "raw bytes have no default"
            hint = "remove the default, and state it in the description"
            yield report(document, MISPLACED_BINARY, schema.at("default"), message, hint)


def _roots(document: Document) -> Iterator[Node]:
    """Yield the schemas of what is not raw bytes as a whole."""
    for node in nodes(document, "parameter", "header", "media-type"):
        schema = node.child("schema", "schema")
        if schema is None:
            continue
        kind = content_kind(node.key) if node.kind == "media-type" else ContentKind.JSON
        if kind is ContentKind.MULTIPART:
            yield from _inside_parts(document, schema)
        elif kind in (ContentKind.JSON, ContentKind.FORM) or node.key in ROW_TYPES:
            yield schema


def _inside_parts(document: Document, schema: Node) -> Iterator[Node]:
    """Yield the schemas inside the parts of a multipart form. A part, or each item of one, may be raw bytes."""
    for member in members(document, schema).values():
        whole = plain(document, member.node)
        items = whole.child("schema", "items") if whole else None
        part = plain(document, items) if items else whole
        if part is not None and part.data.get("format") != "binary":
            yield part


def _binary(document: Document, root: Node, seen: set[str]) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        schema = resolve(document, waiting.pop())
        if schema is None or schema.pointer in seen:
            continue
        seen.add(schema.pointer)
        if schema.data.get("format") == "binary":
            yield schema
        waiting += [each for word in _PARTS if (each := schema.child("schema", word)) is not None]
        waiting += [each for word in (*_LISTS, "properties") for each in schema.children("schema", word)]
