"""Content of request bodies: files, iterables, forms and multipart, read while they are sent."""

from __future__ import annotations

import io
import os
import re
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
from ..media import is_json
from ..operation import NO_ENCODING, Encoding, Upload
from .styles import header_value, is_list, is_mapping, query, scalar

CHUNK_SIZE: Final = 64 * 1024
"""Bytes per read."""

BYTES_TYPES: Final[tuple[type[Any], ...]] = (bytes, bytearray, memoryview)


@frozen(eq=False)
class BodyPart:
    """Part of a body with one source."""

    open: Callable[[], Iterator[bytes]]
    """Start reading."""

    length: int | None
    """Bytes; None if unknown."""

    replayable: bool = True
    """True if it can be read again from the start."""

    blocking: bool = True
    """True if reading the next piece may block."""

    on_progress: Callable[[int, int | None], None] | None = None
    asynchronous: AsyncIterable[bytes] | None = None
    """Source to read instead of `open`, for asynchronous clients only."""


def is_file(value: object) -> bool:
    """Return True if a field of a form is a file; other iterables are lists there."""
    return isinstance(value, (*BYTES_TYPES, Upload, PathLike)) or callable(getattr(value, "read", None))


def is_content(value: object) -> bool:
    """Return True if a value can be a binary body."""
    return is_file(value) or (isinstance(value, Iterable | AsyncIterable) and not isinstance(value, str | Mapping))


def file_name(content: object) -> str | None:
    """Return the name of a file or path without its folder; None if it has none."""
    path: object = getattr(content, "name", None)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
    return os.path.basename(path) if isinstance(path, str) else None


def body_part(value: object) -> bytes | BodyPart:
    """Convert the caller's `FileContent` or `Upload` to bytes, if it is small and has no `on_progress`, or a BodyPart.

    Raises:
        InvalidArgumentError: it is of another type, or cannot be read.
    """
    on_progress = value.on_progress if isinstance(value, Upload) else None
    if on_progress is not None and not is_sync_callable(on_progress):
        raise InvalidArgumentError(f"on_progress: expected a function that is not async, got {on_progress!r:.80}")
    content: Any = value.content if isinstance(value, Upload) else value
    if isinstance(content, BYTES_TYPES):
        data = bytes(cast("bytes", content))
        if on_progress is None and len(data) <= CHUNK_SIZE:
            return data
        return BodyPart(partial(_slices, data), len(data), blocking=False, on_progress=on_progress)
    if isinstance(content, AsyncIterable):  # before `read`, which asynchronous files have too
        pieces = cast("AsyncIterable[bytes]", content)
        _check_unused(getattr(pieces, "ag_frame", pieces))
        # An asynchronous file is read from its current position, so it cannot be replayed.
        replayable = not isinstance(pieces, AsyncIterator) and not callable(getattr(pieces, "read", None))
        return BodyPart(lambda: iter(()), None, replayable, on_progress=on_progress, asynchronous=pieces)
    if callable(getattr(content, "read", None)):
        length, start = _extent(content)
        read = partial(_read, content, start, length)
        in_memory = isinstance(content, io.BytesIO)
        return BodyPart(read, length, start is not None, blocking=not in_memory, on_progress=on_progress)
    if isinstance(content, PathLike):
        path = os.fspath(cast("PathLike[str]", content))
        length = _size(path)
        return BodyPart(partial(_read_path, path, length), length, length is not None, on_progress=on_progress)
    if isinstance(content, list | tuple):
        items = cast("Sequence[bytes]", content)
        length = sum(len(_require_bytes(item)) for item in items)
        return BodyPart(partial(_items, items), length, blocking=False, on_progress=on_progress)
    if isinstance(content, Iterable) and not isinstance(content, str | Mapping):
        iterable = cast("Iterable[bytes]", content)
        _check_unused(getattr(iterable, "gi_frame", iterable))
        return BodyPart(partial(_items, iterable), None, not isinstance(iterable, Iterator), on_progress=on_progress)
    given = type(cast("object", content)).__name__
    raise InvalidArgumentError(
        f"a file to send must be bytes, a file opened with 'rb', a path or an iterable of bytes, not {given}"
    )


