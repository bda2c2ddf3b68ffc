"""An `x-` word holds what it cannot hold.

Write `x-assumed: "why we think so"`, `x-client: true`, `x-secret: true`, `x-from: /brand`; and `x-name` as it shall
stand in Python: `LifePos` (info), `list_tasks` (operation), `page_token` (parameter, property), `Task` (schema). What
belongs in `x-page`, `x-failure`, `x-enum-varnames` and `x-async-task` is told by rules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from .. import names
from ..problem import Problem
from ..source import Document
from .walk import Node, is_component, nodes, report
from .wording import shown

ID: Final = "x-word-value"

_FORMS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "x-assumed": ("the reason, as a text", lambda value: isinstance(value, str) and bool(value.strip())),
    "x-client": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-milliseconds": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-secret": ("true, or leave it out", lambda value: isinstance(value, bool)),
    "x-from": ("a JSON Pointer such as /brand", lambda value: isinstance(value, str) and value.startswith("/")),
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
