"""JSONL: a JSON text a line. Empty lines are passed over; rows count from 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from re import compile as regex
from typing import Any, Final

import msgspec

from ..codec import Mender, Note, Oddity, compiler
from ..codec.mismatch import Mismatch
from ..codec.reader import Reader
from ..errors import DecodeError
from .faults import Fault, fault_of
from .pieces import Pieces

_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r"
_BETWEEN_OBJECTS: Final = regex(rb"\}[ \t\r]*,[ \t\r]*\{")
_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class JsonLines:
    """Reads a JSONL body in pieces, as they come; nothing here waits for anything."""

    def __init__(
        self,
        hint: Any,
        as_json: Callable[[bytes, Note], list[Any]],
        *,
        note: Note,
        lenient: bool = False,
        limit: int | None = None,
    ) -> None:
        self._many: Callable[[bytes], list[Any]] = compiler().items(hint)
        self._as_json = as_json
        self._note = note
        self._mender = Mender(compiler().reader(hint), compiler(lenient=True).reader(hint)) if lenient else None
        self._one: Reader = compiler().reader(hint)
        self._limit = limit
        self._rest: list[bytes] = []
        self._size = 0
        self._row = 0
        self._is_json = False
        self._pieces = Pieces(limit)

    def feed(self, data: bytes) -> Iterator[Any]:
        """The rows that are complete now. Raises DecodeError where one cannot be read, after those before it.

        And ResponseTooLarge where a body that has to be whole is too long.
        """
        return chain.from_iterable(self.batches(data))

    def end(self) -> Iterator[Any]:
        """The row that is left, once all pieces were given. Raises DecodeError likewise."""
        return chain.from_iterable(self.last_batches())

    def batches(self, data: bytes) -> Iterator[list[Any]]:
        """What `feed` gives, in lists."""
        if self._is_json:
            self._pieces.add(data)
            return
        cut = data.rfind(b"\n") + 1
        if cut:
            block = b"".join((*self._rest, data[:cut]))
            self._rest, self._size = [], 0
            yield from self._read(block)
        if self._is_json:
            self._pieces.add(data[cut:])
            return
        self._rest.append(data[cut:])
        self._size += len(data) - cut
        if self._limit is not None and self._size > self._limit:
            fault = Fault(0, "", f"a line of at most {self._limit} bytes", "a longer one")
            raise fault.error(self._row + 1, [], data)

    def last_batches(self) -> Iterator[list[Any]]:
        """What `end` gives, in lists."""
        if not self._is_json:
            yield from self._read(b"".join(self._rest))
        if self._is_json:
            found = self._as_json(self._pieces.whole, self._note)
            self._note(Oddity("$", "expected JSONL, found a JSON array"))
            yield found

    def _read(self, block: bytes) -> Iterator[list[Any]]:
        if not self._row:
            block = block.removeprefix(_BOM)
            if block.lstrip()[:1] == b"[" and "array" not in self._one.node.kinds:
                self._is_json = True
                self._pieces.add(block)
                return
        lines = [line for line in block.split(b"\n") if line and not line.isspace()]
        if not lines:
            return
        values = self._together(block, lines)
        if values is None:
            yield from self._one_by_one(lines)
            return
        self._row += len(lines)
        yield values

    def _together(self, block: bytes, lines: list[bytes]) -> list[Any] | None:
        """The values of lines read as one array; None where one of them may not be a whole value by itself."""
        text = b"[%b]" % b",".join(lines)
        try:
            values = self._many(text)
            if len(values) != len(lines):
                return None
            # As many values as lines, though perhaps two in one line and half a one in others. Two objects in one
            # line would have a comma between them.
            if self._one.node.kinds == frozenset(("object",)) and not _BETWEEN_OBJECTS.search(block):
                return values
            return values if list(map(bytes, _split(text))) == [line.strip(_SPACE) for line in lines] else None
        except (Mismatch, RecursionError, msgspec.DecodeError):
            return None

    def _one_by_one(self, lines: list[bytes]) -> Iterator[list[Any]]:
        for line in lines:
            self._row += 1
            yield [self._line(line)]

    def _line(self, line: bytes) -> Any:
        where = f"row {self._row}"
        try:
            mender = self._mender
            if mender is None:
                return self._one(line)
            note = self._note
            return mender(line, lambda odd: note(Oddity(f"{where}, {odd.path}", odd.detail)))
        except Mismatch as mismatch:
            fault = fault_of(mismatch, 0, "")
        except RecursionError:
            fault = Fault(0, "", "JSON", "too deep a nesting")
        if line.lstrip()[:1] == b"<":
            raise DecodeError(path=where, expected="JSON", found="markup", raw=line)
        raise fault.error(self._row, [], line)
