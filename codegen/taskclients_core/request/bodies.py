"""Request bodies: from a caller's `body` to bytes, or what they will be read from, and their media type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from ..codec import encode, to_builtins
from ..errors import InvalidArgument
from ..fitting import outer_classes, spell
from ..messages import Content
from ..operation import Binary, Body, Form, Json, Multipart, Text, Upload
from .content import is_content, stretch, strung
from .forms import form, utf8
from .multipart import content_type, multipart

Encoded: TypeAlias = tuple[str, bytes | Content]
"""Media type and content."""

Writer: TypeAlias = Callable[[object], Encoded]


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
        return "bytes, a file open for reading bytes, a path, an iterable of bytes or an Upload"
    return "str" if isinstance(body, Text) else spell(body.type)


def _fits(body: Body) -> Callable[[object], bool]:
    if isinstance(body, Binary):
        return is_content
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
        return lambda value: (typed, utf8(cast("str", value)))
    return lambda value: _binary(value, media_type)


def _binary(value: object, media_type: str) -> Encoded:
    own = content_type(value) if isinstance(value, Upload) else ""
    return own or ("application/octet-stream" if "*" in media_type else media_type), strung([stretch(value)])
