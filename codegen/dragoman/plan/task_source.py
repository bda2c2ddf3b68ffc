"""Parts of tasks as source: the values of `runtime.tasks.definition`, without what they are by default."""

from __future__ import annotations

from typing import Any

import msgspec

from taskclients_core.tasks.phases import Phase

from ..quoting import literal
from ..task_spec import Pairs, Words
from .source import call, entries


def made(struct: type[msgspec.Struct], *first: str, **values: str) -> str:
    """Return source that makes a struct; values that are '' or its defaults are left out."""
    usual = {each.name: _default(each.default) for each in msgspec.structs.fields(struct)}
    told = {name: value for name, value in values.items() if value != usual[name]}
    return call(struct.__name__, *first, *entries(**told))


def maybe(value: Any) -> str:
    """Return a plain value as source, '' for None."""
    return "" if value is None else literal(value)


def seconds(value: float | None) -> str:
    """Return a duration as source, '' for None."""
    return "" if value is None else literal(float(value))


def phase(name: str) -> str:
    """Return a phase as source."""
    return f"Phase.{Phase(name).name}"


def phases(words: Words) -> str:
    """Return what words mean as source."""
    return "{" + ", ".join(f"{literal(word)}: {phase(name)}" for word, name in words) + "}"


def pairs(values: Pairs) -> str:
    """Return arguments or a scope as source, '' for none."""
    return literal(dict(values)) if values else ""


def _default(value: Any) -> str | None:
    """Return a default as source; None if there is none, or none that a spec would say."""
    if value is msgspec.NODEFAULT:
        return None
    if isinstance(value, Phase):
        return phase(value)
    return literal(value) if isinstance(value, str | int | float) or value is None else None
