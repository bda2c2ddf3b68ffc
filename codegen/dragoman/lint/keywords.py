"""The keywords of JSON Schema: what each must hold, and which of them can be generated from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .shapes import SCALARS
from .values import is_list, is_number, is_object, shown
from .walk import GRAMMAR

TYPES: Final = SCALARS | {"array", "object", "null"}

_Test = tuple[str, Callable[[Any], bool]]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_names(value: Any) -> bool:
    return is_list(value) and all(isinstance(each, str) for each in value) and len(set(value)) == len(value)


def _is_types(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else _is_names(value) and bool(value) and TYPES.issuperset(value)


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError, OverflowError, RecursionError):
        return False
    return True


def _is_schema(value: Any) -> bool:
    return isinstance(value, bool) or is_object(value)


def _is_schemas(value: Any) -> bool:
    return is_list(value) and bool(value) and all(map(_is_schema, value))


def _is_named_schemas(value: Any) -> bool:
    return is_object(value) and all(map(_is_schema, value.values()))


_TEXT: Final[_Test] = ("a text", lambda value: isinstance(value, str))
_FLAG: Final[_Test] = ("true or false", lambda value: isinstance(value, bool))
_NUMBER: Final[_Test] = ("a number", is_number)
_COUNT: Final[_Test] = ("a count: 0, 1, 2 …", _is_count)
_LIST: Final[_Test] = ("a list with at least one item", lambda value: is_list(value) and bool(value))
_SCHEMA: Final[Mapping[str, _Test]] = {
    "schema": ("a schema", _is_schema),
    "[schema]": ("a list of schemas", _is_schemas),
    "{schema}": ("schemas by name", _is_named_schemas),
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
        "propertyName, with or without a mapping of texts",
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
    "externalDocs": ("url and description", lambda value: is_object(value)),
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
    "pattern": ("a regular expression", _is_pattern),
    "properties": _SCHEMA["{schema}"],
    "readOnly": _FLAG,
    "required": ("a list of names, each once", _is_names),
    "title": _TEXT,
    "type": (f"one of {', '.join(sorted(TYPES))}, or a list of these", _is_types),
    "uniqueItems": _FLAG,
    "writeOnly": _FLAG,
}
"""Keywords that may be used, and what each holds."""

UNSUPPORTED: Final[Mapping[str, str]] = {
    "$anchor": "name the schema under components.schemas and use $ref",
    "$defs": "put schemas under components.schemas",
    "$dynamicAnchor": "name the schema under components.schemas and use $ref",
    "$dynamicRef": "use $ref",
    "$id": "leave it out: the file is one document",
    "$schema": "leave it out: OpenAPI 3.1 says which JSON Schema it is",
    "$vocabulary": "leave it out",
    "contains": "say it in the description",
    "contentEncoding": "write format: byte for base64, format: binary for raw bytes",
    "contentMediaType": "write format: binary, and the media type under content",
    "contentSchema": "say it in the description",
    "dependentRequired": "say it in the description",
    "dependentSchemas": "write oneOf with one component for each case",
    "else": "write oneOf with one component for each case",
    "if": "write oneOf with one component for each case",
    "maxContains": "say it in the description",
    "minContains": "say it in the description",
    "not": "say what is allowed instead",
    "nullable": "write type: [string, 'null'], or anyOf: [{$ref: …}, {type: 'null'}]",
    "patternProperties": "write additionalProperties, and the pattern in the description",
    "prefixItems": "write items: lists of fixed places are not supported",
    "propertyNames": "say it in the description",
    "then": "write oneOf with one component for each case",
    "unevaluatedItems": "leave it out",
    "unevaluatedProperties": "write additionalProperties",
    "xml": "leave it out: bodies are JSON",
}
"""Keywords that exist and cannot be generated from, and what to write instead."""


def misshapen(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield keyword, message and hint for each keyword of a schema that holds what it cannot hold."""
    for keyword, value in schema.items():
        wanted, fits = SUPPORTED.get(keyword) or _SCHEMA.get(GRAMMAR["schema"].get(keyword, ""), ("", bool))
        if wanted and not fits(value):
            yield keyword, f"'{keyword}' cannot be {shown(value)}", f"write {wanted}"
