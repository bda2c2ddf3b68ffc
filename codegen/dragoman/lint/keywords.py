"""Keywords of JSON Schema: the value of each, which are supported, and what to write instead of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .shapes import SCALARS
from .values import is_list, is_number, is_object, preview
from .walk import GRAMMAR

TYPES: Final = SCALARS | {"array", "object", "null"}

_Test = tuple[str, Callable[[Any], bool]]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_names(value: Any) -> bool:
    return is_list(value) and all(isinstance(each, str) for each in value) and len(set(value)) == len(value)


def _is_types(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else _is_names(value) and bool(value) and TYPES.issuperset(value)


def _is_schema(value: Any) -> bool:
    return isinstance(value, bool) or is_object(value)


def _is_schemas(value: Any) -> bool:
    return is_list(value) and bool(value) and all(map(_is_schema, value))


def _is_named_schemas(value: Any) -> bool:
    return is_object(value) and all(map(_is_schema, value.values()))


_TEXT: Final[_Test] = ("a string", lambda value: isinstance(value, str))
_FLAG: Final[_Test] = ("true or false", lambda value: isinstance(value, bool))
_NUMBER: Final[_Test] = ("a number", is_number)
_COUNT: Final[_Test] = ("an integer of at least 0", _is_count)
_LIST: Final[_Test] = (
    "a list of at least one value, such as [new, done]",
    lambda value: is_list(value) and bool(value),
)
_SCHEMA: Final[Mapping[str, _Test]] = {
    "schema": ("a schema, such as {type: string}", _is_schema),
    "[schema]": ("a list of schemas, such as [{$ref: '#/components/schemas/Cat'}]", _is_schemas),
    "{schema}": ("a map of schemas, such as {name: {type: string}}", _is_named_schemas),
}

SUPPORTED: Final[Mapping[str, _Test]] = {
    "$comment": _TEXT,
    "$ref": _TEXT,
    "additionalProperties": _SCHEMA["schema"],
    "allOf": _SCHEMA["[schema]"],
    "anyOf": _SCHEMA["[schema]"],
    "const": ("a value", lambda _: True),
    "default": ("a value", lambda _: True),
    "deprecated": _FLAG,
    "description": _TEXT,
    "discriminator": (
        "{propertyName: kind, mapping: {cat: '#/components/schemas/Cat'}}",
        lambda value: (
            is_object(value)
            and isinstance(value.get("propertyName"), str)
            and is_object(value.get("mapping", {}))
            and all(isinstance(each, str) for each in value.get("mapping", {}).values())
        ),
    ),
    "enum": _LIST,
    "example": ("a value", lambda _: True),
    "examples": ("a list of values", lambda value: is_list(value)),
    "exclusiveMaximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "externalDocs": ("{url: 'https://example.com'}", lambda value: is_object(value)),
    "format": _TEXT,
    "items": _SCHEMA["schema"],
    "maxItems": _COUNT,
    "maxLength": _COUNT,
    "maxProperties": _COUNT,
    "maximum": _NUMBER,
    "minItems": _COUNT,
    "minLength": _COUNT,
    "minProperties": _COUNT,
    "minimum": _NUMBER,
    "multipleOf": ("a number above 0", lambda value: is_number(value) and value > 0),
    "oneOf": _SCHEMA["[schema]"],
    "pattern": ("a regular expression, such as '^[A-Z]+$'", lambda value: isinstance(value, str)),
    "properties": _SCHEMA["{schema}"],
    "readOnly": _FLAG,
    "required": ("a list of distinct property names, such as [id, name]", _is_names),
    "title": _TEXT,
    "type": (f"one of {', '.join(sorted(TYPES))}, or a list of these", _is_types),
    "uniqueItems": _FLAG,
    "writeOnly": _FLAG,
}
"""Supported keyword -> description and predicate of its value."""

UNSUPPORTED: Final[Mapping[str, str]] = {
    "$anchor": "move the schema to components.schemas, and write $ref: '#/components/schemas/<Name>'",
    "$defs": "move its schemas to components.schemas",
    "$dynamicAnchor": "move the schema to components.schemas, and write $ref: '#/components/schemas/<Name>'",
    "$dynamicRef": "write $ref: '#/components/schemas/<Name>'",
    "$id": "remove it: the file is one document",
    "$schema": "remove it: OpenAPI 3.1 implies JSON Schema 2020-12",
    "$vocabulary": "remove it",
    "contains": "remove it, and state it in the description",
    "contentEncoding": "write format: byte for base64, format: binary for raw bytes",
    "contentMediaType": "write format: binary, and the media type as the key under content",
    "contentSchema": "remove it, and state it in the description",
    "dependentRequired": "remove it, and state it in the description",
    "dependentSchemas": "write oneOf: with a $ref to one component per case",
    "else": "write oneOf: with a $ref to one component per case",
    "if": "write oneOf: with a $ref to one component per case",
    "maxContains": "remove it, and state it in the description",
    "minContains": "remove it, and state it in the description",
    "not": "remove it, and describe the allowed values (type, enum, pattern)",
    "nullable": "write type: [string, 'null'], or anyOf: [{$ref: …}, {type: 'null'}]",
    "patternProperties": "write additionalProperties: <schema>, and state the pattern in the description",
    "prefixItems": "write items: <schema>; tuples are not supported",
    "propertyNames": "remove it, and state it in the description",
    "then": "write oneOf: with a $ref to one component per case",
    "unevaluatedItems": "remove it",
    "unevaluatedProperties": "write additionalProperties: <schema>",
    "xml": "remove it: bodies are JSON",
}
"""Unsupported keyword of JSON Schema or OpenAPI 3.0 -> hint."""


def misshapen(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield keyword, message and hint for each keyword of a schema whose value is invalid."""
    for keyword, value in schema.items():
        wanted, fits = SUPPORTED.get(keyword) or _SCHEMA.get(GRAMMAR["schema"].get(keyword, ""), ("", bool))
        if wanted and not fits(value):
            yield keyword, f"'{keyword}' is invalid: {preview(value)}", f"set {keyword} to {wanted}"
