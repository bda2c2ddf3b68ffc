"""Sample values of a spec: its examples, or else values built from its schemas.

The mock server answers with them, and reference pages show them. An example named `page` is copied from a doc page and
full of placeholders, so it is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from math import inf
from typing import Any, Final, Literal, TypeGuard

from attrs import define, field, frozen

from taskclients_core.json_pointer import resolve

from .formats import INTEGERS
from .inheritance import Family
from .keywords import json_type

PLACEHOLDERS: Final = "page"

_MAX_PARTS: Final = 100
_MAX_LENGTH: Final = 200
"""Maximum length of a text in a value for a request, unless the spec gives an example."""

_NO_VALUE: Final = object()
"""Result for a schema without a finite value, because it contains itself."""

EXAMPLES: Final = {
    "uuid": "00000000-0000-4000-8000-000000000001",
    "x-guid-n": "00000000000040008000000000000001",
    "date": "2024-01-15",
    "date-time": "2024-01-15T09:30:00Z",
    "x-date-time-ms": "2024-01-15T09:30:00.000Z",
    "x-servicestack-date": "/Date(1705311000000-0000)/",
    "byte": "c2FuZGJveA==",
    "decimal": "12.50",
    "password": "<password>",
    "uri": "https://example.com/",
    "email": "someone@example.com",
    "time": "09:30:00Z",
    "duration": "PT1H30M",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "iri-reference": "/parcels/1",
    "uri-reference": "/parcels/1",
    "uri-template": "/parcels/{id}",
    "json-pointer": "/parcels/0",
    "relative-json-pointer": "0/parcels",
    "regex": "^[A-Z]+$",
    "idn-email": "someone@example.com",
    **dict.fromkeys(INTEGERS, "12"),
}
"""Example of each string format."""


@frozen(eq=False)
class Schemas:
    """Raw schemas of a spec: `data` is its YAML; references in it may be absolute, those of `family` are not."""

    data: dict[str, Any] = field(repr=False)
    _family: Family = field(repr=False)
    _objects: dict[int, str] = field(factory=dict[int, str], init=False, repr=False)
    """Names of the objects among the components, by the id of the schema and of its discriminator."""

    def __attrs_post_init__(self) -> None:
        schemas: dict[str, dict[str, Any]] = self.data.get("components", {}).get("schemas", {})
        for name in self._family.objects:
            for node in (schemas[name], schemas[name].get("discriminator")):
                if node is not None:
                    self._objects[id(node)] = name

    def resolve(self, node: Any) -> Any:
        """Resolve a reference, repeatedly, to a node that is not one; the schema `true` is the same as {}."""
        while is_object(node) and isinstance(node.get("$ref"), str):
            node = resolve(self.data, node["$ref"].partition("#")[2], None)
        return {} if node is True else node

    def kinds(self, schema: Any) -> frozenset[str]:
        """Return the JSON types that a schema allows; empty if it declares none."""
        found: set[str] = set()
        seen: set[int] = set()
        left = [schema]
        while left:  # not by recursion: a spec may chain thousands of unions
            each = self.resolve(left.pop())
            if not is_object(each) or id(each) in seen:
                continue
            seen.add(id(each))
            listed = each.get("enum", [each["const"]] if "const" in each else ())
            # The text of 1.0 in a query is no integer.
            written = ("number" if isinstance(value, float) else json_type(value) for value in listed)
            named = list(written) if listed else each.get("type", ())
            found |= {named} if isinstance(named, str) else set(named)
            if "properties" in each:
                found.add("object")
            left += [part for word in ("allOf", "anyOf", "oneOf") for part in each.get(word, ())]
        return frozenset(found)

    def children(self, schema: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return the objects that the discriminator of an object selects, each with its value."""
        # A part of an `allOf` may be a copy, but its discriminator is the same.
        name = self._objects.get(id(schema.get("discriminator")))
        found = self._family.children(name) if name else None
        return [(tag, self.data["components"]["schemas"][child]) for tag, child in found.mapping] if found else []

    def tags(self, schema: dict[str, Any]) -> dict[str, str]:
        """Return the members by which discriminators select an object, each with its first value."""
        name = self._objects.get(id(schema))
        return {member: values[0] for member, values in self._family.tags(name).items()} if name else {}


