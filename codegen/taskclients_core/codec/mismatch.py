"""`Mismatch`: a value that does not have the type of its annotation, with its JSON path; and kinds of JSON texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

JSON_KINDS: Final = frozenset({"object", "array", "str", "int", "float", "bool", "null"})

_BY_FIRST: Final[Mapping[int, str]] = {
    **dict.fromkeys(b"-0123456789", "int"),
    **dict.fromkeys(b"tf", "bool"),
    ord("n"): "null",
    ord('"'): "str",
    ord("["): "array",
    ord("{"): "object",
}
_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_items: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


def kind_of(text: bytes) -> str:
    """Which of KINDS a well-formed JSON value is. A number is an int unless it is written with `.` or `e`."""
    kind = _BY_FIRST[text.lstrip()[0]]
    return "float" if kind == "int" and any(mark in text for mark in (b".", b"e", b"E")) else kind


def members_of(text: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of a JSON object. Raises msgspec.DecodeError for anything else."""
    return _decode_members(text)


def items_of(text: bytes | msgspec.Raw) -> list[msgspec.Raw]:
    """The items of a JSON array. Raises msgspec.DecodeError for anything else."""
    return _decode_items(text)


def with_last_members(text: bytes) -> bytes:
    """Drop all but the last of members of one name. Text that is not JSON is returned unchanged."""
    try:
        return msgspec.json.encode(json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number))
    except ValueError:
        return text


def _number(digits: str) -> msgspec.Raw:
    return msgspec.Raw(digits.encode())  # as it is written: a float would lose digits


def text_member(members: Mapping[str, msgspec.Raw], name: str) -> str | None:
    """The text of a string member; None if it is missing or something else."""
    raw = bytes(members.get(name, b"null"))
    return msgspec.json.decode(raw, type=str) if kind_of(raw) == "str" else None


PathStep: TypeAlias = str | int
"""A member's wire name, a `MapKey`, or an index."""

_EXCERPT: Final = 60
_REASON: Final = 200
_OF_PARTS: Final = re.compile(r"\b(?:array|object)\b")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@-]*")
_SCALARS: Final = (str, int, float, Decimal, date, time, UUID, Enum)


class MapKey(str):
    """The name of a member that the API does not name, such as a key of a map. It is data, so no message shows it."""

    __slots__ = ()


class Mismatch(Exception):  # noqa: N818 - never leaves the codec; what does is called an error
    """A value is not what its type says.

    The path grows from the inside out while the stack unwinds, so it costs nothing while nothing is wrong.
    """

    def __init__(self, expected: str, kind: str, excerpt: str = "", reason: str = "") -> None:
        super().__init__(expected, kind, excerpt, reason)
        self.expected = expected
        self.kind = kind
        self.excerpt = excerpt
        self.reason = reason
        self.steps: list[PathStep] = []

    def under(self, *steps: PathStep, secret: bool = False) -> Mismatch:
        """Itself, seen from further out: below `steps` (outermost last). A secret shows no more than its kind."""
        self.steps.extend(steps)
        if secret:
            self.excerpt = self.reason = ""
        return self

    def copy(self) -> Mismatch:
        """A copy, for whoever keeps it while the original travels on."""
        return Mismatch(self.expected, self.kind, self.excerpt, self.reason).under(*self.steps)

    @property
    def path(self) -> str:
        """Where, from the root `$`: `$.items[3].asyncTaskId`."""
        return "$" + "".join(map(_step, reversed(self.steps)))

    @property
    def found(self) -> str:
        """What was there instead, shortened."""
        reason = f" ({shortened(self.reason, _REASON)})" if self.reason else ""
        return " ".join(filter(None, (self.kind, self.excerpt))) + reason


def _step(step: PathStep) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if isinstance(step, MapKey):
        return "[…]"
    return f".{step}" if _PLAIN_NAME.fullmatch(step) else f"[{shortened(repr(step), _EXCERPT)}]"


def shortened(text: str, limit: int) -> str:
    """The text, cut to `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def member_step(owner: object, name: str) -> PathStep:
    """The step to a member of an object. `owner` is the model that it is of, if any."""
    return name if name in getattr(owner, "nodes", ()) else MapKey(name)


def json_mismatch(expected: str, raw: bytes, reason: str = "") -> Mismatch:
    """The mismatch of a JSON value, which must be well-formed. Containers are named, never shown.

    Nor is a text in place of one: a server that answers with a mere text may well have put a token there.
    """
    kind = kind_of(raw)
    if kind == "str" and not _OF_PARTS.search(expected):
        return Mismatch(expected, kind, _shown(msgspec.json.decode(raw, type=str)), reason)
    scalar = kind in ("int", "float", "bool")
    return Mismatch(expected, kind, shortened(raw[: _EXCERPT + 1].decode("ascii"), _EXCERPT) if scalar else "", reason)


def value_mismatch(expected: str, value: Any, reason: str = "") -> Mismatch:
    """The mismatch of a Python value that should be sent."""
    shown = _shown(value) if isinstance(value, _SCALARS) else ""
    return Mismatch(expected, value.__class__.__name__, shown, reason)


RENDER_ERRORS: Final = (Mismatch, ValueError, ArithmeticError)
"""What is raised for a value that a format cannot express: by the codec, and by the format's own functions."""


def render_mismatch(error: Exception, expected: str, value: Any) -> Mismatch:
    """The mismatch that one of these means."""
    return error if isinstance(error, Mismatch) else value_mismatch(expected, value, str(error))


def _shown(value: Any) -> str:
    # Only the beginning: a megabyte of text must not be escaped for its first line.
    try:
        return shortened(repr(value[: _EXCERPT + 1]) if isinstance(value, str) else str(value), _EXCERPT)
    except ValueError:  # an int of more digits than Python agrees to print
        return "…"
