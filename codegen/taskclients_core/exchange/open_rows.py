"""An answer whose rows are read while it arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from types import GenericAlias
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ..errors import DecodeError, InvalidArgument, ResponseTooLarge
from ..fitting import spell
from ..headers import Headers
from .answers import Reading
from .course import Course
from .effects import OpenAnswer

if TYPE_CHECKING:
    from ..media.bodies import RowReader


@define(eq=False)
class OpenRows:
    """The rows of an open answer: give it the answer's chunks, then `end` it, and close it whatever happens.

    All of that `until_over`: only then is it known how the call ends.
    """

    answer: OpenAnswer
    _course: Course
    _row: Any
    _reading: Reading
    _reader: RowReader | None = field(default=None, init=False, repr=False)

    @contextmanager
    def until_over(self) -> Generator[None]:
        """Tell how the call ends. Rows that nobody wants any more are no failure."""
        try:
            yield
        except GeneratorExit:
            self._course.succeed()
            raise
        except BaseException as error:
            self._course.break_off(error)
            raise
        self._course.succeed()

    @property
    def close(self) -> Callable[[], Awaitable[None] | None]:
        """Give the connection back, or drop it."""
        return self.answer.close

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The rows that are complete with this chunk. Raises DecodeError, ResponseTooLarge."""
        with self._naming():
            yield from self._ready(chunk).feed(chunk)

    def end(self) -> Iterator[Any]:
        """The rows that are left. Raises DecodeError, ResponseTooLarge."""
        with self._naming():
            yield from self._ready(b"").end()

    def _ready(self, chunk: bytes) -> RowReader:
        if self._reader is None:
            from ..media.bodies import row_reader  # most callers never need it

            row, reading, label = self._row, self._reading, Headers(self.answer.raw_headers).get("content-type", "")
            wire, limit = reading.wire_of(label), self._course.setting.choices.max_response_bytes
            try:
                self._reader = row_reader(wire, row, note=reading.note, lenient=reading.lenient, limit=limit)
            except InvalidArgument as error:
                found = f"{wire.upper()} ({label})" if label else wire.upper()
                raise DecodeError(
                    path="$", expected=spell(GenericAlias(list, (row,))), found=found, raw=chunk
                ) from error
        return self._reader

    @contextmanager
    def _naming(self) -> Generator[None]:
        try:
            yield
        except (DecodeError, ResponseTooLarge) as error:
            error.operation, error.status = self._course.operation.name, self.answer.status
            raise
