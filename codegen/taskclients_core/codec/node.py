"""Compiled form of a type: how msgspec reads it, the steps before and after, and the namespace of generated code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from itertools import count, repeat, starmap
from textwrap import indent
from types import ModuleType
from typing import Any, TypeAlias

import msgspec
from attrs import Factory, define, evolve, field, frozen
from msgspec import Raw

from .annotations import Member
from .mismatch import RENDER_ERRORS, Mismatch, render_mismatch, text_member


class Namespace:
    """One such namespace."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._module = ModuleType(name, "Mirrors of models, made at run time by the codec.")
        self._names = vars(self._module)
        self._names.update(
            Raw=msgspec.Raw,
            UNSET=msgspec.UNSET,
            Mismatch=Mismatch,
            UNRENDERED=RENDER_ERRORS,
            unrendered=render_mismatch,
            new=object.__new__,
            repeat=repeat,
            starmap=starmap,
        )
        self._counter = count(1)
        self._promised: dict[str, Callable[[], str]] = {}
        sys.modules[name] = self._module

    def __getitem__(self, name: str) -> Any:
        source = self._promised.get(name)
        if source is not None:
            self.define(source())  # twice, if two threads ask at once, which does no harm
            self._promised.pop(name, None)
        return self._names[name]

    def get(self, name: str) -> Any:
        """What has a name by now, else None."""
        return self._names.get(name)

    def reserve(self, prefix: str) -> str:
        """A name nobody has yet."""
        return f"{re.sub(r'[^0-9A-Za-z_]', '_', prefix)}_{next(self._counter)}"

    def put(self, name: str, value: Any) -> str:
        """Give a value its name."""
        self._names[name] = value
        return name

    def add(self, prefix: str, value: Any) -> str:
        """Give a value a new name."""
        return self.put(self.reserve(prefix), value)

    def define_lazily(self, name: str, argument: str, body: Callable[[], str]) -> str:
        """Give a name to a function of one argument that is written and compiled when it is first needed.

        Most never are: who reads tasks does not send them. And by then all that it speaks of has been built.
        """

        def first(value: Any) -> Any:
            return self[name](value)

        self._promised[name] = lambda: f"def {name}({argument}):\n{indent(body(), '    ')}"
        return self.put(name, first)

    def define(self, source: str) -> None:
        """Run source code that we made; only names from `reserve` and `add` and literals by `repr` are in it."""
        exec(source, self._names)  # noqa: S102

    def type(self, expression: str) -> Any:
        """The type that an expression over the names means."""
        return eval(expression, self._names)  # noqa: S307 - of our own making, as above


NO_TYPES: tuple[type, ...] = ()


@define(eq=False)
class Model:
    """An attrs class and its mirror, an `msgspec.Struct`. Its nodes are filled in after it was named: it may recur."""

    cls: type[Any]
    members: tuple[Member, ...]
    tag: tuple[str, str] | None
    """Name and value of the member that tells it from others in a discriminated union."""
    struct: str
    """Name of the mirror."""
    lift: str
    lift_items: str
    """The function that lifts a list of it. Not for a model with an `extra`."""
    lower: str
    required: frozenset[str]
    known: frozenset[str]
    extra: Member | None
    """The field that takes all members not known, if there is one."""
    nodes: dict[str, Node] = field(factory=dict[str, "Node"])
    """By wire name."""
    extra_node: Node | None = None
    """Of each member not known."""

    def secret(self, name: str) -> bool:
        """Whether the member of this wire name must not be shown."""
        return any(member.secret for member in self.members if member.name == name)


@frozen
class Items:
    """The items of an array, or the values of a map."""

    node: Node


@frozen
class TaggedUnion:
    """The members of a discriminated union."""

    property: str
    models: Mapping[str, Model]
    """By the value of the property."""

    def model_of(self, members: Mapping[str, Raw]) -> Model | None:
        """The model that the members of a JSON object say they are."""
        return self.models.get(text_member(members, self.property) or "")


@frozen
class UntaggedUnion:
    """The members of a union that nothing tells apart."""

    nodes: tuple[Node, ...]


Shape: TypeAlias = Model | Items | TaggedUnion | UntaggedUnion | None


@frozen
class Node:
    """How one type crosses the wire. Names are those of the `Namespace` it was compiled into."""

    wire: str
    """What msgspec reads, as a type expression; `Raw` is JSON text that `lift` reads itself."""

    kinds: frozenset[str]
    """Which of `text.KINDS` it can read; what reads a float reads an int too."""

    label: str
    """What an error message says was expected."""

    lift: str | None = None
    """Name of the function from the wire's value to the public one; None: they are the same."""

    lower: str | None = None
    """Name of the function back. It takes any value, and raises Mismatch for what has no form on the wire."""

    python: tuple[type, ...] = NO_TYPES
    """Classes of the public value."""

    looseness: int = 0
    """How much it accepts: of two that accept the same value, a union takes the tighter."""

    shape: Shape = field(default=Factory(lambda: None), repr=False)

    render: str | None = None
    """Name of what does the work of `lower` for values of exactly `python[0]`, with no check. It raises ValueError."""


def nullable(node: Node, lift: str | None, lower: str | None) -> Node:
    """The node that also takes null. `lift` and `lower` are those of the node, taught about None."""
    return evolve(
        node,
        wire=node.wire if node.wire == "Raw" else f"{node.wire} | None",
        kinds=node.kinds | {"null"},
        label=f"{node.label} | null",
        lift=lift,
        lower=lower,
        python=(*node.python, type(None)),
    )
