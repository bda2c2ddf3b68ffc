"""Bodies that are read while they are sent: files, paths and iterables, alone or strung together.

Nothing here holds more than one piece at a time. An asynchronous client asks for each piece of a file or an iterable in
a worker thread: a disk, or a generator that computes, would stop every other task of its event loop.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from typing import Any, BinaryIO, Final, cast

from attrs import frozen

from ..errors import InvalidArgument, TransportError
from ..events import is_hook
from ..messages import Content
from ..operation import Upload

PIECE: Final = 64 * 1024
"""Bytes that are read at once."""

MEMORY: Final[tuple[type[Any], ...]] = (bytes, bytearray, memoryview)


@frozen(eq=False)
class Stretch:
    """A part of a body that comes from one place."""

    open: Callable[[], Iterator[bytes]]
    """Begins to read."""

    length: int | None
    """None when nobody can tell."""

    replayable: bool = True
    waits: bool = True
    """Whether asking for the next piece may take long."""

    on_progress: Callable[[int, int | None], None] | None = None
    asynchronous: AsyncIterable[bytes] | None = None
    """What is read instead of `open`, if only an asynchronous client can."""


def is_file(value: object) -> bool:
    """Whether it is a file even among a form's fields, where other iterables are lists."""
    return isinstance(value, (*MEMORY, Upload, PathLike)) or callable(getattr(value, "read", None))


def is_content(value: object) -> bool:
    """Whether it can be a body of bytes."""
    return is_file(value) or (isinstance(value, Iterable | AsyncIterable) and not isinstance(value, str | Mapping))


def name_of(content: object) -> str | None:
    """The name of a file or path, without its folder."""
    path: object = getattr(content, "name", None)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
    return os.path.basename(path) if isinstance(path, str) else None


def stretch(value: object) -> bytes | Stretch:
    """What a caller gave as bytes to send: in memory if it is small and nobody watches.

    Raises:
        InvalidArgument: it is none, or cannot be read.
    """
    told = value.on_progress if isinstance(value, Upload) else None
    if told is not None and not is_hook(told):
        raise InvalidArgument(f"on_progress: expected a function that need not be awaited, got {told!r:.80}")
    content: Any = value.content if isinstance(value, Upload) else value
    if isinstance(content, MEMORY):
        data = bytes(cast("bytes", content))
        if told is None and len(data) <= PIECE:
            return data
        return Stretch(partial(_slices, data), len(data), waits=False, on_progress=told)
    if isinstance(content, AsyncIterable):  # first, as files that are read asynchronously have a `read` too
        pieces = cast("AsyncIterable[bytes]", content)
        _check_unused(getattr(pieces, "ag_frame", pieces))
        # Such a file goes on from where it stands each time.
        replayable = not isinstance(pieces, AsyncIterator) and not callable(getattr(pieces, "read", None))
        return Stretch(lambda: iter(()), None, replayable, on_progress=told, asynchronous=pieces)
    if callable(getattr(content, "read", None)):
        length, start = _extent(content)
        read = partial(_read, content, start, length)
        in_memory = isinstance(content, io.BytesIO)
        return Stretch(read, length, start is not None, waits=not in_memory, on_progress=told)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
        length = _size(path)
        return Stretch(partial(_read_path, path, length), length, length is not None, on_progress=told)
    if isinstance(content, list | tuple):
        items = cast("Sequence[bytes]", content)
        length = sum(len(_bytes(item)) for item in items)
        return Stretch(partial(_items, items), length, waits=False, on_progress=told)
    if isinstance(content, Iterable) and not isinstance(content, str | Mapping):
        iterable = cast("Iterable[bytes]", content)
        _check_unused(getattr(iterable, "gi_frame", iterable))
        return Stretch(partial(_items, iterable), None, not isinstance(iterable, Iterator), on_progress=told)
    given = type(cast("object", content)).__name__
    raise InvalidArgument(
        f"a file to send is bytes, a file open for reading bytes ('rb'), a path or an iterable of bytes, not {given}"
    )


def strung(stretches: Sequence[bytes | Stretch]) -> bytes | Content:
    """Stretches one after the other, as one body."""
    if all(isinstance(each, bytes) for each in stretches):
        return b"".join(cast("Sequence[bytes]", stretches))
    parts = [
        each if isinstance(each, Stretch) else Stretch(partial(_slices, each), len(each), waits=False)
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
    return Content(length, replayable, asynchronous, open_, open_async)


def _pieces(parts: Sequence[Stretch]) -> Iterator[bytes]:
    for part in parts:
        sent = 0
        for piece in part.open():
            yield piece
            sent += len(piece)
            if part.on_progress is not None:
                part.on_progress(sent, part.length)


async def _pieces_async(parts: Sequence[Stretch]) -> AsyncIterator[bytes]:
    for part in parts:
        sent = 0
        async for piece in _async(part):
            yield piece
            sent += len(piece)
            if part.on_progress is not None:
                part.on_progress(sent, part.length)


async def _async(part: Stretch) -> AsyncIterator[bytes]:
    if part.asynchronous is not None:
        async for piece in part.asynchronous:
            if _sent(piece):
                yield piece
    elif part.waits:
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
    for start in range(0, len(data), PIECE):
        yield bytes(view[start : start + PIECE])


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
        piece = file.read(PIECE if left is None else min(PIECE, left))
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
            raise InvalidArgument("a file to send must be open for reading bytes ('rb')")
        if not getattr(file, "seekable", bool)():
            return None, None
        start: int = file.tell()
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(f"a file to send must be open for reading bytes ('rb'): {error}") from None
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
        raise InvalidArgument(f"cannot send {os.path.basename(path)!r}: {why}") from None
    if stat.S_ISDIR(found.st_mode):
        raise InvalidArgument(f"cannot send {os.path.basename(path)!r}: it is a folder")
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise InvalidArgument(f"a body is sent in pieces of bytes, not {type(piece).__name__}")


def _sent(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    name = type(piece).__name__
    raise InvalidArgument(f"a body is sent in pieces of bytes, not {name}; what came before it may have been sent")


def _check_unused(frame: object) -> None:
    """Refuse a generator that has come to its end: what it had to say is gone."""
    if frame is None:
        raise InvalidArgument("the generator to send has been read to its end already")
