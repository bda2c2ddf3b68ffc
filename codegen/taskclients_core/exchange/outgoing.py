"""Bodies of requests that are read while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ..errors import InvalidArgument
from ..messages import Content


class _Outgoing:
    """What httpx iterates over. It notes the error of the source, as that is the caller's and not the network's."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._sent = 0

    def _begin(self) -> None:
        self._sent = 0
        self._content.use.begun, self._content.use.failure = True, None

    def _count(self, piece: bytes) -> bytes:
        self._sent += len(piece)
        length = self._content.length
        if length is not None and self._sent > length:
            raise InvalidArgument(f"body: more than the {length} bytes that were announced")
        return piece

    def _check(self) -> None:
        length = self._content.length
        if length is not None and self._sent < length:
            raise InvalidArgument(f"body: {self._sent} bytes, not the {length} that were announced")


class Outgoing(_Outgoing):
    """For synchronous clients."""

    def __init__(self, content: Content) -> None:
        if content.asynchronous:  # told now, while nothing has been sent
            raise InvalidArgument("body: an asynchronous iterable can only be sent by an asynchronous client")
        super().__init__(content)

    def __iter__(self) -> Iterator[bytes]:
        self._begin()
        try:
            for piece in self._content.open():
                yield self._count(piece)
            self._check()
        except Exception as error:
            self._content.use.failure = error
            raise


class AsyncOutgoing(_Outgoing):
    """For asynchronous ones."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._begin()
        try:
            async for piece in self._content.open_async():
                yield self._count(piece)
            self._check()
        except Exception as error:
            self._content.use.failure = error
            raise
