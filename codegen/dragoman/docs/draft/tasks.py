"""Task types of a draft, where operations look as if some begin tasks and another one shows them.

The names and values that make them look so are facts of the pages. That they mean tasks is not, so each task type and
each `x-begins-task` has an `x-assumed`, and a TODO asks a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from taskclients_core import json_pointer

from ...lint.documents import TODO
from ...spec.naming import pascal, snake
from ..facts import ITEMS
from .tree import Node

_Yaml: TypeAlias = dict[str, Any]

UNKNOWN_WORD: Final = "<word>"
"""Key in `phases` of a state whose words the page does not list."""

_IDS: Final = frozenset({"id", "uuid", "guid"})
_STATES: Final = frozenset({"status", "state", "phase"})
_LINKS: Final = frozenset({"url", "uri", "link", "href"})
_PERCENT: Final = frozenset({"percent", "percentage", "progress"})
_TASK: Final = re.compile(r"async|task|job|process|export|import|batch|report", re.IGNORECASE)
_VERSION: Final = re.compile(r"v\d+|api|")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_PHASES: Final = (
    ("skipped", r"skip|not needed|unneeded|nothing"),
    ("needs-input", r"feedback|input|confirm|approv|action|answer"),
    ("queued", r"queue|not started|pending|waiting|scheduled|submitted|accepted|req\b|requested|created|new"),
    ("failed", r"fail|err|reject|abort|timed? ?out|expired|dead"),
    ("cancelled", r"cancel|stopped|terminated|revoked"),
    ("succeeded", r"succe|com\b|completed?\b|done|finished|ready|ok\b|processed"),
    ("running", r"progress|inp\b|running|process|started|working|active|executing|ongoing"),
)
"""Phase of a word, by what it contains; the first that fits counts."""

_OPEN: Final = frozenset({"queued", "running", "needs-input"})


@frozen(kw_only=True)
class Drafted:
    """Operation of a draft."""

    method: str
    path: str
    data: _Yaml = field(repr=False)
    response: Node | None
    """Body of its first success."""

    schemas: Mapping[str, _Yaml] = field(repr=False)
    """Components of the draft."""

    @property
    def id(self) -> str:
        """Its operationId."""
        return str(self.data["operationId"])

    @property
    def required(self) -> Iterator[_Yaml]:
        """The parameters that a call must have."""
        return (each for each in self.data.get("parameters", ()) if each.get("required"))


@frozen(kw_only=True)
class _Poll:
    """Operation that may show tasks."""

    operation: Drafted
    task: Node
    state: str
    """Name of the member with the state."""

    phases: Mapping[str, str]
    unsure: tuple[str, ...]
    """Words whose phase is a guess."""

    items: str | None
    """Pointer to the list of tasks; None if the operation shows one task."""

    @property
    def variable(self) -> str:
        """Variable of the path that is the id of a task, '' in a list."""
        return _last_variable(self.operation.path) if self.items is None else ""


@frozen(kw_only=True)
class _Start:
    """Operation that may begin tasks of a type."""

    operation: Drafted
    id: str
    """Name of the member of its response with the id."""

    scope: Mapping[str, str]


def declare(operations: Sequence[Drafted]) -> dict[str, _Yaml]:
    """Return the task types of operations by name; those that begin tasks get `x-begins-task` and links."""
    found: dict[str, _Yaml] = {}
    polls = [poll for each in operations if (poll := _poll(each)) is not None]
    starts: dict[str, list[_Start]] = {each.operation.id: [] for each in polls}
    for each in operations:
        several = [(poll, start) for poll in polls if (start := _start(each, poll)) is not None]
        if several:
            poll, start = max(several, key=lambda pair: (pair[0].items is not None, _nearness(pair[0], each)))
            starts[poll.operation.id].append(start)
    for poll in polls:
        begun = starts[poll.operation.id]
        if begun:
            name = _name(begun[0].id, poll)
            while name in found:
                name += "Task"
            found[name] = _task_type(poll, begun, operations)
            for one in begun:
                _begin(one, name, poll, operations)
    return found


def _nearness(poll: _Poll, operation: Drafted) -> int:
    """Return how many segments of their paths an operation shares with the one that may show its tasks."""
    one, other = (
        [segment for segment in each.path.split("/") if not _VERSION.fullmatch(segment)]
        for each in (poll.operation, operation)
    )
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


# What shows tasks


def _poll(operation: Drafted) -> _Poll | None:
    """Return how an operation may show tasks; None if it shows nothing with a state."""
    if operation.method != "get" or operation.response is None:
        return None
    for items, task in _tasks(operation.response):
        state = _state(task)
        if state is None or (items is None and not _last_variable(operation.path)):
            continue
        values = task.members[state].stated.get("values")
        words = values if isinstance(values, tuple) else ()
        phases = {each: _phase(each) for each in words}
        return _Poll(
            operation=operation,
            task=task,
            state=state,
            phases={each: phase or "running" for each, phase in phases.items()},
            unsure=tuple(each for each, phase in phases.items() if not phase),
            items=items,
        )
    return None


def _tasks(body: Node) -> Iterator[tuple[str | None, Node]]:
    """Yield where the tasks of a body may be: itself, its items, or the items of a member."""
    if ITEMS in body.inside:
        yield "", body.inside[ITEMS]
    else:
        yield None, body
        lists = [(name, each.inside[ITEMS]) for name, each in body.members.items() if ITEMS in each.inside]
        yield from ((f"/{json_pointer.escape(name)}", each) for name, each in lists if each.members)


def _state(task: Node) -> str | None:
    """Return the member with the state: that with the plainest name."""
    names = [name for name, each in task.members.items() if _is_text(each) and _words(name)[-1] in _STATES]
    return min(names, key=lambda name: len(_words(name)), default=None)


def _phase(word: str) -> str:
    """Return the phase that a word names, '' for none."""
    text = " ".join(_words(word))
    return next((phase for phase, pattern in _PHASES if re.search(rf"\b({pattern})", text)), "")


# What begins tasks


def _start(operation: Drafted, poll: _Poll) -> _Start | None:
    """Return how an operation begins tasks that `poll` shows; None if nothing says so."""
    if operation.method not in ("post", "put") or operation.response is None:
        return None
    scope = _scope(operation, poll)
    names = [name for name, each in operation.response.members.items() if _is_id(each) and _words(name)[-1] in _IDS]
    if poll.items is None:
        keys, base = {_plain(poll.variable)}, poll.operation.path.rpartition("/")[0]
    else:
        keys, base = {_plain(name) for name, each in poll.task.members.items() if _is_id(each)}, poll.operation.path
    for name in names if scope is not None else ():
        is_own = len(_words(name)) > 1 and _plain(name) in keys
        is_neighbour = base == operation.path and (poll.items is None or _plain(name) in keys)
        is_alike = _plain(name) in keys and _shows_words(operation.response, poll)
        if (is_own or is_neighbour or is_alike) and _looks_like_a_task(poll, name, operation):
            return _Start(operation=operation, id=name, scope=scope or {})
    return None


def _shows_words(body: Node, poll: _Poll) -> bool:
    """Return True if a body has the state of a task, with the same words."""
    values = body.members[poll.state].stated.get("values") if poll.state in body.members else None
    return isinstance(values, tuple) and bool(values) and set(values) == set(poll.phases)


def _looks_like_a_task(poll: _Poll, name: str, operation: Drafted) -> bool:
    """Return True if names say so, or if some words of the state go on; one of its words must be a success."""
    phases = set(poll.phases.values())
    is_named = any(_TASK.search(each) for each in (name, poll.operation.path, operation.path))
    return (is_named or not phases.isdisjoint(_OPEN)) and (not phases or "succeeded" in phases)


def _scope(operation: Drafted, poll: _Poll) -> Mapping[str, str] | None:
    """Return what polls need of the request that began the task, by name; None if the request does not have it."""
    known = {each["name"]: each for each in operation.required}
    scope: dict[str, str] = {}
    for each in poll.operation.required:
        name, own = each["name"], known.get(each["name"])
        if name == poll.variable:
            continue
        schema = own.get("schema", {}) if own is not None else {}
        schema = operation.schemas.get(str(schema.get("$ref", "")).rpartition("/")[2], schema)
        if own is None or schema.get("type") not in ("string", "integer"):
            return None
        scope[snake(name) or "value"] = f"$request.{own['in']}.{name}"
    return scope


# What is written


def _task_type(poll: _Poll, starts: Sequence[_Start], operations: Sequence[Drafted]) -> _Yaml:
    begun = ", ".join(each.operation.id for each in starts)
    checks = ["check the phase of each word of the state"]
    if not poll.phases:
        checks = [f"write each word of the state with its phase in place of {UNKNOWN_WORD}"]
    elif poll.unsure:
        checks = [f"check the phase of each word of the state, above all of {', '.join(poll.unsure)}"]
    begins = "begins a task" if len(starts) == 1 else "begin tasks"
    decision = f"decide whether {begun} {begins} that {poll.operation.id} shows"
    said = "the phases from the words of the state" if poll.phases else "and no page lists the words of the state"
    data: _Yaml = {
        "version": 1,
        "description": f"{TODO}{decision}; {checks[0]}; and describe such a task in a sentence",
        "x-assumed": f"That these are tasks is read from names, {said}. No page mentions how often to poll.",
        "poll": _poll_words(poll, starts[0]),
        "state": {
            "at": f"/{json_pointer.escape(poll.state)}",
            "phases": dict(poll.phases) or {UNKNOWN_WORD: "succeeded"},
        },
    }
    percent = next((name for name, each in poll.task.members.items() if _is_percent(name, each)), None)
    if percent is not None:
        data["progress"] = {"percent": f"/{json_pointer.escape(percent)}"}
    result = _result(poll, starts, operations)
    if result is not None:
        data["result"] = result
    return {**data, "timing": {"min": "PT2S", "max": "PT30S"}}


def _poll_words(poll: _Poll, start: _Start) -> _Yaml:
    data: _Yaml = {"operationId": poll.operation.id, "shape": "item" if poll.items is None else "list"}
    parameters = _arguments(poll.operation, poll.variable)
    if parameters:
        data["parameters"] = parameters
    if poll.items is not None:
        key = next(each for each in poll.task.members if _plain(each) == _plain(start.id))
        data |= {"items": poll.items, "key": f"/{json_pointer.escape(key)}"}
        pages = _pages(poll.operation)
        if pages is not None:
            data["pages"] = pages
    return data


def _pages(operation: Drafted) -> _Yaml | None:
    """Return how a list has further pages: a member `next_<parameter>` beside a parameter in the query."""
    body = operation.response
    for parameter in operation.data.get("parameters", ()):
        name = str(parameter["name"])
        for each, node in (body.members if body is not None else {}).items():
            if parameter["in"] == "query" and _plain(each) == f"next{_plain(name)}" and _is_text(node):
                return {"token": f"/{json_pointer.escape(each)}", "parameter": name}
    return None


def _arguments(operation: Drafted, variable: str) -> dict[str, str]:
    """Return the values of the parameters of a call that is made for a task."""
    required = [str(each["name"]) for each in operation.required]
    return {name: "$task.id" if name == variable else f"$scope.{snake(name) or 'value'}" for name in required}


def _result(poll: _Poll, starts: Sequence[_Start], operations: Sequence[Drafted]) -> _Yaml | None:
    """Return where the result may be: in another operation of the same task, or behind a link in the task."""
    known = {f"$scope.{each}" for each in starts[0].scope} | {"$task.id"}
    for each in operations:
        variable, after = _inner(each.path)
        arguments = _arguments(each, variable)
        is_own = bool(variable) and variable in (poll.variable, starts[0].id)
        if each.method == "get" and after and is_own and each.response is not None and known >= set(arguments.values()):
            return {"kind": "operation", "operationId": each.id, "parameters": arguments}
    links = [name for name, each in poll.task.members.items() if _is_text(each) and _words(name)[-1] in _LINKS]
    if links:
        return {
            "kind": "url",
            "urls": [{"at": f"/{json_pointer.escape(name)}", "auth": "none"} for name in links],
            "hosts": [],
        }
    return None


def _begin(start: _Start, name: str, poll: _Poll, operations: Iterable[Drafted]) -> None:
    """Write that an operation begins tasks, with links to the operation that shows one."""
    data = start.operation.data
    expression = f"$response.body#/{json_pointer.escape(start.id)}"
    statuses = [each for each in data["responses"] if each.startswith("2")]
    words: _Yaml = {
        "type": name,
        "id": expression,
        "x-assumed": f"No page says that this begins a task; {poll.operation.id} has an id like {start.id}.",
    }
    if len(statuses) > 1:
        words["accepted"] = [int(statuses[0])]
    if start.scope:
        words["scope"] = dict(start.scope)
    data["x-begins-task"] = words
    values = {"$task.id": expression, **{f"$scope.{key}": each for key, each in start.scope.items()}}
    for shown, variable in _showing(start, poll, operations):
        arguments = _arguments(shown, variable)
        if values.keys() >= set(arguments.values()):
            parameters = {key: values[each] for key, each in arguments.items()}
            data["responses"][statuses[0]]["links"] = {name: {"operationId": shown.id, "parameters": parameters}}
            return


def _showing(start: _Start, poll: _Poll, operations: Iterable[Drafted]) -> Iterator[tuple[Drafted, str]]:
    """Yield the operations that show a task, each with its variable for the id; the one that is polled comes last."""
    if poll.items is not None:
        for each in operations:
            variable = _last_variable(each.path)
            if each.method == "get" and _plain(variable) == _plain(start.id):
                yield each, variable
    yield poll.operation, poll.variable


def _name(id_name: str, poll: _Poll) -> str:
    """Return a name for a task type: that of the id, or else that of the list."""
    words = _words(id_name)[:-1]
    if not words:
        fixed = [each for each in poll.operation.path.split("/") if each and "{" not in each]
        words = _words(fixed[-1].removesuffix("s")) if fixed else []
    text = pascal("_".join(words))
    name = text[:1].lower() + text[1:]
    return name if re.fullmatch("[a-z][A-Za-z0-9]*", name) else "task"


# Names and nodes


def _words(name: str) -> list[str]:
    return [each for each in snake(name).split("_") if each] or [name.lower()]


def _plain(name: str) -> str:
    return "".join(_words(name))


def _last_variable(path: str) -> str:
    """Return the variable that is the last segment of a path, '' for none."""
    found = _VARIABLE.fullmatch(path.rpartition("/")[2])
    return found[1] if found else ""


def _inner(path: str) -> tuple[str, str]:
    """Return the last variable of a path, and what follows it."""
    found = list(_VARIABLE.finditer(path))
    return (found[-1][1], path[found[-1].end() :]) if found else ("", "")


def _is_text(node: Node) -> bool:
    kinds = node.stated.get("type")
    return not node.inside and ("values" in node.stated or kinds in (None, ("string",)))


def _is_id(node: Node) -> bool:
    return (
        not node.inside and "values" not in node.stated and node.stated.get("type") in (None, ("string",), ("integer",))
    )


def _is_percent(name: str, node: Node) -> bool:
    kinds = node.stated.get("type")
    return _words(name)[-1] in _PERCENT and isinstance(kinds, tuple) and set(kinds) <= {"integer", "number"}
