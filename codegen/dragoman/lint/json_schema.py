"""Validation of values against JSON Schemas; the only module that imports jsonschema and openapi-spec-validator.

The imports take half a second, so they are delayed until a check has a value to validate.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Final, TypeAlias, cast
from urllib.parse import quote

from attrs import frozen

from taskclients_core.json_pointer import from_names

from ..spec.yaml_document import Document
from .values import is_list, is_number, is_object, listed, preview, typed

_SPEC: Final = "urn:spec"
_UNIONS: Final = frozenset({"anyOf", "oneOf"})


@frozen
class Finding:
    """A violation of a schema by a value; `str` of it is the text for messages."""

    pointer: str
    """JSON Pointer to the invalid part of the value (RFC 6901)."""

    keyword: str
    """The violated keyword of the schema; empty if the value is nested too deeply to be validated."""

    wanted: Any
    """The value of the keyword in the schema."""

    value: Any
    """The value at the pointer."""

    names: tuple[str, ...] = ()
    """Members that are missing or unknown."""

    allowed: tuple[str, ...] = ()
    """Members that the schema allows, where some are unknown."""

    def __str__(self) -> str:
        match self.keyword:
            case "type":
                wanted = self.wanted if is_list(self.wanted) else [self.wanted]
                return f"expected {listed(wanted)}, found {typed(self.value)}"
            case "enum" if is_list(self.wanted):
                return f"{preview(self.value)} is not one of {', '.join(map(str, self.wanted))}"
            case "const":
                return f"expected {preview(self.wanted)}, found {preview(self.value)}"
            case "required":
                return f"{_quoted(self.names)} is missing"
            case "format":
                return f"{preview(self.value)} is not a valid {self.wanted}"
            case "pattern":
                return f"{preview(self.value)} does not match {self.wanted}"
            case "dependentRequired" if is_object(self.wanted) and is_object(self.value):
                needed = (name for word in self.value for name in self.wanted.get(word, ()))
                return f"{_quoted(name for name in needed if name not in self.value)} is missing"
            case "additionalProperties" | "unevaluatedProperties":
                allowed = f"; allowed: {', '.join(self.allowed)}" if self.allowed else ""
                return f"{_quoted(self.names)} is unknown here{allowed}"
            case "anyOf" | "oneOf" if self.names:
                return f"{_quoted(self.names)} is missing"
            case "anyOf" | "oneOf":
                return f"{preview(self.value)} does not match exactly one member of {self.keyword}"
            case "minProperties" if not self.value:
                return "expected at least one member, found none"
            case "":
                return "nested too deeply to be validated"
            case _:
                return f"{preview(self.value)} violates {self.keyword}: {preview(self.wanted)}"


def _quoted(names: Iterable[str]) -> str:
    return listed(f"'{name}'" for name in names)


Validator: TypeAlias = Callable[[Any], Iterator[Finding]]


def of_schema(schema: dict[str, Any]) -> Validator:
    """Return a validator for a self-contained JSON Schema."""
    from jsonschema import Draft202012Validator

    return partial(_findings, Draft202012Validator(schema))


@cache
def of_openapi() -> tuple[Validator, frozenset[str]]:
    """Return a validator for OpenAPI 3.1 documents, and the names of all members that OpenAPI defines."""
    from jsonschema import Draft202012Validator
    from openapi_spec_validator import schemas

    schema: dict[str, Any] = dict(cast(Any, schemas).schema_v31)
    # Crawl once here; otherwise the validator crawls its schema again for every reference.
    registry = _registry(schema["$id"], schema).crawl()
    return partial(_findings, Draft202012Validator(schema, registry=registry)), frozenset(_members(schema))


def of_spec(document: Document) -> Callable[[str], Validator]:
    """Return a function from the pointer of a schema in a spec to the validator for its values."""
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(partial(fits, name))
    registry = _registry(_SPEC, document.data)
    validator: Any = Draft202012Validator({}, registry=registry, format_checker=checker)

    def check(pointer: str) -> Validator:
        return partial(_findings, validator.evolve(schema={"$ref": f"{_SPEC}#{quote(pointer, safe='/~')}"}))

    return check


def _registry(uri: str, contents: Any) -> Any:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    return cast(Any, Registry)().with_resource(uri, DRAFT202012.create_resource(contents))


def _findings(validator: Any, value: Any) -> Iterator[Finding]:
    try:
        errors = [cause for error in validator.iter_errors(value) for cause in _causes(error)]
    except RecursionError:
        yield Finding("", "", None, value)
        return
    for error in errors:
        pointer = from_names(error.absolute_path)
        allowed: Iterable[str] = ()
        if error.validator == "additionalProperties" and is_object(error.schema):
            allowed = error.schema.get("properties", ())
        names = tuple(_members_named_by(error))
        yield Finding(pointer, error.validator or "", error.validator_value, error.instance, names, tuple(allowed))


def _members_named_by(error: Any) -> Iterator[str]:
    """Yield the missing or unknown members of an error; jsonschema states them in its message only."""
    if error.validator == "required":
        yield from (name for name in error.validator_value if error.message.startswith(repr(name)))
    elif error.validator in _UNIONS and error.context and all(e.validator == "required" for e in error.context):
        for each in error.context:
            yield from _members_named_by(each)
    elif is_object(error.instance):
        yield from (name for name in error.instance if repr(name) in error.message)


def _causes(error: Any) -> Iterator[Any]:
    """Yield the errors behind an error: for a union, the errors of the one member that the value can be meant for."""
    if error.validator not in _UNIONS or not error.context:
        yield error
        return
    tried: dict[Any, list[Any]] = {}
    for each in error.context:
        tried.setdefault(each.schema_path[0], []).append(each)
    candidates = [each for each in tried.values() if not any(_excludes(e) for e in each)]
    if len(candidates) != 1:
        yield error
        return
    for each in candidates[0]:
        yield from _causes(each)


def _excludes(error: Any) -> bool:
    """Return True if an error rules out its member of the union: another type, or another tag."""
    return (error.validator == "type" and not error.path) or (error.validator == "const" and len(error.path) == 1)


def _members(schema: Any) -> Iterator[str]:
    if is_object(schema):
        properties = schema.get("properties")
        yield from properties if is_object(properties) else ()
        for each in schema.values():
            yield from _members(each)


_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GUID_N: Final = re.compile(r"(?i)[0-9a-f]{32}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME: Final = re.compile(r"(?i)(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_SERVICESTACK: Final = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def _is_date(value: Any) -> bool:
    return bool(_DATE.fullmatch(value)) and _parses(date.fromisoformat, value)


def _is_date_time(value: Any) -> bool:
    match = _DATE_TIME.fullmatch(value)
    return match is not None and _parses(datetime.fromisoformat, f"{match[1]}T{match[2]}")


def _is_base64(value: Any) -> bool:
    return _parses(lambda text: b64decode(text, validate=True), value)


def _any(_: Any) -> bool:
    return True


FORMATS: Final[Mapping[str, tuple[frozenset[str], Callable[[Any], bool]]]] = {
    "binary": (frozenset({"string"}), _any),
    "byte": (frozenset({"string"}), _is_base64),
    "date": (frozenset({"string"}), _is_date),
    "date-time": (frozenset({"string"}), _is_date_time),
    "decimal": (frozenset({"string", "number"}), lambda v: not isinstance(v, str) or bool(_DECIMAL.fullmatch(v))),
    "double": (frozenset({"number"}), _any),
    "email": (frozenset({"string"}), lambda v: bool(_EMAIL.fullmatch(v))),
    "float": (frozenset({"number"}), _any),
    "int32": (frozenset({"integer"}), lambda v: -(2**31) <= v < 2**31),
    "int64": (frozenset({"integer"}), lambda v: -(2**63) <= v < 2**63),
    "password": (frozenset({"string"}), _any),
    "uri": (frozenset({"string"}), lambda v: bool(_URI.fullmatch(v))),
    "uuid": (frozenset({"string"}), lambda v: bool(_UUID.fullmatch(v))),
    "x-guid-n": (frozenset({"string"}), lambda v: bool(_GUID_N.fullmatch(v))),
    "x-servicestack-date": (frozenset({"string"}), lambda v: bool(_SERVICESTACK.fullmatch(v))),
}
"""Format -> JSON types that can have it, and a predicate for values of these types."""


def fits(name: str, value: Any) -> bool:
    """Return True if a value has a format, or is of a type to which the format does not apply."""
    types, test = FORMATS[name]
    if isinstance(value, str):
        return "string" not in types or test(value)
    return not is_number(value) or not types & {"integer", "number"} or test(value)


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
