"""What reads tables of one type of row: column by column where the type is a plain model, and else row by row."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from textwrap import indent
from typing import Any, Final

import msgspec
from attrs import define, field

from ..codec import Mender, Note, Oddity, compiler
from ..codec.mismatch import Mismatch, shortened
from ..codec.node import Choices, Model, Node, Shape, Tagged
from ..codec.reader import Reader
from ..codec.statements import default_of, setting
from ..fitting import spell
from .columns import Column, Columns
from .faults import Fault, fault_of
from .shaping import shaped, wire_names
from .tree import parse

_LISTED: Final = 5
_EXCERPT: Final = 60
_encode: Final = msgspec.json.Encoder().encode


@define(eq=False)
class Table:
    """What reads tables of one type of row."""

    hint: Any
    node: Node
    _columns: dict[str, Column] = field(factory=dict[str, Column])
    _build: Callable[..., list[Any]] | None = None

    def below(self, header: list[str], note: Note | None) -> Columns | Rows:
        """The reader of the rows below a header; `note` makes it a lenient one. Raises Fault."""
        names = [name.strip() for name in header]
        self._look(names)
        model = self.node.shape
        if not isinstance(model, Model) or model.extra or model.tag:
            strict = compiler().items(self.hint)
            mender = Mender(strict, compiler(lenient=True).items(self.hint))
            return Rows(names, self.node, strict, None if note is None else mender, note)
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
                    raise Fault(0, name, "a required column", "nothing")
                note(Oddity(f"header, column {name!r}", "expected a required column, found nothing"))
        build = self._build = self._build or _builder(model)
        return Columns(names, [(compiled[m.name], places.get(m.name)) for m in model.members], build, note)

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
            raise Fault(0, "", f"columns of {spell(self.hint)} ({listed})", found)
        if twice is not None:
            raise Fault(0, twice, "each column once", "two of this name")
        required = _required(self.node.shape)
        if required and seen.isdisjoint(map(str.lower, required)):
            raise Fault(0, required[0], "a required column", "nothing")

    def _compiled(self, model: Model) -> dict[str, Column]:
        if not self._columns:
            for member in model.members:
                strict = compiler().items(member.type, member.scope)
                lenient = compiler(lenient=True).items(member.type, member.scope)
                self._columns[member.name] = Column(member, model.nodes[member.name], Mender(strict, lenient), strict)
        return self._columns


@define(eq=False)
class Rows:
    """The longer way: each row an object of JSON."""

    names: list[str]
    _node: Node
    _strict: Reader
    _mender: Mender | None
    _note: Note | None
    _row: int = 0

    def quick(self, block: bytes, first: int) -> None:  # noqa: ARG002 - as `Columns` has it
        """There is no quick way."""
        return

    def read(self, records: list[list[str]], first: int) -> tuple[list[Any], Fault | None]:
        """The objects of records, of which row `first` is the first; if one cannot be read, those before it and why."""
        found: list[Any] = []
        width = len(self.names)
        for row, record in enumerate(records):
            if len(record) != width:
                return found, Fault(row, "", f"{width} cells", f"{len(record)} cells")
            self._row = first + row
            try:
                found += self._object(record)
            except Mismatch as mismatch:
                steps = mismatch.steps[:-1]
                column = steps.pop() if steps else ""
                mismatch.steps[:] = steps
                return found, fault_of(mismatch, row, str(column))
            except RecursionError:
                return found, Fault(row, "", self._node.label, "too deep a nesting")
        return found, None

    def _object(self, record: list[str]) -> list[Any]:
        pairs = zip(self.names, record, strict=True)
        cells = {name: parse(cell) if cell[:1] in ("[", "{") else cell for name, cell in pairs}
        text = _encode(shaped([cells], self._strict.node))
        found: list[Any] = self._strict(text) if self._mender is None else self._mender(text, self._spot)
        return found

    def _spot(self, oddity: Oddity) -> None:
        if self._note is not None:
            self._note(Oddity(f"row {self._row}, ${oddity.path.removeprefix('$[0]')}", oddity.detail))


def _members(node: Node) -> list[str]:
    """The names that columns of a type have; none where they may have any."""
    shape = node.shape
    if isinstance(shape, Model):
        return list(wire_names(shape).values())
    if isinstance(shape, Tagged):
        inner = [list(wire_names(model).values()) for model in shape.models.values()]
        return list(dict.fromkeys([shape.property, *chain.from_iterable(inner)]))
    if isinstance(shape, Choices):
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
    space = compiler().space
    cls, name = space.add("row_class", model.cls), space.reserve("build_rows")
    values = [f"v{number}" for number in range(len(model.members))]
    body = ""
    for member, value in zip(model.members, values, strict=True):
        default = default_of(member, space)
        body += setting(model, member.attribute, f"{default} if {value} is UNSET else {value}" if default else value)
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
