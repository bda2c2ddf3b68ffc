"""The tasks that run in the sandbox: begun by requests, moved by the clock."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from attrs import define, field

from taskclients_core.json_pointer import parse
from taskclients_core.tasks.expressions import parse as parse_expression

from . import courses
from .answers import json_content
from .courses import Course
from .definitions import Definition, SubmitRoute, evaluate, id_pointer
from .requests import Arguments
from .values import is_object

MAX_TASKS: Final = 10_000
"""Of one kind; then the oldest one goes."""

_HOUR: Final = 3600.0
_SEEDS: Final = ("succeeded", "succeeded", "failed", "succeeded", "succeeded", "succeeded", "running")


@define(kw_only=True, eq=False)
class Task:
    """One task. Times are seconds since 1970."""

    definition: Definition
    number: int
    """Counts from 1 within a kind, in the order in which tasks began."""

    id: str
    started: float
    course: Course
    subject: str
    """The path and the name of the operation that began it: what it is about."""

    scope: Mapping[str, str] | None = None
    """Values without which it is not found; None for a seeded task, which everybody finds."""

    echoes: Mapping[str, Any] = field(factory=dict[str, Any])
    """What of the request it shows, by pointer."""

    drawn: tuple[Any, dict[str, Any]] | None = None
    """What it looked like when it was last shown, but for links, and what that came of."""

    @property
    def begun(self) -> bool:
        """Tell whether a request began it."""
        return self.scope is not None


class Store:
    """All tasks of one kind, oldest first."""

    def __init__(self, definition: Definition, now: float) -> None:
        self._definition = definition
        self._tasks: dict[str, Task] = {}
        self._number = 0
        self._id_schema = _id_schema(definition)
        if definition.listing is not None:
            self._seed(now)

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def find(self, task_id: str) -> Task | None:
        """Return a task by its id, which may be spelled in any way that its format allows."""
        return self._tasks.get(_plain(task_id))

    def start(self, route: SubmitRoute, arguments: Arguments, now: float, speed: float) -> Task:
        """Begin a task for a request."""
        task = self._add(now, courses.usual(self._definition.words, speed), route.operation)
        scope = {name: evaluate(value, arguments) for name, value in route.submit.scope.items()}
        task.scope = {name: str(value) for name, value in scope.items()}
        task.echoes = dict(_echoes(route, arguments))
        return task

    def rename(self, task: Task, task_id: str) -> None:
        """Give a task another id."""
        del self._tasks[_plain(task.id)]
        task.id, task.drawn = task_id, None
        self._tasks[_plain(task_id)] = task

    def _add(self, now: float, course: Course, operation: Any) -> Task:
        self._number += 1
        if len(self._tasks) >= MAX_TASKS:
            del self._tasks[next(iter(self._tasks))]
        task = Task(
            definition=self._definition,
            number=self._number,
            id=_make_id(self._id_schema, f"{self._definition.kind}-{self._number}"),
            started=now,
            course=course,
            subject=f"{operation.path} {operation.id}".lower() if operation else "",
        )
        self._tasks[_plain(task.id)] = task
        return task

    def _seed(self, now: float) -> None:
        """Begin with some tasks from the hours before, so that lists have pages."""
        definition = self._definition
        operations = tuple(definition.submits)
        for index, wanted in enumerate(_SEEDS):
            phase = wanted if wanted in definition.words else "cancelled" if wanted == "failed" else "succeeded"
            if phase not in definition.words:
                continue
            operation = operations[index % len(operations)] if operations else None
            started = now - _HOUR * (len(_SEEDS) - index)
            stages = courses.usual(definition.words, 1.0, last=phase)
            if phase == "running":
                # Half-way now, and done in an hour.
                stages = Course((("running", 2 * _HOUR), ("succeeded", 0.0)))
            self._add(started, stages, operation)


def _id_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of an id: the one that an answer to a submit gives it."""
    for operation, submit in definition.submits.items():
        pointer = id_pointer(submit)
        content = json_content(definition.api, operation.success()[1])
        found = definition.api.resolve(definition.api.schema_at(content.get("schema"), parse(pointer)))
        if is_object(found):
            return found
    found = definition.api.resolve(definition.api.schema_at(definition.schema, parse(definition.key)))
    return found if is_object(found) else {}


def _make_id(schema: Mapping[str, Any], seed: str) -> str:
    """Return an id in its format; the same for the same seed, and with nothing to read in it."""
    digest = hashlib.sha256(seed.encode()).digest()
    made = UUID(bytes=digest[:16], version=4)
    if schema.get("type") == "integer":
        return str(int.from_bytes(digest[:3]))
    match schema.get("format"):
        case "uuid":
            return str(made)
        case "x-guid-n":
            return made.hex
        case _:
            return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _plain(task_id: str) -> str:
    try:
        return UUID(task_id).hex
    except ValueError:
        return task_id


def _echoes(route: SubmitRoute, arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """Yield what a task shows of the request that began it.

    That is what `reconcile.match` says; the whole body where the task has a member of the body's own schema; and query
    parameters that have the name of a member, however deep. Equal names alone do not count in a body: the `type` of a
    stock export is not the `type` of its task.
    """
    definition, reconcile = route.definition, route.submit.reconcile
    api = definition.api
    for match in reconcile.match if reconcile else ():
        value = evaluate(match.equals, arguments)
        if value is not None:
            yield match.item, value
    wanted = api.resolve(arguments.body_schema)
    if is_object(arguments.body) and wanted:
        for name, schema in api.members(definition.schema).schemas.items():
            if api.resolve(schema) is wanted:
                yield f"/{name}", arguments.body
    paths = dict(_leaves(definition.bases[""], ""))
    for name, value in arguments.query.items():
        if name in paths:
            yield paths[name], value


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if is_object(value):
        for name, member in value.items():
            yield name, f"{pointer}/{name}"
            yield from _leaves(member, f"{pointer}/{name}")


def in_scope(task: Task, arguments: Arguments) -> bool:
    """Tell whether a request asks within the scope of a task."""
    if task.scope is None:
        return True
    for name, value in task.definition.task_type.observe.call.arguments.items():
        expression = parse_expression(value)
        wanted = task.scope.get(expression.name) if expression and expression.source == "scope" else None
        if wanted is not None:
            asked = arguments.path.get(name, arguments.query.get(name))
            if _plain(str(asked)) != _plain(wanted):
                return False
    return True
