"""Checks of the document as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from taskclients_core.json_pointer import escape

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .findings import Finding
from .json_schema import of_openapi
from .keywords import misshapen
from .values import is_list, is_object, json_type, listed, nearest, preview
from .walk import nodes, report, root

OPENAPI_INVALID: Final = "openapi-invalid"

_OF_TYPE: Final = {
    "object": "write members, such as description: Done.",
    "array": "write a list, such as [first, second]",
    "boolean": "write true or false",
    "string": "write text, such as 'v1'",
}
_MEMBERS: Final = {
    "components": "components: {schemas: {Task: {type: object}}}",
    "content": "content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}",
    "default": "default: v1",
    "description": "description: Done.",
    "flows": "flows: {clientCredentials: {tokenUrl: 'https://api.example.com/token', scopes: {}}}",
    "in": "in: query",
    "info": "info: {title: Tasks, version: '1'}",
    "name": "name: limit",
    "operationId": "operationId: tasks.getTask",
    "paths": "paths: {}",
    "required": "required: true",
    "responses": "responses: {'204': {description: Done.}}",
    "schema": "schema: {type: string}",
    "scheme": "scheme: bearer",
    "scopes": "scopes: {}",
    "title": "title: Tasks",
    "tokenUrl": "tokenUrl: 'https://api.example.com/token'",
    "type": "type: http",
    "url": "url: 'https://api.example.com'",
    "version": "version: '1'",
}
"""Member of an object of OpenAPI -> valid example for hints."""

_HINT: Final = "write what the OpenAPI 3.1 specification requires here: https://spec.openapis.org/oas/v3.1.0"


def check_openapi_invalid(document: Document) -> Iterator[Problem]:
    """The file is not an OpenAPI 3.1 document.

    Every tool that reads the spec relies on the form defined by the OpenAPI specification; the checks of meaning run
    only when the form is valid. Other versions have other schemas (`nullable`, `exclusiveMinimum`), so reading them as
    3.1 would give wrong types.

    Write `openapi: 3.1.0` (or a later 3.1), and correct each reported place.
    """
    data = document.data
    if not is_object(data):
        yield report(
            document,
            OPENAPI_INVALID,
            "",
            "the file is not an OpenAPI document",
            "write openapi: 3.1.0 in the first line",
        )
        return
    version = data.get("openapi", data.get("swagger"))
    if not isinstance(version, str) or not re.fullmatch(r"3\.1\.\d+", version):
        problem = (
            "the OpenAPI version is missing" if version is None else f"version {preview(version)} is not supported"
        )
        pointer = "/openapi" if "openapi" in data else "/swagger"
        yield report(document, OPENAPI_INVALID, pointer, problem, "write openapi: 3.1.0")
        return
    yield from _form(document)
    for schema in nodes(document, "schema"):
        for keyword, message, hint in misshapen(schema.data):
            yield report(document, OPENAPI_INVALID, schema.at(keyword), message, hint)


def _form(document: Document) -> Iterator[Problem]:
    validate, known = of_openapi()
    findings = list(validate(document.data))

    def is_broken(finding: Finding) -> bool:
        # If any part of an object is invalid, the validator also reports valid members, and statuses as missing.
        return any(other is not finding and _within(other, finding) for other in findings)

    for finding in findings:
        if finding.keyword != "unevaluatedProperties":
            of_responses = finding.keyword == "required" and finding.pointer.endswith("/responses")
            if not (of_responses and is_broken(finding)):
                yield report(document, OPENAPI_INVALID, finding.pointer, finding.problem, _hint(finding))
            continue
        broken = is_broken(finding)
        for name in finding.names:
            if not (broken and name in known):
                where = f"{finding.pointer}/{escape(name)}"
                hint = _hint_for_unknown(name, finding)
                yield report(document, OPENAPI_INVALID, where, f"'{name}' is unknown here", hint)


def _hint_for_unknown(name: str, finding: Finding) -> str:
    if finding.pointer == "/paths":
        return f"write /{name}"
    if is_object(finding.value) and "$ref" in finding.value:
        return nearest(name, finding.allowed, f"remove it, or move it to {finding.value['$ref']}")
    return f"write {name.upper()}" if re.fullmatch("[1-5]xx", name) else nearest(name, finding.allowed, "remove it")


def _hint(finding: Finding) -> str:
    match finding.keyword:
        case "type" if is_list(finding.wanted):
            return "write a schema, such as {type: string}"
        case "type":
            scalar = json_type(finding.value) not in ("object", "array", "null")
            return (
                f"write '{preview(finding.value)}'"
                if scalar and finding.wanted == "string"
                else _OF_TYPE[finding.wanted]
            )
        case "required" if finding.pointer.endswith("/responses"):
            return "write '204': {description: Done.}"
        case "required" | "anyOf" | "oneOf" if not str(finding).endswith("exclude each other"):
            return f"write {listed(_MEMBERS.get(name, f'{name}: <{name}>') for name in finding.names)}"
        case "required" | "anyOf" | "oneOf" | "not":
            return "remove one of the two"
        case "enum":
            return f"write {finding.name}: {finding.wanted[0]}"
        case "const":
            return f"write {finding.name}: {preview(finding.wanted)}"
        case "minProperties" if finding.name in _MEMBERS:
            return f"write {_MEMBERS[finding.name]}"
        case "pattern" if finding.pointer.startswith("/components/"):
            return "write a name of letters, digits, dots, hyphens and underscores"
        case _:
            return _HINT


def _within(inner: Finding, outer: Finding) -> bool:
    return f"{inner.pointer}/".startswith(f"{outer.pointer}/")


UNSAFE_TEXT: Final = "unsafe-text"

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except line feed and tab
    "\u2028\u2029"  # line breaks for some readers only
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # bidirectional controls
    "\ufeff\ufff9-\uffff\ud800-\udfff]"  # invisible characters and noncharacters
)
_BREAKS: Final = re.compile("[\t\n]")
# Not in the name of a property: JSON escapes these characters, and the codec does not unescape names.
_QUOTES: Final = re.compile(r'["\\]')


def check_unsafe_text(document: Document) -> Iterator[Problem]:
    """A string or a name contains characters that are unsafe in source code or in terminals.

    The text of a spec is copied to source code, terminals and reviews. Control characters change the state of a
    terminal, and bidirectional controls make code look different from what it does ("trojan source").

    Write printable characters. Line breaks and tabs are allowed in values (descriptions) but not in names; quotation
    marks and backslashes are not allowed in names of properties.
    """
    for pointer, text, is_name in _texts(document.data, ""):
        found = _UNSAFE.search(text) or (_BREAKS.search(text) if is_name else None)
        if is_name and pointer.removesuffix(f"/{escape(text)}").endswith("/properties"):
            found = found or _QUOTES.search(text)
        if found:
            character = found.group()
            named = unicodedata.name(character, "a control character" if ord(character) < 0xA0 else "a noncharacter")
            message = f"contains U+{ord(character):04X}, {named}"
            yield report(document, UNSAFE_TEXT, pointer, message, "remove the character")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (pointer, text, is a name) for every string and every name of a member."""
    if isinstance(value, str):
        yield pointer, value, False
    elif is_object(value):
        for key, each in value.items():
            member = f"{pointer}/{escape(key)}"
            yield member, key, True
            yield from _texts(each, member)
    elif is_list(value):
        for index, each in enumerate(value):
            yield from _texts(each, f"{pointer}/{index}")


