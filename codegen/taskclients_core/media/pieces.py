"""A body that has to be whole before it can be read, gathered under a cap."""

from __future__ import annotations

from ..errors import ResponseTooLarge

_KEPT = 64 * 1024


class Pieces:
    """The pieces of a body; all of it may have `limit` bytes, whether they are kept or passed over."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._pieces = bytearray()
        self._size = 0

    def add(self, data: bytes) -> None:
        """Some more of it. Raises ResponseTooLarge where it gets too long."""
        self._pieces += data
        self.pass_over(data)

    def pass_over(self, data: bytes) -> None:
        """Some of it that says nothing. Raises ResponseTooLarge likewise."""
        self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            raw = bytes((self._pieces or data)[: min(self._limit, _KEPT)])
            self._pieces = bytearray()
            message = f"the answer has more than the {self._limit} bytes that max_response_bytes allows"
            raise ResponseTooLarge(f"{message}: {self._size} were read", limit=self._limit, seen=self._size, raw=raw)

    @property
    def whole(self) -> bytes:
        """All that was kept."""
        return bytes(self._pieces)
