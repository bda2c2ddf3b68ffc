"""Validation of values against JSON Schemas; the only module of lint that imports jsonschema.

The import takes a quarter of a second, so it is delayed until a check has a value to validate. OpenAPI's own schema is
a file of openapi-spec-validator.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from urllib.parse import quote

from taskclients_core.json_pointer import from_names, resolve

from ..spec.formats import FORMATS, fits
from ..spec.keywords import keywords
from ..spec.yaml_document import Document
from .findings import Finding
from .values import is_list, is_object

_SPEC: Final = "urn:spec"
_UNIONS: Final = frozenset({"anyOf", "oneOf"})


Validator: TypeAlias = Callable[[Any], Iterator[Finding]]


def of_schema(schema: dict[str, Any]) -> Validator:
    """Return a validator for a self-contained JSON Schema."""
    from jsonschema import Draft202012Validator

    return partial(_findings, Draft202012Validator(schema))


@cache
def of_openapi() -> tuple[Validator, frozenset[str]]:
    """Return a validator for OpenAPI 3.1 documents, and the names of all members that OpenAPI defines."""
    from jsonschema import Draft202012Validator

    schema = _openapi_schema()
    # Crawl once here; otherwise the validator crawls its schema again for every reference.
    registry = _registry(schema["$id"], schema).crawl()
    return partial(_findings, Draft202012Validator(schema, registry=registry)), frozenset(_members(schema))


@cache
def _openapi_schema() -> dict[str, Any]:
    # Read as a file, because to import the package takes half a second of CPU, most of it for pydantic.
    package = find_spec("openapi_spec_validator")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator is not installed", name="openapi_spec_validator")
    folder = Path(package.submodule_search_locations[0])
    schema: dict[str, Any] = json.loads((folder / "resources/schemas/v3.1/schema.json").read_text(encoding="utf-8"))
    # A source without a URL is cited in words.
    cited = {"anyOf": [{"required": ["url"]}, {"required": ["description"]}]}
    docs = schema["$defs"]["external-documentation"]
    docs = {name: value for name, value in docs.items() if name != "required"} | cited
    return schema | {"$defs": schema["$defs"] | {"external-documentation": docs}}


def of_spec(document: Document) -> Callable[[str], Validator]:
    """Return a function from the pointer of a schema in a spec to the validator for its values."""
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(partial(fits, name))
    registry = _registry(_SPEC, document.data)
    validator: Any = _validator_class()({}, registry=registry, format_checker=checker)

    def check(pointer: str) -> Validator:
        return partial(_findings, validator.evolve(schema={"$ref": f"{_SPEC}#{quote(pointer, safe='/~')}"}))

    return check


@cache
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return cast(Any, extend)(Draft202012Validator, keywords())


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
    found = [_finding(error) for error in errors]
    mistyped = {each.pointer for each in found if each.keyword == "type"}
    yield from (each for each in found if each.keyword == "type" or each.pointer not in mistyped)


def _finding(error: Any) -> Finding:
    path, way = list(error.absolute_path), list(error.absolute_schema_path)
    if "propertyNames" in way[-2:-1]:
        path.append(error.instance)
    keyword = error.validator or "false"
    allowed: Iterable[str] = ()
    if keyword == "additionalProperties" and is_object(error.schema):
        allowed = error.schema.get("properties", ())
    elif keyword == "unevaluatedProperties":
        allowed = dict.fromkeys(_own_members(error.schema))
    names = tuple(dict.fromkeys(_members_named_by(error, way)))
    return Finding(from_names(path), keyword, error.validator_value, error.instance, names, tuple(allowed))


def _members_named_by(error: Any, way: list[Any]) -> Iterator[str]:
    """Yield the members of a value that an error is about; jsonschema states most of them in its message only."""
    wanted = error.validator_value
    match error.validator:
        case "required":
            yield from (name for name in wanted if error.message.startswith(repr(name)))
        case "oneOf" | "anyOf" if is_object(error.instance) and all(_only_requires(each) for each in wanted):
            names = [name for each in wanted for name in each["required"]]
            # Without a context, more than one member matches.
            yield from names if error.context else (name for name in names if name in error.instance)
        case "not" if is_object(wanted) and is_list(wanted.get("required")):
            yield from (way[-2], *wanted["required"]) if "dependentSchemas" in way[-3:-2] else wanted["required"]
        case "additionalProperties" | "unevaluatedProperties" if is_object(error.instance):
            yield from (name for name in error.instance if repr(name) in error.message)


def _only_requires(schema: Any) -> bool:
    return is_object(schema) and schema.keys() == {"required"}


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
        yield from _properties(schema)
        for each in schema.values():
            yield from _members(each)


def _own_members(schema: Any) -> Iterator[str]:
    """Yield the members that a schema of OpenAPI's schema defines for its own value."""
    if not is_object(schema):
        return
    yield from _properties(schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(keyword, ()):
            yield from _own_members(each)
    for each in (schema.get("then"), schema.get("else"), *schema.get("dependentSchemas", {}).values()):
        yield from _own_members(each)
    if (ref := schema.get("$ref", "")).startswith("#/"):
        yield from _own_members(resolve(_openapi_schema(), ref.removeprefix("#"), None))


def _properties(schema: dict[str, Any]) -> Iterable[str]:
    properties = schema.get("properties")
    return properties if is_object(properties) else ()
