"""Spec as the sandbox uses it: raw data, resolution of references, validation by schemas and formats."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from attrs import field, frozen
from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError, best_match  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from taskclients_core.json_pointer import parse

from ..spec import patterns, yaml_document
from ..spec.formats import FORMATS, fits
from ..spec.inheritance import Family
from ..spec.keywords import keywords
from ..spec.samples import Schemas, is_list, is_object, name_of, tag_of


@frozen
class Members:
    """Members of an object schema: schemas by name, and the required names."""

    schemas: dict[str, Any]
    required: frozenset[str]


_WHOLE: Final = "x-whole"
"""Keyword of a copied part of an `allOf`: the members of the whole, which are not additional ones of the part."""


@frozen(eq=False)
class Api(Schemas):
    """Loaded spec: `package` is its name, `data` its YAML with absolute references."""

    package: str = field(kw_only=True)
    _registry: Registry[Any] = field(kw_only=True, repr=False, alias="registry")
    _validators: dict[tuple[int, bool], Any] = field(factory=dict[tuple[int, bool], Any], init=False, repr=False)
    _members: dict[int, Members] = field(factory=dict[int, Members], init=False, repr=False)

    def section(self, node: Any, name: str) -> dict[str, Any]:
        """Return the object in a member of a node, with references resolved; empty if it is absent."""
        inner = self.resolve(node)
        inner = self.resolve(inner.get(name)) if is_object(inner) else None
        return inner if is_object(inner) else {}

    def error(self, schema: Any, value: Any, *, in_request: bool = False) -> ValidationError | None:
        """Return the most relevant error of a value against a schema, None if it fits.

        Members that are `readOnly` are not required in requests, and those that are `writeOnly` not in responses.
        """
        # A schema is a part of `data`, which lives as long as this object, so its id is a safe key.
        validator = self._validators.get((id(schema), in_request))
        if validator is None:
            kind = self._validator_class("readOnly" if in_request else "writeOnly")
            validator = kind(schema, registry=self._registry, format_checker=CHECKER)
            self._validators[id(schema), in_request] = validator
        # The type stubs of jsonschema do not declare the type of errors.
        return cast("ValidationError | None", best_match(validator.iter_errors(value)))

    def _validator_class(self, one_way: str) -> Any:
        def required(validator: Any, names: list[str], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
            members = schema.get("properties", {})
            wanted = [name for name in names if not self.section(members, name).get(one_way)]
            yield from _KEYWORDS["required"](validator, wanted, instance, schema)

        def all_of(validator: Any, parts: list[Any], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
            for index, each in enumerate(parts):
                part = self.resolve(each)
                if is_object(part) and not part.keys().isdisjoint(("allOf", "additionalProperties")):
                    part = {**part, _WHOLE: self._whole(schema)}
                yield from validator.descend(instance, part, schema_path=index)

        def additional(validator: Any, wanted: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
            # A child, of which this base is a part, may have members of other types; it is checked as a whole.
            if _WHOLE not in schema and self._child(schema, instance) is not None:
                return
            whole = {**schema, "properties": self._whole(schema)}
            yield from _KEYWORDS["additionalProperties"](validator, wanted, instance, whole)

        # A child refers to its base, which must not select the child of a value again.
        selecting: set[tuple[int, int]] = set()

        def discriminator(validator: Any, node: dict[str, Any], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
            key = id(node), id(instance)
            if key in selecting or not is_object(instance):
                return
            selecting.add(key)
            try:
                child = self._child(schema, instance)
                if child is not None:
                    yield from validator.descend(instance, child)
            finally:
                selecting.remove(key)

        # The type stubs of jsonschema do not declare its types.
        extend: Any = validators.extend
        own: dict[str, Any] = {"required": required, "oneOf": _union, "anyOf": _union}
        own |= {"allOf": all_of, "additionalProperties": additional, "discriminator": discriminator}
        return extend(Draft202012Validator, {**keywords(), **own})

    def _child(self, base: dict[str, Any], instance: Any) -> Any:
        """Return the child of a base that a value selects by the base's discriminator; None for the base itself."""
        name = base.get("discriminator", {}).get("propertyName")
        tag = instance.get(name) if is_object(instance) else None
        return next((child for each, child in self.children(base) if each == tag), None)

    def is_scalar(self, schema: Any) -> bool:
        """Return True if a schema allows only text (but no file in `format: binary`), numbers and booleans."""
        kinds = self.kinds(schema)
        return bool(kinds) and kinds.isdisjoint(("array", "object")) and self.resolve(schema).get("format") != "binary"

    def members(self, schema: Any) -> Members:
        """Return the members of an object schema, including every part of an `allOf` or union."""
        schema = self.resolve(schema)
        if not is_object(schema) or not schema:
            return Members({}, frozenset())
        known = self._members.get(id(schema))
        if known is None:
            known = self._members[id(schema)] = self._collect_members(schema)
        return known

    def _whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the members of an object schema, and of all the others if it is a part of an `allOf`."""
        found: dict[str, Any] = schema[_WHOLE] if _WHOLE in schema else self.members(schema).schemas
        return found

    def _collect_members(self, schema: dict[str, Any]) -> Members:
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
        """Return the schema of the items of an array, which may be nullable."""
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

    def additional(self, schema: Any) -> Any:
        """Return the schema of the members of an object that are not declared; empty if it has none."""
        schema = self.resolve(schema)
        if not is_object(schema):
            return {}
        if is_object(found := schema.get("additionalProperties")):
            return found
        parts = (each for word in ("allOf", "anyOf", "oneOf") for each in schema.get(word, ()))
        return next(filter(None, map(self.additional, parts)), {})

    def item(self, schema: Any, index: int) -> Any:
        """Return the schema of an item of an array, which may have one for each position."""
        whole = self.resolve(schema)
        prefix = whole.get("prefixItems", ()) if is_object(whole) else ()
        return prefix[index] if index < len(prefix) else self.items(schema)

    def schema_at(self, schema: Any, names: Iterable[str]) -> Any:
        """Return the schema at a path of member names, empty if it is not declared."""
        for name in names:
            schema = self.members(schema).schemas.get(name, {})
        return schema


_KEYWORDS: Final[dict[str, Any]] = dict(Draft202012Validator.VALIDATORS)


def _union(validator: Any, members: list[Any], instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    """Validate a union, by the discriminator if it has one."""
    name = schema.get("discriminator", {}).get("propertyName")
    if name is None or not is_object(instance):
        # Not exactly one: clients read a value as the first member that fits best, and null may fit several.
        yield from _KEYWORDS["anyOf"](validator, members, instance, schema)
    elif name not in instance:
        message = f"{name!r} is a required property"
        yield ValidationError(message, validator="required", validator_value=[name], instance=instance)
    else:
        tags = {tag_of(schema, member): member for member in members} | _mapped(schema, members)
        if (member := tags.get(str(instance[name]))) is not None:
            yield from validator.descend(instance, member)
        else:
            message = f"{instance[name]!r} is not one of {list(tags)}"
            yield ValidationError(message, path=(name,), validator="enum", validator_value=list(tags))


def _mapped(schema: dict[str, Any], members: list[Any]) -> dict[str, Any]:
    by_name = {name_of(member): member for member in members}
    mapping: dict[str, str] = schema["discriminator"].get("mapping", {})
    targets = {word: target.rpartition("/")[2] for word, target in mapping.items()}
    return {word: by_name[name] for word, name in targets.items() if name in by_name}


def load(path: Path) -> Api:
    """Load a spec, which should have no problems in `dragoman lint`.

    Raises:
        SpecError: The file cannot be read.
    """
    package = path.stem
    uri = f"urn:dragoman:{package}"
    written = yaml_document.load(path).data
    data = _absolute(written, uri)
    resource: Resource[Any] = Resource.from_contents(data, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry()
    family = Family(written.get("components", {}).get("schemas", {}))
    return Api(data, family, package=package, registry=registry.with_resource(uri, resource))


def _absolute(node: Any, uri: str) -> Any:
    """Copy a spec with absolute references, so that each part of it can be used as a schema."""
    if is_list(node):
        return [_absolute(each, uri) for each in node]
    if not is_object(node):
        return node
    return {
        name: f"{uri}{value}" if name == "$ref" and isinstance(value, str) else _absolute(value, uri)
        for name, value in node.items()
    }


CHECKER: Final = FormatChecker(formats=())

_OFFSET: Final = r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
PATTERNS: Final = {
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "x-guid-n": r"[0-9a-fA-F]{32}",
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": rf"\d{{4}}-\d\d-\d\d[Tt]{_TIME}(\.\d+)?{_OFFSET}",
    "x-date-time-ms": rf"\d{{4}}-\d\d-\d\dT{_TIME}\.\d{{3,}}Z",
    "x-servicestack-date": r"/Date\(-?\d{1,15}([+-]\d{4})?\)/",
    "decimal": r"-?\d+(\.\d+)?",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*",
    "uri-reference": r"[!#-;=?-Z\[\]_a-z~]*",
    "iri-reference": r'[^\0-\x20\x7f-\x9f"<>\\^`{|}]*',
    "uri-template": r'([^\0-\x20\x7f-\x9f"%<>\\^`{|}]|%[0-9A-Fa-f]{2}|\{[^\s{}]+\})*',
    "email": r"[^@\s]+@[^@\s]+",
}
"""Pattern of each string format that has one."""

_DATED: Final = frozenset({"date", "date-time", "x-date-time-ms"})


def render(timestamp: float, wire_format: str) -> str | None:
    """Format a time (seconds since 1970); None if the format is not one of times."""
    if wire_format == "x-servicestack-date":
        return f"/Date({round(timestamp * 1000)}-0000)/"
    when = datetime.fromtimestamp(timestamp, UTC)
    match wire_format:
        case "date":
            return when.date().isoformat()
        case "date-time":
            return when.isoformat(timespec="seconds").replace("+00:00", "Z")
        case "x-date-time-ms":
            return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case _:
            return None


def _text_check(name: str, pattern: re.Pattern[str]) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        if not isinstance(value, str):
            return True
        if not pattern.fullmatch(value):
            return False
        if name in _DATED:
            try:
                date.fromisoformat(value[:10])
            except ValueError:
                return False
        return True

    return fits


def _is_base64(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or not patterns.doubt(value)


for _name, _pattern in PATTERNS.items():
    CHECKER.checks(_name)(_text_check(_name, re.compile(_pattern, re.ASCII)))
for _name in FORMATS.keys() - PATTERNS.keys():
    CHECKER.checks(_name)(partial(fits, _name))
CHECKER.checks("byte")(_is_base64)
CHECKER.checks("regex")(_is_pattern)


def put(value: dict[str, Any], pointer: str, new: Any) -> None:
    """Set the member at a JSON pointer, and create missing objects on its path."""
    *parents, last = parse(pointer)
    for token in parents:
        inner = value.get(token)
        if not is_object(inner):
            inner = value[token] = {}
        value = inner
    value[last] = new
