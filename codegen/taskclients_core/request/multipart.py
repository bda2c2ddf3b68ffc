"""Multipart bodies: fields and files. Files are read while they are sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ..codec import Part, encode, parts, to_builtins
from ..errors import InvalidArgument
from ..messages import Content
from ..operation import Upload
from .content import Stretch, is_file, name_of, stretch, strung
from .forms import listed, utf8
from .styles import header_value, is_list, is_mapping, scalar


def multipart(value: object, media_type: str = "multipart/form-data") -> tuple[str, bytes | Content]:
    """A model as the parts of a multipart body, with its media type.

    `Upload`s, paths, open files and bytes are files, objects are JSON parts, anything else is text; a list is one part
    for each item.

    Raises:
        InvalidArgument: something of it cannot be sent.
    """
    boundary = os.urandom(16).hex()
    text = bytearray()
    stretches: list[bytes | Stretch] = []
    for name, item in _parts(value):
        head, content = _part(name, item)
        text += b"--%b\r\n%b\r\n\r\n" % (boundary.encode(), utf8(head))
        if isinstance(content, bytes):
            text += content
        else:
            stretches += [bytes(text), content]
            text.clear()
        text += b"\r\n"
    text += b"--%b--\r\n" % boundary.encode()
    return f"{media_type}; boundary={boundary}", strung([*stretches, bytes(text)])


def content_type(upload: Upload) -> str:
    """The media type that an upload names, '' if it names none.

    Raises:
        InvalidArgument: it cannot stand in a header.
    """
    try:
        return header_value(upload.content_type or "")
    except InvalidArgument as error:
        raise InvalidArgument(f"content type of an upload: {error}") from None


def _part(name: str, item: object) -> tuple[str, bytes | Stretch]:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if is_file(item):
        upload = item if isinstance(item, Upload) else None
        content = upload.content if upload else item
        kind = (content_type(upload) if upload else "") or "application/octet-stream"
        filename = (upload.filename if upload else None) or name_of(content) or name
        return f'{disposition}; filename="{_quoted(filename)}"\r\nContent-Type: {kind}', stretch(item)
    if is_list(item) or is_mapping(item):
        return f"{disposition}\r\nContent-Type: application/json", encode(item)
    return disposition, utf8(scalar(item))


def _quoted(text: str) -> str:
    # As browsers do (WHATWG): these three would end the value or the header.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Names and single items in order: files as they are, everything else in its wire form."""
    given = [Part(name, member, Any) for name, member in value.items()] if is_mapping(value) else parts(value)
    for member in given:
        items = listed(member.value)
        if not any(is_file(item) for item in items):
            items = listed(None if member.value is None else to_builtins(member.value, member.type))
        for item in items:
            yield member.name, item
