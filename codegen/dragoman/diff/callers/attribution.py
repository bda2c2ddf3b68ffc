"""Join of effects on callers with the changes of a spec from which they follow, by the Python names of their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import evolve, frozen

from taskclients_core.json_pointer import from_names

from ...generate.lowering.client import client_prefix, variable_name
from ...generate.lowering.operations import function_name
from ...generate.lowering.requests import argument_name
from ...generate.lowering.tasks import task_type_constant
from ...generate.spelling import Speller
from ...spec import naming
from ...spec.model import Operation, Spec
from ...spec.schema import Object
from ..change import CallerEffect, Change, Direction, Place

_OF_WORDS: Final = ("assumption", "deprecated", "documentation")
"""First words of the ids of changes from which no name or type can follow."""

_NAME: Final = re.compile(r"\w+")


def attribute(changes: Iterable[Change], effects: Iterable[CallerEffect], old: Spec, new: Spec) -> tuple[Change, ...]:
    """Put each effect on the change from which it follows; those that no change explains become changes of their own.

    An effect follows from a change of the part that has its name (`Task.brand`), or else from one of what contains it
    (`Task`), or of a model that is among its types (`list[Task]`). Additions that no change explains are left out:
    they fail nowhere, and a part of a schema that got a name is no change.
    """
    found = tuple(changes)
    index = _Index.of(found, _Names.of(old), _Names.of(new))
    attached: dict[int, list[CallerEffect]] = {}
    alone: dict[str, list[CallerEffect]] = {}
    for effect in effects:
        position = index.find(effect)
        if position is not None:
            attached.setdefault(position, []).append(effect)
        elif effect.type_check or effect.run_time:
            alone.setdefault(effect.name, []).append(effect)
    explained = (
        evolve(change, callers=(*change.callers, *attached[i])) if i in attached else change
        for i, change in enumerate(found)
    )
    return (*explained, *(_of_names(name, each, index) for name, each in alone.items()))


def _of_names(name: str, effects: list[CallerEffect], index: _Index) -> Change:
    """Return the change of a Python name that no part of a message explains."""
    pointer, gone = index.place(name)
    return Change(
        id="python-changed",
        place=Place(words=name, pointer=pointer, gone=gone),
        direction=Direction.NONE,
        old="",
        new="",
        summary="; ".join(each.text for each in effects),
        callers=tuple(effects),
    )


_OF_OPERATIONS: Final = frozenset({"body", "operation", "parameter", "response"})


@frozen
class _Names:
    """Python names of the parts of one spec."""

    client: str
    parts: Mapping[tuple[str, ...], tuple[str, ...]]
    """Names by the subject of a change (`Place.subject`)."""

    pointers: Mapping[str, str]
    """JSON pointers of what has a name of its own: functions and models."""

    @staticmethod
    def of(spec: Spec) -> _Names:
        """Return the names of a spec."""
        speller = Speller.of(spec)
        client = f"{client_prefix(spec)}Client"
        parts: dict[tuple[str, ...], tuple[str, ...]] = {}
        pointers: dict[str, str] = {}
        for component in spec.components:
            name = speller.class_name(component.name)
            parts["schema", component.name] = (name,)
            pointers[name] = component.pointer
            if isinstance(component.shape, Object):
                for member in component.shape.properties:
                    attribute_ = speller.attribute(member)
                    parts["member", component.name, member.name] = (
                        f"{name}.{attribute_}",
                        f"{name}({attribute_}=)",
                    )
        for operation in spec.operations:
            functions = tuple(_functions(operation, client))
            pointers |= dict.fromkeys(functions, operation.pointer)
            parts |= dict(_operation(operation, functions))
        for declared in spec.task_types:
            task_type = declared.definition
            begin = (
                each
                for operation in spec.operations
                if operation.submission and operation.submission.definition.task_type.name == task_type.name
                for each in list(_functions(operation, client))[2:]
            )
            constant = f"async_tasks.{task_type_constant(task_type)}"
            pointers[constant] = from_names(("components", "x-task-types", task_type.name))
            handles = (naming.handle_class(task_type.name), naming.async_handle_class(task_type.name))
            parts["task type", task_type.name] = (
                constant,
                *(f"async_tasks.{each}" for each in handles),
                *begin,
            )
        auth = (f"{client}(auth=)",)
        parts |= {("scheme", each.name): auth for each in spec.schemes}
        for server in spec.servers:
            variables = (f"{client}({variable_name(each)}=)" for each in server.variables)
            parts["server", server.url] = (f"{client}(base_url=)", *variables)
        arguments = (f"{client}({argument_name(each)}=)" for each in spec.client_parameters)
        parts["api",] = (client, *auth, f"{client}(base_url=)", f"{client}(media_type=)", *arguments)
        return _Names(client, parts, pointers)


def _functions(operation: Operation, client: str) -> Iterator[str]:
    function = function_name(operation)
    yield f"{client}.{function}"
    yield f"{naming.module(operation.tag)}.{function}"
    if operation.submission:
        yield f"{client}.{naming.begin(function)}"
        yield f"async_tasks.{naming.begin(function)}"


def _operation(operation: Operation, functions: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield subjects in an operation, each with its names."""
    modules = dict.fromkeys(each.partition(".")[0] for each in functions[1::2])
    yield ("operation", operation.id), (*functions, *modules)
    yield ("body", operation.id), tuple(f"{each}(body=)" for each in functions)
    for response in operation.responses:
        yield ("response", operation.id, response.status), functions
    for parameter in operation.parameters:
        name = argument_name(parameter)
        client = functions[0].partition(".")[0]
        yield (
            ("parameter", operation.id, parameter.place, parameter.name),
            (f"{client}({name}=)",) if parameter.client else tuple(f"{each}({name}=)" for each in functions),
        )


