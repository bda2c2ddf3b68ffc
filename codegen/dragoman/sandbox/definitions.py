"""Task types as a server needs them: the operations that begin and show tasks, and examples of tasks by phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import field, frozen

from taskclients_core.json_pointer import parse as names_of
from taskclients_core.json_pointer import resolve
from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import Kind, Listed, Submit
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, parse

from .. import task_reader
from ..problem import Problem, Source, SpecError
from . import examples
from .answers import json_content
from .api import Api
from .requests import Arguments
from .routes import Operation
from .values import is_object


@frozen(kw_only=True, eq=False)
class Definition:
    """A task type."""

    api: Api
    task_type: Kind[Any, Any] = field(repr=False)
    key: str
    """Pointer to the id in a task; '' if the spec names none."""

    words: Mapping[str, str]
    """The vendor's word for each phase that the vendor knows."""

    schema: Any = field(repr=False)
    """Of one task."""

    bases: Mapping[str, Any] = field(repr=False)
    """By phase: the spec's example of a task in it; '' fits every phase."""

    submits: Mapping[Operation, Submit[Any, Any]] = field(repr=False)
    path_echoes: Mapping[str, str]
    """Pointers into a task at which it shows a path parameter of the request that began it."""

    @property
    def kind(self) -> str:
        """Return the name of the task type in the spec."""
        return self.task_type.name

    @property
    def listing(self) -> Listed | None:
        """Return how tasks are listed; None if they are shown one by one."""
        observe = self.task_type.observe
        return observe if isinstance(observe, Listed) else None


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
    submit: Submit[Any, Any] = field(repr=False)


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
        task_type = task_reader.kind(name, node, known)
        starts = {
            each: task_reader.submit(each.node["x-begins-task"], known(each.id), task_type)
            for each in by_id.values()
            if each.node.get("x-begins-task", {}).get("type") == name
        }
        links = (link for operation, submit in starts.items() for link in _links(api, operation, submit))
        linked = {by_id[target]: parameter for target, parameter in links if target in by_id}
        observing = by_id[task_type.observe.call.operation.name]
        definition = _definition(api, task_type, node["poll"].get("key", ""), observing, list(linked), starts)
        definitions.append(definition)
        bound = task_type.observe.call.arguments.items()
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
    match parse(value):
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


def id_pointer(submit: Submit[Any, Any]) -> str:
    """Return where the response to a submit has the id of the task; '' if it is not a member of the body."""
    match parse(submit.id):
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
    task_type: Kind[Any, Any],
    key: str,
    observing: Operation,
    linked: list[Operation],
    starts: Mapping[Operation, Submit[Any, Any]],
) -> Definition:
    seen = json_content(api, observing.success()[1])
    schema = seen.get("schema", {})
    shown = examples.given(api, seen)
    if isinstance(task_type.observe, Listed):
        items = task_type.observe.items
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


def _links(api: Api, start: Operation, submit: Submit[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operations that a submit links to with the id of its task, and the parameter that takes it."""
    for link in start.success()[1].get("links", {}).values():
        target = api.resolve(link)
        for name, value in target.get("parameters", {}).items():
            if value == submit.id and "operationId" in target:
                yield target["operationId"], name


def _path_echoes(submits: Iterable[Submit[Any, Any]]) -> Iterator[tuple[str, str]]:
    for submit in submits:
        for match in submit.reconcile.match if submit.reconcile else ():
            expression = parse(match.equals)
            if expression is not None and (expression.source, expression.part) == ("request", "path"):
                yield match.item, expression.name
