"""The tasks that run in the sandbox: begun by requests, moved by the clock."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.json_pointer import parse as names_of
from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import FromList, TaskType
from taskclients_core.tasks.definition import Submission as TaskStart
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, parse_expression

from ..diagnostics import Problem, Source, SpecError
from ..spec import task_types
from . import examples
from .api import Api, is_object
from .requests import Arguments
from .responses import json_content
from .routes import Operation

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
    course: Lifecycle
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
        task = self._add(now, usual(self._definition.words, speed), route.operation)
        scope = {name: evaluate(value, arguments) for name, value in route.submit.scope.items()}
        task.scope = {name: str(value) for name, value in scope.items()}
        task.echoes = dict(_echoes(route, arguments))
        return task

    def rename(self, task: Task, task_id: str) -> None:
        """Give a task another id."""
        del self._tasks[_plain(task.id)]
        task.id, task.drawn = task_id, None
        self._tasks[_plain(task_id)] = task

    def _add(self, now: float, course: Lifecycle, operation: Any) -> Task:
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
            stages = usual(definition.words, 1.0, last=phase)
            if phase == "running":
                # Half-way now, and done in an hour.
                stages = Lifecycle((("running", 2 * _HOUR), ("succeeded", 0.0)))
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
    for name, value in task.definition.task_type.poll.call.arguments.items():
        expression = parse_expression(value)
        wanted = task.scope.get(expression.name) if expression and expression.source == "scope" else None
        if wanted is not None:
            asked = arguments.path.get(name, arguments.query.get(name))
            if _plain(str(asked)) != _plain(wanted):
                return False
    return True


ENDED: Final = frozenset({"succeeded", "skipped", "failed", "cancelled"})
QUEUED_SECONDS: Final = 1.0
RUNNING_SECONDS: Final = 5.0
_STOPPED: Final = 0.4
"""How far a task that did not succeed had come."""


@frozen(kw_only=True)
class Stage:
    """A task at one time; times are seconds since 1970."""

    phase: str
    fraction: float
    """How much of the work is done, 0 to 1."""

    started: float
    changed: float
    """When it entered this phase."""

    @property
    def ended(self) -> bool:
        """Tell whether it will not move any more."""
        return self.phase in ENDED


@frozen
class Lifecycle:
    """Phases in their order, with the seconds that each one lasts."""

    stages: tuple[tuple[str, float], ...]

    def at(self, started: float, now: float) -> Stage:
        """Return where a task stands that began at `started`."""
        ends = [started]
        for _, seconds in self.stages[:-1]:
            ends.append(ends[-1] + seconds)
        position = max(i for i, begin in enumerate(ends) if i == 0 or begin <= now)
        phase = self.stages[position][0]
        fraction = {"succeeded": 1.0, "skipped": 1.0, "queued": 0.0}.get(phase, _STOPPED)
        if phase == "running" and position + 1 < len(ends):
            fraction = min(1.0, (now - ends[position]) / (ends[position + 1] - ends[position]))
        return Stage(phase=phase, fraction=fraction, started=started, changed=ends[position])


def usual(phases: Container[str], speed: float, *, last: str = "succeeded") -> Lifecycle:
    """Return the course of an ordinary task: queued, running, done; phases that the vendor lacks are passed over."""
    stages = [("queued", QUEUED_SECONDS / speed), ("running", RUNNING_SECONDS / speed), (last, 0.0)]
    return Lifecycle(tuple(stage for stage in stages if stage[0] in phases or stage[0] == last))


def steps(course: Lifecycle, moment: Stage, count: int) -> list[tuple[str, float, float]]:
    """Return phase, begin and end of each of `count` steps that share the work of a task."""
    begin = moment.started
    length = 0.0
    for phase, seconds in course.stages:
        if phase == "running":
            length = seconds / count
            break
        begin += seconds
    done = count if moment.fraction >= 1 else int(moment.fraction * count)
    current = {"needs-input": "running"}.get(moment.phase, moment.phase)
    phases = ["succeeded"] * done + [current, *["queued"] * count]
    windows = pairwise(begin + i * length for i in range(count + 1))
    return [(phase, *window) for phase, window in zip(phases, windows, strict=False)]


@frozen(kw_only=True, eq=False)
class Definition:
    """A task type."""

    api: Api
    task_type: TaskType[Any, Any] = field(repr=False)
    key: str
    """Pointer to the id in a task; '' if the spec names none."""

    words: Mapping[str, str]
    """The vendor's word for each phase that the vendor knows."""

    schema: Any = field(repr=False)
    """Of one task."""

    bases: Mapping[str, Any] = field(repr=False)
    """By phase: the spec's example of a task in it; '' fits every phase."""

    submits: Mapping[Operation, TaskStart[Any, Any]] = field(repr=False)
    path_echoes: Mapping[str, str]
    """Pointers into a task at which it shows a path parameter of the request that began it."""

    @property
    def kind(self) -> str:
        """Return the name of the task type in the spec."""
        return self.task_type.name

    @property
    def listing(self) -> FromList | None:
        """Return how tasks are listed; None if they are shown one by one."""
        observe = self.task_type.poll
        return observe if isinstance(observe, FromList) else None


@frozen(kw_only=True)
class Observer:
    """An operation that shows tasks: all of a type, or the one whose id is in the parameter `id_parameter`."""

    definition: Definition
    operation: Operation
    id_parameter: str = ""


@frozen(kw_only=True)
class SubmitRoute:
    """An operation that begins a task."""

    definition: Definition
    operation: Operation
    submit: TaskStart[Any, Any] = field(repr=False)


