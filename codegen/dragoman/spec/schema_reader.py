"""Reader of schemas that need no other component schema into shapes (`schema`); `components` reads the others.

The schemas have passed lint, so there are no error paths here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from taskclients_core.json_pointer import unescape

from .formats import FORMATS
from .keywords import json_type
from .schema import (
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
    Tuple,
    Union,
)

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_PREFIX = "#/components/schemas/"


def shape(node: Any) -> Shape:
    """Return the shape of an inline schema."""
    if not isinstance(node, Mapping):
        return Anything()
    found = _shape(node)
    return _hidden(found) if node.get("x-secret") else found


def _hidden(shape: Shape) -> Shape:
    """Return a shape whose scalars are secret. References are left: their components say it themselves."""
    match shape:
        case Scalar():
            return evolve(shape, secret=True)
        case Array(inner):
            return Array(_hidden(inner))
        case Tuple(items, rest):
            return Tuple(tuple(map(_hidden, items)), _hidden(rest) if rest else None)
        case Map(inner):
            return Map(_hidden(inner))
        case Nullable(inner):
            return Nullable(_hidden(inner))
        case Union(members):
            return evolve(shape, members=tuple(map(_hidden, members)))
        case _:
            return shape


def _shape(node: Mapping[str, Any]) -> Shape:
    if "$ref" in node:
        return Ref(reference(node))
    if "const" in node:
        return Const(_constant(node))
    if "allOf" in node:  # inline, it has one part
        return shape(node["allOf"][0])
    for keyword in ("oneOf", "anyOf"):
        if keyword in node:
            return _union(node[keyword], node.get("discriminator"))
    return _several(node, _types(node))


def _constant(node: Mapping[str, Any]) -> Any:
    value = node["const"]
    whole = isinstance(value, float) and value.is_integer() and "integer" in _types(node)
    return int(value) if whole else value


def default(node: Any, schemas: Mapping[str, Any]) -> Any:
    """Return the default of a schema, or of the component to which it refers, or MISSING."""
    while isinstance(node, Mapping) and "default" not in node and "$ref" in node:
        node = schemas[reference(node)]
    return node.get("default", MISSING) if isinstance(node, Mapping) else MISSING


class Secrets:
    """Component schemas with secret values (`x-secret`, `format: password`)."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._plain: set[str] = set()

    def __call__(self, node: Any) -> bool:
        """Return True if no value of a schema may be shown. The properties of a class say it themselves."""
        waiting, seen = [node], set[str]()
        while waiting:
            each = waiting.pop()
            if not isinstance(each, Mapping):
                continue
            if each.get("x-secret") or each.get("format") == "password":
                return True
            if "$ref" in each:
                name = reference(each)
                if name not in seen and name not in self._plain:
                    seen.add(name)
                    waiting.append(self._schemas[name])
                continue
            if "properties" not in each:
                waiting += [each.get("items"), each.get("additionalProperties"), *each.get("prefixItems", ())]
            waiting += [part for word in ("oneOf", "anyOf") for part in each.get(word, ())]
            waiting += each.get("allOf", ()) if len(each.get("allOf", ())) == 1 else ()
        self._plain |= seen
        return False


def reference(node: Mapping[str, Any]) -> str:
    """Return the name of the component schema to which a `$ref` points."""
    name: str = node["$ref"].removeprefix(_PREFIX)
    return unescape(name)


def enumeration(node: Mapping[str, Any]) -> Shape:
    """Return the shape of an enum; its values count, not its `type`.

    Values of one type become a class. Booleans and values of several types become the union of their types, because no
    class of Python can have them as members.
    """
    listed = [index for index, value in enumerate(node["enum"]) if value is not None]
    values = [node["enum"][index] for index in listed]

    def beside(word: str) -> tuple[str, ...]:
        return tuple(node[word][index] for index in listed) if word in node else ()

    type_ = enum_type(node)
    if type_:
        read: Callable[[Any], Any] = {"string": str, "integer": int, "number": float}[type_]
        return Enumeration(type_, tuple(map(read, values)), beside("x-enum-varnames"), beside("x-enum-descriptions"))
    found = _value_types(node)
    several = tuple(Scalar(each) for each in found)
    one = several[0] if len(several) == 1 else Union(several) if several else Const(None)
    return Nullable(one) if several and len(listed) < len(node["enum"]) else one


def enum_type(node: Mapping[str, Any]) -> str:
    """Return the type of the values of an enum that becomes a class; '' if it becomes none."""
    match _value_types(node):
        case ["string" | "number" as type_]:
            return type_
        case ["integer"]:
            return "number" if "number" in _types(node) else "integer"
        case _:
            return ""


def _value_types(node: Mapping[str, Any]) -> list[str]:
    found = dict.fromkeys(json_type(value) for value in node["enum"] if value is not None)
    return [each for each in found if each != "integer" or "number" not in found]


def enum_text(node: Mapping[str, Any]) -> str:
    """Return the paragraph that lists the values of an enum without a class of its own."""
    if enum_type(node):
        return ""
    descriptions = node.get("x-enum-descriptions", [""] * len(node["enum"]))
    listed = [f"`{json.dumps(value, ensure_ascii=False)}`" for value in node["enum"]]
    if not any(descriptions):
        return f"Declared values: {', '.join(listed)}."
    lines = [f"- {value}: {text}" if text else f"- {value}" for value, text in zip(listed, descriptions, strict=True)]
    return "\n".join(["Declared values:", "", *lines])


def _types(node: Mapping[str, Any]) -> list[str]:
    stated = node.get("type", [])
    return [stated] if isinstance(stated, str) else stated


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
        return Scalar(type_, _format(node) if type_ != "boolean" else "", node.get("format") == "password")
    if type_ == "array":
        return _tuple(node, node["prefixItems"]) if "prefixItems" in node else Array(shape(node.get("items")))
    if type_ == "null":
        return Const(None)
    values = node.get("additionalProperties")
    return Map(shape(values) if isinstance(values, Mapping) else Anything())


def _tuple(node: Mapping[str, Any], prefix: list[Any]) -> Tuple:
    fixed = node.get("items") is False or node.get("maxItems") == len(prefix)
    return Tuple(tuple(map(shape, prefix)), None if fixed else shape(node.get("items")))


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
