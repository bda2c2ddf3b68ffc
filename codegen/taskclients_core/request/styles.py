"""OpenAPI's parameter styles: wire values (text, numbers, lists, mappings) to escaped text.

Escaping is RFC 3986's: everything but letters, digits and `-._~` is percent-encoded, so a value can neither leave its
place nor be mistaken for a delimiter. Members that are None are left out. What no style can say is refused:
None inside a list, a list inside a list (but see `deep_object`), a delimiter inside a space- or pipe-delimited value.
That raises InvalidArgument, with a message that says why but does not show the value: it may be a secret.
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
    """The rules of a style that its name does not say."""

    explode: bool = False
    """The default of `explode`."""

    delimiter: str = ","
    """Between the items of a list, unless they are exploded."""

    only: Literal["array", "object"] | None = None
    """The JSON type of values to which alone OpenAPI gives the style a meaning; None for all types."""


STYLES: Final[Mapping[StyleName, Style]] = {
    "simple": Style(),
    "label": Style(),
    "matrix": Style(),
    "form": Style(explode=True),
    "spaceDelimited": Style(delimiter=" ", only="array"),
    "pipeDelimited": Style(delimiter="|", only="array"),
    "deepObject": Style(only="object"),
}

DEFAULT_STYLES: Final[Mapping[Location, StyleName]] = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}

# Reserved characters that `allowReserved` leaves alone. Not those which end a query (#), part it (& +) or may not stand
# in one ([ ]), nor %: the server is to read the value that the caller wrote.
RESERVED = ":/?@!$'()*,;="


def scalar(value: object) -> str:
    """A wire value as plain text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if value is None:
        raise InvalidArgumentError("None cannot be sent inside it")
    raise InvalidArgumentError(f"a {type(value).__name__} cannot be sent inside it")


def escape(value: object, safe: str = "") -> str:
    """A wire value as text that is safe in any part of a URL."""
    try:
        return quote(scalar(value), safe)
    except UnicodeEncodeError:
        raise InvalidArgumentError("half of a surrogate pair is no text") from None


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a wire value is a list."""
    return isinstance(value, list | tuple)


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a wire value is a mapping."""
    return isinstance(value, Mapping)


def members(value: Mapping[str, object]) -> list[tuple[str, object]]:
    """The members of a mapping, without those that are None."""
    return [(scalar(key), member) for key, member in value.items() if member is not None]


def delimited(value: object, delimiter: str, equals: str | None = None, safe: str = "") -> str:
    """A list as `a,b`; a mapping as `k,v,l,w` or, with `equals`, `k=v,l=w`; a scalar as it is."""
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
    """Query style `form`, and that of cookies: `name=a&name=b`, not exploded `name=a,b`. Nothing for an empty list."""
    if explode and is_list(value):
        key = escape(name)
        return [f"{key}={escape(item, safe)}" for item in value]
    if explode and is_mapping(value):
        return [f"{escape(key)}={escape(item, safe)}" for key, item in members(value)]
    if is_list(value) or is_mapping(value):
        # A reserved comma inside an item would read as one more item.
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

    OpenAPI defines `name[key]=value` only. Objects inside go on as `name[key][inner]=value`, lists of scalars repeat
    their key (`name[key]=a&name[key]=b`), and objects inside a list are numbered (`name[key][0][inner]=value`).
    """
    if not is_mapping(value):
        raise InvalidArgumentError("style deepObject takes an object")
    return [f"{escape(key)}={escape(leaf, safe)}" for key, leaf in _leaves(name, value)]


def _leaves(key: str, value: object) -> Iterator[tuple[str, object]]:
    if is_mapping(value):
        for name, member in members(value):
            yield from _leaves(f"{key}[{name}]", member)
    elif is_list(value):
        for index, item in enumerate(value):
            nested = is_list(item) or is_mapping(item)
            yield from _leaves(f"{key}[{index}]" if nested else key, item)
    else:
        yield key, value


# Field values as RFC 9110 allows them, of which the wire can carry Latin-1 only.
_HEADER_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")


def header_value(value: str) -> str:
    """A text that may stand in a header, or InvalidArgument. Headers have no escapes."""
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


# RFC 6265's cookie-octet: what a cookie holds as it is.
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")


def cookie_value(value: str) -> str:
    """A text that may stand in a cookie as it is, or InvalidArgument."""
    if _COOKIE_VALUE.fullmatch(value):
        return value
    raise InvalidArgumentError(
        "a cookie cannot contain white space, quotes, commas, semicolons, backslashes or non-ASCII"
    )
