"""From records to models, column by column.

All cells of a column are of one type, so they are read as one JSON array by the codec, in C; then a straight-line
function makes an object of each row. This is several times as fast as going through a dict for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from re import compile as regex
from typing import Any, Final

import msgspec
from attrs import define, field, frozen

from ..codec import Mender, Note, Oddity
from ..codec.annotations import Member
from ..codec.mismatch import Mismatch
from ..codec.node import Node
from ..codec.reader import Reader
from .cutting import columns
from .faults import Fault, fault_of
from .shaping import scalar, shaped
from .tree import parse

Cells = Sequence[str]
Spot = Callable[[int, Oddity], None]
"""Takes note of an oddity in a row."""

_NUMBERS: Final = regex(rb"[-+0-9.eE,]*")
_encode: Final = msgspec.json.Encoder().encode


@frozen(eq=False)
class Column:
    """One member of a model, read from cells."""

    member: Member
    node: Node
    mender: Mender
    strict: Reader

    @property
    def plain(self) -> bool:
        """Whether a cell is its value already."""
        return self.node.python == (str,)

    @property
    def absent(self) -> Any:
        """What stands for a member that is not there, until its default takes its place."""
        return None if self.member.omits_none or self.member.required else msgspec.UNSET

    @property
    def fillable(self) -> bool:
        """Whether a cell may be empty."""
        return not self.member.required or self.member.nullable or "null" in self.node.kinds or self.plain

    @property
    def empty(self) -> Any:
        """The value of an empty cell."""
        if self.member.nullable or "null" in self.node.kinds:
            return None
        if not self.member.required:
            return self.absent
        if self.plain:
            return ""  # an empty text looks like null, which cannot be meant
        return None

    def read(self, cells: Cells, spot: Spot | None) -> Sequence[Any]:
        """The values of cells; `spot` makes it lenient. Raises Fault, whose row is the first one that does not read."""
        if "" not in cells:
            return self._filled(cells, cells, spot)
        if self.plain and self.empty is None:
            return [cell or None for cell in cells]
        if not self.fillable:
            if spot is None:
                raise Fault(cells.index(""), self.member.name, self.node.label, "an empty cell")
            for row in (row for row, cell in enumerate(cells) if not cell):
                spot(row, Oddity(f"column {self.member.name!r}", f"expected {self.node.label}, found an empty cell"))
        empty, values = self.empty, iter(self._filled(list(filter(None, cells)), cells, spot))
        return [next(values) if cell else empty for cell in cells]

    def _filled(self, cells: Cells, column: Cells, spot: Spot | None) -> Sequence[Any]:
        """The values of those cells of a column that are not empty."""
        if self.plain or not cells:
            return cells
        text = self._json(cells)
        try:
            values: Sequence[Any] = (
                self.strict(text) if spot is None else self.mender(text, self._spotting(spot, column))
            )
        except Mismatch as mismatch:
            failed: Mismatch | None = mismatch
        except RecursionError:
            failed = None
        else:
            return values
        row, why = self._first_failing(cells, failed)
        raise fault_of(why, _filled_rows(column)[row], self.member.name)

    def _spotting(self, spot: Spot, column: Cells) -> Note:
        rows: list[int] = []

        def note(oddity: Oddity) -> None:
            if not rows:
                rows.extend(_filled_rows(column))
            row, _, inner = oddity.path.removeprefix("$[").partition("]")
            where = f"column {self.member.name!r}" + (f", ${inner}" if inner else "")
            spot(rows[int(row)], Oddity(where, oddity.detail))

        return note

    def _json(self, cells: Cells) -> bytes:
        node = self.node
        if node.kinds <= {"int", "float", "null"}:
            joined = ",".join(cells).encode()
            if _NUMBERS.fullmatch(joined) and joined.count(b",") == len(cells) - 1:
                return b"[%b]" % joined
        elif node.kinds <= {"str", "null"}:
            return _encode([scalar(cell, node) for cell in cells] if _needs_care(node) else cells)
        return b"[%b]" % b",".join([self._cell(cell) for cell in cells])

    def _cell(self, cell: str) -> bytes:
        try:
            return _encode(shaped(_tree(cell, self.node), self.node))
        except (Mismatch, RecursionError):
            return _encode(cell)  # it is refused by the type: `_first_failing` says why

    def _first_failing(self, cells: Cells, known: Mismatch | None) -> tuple[int, Mismatch]:
        steps = known.steps if known else []
        if known and steps and isinstance(steps[-1], int) and steps[-1] < len(cells):
            row = steps.pop()
            assert isinstance(row, int)  # noqa: S101 - for type checkers
            return row, self._why(cells[row]) or known
        for row, cell in enumerate(cells):
            if why := self._why(cell):
                return row, why
        return 0, known or Mismatch(self.node.label, "too deep a nesting")

    def _why(self, cell: str) -> Mismatch | None:
        """What is wrong with a cell alone."""
        try:
            self.strict(_encode([shaped(_tree(cell, self.node), self.node)]))
        except Mismatch as mismatch:
            if mismatch.steps:
                mismatch.steps.pop()  # the index in the list of one
            return mismatch.under(secret=self.member.secret)
        except RecursionError:
            return Mismatch(self.node.label, "too deep a nesting")
        return None


def _filled_rows(column: Cells) -> list[int]:
    return [row for row, cell in enumerate(column) if cell]


def _needs_care(node: Node) -> bool:
    return any(cls.__name__ == "datetime" for cls in node.python)


def _tree(cell: str, node: Node) -> Any:
    """A cell is JSV only where its type has parts; a text may well begin with a bracket."""
    return parse(cell) if cell[:1] in ("[", "{") and not node.kinds <= {"str", "null"} else cell


@define(eq=False)
class _Spots:
    """Keeps what is noted until it is certain that the rows will be read."""

    found: list[tuple[int, Oddity]] = field(factory=list[tuple[int, Oddity]])

    def __call__(self, row: int, oddity: Oddity) -> None:
        self.found.append((row, oddity))

    def tell(self, note: Note, first: int) -> None:
        for row, oddity in self.found:
            note(Oddity(f"row {first + row}, {oddity.path}", oddity.detail))


@define(eq=False)
class Columns:
    """What reads the rows below one header."""

    names: list[str]
    """As the header has them."""

    _columns: list[tuple[Column, int | None]]
    """Of each member, and where its cells are."""

    _build: Callable[..., list[Any]]
    _note: Note | None

    def quick(self, block: bytes, first: int) -> list[Any] | None:
        """The objects of a block without faults; None where it must be looked at record by record."""
        cells = columns(block, len(self.names))
        if cells is None:
            return None
        spots = None if self._note is None else _Spots()
        try:
            found = self._objects(cells, spots)
        except Fault:
            return None
        if spots is not None and self._note is not None:
            spots.tell(self._note, first)
        return found

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], Fault | None]:
        """The objects of records, of which row `first` is the first; if one cannot be read, those before it and why."""
        fault: Fault | None = None
        width = len(self.names)
        if {*map(len, records)} - {width}:
            row = next(row for row, record in enumerate(records) if len(record) != width)
            seen = "1 cell" if len(records[row]) == 1 else f"{len(records[row])} cells"
            fault = Fault(row, "", f"{width} cells" if width > 1 else "1 cell", seen)
            records = records[:row]
        while records:
            spots = None if self._note is None else _Spots()
            try:
                found = self._objects(list(zip(*records, strict=True)), spots)
            except Fault as earlier:
                fault = earlier
                records = records[: earlier.row]
                continue
            if spots is not None and self._note is not None:
                spots.tell(self._note, first)
            return found, fault
        return [], fault

    def _objects(self, cells: Sequence[Cells], spot: Spot | None) -> list[Any]:
        values: list[Iterable[Any]] = []
        worst: Fault | None = None
        for column, place in self._columns:
            try:
                values.append(repeat(column.absent) if place is None else column.read(cells[place], spot))
            except Fault as fault:
                worst = fault if worst is None or fault.row < worst.row else worst
        if worst is not None:
            raise worst
        return self._build(len(cells[0]), *values)
