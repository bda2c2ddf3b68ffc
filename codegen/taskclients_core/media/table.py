"""Tables of rows as models: column by column where the type is a plain model, else row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from re import compile as regex
from textwrap import indent
from typing import Any, Final

import msgspec
from attrs import define, field, frozen

from ..codec import Deviation, LenientReader, OnDeviation, get_compiler
from ..codec.annotations import Member
from ..codec.mismatch import Mismatch, shortened
from ..codec.node import Model, Node, Shape, TaggedUnion, UntaggedUnion
from ..codec.reader import Reader
from ..codec.wire_struct import emit_assignment, emit_default
from ..type_check import format_type
from .buffer import RowError, row_error
from .jsv import parse_jsv, scalar_value, to_json_value, wire_names

_MARK: Final = '"'
"""Stands for a cell in quotes while it is out: no other cell has a quote."""
_DOUBLED: Final = "\0"
"""Stands for a quote within quotes while text is cut at the others."""


def split_columns(block: bytes, width: int) -> list[list[str]] | None:
    """The cells of a block, column by column; None where that is not quick to say, or rows are not of this width."""
    try:
        text = block.decode().removesuffix("\n")
    except UnicodeDecodeError:
        return None
    quoted: list[str] = []
    if b'"' in block:
        taken = _taken(text)
        if taken is None:
            return None
        text, quoted = taken
    # Cut once, at commas alone: line feeds stay, each before the first cell of its row, and prove the width.
    cells = text.replace("\n", ",\n").split(",")
    first = "".join(cells[::width]).split("\n")
    if len(cells) != len(first) * width or len(first) != text.count("\n") + 1:
        return None
    found = [first, *(cells[place::width] for place in range(1, width))]
    if "\r" in text:
        found[-1] = [cell.removesuffix("\r") for cell in found[-1]]
    if quoted:
        _fill(found, quoted)
    return found


def _taken(text: str) -> tuple[str, list[str]] | None:
    """A text with a mark for each cell in quotes, and those cells; None unless all quotes begin or end a cell."""
    parts = text.split('"')
    doubled = "" in parts[1:-1]
    if doubled:
        if _DOUBLED in text:
            return None
        # Of three at the beginning of a cell, the first one opens it.
        text = text.replace(',"""', f',"{_DOUBLED}').replace('\n"""', f'\n"{_DOUBLED}')
        parts = text.replace('""', _DOUBLED).split('"')
    outside, inside = _MARK.join(parts[::2]), parts[1::2]
    if len(parts) % 2 == 0 or _DOUBLED in outside or not _alone(outside, len(inside)):
        return None
    return outside, [cell.replace(_DOUBLED, '"') for cell in inside] if doubled else inside


def _alone(text: str, count: int) -> bool:
    """Whether each of so many marks is all of its cell."""
    if text.count(',",') == count:  # quick to see where none of them begins or ends a row, or follows another
        return True
    begun = text.count(',"') + text.count('\n"') + text.startswith('"')
    ended = text.count('",') + text.count('"\n') + text.count('"\r\n') + text.endswith(('"', '"\r'))
    return begun == ended == count


def _fill(found: list[list[str]], quoted: list[str]) -> None:
    """Put cells in quotes where their marks are; they come row by row."""
    places = [place for place, cells in enumerate(found) if _MARK in cells]
    values = iter(quoted)
    rows = zip(*(found[place] for place in places), strict=True)
    filled = [next(values) if cell == _MARK else cell for cell in chain.from_iterable(rows)]
    for at, place in enumerate(places):
        found[place] = filled[at :: len(places)]


Cells = Sequence[str]
OnRowDeviation = Callable[[int, Deviation], None]
"""Takes note of an oddity in a row."""

_NUMBERS: Final = regex(rb"[-+0-9.eE,]*")
_encode: Final = msgspec.json.Encoder().encode


