"""Text from the command line as values of the wire, checked one by one so that a message can name the option."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin
from uuid import UUID

import attrs

from ..codec import decode
from ..codec.annotations import union_members
from ..errors import DecodeError, InvalidArgument
from ..fitting import outer_classes
from ..operation import Upload
from .words import printable

_METAVARS: Final[dict[type, str]] = {
    bool: "BOOLEAN",
    int: "INTEGER",
    float: "NUMBER",
    Decimal: "NUMBER",
    UUID: "UUID",
    date: "DATE",
    datetime: "DATE-TIME",
    Path: "FILE",
    Upload: "FILE",
    str: "TEXT",
}
_DATES: Final[dict[tuple[type, ...], str]] = {
    (date,): "a date such as 2026-01-31",
    (datetime,): "a date and time such as 2026-01-31T08:00:00Z",
}


def metavar(hint: Any) -> str:
    """What help shows in the place of a value."""
    known = _known_values(hint)
    if known:
        return "|".join(known)
    classes = [each for each in outer_classes(hint) if each is not NoneType]
    names = {_METAVARS.get(each, "JSON") for each in classes}
    if names == {"NUMBER", "INTEGER"}:
        return "NUMBER"
    return names.pop() if len(names) == 1 else "TEXT" if is_scalar(hint) else "JSON"


def is_scalar(hint: Any) -> bool:
    """Whether each value of the type is one text."""
    classes = outer_classes(hint)
    return bool(classes) and all(
        each in _METAVARS or each is bytes or each is NoneType or issubclass(each, Enum) for each in classes
    )


def item_of(hint: Any) -> Any:
    """The type of a list's items; None if it is no list."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return (get_args(hint) or (Any,))[0] if hint is list or get_origin(hint) is list else None


def model_of(hint: Any) -> type | None:
    """The model that a type is; None if it is none, or one of several."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    members = [each for each in union_members(hint) if each is not NoneType]
    found: object = members[0] if len(members) == 1 else None
    return found if isinstance(found, type) and attrs.has(found) and found is not Upload else None


def wire_value(text: str, hint: Any, flag: str, *, secret: bool = False) -> Any:
    """What a text stands for, as JSON has it.

    Raises:
        InvalidArgument: it is not of that type; the message names the option.
    """
    known = _known_values(hint)
    if known and text not in known:
        raise InvalidArgument(f"{flag}: expected one of {', '.join(known)}{_found(text, secret=secret)}")
    expected = ""
    for candidate in _candidates(text, hint):
        try:
            decode(candidate, hint)
        except DecodeError as error:
            if not expected:
                where = "" if error.path == "$" else f" at {error.path}"
                expected = _DATES.get(outer_classes(hint), error.expected) + where
            continue
        return json.loads(candidate)
    raise InvalidArgument(f"{flag}: expected {expected or 'JSON'}{_found(text, secret=secret)}")


def python_value(text: str, hint: Any, flag: str) -> Any:
    """What a text stands for in Python. Raises as `wire_value`."""
    return decode(json.dumps(wire_value(text, hint, flag)), hint)


def _candidates(text: str, hint: Any) -> list[str]:
    """JSON texts that may be meant, likeliest first."""
    quoted = json.dumps(text)
    if is_scalar(hint):
        numbers = {int, float, bool} & set(outer_classes(hint))
        return [quoted, text] if numbers and _is_json(text) else [quoted]
    if hint is Any or object in outer_classes(hint):
        return [text if _is_json(text) else quoted]
    return [text]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _known_values(hint: Any) -> list[str]:
    classes = [each for each in outer_classes(hint) if each is not NoneType]
    if len(classes) != 1 or not issubclass(classes[0], Enum):
        return []
    return [str(member.value) for member in classes[0]]


def _found(text: str, *, secret: bool) -> str:
    return ", found something else" if secret else f", found {printable(text)[:80]!r}"
