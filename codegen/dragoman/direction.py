"""Which way the component schemas travel: in requests, in answers, or both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from .schema import Component, Shape, references
from .spec import Operation, Spec


@frozen
class Directions:
    """Names of the component schemas that are sent and that are received, whole or as a part of another."""

    sent: frozenset[str]
    received: frozenset[str]


def directions(spec: Spec) -> Directions:
    """Return which component schemas a client of `spec` sends and receives."""
    components = {component.name: component for component in spec.components}
    return Directions(
        sent=_closure((shape for each in spec.operations for shape in _sent(each)), components),
        received=_closure((shape for each in spec.operations for shape in _received(each)), components),
    )


def _sent(operation: Operation) -> Iterable[Shape]:
    yield from (parameter.shape for parameter in operation.parameters)
    yield from (body.shape for body in operation.bodies)


def _received(operation: Operation) -> Iterable[Shape]:
    return (content.shape for answer in operation.answers for content in answer.contents)


def _closure(shapes: Iterable[Shape], components: Mapping[str, Component]) -> frozenset[str]:
    waiting = [name for shape in shapes for name in references(shape)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in components and name not in seen:
            seen.add(name)
            waiting += references(components[name].shape)
    return frozenset(seen)
