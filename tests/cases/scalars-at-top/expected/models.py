# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

from taskclients_core.formats import ServiceStackDate

Ids: TypeAlias = list[UUID]
"""An alias of a list."""


Title: TypeAlias = str
"""An alias of text."""


Day: TypeAlias = ServiceStackDate
"""An alias of a scalar."""
