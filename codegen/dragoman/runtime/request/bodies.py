"""Request bodies: from a caller's `body` to bytes and their media type."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, cast
from urllib.parse import urlencode

from ..codec import Part, encode, parts, to_builtins
from ..errors import InvalidArgument
from ..fitting import outer_classes, spell
from ..operation import Binary, Body, Form, Json, Multipart, Text, Upload
from .styles import header_value, is_list, is_mapping, scalar

Encoded: TypeAlias = tuple[str, bytes]
"""Media type and content."""

Writer: TypeAlias = Callable[[object], Encoded]

_BYTES: tuple[type[Any], ...] = (bytes, bytearray, memoryview)


def compile_body(declared: Sequence[Body], required: bool) -> Callable[[object], Encoded | None]:
    """The function that encodes a body: the first declared kind that fits the value.

    It raises InvalidArgument for a missing body, for one that fits none of the kinds, and for one that cannot be
    encoded.
    """
    kinds = [(_fits(body), _writer(body)) for body in declared]
    expected = " or ".join(dict.fromkeys(_expected(body) for body in declared))

    def write(value: object) -> Encoded | None:
        if value is None:
            if kinds and required:
                raise InvalidArgument(f"body: required, expected {expected}")
            return None
        for fits, encoded in kinds:
            if fits(value):
                try:
                    return encoded(value)
                except InvalidArgument as error:
                    raise InvalidArgument(f"body: {error}") from None
        if not kinds:
            raise InvalidArgument(f"body: takes none, got {type(value).__name__}")
        raise InvalidArgument(f"body: expected {expected}, got {type(value).__name__}")

    return write


def _expected(body: Body) -> str:
    if isinstance(body, Binary):
        return "bytes or a file open for reading bytes"
    return "str" if isinstance(body, Text) else spell(body.type)


def _fits(body: Body) -> Callable[[object], bool]:
    if isinstance(body, Binary):
        return _is_file
    classes = (str,) if isinstance(body, Text) else outer_classes(body.type)
    return lambda value: isinstance(value, classes)


def _writer(body: Body) -> Writer:
    media_type = body.media_type
    if isinstance(body, Json):
        return lambda value: (media_type, encode(value, body.type))
    if isinstance(body, Form):
        return lambda value: (media_type, form(to_builtins(value, body.type)))
    if isinstance(body, Multipart):
        return lambda value: multipart(value, media_type)
    if isinstance(body, Text):
        typed = media_type if "charset" in media_type else f"{media_type}; charset=utf-8"
        return lambda value: (typed, _utf8(cast("str", value)))
    return lambda value: _binary(value, media_type)


def _binary(value: object, media_type: str) -> Encoded:
    if isinstance(value, Upload):
        return _content_type(value) or _concrete(media_type), _read(value.content)
    return _concrete(media_type), _read(value)


def _content_type(upload: Upload) -> str:
    try:
        return header_value(upload.content_type or "")
    except InvalidArgument as error:
        raise InvalidArgument(f"content type of an upload: {error}") from None


def _concrete(media_type: str) -> str:
    return "application/octet-stream" if "*" in media_type else media_type


def _is_file(value: object) -> bool:
    return isinstance(value, (*_BYTES, Upload)) or callable(getattr(value, "read", None))


def _read(content: object) -> bytes:
    if isinstance(content, _BYTES):
        return bytes(cast("bytes", content))
    read = getattr(content, "read", None)
    found: object = read() if callable(read) else content
    if not isinstance(found, bytes):
        raise InvalidArgument("a file to send must be open for reading bytes ('rb')")
    return found


def form(value: object) -> bytes:
    """A mapping as an HTML form sends it. Lists repeat their name, objects become JSON text, None is left out."""
    if not is_mapping(value):
        raise InvalidArgument("a form takes an object")
    pairs = [(name, _text(item)) for name, member in value.items() for item in _listed(member)]
    try:
        return urlencode(pairs).encode()
    except UnicodeEncodeError:
        raise InvalidArgument("half of a surrogate pair is no text") from None


def _listed(member: object) -> Sequence[object]:
    if member is None:
        return ()
    return member if is_list(member) else (member,)


def _text(value: object) -> str:
    return encode(value).decode() if is_list(value) or is_mapping(value) else scalar(value)


def multipart(value: object, media_type: str = "multipart/form-data") -> Encoded:
    """A model as the parts of a multipart body.

    `Upload`s and bytes are files (bytes under their field's name), objects are JSON parts, anything else is text;
    a list is one part for each item.
    """
    boundary = os.urandom(16).hex()
    content = bytearray()
    for name, item in _parts(value):
        head, data = _part(name, item)
        content += b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), _utf8(head), data)
    content += b"--%b--\r\n" % boundary.encode()
    return f"{media_type}; boundary={boundary}", bytes(content)


def _part(name: str, item: object) -> tuple[str, bytes]:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if isinstance(item, Upload):
        kind = _content_type(item) or "application/octet-stream"
        filename = _quoted(item.filename or name)
        return f'{disposition}; filename="{filename}"\r\nContent-Type: {kind}', _read(item.content)
    if _is_file(item):
        path = getattr(item, "name", None)
        return _part(name, Upload(_read(item), os.path.basename(path) if isinstance(path, str) else None))
    if is_list(item) or is_mapping(item):
        return f"{disposition}\r\nContent-Type: application/json", encode(item)
    return disposition, _utf8(scalar(item))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidArgument("half of a surrogate pair is no text") from None


def _quoted(text: str) -> str:
    # As browsers do (WHATWG): these three would end the value or the header.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Names and single items in order: files as they are, everything else in its wire form."""
    given = [Part(name, member, Any) for name, member in value.items()] if is_mapping(value) else parts(value)
    for member in given:
        items = _listed(member.value)
        if not any(_is_file(item) for item in items):
            items = _listed(None if member.value is None else to_builtins(member.value, member.type))
        for item in items:
            yield member.name, item
