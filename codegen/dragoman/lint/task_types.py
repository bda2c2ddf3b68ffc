"""Checks of task types: form, timing, result, actions, polling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from taskclients_core.tasks.expressions import TASK_ID

from ..diagnostics import Problem
from ..spec.task_types import seconds
from ..spec.yaml_document import Document
from .shapes import items, kinds, values
from .tasks import Fault, TaskType, faults, form, named, schema_of, schema_of_tasks, task_types
from .tasks import task_types as kinds_of_tasks
from .values import is_list, is_object, nearest, shown
from .walk import Node, Operation, nodes, operations, report, root

TASK_TYPE_SCHEMA: Final = "task-type-schema"

_TEXTS: Final = {
    "ptr": "JSON Pointer, such as /status",
    "expr": "runtime expression, such as $response.body#/id",
    "dur": "duration, such as PT30S",
    "host": "name of a host, such as files.example.com or *.example.com",
}
_CALLS: Final = (("poll",), ("cancel",), ("result",), ("input", "actions"))


def check_task_type_schema(document: Document) -> Iterator[Problem]:
    """`x-task-types` or `x-begins-task` is not of the form that tasks are described in.

    Waiting for a task is generated from this description, and a slip in it would show only when a task hangs.

    Write it as `task-types.schema.json` beside this file says: definitions by kind under `components:
    x-task-types:`, and `x-begins-task: {kind: …, id: …}` on each operation that starts one.
    """
    components = root(document).child("components", "components")
    kinds: list[str] = []
    if components and "x-task-types" in components.data:
        definitions = components.data["x-task-types"]
        kinds = list(definitions) if is_object(definitions) else []
        yield from _form(document, components.at("x-task-types"), "definitions", definitions)
        yield from _task_type_schema_calls(document, components)
    started: set[str] = set()
    for operation in nodes(document, "operation"):
        if "x-begins-task" in operation.data:
            yield from _form(document, operation.at("x-begins-task"), "submit", operation.data["x-begins-task"])
            yield from _kind(document, operation, kinds)
            task = operation.data["x-begins-task"]
            started.add(str(task.get("type")) if is_object(task) else "")
    # Where an operation names a kind that there is not, it may be this one that it means.
    for kind in kinds if started <= set(kinds) else ():
        if components and kind not in started:
            hint = "write x-begins-task on the operation that does, or remove the kind"
            yield report(
                document, TASK_TYPE_SCHEMA, components.at("x-task-types", kind), "no operation starts such a task", hint
            )


def _form(document: Document, where: str, part: str, value: Any) -> Iterator[Problem]:
    schema = schema_of_tasks()
    patterns = {schema["$defs"][name]["pattern"]: words for name, words in _TEXTS.items()}
    patterns[schema["properties"]["definitions"]["propertyNames"]["pattern"]] = "name of a kind, such as import"
    for finding in form(part)(value):
        words = patterns.get(finding.wanted) if finding.keyword == "pattern" else None
        message = f"{shown(finding.value)} is no {words}" if words else str(finding)
        yield report(document, TASK_TYPE_SCHEMA, where + finding.pointer, message, "see task-types.schema.json")


def _kind(document: Document, operation: Node, kinds: list[str]) -> Iterator[Problem]:
    task = operation.data["x-begins-task"]
    kind = task.get("type") if is_object(task) else None
    if isinstance(kind, str) and kind not in kinds:
        hint = nearest(kind, kinds, "add it to components.x-task-types")
        yield report(
            document, TASK_TYPE_SCHEMA, operation.at("x-begins-task", "type"), f"there is no task type '{kind}'", hint
        )


def _task_type_schema_calls(document: Document, components: Node) -> Iterator[Problem]:
    known = [operation.id for operation in operations(document)]
    for definition in components.children("task", "x-task-types"):
        for tokens in _CALLS:
            calls = definition.children("call", *tokens) if len(tokens) > 1 else [definition.child("call", *tokens)]
            for call in calls:
                name = call.data.get("operationId") if call else None
                if call and isinstance(name, str) and name not in known:
                    hint = nearest(name, known, "write the operationId of an operation")
                    yield report(
                        document, TASK_TYPE_SCHEMA, call.at("operationId"), f"there is no operation '{name}'", hint
                    )


TASK_TIMING: Final = "task-timing"

_Fault = tuple[tuple[str, ...], str, str]


def check_task_timing(document: Document) -> Iterator[Problem]:
    """The times of a kind of task cannot be so.

    Write under `timing` a `min` above zero that is at most `max` (and `first` and `retryAfterMax` that are no shorter
    than an instant), under `rate` a period above zero; under `lifetime` a `retention` that is longer than
    `visibleWithin`.
    """
    for kind in task_types(document):
        for tokens, message, hint in (*_timing(kind), *_lifetime(kind)):
            yield report(document, TASK_TIMING, kind.node.at(*tokens), message, hint)


def _timing(kind: TaskType) -> Iterator[_Fault]:
    timing: Mapping[str, Any] = kind.node.data["timing"]
    least, most = _seconds(timing, "min"), _seconds(timing, "max")
    if not least:
        yield ("timing", "min"), "min is no time at all", "write how long to wait between two looks, such as PT2S"
    elif least > most:
        yield ("timing", "min"), f"min ({timing['min']}) is longer than max ({timing['max']})", "exchange the two"
    for word in ("first", "retryAfterMax"):
        if word in timing and not _seconds(timing, word):
            yield ("timing", word), f"{word} is no time at all", "write a longer duration, or leave it out"
    if "rate" in timing and not _seconds(timing["rate"], "per"):
        yield ("timing", "rate", "per"), "per is no time at all", "write a longer duration, such as PT1M"


def _lifetime(kind: TaskType) -> Iterator[_Fault]:
    lifetime: Mapping[str, Any] = kind.node.data.get("lifetime", {})
    if "retention" in lifetime and _seconds(lifetime, "retention") <= _seconds(lifetime, "visibleWithin"):
        message = "retention is no longer than it takes a task to appear"
        yield ("lifetime", "retention"), message, "write how long the server keeps tasks"


def _seconds(node: Mapping[str, Any], word: str) -> float:
    return (seconds(node[word]) or 0.0) if word in node else 0.0


TASK_RESULT: Final = "task-result"


def check_task_result(document: Document) -> Iterator[Problem]:
    """The result of a kind of task cannot be had as it says.

    Write `result: {kind: none}` where a task leaves nothing behind, `kind: inline` with the member of the task that is
    the result, `kind: operation` with a GET and values for its required parameters, or `kind: url` with the members
    that hold links. `auth: api` sends the API's credentials along, so there must be such; `auth: none` never does. Some
    word must mean `succeeded`, or no task ever had a result.
    """
    for kind in task_types(document):
        state = kind.node.data["state"]
        ends = [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]
        if "succeeded" not in ends and "skipped" not in ends:
            where = kind.node.at("state", "phases")
            yield report(
                document, TASK_RESULT, where, "no word means succeeded, so no task has a result", "map that word"
            )
        result: Mapping[str, Any] = kind.node.data.get("result", {})
        found = {"url": _urls, "operation": _operation}.get(result.get("kind", ""))
        for pointer, message, hint in found(document, kind, result) if found else ():
            yield report(document, TASK_RESULT, kind.node.at("result") + pointer, message, hint)


def _urls(document: Document, kind: TaskType, result: Mapping[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, url in enumerate(result["urls"]):
        if url["auth"] == "api" and not _has_credentials(document, kind):
            yield f"/urls/{index}/auth", "auth: api, and the API takes no credentials", "write auth: none"
        if url["at"] in seen:
            yield f"/urls/{index}/at", f"{url['at']} is there already", "remove one of the two"
        seen.add(url["at"])
        expires = url.get("expires")
        if isinstance(expires, dict) and not seconds(expires["after"]):
            yield f"/urls/{index}/expires", "a link that is never valid is of no use", "write a longer duration"


def _operation(document: Document, kind: TaskType, result: Mapping[str, Any]) -> Iterator[Fault]:
    known = {operation.id: operation for operation in operations(document)}
    operation = known.get(result["operationId"])
    # That there is such an operation is for `task-type-schema` to say.
    if operation is None:
        return
    if operation.method != "get":
        message = f"{operation.id} is a {operation.method.upper()}, and asking for a result twice must be harmless"
        yield "/operationId", message, "name a GET"
    yield from faults(document, kind, operation, result)


def _has_credentials(document: Document, kind: TaskType) -> bool:
    """Tell whether the operation that shows tasks takes credentials: its own word counts before the API's."""
    own = kind.observing.node.data.get("security") if kind.observing else None
    security = root(document).data.get("security") if own is None else own
    return is_list(security) and any(security)


