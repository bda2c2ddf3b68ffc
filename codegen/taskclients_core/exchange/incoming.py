"""Bodies of answers, read piece by piece, so that they can be too long, too slow or damaged without doing harm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, TypeAlias

from ..errors import ResponseTooLarge, TransportError
from ..messages import Request
from .inflate import WHAT_IS_UNDERSTOOD, Damaged, Unknown, decoder, encodings
from .sockets import late

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

KEPT = 64 * 1024
"""How much of a body an error keeps that is none of an answer's."""

_SMALL = 4 * 1024


def pieces(response: Any, request: Request, raw_headers: RawHeaders) -> Iterator[bytes]:
    """The body of an httpx response, decompressed.

    Raises:
        TransportError: it is damaged, or its deadline has passed.
    """
    deadline = request.deadline
    words = encodings(raw_headers)
    opener = decoder(words)
    if response.is_stream_consumed:  # the caller's own hook or authentication read it, so it is whole and open
        yield response.content
        return
    # What httpx makes of a body goes through three more generators, and decompresses without bound.
    try:
        for chunk in response.stream:
            if deadline is not None and deadline.passed:
                raise late(request, sent=True)
            if opener is None:
                yield chunk
                continue
            for piece in opener.feed(chunk):
                if deadline is not None and deadline.passed:
                    raise late(request, sent=True)
                if piece:
                    yield piece
        if opener is not None:
            opener.finish()
    except (Damaged, Unknown) as error:
        raise _unusable(error, request, words) from None


async def pieces_async(response: Any, request: Request, raw_headers: RawHeaders) -> AsyncIterator[bytes]:
    """The same, asynchronously. The deadline is the caller's business: here others are let to the event loop."""
    words = encodings(raw_headers)
    opener = decoder(words)
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
    except (Damaged, Unknown) as error:
        raise _unusable(error, request, words) from None


class Whole:
    """A body under a cap: that of a success must not be longer, that of any other answer is cut there."""

    def __init__(self, request: Request, status: int, raw_headers: RawHeaders) -> None:
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
            if len(self._small) >= KEPT:
                self._gather()
        else:
            self._gather()
            self._pieces.append(piece)
        limit = self._limit
        if limit is None or (self._announced is None and self._size <= limit):
            return True
        if self._announced is not None:
            return self._size < min(limit, KEPT)
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

    def _too_large(self, seen: int) -> ResponseTooLarge:
        announced = self._announced is not None
        raw = self._first(min(self._limit or 0, KEPT))
        self._pieces = []  # a traceback may keep this for long
        return too_large(self._request, self._status, self._limit or 0, seen, raw, announced=announced)

    def _judge(self, error: Exception) -> None:
        """Say what is known of a body that could not be read. Raises ResponseTooLarge if it was announced as such."""
        deadline = self._request.deadline
        if self._announced is not None and not (deadline is not None and deadline.passed):
            raise self._too_large(self._announced) from None
        if isinstance(error, TransportError) and not isinstance(error, ResponseTooLarge):
            error.raw = self._first(KEPT)


def too_large(
    request: Request, status: int, limit: int, seen: int, raw: bytes, *, announced: bool = False
) -> ResponseTooLarge:
    """The error of an answer that is longer than allowed."""
    what = "announced" if announced else "read"
    return ResponseTooLarge(
        f"{request.origin} answered {status} with more than the {limit} bytes that max_response_bytes allows:"
        f" {seen} were {what}",
        operation=request.operation,
        status=status,
        limit=limit,
        seen=seen,
        raw=raw,
    )


def _announced(request: Request, status: int, raw_headers: RawHeaders) -> int | None:
    """How long a body says that it is, if that is more than allowed."""
    limit = request.max_bytes
    if limit is None or request.method == "HEAD" or status == 204:
        return None
    for name, value in raw_headers:
        if name.lower() == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            return int(value[:20])
    return None


def _unusable(error: Exception, request: Request, words: Sequence[str]) -> TransportError:
    what = ", ".join(words)
    what = what if len(what) <= 80 else f"{what[:80]}…"
    if isinstance(error, Unknown):
        message = f"the answer of {request.origin} is encoded in a way that cannot be opened ({what})"
        return TransportError(f"{request.operation}: {message}; understood are {WHAT_IS_UNDERSTOOD}", sent=True)
    return TransportError(f"{request.operation}: the answer of {request.origin} is damaged ({what})", sent=True)
