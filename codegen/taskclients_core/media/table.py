"""Conversion of CSV records to models: by column if the row type is a plain model, else row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from re import compile as regex
from textwrap import indent
from typing import Any, Final

import msgspec
from attrs import define, field, frozen

from ..codec import Deviation, OnDeviation, get_compiler
from ..codec.lenient import LenientReader
from ..codec.mismatch import Mismatch, shortened
from ..codec.node import Model, Node, Shape, TaggedUnion, UntaggedUnion
from ..codec.reader import Reader
from ..codec.wire_struct import emit_assignment, emit_default
from ..model import Member, format_type
from .buffer import RowError, row_error
from .jsv import parse_jsv, scalar_value, to_json_value, wire_names

_MARK: Final = '"'
"""Placeholder of a quoted cell; no other cell contains a quote."""
_DOUBLED: Final = "\0"
"""Placeholder of an escaped quote while the text is split at the other quotes."""


def split_columns(block: bytes, width: int) -> list[list[str]] | None:
    """Split a block into columns of cells; None if the fast path does not apply or a row has another width."""
    try:
        text = block.decode().removesuffix("\n")
    except UnicodeDecodeError:
        return None
    quoted: list[str] = []
    if b'"' in block:
        extracted = _extract_quoted(text)
        if extracted is None:
            return None
        text, quoted = extracted
    # Split at commas only: each line feed stays before the first cell of its row, which proves the width.
    cells = text.replace("\n", ",\n").split(",")
    first = "".join(cells[::width]).split("\n")
    if len(cells) != len(first) * width or len(first) != text.count("\n") + 1:
        return None
    found = [first, *(cells[index::width] for index in range(1, width))]
    if "\r" in text:
        found[-1] = [cell.removesuffix("\r") for cell in found[-1]]
    if quoted:
        _fill(found, quoted)
    return found


def _extract_quoted(text: str) -> tuple[str, list[str]] | None:
    """Replace each quoted cell by a mark and return the cells; None unless every quote begins or ends a cell."""
    parts = text.split('"')
    doubled = "" in parts[1:-1]
    if doubled:
        if _DOUBLED in text:
            return None
        # Of three quotes at the beginning of a cell, the first one opens it.
        text = text.replace(',"""', f',"{_DOUBLED}').replace('\n"""', f'\n"{_DOUBLED}')
        parts = text.replace('""', _DOUBLED).split('"')
    outside, inside = _MARK.join(parts[::2]), parts[1::2]
    if len(parts) % 2 == 0 or _DOUBLED in outside or not _marks_are_cells(outside, len(inside)):
        return None
    return outside, [cell.replace(_DOUBLED, '"') for cell in inside] if doubled else inside


def _marks_are_cells(text: str, count: int) -> bool:
    """Return True if each of `count` marks is a whole cell."""
    if text.count(',",') == count:  # fast check: no mark begins or ends a row or follows another
        return True
    begun = text.count(',"') + text.count('\n"') + text.startswith('"')
    ended = text.count('",') + text.count('"\n') + text.count('"\r\n') + text.endswith(('"', '"\r'))
    return begun == ended == count


def _fill(found: list[list[str]], quoted: list[str]) -> None:
    """Replace the marks by the quoted cells, which are in the order of rows."""
    indexes = [index for index, cells in enumerate(found) if _MARK in cells]
    values = iter(quoted)
    rows = zip(*(found[index] for index in indexes), strict=True)
    filled = [next(values) if cell == _MARK else cell for cell in chain.from_iterable(rows)]
    for at, index in enumerate(indexes):
        found[index] = filled[at :: len(indexes)]


Cells = Sequence[str]
OnRowDeviation = Callable[[int | None, Deviation], None]
"""Receives the index of a row, None if it is unknown, and a deviation in it."""

_NUMBERS: Final = regex(rb"[-+0-9.eE,]*")
_encode: Final = msgspec.json.Encoder().encode