@frozen(eq=False)
class Column:
    """One member of a model, read from cells."""

    member: Member
    node: Node
    mender: LenientReader
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

    def read(self, cells: Cells, spot: OnRowDeviation | None) -> Sequence[Any]:
        """The values of cells; `spot` makes it lenient. Raises Fault, whose row is the first one that does not read."""
        if "" not in cells:
            return self._filled(cells, cells, spot)
        if self.plain and self.empty is None:
            return [cell or None for cell in cells]
        if not self.fillable:
            if spot is None:
                raise RowError(cells.index(""), self.member.name, self.node.label, "an empty cell")
            for row in (row for row, cell in enumerate(cells) if not cell):
                spot(row, Deviation(f"column {self.member.name!r}", f"expected {self.node.label}, found an empty cell"))
        empty, values = self.empty, iter(self._filled(list(filter(None, cells)), cells, spot))
        return [next(values) if cell else empty for cell in cells]

    def _filled(self, cells: Cells, column: Cells, spot: OnRowDeviation | None) -> Sequence[Any]:
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
        raise row_error(why, _filled_rows(column)[row], self.member.name)

    def _spotting(self, spot: OnRowDeviation, column: Cells) -> OnDeviation:
        rows: list[int] = []

        def note(oddity: Deviation) -> None:
            if not rows:
                rows.extend(_filled_rows(column))
            row, _, inner = oddity.path.removeprefix("$[").partition("]")
            where = f"column {self.member.name!r}" + (f", ${inner}" if inner else "")
            spot(rows[int(row)], Deviation(where, oddity.detail))

        return note

    def _json(self, cells: Cells) -> bytes:
        node = self.node
        if node.kinds <= {"int", "float", "null"}:
            joined = ",".join(cells).encode()
            if _NUMBERS.fullmatch(joined) and joined.count(b",") == len(cells) - 1:
                return b"[%b]" % joined
        elif node.kinds <= {"str", "null"}:
            return _encode([scalar_value(cell, node) for cell in cells] if _needs_care(node) else cells)
        return b"[%b]" % b",".join([self._cell(cell) for cell in cells])

    def _cell(self, cell: str) -> bytes:
        try:
            return _encode(to_json_value(_tree(cell, self.node), self.node))
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
            self.strict(_encode([to_json_value(_tree(cell, self.node), self.node)]))
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
    return parse_jsv(cell) if cell[:1] in ("[", "{") and not node.kinds <= {"str", "null"} else cell


@define(eq=False)
class _Spots:
    """Keeps what is noted until it is certain that the rows will be read."""

    found: list[tuple[int, Deviation]] = field(factory=list[tuple[int, Deviation]])

    def __call__(self, row: int, oddity: Deviation) -> None:
        self.found.append((row, oddity))

    def tell(self, note: OnDeviation, first: int) -> None:
        for row, oddity in self.found:
            note(Deviation(f"row {first + row}, {oddity.path}", oddity.detail))


@define(eq=False)
class ColumnReader:
    """What reads the rows below one header."""

    names: list[str]
    """As the header has them."""

    _columns: list[tuple[Column, int | None]]
    """Of each member, and where its cells are."""

    _build: Callable[..., list[Any]]
    _note: OnDeviation | None

    def read_fast(self, block: bytes, first: int) -> list[Any] | None:
        """The objects of a block without faults; None where it must be looked at record by record."""
        cells = split_columns(block, len(self.names))
        if cells is None:
            return None
        spots = None if self._note is None else _Spots()
        try:
            found = self._objects(cells, spots)
        except RowError:
            return None
        if spots is not None and self._note is not None:
            spots.tell(self._note, first)
        return found

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], RowError | None]:
        """The objects of records, of which row `first` is the first; if one cannot be read, those before it and why."""
        fault: RowError | None = None
        width = len(self.names)
        if {*map(len, records)} - {width}:
            row = next(row for row, record in enumerate(records) if len(record) != width)
            seen = "1 cell" if len(records[row]) == 1 else f"{len(records[row])} cells"
            fault = RowError(row, "", f"{width} cells" if width > 1 else "1 cell", seen)
            records = records[:row]
        while records:
            spots = None if self._note is None else _Spots()
            try:
                found = self._objects(list(zip(*records, strict=True)), spots)
            except RowError as earlier:
                fault = earlier
                records = records[: earlier.row]
                continue
            if spots is not None and self._note is not None:
                spots.tell(self._note, first)
            return found, fault
        return [], fault

    def _objects(self, cells: Sequence[Cells], spot: OnRowDeviation | None) -> list[Any]:
        values: list[Iterable[Any]] = []
        worst: RowError | None = None
        for column, place in self._columns:
            try:
                values.append(repeat(column.absent) if place is None else column.read(cells[place], spot))
            except RowError as fault:
                worst = fault if worst is None or fault.row < worst.row else worst
        if worst is not None:
            raise worst
        return self._build(len(cells[0]), *values)


_LISTED: Final = 5
_EXCERPT: Final = 60


