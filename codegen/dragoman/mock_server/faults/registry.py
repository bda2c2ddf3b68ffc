"""The faults by name: each a function that puts into a case what shall go wrong, with the options that it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ..request_context import RequestContext

REQUIRED: Final = object()
PHASES: Final = ("queued", "running", "needs-input", "succeeded", "skipped", "failed", "cancelled")


@frozen
class Option:
    """What an option may be."""

    kind: str
    """One of `_KINDS`."""

    default: Any = REQUIRED

    def error(self, value: Any) -> str:
        """Return what is expected instead of a value; '' if it will do."""
        expected, fits = _KINDS[self.kind]
        return "" if fits(value) else expected


@frozen
class Named:
    """A fault that scripts can name."""

    name: str
    options: Mapping[str, Option]
    lasting: bool
    """Whether it hits all requests from the first one, unless told otherwise."""

    apply: Callable[..., None]

    @property
    def meaning(self) -> str:
        """Return what happens, in a sentence."""
        return (self.apply.__doc__ or "").strip()


FAULTS: Final[dict[str, Named]] = {}


def fault(
    name: str, *, lasting: bool = False, **options: Option
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name a function `(case, **options)`; its docstring says what happens."""

    def named(apply: Callable[..., None]) -> Callable[..., None]:
        FAULTS[name] = Named(name, MappingProxyType(options), lasting, apply)
        return apply

    return named


def apply(name: str, case: RequestContext, options: Mapping[str, Any]) -> None:
    """Put a fault into a case."""
    named = FAULTS[name]
    defaults = {each: option.default for each, option in named.options.items() if option.default is not REQUIRED}
    named.apply(case, **{**defaults, **options})


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
