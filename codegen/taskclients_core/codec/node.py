"""Compiled form of a type: how msgspec reads it, the steps before and after, and the namespace of generated code."""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import count, repeat, starmap
from textwrap import indent
from types import ModuleType
from typing import Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from attrs import Factory, define, evolve, field, frozen
from msgspec import Raw

from ..model import Member
from .mismatch import RENDER_ERRORS, Mismatch, render_mismatch, text_member

MOST_AT_ONCE: Final = 200
"""Number of wire structs that msgspec may prepare in one go: it recurses from each to those that it refers to."""


T = TypeVar("T")


class TypeCache(Generic[T]):
    """Function of a type whose results are kept, for each order of a union. Safe for several threads.

    `A | B` and `B | A` are equal, and equal keys of a dict, but of two classes that fit as well the first one is read.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._latest: dict[Any, tuple[Any, T]] = {}
        """Results by type, each with the very type that it was last returned for: comparing texts takes longer."""

        self._results: dict[tuple[Any, str], T] = {}

    def __call__(self, hint: Any, /) -> T:
        """Return the result for a type. Raises what the function raises, which is not kept."""
        latest = self._latest.get(hint)
        if latest is not None and latest[0] is hint:
            return latest[1]
        key = hint, repr(hint)
        result = self._results.get(key)
        if result is None:
            result = self._results.setdefault(key, self._make(hint))  # another thread may have stored one
        self._latest[hint] = hint, result
        return result


class Namespace:
    """Namespace of generated code: functions and wire structs by unique names, in a module of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._module = ModuleType(name, "Wire structs of models, created at run time by the codec.")
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
        self._lazy: dict[str, Callable[[], str]] = {}
        self.unprepared: Final[deque[type[msgspec.Struct]]] = deque()
        """Wire structs that msgspec has not seen; each refers to those before it, and to less than `MOST_AT_ONCE`."""

        sys.modules[name] = self._module

    def __getitem__(self, name: str) -> Any:
        source = self._lazy.get(name)
        if source is not None:
            self.define(source())  # harmless if two threads do it at the same time
            self._lazy.pop(name, None)
        return self._names[name]

    def get(self, name: str) -> Any:
        """Return the value of a name, None if it is not defined yet."""
        return self._names.get(name)

    def reserve(self, prefix: str) -> str:
        """Return an unused name."""
        return f"{re.sub(r'[^0-9A-Za-z_]', '_', prefix)}_{next(self._counter)}"

    def put(self, name: str, value: Any) -> str:
        """Store a value under a name and return the name."""
        self._names[name] = value
        return name

    def add(self, prefix: str, value: Any) -> str:
        """Store a value under an unused name and return the name."""
        return self.put(self.reserve(prefix), value)

    def define_lazily(self, name: str, argument: str, body: Callable[[], str]) -> str:
        """Define a function of one argument whose source is generated and compiled at its first call.

        Most are never called: a client that reads tasks does not send them. At the first call, everything that the
        source refers to exists.
        """

        def first(value: Any) -> Any:
            return self[name](value)

        self._lazy[name] = lambda: f"def {name}({argument}):\n{indent(body(), '    ')}"
        return self.put(name, first)

    def define(self, source: str) -> None:
        """Run generated source code. It contains only names from `reserve` and `add`, and literals by `repr`."""
        exec(source, self._names)  # noqa: S102

    def type(self, expression: str) -> Any:
        """Evaluate a type expression over the names."""
        return eval(expression, self._names)  # noqa: S307 - generated source code, as above


NO_TYPES: tuple[type, ...] = ()


@define(eq=False)
class Model:
    """attrs class and its wire struct. `nodes` is filled after creation, because a model may refer to itself."""

    cls: type[Any]
    members: tuple[Member, ...]
    tag: tuple[str, str] | None
    """Discriminator in a union: name and value of the member."""
    struct: str
    """Name of the wire struct."""
    lift: str
    """Name of the function from the wire struct to the model."""
    lift_items: str
    """Name of the function that lifts a list. Not defined for a model with an `extra`."""
    lower: str
    """Name of the function from the model to the wire struct."""
    required: frozenset[str]
    """Wire names of required members."""
    known: frozenset[str]
    """Wire names of declared members."""
    extra: Member | None
    """Field that collects undeclared members, if the class has one."""
    nodes: dict[str, Node] = field(factory=dict[str, "Node"])
    """Nodes by wire name."""
    extra_node: Node | None = None
    """Node of each undeclared member."""

    def secret(self, name: str) -> bool:
        """Return True if the member of this wire name must not appear in messages."""
        return any(member.secret for member in self.members if member.name == name)


@frozen
class Items:
    """Shape of an array or a map: the node of its items or values."""

    node: Node

    def at(self, _: int) -> Node:
        """Return the node of an item."""
        return self.node


@frozen
class Positional:
    """Shape of an array with a node for each position."""

    nodes: tuple[Node, ...]
    rest: Node | None
    """Node of further items; None if there are none."""

    def at(self, index: int) -> Node | None:
        """Return the node of an item; None if there is no such item."""
        return self.nodes[index] if index < len(self.nodes) else self.rest