OPEN_TODO: Final = "open-todo"
TODO: Final = "TODO: "


def check_open_todo(document: Document) -> Iterator[Problem]:
    """A text of a draft asks a person to decide.

    `dragoman docs draft` writes it where the page does not state what the client needs, and no usual value exists.
    Code of such a spec would call a wrong server, or have members in a wrong place.

    Write the answer in place of the text, or remove the text where there is nothing to say.
    """
    for pointer, text, is_name in _texts(document.data, ""):
        if not is_name and text.startswith(TODO):
            yield report(document, OPEN_TODO, pointer, text.removeprefix(TODO), "replace the text by the answer")


UNSUPPORTED_FEATURE: Final = "unsupported-feature"
IGNORED_FEATURE: Final = "ignored-feature"


def check_unsupported_feature(document: Document) -> Iterator[Problem]:
    """The spec chooses another dialect of JSON Schema.

    Reading its schemas by the rules of OpenAPI's own dialect could give wrong types.

    Write nothing there: remove jsonSchemaDialect.
    """
    if "jsonSchemaDialect" in root(document).data:
        message = "jsonSchemaDialect is not supported here"
        yield report(document, UNSUPPORTED_FEATURE, "/jsonSchemaDialect", message, "remove it")


def check_ignored_feature(document: Document) -> Iterator[Problem]:
    """The spec describes requests that the server sends: webhooks or callbacks.

    A client sends requests and receives none, so they have no effect. Only the first one is reported.

    Write nothing there if you want no warning: remove webhooks and callbacks.
    """
    whole = root(document)
    found = [(whole, "webhooks"), *((node, "callbacks") for node in nodes(document, "components", "operation"))]
    for node, name in found:
        if node.data.get(name):
            message = f"{name} is ignored: a client receives no requests"
            yield report(document, IGNORED_FEATURE, node.at(name), message, "remove it, or leave it for other tools")
            return
