# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.classes import define
from taskclients_core.model import wire


@define(kw_only=True)
class Pet:
    """The object `Pet`."""

    pet_name: str = field(metadata=wire("petName"))
    tags: list[str]
    age: int | None = None