@frozen(eq=False)
class Column:
    """Column of cells that holds one member of a model."""

    member: Member
    node: Node
    lenient: LenientReader
    strict: Reader

    @property
    def plain(self) -> bool:
        """True if a cell's text is its value."""
        return self.node.python == (str,)

    @property
    def absent(self) -> Any:
        """Value of a missing column; UNSET is replaced by the member's default."""
        return None if self.member.omits_none or self.member.required else msgspec.UNSET

    @property
    def fillable(self) -> bool:
        """True if a cell may be empty."""
        return not self.member.required or self.member.nullable or "null" in self.node.kinds or self.plain

    @property
    def empty(self) -> Any:
        """Value of an empty cell."""
        if self.member.nullable or "null" in self.node.kinds:
            return None
        if not self.member.required:
            return self.absent
        if self.plain:
            return ""  # the cell is an empty text, because the member is not nullable
        return None

    def read(self, cells: Cells, note: OnRowDeviation | None) -> Sequence[Any]:
        """Decode cells; leniently if `note` is given. Raises RowError for the first cell that cannot be read."""
        if "" not in cells:
            return self._decode_filled(cells, cells, note)
        if self.plain and self.empty is None:
            return [cell or None for cell in cells]
        if not self.fillable:
            if note is None:
                raise RowError(cells.index(""), self.member.name, self.node.label, "an empty cell")
            for row in (row for row, cell in enumerate(cells) if not cell):
                note(row, Deviation(f"column {self.member.name!r}", f"expected {self.node.label}, found an empty cell"))
        empty, values = self.empty, iter(self._decode_filled(list(filter(None, cells)), cells, note))
        return [next(values) if cell else empty for cell in cells]

    def _decode_filled(self, cells: Cells, column: Cells, note: OnRowDeviation | None) -> Sequence[Any]:
        """Decode `cells`: those of `column` that are not empty."""
        if self.plain or not cells:
            return cells
        text = self._json(cells)
        try:
            values: Sequence[Any] = (
                self.strict(text) if note is None else self.lenient(text, self._note_of_column(note, column))
            )
        except Mismatch as mismatch:
            failed: Mismatch | None = mismatch
        except RecursionError:
            failed = None
        else:
            return values
        row, reason = self._first_failing(cells, failed)
        raise row_error(reason, _filled_rows(column)[row], self.member.name)

    def _note_of_column(self, note: OnRowDeviation, column: Cells) -> OnDeviation:
        rows: list[int] = []

        def note_deviation(deviation: Deviation) -> None:
            if deviation.path == "$":
                note(None, Deviation(f"column {self.member.name!r}", deviation.detail))
                return
            if not rows:
                rows.extend(_filled_rows(column))
            row, _, inner = deviation.path.removeprefix("$[").partition("]")
            location = f"column {self.member.name!r}" + (f", ${inner}" if inner else "")
            note(rows[int(row)], Deviation(location, deviation.detail))

        return note_deviation

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
            return _encode(cell)  # the type refuses it, and `_first_failing` finds the reason

    def _first_failing(self, cells: Cells, known: Mismatch | None) -> tuple[int, Mismatch]:
        steps = known.steps if known else []
        if known and steps and isinstance(steps[-1], int) and steps[-1] < len(cells):
            row = steps.pop()
            assert isinstance(row, int)  # noqa: S101 - for type checkers
            return row, self._mismatch_of(cells[row]) or known
        for row, cell in enumerate(cells):
            if reason := self._mismatch_of(cell):
                return row, reason
        return 0, known or Mismatch(self.node.label, "text nested too deeply")

    def _mismatch_of(self, cell: str) -> Mismatch | None:
        """Return the mismatch of a single cell, None if it can be read."""
        try:
            self.strict(_encode([to_json_value(_tree(cell, self.node), self.node)]))
        except Mismatch as mismatch:
            if mismatch.steps:
                mismatch.steps.pop()  # the index in the list of one
            return mismatch.under(secret=self.member.secret)
        except RecursionError:
            return Mismatch(self.node.label, "text nested too deeply")
        return None


