# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class Task:
    """A task."""

    title: str
    done: bool


@define(kw_only=True)
class TaskPatch:
    """What changes."""

    title: str | None = None
    done: bool | None = None
