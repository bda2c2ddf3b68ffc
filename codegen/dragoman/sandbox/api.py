"""One spec as the sandbox reads it: raw data, references followed, schemas ready to validate with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from attrs import field, frozen
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from taskclients_core.json_pointer import resolve

from .. import source
from .formats import CHECKER
from .values import is_list, is_object


@frozen
class Members:
    """What an object may hold: its members by name, and the names that must be there."""

    schemas: dict[str, Any]
    required: frozenset[str]


@frozen(eq=False)
class Api:
    """A spec: `package` is its name, `data` its YAML with absolute references."""

    package: str
    data: dict[str, Any] = field(repr=False)
    _registry: Registry[Any] = field(repr=False)
    _validators: dict[int, Draft202012Validator] = field(
        factory=dict[int, Draft202012Validator], init=False, repr=False
    )
    _members: dict[int, Members] = field(factory=dict[int, Members], init=False, repr=False)

    def resolve(self, node: Any) -> Any:
        """Follow references until there is none."""
        while is_object(node) and isinstance(node.get("$ref"), str):
            node = resolve(self.data, node["$ref"].partition("#")[2], None)
        return node

    def section(self, node: Any, name: str) -> dict[str, Any]:
        """Return an object inside a node, references followed; empty if there is none."""
        inner = self.resolve(node)
        inner = self.resolve(inner.get(name)) if is_object(inner) else None
        return inner if is_object(inner) else {}

    def error(self, schema: Any, value: Any) -> ValidationError | None:
        """Return the most telling reason why a value does not fit a schema, or None if it fits."""
        # A schema is a part of `data`, which lives as long as this object: its identity is a sound key.
        validator = self._validators.get(id(schema))
        if validator is None:
            validator = Draft202012Validator(schema, registry=self._registry, format_checker=CHECKER)
            self._validators[id(schema)] = validator
        # The stubs of jsonschema leave the types of errors open.
        errors = cast("Iterator[ValidationError]", validator.iter_errors(value))  # pyright: ignore[reportUnknownMemberType]
        return cast("ValidationError | None", best_match(errors))

    def kinds(self, schema: Any) -> frozenset[str]:
        """Return the JSON types that a schema allows; empty if it does not say."""
        schema = self.resolve(schema)
        if not is_object(schema):
            return frozenset()
        named = schema.get("type", ())
        found = {named} if isinstance(named, str) else set(named)
        if "properties" in schema:
            found.add("object")
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, ()):
                found |= self.kinds(each)
        return frozenset(found)

    def members(self, schema: Any) -> Members:
        """Return the members of an object schema, those of every part of an `allOf` or union included."""
        schema = self.resolve(schema)
        if not is_object(schema) or not schema:
            return Members({}, frozenset())
        known = self._members.get(id(schema))
        if known is None:
            known = self._members[id(schema)] = self._collected(schema)
        return known

    def _collected(self, schema: dict[str, Any]) -> Members:
        schemas: dict[str, Any] = {}
        required: set[str] = set()
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, ()):
                inner = self.members(each)
                schemas |= inner.schemas
                required |= inner.required if word == "allOf" else set()
        schemas |= schema.get("properties", {})
        required |= set(schema.get("required", ()))
        return Members(schemas, frozenset(required))

    def items(self, schema: Any) -> Any:
        """Return the schema of the items of an array, also where null is another choice."""
        schema = self.resolve(schema)
        if not is_object(schema):
            return {}
        if "items" in schema:
            return schema["items"]
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, ()):
                if found := self.items(each):
                    return found
        return {}

    def schema_at(self, schema: Any, names: Iterable[str]) -> Any:
        """Return the schema of the member that a chain of names leads to, or an empty one."""
        for name in names:
            schema = self.members(schema).schemas.get(name, {})
        return schema


def load(path: Path) -> Api:
    """Read a spec, which should be one in which `dragoman lint` finds nothing.

    Raises:
        SpecError: the file cannot be read.
    """
    package = path.name.partition(".")[0]
    uri = f"urn:dragoman:{package}"
    data = _absolute(source.load(path).data, uri)
    resource: Resource[Any] = Resource.from_contents(data, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry()
    return Api(package, data, registry.with_resource(uri, resource))


def _absolute(node: Any, uri: str) -> Any:
    """Copy a spec, its local references made absolute, so that any part of it is a schema of its own."""
    if is_list(node):
        return [_absolute(each, uri) for each in node]
    if not is_object(node):
        return node
    return {
        name: f"{uri}{value}" if name == "$ref" and isinstance(value, str) else _absolute(value, uri)
        for name, value in node.items()
    }
