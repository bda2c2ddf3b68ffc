"""Which objects OpenAPI 3.1 has, and which objects stand in which: the map that `walk` follows.

A member is written as the kind of object it holds: `kind`, `[kind]` for a list, `{kind}` for names the author chooses.
What is not listed holds no objects: plain values, examples, and members that only other tools read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

ANY: Final = "*"
"""Stands for every member not listed, `x-` members excepted."""

GRAMMAR: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "paths",
        "webhooks": "{path-item}",
        "components": "components",
        "security": "[requirement]",
        "tags": "[tag]",
        "externalDocs": "external-docs",
    },
    "info": {"contact": "contact", "license": "license"},
    "contact": {},
    "license": {},
    "server": {"variables": "{server-variable}"},
    "server-variable": {},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request-body}",
        "headers": "{header}",
        "securitySchemes": "{security-scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path-item}",
    },
    "paths": {ANY: "path-item"},
    "path-item": {
        **dict.fromkeys(METHODS, "operation"),
        "servers": "[server]",
        "parameters": "[parameter]",
    },
    "operation": {
        "externalDocs": "external-docs",
        "parameters": "[parameter]",
        "requestBody": "request-body",
        "responses": "responses",
        "callbacks": "{callback}",
        "security": "[requirement]",
        "servers": "[server]",
    },
    "external-docs": {},
    "parameter": {"schema": "schema", "content": "{media-type}", "examples": "{example}"},
    "header": {"schema": "schema", "content": "{media-type}", "examples": "{example}"},
    "request-body": {"content": "{media-type}"},
    "media-type": {"schema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "responses": {ANY: "response"},
    "response": {"headers": "{header}", "content": "{media-type}", "links": "{link}"},
    "callback": {ANY: "path-item"},
    "example": {},
    "link": {"server": "server"},
    "tag": {"externalDocs": "external-docs"},
    "requirement": {},
    "security-scheme": {"flows": "flows"},
    "flows": dict.fromkeys(("implicit", "password", "clientCredentials", "authorizationCode"), "flow"),
    "flow": {},
    "schema": {
        "properties": "{schema}",
        "patternProperties": "{schema}",
        "additionalProperties": "schema",
        "unevaluatedProperties": "schema",
        "propertyNames": "schema",
        "dependentSchemas": "{schema}",
        "items": "schema",
        "prefixItems": "[schema]",
        "unevaluatedItems": "schema",
        "contains": "schema",
        "allOf": "[schema]",
        "anyOf": "[schema]",
        "oneOf": "[schema]",
        "not": "schema",
        "if": "schema",
        "then": "schema",
        "else": "schema",
        "contentSchema": "schema",
        "$defs": "{schema}",
        "discriminator": "discriminator",
        "xml": "xml",
        "externalDocs": "external-docs",
    },
    "discriminator": {},
    "xml": {},
}

SECTIONS: Final[Mapping[str, str]] = {kind.strip("{}"): name for name, kind in GRAMMAR["components"].items()}
"""Kind of object -> the section of `components` that holds such objects."""

REFERABLE: Final = frozenset(SECTIONS)
"""Kinds of objects in whose place a `$ref` may stand."""