TASK_ACTIONS: Final = "task-actions"


def check_task_actions(document: Document) -> Iterator[Problem]:
    """What can be done to a task cannot be called as its kind says.

    `cancel` and `input.actions` become methods of the handle: they take no arguments, so all that the operation needs
    must be known from the task itself.

    Write an operation that is no GET, and a value for each of its required parameters: `$task.id`, `$scope.<name>`
    where every submit of the kind keeps `<name>`, or a constant. An operation that requires a body cannot be called so.
    Where `input` is written, some word means `needs-input`.
    """
    known = {operation.id: operation for operation in operations(document)}
    for kind in task_types(document):
        for call in _task_actions_calls(kind):
            # That there is such an operation is for `task-type-schema` to say.
            operation = known.get(call.data["operationId"])
            if operation is None:
                continue
            if operation.method in ("get", "head", "options"):
                message = f"{operation.id} is a {operation.method.upper()}, which does nothing to a task"
                yield report(document, TASK_ACTIONS, call.at("operationId"), message, "name the operation that does it")
            if TASK_ID not in call.data.get("parameters", {}).values():
                message = "no parameter gets $task.id, so it is not said which task is meant"
                yield report(document, TASK_ACTIONS, call.pointer, message, "bind the parameter that takes the id")
            for pointer, message, hint in faults(document, kind, operation, call.data):
                yield report(document, TASK_ACTIONS, call.pointer + pointer, message, hint)
        if "input" in kind.node.data and not _asks(kind):
            hint = "map the word for it, or remove input"
            yield report(
                document, TASK_ACTIONS, kind.node.at("input"), "no task of this kind is ever in needs-input", hint
            )


