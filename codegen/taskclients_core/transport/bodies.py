"""Bodies on the wire: decompression, size limits, and request bodies that are read while they are sent."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from ..errors import InvalidArgumentError, ResponseTooLargeError, TransportError, repeat_remedy
from ..http_messages import HttpRequest, StreamedBody
from .deadline_backend import deadline_exceeded

CHUNK_SIZE = 256 * 1024
"""Maximum bytes of a decompressed chunk."""

ACCEPT_ENCODING = b"gzip, deflate"
"""Value of the `Accept-Encoding` header."""

# -- Decompression

_GZIP_MAGIC = b"\x1f"
_MAX_LAYERS = 3
_STEP = 64 * 1024
"""Compressed bytes per step; small, because zlib copies the unused rest of its input after each step."""

_OVERHEAD = 1024 * 1024
"""Compressed bytes that a layer may read beyond twice its output, for headers and padding; more is corrupt."""

_IS_GZIP = {"gzip": True, "x-gzip": True, "deflate": False, "x-deflate": False}
_IDENTITY = ("", "identity", "aws-chunked")
"""Encodings that do not change a body. Object stores return `aws-chunked` from the upload, with the body decoded."""


class CorruptBodyError(Exception):
    """The body is truncated, or not compressed as its `Content-Encoding` says."""


class UnknownEncodingError(Exception):
    """The `Content-Encoding` is not supported."""


class Decompressor(Protocol):
    """Incremental decoder of a body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the output of more input; a chunk may be empty. Raises CorruptBodyError or UnknownEncodingError."""
        ...

    def finish(self) -> None:
        """End the input. Raises CorruptBodyError if the body is incomplete."""
        ...


class _Zlib:
    """Decompressor of one layer of gzip or deflate."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS)
        self._begun = False
        self._head: bytes = b""
        """First byte of deflate while it is the only one: two bytes show if the data has a zlib header."""

        self._consumed = 0
        self._produced = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _STEP):
            yield from self._feed(data[start : start + _STEP])

    def _feed(self, data: bytes) -> Iterator[bytes]:
        self._consumed += len(data)
        full = False
        while data or full:
            # Ignore padding after the end, as other clients do.
            padding = self._zlib.eof and not (self._gzip and data.startswith(_GZIP_MAGIC))
            if self._zlib.eof and not padding:
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)  # RFC 1952, 2.2: gzip has several members
            piece = b"" if padding else self._open(data)
            self._produced += len(piece)
            if self._consumed > 2 * self._produced + _OVERHEAD:
                raise CorruptBodyError
            yield piece
            if padding:
                return
            full = len(piece) == CHUNK_SIZE  # zlib may have more output although all input is used
            data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail

    def _open(self, data: bytes) -> bytes:
        begun = self._begun
        if not begun and not self._gzip:
            data = self._head + data
            self._head = data if len(data) < 2 else b""
            if self._head:
                return b""
        self._begun = True
        try:
            return self._zlib.decompress(data, CHUNK_SIZE)
        except zlib.error as error:
            if self._gzip or begun:
                raise CorruptBodyError from error
        # Some servers send deflate without the zlib header that RFC 9110 requires.
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._open(data)

    def finish(self) -> None:
        if self._head or (self._begun and not self._zlib.eof):
            raise CorruptBodyError


class _Layers:
    """Decompressor of two nested layers."""

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


