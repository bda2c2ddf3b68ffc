"""An answer whose rows are read while it arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from ..errors import DecodeError
from ..headers import Headers
from .answers import Reading
from .effects import OpenAnswer


@define(eq=False)
class OpenRows:
    """The rows of an open answer: give it the answer's chunks, then `end` it, and close it whatever happens."""

    answer: OpenAnswer
    operation: str
    _row: Any
    _reading: Reading
    _limit: int | None
    _reader: Any = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        from ..media.bodies import row_reader  # most callers never need it

        wire = self._reading.wire_of(Headers(self.answer.raw_headers).get("content-type", ""))
        reading = self._reading
        self._reader = row_reader(wire, self._row, note=reading.note, lenient=reading.lenient, limit=self._limit)

    @property
    def close(self) -> Callable[[], Awaitable[None] | None]:
        """Give the connection back, or drop it."""
        return self.answer.close

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The rows that are complete with this chunk. Raises DecodeError."""
        with self._naming():
            yield from self._reader.feed(chunk)

    def end(self) -> Iterator[Any]:
        """The rows that are left. Raises DecodeError."""
        with self._naming():
            yield from self._reader.end()

    @contextmanager
    def _naming(self) -> Generator[None]:
        try:
            yield
        except DecodeError as error:
            error.operation, error.status = self.operation, self.answer.status
            raise
