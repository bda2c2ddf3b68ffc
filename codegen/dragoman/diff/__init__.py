"""Consequences of a changed spec, for the server's wire format and for Python callers."""

from __future__ import annotations

from ..generate.datamodel import Models
from ..generate.fields import models, schema_usage
from ..generate.lowering import lower
from ..generate.spelling import Speller
from ..spec.model import Spec
from .callers.attribution import attribute
from .callers.effects import effects
from .callers.surface import Surface, surface
from .change import Change
from .wire.changes import changes

__all__ = ["compare", "surface_of"]


def surface_of(spec: Spec) -> Surface:
    """Return the public Python surface of the package that is generated for a spec."""
    speller = Speller.of(spec)
    usage = schema_usage(spec)
    # Without the source of the models: printing them takes most of the time of generation.
    client = lower(spec, Models(frozenset(), (), ""), root="taskclients")
    return surface(client, models(speller, usage), speller, usage)


def compare(old: Spec, new: Spec) -> tuple[Change, ...]:
    """Return the differences between two specs of a vendor, with their consequences on the wire and for callers.

    Both specs have passed lint. Changes that only callers notice, such as a new `x-name`, come last.
    """
    return attribute(changes(old, new), effects(surface_of(old), surface_of(new)), old, new)
