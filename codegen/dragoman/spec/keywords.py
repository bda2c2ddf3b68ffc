"""JSON types of values, and keywords of JSON Schema that the dialect reads in its own way, for all validators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from . import patterns

Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[Any]]
"""Function of jsonschema for a keyword: it gets validator, value of the keyword, instance and schema."""


def json_type(value: Any) -> str:
    """Return the JSON type of a value. A number without a fraction is an integer, as in JSON Schema."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "integer" if value == value // 1 else "number"
        case _:
            return "array" if isinstance(value, list) else "object"


def keywords() -> Mapping[str, Keyword]:
    """Return the keywords by name. Imports jsonschema, which takes a quarter of a second."""
    from jsonschema import Draft202012Validator, ValidationError

    plain_type = Draft202012Validator.VALIDATORS["type"]

    def pattern(validator: Any, wanted: str, value: Any, _: Any) -> Iterator[Any]:
        if validator.is_type(value, "string") and not patterns.fits(wanted, value):
            yield ValidationError(f"{value!r} does not match {wanted!r}")

    def type_(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not {"const", "enum"} & schema.keys():  # values count, not the type beside them
            yield from plain_type(validator, wanted, value, schema)

    return {"pattern": pattern, "type": type_}
