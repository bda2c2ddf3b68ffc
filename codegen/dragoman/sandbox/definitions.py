"""What `x-async-tasks` and `x-async-task` say: how tasks of a kind begin, and where they are seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from taskclients_core.json_pointer import parse, resolve

from ..problem import Problem, Source, SpecError
from . import examples
from .answers import json_content
from .api import Api
from .requests import Arguments
from .routes import Operation
from .values import is_object


@frozen(kw_only=True, eq=False)
class Definition:
    """A kind of task."""

    api: Api
    kind: str
    node: dict[str, Any] = field(repr=False)
    words: Mapping[str, str]
    """The vendor's word for each phase that the vendor knows."""

    schema: Any = field(repr=False)
    """Of one task."""

    bases: Mapping[str, Any] = field(repr=False)
    """By phase: what the spec gives as an example of a task in it; '' is what fits every phase."""

    submits: tuple[Operation, ...]
    path_echoes: Mapping[str, str]
    """Pointers into a task at which it shows a path parameter of the request that began it."""

    @property
    def key(self) -> str:
        """Return the pointer to the id in a task; '' if the spec names none."""
        pointer: str = self.node["observe"].get("key", "")
        return pointer

    @property
    def listed(self) -> bool:
        """Tell whether tasks of this kind are seen in a list."""
        return bool(self.node["observe"]["shape"] == "list")


@frozen(kw_only=True)
class Observer:
    """An operation that shows tasks: all of a kind, or the one whose id is in the parameter `id_parameter`."""

    definition: Definition
    operation: Operation
    id_parameter: str = ""


@frozen(kw_only=True)
class Submit:
    """An operation that begins a task."""

    definition: Definition
    operation: Operation
    node: dict[str, Any] = field(repr=False)


@frozen
class Roles:
    """Which operations of a spec have to do with tasks, by operation id."""

    definitions: tuple[Definition, ...]
    observers: Mapping[str, Observer]
    submits: Mapping[str, Submit]


def read(api: Api, served: Iterable[Operation]) -> Roles:
    """Return what a spec says about tasks.

    Raises:
        SpecError: a kind of task is observed by an operation that does not exist.
    """
    by_id = {each.id: each for each in served}
    definitions: list[Definition] = []
    observers: dict[str, Observer] = {}
    submits: dict[str, Submit] = {}
    for kind, node in api.data.get("components", {}).get("x-async-tasks", {}).items():
        starts = [each for each in by_id.values() if each.node.get("x-async-task", {}).get("kind") == kind]
        linked = {by_id[name]: parameter for each in starts for name, parameter in _links(api, each) if name in by_id}
        observing = by_id.get(node["observe"]["operationId"])
        if observing is None:
            where = Source(f"{api.package}.yaml", 1, 1)
            message = f"{node['observe']['operationId']} is no operation"
            raise SpecError([Problem(where, "sandbox", kind, message, "name the GET operation that shows the task")])
        definition = _definition(api, kind, node, observing, list(linked), starts)
        definitions.append(definition)
        observers[observing.id] = _observer(definition, observing)
        for operation, parameter in linked.items():
            one = Observer(definition=definition, operation=operation, id_parameter=parameter)
            observers.setdefault(operation.id, one)
        for start in starts:
            submits[start.id] = Submit(definition=definition, operation=start, node=start.node["x-async-task"])
    return Roles(tuple(definitions), observers, submits)


def evaluate(expression: Any, arguments: Arguments) -> Any:
    """Return what a runtime expression of a request (`$request.body#/brand`) names; anything else is a constant."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    source, _, pointer = expression.partition("#")
    if source == "$request.body":
        return resolve(arguments.body, pointer, None)
    for place, values in (("path", arguments.path), ("query", arguments.query), ("header", arguments.header)):
        start = f"$request.{place}."
        if source.startswith(start):
            return values.get(source.removeprefix(start))
    return None


def _definition(
    api: Api,
    kind: str,
    node: dict[str, Any],
    observing: Operation,
    linked: list[Operation],
    starts: list[Operation],
) -> Definition:
    items: str = node["observe"].get("items", "")
    seen = json_content(api, observing.success()[1])
    schema = seen.get("schema", {})
    shown = examples.given(api, seen)
    if node["observe"]["shape"] == "list":
        schema = api.items(api.schema_at(schema, parse(items)))
        shown = [item for page in shown for item in resolve(page, items, None) or ()]
    # An example of one task alone is the better model: lists show every state there is, odd ones included.
    models = [*_models(api, schema, linked), *filter(is_object, shown), *_models(api, schema, starts)]
    words: dict[str, str] = {}
    for word, phase in node["state"]["map"].items():
        words.setdefault(phase, word)
    bases: dict[str, Any] = {"": models[0] if models else examples.build(api, schema)}
    for model in models:
        bases.setdefault(node["state"]["map"].get(resolve(model, node["state"]["at"], None), ""), model)
    return Definition(
        api=api,
        kind=kind,
        node=node,
        words=words,
        schema=schema,
        bases=bases,
        submits=tuple(starts),
        path_echoes=dict(_path_echoes(starts)),
    )


def _models(api: Api, schema: Any, operations: list[Operation]) -> Iterator[dict[str, Any]]:
    """Yield the examples of answers that are one task each."""
    for operation in operations:
        content = json_content(api, operation.success()[1])
        if api.resolve(content.get("schema")) is api.resolve(schema):
            yield from filter(is_object, examples.given(api, content))


def _observer(definition: Definition, operation: Operation) -> Observer:
    bound: dict[str, Any] = definition.node["observe"].get("parameters", {})
    name = next((name for name, value in bound.items() if value == "$task.id"), "")
    return Observer(definition=definition, operation=operation, id_parameter=name)


def _links(api: Api, start: Operation) -> Iterator[tuple[str, str]]:
    """Yield the operations that a submit links to with the id of its task, and the parameter that takes it."""
    wanted = start.node["x-async-task"]["id"]
    for link in start.success()[1].get("links", {}).values():
        target = api.resolve(link)
        for name, value in target.get("parameters", {}).items():
            if value == wanted and "operationId" in target:
                yield target["operationId"], name


def _path_echoes(starts: list[Operation]) -> Iterator[tuple[str, str]]:
    for start in starts:
        for match in start.node["x-async-task"].get("reconcile", {}).get("match", ()):
            if str(match["equals"]).startswith("$request.path."):
                yield match["item"], match["equals"].removeprefix("$request.path.")