@frozen
class Roles:
    """The operations of a spec that begin or show tasks, by operationId."""

    definitions: tuple[Definition, ...]
    observers: Mapping[str, Observer]
    submits: Mapping[str, SubmitRoute]


def read(api: Api, served: Iterable[Operation]) -> Roles:
    """Return the task types of a spec, and the operations that belong to them.

    Raises:
        SpecError: a task type names an operation that does not exist.
    """
    by_id = {each.id: each for each in served}
    definitions: list[Definition] = []
    observers: dict[str, Observer] = {}
    submits: dict[str, SubmitRoute] = {}
    for name, node in api.data.get("components", {}).get("x-task-types", {}).items():
        known = partial(_known, api, by_id, name)
        task_type = task_types.kind(name, node, known)
        starts = {
            each: task_types.submit(each.node["x-begins-task"], known(each.id), task_type)
            for each in by_id.values()
            if each.node.get("x-begins-task", {}).get("type") == name
        }
        links = (link for operation, submit in starts.items() for link in _links(api, operation, submit))
        linked = {by_id[target]: parameter for target, parameter in links if target in by_id}
        observing = by_id[task_type.poll.call.operation.name]
        definition = _definition(api, task_type, node["poll"].get("key", ""), observing, list(linked), starts)
        definitions.append(definition)
        bound = task_type.poll.call.arguments.items()
        id_parameter = next((parameter for parameter, value in bound if value == TASK_ID), "")
        observers[observing.id] = Observer(definition=definition, operation=observing, id_parameter=id_parameter)
        for operation, parameter in linked.items():
            one = Observer(definition=definition, operation=operation, id_parameter=parameter)
            observers.setdefault(operation.id, one)
        for operation, submit in starts.items():
            submits[operation.id] = SubmitRoute(definition=definition, operation=operation, submit=submit)
    return Roles(tuple(definitions), observers, submits)


def evaluate(value: object, arguments: Arguments) -> Any:
    """Return the value of a runtime expression in a request, None if it has none there; a constant as it is."""
    if not is_expression(value):
        return value
    match parse_expression(value):
        case Expression("request", "body", pointer):
            return resolve(arguments.body, pointer, None)
        case Expression("request", "path", name):
            return arguments.path.get(name)
        case Expression("request", "query", name):
            return arguments.query.get(name)
        case Expression("request", "header", name):
            found = (given for header, given in arguments.header.items() if header.lower() == name.lower())
            return next(found, None)
        case _:
            return None


def id_pointer(submit: TaskStart[Any, Any]) -> str:
    """Return where the response to a submit has the id of the task; '' if it is not a member of the body."""
    match parse_expression(submit.id):
        case Expression("response", "body", pointer):
            return pointer
        case _:
            return ""


def _known(api: Api, operations: Mapping[str, Operation], task_type: str, name: str) -> CoreOperation[Any]:
    found = operations.get(name)
    if found is None:
        where = Source(f"{api.package}.yaml", 1, 1)
        message = f"there is no operation {name}"
        raise SpecError([Problem(where, "sandbox", task_type, message, "name an operation of the spec")])
    return CoreOperation(found.id, found.method, found.path)


def _definition(
    api: Api,
    task_type: TaskType[Any, Any],
    key: str,
    observing: Operation,
    linked: list[Operation],
    starts: Mapping[Operation, TaskStart[Any, Any]],
) -> Definition:
    seen = json_content(api, observing.success()[1])
    schema = seen.get("schema", {})
    shown = examples.given(api, seen)
    if isinstance(task_type.poll, FromList):
        items = task_type.poll.items
        schema = api.items(api.schema_at(schema, names_of(items)))
        shown = [item for page in shown for item in resolve(page, items, None) or ()]
    # An example of one task alone is the better model: lists show every state there is, odd ones included.
    models = [*_models(api, schema, linked), *filter(is_object, shown), *_models(api, schema, starts)]
    state = task_type.state
    words: dict[str, str] = {}
    for word, phase in state.phases.items():
        words.setdefault(phase.value, word)
    bases: dict[str, Any] = {"": models[0] if models else examples.build(api, schema)}
    for model in models:
        word = resolve(model, state.at, None)
        bases.setdefault(state.phases[word].value if word in state.phases else "", model)
    return Definition(
        api=api,
        task_type=task_type,
        key=key,
        words=words,
        schema=schema,
        bases=bases,
        submits=starts,
        path_echoes=dict(_path_echoes(starts.values())),
    )


def _models(api: Api, schema: Any, operations: Iterable[Operation]) -> Iterator[dict[str, Any]]:
    """Yield the examples of answers that are one task each."""
    for operation in operations:
        content = json_content(api, operation.success()[1])
        if api.resolve(content.get("schema")) is api.resolve(schema):
            yield from filter(is_object, examples.given(api, content))


def _links(api: Api, start: Operation, submit: TaskStart[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operations that a submit links to with the id of its task, and the parameter that takes it."""
    for link in start.success()[1].get("links", {}).values():
        target = api.resolve(link)
        for name, value in target.get("parameters", {}).items():
            if value == submit.id and "operationId" in target:
                yield target["operationId"], name


def _path_echoes(submits: Iterable[TaskStart[Any, Any]]) -> Iterator[tuple[str, str]]:
    for submit in submits:
        for match in submit.reconcile.match if submit.reconcile else ():
            expression = parse_expression(match.equals)
            if expression is not None and (expression.source, expression.part) == ("request", "path"):
                yield match.item, expression.name