def _filled_rows(column: Cells) -> list[int]:
    return [row for row, cell in enumerate(column) if cell]


def _needs_care(node: Node) -> bool:
    return any(cls.__name__ == "datetime" for cls in node.python)


def _tree(cell: str, node: Node) -> Any:
    """Parse a cell as JSV if its type is an object or list; a text may begin with a bracket as well."""
    return parse_jsv(cell) if cell[:1] in ("[", "{") and not node.kinds <= {"str", "null"} else cell


@define(eq=False)
class _RowDeviations:
    """Collects deviations until all rows of the block are decoded."""

    found: list[tuple[int | None, Deviation]] = field(factory=list[tuple[int | None, Deviation]])

    def __call__(self, row: int | None, deviation: Deviation) -> None:
        self.found.append((row, deviation))

    def report(self, note: OnDeviation, first: int) -> None:
        for row, deviation in self.found:
            location = "" if row is None else f"row {first + row}, "
            note(Deviation(location + deviation.path, deviation.detail))


@define(eq=False)
class ColumnReader:
    """Reader of the rows below one header, by column."""

    names: list[str]
    """Column names as in the header."""

    _columns: list[tuple[Column, int | None]]
    """Column of each member, and its index in the table; None if the table does not have it."""

    _build: Callable[..., list[Any]]
    _note: OnDeviation | None

    def read_fast(self, block: bytes, first: int) -> list[Any] | None:
        """Decode a block on the fast path; None if it must be split into records, for example because of an error."""
        cells = split_columns(block, len(self.names))
        if cells is None:
            return None
        deviations = None if self._note is None else _RowDeviations()
        try:
            found = self._objects(cells, deviations)
        except RowError:
            return None
        if deviations is not None and self._note is not None:
            deviations.report(self._note, first)
        return found

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], RowError | None]:
        """Decode records, the first being row `first`. If one fails, return the objects before it and the error."""
        error: RowError | None = None
        width = len(self.names)
        if {*map(len, records)} - {width}:
            row = next(row for row, record in enumerate(records) if len(record) != width)
            seen = "1 cell" if len(records[row]) == 1 else f"{len(records[row])} cells"
            error = RowError(row, "", f"{width} cells" if width > 1 else "1 cell", seen)
            records = records[:row]
        while records:
            deviations = None if self._note is None else _RowDeviations()
            try:
                found = self._objects(list(zip(*records, strict=True)), deviations)
            except RowError as earlier:
                error = earlier
                records = records[: earlier.row]
                continue
            if deviations is not None and self._note is not None:
                deviations.report(self._note, first)
            return found, error
        return [], error

    def _objects(self, cells: Sequence[Cells], note: OnRowDeviation | None) -> list[Any]:
        values: list[Iterable[Any]] = []
        first: RowError | None = None
        for column, index in self._columns:
            try:
                values.append(repeat(column.absent) if index is None else column.read(cells[index], note))
            except RowError as error:
                first = error if first is None or error.row < first.row else first
        if first is not None:
            raise first
        return self._build(len(cells[0]), *values)


_LISTED: Final = 5
_EXCERPT: Final = 60