def concat(segments: Sequence[bytes | BodyPart]) -> bytes | StreamedBody:
    """Join segments to one body: bytes if all of them are bytes, otherwise a streamed body."""
    if all(isinstance(each, bytes) for each in segments):
        return b"".join(cast("Sequence[bytes]", segments))
    parts = [
        each if isinstance(each, BodyPart) else BodyPart(partial(_slices, each), len(each), blocking=False)
        for each in segments
    ]
    lengths = [part.length for part in parts if part.length is not None]
    replayable = all(part.replayable for part in parts)
    asynchronous = any(part.asynchronous is not None for part in parts)
    begun = False

    def begin() -> None:
        nonlocal begun
        if begun and not replayable:
            raise TransportError(
                "the body can be read only once, so it cannot be sent again; pass bytes, a path or a file", sent=True
            )
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
            if _check_piece(piece):
                yield piece
    elif part.blocking:
        import asyncio  # slow import

        pieces = part.open()
        while piece := await asyncio.to_thread(_next, pieces):
            yield piece
    else:
        for piece in part.open():
            yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")  # a future cannot raise StopIteration


def _slices(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for start in range(0, len(data), CHUNK_SIZE):
        yield bytes(view[start : start + CHUNK_SIZE])


def _items(items: Iterable[bytes]) -> Iterator[bytes]:
    for item in items:
        if _check_piece(item):  # skip empty pieces: an empty chunk would end a chunked body
            yield item


def _read(file: BinaryIO, start: int | None, length: int | None) -> Iterator[bytes]:
    """Read a file from `start`, if it is seekable, up to the announced length."""
    if start is not None:
        file.seek(start)
    remaining = length
    while remaining is None or remaining > 0:
        piece = file.read(CHUNK_SIZE if remaining is None else min(CHUNK_SIZE, remaining))
        if not _check_piece(piece):
            break
        yield piece
        if remaining is not None:
            remaining -= len(piece)
    if remaining:
        raise TransportError("a file became shorter while it was sent; send it once it no longer changes", sent=True)


def _read_path(path: str, length: int | None) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as file:
        yield from _read(cast("BinaryIO", file), None, length)


def _extent(file: Any) -> tuple[int | None, int | None]:
    """Return the remaining length of a file and its position; None for each if it is unknown."""
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
        # Not os.fstat: a file object may decompress what it reads.
        end: int = file.seek(0, os.SEEK_END)
    except (OSError, ValueError):
        return None, start
    file.seek(start)
    return max(end - start, 0), start


def _size(path: str) -> int | None:
    """Return the size of a file in bytes; None for a pipe or a device."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidArgumentError(f"cannot send {os.path.basename(path)!r}: {reason}") from None
    if stat.S_ISDIR(found.st_mode):
        raise InvalidArgumentError(f"cannot send {os.path.basename(path)!r}: it is a folder")
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _require_bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise InvalidArgumentError(f"a body is sent in pieces of bytes, not {type(piece).__name__}; encode the text")


def _check_piece(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    name = type(piece).__name__
    raise InvalidArgumentError(f"a body is sent in pieces of bytes, not {name}; what came before it may have been sent")


def _check_unused(frame: object) -> None:
    """Raise InvalidArgumentError for a generator that is exhausted (its frame is None)."""
    if frame is None:
        raise InvalidArgumentError("the generator to send is exhausted; pass a new one")


def encode_form(value: object, encoding: Mapping[str, Encoding] = NO_ENCODING) -> bytes:
    """Encode a mapping as an HTML form.

    Without another encoding, lists repeat their name and objects become JSON text. None is omitted.
    """
    if not is_mapping(value):
        raise InvalidArgumentError("expected an object for the form")
    written: list[str] = []
    for name, member in value.items():
        rule = encoding.get(name)
        if member is None:
            continue
        if rule is not None and rule.style is not None:
            written += query(name, member, rule.style, rule.explode)
            continue
        pairs = [(name, _text(item, rule)) for item in as_list(member)]
        try:
            written += [urlencode(pairs)] if pairs else []
        except UnicodeEncodeError:
            raise InvalidArgumentError("text must not contain half of a surrogate pair") from None
    return "&".join(written).encode()


def as_list(member: object) -> Sequence[object]:
    """Return the values of a field: none for None, the items of a list, otherwise the value itself."""
    if member is None:
        return ()
    return member if is_list(member) else (member,)


def encode_text(text: str, charset: str = "utf-8") -> bytes:
    """Encode a text.

    Raises:
        InvalidArgumentError: the charset does not have one of its characters, or it contains half of a surrogate pair.
    """
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        problem = "half of a surrogate pair" if charset == "utf-8" else f"characters outside {charset}"
        raise InvalidArgumentError(f"text must not contain {problem}") from None


def _text(value: object, rule: Encoding | None) -> str:
    as_json = rule is not None and is_json(rule.content_type or "")
    return encode(value).decode() if as_json or is_list(value) or is_mapping(value) else scalar(value)


def encode_multipart(
    value: object, media_type: str = "multipart/form-data", encoding: Mapping[str, Encoding] = NO_ENCODING
) -> tuple[str, bytes | StreamedBody]:
    """Encode a model as a multipart body and return its media type, with the boundary, and the body.

    `Upload`s, paths, open files and bytes become files, objects JSON parts, anything else text; a list has a part for
    each item.

    Raises:
        InvalidArgumentError: a value cannot be sent.
    """
    boundary = os.urandom(16).hex()
    text = bytearray()
    segments: list[bytes | BodyPart] = []
    for name, item in _parts(value):
        head, content = _part(name, item, encoding.get(name, _USUAL))
        text += b"--%b\r\n%b\r\n\r\n" % (boundary.encode(), encode_text(head))
        if isinstance(content, bytes):
            text += content
        else:
            segments += [bytes(text), content]
            text.clear()
        text += b"\r\n"
    text += b"--%b--\r\n" % boundary.encode()
    return f"{media_type}; boundary={boundary}", concat([*segments, bytes(text)])


def upload_content_type(upload: Upload) -> str:
    """Return the media type of an upload; '' if it has none.

    Raises:
        InvalidArgumentError: it is not a valid header value.
    """
    try:
        return header_value(upload.content_type or "")
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"content type of an upload: {error}") from None


_USUAL: Final = Encoding()
_HEADER_NAME: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


def _part(name: str, item: object, rule: Encoding) -> tuple[str, bytes | BodyPart]:
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    upload = item if isinstance(item, Upload) else None
    kind, content = rule.content_type, b""
    if is_file(item):
        kind = (upload_content_type(upload) if upload else "") or kind or "application/octet-stream"
        filename = (upload.filename if upload else None) or file_name(upload.content if upload else item) or name
        disposition += f'; filename="{_quoted(filename)}"'
    elif is_list(item) or is_mapping(item):
        kind, content = kind or "application/json", encode(item)
    else:
        content = encode(item) if is_json(kind or "") else encode_text(scalar(item))
    headers = [("Content-Type", kind)] if kind else []
    lines = [disposition, *(f"{key}: {value}" for key, value in [*headers, *_part_headers(name, rule, upload)])]
    return "\r\n".join(lines), body_part(item) if is_file(item) else content


def _part_headers(name: str, rule: Encoding, upload: Upload | None) -> list[tuple[str, str]]:
    """Return the headers of a part besides those that the client sets.

    Raises:
        InvalidArgumentError: a header is missing or invalid.
    """
    found = {key.lower(): (key, value) for key, value in rule.headers.items() if value is not None}
    for key, value in upload.headers.items() if upload else ():
        if not _HEADER_NAME.fullmatch(key) or key.lower().startswith("content-"):
            raise InvalidArgumentError(f"headers of the upload {name!r}: {key!r:.80} cannot be set")
        found[key.lower()] = (key, header_value(value))
    missing = [key for key in rule.headers if key.lower() not in found]
    if missing:
        raise InvalidArgumentError(f"the part {name!r} needs the header {missing[0]}; pass Upload(…, headers={{…}})")
    return list(found.values())


def _quoted(text: str) -> str:
    # As browsers do (WHATWG): these characters would end the value or the header.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield names and single items in order: files unchanged, other values in their wire form."""
    given = (
        [MemberValue(name, member, Any) for name, member in value.items()] if is_mapping(value) else wire_members(value)
    )
    for member in given:
        items = as_list(member.value)
        others = [item for item in items if not is_file(item)]
        if others and len(others) == len(items):
            try:
                items = as_list(to_builtins(member.value, member.type, secret=True))
            except TypeError:  # JSON cannot represent the type of a file
                raise _no_file(member.name, others[0]) from None
        elif others and member.type is not Any:
            raise _no_file(member.name, others[0])
        for item in items:
            yield member.name, item


def _no_file(name: str, value: object) -> InvalidArgumentError:
    return InvalidArgumentError(f"{name!r}: expected a file, such as Upload(path), found {type(value).__name__}")
