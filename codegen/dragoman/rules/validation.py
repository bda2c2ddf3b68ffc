"""Validates values against JSON Schemas: the only file that knows jsonschema and openapi-spec-validator.

Their imports take half a second, so they wait until a rule has something to validate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any, Final, TypeAlias, cast
from urllib.parse import quote

from attrs import frozen

from taskclients_core.json_pointer import from_names

from ..source import Document
from .data import is_list, is_object
from .formats import FORMATS, fits
from .wording import listed, shown, typed

_SPEC: Final = "urn:spec"
_CHOICES: Final = frozenset({"anyOf", "oneOf"})


@frozen
class Finding:
    """What a validator found."""

    pointer: str
    """Where in the value (RFC 6901)."""

    keyword: str
    """The keyword of the schema that the value breaks."""

    wanted: Any
    """What the keyword holds."""

    value: Any
    """What stands at the pointer."""

    names: tuple[str, ...] = ()
    """Members that are missing, or not known."""

    def __str__(self) -> str:
        match self.keyword:
            case "type":
                wanted = self.wanted if is_list(self.wanted) else [self.wanted]
                return f"expected {listed(wanted)}, found {typed(self.value)}"
            case "enum" if is_list(self.wanted):
                return f"{shown(self.value)} is not one of {', '.join(map(str, self.wanted))}"
            case "const":
                return f"{shown(self.value)} is not {shown(self.wanted)}"
            case "required":
                return f"'{listed(self.names)}' is missing"
            case "format":
                return f"{shown(self.value)} is not in the format {self.wanted}"
            case "pattern":
                return f"{shown(self.value)} does not match {self.wanted}"
            case "dependentRequired" if is_object(self.wanted) and is_object(self.value):
                needed = (name for word in self.value for name in self.wanted.get(word, ()))
                return f"'{listed(name for name in needed if name not in self.value)}' is missing"
            case "additionalProperties" | "unevaluatedProperties":
                return f"'{listed(self.names)}' is not known here"
            case "anyOf" | "oneOf":
                return f"{shown(self.value)} does not fit exactly one member of {self.keyword}"
            case "":
                return "nested too deeply to be checked"
            case _:
                return f"{shown(self.value)} breaks {self.keyword}: {shown(self.wanted)}"


Check: TypeAlias = Callable[[Any], Iterator[Finding]]


def of_schema(schema: dict[str, Any]) -> Check:
    """Return a check against a JSON Schema that stands for itself."""
    from jsonschema import Draft202012Validator

    return partial(_findings, Draft202012Validator(schema))


@cache
def of_openapi() -> tuple[Check, frozenset[str]]:
    """Return the check that a document is OpenAPI 3.1, and the names of all members that OpenAPI has."""
    from jsonschema import Draft202012Validator
    from openapi_spec_validator import schemas

    schema: dict[str, Any] = dict(cast(Any, schemas).schema_v31)
    # Crawled once here; left to itself, the validator crawls its schema anew for every reference.
    registry = _registry(schema["$id"], schema).crawl()
    return partial(_findings, Draft202012Validator(schema, registry=registry)), frozenset(_members(schema))


def of_spec(document: Document) -> Callable[[str], Check]:
    """Return, for the pointer of a schema in a spec, the check that a value fits it."""
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(partial(fits, name))
    registry = _registry(_SPEC, document.data)
    validator: Any = Draft202012Validator({}, registry=registry, format_checker=checker)

    def check(pointer: str) -> Check:
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
        names: Iterable[str] = ()
        # The validator names members in its message only, one missing member a message.
        if error.validator == "required":
            names = (name for name in error.validator_value if error.message.startswith(repr(name)))
        elif is_object(error.instance):
            names = (name for name in error.instance if repr(name) in error.message)
        yield Finding(pointer, error.validator or "", error.validator_value, error.instance, tuple(names))


def _causes(error: Any) -> Iterator[Any]:
    """Yield what made a value unfit: in a choice, what is wrong with the one member that could be meant."""
    if error.validator not in _CHOICES or not error.context:
        yield error
        return
    tried: dict[Any, list[Any]] = {}
    for each in error.context:
        tried.setdefault(each.schema_path[0], []).append(each)
    meant = [each for each in tried.values() if not any(_excludes(e) for e in each)]
    if len(meant) != 1:
        yield error
        return
    for each in meant[0]:
        yield from _causes(each)


def _excludes(error: Any) -> bool:
    """Tell whether an error says that another member of the choice is meant: a wrong type, a wrong tag."""
    return (error.validator == "type" and not error.path) or (error.validator == "const" and len(error.path) == 1)


def _members(schema: Any) -> Iterator[str]:
    if is_object(schema):
        properties = schema.get("properties")
        yield from properties if is_object(properties) else ()
        for each in schema.values():
            yield from _members(each)
