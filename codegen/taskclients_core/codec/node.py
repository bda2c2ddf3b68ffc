"""How one type crosses the wire: what msgspec reads it as, and what is still to be done before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import Factory, define, evolve, field, frozen
from msgspec import Raw

from .annotations import Member
from .text import text_member

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
class Tagged:
    """The members of a discriminated union."""

    property: str
    models: Mapping[str, Model]
    """By the value of the property."""

    def model_of(self, members: Mapping[str, Raw]) -> Model | None:
        """The model that the members of a JSON object say they are."""
        return self.models.get(text_member(members, self.property) or "")


@frozen
class Choices:
    """The members of a union that nothing tells apart."""

    nodes: tuple[Node, ...]


Shape: TypeAlias = Model | Items | Tagged | Choices | None


@frozen
class Node:
    """How one type crosses the wire. Names are those of the `Space` it was compiled into."""

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
