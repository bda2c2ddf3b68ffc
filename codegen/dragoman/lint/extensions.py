"""Checks of the dialect's `x-` words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..diagnostics import Problem
from ..spec import naming
from ..spec.yaml_document import Document
from .values import is_list, listed, nearest, shown
from .walk import Node, is_component, nodes, report

UNKNOWN_X_WORD: Final = "unknown-x-word"

ANYWHERE: Final = "x-assumed"
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "x-begins-task": ("operation",),
    "x-task-types": ("components",),
    "x-client-parameter": ("parameter",),
    "x-enum-descriptions": ("schema",),
    "x-enum-varnames": ("schema",),
    "x-error-when": ("response",),
    "x-from-body": ("parameter",),
    "x-idempotent": ("operation",),
    "x-media-types": ("document",),
    "x-milliseconds": ("schema",),
    "x-name": ("info", "operation", "parameter", "schema"),
    "x-pagination": ("operation",),
    "x-secret": ("schema", "parameter"),
    "x-sign-in": ("security-scheme",),
}


def check_unknown_x_word(document: Document) -> Iterator[Problem]:
    """An `x-` word is not known, or stands where it means nothing.

    Other tools pass over words they do not know, so a slip in `x-enum-varnames` would silently lose every name. Here
    the words are few and each has its place.

    Write one of: `x-assumed` (anywhere), `x-name` (info, operation, parameter, schema), `x-enum-varnames` and
    `x-enum-descriptions` and `x-milliseconds` (schema), `x-client-parameter` and `x-from-body` (parameter), `x-secret`
    (schema, parameter), `x-pagination`, `x-idempotent` and `x-begins-task` (operation), `x-error-when` (response),
    `x-sign-in` (security-scheme), `x-media-types` (at the top), `x-task-types` (components).
    """
    for node in nodes(document):
        for word in node.data:
            if not word.startswith("x-") or word == ANYWHERE or node.kind == "requirement":
                continue
            places = PLACES.get(word)
            if places is None:
                hint = nearest(word, [ANYWHERE, *PLACES], "remove it")
                yield report(document, UNKNOWN_X_WORD, node.at(word), f"'{word}' is no word of ours", hint)
            elif node.kind not in places:
                message = f"'{word}' means nothing in: {node.kind}"
                yield report(document, UNKNOWN_X_WORD, node.at(word), message, f"it belongs in: {listed(places)}")


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
    "x-assumed": ("the reason, as a text", lambda value: isinstance(value, str) and bool(value.strip())),
    "x-client-parameter": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-idempotent": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-media-types": (
        f"a list of some of these, application/json among them: {', '.join(MEDIA_TYPES)}",
        _is_media_types,
    ),
    "x-milliseconds": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-secret": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-from-body": ("a JSON Pointer such as /brand", lambda value: isinstance(value, str) and value.startswith("/")),
}


def check_x_word_value(document: Document) -> Iterator[Problem]:
    """An `x-` word holds what it cannot hold.

    Write `x-assumed: "why we think so"`, `x-client-parameter: true`, `x-secret: true`, `x-idempotent: true`,
    `x-from-body: /brand`; and `x-name` as it shall stand in Python: `LifePos` (info), `list_tasks` (operation),
    `page_token` (parameter, property), `Task` (schema). What belongs in `x-pagination`, `x-error-when`, `x-sign-in`,
    `x-enum-varnames` and `x-begins-task` is told by rules of their own.

    `x-media-types`, at the top of the file, lists what every operation can answer in where it answers with data:
    `[application/json, text/csv, text/jsonl, text/jsv, application/xml]` or fewer, JSON always among them. Operations
    declare their JSON alone, and callers choose from the list; XML may be named, as the vendor speaks it, and is not
    read.
    """
    for node in nodes(document):
        if node.kind == "requirement":
            continue
        for word, (wanted, fits) in _FORMS.items():
            if word in node.data and not fits(node.data[word]):
                yield report(
                    document,
                    X_WORD_VALUE,
                    node.at(word),
                    f"{word} cannot be {shown(node.data[word])}",
                    f"write {wanted}",
                )
        if "x-name" in node.data and node.kind in ("info", "operation", "parameter", "schema"):
            yield from _spelling(document, node)


def _spelling(document: Document, node: Node) -> Iterator[Problem]:
    name = node.data["x-name"]
    spelled = _spell(node, name) if isinstance(name, str) else ""
    if name != spelled:
        hint = f"write {spelled}" if spelled else "write a name that Python can have"
        yield report(
            document, X_WORD_VALUE, node.at("x-name"), f"x-name {shown(name)} cannot stand in Python as it is", hint
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
