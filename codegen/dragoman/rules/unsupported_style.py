"""A parameter is written in a style that does not fit its type.

A style says how a value becomes text; to values of other types, OpenAPI gives it no meaning.

Write `deepObject` for objects, `spaceDelimited` and `pipeDelimited` for arrays; otherwise leave `style` out. A value
that no style can carry is written as JSON: `content: {application/json: {schema: …}}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from taskclients_core.request.styles import STYLES, StyleName

from ..media_types import is_json
from ..problem import Problem
from ..source import Document
from .shapes import kinds, members, plain
from .walk import Node, nodes, report

ID: Final = "unsupported-style"

_NESTED: Final = frozenset({"array", "object"})
_AS_JSON: Final = "write content: {application/json: {schema: …}} instead of schema"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each parameter whose style is not supported."""
    for parameter in nodes(document, "parameter"):
        if parameter.ref is None:
            yield from _style(document, parameter)
            yield from _value(document, parameter)


def _style(document: Document, parameter: Node) -> Iterator[Problem]:
    style = parameter.data.get("style")
    known = STYLES.get(cast("StyleName", style)) if isinstance(style, str) else None
    wanted = known.only if known else None
    if wanted and wanted not in kinds(document, parameter.child("schema", "schema")):
        message = f"style {style} is for values of type {wanted}"
        yield report(document, ID, parameter.at("style"), message, "write another style, or leave it out")
    elif wanted and parameter.data.get("explode", wanted == "object") is not (wanted == "object"):
        message = f"style {style} cannot be exploded otherwise"
        yield report(document, ID, parameter.at("explode"), message, "leave it out: the style has one form")
    if parameter.data.get("allowEmptyValue"):
        hint = "leave it out, and say in the description what an empty value does"
        yield report(document, ID, parameter.at("allowEmptyValue"), "allowEmptyValue is not supported", hint)


def _value(document: Document, parameter: Node) -> Iterator[Problem]:
    for content in parameter.children("media-type", "content"):
        if not is_json(content.key):
            message = f"a parameter in {content.key} is not supported"
            yield report(document, ID, content.pointer, message, "write schema, or content in application/json")
    schema = plain(document, parameter.child("schema", "schema"))
    if schema is None:
        return
    inner = [schema.child("schema", "items"), schema.child("schema", "additionalProperties")]
    if "properties" in schema.data or "allOf" in schema.data:
        inner += [each.node for each in members(document, schema).values()]
    if any(kinds(document, each) & _NESTED for each in inner) and parameter.data.get("style") != "deepObject":
        message = "no style can carry a list or an object within another"
        yield report(document, ID, parameter.at("schema"), message, _AS_JSON)