def tag_of(schema: dict[str, Any], member: Any) -> str:
    """Return the first value of a union's discriminator that selects a member."""
    mapping: dict[str, str] = schema["discriminator"].get("mapping", {})
    name = name_of(member)
    return next((word for word, target in mapping.items() if target.rpartition("/")[2] == name), name)


def name_of(member: Any) -> str:
    """Return the name of the component that a member of a union refers to, '' for none."""
    return str(member.get("$ref", "")).rpartition("/")[2] if is_object(member) else ""


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return True if a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Return True if a value is a JSON array."""
    return isinstance(value, list)


def spec_examples(api: Schemas, content: Mapping[str, Any]) -> list[Any]:
    """Return copies of the examples of a media type, in order of preference."""
    found = [content["example"]] if "example" in content else []
    for name, entry in content.get("examples", {}).items():
        example = api.resolve(entry)
        if name != PLACEHOLDERS and is_object(example) and "value" in example:
            found.append(example["value"])
    return deepcopy(found)


def response_body(api: Schemas, content: Mapping[str, Any]) -> Any:
    """Return a value of a media type: its first example, or one built from its schema."""
    found = spec_examples(api, content)
    return found[0] if found else build(api, content.get("schema", {}))


def build(api: Schemas, schema: Any) -> Any:
    """Build a value of a response that fits a schema, including optional members."""
    value = _Builder(api, omitted="writeOnly", optional=True, left=inf).build(schema, ())
    return None if value is _NO_VALUE else value


def request_value(api: Schemas, content: Mapping[str, Any]) -> Any:
    """Return a value of a parameter or a request body: its first example, or one of required members alone.

    Raises:
        OverflowError: The value would have more than a hundred parts.
    """
    found = spec_examples(api, content)
    if found:
        return found[0]
    value = _Builder(api, omitted="readOnly", optional=False, left=_MAX_PARTS).build(content.get("schema", {}), ())
    return None if value is _NO_VALUE else value


@define(eq=False)
class _Builder:
    """Builder of one value."""

    api: Schemas
    omitted: Literal["readOnly", "writeOnly"]
    """Keyword of the members that values in this direction do not have."""

    optional: bool
    """True if objects get optional members too."""

    left: float
    """Number of parts that the value may still get."""

    def build(self, schema: Any, inside: tuple[int, ...], *, whole: dict[str, Any] | None = None) -> Any:
        """Build a value of a schema inside others.

        A part of an `allOf`, the `whole`, is not replaced by a child of its own.
        """
        self._spend(1)
        declared = _declared(schema) if is_object(schema) else _NO_VALUE
        if declared is not _NO_VALUE:
            return declared
        schema = self.api.resolve(schema)
        if not is_object(schema):
            return {}
        # Visit a union twice: if it contains itself, another of its members may end the recursion.
        if inside.count(id(schema)) > ("oneOf" in schema or "anyOf" in schema):
            return _NO_VALUE
        declared = _declared(schema)
        if declared is not _NO_VALUE:
            return declared
        for _, child in () if whole else self.api.children(schema):
            value = self.build(child, inside)
            if value is not _NO_VALUE:
                return value
        inside = (*inside, id(schema))
        if "allOf" in schema:
            return self._all_of(schema, inside, whole or schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self._one_of(schema, schema[word], inside)
        return self._typed(schema, inside, whole or schema)

    def _all_of(self, schema: dict[str, Any], inside: tuple[int, ...], outer: dict[str, Any]) -> Any:
        parts = [self.build(each, inside, whole=outer) for each in schema["allOf"]]
        if "properties" in schema:
            parts.append(self._object(schema, inside, outer))
        if any(part is _NO_VALUE for part in parts):
            return _NO_VALUE
        whole: dict[str, Any] = {}
        for part in parts:
            if not is_object(part):
                return part
            whole |= part
        return whole | self.api.tags(schema)

    def _one_of(self, schema: dict[str, Any], members: list[Any], inside: tuple[int, ...]) -> Any:
        for member in sorted(members, key=lambda each: self.api.kinds(each) == frozenset({"null"})):
            value = self.build(member, inside)
            if value is _NO_VALUE:
                continue
            discriminator = schema.get("discriminator", {}).get("propertyName")
            if discriminator and is_object(value):
                value[discriminator] = tag_of(schema, member)
            return value
        return _NO_VALUE

    def _typed(self, schema: dict[str, Any], inside: tuple[int, ...], outer: dict[str, Any]) -> Any:
        kinds = self.api.kinds(schema)
        if "object" in kinds:
            value: Any = self._object(schema, inside, outer)
        elif "array" in kinds:
            prefix = [self.build(each, inside) for each in schema.get("prefixItems", ())]
            if _NO_VALUE in prefix:
                return _NO_VALUE
            closed = schema.get("items", not prefix) is False
            further = 0 if closed else max(1, schema.get("minItems", 1)) - len(prefix)
            self._spend(max(0, further))
            item = self.build(schema.get("items", {}), inside) if further > 0 else _NO_VALUE
            value = prefix + ([] if item is _NO_VALUE else [item] * further)
        elif "string" in kinds:
            self._spend(0 if schema.get("minLength", 0) <= _MAX_LENGTH else inf)
            value = _build_text(schema)
        elif kinds & {"integer", "number"}:
            value = _number(schema, whole="integer" in kinds)
        elif "boolean" in kinds:
            value = True
        else:
            value = None if "null" in kinds else {}
        return None if value is _NO_VALUE and "null" in kinds else value

    def _object(self, schema: dict[str, Any], inside: tuple[int, ...], outer: dict[str, Any]) -> Any:
        value: dict[str, Any] = {}
        required = None if self.optional else {*self._required(outer)}
        for name, member in schema.get("properties", {}).items():
            if self.api.resolve(member).get(self.omitted) or not (required is None or name in required):
                continue
            built = self.build(member, inside)
            if built is not _NO_VALUE:
                value[name] = built
            elif name in schema.get("required", ()):
                return _NO_VALUE
        return value

    def _required(self, schema: Any) -> Iterator[str]:
        whole = self.api.resolve(schema)
        yield from whole.get("required", ())
        for each in whole.get("allOf", ()):
            yield from self._required(each)

    def _spend(self, parts: float) -> None:
        self.left -= parts
        if self.left < 0:
            raise OverflowError


def _declared(schema: dict[str, Any]) -> Any:
    """Return the value that a schema declares as const, example, default or enum."""
    if "const" in schema:
        return deepcopy(schema["const"])
    if schema.get("examples"):
        return deepcopy(schema["examples"][0])
    for word in ("example", "default"):
        if word in schema:
            return deepcopy(schema[word])
    return schema["enum"][0] if schema.get("enum") else _NO_VALUE


def _build_text(schema: dict[str, Any]) -> str:
    text = EXAMPLES.get(schema.get("format", ""), "example")
    text = text.ljust(schema.get("minLength", 0), "x")
    return text[: schema["maxLength"]] if "maxLength" in schema else text


def _number(schema: dict[str, Any], *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1)
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", schema.get("exclusiveMaximum", max(least, 0) + step))
    number = 0 if least <= 0 <= most else least if least > 0 else most
    number = -(-number // step) * step
    if number == schema.get("exclusiveMinimum"):
        number += step
    if number == schema.get("exclusiveMaximum"):
        number -= step
    return int(number) if whole else number
