"""Bodies on the wire: decompression, size limits, and request bodies that are read while they are sent."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from ..errors import InvalidArgumentError, ResponseTooLargeError, TransportError
from ..http_messages import HttpRequest, StreamedBody
from .deadline_backend import deadline_exceeded

CHUNK_SIZE = 256 * 1024
"""Bytes of the largest piece."""

ACCEPT_ENCODING = b"gzip, deflate"
"""What to ask servers for."""

_GZIP_MAGIC = b"\x1f"
_LAYERS = 3
_MOUTHFUL = 64 * 1024
"""Bytes to open at once: what is left of them after a step is copied."""

_IDLE = 1024 * 1024
"""Bytes that a layer may swallow besides twice what it gives: headers, and padding at its end."""

_KNOWN = {"gzip": True, "x-gzip": True, "deflate": False, "x-deflate": False}
_NOTHING = ("", "identity", "aws-chunked")
"""Words for what does nothing to a body. Stores keep the last from uploads that came in chunks, and unpack them."""


class CorruptBodyError(Exception):
    """The body is not compressed as its label says, or breaks off."""


class UnknownEncodingError(Exception):
    """Nobody here can open the body."""


class Decompressor(Protocol):
    """What opens a body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes of some more of it, step by step; a piece may be empty. Raises Damaged or Unknown."""
        ...

    def finish(self) -> None:
        """There is no more of it. Raises Damaged if there should be."""
        ...


class _Zlib:
    """One layer of gzip or deflate."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._opener = zlib.decompressobj(zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS)
        self._begun = False
        self._head: bytes = b""
        """The first byte of deflate, until there is another: whether it is wrapped shows in two."""

        self._taken = 0
        self._given = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _MOUTHFUL):
            yield from self._feed(data[start : start + _MOUTHFUL])

    def _feed(self, data: bytes) -> Iterator[bytes]:
        self._taken += len(data)
        full = False
        while data or full:
            # Other clients do not mind it either.
            padding = self._opener.eof and not (self._gzip and data.startswith(_GZIP_MAGIC))
            if self._opener.eof and not padding:
                self._opener = zlib.decompressobj(zlib.MAX_WBITS | 16)  # RFC 1952, 2.2: a gzip file has members
            piece = b"" if padding else self._open(data)
            self._given += len(piece)
            if self._taken > 2 * self._given + _IDLE:
                raise CorruptBodyError
            yield piece
            if padding:
                return
            full = len(piece) == CHUNK_SIZE  # there may be more to come though all input is used up
            data = self._opener.unused_data if self._opener.eof else self._opener.unconsumed_tail

    def _open(self, data: bytes) -> bytes:
        begun = self._begun
        if not begun and not self._gzip:
            data = self._head + data
            self._head = data if len(data) < 2 else b""
            if self._head:
                return b""
        self._begun = True
        try:
            return self._opener.decompress(data, CHUNK_SIZE)
        except zlib.error as error:
            if self._gzip or begun:
                raise CorruptBodyError from error
        # Some servers send deflate without the wrapping that RFC 9110 asks for.
        self._opener = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._open(data)

    def finish(self) -> None:
        if self._head or (self._begun and not self._opener.eof):
            raise CorruptBodyError


class _Layers:
    """One layer in another."""

    def __init__(self, outer: Decompressor, inner: Decompressor) -> None:
        self._outer = outer
        self._inner = inner

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(data):
            if piece:
                yield from self._inner.feed(piece)
            else:
                yield piece

    def finish(self) -> None:
        self._outer.finish()
        self._inner.finish()


class _Closed:
    """What nobody can open; that matters only if there is something in it."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise UnknownEncodingError
        return iter(())

    def finish(self) -> None:
        pass


def content_encodings(raw_headers: tuple[tuple[bytes, bytes], ...]) -> tuple[str, ...]:
    """What was done to a body, in that order, by its `Content-Encoding`."""
    found: list[str] = []
    for name, value in raw_headers:
        if name.lower() == b"content-encoding":
            found += [word.strip().lower() for word in value.decode("latin-1").split(",")]
    return tuple(word for word in found if word not in _NOTHING)


def decompressor_for(words: Sequence[str]) -> Decompressor | None:
    """What opens a body that these were done to; None if nothing was."""
    if len(words) > _LAYERS or any(word not in _KNOWN for word in words):
        return _Closed()
    opener: Decompressor | None = None
    for word in words:  # the last one is the outermost
        layer = _Zlib(gzip=_KNOWN[word])
        opener = layer if opener is None else _Layers(layer, opener)
    return opener


def is_supported(accepted: str) -> bool:
    """Whether all that an `Accept-Encoding` asks for can be opened here."""
    words = [word.partition(";")[0].strip().lower() for word in accepted.split(",")]
    return all(word in _KNOWN or word in _NOTHING for word in words)


SUPPORTED_ENCODINGS = f"gzip and deflate, at most {_LAYERS} times"


RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

MAX_KEPT_BYTES = 64 * 1024
"""How much of a body an error keeps that is none of an answer's."""

