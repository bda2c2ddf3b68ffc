"""HTML forms, and what they share with multipart bodies."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from ..codec import encode
from ..errors import InvalidArgument
from .styles import is_list, is_mapping, scalar


def form(value: object) -> bytes:
    """A mapping as an HTML form sends it. Lists repeat their name, objects become JSON text, None is left out."""
    if not is_mapping(value):
        raise InvalidArgument("a form takes an object")
    pairs = [(name, _text(item)) for name, member in value.items() for item in listed(member)]
    try:
        return urlencode(pairs).encode()
    except UnicodeEncodeError:
        raise InvalidArgument("half of a surrogate pair is no text") from None


def listed(member: object) -> Sequence[object]:
    """A field's values: none, one, or those of a list."""
    if member is None:
        return ()
    return member if is_list(member) else (member,)


def utf8(text: str) -> bytes:
    """A text as bytes.

    Raises:
        InvalidArgument: it holds half of a surrogate pair.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidArgument("half of a surrogate pair is no text") from None


def _text(value: object) -> str:
    return encode(value).decode() if is_list(value) or is_mapping(value) else scalar(value)
