"""An `x-` word holds what it cannot hold.

Write `x-assumed: "why we think so"`, `x-client-parameter: true`, `x-secret: true`, `x-idempotent: true`, `x-from-body: /brand`; and
`x-name` as it shall stand in Python: `LifePos` (info), `list_tasks` (operation), `page_token` (parameter, property),
`Task` (schema). What belongs in `x-pagination`, `x-error-when`, `x-sign-in`, `x-enum-varnames` and `x-begins-task` is told by
rules of their own.

`x-media-types`, at the top of the file, lists what every operation can answer in where it answers with data:
`[application/json, text/csv, text/jsonl, text/jsv, application/xml]` or fewer, JSON always among them. Operations
declare their JSON alone, and callers choose from the list; XML may be named, as the vendor speaks it, and is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .. import names
from ..problem import Problem
from ..source import Document
from .data import is_list
from .walk import Node, is_component, nodes, report
from .wording import shown

ID: Final = "x-word-value"

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


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each `x-` word whose value is of the wrong form."""
    for node in nodes(document):
        if node.kind == "requirement":
            continue
        for word, (wanted, fits) in _FORMS.items():
            if word in node.data and not fits(node.data[word]):
                yield report(
                    document, ID, node.at(word), f"{word} cannot be {shown(node.data[word])}", f"write {wanted}"
                )
        if "x-name" in node.data and node.kind in ("info", "operation", "parameter", "schema"):
            yield from _spelling(document, node)


def _spelling(document: Document, node: Node) -> Iterator[Problem]:
    name = node.data["x-name"]
    spelled = _spell(node, name) if isinstance(name, str) else ""
    if name != spelled:
        hint = f"write {spelled}" if spelled else "write a name that Python can have"
        yield report(document, ID, node.at("x-name"), f"x-name {shown(name)} cannot stand in Python as it is", hint)


def _spell(node: Node, name: str) -> str:
    match node.kind:
        case "info":
            return names.pascal(name)
        case "operation":
            return names.function(name)
        case "parameter":
            return names.argument(name)
        case _ if is_component(node):
            return names.class_name(name)
        case _:
            return names.attribute(name)
