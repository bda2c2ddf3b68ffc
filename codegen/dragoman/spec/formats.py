"""Formats of schemas: the types to which they apply, and tests of values.

Values of formats with a Python type of their own are read by the core, so that a default or an example that fits is one
that clients read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final
from uuid import UUID

from msgspec import json

from taskclients_core.codec import decode
from taskclients_core.errors import DecodeError
from taskclients_core.formats import Base64, DecimalString, GuidN, IntString, ServiceStackDate, TimeOfDay

_TEXTS: Final = (
    "binary byte date date-time duration email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference "
    "json-pointer password regex relative-json-pointer time uri uri-reference uri-template uuid x-guid-n "
    "x-servicestack-date"
)
INTEGERS: Final[Mapping[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31),
    "int64": (-(2**63), 2**63),
    "uint32": (0, 2**32),
    "uint64": (0, 2**64),
}
"""Format of integers -> the least value, and the one above the greatest."""

FORMATS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_TEXTS.split(), frozenset({"string"})),
    **dict.fromkeys(INTEGERS, frozenset({"integer", "string"})),
    **dict.fromkeys(("double", "float"), frozenset({"number"})),
    "decimal": frozenset({"string", "number"}),
}
"""Known format -> JSON types that can have it. Other formats have no effect."""


def fits(name: str, value: Any) -> bool:
    """Return True if a value has a format, or is of a type to which the format does not apply."""
    if isinstance(value, str):
        return "string" not in FORMATS[name] or _of_text(name, value)
    if name not in INTEGERS or not isinstance(value, int | float) or isinstance(value, bool):
        return True
    least, above = INTEGERS[name]
    return least <= value < above


def parsed(name: str, text: str) -> Any:
    """Return the Python value of a text in a format with a Python type of its own.

    Raises:
        DecodeError: The text is not in this format.
    """
    return decode(json.encode(text), _TYPES[name])


def is_typed(name: str) -> bool:
    """Return True if a format of strings has a Python type of its own."""
    return name in _TYPES


def _of_text(name: str, text: str) -> bool:
    form = _FORMS.get(name)
    if form is not None and not re.compile(form, re.IGNORECASE).fullmatch(text):
        return False
    if name in _TYPES:
        try:
            value = parsed(name, text)
        except DecodeError:
            return False
        return name not in INTEGERS or fits(name, value)
    return name not in _READERS or _reads(_READERS[name], text)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_TYPES: Final[Mapping[str, Any]] = {
    "byte": Base64,
    "date": date,
    "date-time": datetime,
    "decimal": DecimalString,
    "time": TimeOfDay,
    "uuid": UUID,
    "x-guid-n": GuidN,
    "x-servicestack-date": ServiceStackDate,
    **dict.fromkeys(INTEGERS, IntString),
}
_READERS: Final[Mapping[str, Callable[[str], object]]] = {"ipv4": IPv4Address, "ipv6": IPv6Address}

_TIME: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OFFSET: Final = r"(Z|[+-][0-9]{2}:[0-9]{2})"
_LABEL: Final = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_POINTER: Final = "(/([^~/]|~[01])*)*"
_FORMS: Final[Mapping[str, str]] = {
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "date-time": rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME}{_OFFSET}",
    "duration": r"P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+([.,][0-9]+)?S)?)?",
    "email": r"[^@\s]+@[^@\s]+",
    "hostname": rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*",
    "idn-email": r"[^@\s]+@[^@\s]+",
    "idn-hostname": r"[^\s./:@]+(\.[^\s./:@]+)*",
    "ipv6": "[0-9a-f:.]+",
    "iri": r"[a-z][a-z0-9+.-]*:\S*",
    "iri-reference": r"\S*",
    "json-pointer": _POINTER,
    "relative-json-pointer": rf"(0|[1-9][0-9]*)([+-][0-9]+)?(#|{_POINTER})",
    "time": f"{_TIME}{_OFFSET}?",
    "uri": r"[a-z][a-z0-9+.-]*:\S*",
    "uri-reference": r"\S*",
    "uri-template": r"([^\s{}]|\{[^\s{}]+\})*",
    "uuid": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "x-guid-n": "[0-9a-f]{32}",
    "x-servicestack-date": r"/Date\(-?[0-9]+([+-][0-9]{4})?\)/",
}
