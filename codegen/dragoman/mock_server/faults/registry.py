"""Registry of faults by name: each is a function that changes a `RequestContext`, with its options."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from ..request_context import RequestContext

REQUIRED: Final = object()
PHASES: Final = ("queued", "running", "needs-input", "succeeded", "skipped", "failed", "cancelled")


Role: TypeAlias = Literal["begin", "poll", "progress", "steps", "list", "filter", "pages", "file"]
ROLES: Final[Mapping[Role, str]] = {
    "begin": "begins a task",
    "poll": "returns tasks",
    "progress": "returns tasks with a progress",
    "steps": "returns tasks with steps",
    "list": "returns a list of tasks",
    "filter": "returns a list of tasks with a filter by status",
    "pages": "returns a list of tasks in pages",
    "file": "downloads a file",
}
"""Requests by what they do, for faults that have no effect on others."""


@frozen
class Option:
    """Option of a fault: its type and default."""

    kind: str
    """Type of its values, one of `_KINDS`."""

    default: Any = REQUIRED

    def error(self, value: Any) -> str:
        """Return a description of valid values if a value is invalid, '' if it is valid."""
        expected, fits = _KINDS[self.kind]
        return "" if fits(value) else expected


@frozen
class FaultType:
    """Fault that scripts can use by name."""

    name: str
    options: Mapping[str, Option]
    lasting: bool
    """True if `times` defaults to `always`."""

    needs: Role | None
    """Role of the requests on which it has an effect; None for all."""

    apply: Callable[..., None]

    @property
    def meaning(self) -> str:
        """Effect of the fault, in a sentence."""
        return (self.apply.__doc__ or "").strip()


FAULTS: Final[dict[str, FaultType]] = {}


def fault(
    name: str, *, lasting: bool = False, needs: Role | None = None, **options: Option
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function `(context, **options)`; its docstring becomes the `meaning` of the fault."""

    def register(apply: Callable[..., None]) -> Callable[..., None]:
        FAULTS[name] = FaultType(name, MappingProxyType(options), lasting, needs, apply)
        return apply

    return register


def apply(name: str, context: RequestContext, options: Mapping[str, Any]) -> None:
    """Apply a fault to a request."""
    fault_type = FAULTS[name]
    defaults = {each: option.default for each, option in fault_type.options.items() if option.default is not REQUIRED}
    fault_type.apply(context, **{**defaults, **options})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KINDS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "any": ("a value", lambda _: True),
    "text": ("text", lambda value: isinstance(value, str)),
    "text or number": ("text or a number", lambda value: isinstance(value, str) or _is_number(value)),
    "yes or no": ("true or false", lambda value: isinstance(value, bool)),
    "whole": ("a whole number", _is_whole),
    "count": ("a whole number, 0 or more", lambda value: _is_whole(value) and value >= 0),
    "seconds": ("a number of seconds, 0 or more", lambda value: _is_number(value) and value >= 0),
    "share": ("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1),
    "status": ("a status from 200 to 599", lambda value: _is_whole(value) and 200 <= value <= 599),
    "pointer": ("a JSON pointer such as /percentage", lambda value: isinstance(value, str) and value[:1] == "/"),
    "phase": (f"one of {', '.join(PHASES)}", lambda value: value in PHASES),
    "headers": (
        "names and texts",
        lambda value: isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values()),
    ),
}
