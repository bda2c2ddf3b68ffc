# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Any, TypeAlias

from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, Unset, wire


@wire(rename="kebab")
@define(kw_only=True)
class Thing:
    """Members of any type."""

    value: Any
    note: Note | None | Unset = UNSET
    list_: list[Any] | None = None
    list_of_lists: list[list[Any]] | None = None
    map: dict[str, Any] | None = None


Note: TypeAlias = Any
"""Whatever was noted."""
