"""Sample values of a spec: its examples, or else values built from its schemas.

An example named `page` is copied from a doc page and full of placeholders, so it is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

from .api import EXAMPLES, Api, is_object, render, tag_of

PLACEHOLDERS: Final = "page"

_NO_VALUE: Final = object()
"""Result for a schema without a finite value, because it contains itself."""


def spec_examples(api: Api, content: dict[str, Any]) -> list[Any]:
    """Return copies of the examples of a media type, in order of preference."""
    found = [content["example"]] if "example" in content else []
    for name, entry in content.get("examples", {}).items():
        example = api.resolve(entry)
        if name != PLACEHOLDERS and is_object(example) and "value" in example:
            found.append(example["value"])
    return deepcopy(found)


def response_body(api: Api, content: dict[str, Any]) -> Any:
    """Return a value of a media type: its first example, or one built from its schema."""
    found = spec_examples(api, content)
    return found[0] if found else build(api, content.get("schema", {}))


def build(api: Api, schema: Any) -> Any:
    """Build a value of a response that fits a schema, including optional members."""
    value = _build(api, schema, ())
    return None if value is _NO_VALUE else value


def _build(api: Api, schema: Any, inside: tuple[int, ...], *, part: bool = False) -> Any:
    """Build a value of a schema inside others. A part of an `allOf` is not replaced by a child of its own."""
    declared = _declared(schema) if is_object(schema) else _NO_VALUE
    if declared is not _NO_VALUE:
        return declared
    schema = api.resolve(schema)
    if not is_object(schema):
        return {}
    # Visit a union twice: if it contains itself, another of its members may end the recursion.
    if inside.count(id(schema)) > ("oneOf" in schema or "anyOf" in schema):
        return _NO_VALUE
    declared = _declared(schema)
    if declared is not _NO_VALUE:
        return declared
    for _, child in () if part else api.children(schema):
        value = _build(api, child, inside)
        if value is not _NO_VALUE:
            return value
    inside = (*inside, id(schema))
    if "allOf" in schema:
        return _all_of(api, schema, inside)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return _one_of(api, schema, schema[word], inside)
    return _typed(api, schema, inside)


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


def _all_of(api: Api, schema: dict[str, Any], inside: tuple[int, ...]) -> Any:
    parts = [_build(api, each, inside, part=True) for each in schema["allOf"]]
    if "properties" in schema:
        parts.append(_object(api, schema, inside))
    if any(part is _NO_VALUE for part in parts):
        return _NO_VALUE
    whole: dict[str, Any] = {}
    for part in parts:
        if not is_object(part):
            return part
        whole |= part
    return whole | api.tags(schema)


def _one_of(api: Api, schema: dict[str, Any], members: list[Any], inside: tuple[int, ...]) -> Any:
    for member in sorted(members, key=lambda each: api.kinds(each) == frozenset({"null"})):
        value = _build(api, member, inside)
        if value is _NO_VALUE:
            continue
        discriminator = schema.get("discriminator", {}).get("propertyName")
        if discriminator and is_object(value):
            value[discriminator] = tag_of(schema, member)
        return value
    return _NO_VALUE


def _typed(api: Api, schema: dict[str, Any], inside: tuple[int, ...]) -> Any:
    kinds = api.kinds(schema)
    if "object" in kinds:
        value: Any = _object(api, schema, inside)
    elif "array" in kinds:
        prefix = [_build(api, each, inside) for each in schema.get("prefixItems", ())]
        if _NO_VALUE in prefix:
            return _NO_VALUE
        further = max(1, schema.get("minItems", 1)) - len(prefix) if schema.get("items", not prefix) is not False else 0
        item = _build(api, schema.get("items", {}), inside) if further > 0 else _NO_VALUE
        value = prefix + ([] if item is _NO_VALUE else [item] * further)
    elif "string" in kinds:
        value = _build_text(schema)
    elif kinds & {"integer", "number"}:
        value = _number(schema, whole="integer" in kinds)
    elif "boolean" in kinds:
        value = True
    else:
        value = None if "null" in kinds else {}
    return None if value is _NO_VALUE and "null" in kinds else value


def _object(api: Api, schema: dict[str, Any], inside: tuple[int, ...]) -> Any:
    value: dict[str, Any] = {}
    for name, member in schema.get("properties", {}).items():
        if api.resolve(member).get("writeOnly"):
            continue
        built = _build(api, member, inside)
        if built is not _NO_VALUE:
            value[name] = built
        elif name in schema.get("required", ()):
            return _NO_VALUE
    return value


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


_ROLES: Final = (
    (re.compile(r"(created|started|start|begin|request)(_|[A-Z]|$)"), 0),
    (re.compile(r"(updated|changed|modified)(_|[A-Z]|$)"), 1),
    (re.compile(r"(end|ended|finished|completed)(_|[A-Z]|$)"), 2),
)
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")


def set_times(
    api: Api, schema: Any, item: dict[str, Any], begun: float | None, changed: float | None, ended: float | None
) -> None:
    """Set the members of an object that are times (seconds since 1970); a time that is None is removed."""
    timestamps = (begun, changed, ended)
    for name, member in api.members(schema).schemas.items():
        role = next((index for pattern, index in _ROLES if pattern.match(name)), None)
        if role is None or "string" not in api.kinds(member):
            continue
        timestamp = timestamps[role]
        text = format_time(api, member, timestamp or 0.0)
        if text is None:
            continue
        if timestamp is None:
            leave_out(api, schema, item, [name])
        else:
            item[name] = text


def leave_out(api: Api, schema: Any, item: dict[str, Any], names: Sequence[str]) -> None:
    """Remove a member; a required one is set to null if it is nullable, or else kept."""
    *parents, last = names
    value: Any = item
    for name in parents:
        value, schema = value.get(name, {}), api.schema_at(schema, [name])
    members = api.members(schema)
    if last not in members.required:
        value.pop(last, None)
    elif "null" in api.kinds(members.schemas.get(last)):
        value[last] = None


def format_time(api: Api, schema: Any, timestamp: float) -> str | None:
    """Return a time (seconds since 1970) in the form of a schema or of its example; None if it is not one of times."""
    resolved = api.resolve(schema)
    if "format" in resolved:
        return render(timestamp, resolved["format"])
    example = build(api, schema)
    for form in _FORMS:
        try:
            datetime.strptime(str(example), form)
        except ValueError:
            continue
        return datetime.fromtimestamp(timestamp, UTC).strftime(form)
    return None