@define(eq=False)
class TableReader:
    """Reader of tables with one type of row."""

    hint: Any
    node: Node
    _columns: dict[str, Column] = field(factory=dict[str, Column])
    _build: Callable[..., list[Any]] | None = None

    def reader_for_header(self, header: list[str], note: OnDeviation | None) -> ColumnReader | RowByRowReader:
        """Return the reader of the rows below a header; a lenient one if `note` is given. Raises RowError."""
        names = [name.strip() for name in header]
        self._check_header(names)
        model = self.node.shape
        if not isinstance(model, Model) or model.extra or model.tag:
            strict = get_compiler().items(self.hint)
            lenient = LenientReader(strict, get_compiler(lenient=True).items(self.hint))
            return RowByRowReader(names, self.node, strict, None if note is None else lenient, note)
        known = wire_names(model)
        indexes: dict[str, int] = {}
        for index, name in enumerate(names):
            wire = name if name in model.known else known.get(name.lower())
            if wire is not None:
                indexes.setdefault(wire, index)
        compiled = self._compiled(model)
        for name in _required(model):
            if name not in indexes:
                if note is None:
                    raise RowError(0, name, "a required column", "nothing")
                note(Deviation(f"header, column {name!r}", "expected a required column, found nothing"))
        build = self._build = self._build or _builder(model)
        return ColumnReader(names, [(compiled[m.name], indexes.get(m.name)) for m in model.members], build, note)

    def has_all_columns(self, names: list[str]) -> bool:
        """Return True if a header has a column for every member of the row type, so that it was not cut."""
        return {name.lower() for name in names}.issuperset(map(str.lower, _members(self.node)))

    def _check_header(self, names: list[str]) -> None:
        """Raise RowError if the header is not that of such a table, for example because the body is not CSV."""
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
    """Reader of rows as JSON objects, one by one, for types that are not plain models."""

    names: list[str]
    _node: Node
    _strict: Reader
    _lenient_reader: LenientReader | None
    _note: OnDeviation | None
    _row: int = 0

    def read_fast(self, block: bytes, first: int) -> None:  # noqa: ARG002 - as `ColumnReader` has it
        """Return None: there is no fast path."""
        return

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], RowError | None]:
        """Decode records, the first being row `first`. If one fails, return the objects before it and the error."""
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
                return found, RowError(row, "", self._node.label, "text nested too deeply")
        return found, None

    def _object(self, record: list[str]) -> list[Any]:
        pairs = zip(self.names, record, strict=True)
        cells = {name: parse_jsv(cell) if cell[:1] in ("[", "{") else cell for name, cell in pairs}
        text = _encode(to_json_value([cells], self._strict.node))
        found: list[Any] = (
            self._strict(text) if self._lenient_reader is None else self._lenient_reader(text, self._note_row)
        )
        return found

    def _note_row(self, deviation: Deviation) -> None:
        if self._note is not None:
            path = deviation.path.removeprefix("$").removeprefix("[0]")
            self._note(Deviation(f"row {self._row}, ${path}", deviation.detail))


def _members(node: Node) -> list[str]:
    """Return the column names of a type; empty if it accepts any."""
    shape = node.shape
    if isinstance(shape, Model):
        return list(wire_names(shape).values())
    if isinstance(shape, TaggedUnion):
        inner = [list(wire_names(model).values()) for model in shape.models()]
        return list(dict.fromkeys([shape.property, *chain.from_iterable(inner)]))
    if isinstance(shape, UntaggedUnion):
        inner = [_members(each) for each in shape.nodes if "object" in each.kinds]
        return list(dict.fromkeys(chain.from_iterable(inner))) if all(inner) else []
    return []


def _required(shape: Shape) -> list[str]:
    """Return the required columns. A nullable one is not required, because null looks like absence."""
    if not isinstance(shape, Model):
        return []
    return [member.name for member in shape.members if member.required and not member.nullable]


def _builder(model: Model) -> Callable[..., list[Any]]:
    """Generate a function that creates objects from columns of values, with one assignment for each member."""
    namespace = get_compiler().namespace
    cls, name = namespace.add("row_class", model.cls), namespace.reserve("build_rows")
    values = [f"v{number}" for number in range(len(model.members))]
    body = ""
    for member, value in zip(model.members, values, strict=True):
        default = emit_default(member, namespace)
        body += emit_assignment(
            model, member.attribute, f"{default} if {value} is UNSET else {value}" if default else value
        )
    sources = [f"c{number}" for number in range(len(values))]
    namespace.define(
        f"def {name}({', '.join(['count', *sources])}):\n"
        f"    rows = list(starmap(new, repeat(({cls},), count)))\n"
        f"    for {', '.join(['o', *values])} in zip({', '.join(['rows', *sources])}):\n"
        f"{indent(body or 'pass', '        ')}\n"
        "    return rows"
    )
    build: Callable[..., list[Any]] = namespace[name]
    return build
