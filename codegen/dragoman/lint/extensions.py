"""Checks of the `x-` extensions of the dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..diagnostics import Problem
from ..spec import naming
from ..spec.yaml_document import Document
from .values import is_list, listed, nearest, preview
from .walk import Node, is_component, nodes, report

UNKNOWN_X_WORD: Final = "unknown-x-word"

ANYWHERE: Final = "x-assumed"
ALLOWED_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "x-begins-task": ("operation",),
    "x-task-types": ("components",),
    "x-client-parameter": ("parameter",),
    "x-enum-descriptions": ("schema",),
    "x-enum-varnames": ("schema",),
    "x-environment": ("server",),
    "x-error-when": ("response",),
    "x-from-body": ("parameter",),
    "x-idempotent": ("operation",),
    "x-media-types": ("document",),
    "x-milliseconds": ("schema",),
    "x-name": ("info", "operation", "parameter", "schema", "server-variable"),
    "x-pagination": ("operation",),
    "x-secret": ("schema", "parameter"),
    "x-sign-in": ("security-scheme",),
}


def check_unknown_x_word(document: Document) -> Iterator[Problem]:
    """An `x-` extension is unknown, or is on an object where it has no meaning.

    OpenAPI tools ignore unknown extensions, so a typo in `x-enum-varnames` would silently lose every name. The dialect
    has a fixed list of extensions, each for certain objects.

    Write one of: `x-assumed` (anywhere), `x-name` (info, operation, parameter, schema, server-variable), `x-enum-
    varnames` and `x-enum-descriptions` and `x-milliseconds` (schema), `x-client-parameter` and `x-from-body`
    (parameter), `x-secret` (schema, parameter), `x-pagination`, `x-idempotent` and `x-begins-task` (operation),
    `x-error-when` (response), `x-environment` (server), `x-sign-in` (security-scheme), `x-media-types` (top of the
    file), `x-task-types` (components).
    """
    for node in nodes(document):
        for extension in node.data:
            if not extension.startswith("x-") or extension == ANYWHERE or node.kind == "requirement":
                continue
            kinds = ALLOWED_ON.get(extension)
            if kinds is None:
                hint = nearest(extension, [ANYWHERE, *ALLOWED_ON], "remove it")
                yield report(
                    document,
                    UNKNOWN_X_WORD,
                    node.at(extension),
                    f"'{extension}' is not an extension of the dialect",
                    hint,
                )
            elif node.kind not in kinds:
                message = f"'{extension}' is not allowed here ({node.kind})"
                yield report(document, UNKNOWN_X_WORD, node.at(extension), message, f"move it to: {listed(kinds)}")


X_WORD_VALUE: Final = "x-word-value"

MEDIA_TYPES: Final = ("application/json", "text/csv", "text/jsonl", "text/jsv", "application/xml")


def _is_media_types(value: Any) -> bool:
    return (
        is_list(value)
        and all(isinstance(each, str) and each in MEDIA_TYPES for each in value)
        and len(set(value)) == len(value)
        and "application/json" in value
    )


_FORMS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "x-assumed": (
        "the reason, such as x-assumed: The page shows no verb.",
        lambda value: isinstance(value, str) and bool(value.strip()),
    ),
    "x-client-parameter": ("x-client-parameter: true, or remove it", lambda value: isinstance(value, bool)),
    "x-environment": (
        "x-environment: production, or x-environment: test",
        lambda value: value in ("production", "test"),
    ),
    "x-idempotent": ("x-idempotent: true, or remove it", lambda value: isinstance(value, bool)),
    "x-media-types": (
        f"x-media-types: [{', '.join(MEDIA_TYPES)}], or fewer with application/json among them",
        _is_media_types,
    ),
    "x-milliseconds": ("x-milliseconds: true, or remove it", lambda value: isinstance(value, bool)),
    "x-secret": ("x-secret: true, or remove it", lambda value: isinstance(value, bool)),
    "x-from-body": (
        "x-from-body: /brand, a JSON Pointer into the request body",
        lambda value: isinstance(value, str) and value.startswith("/"),
    ),
}


def check_x_word_value(document: Document) -> Iterator[Problem]:
    """The value of an `x-` extension is invalid.

    Write `x-assumed: <reason>`, `x-environment: production` or `test`, `x-client-parameter: true`, `x-secret: true`,
    `x-idempotent: true`, `x-milliseconds: true`, `x-from-body: /brand`; and `x-name` in its final spelling in Python:
    `LifePos` (info), `list_tasks` (operation), `page_token` (parameter, property), `Task` (schema). Other checks
    describe `x-pagination`, `x-error-when`, `x-sign-in`, `x-enum-varnames` and `x-begins-task`.

    `x-media-types`, at the top of the file, lists the media types of the data that every operation can respond with:
    `[application/json, text/csv, text/jsonl, text/jsv, application/xml]` or fewer, `application/json` always among
    them. Operations then declare their JSON only, and callers choose from the list. `application/xml` may be listed
    because the vendor supports it; clients do not decode it.
    """
    for node in nodes(document):
        if node.kind == "requirement":
            continue
        for extension, (wanted, fits) in _FORMS.items():
            if extension in node.data and not fits(node.data[extension]):
                yield report(
                    document,
                    X_WORD_VALUE,
                    node.at(extension),
                    f"{extension} is invalid: {preview(node.data[extension])}",
                    f"write {wanted}",
                )
        if "x-name" in node.data and node.kind in ("info", "operation", "parameter", "schema"):
            yield from _spelling(document, node)


def _spelling(document: Document, node: Node) -> Iterator[Problem]:
    name = node.data["x-name"]
    spelled = _spell(node, name) if isinstance(name, str) else ""
    if name != spelled:
        hint = f"write x-name: {spelled}" if spelled else "write a valid Python identifier"
        yield report(
            document, X_WORD_VALUE, node.at("x-name"), f"x-name is not a valid Python name here: {preview(name)}", hint
        )


def _spell(node: Node, name: str) -> str:
    match node.kind:
        case "info":
            return naming.pascal(name)
        case "operation":
            return naming.function(name)
        case "parameter":
            return naming.argument(name)
        case _ if is_component(node):
            return naming.class_name(name)
        case _:
            return naming.attribute(name)
