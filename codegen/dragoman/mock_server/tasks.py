"""Tasks of the sandbox: stores, lifecycles driven by the clock, and the task types and routes of a spec."""

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
from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import FromList, Submission, TaskType
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, parse_expression

from ..diagnostics import Problem, Source, SpecError
from ..spec import task_types
from . import examples
from .api import Api, is_object
from .requests import Arguments
from .responses import json_content
from .routes import Operation

MAX_TASKS: Final = 10_000
"""Maximum number of tasks of one type; then the oldest is removed."""

_HOUR: Final = 3600.0
_SEEDS: Final = ("succeeded", "succeeded", "failed", "succeeded", "succeeded", "succeeded", "running")


@define(kw_only=True, eq=False)
class Task:
    """Task. Times are seconds since 1970."""

    definition: Definition
    number: int
    """Sequence number within the type, from 1, in the order of begin."""

    id: str
    started: float
    lifecycle: Lifecycle
    subject: str
    """Path and id of the operation that began it, in lower case."""

    scope: Mapping[str, str] | None = None
    """Parameter values required to find it; None for a seeded task, which is visible in every scope."""

    echoes: Mapping[str, Any] = field(factory=dict[str, Any])
    """Values of the request that the task contains, by JSON pointer."""

    rendered: tuple[Any, dict[str, Any]] | None = None
    """Cache of the last rendering without links: its inputs and the JSON object."""

    @property
    def from_request(self) -> bool:
        """True if a request began it, False for a seeded task."""
        return self.scope is not None


class Store:
    """Tasks of one type, oldest first."""

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
        """Return the task of an id, in any spelling that its format allows; None if there is no such task."""
        return self._tasks.get(_normalize_id(task_id))

    def start(self, route: SubmissionRoute, arguments: Arguments, now: float, speed: float) -> Task:
        """Begin a task for a request."""
        task = self._add(now, default_lifecycle(self._definition.status_words, speed), route.operation)
        scope = {name: evaluate(value, arguments) for name, value in route.submission.scope.items()}
        task.scope = {name: str(value) for name, value in scope.items()}
        task.echoes = dict(_echoes(route, arguments))
        return task

    def rename(self, task: Task, task_id: str) -> None:
        """Change the id of a task."""
        del self._tasks[_normalize_id(task.id)]
        task.id, task.rendered = task_id, None
        self._tasks[_normalize_id(task_id)] = task

    def _add(self, now: float, lifecycle: Lifecycle, operation: Any) -> Task:
        self._number += 1
        if len(self._tasks) >= MAX_TASKS:
            del self._tasks[next(iter(self._tasks))]
        task = Task(
            definition=self._definition,
            number=self._number,
            id=_make_id(self._id_schema, f"{self._definition.kind}-{self._number}"),
            started=now,
            lifecycle=lifecycle,
            subject=f"{operation.path} {operation.id}".lower() if operation else "",
        )
        self._tasks[_normalize_id(task.id)] = task
        return task

    def _seed(self, now: float) -> None:
        """Add tasks of the last hours, so that lists have several pages."""
        definition = self._definition
        operations = tuple(definition.submissions)
        for index, expected in enumerate(_SEEDS):
            substitute = "cancelled" if expected == "failed" else "succeeded"
            phase = expected if expected in definition.status_words else substitute
            if phase not in definition.status_words:
                continue
            operation = operations[index % len(operations)] if operations else None
            started = now - _HOUR * (len(_SEEDS) - index)
            lifecycle = default_lifecycle(definition.status_words, 1.0, last=phase)
            if phase == "running":
                # Half done now, and complete in an hour.
                lifecycle = Lifecycle((("running", 2 * _HOUR), ("succeeded", 0.0)))
            self._add(started, lifecycle, operation)


def _id_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of a task id, as declared in the response to a submission or in the task."""
    for operation, submission in definition.submissions.items():
        pointer = id_pointer(submission)
        content = json_content(definition.api, operation.success()[1])
        found = definition.api.resolve(definition.api.schema_at(content.get("schema"), parse(pointer)))
        if is_object(found):
            return found
    found = definition.api.resolve(definition.api.schema_at(definition.schema, parse(definition.key)))
    return found if is_object(found) else {}


def _make_id(schema: Mapping[str, Any], seed: str) -> str:
    """Return an opaque id in the format of a schema, always the same for a seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    uuid = UUID(bytes=digest[:16], version=4)
    if schema.get("type") == "integer":
        return str(int.from_bytes(digest[:3]))
    match schema.get("format"):
        case "uuid":
            return str(uuid)
        case "x-guid-n":
            return uuid.hex
        case _:
            return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _normalize_id(task_id: str) -> str:
    try:
        return UUID(task_id).hex
    except ValueError:
        return task_id


