"""Tasks of the sandbox: stores, lifecycles driven by the clock, and the task types and routes of a spec."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import BoundCall, FromList, Submission, TaskType
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, needs_response, parse_expression

from ..diagnostics import Problem, Source, SpecError
from ..spec import task_types
from ..spec.formats import INTEGERS
from ..spec.samples import build, is_object, spec_examples
from .api import Api
from .messages import HttpError
from .requests import Arguments
from .responses import json_content
from .routes import Operation
from .task_phases import words_of

MAX_TASKS: Final = 10_000
"""Maximum number of tasks of a store; then the oldest is removed."""

_HOUR: Final = 3600.0
_SEEDS: Final = ("succeeded", "succeeded", "failed", "succeeded", "succeeded", "succeeded", "running")


@define(kw_only=True, eq=False)
class Task:
    """Task. Times are seconds since 1970."""

    definition: Definition
    number: int
    """Sequence number within the store, from 1, in the order of begin."""

    id: str
    started: float
    lifecycle: Lifecycle
    subject: str
    """Path and id of the operation that began it, in lower case."""

    request_key: tuple[str, str] | None = None
    """Operation, and the idempotency key or client id of the request that began it; None without one."""

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
    """Tasks of all types that one operation polls, oldest first."""

    def __init__(self, definitions: Sequence[Definition], now: float) -> None:
        self._tasks: dict[str, Task] = {}
        self._by_request: dict[tuple[str, str], Task] = {}
        self._number = 0
        self._id_schemas = {each.kind: _id_schema(each) for each in definitions}
        if definitions[0].listing is not None:
            self._seed(definitions[0], now)

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def find(self, task_id: str) -> Task | None:
        """Return the task of an id, in any spelling that its format allows; None if there is no such task."""
        return self._tasks.get(_normalize_id(task_id))

    def find_repeated(self, route: SubmissionRoute, arguments: Arguments) -> Task | None:
        """Return the task of an earlier request with the same idempotency key or client id; None without one."""
        key = _request_key(route, arguments)
        return None if key is None else self._by_request.get(key)

    def start(self, route: SubmissionRoute, arguments: Arguments, now: float, speed: float) -> Task:
        """Begin a task for a request."""
        definition, submission = route.definition, route.submission
        # An id of the client's own; None if the server makes it.
        task_id = None if needs_response(submission.id) else evaluate(submission.id, arguments)
        task = self._add(definition, now, default_lifecycle(definition.status_words, speed), route.operation, task_id)
        known = {name: value for name, value in submission.scope.items() if not needs_response(value)}
        task.scope = {name: str(evaluate(value, arguments)) for name, value in known.items()}
        task.echoes = dict(_echoes(route, arguments))
        task.request_key = _request_key(route, arguments)
        if task.request_key is not None:
            self._by_request.setdefault(task.request_key, task)
        return task

    def rename(self, task: Task, task_id: str) -> None:
        """Change the id of a task."""
        del self._tasks[_normalize_id(task.id)]
        task.id, task.rendered = task_id, None
        self._tasks[_normalize_id(task_id)] = task

    def _add(
        self, definition: Definition, now: float, lifecycle: Lifecycle, operation: Any, task_id: object = None
    ) -> Task:
        self._number += 1
        if len(self._tasks) >= MAX_TASKS:
            oldest = self._tasks.pop(next(iter(self._tasks)))
            if oldest.request_key is not None:
                self._by_request.pop(oldest.request_key, None)
        made = _make_id(self._id_schemas[definition.kind], f"{definition.kind}-{self._number}")
        task = Task(
            definition=definition,
            number=self._number,
            id=made if task_id is None else str(task_id),
            started=now,
            lifecycle=lifecycle,
            subject=f"{operation.path} {operation.id}".lower() if operation else "",
        )
        self._tasks[_normalize_id(task.id)] = task
        return task

    def _seed(self, definition: Definition, now: float) -> None:
        """Add tasks of the last hours, so that lists have several pages."""
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
            self._add(definition, started, lifecycle, operation)


def _id_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of a task id, as declared in the response to a submission or in the task."""
    for operation, submission in definition.submissions.items():
        response = operation.success(submission.accepted)[1]
        match parse_expression(submission.id):
            case Expression("response", "body", pointer):
                content = json_content(definition.api, response)
                found = definition.api.resolve(definition.api.schema_at(content.get("schema"), parse(pointer)))
            case Expression("response", "header", name):
                found = definition.api.resolve(header_schema(definition.api, response, name))
            case _:
                continue
        if is_object(found):
            return found
    found = definition.api.resolve(definition.api.schema_at(definition.schema, parse(definition.key)))
    return found if is_object(found) else {}


