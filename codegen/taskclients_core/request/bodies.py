"""Content of request bodies: files, iterables, forms and multipart, read while they are sent."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import Any, BinaryIO, Final, cast
from urllib.parse import urlencode

from attrs import frozen

from ..codec import MemberValue, encode, to_builtins, wire_members
from ..errors import InvalidArgumentError, TransportError
from ..events import is_sync_callable
from ..http_messages import StreamedBody
from ..operation import Upload
from .styles import header_value, is_list, is_mapping, scalar

CHUNK_SIZE: Final = 64 * 1024
"""Bytes that are read at once."""

BYTES_TYPES: Final[tuple[type[Any], ...]] = (bytes, bytearray, memoryview)


@frozen(eq=False)
class BodyPart:
    """A part of a body that comes from one place."""

    open: Callable[[], Iterator[bytes]]
    """Begins to read."""

    length: int | None
    """None when nobody can tell."""

    replayable: bool = True
    blocking: bool = True
    """Whether asking for the next piece may take long."""

    on_progress: Callable[[int, int | None], None] | None = None
    asynchronous: AsyncIterable[bytes] | None = None
    """What is read instead of `open`, if only an asynchronous client can."""


def is_file(value: object) -> bool:
    """Whether it is a file even among a form's fields, where other iterables are lists."""
    return isinstance(value, (*BYTES_TYPES, Upload, PathLike)) or callable(getattr(value, "read", None))


def is_content(value: object) -> bool:
    """Whether it can be a body of bytes."""
    return is_file(value) or (isinstance(value, Iterable | AsyncIterable) and not isinstance(value, str | Mapping))


def file_name(content: object) -> str | None:
    """The name of a file or path, without its folder."""
    path: object = getattr(content, "name", None)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
    return os.path.basename(path) if isinstance(path, str) else None


def body_part(value: object) -> bytes | BodyPart:
    """What a caller gave as bytes to send: in memory if it is small and nobody watches.

    Raises:
        InvalidArgument: it is none, or cannot be read.
    """
    told = value.on_progress if isinstance(value, Upload) else None
    if told is not None and not is_sync_callable(told):
        raise InvalidArgumentError(f"on_progress: expected a function that need not be awaited, got {told!r:.80}")
    content: Any = value.content if isinstance(value, Upload) else value
    if isinstance(content, BYTES_TYPES):
        data = bytes(cast("bytes", content))
        if told is None and len(data) <= CHUNK_SIZE:
            return data
        return BodyPart(partial(_slices, data), len(data), blocking=False, on_progress=told)
    if isinstance(content, AsyncIterable):  # first, as files that are read asynchronously have a `read` too
        pieces = cast("AsyncIterable[bytes]", content)
        _check_unused(getattr(pieces, "ag_frame", pieces))
        # Such a file goes on from where it stands each time.
        replayable = not isinstance(pieces, AsyncIterator) and not callable(getattr(pieces, "read", None))
        return BodyPart(lambda: iter(()), None, replayable, on_progress=told, asynchronous=pieces)
    if callable(getattr(content, "read", None)):
        length, start = _extent(content)
        read = partial(_read, content, start, length)
        in_memory = isinstance(content, io.BytesIO)
        return BodyPart(read, length, start is not None, blocking=not in_memory, on_progress=told)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
        length = _size(path)
        return BodyPart(partial(_read_path, path, length), length, length is not None, on_progress=told)
    if isinstance(content, list | tuple):
        items = cast("Sequence[bytes]", content)
        length = sum(len(_bytes(item)) for item in items)
        return BodyPart(partial(_items, items), length, blocking=False, on_progress=told)
    if isinstance(content, Iterable) and not isinstance(content, str | Mapping):
        iterable = cast("Iterable[bytes]", content)
        _check_unused(getattr(iterable, "gi_frame", iterable))
        return BodyPart(partial(_items, iterable), None, not isinstance(iterable, Iterator), on_progress=told)
    given = type(cast("object", content)).__name__
    raise InvalidArgumentError(
        f"a file to send is bytes, a file open for reading bytes ('rb'), a path or an iterable of bytes, not {given}"
    )


