"""Text of the command line: names of options and variables, and values checked one by one by the codec.

`wire_value` turns the text of an option into JSON, `json_file` and its siblings read the file of `--body`. An error
names the option.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin
from uuid import UUID

from ..codec import decode
from ..errors import DecodeError, InvalidArgumentError
from ..model import accepted_classes
from ..operation import Upload

_METAVARS: Final[dict[type, str]] = {
    bool: "BOOLEAN",
    int: "INTEGER",
    float: "NUMBER",
    Decimal: "NUMBER",
    UUID: "UUID",
    date: "DATE",
    datetime: "DATE-TIME",
    time: "TIME",
    Path: "FILE",
    Upload: "FILE",
    str: "TEXT",
}
_DATES: Final[dict[tuple[type, ...], str]] = {
    (date,): "a date such as 2026-01-31",
    (datetime,): "a date and time such as 2026-01-31 or 2026-01-31T08:00:00Z",
    (time,): "a time such as 08:00 or 08:00:00Z",
}


# -- Names


def singular(word: str) -> str:
    """Return the name of one item of a list: `pos-code` for `pos-codes`."""
    stem, dash, last = word.rpartition("-")
    for ending, becomes in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if last.endswith(ending) and len(last) > len(ending) + 1:
            return f"{stem}{dash}{last.removesuffix(ending)}{becomes}"
    if last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 2:
        last = last.removesuffix("s")
    return f"{stem}{dash}{last}"


def printable(text: str) -> str:
    """Return a text of a server or a caller without characters that control a terminal."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each)[0] == "C" else " " if each.isspace() else each
        for each in text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    )


# -- Types


def metavar(hint: Any) -> str:
    """Return the placeholder of a value in help texts."""
    declared = choices(hint)
    if declared:
        return "|".join(declared)
    classes = _classes(hint)
    names = {_METAVARS.get(each, "JSON") for each in classes}
    if names == {"NUMBER", "INTEGER"}:
        return "NUMBER"
    return names.pop() if len(names) == 1 else "TEXT" if is_scalar(hint) else "JSON"


def is_scalar(hint: Any) -> bool:
    """Return True if every value of the type is a scalar, which an option takes as plain text."""
    classes = accepted_classes(hint)
    return bool(classes) and all(
        each in _METAVARS or each is bytes or each is NoneType or issubclass(each, Enum) for each in classes
    )


def item_type(hint: Any) -> Any:
    """Return the type of a list's items, or None if the type is not a list."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return (get_args(hint) or (Any,))[0] if hint is list or get_origin(hint) is list else None


def _classes(hint: Any) -> tuple[type, ...]:
    return tuple(each for each in accepted_classes(hint) if each is not NoneType)


# -- Values


def wire_value(text: str, hint: Any, flag: str, *, secret: bool = False) -> Any:
    """Return the JSON value that the text of an option stands for.

    Raises:
        InvalidArgumentError: the text is not of the type; the message names the option, and repeats no secret.
    """
    declared = choices(hint)
    if declared and text not in declared:
        raise InvalidArgumentError(f"{flag}: expected one of {', '.join(declared)}{_found(text, secret=secret)}")
    expected = ""
    for candidate in _candidates(text, hint):
        try:
            decode(candidate, hint)
        except DecodeError as error:
            if not expected:
                where = "" if error.path == "$" else f" at {error.path}"
                expected = _DATES.get(_classes(hint), error.expected) + where
            continue
        return json.loads(candidate)
    raise InvalidArgumentError(f"{flag}: expected {expected or 'JSON'}{_found(text, secret=secret)}")


def python_value(text: str, hint: Any, flag: str) -> Any:
    """Return the Python value that the text of an option stands for. Raises as `wire_value` does."""
    return decode(json.dumps(wire_value(text, hint, flag)), hint)


def _candidates(text: str, hint: Any) -> list[str]:
    """Return the JSON texts that an option's text can mean, the most likely one first."""
    quoted = json.dumps(text)
    if (classes := _classes(hint)) in _DATES:
        return [quoted, *map(json.dumps, _iso_forms(text, classes[0]))]
    if is_scalar(hint):
        numbers = any(issubclass(each, (int, float)) for each in accepted_classes(hint))
        return [quoted, text] if numbers and _is_json(text) else [quoted]
    if hint is Any or object in accepted_classes(hint):
        return [text if _is_json(text) else quoted]
    return [text]


def _iso_forms(text: str, kind: Any) -> Iterator[str]:
    """Yield a date or time in ISO 8601 as wire formats spell it; one without an offset is also tried in UTC."""
    try:
        value: date | datetime | time = kind.fromisoformat(text)
    except ValueError:
        return
    yield value.isoformat()
    if isinstance(value, datetime | time) and value.tzinfo is None:
        yield value.replace(tzinfo=UTC).isoformat()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def choices(hint: Any) -> list[str]:
    """Return the declared values of an enum; an open enum takes others in `--body` only."""
    classes = _classes(hint)
    if len(classes) != 1 or not issubclass(classes[0], Enum):
        return []
    return [str(member.value) for member in classes[0]]


def _found(text: str, *, secret: bool) -> str:
    return ", found something else" if secret else f", found {printable(text)[:80]!r}"


# -- Files; `-` is the standard input


def json_file(file: str, flag: str) -> Any:
    """Return the content of a JSON file.

    Raises:
        InvalidArgumentError: the file cannot be read or is not JSON.
    """
    try:
        return decode(file_bytes(file, flag), Any)
    except DecodeError as error:
        raise InvalidArgumentError(f"{flag}: expected {error.expected}, found {error.found} at {error.path}") from None


def text_file(file: str, flag: str) -> str:
    """Return the content of a text file.

    Raises:
        InvalidArgumentError: the file cannot be read or is not UTF-8.
    """
    try:
        return file_bytes(file, flag).decode()
    except UnicodeDecodeError:
        raise InvalidArgumentError(f"{flag}: {file} is not UTF-8; save it as UTF-8") from None


def file_bytes(file: str, flag: str) -> bytes:
    """Return the bytes of a file.

    Raises:
        InvalidArgumentError: the file cannot be read.
    """
    return sys.stdin.buffer.read() if file == "-" else readable_path(file, flag).read_bytes()


def readable_path(file: str, flag: str) -> Path:
    """Return the path of a file that can be read.

    Raises:
        InvalidArgumentError: the file cannot be read.
    """
    path = Path(file)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        problem = f"{file:.80} cannot be read: {error.strerror}; give the path of a file that you can read"
        raise InvalidArgumentError(f"{flag}: {problem}") from None