@frozen
class _Index:
    """Changes by the names of their parts."""

    old: _Names
    new: _Names
    exact: Mapping[str, tuple[int, ...]]
    inside: Mapping[str, tuple[int, ...]]
    """Changes of what contains something, by the name of the container."""

    typed: Mapping[str, tuple[int, ...]]
    """Changes on the wire of models, and then of their members, by the name of the model."""

    changes: tuple[Change, ...]

    @staticmethod
    def of(changes: tuple[Change, ...], old: _Names, new: _Names) -> _Index:
        """Return an index of changes."""
        exact: dict[str, list[int]] = {}
        inside: dict[str, list[int]] = {}
        models: dict[str, list[int]] = {}
        members: dict[str, list[int]] = {}
        for i, change in enumerate(changes):
            if change.id.startswith(_OF_WORDS):
                continue
            kind = change.place.subject[0]
            breaking = change.wire.refused or change.wire.misread
            for name in dict.fromkeys(_names(change, old, new)):
                exact.setdefault(name, []).append(i)
                if kind in ("schema", "operation"):
                    inside.setdefault(name, []).append(i)
                if kind == "schema" and breaking:
                    models.setdefault(name, []).append(i)
                elif kind == "member" and breaking:
                    members.setdefault(_container(name), []).append(i)
        return _Index(
            old,
            new,
            {name: tuple(each) for name, each in exact.items()},
            {name: tuple(each) for name, each in inside.items()},
            {name: (*models.get(name, ()), *members.get(name, ())) for name in (*models, *members)},
            changes,
        )

    def find(self, effect: CallerEffect) -> int | None:
        """Return the position of the change from which an effect follows; None if there is none."""
        fails = effect.type_check or effect.run_time
        found = self.exact.get(effect.name) or self.inside.get(_container(effect.name), ())
        if fails and not found:
            found = next((self.typed[name] for name in _NAME.findall(effect.text) if name in self.typed), ())
        # Of several changes of one part, one that breaks on the wire explains code that breaks.
        breaking = (i for i in found if self.changes[i].wire.refused or self.changes[i].wire.misread)
        first = next(iter(found), None)
        return next(breaking, first) if fails else first

    def place(self, name: str) -> tuple[str, bool]:
        """Return the pointer to a Python name, and True if it leads into the old spec."""
        for each in (name, _container(name)):
            if each in self.new.pointers:
                return self.new.pointers[each], False
            if each in self.old.pointers:
                return self.old.pointers[each], True
        return "/info", False


def _names(change: Change, old: _Names, new: _Names) -> Iterator[str]:
    """Yield the names of the part of a change, as old code and new code write them.

    Effects name what old code writes, so the old names of the client and of a part that has an `x-name` now count too.
    """
    for subject in _subjects(change):
        before = (*subject[:-1], change.renamed_from) if change.renamed_from else subject
        yield from old.parts.get(before, ())
        yield from (_with_client(each, new.client, old.client) for each in new.parts.get(subject, ()))


def _subjects(change: Change) -> Iterator[tuple[str, ...]]:
    """Yield the subject of a change, and those of the other operations in which the same part changed."""
    kind, *names = subject = change.place.subject
    yield subject
    if kind in _OF_OPERATIONS:
        yield from ((kind, each, *names[1:]) for each in change.operations if each != names[0])


def _with_client(name: str, client: str, other: str) -> str:
    return other + name.removeprefix(client) if name.startswith((f"{client}.", f"{client}(")) else name


def _container(name: str) -> str:
    """Return the name of what contains a part: `Task` for `Task.brand`, `Client.get` for `Client.get(id=)`."""
    return name.rpartition("(")[0] or name.rpartition(".")[0]