def concat(stretches: Sequence[bytes | BodyPart]) -> bytes | StreamedBody:
    """Stretches one after the other, as one body."""
    if all(isinstance(each, bytes) for each in stretches):
        return b"".join(cast("Sequence[bytes]", stretches))
    parts = [
        each if isinstance(each, BodyPart) else BodyPart(partial(_slices, each), len(each), blocking=False)
        for each in stretches
    ]
    lengths = [part.length for part in parts if part.length is not None]
    replayable = all(part.replayable for part in parts)
    asynchronous = any(part.asynchronous is not None for part in parts)
    begun = False

    def begin() -> None:
        nonlocal begun
        if begun and not replayable:
            raise TransportError("the body could be read only once, so it cannot be sent again", sent=True)
        begun = True

    def open_() -> Iterator[bytes]:
        begin()
        return _pieces(parts)

    def open_async() -> AsyncIterator[bytes]:
        begin()
        return _pieces_async(parts)

    length = sum(lengths) if len(lengths) == len(parts) else None
    return StreamedBody(length, replayable, asynchronous, open_, open_async)


def _pieces(parts: Sequence[BodyPart]) -> Iterator[bytes]:
    for part in parts:
        sent = 0
        for piece in part.open():
            yield piece
            sent += len(piece)
            if part.on_progress is not None:
                part.on_progress(sent, part.length)


async def _pieces_async(parts: Sequence[BodyPart]) -> AsyncIterator[bytes]:
    for part in parts:
        sent = 0
        async for piece in _async(part):
            yield piece
            sent += len(piece)
            if part.on_progress is not None:
                part.on_progress(sent, part.length)


async def _async(part: BodyPart) -> AsyncIterator[bytes]:
    if part.asynchronous is not None:
        async for piece in part.asynchronous:
            if _sent(piece):
                yield piece
    elif part.blocking:
        import asyncio  # slow to import, and seldom wanted here

        pieces = part.open()
        while piece := await asyncio.to_thread(_next, pieces):
            yield piece
    else:
        for piece in part.open():
            yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")  # a StopIteration does not get through a future