def _make_id(schema: Mapping[str, Any], seed: str) -> str:
    """Return an opaque id in the format of a schema, always the same for a seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    uuid = UUID(bytes=digest[:16], version=4)
    if schema.get("type") == "integer" or schema.get("format") in INTEGERS:
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


def _request_key(route: SubmissionRoute, arguments: Arguments) -> tuple[str, str] | None:
    """Return what the server recognises a repeated request by; None if there is nothing."""
    submission = route.submission
    header, client_id = submission.idempotency_header, submission.client_id
    value = evaluate(client_id if header is None else str(Expression("request", "header", header)), arguments)
    return None if value is None else (route.operation.id, str(value))


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


def argument(arguments: Arguments, name: str) -> Any:
    """Return the value of a path, query or header parameter; None if the request has none."""
    for values in (arguments.path, arguments.query, arguments.header):
        if name in values:
            return values[name]
    return None


def in_scope(task: Task, arguments: Arguments, call: BoundCall) -> bool:
    """Return True if the parameters of a request match the scope of a task, as the task type binds them in a call."""
    if task.scope is None:
        return True
    for name, value in call.arguments.items():
        expression = parse_expression(value)
        expected = task.scope.get(expression.name) if expression and expression.source == "scope" else None
        if expected is not None and _normalize_id(str(argument(arguments, name))) != _normalize_id(expected):
            return False
    return True


ENDED: Final = frozenset({"succeeded", "skipped", "failed", "cancelled"})
QUEUED_SECONDS: Final = 1.0
RUNNING_SECONDS: Final = 5.0
_CANCELLED: Final = ("cancelled", "failed", "skipped", "succeeded")
"""Phases of a task that was cancelled, in order of preference."""

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
        position, ends = self._position(started, now)
        phase = self.stages[position][0]
        fraction = {"succeeded": 1.0, "skipped": 1.0, "queued": 0.0}.get(phase, _STOPPED)
        if phase == "running" and position + 1 < len(ends):
            fraction = min(1.0, (now - ends[position]) / (ends[position + 1] - ends[position]))
        return Stage(phase=phase, fraction=fraction, started=started, changed=ends[position])

    def diverted(self, started: float, now: float, stages: Iterable[tuple[str, float]]) -> Lifecycle:
        """Return the lifecycle of a task that enters other stages now."""
        position, begins = self._position(started, now)
        seconds = now - begins[position]
        if begins[position] + seconds > now:  # by rounding
            seconds = math.nextafter(seconds, 0.0)
        return Lifecycle((*self.stages[:position], (self.stages[position][0], seconds), *stages))

    def _position(self, started: float, now: float) -> tuple[int, list[float]]:
        """Return the index of the stage at `now`, and the time at which each stage begins."""
        begins = [started]
        for _, seconds in self.stages[:-1]:
            begins.append(begins[-1] + seconds)
        return max(i for i, begin in enumerate(begins) if i == 0 or begin <= now), begins


def default_lifecycle(phases: Container[str], speed: float, *, last: str | None = None) -> Lifecycle:
    """Return the default lifecycle: queued, running, `last`, without phases that the vendor does not have.

    The last one is success, or, if no task of the vendor has that, nothing to do.
    """
    if last is None:
        last = "skipped" if "skipped" in phases and "succeeded" not in phases else "succeeded"
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
    """Vendor's status word of each phase that a task can have."""

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