_SMALL = 4 * 1024


def iter_body(response: Any, request: HttpRequest, raw_headers: RawHeaders) -> Iterator[bytes]:
    """The body of an httpx response, decompressed.

    Raises:
        TransportError: it is damaged, or its deadline has passed.
    """
    deadline = request.deadline
    words = content_encodings(raw_headers)
    opener = decompressor_for(words)
    if response.is_stream_consumed:  # the caller's own hook or authentication read it, so it is whole and open
        yield response.content
        return
    # What httpx makes of a body goes through three more generators, and decompresses without bound.
    try:
        for chunk in response.stream:
            if deadline is not None and deadline.expired:
                raise deadline_exceeded(request, sent=True)
            if opener is None:
                yield chunk
                continue
            for piece in opener.feed(chunk):
                if deadline is not None and deadline.expired:
                    raise deadline_exceeded(request, sent=True)
                if piece:
                    yield piece
        if opener is not None:
            opener.finish()
    except (CorruptBodyError, UnknownEncodingError) as error:
        raise _unusable(error, request, words) from None


async def iter_body_async(response: Any, request: HttpRequest, raw_headers: RawHeaders) -> AsyncIterator[bytes]:
    """The same, asynchronously. The deadline is the caller's business: here others are let to the event loop."""
    words = content_encodings(raw_headers)
    opener = decompressor_for(words)
    if response.is_stream_consumed:
        yield response.content
        return
    try:
        async for chunk in response.stream:
            if opener is None:
                yield chunk
                continue
            import asyncio  # slow to import, and seldom wanted here

            for number, piece in enumerate(opener.feed(chunk)):
                if number:  # before the first there was the network
                    await asyncio.sleep(0)
                if piece:
                    yield piece
        if opener is not None:
            opener.finish()
    except (CorruptBodyError, UnknownEncodingError) as error:
        raise _unusable(error, request, words) from None


class LimitedBody:
    """A body under a cap: that of a success must not be longer, that of any other answer is cut there."""

    def __init__(self, request: HttpRequest, status: int, raw_headers: RawHeaders) -> None:
        self._request = request
        self._status = status
        self._limit = request.max_bytes
        self._pieces: list[bytes] = []
        self._small = bytearray()
        """Pieces after these that are too small to be kept one by one: an object takes more than two bytes."""

        self._size = 0
        self._success = 200 <= status <= 299
        self._announced = _announced(request, status, raw_headers) if self._success else None
        self.cut: int | None = None
        """At how many bytes it was cut, if it was."""

    def read(self, source: Iterator[bytes]) -> None:
        """Read it.

        Raises:
            ResponseTooLarge: it is a success, and too long.
            TransportError: it is damaged; with what was read.
        """
        try:
            for piece in source:
                if not self._add(piece):
                    break
        except Exception as error:
            self._judge(error)
            raise
        self._check_announced()

    async def read_async(self, source: AsyncIterator[bytes]) -> None:
        """The same, asynchronously."""
        try:
            async for piece in source:
                if not self._add(piece):
                    closing: Any = source
                    await closing.aclose()
                    break
        except Exception as error:
            self._judge(error)
            raise
        self._check_announced()

    def _add(self, piece: bytes) -> bool:
        """Take some more of it; whether there is need of more."""
        self._size += len(piece)
        if len(piece) < _SMALL:
            self._small += piece
            if len(self._small) >= MAX_KEPT_BYTES:
                self._gather()
        else:
            self._gather()
            self._pieces.append(piece)
        limit = self._limit
        if limit is None or (self._announced is None and self._size <= limit):
            return True
        if self._announced is not None:
            return self._size < min(limit, MAX_KEPT_BYTES)
        if self._success:
            raise self._too_large(self._size)
        self.cut = limit
        return False

    @property
    def content(self) -> bytes:
        """All that is wanted of it."""
        return self._first(self.cut)

    def _gather(self) -> None:
        if self._small:
            self._pieces.append(bytes(self._small))
            self._small.clear()

    def _first(self, count: int | None) -> bytes:
        self._gather()
        if count is None:
            return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        found = bytearray()
        for piece in self._pieces:
            found += piece[: count - len(found)]
            if len(found) == count:
                break
        return bytes(found)

    def _check_announced(self) -> None:
        if self._announced is not None:
            raise self._too_large(self._announced)

    def _too_large(self, seen: int) -> ResponseTooLargeError:
        announced = self._announced is not None
        raw = self._first(min(self._limit or 0, MAX_KEPT_BYTES))
        self._pieces = []  # a traceback may keep this for long
        return response_too_large(self._request, self._status, self._limit or 0, seen, raw, announced=announced)

    def _judge(self, error: Exception) -> None:
        """Say what is known of a body that could not be read. Raises ResponseTooLarge if it was announced as such."""
        deadline = self._request.deadline
        if self._announced is not None and not (deadline is not None and deadline.expired):
            raise self._too_large(self._announced) from None
        if isinstance(error, TransportError) and not isinstance(error, ResponseTooLargeError):
            error.raw = self._first(MAX_KEPT_BYTES)