def _slices(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for start in range(0, len(data), CHUNK_SIZE):
        yield bytes(view[start : start + CHUNK_SIZE])


def _items(items: Iterable[bytes]) -> Iterator[bytes]:
    for item in items:
        if _sent(item):  # an empty chunk would end a chunked body
            yield item


def _read(file: BinaryIO, start: int | None, length: int | None) -> Iterator[bytes]:
    """Read a file from `start`, if it can be told where to, and no more of it than was promised."""
    if start is not None:
        file.seek(start)
    left = length
    while left is None or left > 0:
        piece = file.read(CHUNK_SIZE if left is None else min(CHUNK_SIZE, left))
        if not _sent(piece):
            break
        yield piece
        if left is not None:
            left -= len(piece)
    if left:
        raise TransportError("a file became shorter while it was sent", sent=True)


def _read_path(path: str, length: int | None) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as file:
        yield from _read(cast("BinaryIO", file), None, length)


def _extent(file: Any) -> tuple[int | None, int | None]:
    """Length of what is left to read of a file, and where it stands; None for what it does not tell."""
    try:
        if isinstance(file, io.TextIOBase) or not isinstance(file.read(0), bytes):
            raise InvalidArgumentError("a file to send must be open for reading bytes ('rb')")
        if not getattr(file, "seekable", bool)():
            return None, None
        start: int = file.tell()
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(f"a file to send must be open for reading bytes ('rb'): {error}") from None
    try:
        # Not the size that the operating system tells: what is read may be its content unpacked.
        end: int = file.seek(0, os.SEEK_END)
    except (OSError, ValueError):
        return None, start
    file.seek(start)
    return max(end - start, 0), start


def _size(path: str) -> int | None:
    """Size of a file; None for a pipe or a device, which does not have one."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InvalidArgumentError(f"cannot send {os.path.basename(path)!r}: {why}") from None
    if stat.S_ISDIR(found.st_mode):
        raise InvalidArgumentError(f"cannot send {os.path.basename(path)!r}: it is a folder")
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise InvalidArgumentError(f"a body is sent in pieces of bytes, not {type(piece).__name__}")


def _sent(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    name = type(piece).__name__
    raise InvalidArgumentError(f"a body is sent in pieces of bytes, not {name}; what came before it may have been sent")


def _check_unused(frame: object) -> None:
    """Refuse a generator that has come to its end: what it had to say is gone."""
    if frame is None:
        raise InvalidArgumentError("the generator to send has been read to its end already")


def encode_form(value: object) -> bytes:
    """A mapping as an HTML form sends it. Lists repeat their name, objects become JSON text, None is left out."""
    if not is_mapping(value):
        raise InvalidArgumentError("a form takes an object")
    pairs = [(name, _text(item)) for name, member in value.items() for item in as_list(member)]
    try:
        return urlencode(pairs).encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError("half of a surrogate pair is no text") from None


def as_list(member: object) -> Sequence[object]:
    """A field's values: none, one, or those of a list."""
    if member is None:
        return ()
    return member if is_list(member) else (member,)


def encode_utf8(text: str) -> bytes:
    """A text as bytes.

    Raises:
        InvalidArgument: it holds half of a surrogate pair.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError("half of a surrogate pair is no text") from None


def _text(value: object) -> str:
    return encode(value).decode() if is_list(value) or is_mapping(value) else scalar(value)


def encode_multipart(value: object, media_type: str = "multipart/form-data") -> tuple[str, bytes | StreamedBody]:
    """A model as the parts of a multipart body, with its media type.

    `Upload`s, paths, open files and bytes are files, objects are JSON parts, anything else is text; a list is one part
    for each item.

    Raises:
        InvalidArgument: something of it cannot be sent.
    """
    boundary = os.urandom(16).hex()
    text = bytearray()
    stretches: list[bytes | BodyPart] = []
    for name, item in _parts(value):
        head, content = _part(name, item)
        text += b"--%b\r\n%b\r\n\r\n" % (boundary.encode(), encode_utf8(head))
        if isinstance(content, bytes):
            text += content
        else:
            stretches += [bytes(text), content]
            text.clear()
        text += b"\r\n"
    text += b"--%b--\r\n" % boundary.encode()
    return f"{media_type}; boundary={boundary}", concat([*stretches, bytes(text)])


def upload_content_type(upload: Upload) -> str:
    """The media type that an upload names, '' if it names none.

    Raises:
        InvalidArgument: it cannot stand in a header.
    """
    try:
        return header_value(upload.content_type or "")
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"content type of an upload: {error}") from None


def _part(name: str, item: object) -> tuple[str, bytes | BodyPart]:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if is_file(item):
        upload = item if isinstance(item, Upload) else None
        content = upload.content if upload else item
        kind = (upload_content_type(upload) if upload else "") or "application/octet-stream"
        filename = (upload.filename if upload else None) or file_name(content) or name
        return f'{disposition}; filename="{_quoted(filename)}"\r\nContent-Type: {kind}', body_part(item)
    if is_list(item) or is_mapping(item):
        return f"{disposition}\r\nContent-Type: application/json", encode(item)
    return disposition, encode_utf8(scalar(item))


def _quoted(text: str) -> str:
    # As browsers do (WHATWG): these three would end the value or the header.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Names and single items in order: files as they are, everything else in its wire form."""
    given = (
        [MemberValue(name, member, Any) for name, member in value.items()] if is_mapping(value) else wire_members(value)
    )
    for member in given:
        items = as_list(member.value)
        if not any(is_file(item) for item in items):
            items = as_list(None if member.value is None else to_builtins(member.value, member.type))
        for item in items:
            yield member.name, item
