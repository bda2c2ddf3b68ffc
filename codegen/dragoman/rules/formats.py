"""The formats that the dialect knows: of which types they are, and which values have them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from .data import is_number

_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GUID_N: Final = re.compile(r"(?i)[0-9a-f]{32}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME: Final = re.compile(r"(?i)(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_SERVICESTACK: Final = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def _is_date(value: Any) -> bool:
    return bool(_DATE.fullmatch(value)) and _parses(date.fromisoformat, value)


def _is_date_time(value: Any) -> bool:
    match = _DATE_TIME.fullmatch(value)
    return match is not None and _parses(datetime.fromisoformat, f"{match[1]}T{match[2]}")


def _is_base64(value: Any) -> bool:
    return _parses(lambda text: b64decode(text, validate=True), value)


def _any(_: Any) -> bool:
    return True


FORMATS: Final[Mapping[str, tuple[frozenset[str], Callable[[Any], bool]]]] = {
    "binary": (frozenset({"string"}), _any),
    "byte": (frozenset({"string"}), _is_base64),
    "date": (frozenset({"string"}), _is_date),
    "date-time": (frozenset({"string"}), _is_date_time),
    "decimal": (frozenset({"string", "number"}), lambda v: not isinstance(v, str) or bool(_DECIMAL.fullmatch(v))),
    "double": (frozenset({"number"}), _any),
    "email": (frozenset({"string"}), lambda v: bool(_EMAIL.fullmatch(v))),
    "float": (frozenset({"number"}), _any),
    "int32": (frozenset({"integer"}), lambda v: -(2**31) <= v < 2**31),
    "int64": (frozenset({"integer"}), lambda v: -(2**63) <= v < 2**63),
    "password": (frozenset({"string"}), _any),
    "uri": (frozenset({"string"}), lambda v: bool(_URI.fullmatch(v))),
    "uuid": (frozenset({"string"}), lambda v: bool(_UUID.fullmatch(v))),
    "x-guid-n": (frozenset({"string"}), lambda v: bool(_GUID_N.fullmatch(v))),
    "x-servicestack-date": (frozenset({"string"}), lambda v: bool(_SERVICESTACK.fullmatch(v))),
}
"""Format -> the types that can have it, and a test of values of these types."""


def fits(name: str, value: Any) -> bool:
    """Tell whether a value has a format; a value of a type that cannot have it is not judged here."""
    types, test = FORMATS[name]
    if isinstance(value, str):
        return "string" not in types or test(value)
    return not is_number(value) or not types & {"integer", "number"} or test(value)


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
