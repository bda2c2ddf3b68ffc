"""OpenAPI's parameter styles: conversion of wire values (text, numbers, lists, mappings) to escaped text.

Escaping follows RFC 3986: everything except letters, digits and `-._~` is percent-encoded, so that a value cannot leave
its place or contain a delimiter. Members that are None are omitted. Values that a style cannot express raise
InvalidArgumentError: None in a list, a list in a list (except in `deep_object`), a delimiter in a space- or
pipe-delimited value. The message does not show the value, which may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypeGuard
from urllib.parse import quote

from msgspec import Struct

from ..errors import InvalidArgumentError

StyleName: TypeAlias = Literal["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"]
Location: TypeAlias = Literal["path", "query", "header", "cookie"]


class Style(Struct, frozen=True, kw_only=True):
    """Rules of a style."""

    explode: bool = False
    """Default of `explode`."""

    delimiter: str = ","
    """Delimiter between the items of a list that is not exploded."""

    only: frozenset[Literal["array", "object"]] = frozenset()
    """The JSON types for which the style is defined; empty: all types."""


STYLES: Final[Mapping[StyleName, Style]] = {
    "simple": Style(),
    "label": Style(),
    "matrix": Style(),
    "form": Style(explode=True),
    "spaceDelimited": Style(delimiter=" ", only=frozenset({"array"})),
    "pipeDelimited": Style(delimiter="|", only=frozenset({"array"})),
    "deepObject": Style(only=frozenset({"array", "object"})),
}

DEFAULT_STYLES: Final[Mapping[Location, StyleName]] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}

# Reserved characters that `allowReserved` does not escape. Without those that end a query (#), separate or replace
# characters in it (& +) or are invalid in it ([ ]), and without %, so that the server decodes the caller's value.
RESERVED = ":/?@!$'()*,;="


def scalar(value: object) -> str:
    """Convert a wire value to plain text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if value is None:
        raise InvalidArgumentError("None cannot be sent inside a list or object")
    raise InvalidArgumentError(f"a {type(value).__name__} cannot be sent inside a list or object")


def escape(value: object, safe: str = "") -> str:
    """Convert a wire value to text that is safe in any part of a URL."""
    try:
        return quote(scalar(value), safe)
    except UnicodeEncodeError:
        raise InvalidArgumentError("text must not contain half of a surrogate pair") from None


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Return True if a wire value is a list."""
    return isinstance(value, list | tuple)


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Return True if a wire value is a mapping."""
    return isinstance(value, Mapping)