def response_too_large(
    request: HttpRequest, status: int, limit: int, seen: int, raw: bytes, *, announced: bool = False
) -> ResponseTooLargeError:
    """The error of an answer that is longer than allowed."""
    what = "announced" if announced else "read"
    return ResponseTooLargeError(
        f"{request.origin} answered {status} with more than the {limit} bytes that max_response_bytes allows:"
        f" {seen} were {what}",
        operation=request.operation,
        status=status,
        limit=limit,
        received=seen,
        raw=raw,
    )


def _announced(request: HttpRequest, status: int, raw_headers: RawHeaders) -> int | None:
    """How long a body says that it is, if that is more than allowed."""
    limit = request.max_bytes
    if limit is None or request.method == "HEAD" or status == 204:
        return None
    for name, value in raw_headers:
        if name.lower() == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            return int(value[:20])
    return None


def _unusable(error: Exception, request: HttpRequest, words: Sequence[str]) -> TransportError:
    what = ", ".join(words)
    what = what if len(what) <= 80 else f"{what[:80]}…"
    if isinstance(error, UnknownEncodingError):
        message = f"the answer of {request.origin} is encoded in a way that cannot be opened ({what})"
        return TransportError(f"{request.operation}: {message}; understood are {SUPPORTED_ENCODINGS}", sent=True)
    return TransportError(f"{request.operation}: the answer of {request.origin} is damaged ({what})", sent=True)


class _RequestBody:
    """What httpx iterates over. It notes the error of the source, as that is the caller's and not the network's."""

    def __init__(self, content: StreamedBody) -> None:
        self._content = content
        self._sent = 0

    def _begin(self) -> None:
        self._sent = 0
        self._content.state.started, self._content.state.error = True, None

    def _count(self, piece: bytes) -> bytes:
        self._sent += len(piece)
        length = self._content.length
        if length is not None and self._sent > length:
            raise InvalidArgumentError(f"body: more than the {length} bytes that were announced")
        return piece

    def _check(self) -> None:
        length = self._content.length
        if length is not None and self._sent < length:
            raise InvalidArgumentError(f"body: {self._sent} bytes, not the {length} that were announced")


class SyncRequestBody(_RequestBody):
    """For synchronous clients."""

    def __init__(self, content: StreamedBody) -> None:
        if content.asynchronous:  # told now, while nothing has been sent
            raise InvalidArgumentError("body: an asynchronous iterable can only be sent by an asynchronous client")
        super().__init__(content)

    def __iter__(self) -> Iterator[bytes]:
        self._begin()
        try:
            for piece in self._content.open():
                yield self._count(piece)
            self._check()
        except Exception as error:
            self._content.state.error = error
            raise


class AsyncRequestBody(_RequestBody):
    """For asynchronous ones."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._begin()
        try:
            async for piece in self._content.open_async():
                yield self._count(piece)
            self._check()
        except Exception as error:
            self._content.state.error = error
            raise
