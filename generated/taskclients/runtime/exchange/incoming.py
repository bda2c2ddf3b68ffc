"""Bodies of answers, read piece by piece, so that they can be too long, too slow or damaged without doing harm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, TypeAlias

from ..errors import ResponseTooLarge, TransportError
from ..messages import Request
from .inflate import Damaged, decoder, encodings
from .sockets import late

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

_KEPT = 64 * 1024


def pieces(response: Any, request: Request, raw_headers: RawHeaders) -> Iterator[bytes]:
    """The body of an httpx response, decompressed.

    Raises:
        TransportError: it is damaged, or its deadline has passed.
    """
    deadline = request.deadline
    words = encodings(raw_headers)
    opener = decoder(words) if words else None
    if response.is_stream_consumed:  # the caller's own hook or authentication read it, so it is whole and open
        yield response.content
        return
    # What httpx makes of a body goes through three more generators, and decompresses without bound.
    for chunk in response.iter_bytes() if words and opener is None else response.stream:
        if deadline is not None and deadline.passed:
            raise late(request, sent=True)
        if opener is None:
            yield chunk
        else:
            try:
                yield from opener.feed(chunk)
            except Damaged:
                raise _damaged(request, words) from None
    if opener is not None:
        try:
            opener.finish()
        except Damaged:
            raise _damaged(request, words) from None


async def pieces_async(response: Any, request: Request, raw_headers: RawHeaders) -> AsyncIterator[bytes]:
    """The same, asynchronously. The deadline is the caller's business."""
    words = encodings(raw_headers)
    opener = decoder(words) if words else None
    if response.is_stream_consumed:
        yield response.content
        return
    async for chunk in response.aiter_bytes() if words and opener is None else response.stream:
        if opener is None:
            yield chunk
        else:
            try:
                for piece in opener.feed(chunk):
                    yield piece
            except Damaged:
                raise _damaged(request, words) from None
    if opener is not None:
        try:
            opener.finish()
        except Damaged:
            raise _damaged(request, words) from None


class Whole:
    """A body under a cap."""

    def __init__(self, request: Request, status: int, raw_headers: RawHeaders) -> None:
        self._request = request
        self._status = status
        self._limit = request.max_bytes
        self._size = 0
        self._pieces: list[bytes] = []
        if self._limit is not None and request.method != "HEAD" and status not in (204, 304):
            for name, value in raw_headers:
                if name.lower() == b"content-length" and value.isdigit() and int(value[:20]) > self._limit:
                    raise self._too_large()

    def add(self, piece: bytes) -> None:
        """Some more of it. Raises ResponseTooLarge."""
        self._size += len(piece)
        self._pieces.append(piece)
        if self._limit is not None and self._size > self._limit:
            raise self._too_large()

    @property
    def content(self) -> bytes:
        """All of it."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def _too_large(self) -> ResponseTooLarge:
        limit = self._limit or 0
        message = f"{self._request.operation}: {self._request.origin} answered {self._status} with more than"
        raw = _first(self._pieces, min(limit, _KEPT))
        self._pieces = []
        return ResponseTooLarge(
            f"{message} the {limit} bytes that max_response_bytes allows", status=self._status, limit=limit, raw=raw
        )


def _first(pieces: Sequence[bytes], count: int) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece[: count - len(found)]
        if len(found) == count:
            break
    return bytes(found)


def _damaged(request: Request, words: Sequence[str]) -> TransportError:
    what = ", ".join(words)
    return TransportError(f"{request.operation}: the answer of {request.origin} is damaged ({what})", sent=True)