def members(value: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return the members of a mapping without those that are None."""
    return [(scalar(key), member) for key, member in value.items() if member is not None]


def query(name: str, value: object, style: StyleName, explode: bool | None, safe: str = "") -> list[str]:
    """Write a value in a style of query parameters; `explode` None: the default of the style."""
    exploded = STYLES[style].explode if explode is None else explode
    if style == "deepObject":
        return deep_object(name, value, safe)
    if style == "form":
        return form(name, value, exploded, safe)
    return separated(STYLES[style].delimiter, name, value, exploded, safe)


def delimited(value: object, delimiter: str, equals: str | None = None, safe: str = "") -> str:
    """Join a list as `a,b`, a mapping as `k,v,l,w` or, with `equals`, `k=v,l=w`; return a scalar unchanged."""
    if is_list(value):
        return delimiter.join([escape(item, safe) for item in value])
    if is_mapping(value):
        joint = delimiter if equals is None else equals
        return delimiter.join([f"{escape(key, safe)}{joint}{escape(item, safe)}" for key, item in members(value)])
    return escape(value, safe)


def simple(_name: str, value: object, explode: bool) -> str:
    """Path style `simple`."""
    return delimited(value, ",", "=" if explode else None)


def label(_name: str, value: object, explode: bool) -> str:
    """Path style `label`: `.a,b`, exploded `.a.b`."""
    return "." + (delimited(value, ".", "=") if explode else delimited(value, ","))


def matrix(name: str, value: object, explode: bool) -> str:
    """Path style `matrix`: `;name=a,b`, exploded `;name=a;name=b` or `;k=v;l=w`."""
    key = escape(name)
    if explode and is_mapping(value):
        return "".join([f";{escape(k)}={escape(v)}" for k, v in members(value)])
    if explode and is_list(value):
        return "".join([f";{key}={escape(item)}" for item in value])
    text = delimited(value, ",")
    return f";{key}={text}" if text else f";{key}"


def form(name: str, value: object, explode: bool, safe: str = "") -> list[str]:
    """Query and cookie style `form`: `name=a&name=b`, not exploded `name=a,b`; nothing for an empty list."""
    if explode and is_list(value):
        key = escape(name)
        return [f"{key}={escape(item, safe)}" for item in value]
    if explode and is_mapping(value):
        return [f"{escape(key)}={escape(item, safe)}" for key, item in members(value)]
    if is_list(value) or is_mapping(value):
        # Escape a comma in an item even if `safe` contains it, since it is the delimiter.
        return [f"{escape(name)}={delimited(value, ',', safe=safe.replace(',', ''))}"] if value else []
    return [f"{escape(name)}={escape(value, safe)}"]


def separated(delimiter: str, name: str, value: object, explode: bool, safe: str = "") -> list[str]:
    """Query styles `spaceDelimited` and `pipeDelimited`; exploded they are `form`."""
    if explode:
        return form(name, value, explode, safe)
    if is_list(value):
        parts = value
    elif is_mapping(value):
        parts = [part for member in members(value) for part in member]
    else:
        return form(name, value, explode, safe)
    if any(delimiter in scalar(part) for part in parts):
        raise InvalidArgumentError(f"{delimiter!r} cannot be sent inside a value, as it delimits them")
    return [f"{escape(name)}={quote(delimiter).join([escape(part, safe) for part in parts])}"] if parts else []


def deep_object(name: str, value: object, safe: str = "") -> list[str]:
    """Query style `deepObject`.

    OpenAPI defines `name[key]=value` only. The rest is written as Stripe, Rails and PHP read it: nested objects as
    `name[key][inner]=value`, lists of scalars as `name[key][]=a&name[key][]=b`, and objects in a list numbered
    (`name[key][0][inner]=value`), because without numbers a reader cannot tell where the next object begins.
    """
    if not is_mapping(value) and not is_list(value):
        raise InvalidArgumentError("style deepObject requires an object or a list")
    return [f"{escape(key)}={escape(leaf, safe)}" for key, leaf in _leaves(name, value)]


def _leaves(key: str, value: object) -> Iterator[tuple[str, object]]:
    if is_mapping(value):
        for name, member in members(value):
            yield from _leaves(f"{key}[{name}]", member)
    elif is_list(value):
        for index, item in enumerate(value):
            nested = is_list(item) or is_mapping(item)
            yield from _leaves(f"{key}[{index}]" if nested else f"{key}[]", item)
    else:
        yield key, value


# Field values of RFC 9110, limited to Latin-1.
_HEADER_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")


def header_value(value: str) -> str:
    """Return a text if it is a valid header value; headers have no escapes. Raises InvalidArgumentError otherwise."""
    if _HEADER_VALUE.fullmatch(value):
        return value
    if value != value.strip():
        raise InvalidArgumentError("a header cannot begin or end with white space or a line break")
    if any(character < " " or character == "\x7f" for character in value):
        raise InvalidArgumentError("a header cannot contain a line break or another control character")
    raise InvalidArgumentError("a header cannot contain characters outside Latin-1")


def header(value: object, explode: bool) -> str:
    """Header style `simple`."""
    if is_list(value):
        parts = [scalar(item) for item in value]
    elif is_mapping(value):
        pairs = [(scalar(key), scalar(item)) for key, item in members(value)]
        parts = ["=".join(pair) for pair in pairs] if explode else [part for pair in pairs for part in pair]
    else:
        return header_value(scalar(value))
    if any("," in part for part in parts):
        raise InvalidArgumentError("a comma cannot be sent inside a value, as it delimits them")
    return header_value(",".join(parts))


# cookie-octet of RFC 6265.
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")


def cookie_value(value: str) -> str:
    """Return a text if it is a valid cookie value. Raises InvalidArgumentError otherwise."""
    if _COOKIE_VALUE.fullmatch(value):
        return value
    raise InvalidArgumentError(
        "a cookie cannot contain white space, quotes, commas, semicolons, backslashes or non-ASCII"
    )