@frozen
class TaggedUnion:
    """Shape of a discriminated union."""

    property: str
    nodes: Mapping[str, Node]
    """Nodes by the value of the property: of a model, or of another discriminated union."""
    other: Node | None = None
    """Node of an object with another value, or without one; None if it is refused."""

    def node_of(self, tag: str | None) -> Node | None:
        """Return the node that a value of the property selects."""
        return self.other if tag is None else self.nodes.get(tag, self.other)

    def model_of(self, members: Mapping[str, Raw]) -> Model | None:
        """Return the model that the discriminator of a JSON object selects, None if it selects none."""
        node = self.node_of(text_member(members, self.property))
        shape = node.shape if node else None
        return (
            shape.model_of(members) if isinstance(shape, TaggedUnion) else shape if isinstance(shape, Model) else None
        )

    def models(self) -> Iterator[Model]:
        """Yield the models of all members."""
        for node in (*self.nodes.values(), *((self.other,) if self.other else ())):
            if isinstance(node.shape, TaggedUnion):
                yield from node.shape.models()
            elif isinstance(node.shape, Model):
                yield node.shape


@frozen
class UntaggedUnion:
    """Shape of a union without a discriminator."""

    nodes: tuple[Node, ...]


@define(eq=False)
class Recursion:
    """Shape of a reference to an alias inside itself."""

    node: Node | None = None
    """Node of the alias, set when it is compiled."""


Shape: TypeAlias = Model | Items | Positional | TaggedUnion | UntaggedUnion | Recursion | None


@frozen
class Node:
    """Compiled form of a type. Names refer to the `Namespace` it was compiled into."""

    wire: str
    """Type expression for msgspec; `Raw` is JSON text that `lift` reads itself."""

    kinds: frozenset[str]
    """Accepted kinds, of `JSON_KINDS`; a node that accepts a float accepts an int too."""

    label: str
    """Description of the type in error messages."""

    lift: str | None = None
    """Name of the function from the wire value to the public one; None if they are the same."""

    lower: str | None = None
    """Name of the function back. It accepts any value and raises Mismatch for one that cannot be sent."""

    python: tuple[type, ...] = NO_TYPES
    """Classes of the public value."""

    looseness: int = 0
    """Rank of how much the node accepts: if two accept the same value, a union takes the lower one."""

    shape: Shape = field(default=Factory(lambda: None), repr=False)
    """Parts of a value that has parts; None for a scalar."""

    secret: bool = False
    """True if no message may show the value."""

    exact: tuple[type, ...] = NO_TYPES
    """Classes whose values are sent unchanged; `lower` only has to check values of other classes."""

    unchanged: bool = False
    """True if `lower` returns the value that it checks."""

    render: str | None = None
    """Name of an unchecked `lower` for values of exactly the class `python[0]`. It raises ValueError."""


def models_in(node: Node | None) -> Iterator[Model]:
    """Yield the models whose wire structs are part of the type that msgspec reads for a node."""
    if node is None or node.wire == "Raw":
        return
    match node.shape:
        case Model():
            yield node.shape
        case Items(item):
            yield from models_in(item)
        case TaggedUnion():
            yield from node.shape.models()
        case UntaggedUnion(nodes):
            for each in nodes:
                yield from models_in(each)
        case _:
            return


def secret_members(node: Node) -> frozenset[str] | None:
    """Return the wire names of the secret members of all models in a type; None if a value outside them is secret."""
    names: set[str] = set()
    seen: set[int] = set()
    left: list[tuple[Node, str | None]] = [(node, None)]
    while left:
        current, name = left.pop()
        if current.secret:
            if name is None:
                return None
            names.add(name)
        shape = current.shape
        if shape is None or id(shape) in seen:
            continue
        seen.add(id(shape))
        match shape:
            case Model():
                names.update(member.name for member in shape.members if member.secret)
                left.extend((each, member) for member, each in shape.nodes.items())
                if shape.extra is not None and shape.extra.secret:
                    return None  # its names are not known
                left.extend([(shape.extra_node, None)] if shape.extra_node else [])
            case Items(item):
                left.append((item, name))
            case Positional(nodes, rest):
                left.extend((each, name) for each in (*nodes, *([rest] if rest else [])))
            case TaggedUnion(_, nodes, other):
                left.extend((each, name) for each in (*nodes.values(), *([other] if other else [])))
            case UntaggedUnion(nodes):
                left.extend((each, name) for each in nodes)
            case Recursion(target):
                left.extend([(target, name)] if target else [])
    return frozenset(names)


def nullable(node: Node, lift: str | None, lower: str | None) -> Node:
    """Return a node that accepts null as well. `lift` and `lower` are the node's own, extended to handle None."""
    return evolve(
        node,
        wire=node.wire if node.wire == "Raw" else f"{node.wire} | None",
        kinds=node.kinds | {"null"},
        label=f"{node.label} | null",
        lift=lift,
        lower=lower,
        python=(*node.python, type(None)),
        exact=(*node.exact, type(None)) if node.exact else NO_TYPES,
    )
