"""Reader of schemas that need no other component schema into shapes (`schema`); `components` reads the others.

The schemas have passed lint, so there are no error paths here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskclients_core.json_pointer import unescape

from .schema import (
    FORMATS,
    MISSING,
    Anything,
    Array,
    Const,
    Discriminator,
    Enumeration,
    Map,
    Nullable,
    Ref,
    Scalar,
    Shape,
    Union,
)

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_PREFIX = "#/components/schemas/"


def shape(node: Any) -> Shape:
    """Return the shape of an inline schema."""
    if not isinstance(node, Mapping):
        return Anything()
    if "$ref" in node:
        return Ref(reference(node))
    if "const" in node:
        return Const(node["const"])
    if "allOf" in node:  # inline, it has one part
        return shape(node["allOf"][0])
    for keyword in ("oneOf", "anyOf"):
        if keyword in node:
            return _union(node[keyword], node.get("discriminator"))
    types = node.get("type", [])
    if isinstance(types, list):
        return _several(node, types)
    return _typed(node, types)


def default(node: Any) -> Any:
    """Return the default of a schema, or MISSING."""
    return node.get("default", MISSING) if isinstance(node, Mapping) else MISSING


def reference(node: Mapping[str, Any]) -> str:
    """Return the name of the component schema to which a `$ref` points."""
    name: str = node["$ref"].removeprefix(_PREFIX)
    return unescape(name)


def enumeration(node: Mapping[str, Any]) -> Enumeration:
    """Return the shape of an enum, without its null."""
    listed = [index for index, value in enumerate(node["enum"]) if value is not None]
    values = tuple(node["enum"][index] for index in listed)
    integers = all(isinstance(value, int) and not isinstance(value, bool) for value in values)

    def beside(word: str) -> tuple[str, ...]:
        return tuple(node[word][index] for index in listed) if word in node else ()

    return Enumeration(
        "integer" if integers else "string", values, beside("x-enum-varnames"), beside("x-enum-descriptions")
    )


def target(entry: str) -> str:
    """Return the name of the component schema that an entry of a discriminator's `mapping` means."""
    return unescape(entry.removeprefix(_PREFIX)) if entry.startswith(_PREFIX) else entry


def _several(node: Mapping[str, Any], types: list[str]) -> Shape:
    if not types:
        return _typed(node, "object") if "additionalProperties" in node else Anything()
    members = tuple(_typed(node, each) for each in types if each != "null")
    one: Shape = members[0] if len(members) == 1 else Union(members) if members else Const(None)
    return Nullable(one) if "null" in types and members else one


def _typed(node: Mapping[str, Any], type_: str) -> Shape:
    if type_ in _SCALARS:
        return Scalar(type_, _format(node) if type_ != "boolean" else "")
    if type_ == "array":
        return Array(shape(node.get("items")))
    if type_ == "null":
        return Const(None)
    values = node.get("additionalProperties")
    return Map(shape(values) if isinstance(values, Mapping) else Anything())


def _format(node: Mapping[str, Any]) -> str:
    name: str = node.get("format", "")
    if name not in FORMATS:
        return ""
    return f"{name}-ms" if node.get("x-milliseconds") else name


def _union(members: list[Any], discriminator: Mapping[str, Any] | None) -> Shape:
    shapes = [shape(each) for each in members]
    nullable = any(each == Const(None) for each in shapes)
    rest = tuple(each.of if isinstance(each, Nullable) else each for each in shapes if each != Const(None))
    nullable = nullable or any(isinstance(each, Nullable) for each in shapes)
    one: Shape = rest[0] if len(rest) == 1 else Union(rest, _discriminator(rest, discriminator))
    return Nullable(one) if nullable else one


def _discriminator(members: tuple[Shape, ...], node: Mapping[str, Any] | None) -> Discriminator | None:
    if node is None:
        return None
    explicit = {value: target(entry) for value, entry in node.get("mapping", {}).items()}
    # A member without a mapping entry is selected by the name of its schema.
    implicit = {
        each.name: each.name for each in members if isinstance(each, Ref) and each.name not in explicit.values()
    }
    return Discriminator(node["propertyName"], tuple((explicit | implicit).items()))