@frozen(kw_only=True)
class ActionRoute:
    """Operation that cancels a task, or answers one that needs input."""

    definition: Definition
    call: BoundCall
    cancels: bool

    def find(self, store: Store, arguments: Arguments) -> Task | None:
        """Return the task that a request names, if it is of this type and in its scope; else None."""
        names = (name for name, value in self.call.arguments.items() if value == TASK_ID)
        task = store.find(str(argument(arguments, next(names, ""))))
        fits = task is not None and task.definition is self.definition and in_scope(task, arguments, self.call)
        return task if fits else None

    def perform(self, task: Task, now: float, speed: float) -> None:
        """Cancel the task, or let it continue if it needs input. A task that has ended stays as it is."""
        stage, words = task.lifecycle.at(task.started, now), self.definition.status_words
        if stage.ended or not (self.cancels or stage.phase == "needs-input"):
            return
        stages = [stage for stage in default_lifecycle(words, speed).stages if stage[0] != "queued"]
        if self.cancels:
            # A vendor without a word for it shows a cancelled task as one that has failed.
            stages = [(next(phase for phase in (*_CANCELLED, *words) if phase in words), 0.0)]
        task.lifecycle = task.lifecycle.diverted(task.started, now, stages)


@frozen
class Roles:
    """Operations of a spec that begin, return or change tasks, by operationId."""

    definitions: tuple[Definition, ...]
    poll_routes: Mapping[str, PollRoute]
    submission_routes: Mapping[str, SubmissionRoute]
    action_routes: Mapping[str, Sequence[ActionRoute]]
    """Several if types of tasks share an operation."""


def perform_action(
    routes: Sequence[ActionRoute], stores: Mapping[str, Store], arguments: Arguments, now: float, speed: float
) -> Task:
    """Cancel the task that a request names, or let it continue, and return it.

    Raises:
        HttpError: 404 if there is no such task.
    """
    for route in routes:
        task = route.find(stores[route.definition.kind], arguments)
        if task is not None:
            route.perform(task, now, speed)
            return task
    raise HttpError(404, "There is no such task.")


def read(api: Api, served: Iterable[Operation]) -> Roles:
    """Return the task types of a spec and their operations.

    Raises:
        SpecError: A task type names an operation that does not exist.
    """
    by_id = {each.id: each for each in served}
    definitions: list[Definition] = []
    poll_routes: dict[str, PollRoute] = {}
    submission_routes: dict[str, SubmissionRoute] = {}
    action_routes: dict[str, list[ActionRoute]] = {}
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
        cancel = [task_type.cancel] if task_type.cancel else []
        for call in (*cancel, *task_type.actions.values()):
            route = ActionRoute(definition=definition, call=call, cancels=call is task_type.cancel)
            action_routes.setdefault(call.operation.name, []).append(route)
    return Roles(tuple(definitions), poll_routes, submission_routes, action_routes)


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


def header_schema(api: Api, response: Mapping[str, Any], name: str) -> Any:
    """Return the schema of a header of a response; None if the response declares no such header."""
    headers = response.get("headers", {}).items()
    found = next((header for each, header in headers if each.lower() == name.lower()), None)
    return api.section({"header": found}, "header").get("schema")


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
    samples = spec_examples(api, seen)
    if isinstance(task_type.poll, FromList):
        items = task_type.poll.items
        schema = api.items(api.schema_at(schema, parse(items)))
        samples = [item for page in samples for item in resolve(page, items, None) or ()]
    # Prefer examples of a single task: lists contain tasks in every state, including unusual ones.
    models = [*_models(api, schema, linked), *filter(is_object, samples), *_models(api, schema, starts)]
    state = task_type.state
    bases: dict[str, Any] = {"": models[0] if models else build(api, schema)}
    for model in models:
        word = resolve(model, state.at, None)
        bases.setdefault(state.phases[word].value if word in state.phases else "", model)
    return Definition(
        api=api,
        task_type=task_type,
        key=key,
        status_words=words_of(state),
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
            yield from filter(is_object, spec_examples(api, content))


def _links(api: Api, start: Operation, submission: Submission[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operations that a submission links to by task id, each with the parameter for the id."""
    for link in start.success()[1].get("links", {}).values():
        target = api.resolve(link)
        for name, value in target.get("parameters", {}).items():
            if value == submission.id and "operationId" in target:
                # OpenAPI allows the location before the name: `path.id`.
                yield target["operationId"], name.removeprefix("path.").removeprefix("query.")


def _path_echoes(submissions: Iterable[Submission[Any, Any]]) -> Iterator[tuple[str, str]]:
    for submission in submissions:
        for match in submission.reconcile.match if submission.reconcile else ():
            expression = parse_expression(match.equals)
            if expression is not None and (expression.source, expression.part) == ("request", "path"):
                yield match.item, expression.name