@define(eq=False)
class TableReader:
    """What reads tables of one type of row."""

    hint: Any
    node: Node
    _columns: dict[str, Column] = field(factory=dict[str, Column])
    _build: Callable[..., list[Any]] | None = None

    def reader_for_header(self, header: list[str], note: OnDeviation | None) -> ColumnReader | RowByRowReader:
        """The reader of the rows below a header; `note` makes it a lenient one. Raises Fault."""
        names = [name.strip() for name in header]
        self._look(names)
        model = self.node.shape
        if not isinstance(model, Model) or model.extra or model.tag:
            strict = get_compiler().items(self.hint)
            mender = LenientReader(strict, get_compiler(lenient=True).items(self.hint))
            return RowByRowReader(names, self.node, strict, None if note is None else mender, note)
        known = wire_names(model)
        places: dict[str, int] = {}
        for index, name in enumerate(names):
            wire = name if name in model.known else known.get(name.lower())
            if wire is not None:
                places.setdefault(wire, index)
        compiled = self._compiled(model)
        for name in _required(model):
            if name not in places:
                if note is None:
                    raise RowError(0, name, "a required column", "nothing")
                note(Deviation(f"header, column {name!r}", "expected a required column, found nothing"))
        build = self._build = self._build or _builder(model)
        return ColumnReader(names, [(compiled[m.name], places.get(m.name)) for m in model.members], build, note)

    def _look(self, names: list[str]) -> None:
        """Raises Fault for a header of no such table: often it is the text of something else altogether."""
        known = _members(self.node)
        seen: set[str] = set()
        twice: str | None = None
        for name in names:
            if twice is None and name.lower() in seen:
                twice = name
            seen.add(name.lower())
        if known and seen.isdisjoint(map(str.lower, known)):
            listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
            found = shortened(repr(",".join(names)[: _EXCERPT + 1]), _EXCERPT)
            raise RowError(0, "", f"columns of {format_type(self.hint)} ({listed})", found)
        if twice is not None:
            raise RowError(0, twice, "each column once", "two of this name")
        required = _required(self.node.shape)
        if required and seen.isdisjoint(map(str.lower, required)):
            raise RowError(0, required[0], "a required column", "nothing")

    def _compiled(self, model: Model) -> dict[str, Column]:
        if not self._columns:
            for member in model.members:
                strict = get_compiler().items(member.type, member.scope)
                lenient = get_compiler(lenient=True).items(member.type, member.scope)
                self._columns[member.name] = Column(
                    member, model.nodes[member.name], LenientReader(strict, lenient), strict
                )
        return self._columns


@define(eq=False)
class RowByRowReader:
    """The longer way: each row an object of JSON."""

    names: list[str]
    _node: Node
    _strict: Reader
    _mender: LenientReader | None
    _note: OnDeviation | None
    _row: int = 0

    def read_fast(self, block: bytes, first: int) -> None:  # noqa: ARG002 - as `ColumnReader` has it
        """There is no quick way."""
        return

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], RowError | None]:
        """The objects of records, of which row `first` is the first; if one cannot be read, those before it and why."""
        found: list[Any] = []
        width = len(self.names)
        for row, record in enumerate(records):
            if len(record) != width:
                return found, RowError(row, "", f"{width} cells", f"{len(record)} cells")
            self._row = first + row
            try:
                found += self._object(record)
            except Mismatch as mismatch:
                steps = mismatch.steps[:-1]
                column = steps.pop() if steps else ""
                mismatch.steps[:] = steps
                return found, row_error(mismatch, row, str(column))
            except RecursionError:
                return found, RowError(row, "", self._node.label, "too deep a nesting")
        return found, None

    def _object(self, record: list[str]) -> list[Any]:
        pairs = zip(self.names, record, strict=True)
        cells = {name: parse_jsv(cell) if cell[:1] in ("[", "{") else cell for name, cell in pairs}
        text = _encode(to_json_value([cells], self._strict.node))
        found: list[Any] = self._strict(text) if self._mender is None else self._mender(text, self._spot)
        return found

    def _spot(self, oddity: Deviation) -> None:
        if self._note is not None:
            self._note(Deviation(f"row {self._row}, ${oddity.path.removeprefix('$[0]')}", oddity.detail))


def _members(node: Node) -> list[str]:
    """The names that columns of a type have; none where they may have any."""
    shape = node.shape
    if isinstance(shape, Model):
        return list(wire_names(shape).values())
    if isinstance(shape, TaggedUnion):
        inner = [list(wire_names(model).values()) for model in shape.models.values()]
        return list(dict.fromkeys([shape.property, *chain.from_iterable(inner)]))
    if isinstance(shape, UntaggedUnion):
        inner = [_members(each) for each in shape.nodes if "object" in each.kinds]
        return list(dict.fromkeys(chain.from_iterable(inner))) if all(inner) else []
    return []


def _required(shape: Shape) -> list[str]:
    """The columns that must be there: null may as well be absent."""
    if not isinstance(shape, Model):
        return []
    return [member.name for member in shape.members if member.required and not member.nullable]


def _builder(model: Model) -> Callable[..., list[Any]]:
    """A function that makes objects of the values of their members: as if written by hand, one statement each."""
    space = get_compiler().namespace
    cls, name = space.add("row_class", model.cls), space.reserve("build_rows")
    values = [f"v{number}" for number in range(len(model.members))]
    body = ""
    for member, value in zip(model.members, values, strict=True):
        default = emit_default(member, space)
        body += emit_assignment(
            model, member.attribute, f"{default} if {value} is UNSET else {value}" if default else value
        )
    sources = [f"c{number}" for number in range(len(values))]
    space.define(
        f"def {name}({', '.join(['count', *sources])}):\n"
        f"    rows = list(starmap(new, repeat(({cls},), count)))\n"
        f"    for {', '.join(['o', *values])} in zip({', '.join(['rows', *sources])}):\n"
        f"{indent(body or 'pass', '        ')}\n"
        "    return rows"
    )
    build: Callable[..., list[Any]] = space[name]
    return build
