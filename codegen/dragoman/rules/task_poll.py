"""The operation that shows tasks cannot be called as a kind of task says.

It is called again and again without anybody at hand, so it must be harmless, and all that it needs must be known.

Write under `poll` a GET that answers with JSON, and a value for each required parameter: `$task.id` (of a single
task only), `$scope.<name>` where every submit of the kind keeps `<name>`, or a constant. `pages.parameter` is a query
parameter that takes a text, `pages.size.parameter` one that takes an integer, `narrow.parameter` one that takes the
vendor's words for the phases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from taskclients_core.tasks.expressions import TASK_ID

from ..problem import Problem
from ..source import Document
from .shapes import items, kinds, values
from .task_calls import Fault, faults, named, schema_of
from .tasks import Kind
from .tasks import kinds as kinds_of_tasks
from .walk import Node, Operation, report
from .wording import nearest

ID: Final = "task-poll"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of an `poll`."""
    for kind in kinds_of_tasks(document):
        # That there is such an operation is for `task-type-schema` to say.
        if kind.observing:
            for pointer, message, hint in _faults(document, kind, kind.observing):
                yield report(document, ID, kind.node.at("poll") + pointer, message, hint)


def _faults(document: Document, kind: Kind, operation: Operation) -> Iterator[Fault]:
    observe: Mapping[str, Any] = kind.node.data["poll"]
    if operation.method != "get":
        message = f"{operation.id} is a {operation.method.upper()}, and looking must change nothing"
        yield "/operationId", message, "name a GET"
    if kind.answer is None:
        yield "/operationId", f"{operation.id} answers with no JSON", "name an operation that shows tasks"
    bound = list(observe.get("parameters", {}).values())
    if kind.listed and TASK_ID in bound:
        yield "/parameters", "a list shows many tasks, so $task.id has no one value", "write shape: item, or remove it"
    if not kind.listed and TASK_ID not in bound:
        yield (
            "",
            "no parameter gets $task.id, so every task would look the same",
            "bind the parameter that takes the id",
        )
    pages, narrow = observe.get("pages", {}), observe.get("filter", {})
    given = {pages.get("parameter"), pages.get("size", {}).get("parameter"), narrow.get("parameter")}
    yield from faults(document, kind, operation, observe, given={each for each in given if each})
    known = {name: node for name, node in named(document, operation).items() if node.data.get("in") == "query"}
    if pages:
        yield from _query(document, known, "/pages/parameter", pages["parameter"], "string")
    if "size" in pages:
        yield from _query(document, known, "/pages/size/parameter", pages["size"]["parameter"], "integer")
    if narrow:
        yield from _narrow(document, kind, known)


def _query(document: Document, known: Mapping[str, Node], where: str, name: str, wanted: str) -> Iterator[Fault]:
    parameter = known.get(name)
    if parameter is None:
        yield where, f"there is no query parameter '{name}'", nearest(name, known, "name a query parameter")
    elif wanted not in kinds(document, schema_of(parameter)):
        yield where, f"the query parameter '{name}' takes no {wanted}", f"name one that takes a value of type {wanted}"


def _narrow(document: Document, kind: Kind, known: Mapping[str, Node]) -> Iterator[Fault]:
    narrow: Mapping[str, Any] = kind.node.data["poll"]["filter"]
    words: Mapping[str, str] = kind.node.data["state"]["phases"]
    name, where = narrow["parameter"], "/filter/parameter"
    parameter = known.get(name)
    if parameter is None:
        yield where, f"there is no query parameter '{name}'", nearest(name, known, "name a query parameter")
        return
    schema = schema_of(parameter)
    several = "array" in kinds(document, schema)
    schema = items(document, schema) if several else schema
    if "string" not in kinds(document, schema):
        yield where, f"the query parameter '{name}' takes no words", "name one that takes texts"
    narrowed = [word for word, phase in words.items() if phase in narrow["phases"]]
    if len(narrowed) > 1 and not several:
        message = f"the query parameter '{name}' takes one word, and the phases have {len(narrowed)}"
        yield where, message, "narrow to one phase, or write type: array on the parameter"
    listing = values(document, schema)
    for word in narrowed:
        if listing and word not in listing:
            yield where, f"'{word}' is no value of '{name}'", nearest(word, map(str, listing), "add it to the enum")
    for index, phase in enumerate(narrow["phases"]):
        if phase not in words.values():
            yield f"/filter/phases/{index}", f"no word of state.phases means {phase}", "remove it"
