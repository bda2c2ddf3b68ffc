# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire


@wire(rename="camel")
@define(kw_only=True)
class Pet:
    """The object `Pet`."""

    pet_name: str
    tags: list[str]
    age: int | None = None
