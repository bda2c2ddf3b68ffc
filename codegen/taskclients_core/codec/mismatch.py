"""`Mismatch`: a value that does not fit its annotation, with its JSON path; `Deviation`: one accepted nevertheless."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec
from attrs import frozen

JSON_KINDS: Final = frozenset({"object", "array", "str", "int", "float", "bool", "null"})

_BY_FIRST: Final[Mapping[int, str]] = {
    **dict.fromkeys(b"-0123456789", "int"),
    **dict.fromkeys(b"tf", "bool"),
    ord("n"): "null",
    ord('"'): "str",
    ord("["): "array",
    ord("{"): "object",
}
members_of: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
"""Function that returns the members of a JSON object. It raises msgspec.DecodeError for anything else."""

items_of: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
"""Function that returns the items of a JSON array. It raises msgspec.DecodeError for anything else."""


def kind_of(text: bytes) -> str:
    """Return the kind of a well-formed JSON value, one of `JSON_KINDS`. A number with `.` or `e` is a float."""
    kind = _BY_FIRST[text.lstrip()[0]]
    return "float" if kind == "int" and any(mark in text for mark in (b".", b"e", b"E")) else kind


def joined(parts: Mapping[str, bytes | msgspec.Raw] | list[bytes | msgspec.Raw]) -> bytes:
    """Return the JSON object or array with these parts."""
    return msgspec.json.encode(
        [_raw(part) for part in parts]
        if isinstance(parts, list)
        else {name: _raw(part) for name, part in parts.items()}
    )


def _raw(part: bytes | msgspec.Raw) -> msgspec.Raw:
    return part if isinstance(part, msgspec.Raw) else msgspec.Raw(part)


_LONGEST_INT: Final = 4300
"""Digits of an int that Python converts to text."""


def as_int(text: bytes) -> bytes:
    """Return the digits of a number without a fraction, such as 1.0 or 1e3; other numbers unchanged."""
    try:
        number = Decimal(text.decode("ascii").strip())
    except ArithmeticError:  # an exponent of 19 digits
        return text
    if number.adjusted() >= _LONGEST_INT or number != int(number):
        return text
    return b"%d" % int(number)


def with_last_members(text: bytes) -> bytes:
    """Remove all but the last member of each name. Text that is not JSON is returned unchanged."""
    try:
        return msgspec.json.encode(json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number))
    except ValueError:
        return text


def _number(digits: str) -> msgspec.Raw:
    return msgspec.Raw(digits.encode())  # unchanged: a float would lose digits


def text_member(members: Mapping[str, msgspec.Raw], name: str) -> str | None:
    """Return the text of a string member; None if it is missing or not a string."""
    raw = bytes(members.get(name, b"null"))
    return msgspec.json.decode(raw, type=str) if kind_of(raw) == "str" else None


PathStep: TypeAlias = str | int
"""Step of a JSON path: a member's wire name, a `MapKey`, or an index."""

_EXCERPT: Final = 60
_REASON: Final = 200
_OF_PARTS: Final = re.compile(r"\b(?:array|object)\b")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@-]*")
_SCALARS: Final = (str, int, float, Decimal, date, time, UUID, Enum)


class MapKey(str):
    """Name of a member that the API does not declare, such as a key of a map. It is data, so messages omit it."""

    __slots__ = ()


class Mismatch(Exception):  # noqa: N818 - internal: it never leaves the codec
    """A value that does not fit its type.

    The path is built from the inside out while the stack unwinds, so that valid values cost nothing.
    """

    def __init__(self, expected: str, kind: str, excerpt: str = "", reason: str = "") -> None:
        super().__init__(expected, kind, excerpt, reason)
        self.expected = expected
        self.kind = kind
        self.excerpt = excerpt
        self.reason = reason
        self.steps: list[PathStep] = []

    def under(self, *steps: PathStep, secret: bool = False) -> Mismatch:
        """Add outer `steps` to the path (outermost last) and return self. `secret` removes the value's excerpt."""
        self.steps.extend(steps)
        if secret:
            self.excerpt = self.reason = ""
        return self

    def copy(self) -> Mismatch:
        """Return a copy to keep, because outer frames change the original's path."""
        return Mismatch(self.expected, self.kind, self.excerpt, self.reason).under(*self.steps)

    @property
    def path(self) -> str:
        """JSON path from the root `$`, such as `$.items[3].asyncTaskId`."""
        return "$" + "".join(map(_step, reversed(self.steps)))

    @property
    def found(self) -> str:
        """Description of the value found, shortened."""
        reason = f" ({shortened(self.reason, _REASON)})" if self.reason else ""
        return " ".join(filter(None, (self.kind, self.excerpt))) + reason


@frozen
class Deviation:
    """Deviation of a response from the spec that lenient decoding accepted. It contains no data of the response."""

    path: str
    """JSON path, such as `$.items[3].asyncTaskId`, or the row and column of a table."""
    detail: str
    """Description, such as `expected int, found text`."""


OnDeviation: TypeAlias = Callable[[Deviation], None]


def ignore_deviation(_: Deviation) -> None:
    """Do nothing: the default of `note`."""


def _step(step: PathStep) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if isinstance(step, MapKey):
        return "[…]"
    return f".{step}" if _PLAIN_NAME.fullmatch(step) else f"[{shortened(repr(step), _EXCERPT)}]"


def shortened(text: str, limit: int) -> str:
    """Cut a text to `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def member_step(owner: object, name: str) -> PathStep:
    """Return the path step to a member of an object. `owner` is the object's model, if known."""
    return name if name in getattr(owner, "nodes", ()) else MapKey(name)


def json_mismatch(expected: str, raw: bytes, reason: str = "") -> Mismatch:
    """Create the mismatch of a JSON value, which must be well-formed. The excerpt never contains an array or object.

    It omits a text in place of one as well: a server that returns only a text may have put a token there.
    """
    kind = kind_of(raw)
    if kind == "str" and not _OF_PARTS.search(expected):
        return Mismatch(expected, kind, _excerpt(msgspec.json.decode(raw, type=str)), reason)
    scalar = kind in ("int", "float", "bool")
    return Mismatch(expected, kind, shortened(raw[: _EXCERPT + 1].decode("ascii"), _EXCERPT) if scalar else "", reason)


def value_mismatch(expected: str, value: Any, reason: str = "") -> Mismatch:
    """Create the mismatch of a Python value that cannot be sent."""
    excerpt = _excerpt(value) if isinstance(value, _SCALARS) else ""
    return Mismatch(expected, value.__class__.__name__, excerpt, reason)


RENDER_ERRORS: Final = (Mismatch, ValueError, ArithmeticError)
"""Errors raised by the codec and by a format's own functions for a value that the format cannot represent."""


def render_mismatch(error: Exception, expected: str, value: Any) -> Mismatch:
    """Return the mismatch for one of `RENDER_ERRORS`."""
    return error if isinstance(error, Mismatch) else value_mismatch(expected, value, str(error))


def _excerpt(value: Any) -> str:
    # Escape only the beginning: the text may have a megabyte.
    try:
        return shortened(repr(value[: _EXCERPT + 1]) if isinstance(value, str) else str(value), _EXCERPT)
    except ValueError:  # an int with more digits than Python converts to text
        return "…"
