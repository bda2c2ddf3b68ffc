"""JSON text, looked at from outside: its kind, its members, its items. What is inside stays unread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import msgspec

KINDS: Final = frozenset({"object", "array", "str", "int", "float", "bool", "null"})

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
