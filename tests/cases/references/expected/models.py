# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias

from taskclients_core.lazy_attrs import define

Id: TypeAlias = str
"""Id of a thing."""


AliasOfId: TypeAlias = Id
"""The type `AliasOfId`."""


@define(kw_only=True)
class Thing:
    """A thing."""

    name: str


AliasOfThing: TypeAlias = Thing
"""The type `AliasOfThing`."""
