# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias, cast

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, Scope, Unset, wire, wire_member

Json: TypeAlias = Annotated[str | float | bool | list["Json"] | dict[str, "Json"] | None, Scope(__name__)]
"""Any JSON value; it refers to itself through a list, a map and null."""


Forest: TypeAlias = Annotated[dict[str, "Trees"], Scope(__name__)]
"""Refers to an alias that is defined below it, which refers back."""


Trees: TypeAlias = Annotated[list["Tree"] | None, Scope(__name__)]
"""A list that may be null."""


Grove: TypeAlias = Annotated[Forest, Scope(__name__)]
"""Another name of a forest."""


@define(kw_only=True)
class Leaf:
    """A class among aliases."""

    color: str
    below: Trees | None | Unset = UNSET


Tree: TypeAlias = Annotated[Grove | Leaf | int, Scope(__name__)]
"""A forest in a tree, a leaf, or a branch; the third alias of the circle."""


Endless: TypeAlias = Annotated[list["Endless"], Scope(__name__)]
"""A list of lists, and nothing else."""


Chain: TypeAlias = Annotated[dict[str, "Chain | None"], Scope(__name__)]
"""A map of maps or null."""


Orchard: TypeAlias = list[Tree | None]
"""A list outside the circle, of what is in it, or null."""


@wire(rename="camel")
@define(kw_only=True)
class Holder:
    """Holds each kind of recursive alias."""

    extra_: Json | None
    more: Json | None = field(default=None, metadata=wire_member(nullable=True))
    trees: Trees | None
    endless: Endless | None = None
    chain: Chain | None = None
    lists: list[Json] | None = None


@define(kw_only=True)
class Planted:
    """Values of recursive aliases as defaults."""

    json: Json | None = field(factory=lambda: cast("Any", [[1.0], {"a": [True]}]), metadata=wire_member(nullable=True))