def _echoes(route: SubmissionRoute, arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """Yield the values of a request that its task contains, with their JSON pointers.

    These are the values that `reconcile.match` names, the whole body if a member of the task has the body's schema, and
    query parameters with the name of a member at any depth. Members of a body are not copied by name: the `type` of a
    stock export is not the `type` of its task.
    """
    definition, reconcile = route.definition, route.submission.reconcile
    api = definition.api
    for match in reconcile.match if reconcile else ():
        value = evaluate(match.equals, arguments)
        if value is not None:
            yield match.item, value
    expected = api.resolve(arguments.body_schema)
    if is_object(arguments.body) and expected:
        for name, schema in api.members(definition.schema).schemas.items():
            if api.resolve(schema) is expected:
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
    """Return True if the parameters of a request match the scope of a task."""
    if task.scope is None:
        return True
    for name, value in task.definition.task_type.poll.call.arguments.items():
        expression = parse_expression(value)
        expected = task.scope.get(expression.name) if expression and expression.source == "scope" else None
        if expected is not None:
            requested = arguments.path.get(name, arguments.query.get(name))
            if _normalize_id(str(requested)) != _normalize_id(expected):
                return False
    return True


ENDED: Final = frozenset({"succeeded", "skipped", "failed", "cancelled"})
QUEUED_SECONDS: Final = 1.0
RUNNING_SECONDS: Final = 5.0
_STOPPED: Final = 0.4
"""Fraction of the work done by a task that did not succeed."""


@frozen(kw_only=True)
class Stage:
    """State of a task at one time. Times are seconds since 1970."""

    phase: str
    fraction: float
    """Fraction of the work done, 0 to 1."""

    started: float
    changed: float
    """Time at which it entered this phase."""

    @property
    def ended(self) -> bool:
        """True if the phase is final."""
        return self.phase in ENDED


@frozen
class Lifecycle:
    """Phases in their order, each with its duration in seconds."""

    stages: tuple[tuple[str, float], ...]

    def at(self, started: float, now: float) -> Stage:
        """Return the stage at `now` of a task that began at `started`."""
        ends = [started]
        for _, seconds in self.stages[:-1]:
            ends.append(ends[-1] + seconds)
        position = max(i for i, begin in enumerate(ends) if i == 0 or begin <= now)
        phase = self.stages[position][0]
        fraction = {"succeeded": 1.0, "skipped": 1.0, "queued": 0.0}.get(phase, _STOPPED)
        if phase == "running" and position + 1 < len(ends):
            fraction = min(1.0, (now - ends[position]) / (ends[position + 1] - ends[position]))
        return Stage(phase=phase, fraction=fraction, started=started, changed=ends[position])


def default_lifecycle(phases: Container[str], speed: float, *, last: str = "succeeded") -> Lifecycle:
    """Return the default lifecycle: queued, running, `last`, without phases that the vendor does not have."""
    stages = [("queued", QUEUED_SECONDS / speed), ("running", RUNNING_SECONDS / speed), (last, 0.0)]
    return Lifecycle(tuple(stage for stage in stages if stage[0] in phases or stage[0] == last))


def step_stages(lifecycle: Lifecycle, stage: Stage, count: int) -> list[tuple[str, float, float]]:
    """Return the phase, begin and end of each of `count` steps that divide the work of a task equally."""
    begin = stage.started
    length = 0.0
    for phase, seconds in lifecycle.stages:
        if phase == "running":
            length = seconds / count
            break
        begin += seconds
    done = count if stage.fraction >= 1 else int(stage.fraction * count)
    current = {"needs-input": "running"}.get(stage.phase, stage.phase)
    phases = ["succeeded"] * done + [current, *["queued"] * count]
    windows = pairwise(begin + i * length for i in range(count + 1))
    return [(phase, *window) for phase, window in zip(phases, windows, strict=False)]


@frozen(kw_only=True, eq=False)
class Definition:
    """Task type of a spec, with its operations and examples."""

    api: Api
    task_type: TaskType[Any, Any] = field(repr=False)
    key: str
    """JSON pointer to the id in a task; '' if the spec declares none."""

    status_words: Mapping[str, str]
    """Vendor's status word of each phase that the vendor has."""

    schema: Any = field(repr=False)
    """Schema of a task."""

    bases: Mapping[str, Any] = field(repr=False)
    """Example of a task by phase, from the spec; '' for any phase."""

    submissions: Mapping[Operation, Submission[Any, Any]] = field(repr=False)
    path_echoes: Mapping[str, str]
    """Path parameters of the submission that the task contains, by JSON pointer."""

    @property
    def kind(self) -> str:
        """Name of the task type in the spec."""
        return self.task_type.name

    @property
    def listing(self) -> FromList | None:
        """Declaration of the list of tasks; None if tasks are polled one by one."""
        polling = self.task_type.poll
        return polling if isinstance(polling, FromList) else None


@frozen(kw_only=True)
class PollRoute:
    """Operation that returns tasks: a list of them, or the one whose id is in the parameter `id_parameter`."""

    definition: Definition
    operation: Operation
    id_parameter: str = ""


@frozen(kw_only=True)
class SubmissionRoute:
    """Operation that begins a task."""

    definition: Definition
    operation: Operation
    submission: Submission[Any, Any] = field(repr=False)


@frozen
class Roles:
    """Operations of a spec that begin or return tasks, by operationId."""

    definitions: tuple[Definition, ...]
    poll_routes: Mapping[str, PollRoute]
    submission_routes: Mapping[str, SubmissionRoute]


def read(api: Api, served: Iterable[Operation]) -> Roles:
    """Return the task types of a spec and their operations.

    Raises:
        SpecError: A task type names an operation that does not exist.
    """
    by_id = {each.id: each for each in served}
    definitions: list[Definition] = []
    poll_routes: dict[str, PollRoute] = {}
    submission_routes: dict[str, SubmissionRoute] = {}
    for name, node in api.data.get("components", {}).get("x-task-types", {}).items():
        known = partial(_known, api, by_id, name)
        task_type = task_types.read_task_type(name, node, known)
        starts = {
            each: task_types.read_submission(each.node["x-begins-task"], known(each.id), task_type)
            for each in by_id.values()
            if each.node.get("x-begins-task", {}).get("type") == name
        }
        links = (link for operation, submission in starts.items() for link in _links(api, operation, submission))
        linked = {by_id[target]: parameter for target, parameter in links if target in by_id}
        poll_operation = by_id[task_type.poll.call.operation.name]
        definition = _definition(api, task_type, node["poll"].get("key", ""), poll_operation, list(linked), starts)
        definitions.append(definition)
        bound = task_type.poll.call.arguments.items()
        id_parameter = next((parameter for parameter, value in bound if value == TASK_ID), "")
        poll_routes[poll_operation.id] = PollRoute(
            definition=definition, operation=poll_operation, id_parameter=id_parameter
        )
        for operation, parameter in linked.items():
            one = PollRoute(definition=definition, operation=operation, id_parameter=parameter)
            poll_routes.setdefault(operation.id, one)
        for operation, submission in starts.items():
            submission_routes[operation.id] = SubmissionRoute(
                definition=definition, operation=operation, submission=submission
            )
    return Roles(tuple(definitions), poll_routes, submission_routes)


def evaluate(value: object, arguments: Arguments) -> Any:
    """Evaluate a runtime expression on a request; None if the value is absent. Return a constant unchanged."""
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


def id_pointer(submission: Submission[Any, Any]) -> str:
    """Return the JSON pointer to the task id in the response to a submission; '' if it is not in the body."""
    match parse_expression(submission.id):
        case Expression("response", "body", pointer):
            return pointer
        case _:
            return ""


def _known(api: Api, operations: Mapping[str, Operation], task_type: str, name: str) -> CoreOperation[Any]:
    found = operations.get(name)
    if found is None:
        source = Source(f"{api.package}.yaml", 1, 1)
        message = f"unknown operation: {name}"
        raise SpecError(
            [Problem(source, "sandbox", task_type, message, "use the operationId of an operation in this spec")]
        )
    return CoreOperation(found.id, found.method, found.path)


def _definition(
    api: Api,
    task_type: TaskType[Any, Any],
    key: str,
    poll_operation: Operation,
    linked: list[Operation],
    starts: Mapping[Operation, Submission[Any, Any]],
) -> Definition:
    seen = json_content(api, poll_operation.success()[1])
    schema = seen.get("schema", {})
    samples = examples.spec_examples(api, seen)
    if isinstance(task_type.poll, FromList):
        items = task_type.poll.items
        schema = api.items(api.schema_at(schema, parse(items)))
        samples = [item for page in samples for item in resolve(page, items, None) or ()]
    # Prefer examples of a single task: lists contain tasks in every state, including unusual ones.
    models = [*_models(api, schema, linked), *filter(is_object, samples), *_models(api, schema, starts)]
    state = task_type.state
    status_words: dict[str, str] = {}
    for word, phase in state.phases.items():
        status_words.setdefault(phase.value, word)
    bases: dict[str, Any] = {"": models[0] if models else examples.build(api, schema)}
    for model in models:
        word = resolve(model, state.at, None)
        bases.setdefault(state.phases[word].value if word in state.phases else "", model)
    return Definition(
        api=api,
        task_type=task_type,
        key=key,
        status_words=status_words,
        schema=schema,
        bases=bases,
        submissions=starts,
        path_echoes=dict(_path_echoes(starts.values())),
    )


def _models(api: Api, schema: Any, operations: Iterable[Operation]) -> Iterator[dict[str, Any]]:
    """Yield the examples of responses that consist of one task."""
    for operation in operations:
        content = json_content(api, operation.success()[1])
        if api.resolve(content.get("schema")) is api.resolve(schema):
            yield from filter(is_object, examples.spec_examples(api, content))


def _links(api: Api, start: Operation, submission: Submission[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operations that a submission links to by task id, each with the parameter for the id."""
    for link in start.success()[1].get("links", {}).values():
        target = api.resolve(link)
        for name, value in target.get("parameters", {}).items():
            if value == submission.id and "operationId" in target:
                yield target["operationId"], name


def _path_echoes(submissions: Iterable[Submission[Any, Any]]) -> Iterator[tuple[str, str]]:
    for submission in submissions:
        for match in submission.reconcile.match if submission.reconcile else ():
            expression = parse_expression(match.equals)
            if expression is not None and (expression.source, expression.part) == ("request", "path"):
                yield match.item, expression.name