class _Unsupported:
    """Decompressor for an unsupported encoding; it raises only if the body is not empty."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise UnknownEncodingError
        return iter(())

    def finish(self) -> None:
        pass


def content_encodings(raw_headers: tuple[tuple[bytes, bytes], ...]) -> tuple[str, ...]:
    """Return the encodings of a body in the order they were applied, from its `Content-Encoding`."""
    found: list[str] = []
    for name, value in raw_headers:
        if name.lower() == b"content-encoding":
            found += [word.strip().lower() for word in value.decode("latin-1").split(",")]
    return tuple(word for word in found if word not in _IDENTITY)


def decompressor_for(encodings: Sequence[str]) -> Decompressor | None:
    """Return a decompressor for a body with these encodings; None if there are none."""
    if len(encodings) > _MAX_LAYERS or any(encoding not in _IS_GZIP for encoding in encodings):
        return _Unsupported()
    decompressor: Decompressor | None = None
    for encoding in encodings:  # the last one is the outermost
        layer = _Zlib(gzip=_IS_GZIP[encoding])
        decompressor = layer if decompressor is None else _Layers(layer, decompressor)
    return decompressor


def is_supported(accepted: str) -> bool:
    """Return True if every encoding in an `Accept-Encoding` header is supported."""
    encodings = [encoding.partition(";")[0].strip().lower() for encoding in accepted.split(",")]
    return all(encoding in _IS_GZIP or encoding in _IDENTITY for encoding in encodings)


SUPPORTED_ENCODINGS = f"gzip and deflate, at most {_MAX_LAYERS} times"


RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

# -- Response bodies

MAX_KEPT_BYTES = 64 * 1024
"""Bytes of a damaged or too large body that its error keeps."""


def iter_body(response: Any, request: HttpRequest, raw_headers: RawHeaders) -> Iterator[bytes]:
    """Yield the body of an httpx response, decompressed.

    Raises:
        TransportError: the body is damaged, or the deadline has passed.
    """
    deadline = request.deadline
    encodings = content_encodings(raw_headers)
    decompressor = decompressor_for(encodings)
    if response.is_stream_consumed:  # the caller's hook or authentication has read it: httpx decompressed it
        yield response.content
        return
    # Not `response.iter_bytes`: it decompresses without a limit, and adds three generators.
    try:
        for chunk in response.stream:
            if deadline is not None and deadline.expired:
                raise deadline_exceeded(request, sent=True)
            if decompressor is None:
                yield chunk
                continue
            for piece in decompressor.feed(chunk):
                if deadline is not None and deadline.expired:
                    raise deadline_exceeded(request, sent=True)
                if piece:
                    yield piece
        if decompressor is not None:
            decompressor.finish()
    except (CorruptBodyError, UnknownEncodingError) as error:
        raise _body_error(error, request, encodings) from None


async def iter_body_async(response: Any, request: HttpRequest, raw_headers: RawHeaders) -> AsyncIterator[bytes]:
    """Async twin of `iter_body`. The caller applies the deadline; this yields to the event loop between chunks."""
    encodings = content_encodings(raw_headers)
    decompressor = decompressor_for(encodings)
    if response.is_stream_consumed:
        yield response.content
        return
    try:
        async for chunk in response.stream:
            if decompressor is None:
                yield chunk
                continue
            import asyncio  # slow import

            for number, piece in enumerate(decompressor.feed(chunk)):
                if number:  # reading the chunk has yielded already
                    await asyncio.sleep(0)
                if piece:
                    yield piece
        if decompressor is not None:
            decompressor.finish()
    except (CorruptBodyError, UnknownEncodingError) as error:
        raise _body_error(error, request, encodings) from None


class LimitedBody:
    """Reader of a body with a size limit: a longer body of a 2xx is an error, that of another status is cut."""

    def __init__(self, request: HttpRequest, status: int, raw_headers: RawHeaders) -> None:
        self._request = request
        self._status = status
        self._limit = request.max_bytes
        self._found: bytes | bytearray = b""
        """Content read so far: one piece, or several joined. A list of many pieces would fragment the memory."""

        self._success = 200 <= status <= 299
        self._announced = _announced(request, status, raw_headers) if self._success else None
        self.cut: int | None = None
        """Bytes after which the body was cut; None: it was not."""

    def read(self, source: Iterator[bytes]) -> None:
        """Read the body.

        Raises:
            ResponseTooLargeError: the body of a 2xx exceeds the limit.
            TransportError: the body is damaged; `raw` has the beginning.
        """
        try:
            for piece in source:
                if not self._add(piece):
                    break
        except Exception as error:
            self._add_content(error)
            raise
        finally:
            piece = b""  # a traceback with locals would show the last one
        self._check_announced()

    async def read_async(self, source: AsyncIterator[bytes]) -> None:
        """Async twin of `read`."""
        try:
            async for piece in source:
                if not self._add(piece):
                    closing: Any = source
                    await closing.aclose()
                    break
        except Exception as error:
            self._add_content(error)
            raise
        finally:
            piece = b""
        self._check_announced()

    def _add(self, piece: bytes) -> bool:
        """Add a piece; return False if no more is needed."""
        if not self._found:
            self._found = piece
        else:
            if isinstance(self._found, bytes):
                self._found = bytearray(self._found)
            self._found += piece
        limit, size = self._limit, len(self._found)
        if limit is None or (self._announced is None and size <= limit):
            return True
        if self._announced is not None:
            return size < min(limit, MAX_KEPT_BYTES)
        if self._success:
            raise self._too_large(size)
        self.cut = limit
        return False

    @property
    def content(self) -> bytes:
        """The body, cut if `cut` is set."""
        return bytes(self._found) if self.cut is None else self._first(self.cut)

    def _first(self, count: int) -> bytes:
        return bytes(memoryview(self._found)[:count])

    def _check_announced(self) -> None:
        if self._announced is not None:
            raise self._too_large(self._announced)

    def _too_large(self, seen: int) -> ResponseTooLargeError:
        announced = self._announced is not None
        raw = self._first(min(self._limit or 0, MAX_KEPT_BYTES))
        self._found = b""  # a traceback may keep this object alive
        return response_too_large(self._request, self._status, self._limit or 0, seen, raw, announced=announced)

    def _add_content(self, error: Exception) -> None:
        """Add the beginning of the body to an error; raise ResponseTooLargeError if `Content-Length` is too large."""
        deadline = self._request.deadline
        if self._announced is not None and not (deadline is not None and deadline.expired):
            raise self._too_large(self._announced) from None
        if isinstance(error, TransportError) and not isinstance(error, ResponseTooLargeError):
            error.raw = self._first(MAX_KEPT_BYTES)


def response_too_large(
    request: HttpRequest, status: int, limit: int, seen: int, raw: bytes, *, announced: bool = False
) -> ResponseTooLargeError:
    """Build the error for a response that exceeds its limit."""
    seen_as = "announced" if announced else "read"
    return ResponseTooLargeError(
        f"{request.origin} answered {status} with more than the {limit} bytes that {request.limiting_option} allows:"
        f" {seen} were {seen_as}; increase it",
        operation=request.operation,
        status=status,
        limit=limit,
        received=seen,
        raw=raw,
    )


def _announced(request: HttpRequest, status: int, raw_headers: RawHeaders) -> int | None:
    """Return the `Content-Length` if it exceeds the limit; otherwise None."""
    limit = request.max_bytes
    if limit is None or request.method == "HEAD" or status == 204:
        return None
    for name, value in raw_headers:
        if name.lower() == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            return int(value[:20])
    return None


def _body_error(error: Exception, request: HttpRequest, encodings: Sequence[str]) -> TransportError:
    shown = ", ".join(encodings)
    shown = shown if len(shown) <= 80 else f"{shown[:80]}…"
    if isinstance(error, UnknownEncodingError):
        problem = f"the response of {request.origin} has an unsupported Content-Encoding ({shown})"
        return TransportError(
            f"{request.operation}: {problem}; supported: {SUPPORTED_ENCODINGS}, so report it to the vendor", sent=True
        )
    return TransportError(
        f"{request.operation}: the response of {request.origin} is damaged ({shown}); {repeat_remedy(request.method)}",
        sent=True,
    )


# -- Request bodies


class _RequestBody:
    """Iterable of a streamed body for httpx. It records an error of the source, which is the caller's own."""

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
            raise InvalidArgumentError(
                f"body: more than the {length} bytes that were announced; announce the right length"
            )
        return piece

    def _check(self) -> None:
        length = self._content.length
        if length is not None and self._sent < length:
            raise InvalidArgumentError(
                f"body: {self._sent} bytes, not the {length} that were announced; announce the right length"
            )


class SyncRequestBody(_RequestBody):
    """Body for a synchronous client."""

    def __init__(self, content: StreamedBody) -> None:
        if content.asynchronous:  # raise before anything is sent
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
    """Body for an asynchronous client."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._begin()
        try:
            async for piece in self._content.open_async():
                yield self._count(piece)
            self._check()
        except Exception as error:
            self._content.state.error = error
            raise