def _task_actions_calls(kind: TaskType) -> Iterator[Node]:
    cancel = kind.node.child("call", "cancel")
    if cancel:
        yield cancel
    yield from kind.node.children("call", "input", "actions")


def _asks(kind: TaskType) -> bool:
    state = kind.node.data["state"]
    return "needs-input" in [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]


TASK_POLL: Final = "task-poll"


def check_task_poll(document: Document) -> Iterator[Problem]:
    """The operation that shows tasks cannot be called as a kind of task says.

    It is called again and again without anybody at hand, so it must be harmless, and all that it needs must be known.

    Write under `poll` a GET that answers with JSON, and a value for each required parameter: `$task.id` (of a single
    task only), `$scope.<name>` where every submit of the kind keeps `<name>`, or a constant. `pages.parameter` is a
    query parameter that takes a text, `pages.size.parameter` one that takes an integer, `narrow.parameter` one that
    takes the vendor's words for the phases.
    """
    for kind in kinds_of_tasks(document):
        # That there is such an operation is for `task-type-schema` to say.
        if kind.observing:
            for pointer, message, hint in _faults(document, kind, kind.observing):
                yield report(document, TASK_POLL, kind.node.at("poll") + pointer, message, hint)


def _faults(document: Document, kind: TaskType, operation: Operation) -> Iterator[Fault]:
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


def _narrow(document: Document, kind: TaskType, known: Mapping[str, Node]) -> Iterator[Fault]:
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
