"""Checks of the document as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from taskclients_core.json_pointer import escape

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .json_schema import Finding, of_openapi
from .keywords import misshapen
from .values import is_list, is_object, nearest, shown
from .walk import Node, nodes, report, root

OPENAPI_INVALID: Final = "openapi-invalid"

_HINTS: Final = {"required": "add it", "enum": "write one of these"}
_HINT: Final = "see the OpenAPI 3.1 specification for what stands here"


def check_openapi_invalid(document: Document) -> Iterator[Problem]:
    """The file is not an OpenAPI 3.1 document.

    Every tool that reads the spec relies on the form that the OpenAPI specification gives it, ours included; rules
    about meaning wait until the form is right. Other versions differ in their schemas (`nullable`, `exclusiveMinimum`),
    so guessing would give wrong types.

    Write `openapi: 3.1.0` (or a later 3.1), and mend what is reported at the place that is reported.
    """
    data = document.data
    if not is_object(data):
        yield report(
            document, OPENAPI_INVALID, "", "the file does not hold an OpenAPI document", "start with: openapi: 3.1.0"
        )
        return
    version = data.get("openapi", data.get("swagger"))
    if not isinstance(version, str) or not re.fullmatch(r"3\.1\.\d+", version):
        stated = "no version of OpenAPI is stated" if version is None else f"version {shown(version)} is not supported"
        place = "/openapi" if "openapi" in data else "/swagger"
        yield report(document, OPENAPI_INVALID, place, stated, "write openapi: 3.1.0")
        return
    yield from _form(document)
    for schema in nodes(document, "schema"):
        for keyword, message, hint in misshapen(schema.data):
            yield report(document, OPENAPI_INVALID, schema.at(keyword), message, hint)


def _form(document: Document) -> Iterator[Problem]:
    validate, known = of_openapi()
    findings = list(validate(document.data))
    for finding in findings:
        if finding.keyword != "unevaluatedProperties":
            hint = _HINTS.get(finding.keyword, _HINT)
            yield report(document, OPENAPI_INVALID, finding.pointer, str(finding), hint)
            continue
        # Where anything inside an object is wrong, the validator calls its sound members unknown too.
        broken = any(other is not finding and _within(other, finding) for other in findings)
        for name in finding.names:
            if not (broken and name in known):
                where = f"{finding.pointer}/{escape(name)}"
                yield report(
                    document, OPENAPI_INVALID, where, f"'{name}' is not known here", nearest(name, known, "remove it")
                )


def _within(inner: Finding, outer: Finding) -> bool:
    return f"{inner.pointer}/".startswith(f"{outer.pointer}/")


UNSAFE_TEXT: Final = "unsafe-text"

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, line break and tab apart
    "\u2028\u2029"  # line breaks that only some readers see
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # turn the direction of writing
    "\ufeff\ufff9-\uffff\ud800-\udfff]"  # invisible, or no characters at all
)
_BREAKS: Final = re.compile("[\t\n]")
_QUOTES: Final = re.compile(
    r'["\\]'
)  # in the name of a member: JSON writes it with escapes, which the codec does not take


def check_unsafe_text(document: Document) -> Iterator[Problem]:
    """A text holds characters that cannot be shown safely.

    What stands in a spec ends up in source code, in terminals and in reviews. Control characters drive terminals, and
    characters that reverse the direction of writing let code read otherwise than it runs ("trojan source").

    Write plain text. Line breaks and tabs may stand in values (descriptions), not in names; a quotation mark or a
    backslash not in the name of a member.
    """
    for pointer, text, is_name in _texts(document.data, ""):
        found = _UNSAFE.search(text) or (_BREAKS.search(text) if is_name else None)
        if is_name and pointer.removesuffix(f"/{escape(text)}").endswith("/properties"):
            found = found or _QUOTES.search(text)
        if found:
            character = found.group()
            called = unicodedata.name(character, "a control character" if ord(character) < 0xA0 else "no character")
            message = f"holds U+{ord(character):04X}, {called}"
            yield report(document, UNSAFE_TEXT, pointer, message, "write it without that character")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Yield pointer and text of everything written, and whether it is a name."""
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


UNSUPPORTED_FEATURE: Final = "unsupported-feature"

_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})


def check_unsupported_feature(document: Document) -> Iterator[Problem]:
    """The spec uses a part of OpenAPI that the clients do not have.

    Passing over it would give a client that lacks something without saying so.

    Leave out webhooks, callbacks and shared path items; write one list of servers, at the top; and leave `Accept`,
    `Content-Type` and `Authorization` to media types and security schemes.
    """
    whole = root(document)
    components = whole.child("components", "components")
    yield from _members(document, whole, "webhooks", "jsonSchemaDialect")
    if components:
        yield from _members(document, components, "callbacks", "pathItems")
    for node in nodes(document, "path-item", "operation", "parameter"):
        match node.kind:
            case "parameter":
                yield from _header(document, node)
            case "path-item":
                yield from _members(document, node, "servers", "$ref")
                yield from _path(document, node)
            case _:
                yield from _members(document, node, "servers", "callbacks")


def _members(document: Document, node: Node, *names: str) -> Iterator[Problem]:
    for name in names:
        if name in node.data:
            hint = "write servers at the top of the spec" if name == "servers" else "leave it out"
            yield report(document, UNSUPPORTED_FEATURE, node.at(name), f"{name} is not supported here", hint)


def _path(document: Document, item: Node) -> Iterator[Problem]:
    if any(character in item.key for character in "?#"):
        message = "a path with a query or a fragment is not supported"
        yield report(document, UNSUPPORTED_FEATURE, item.pointer, message, "write query parameters as parameters")


def _header(document: Document, parameter: Node) -> Iterator[Problem]:
    name = parameter.data.get("name")
    if parameter.data.get("in") == "header" and isinstance(name, str) and name.lower() in _HEADERS:
        message = f"OpenAPI gives no meaning to a parameter for the header {name}"
        hint = "write a security scheme for Authorization, content for the other two"
        yield report(document, UNSUPPORTED_FEATURE, parameter.at("name"), message, hint)
