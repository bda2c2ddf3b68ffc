# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import Scope, wire_member


@define(kw_only=True)
class Node:
    """Holds others of its kind, directly and through another schema."""

    name: str
    parent: Node | None = field(default=None, metadata=wire_member(nullable=True))
    children: list[Node] | None = None
    branches: dict[str, Branch] | None = None


@define(kw_only=True)
class Branch:
    """Leads to another node."""

    to: Node


Expression: TypeAlias = Annotated[int | str | list["Expression"], Scope(__name__)]
"""A number, a name, or a list of expressions; an alias that mentions itself."""
