"""Bodies of Docusaurus's OpenAPI theme in texts: rows and example of a body, and how both become parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from ..facts import ITEMS, Attribute, Collector, Contradiction, Part, Place, Row, Stated, Value, agree, cut_off
from ..json_example import Example
from ..nesting import Placed, from_tree


@define
class Body:
    """Rows and example of a request or a response, under one media type."""

    place: Place
    line: int
    rows: list[Row] = field(factory=list[Row])
    example: Example | None = None
    is_generated: bool = False
    """True if the example has all members: the theme generated it from the schema."""

    is_cut: bool = False
    """True if further rows may follow, which the copy lacks."""

    opened: int = 0
    closed: int = 0
    """Brackets of lists since the last row. Flat copies have all of them before the first row, so they cancel out."""

    cancelled: int = 0
    """Pairs of brackets without a row between them."""

    def bracket(self, *, opens: bool) -> bool:
        """Read the bracket of a list; return False if no list is open."""
        if opens:
            self.opened += 1
        elif self.opened:
            self.opened -= 1  # an empty list, or a flat copy
            self.cancelled += 1
        else:
            self.closed += 1
            return bool(self.rows)
        return True

    def row(self, names: Sequence[str], line: int, stated: Mapping[Attribute, Value]) -> None:
        """Add a row, or what a row says about its items or values."""
        attributes: dict[Attribute, Stated] = {key: Stated(value, line) for key, value in stated.items()}
        part = Part(place=self.place.inside(*names), line=line, stated=attributes)
        self.rows.append(Row(part, self.opened, self.closed))
        self.opened = self.closed = 0

    def detail(self, line: int, stated: Mapping[Attribute, Value]) -> bool:
        """Read a line below a row; return False if the row has such a line already: the name of another is lost."""
        if not self.rows:
            return False
        row = self.rows[-1]
        if not row.part.stated.keys().isdisjoint(stated):
            return False
        further = {key: Stated(value, line) for key, value in stated.items()}
        self.rows[-1] = evolve(row, part=evolve(row.part, stated={**row.part.stated, **further}))
        return True


def collect(body: Body, collector: Collector, *, nullable: bool) -> None:
    """Add the parts of a body to the facts: with their nesting, if the body has an example."""
    if body.is_cut:
        collector.leave_open(body.place)
    if not body.rows:
        return
    rows = [_finished(each, nullable=nullable) for each in body.rows]
    if body.is_cut:
        parts = cut_off([each.part for each in rows])
        rows = [evolve(row, part=part) for row, part in zip(rows, parts, strict=True)]
    example = body.example
    placed = from_tree(rows, body.place.section, example.members) if example is not None else None
    if example is None or placed is None or not _fits(placed, rows):
        _state_root(body, collector, is_list=_is_list(body, rows))
        collector.leave_unplaced(body.place.section, tuple(rows))
        return
    collector.contradictions += contradictions(body, example, placed)
    _state_root(body, collector, is_list=body.place.inside(ITEMS) == example.root)
    if placed.ambiguous:  # deprecated rows, which the theme leaves out of examples; or a cut or wrong example
        collector.leave_unplaced(body.place.section, tuple(rows))
        return
    for part in placed.parts:
        collector.put(part)


def _fits(placed: Placed, rows: Sequence[Row]) -> bool:
    """Return False for an example of something else, which lacks most rows; the theme leaves deprecated ones out."""
    unknown = sum("deprecated" not in each.stated for each in placed.unknown)
    return unknown * 2 <= len(rows)


def _state_root(body: Body, collector: Collector, *, is_list: bool) -> None:
    """State the type of a body, and of its items if it is a list."""
    if is_list:
        collector.state(body.place, "type", ("array",), body.line)
    collector.state(body.place.inside(ITEMS) if is_list else body.place, "type", ("object",), body.line)


def _is_list(body: Body, rows: Sequence[Row]) -> bool:
    """Return True for a body that is a list: a flat copy has more brackets than rows that are lists of objects."""
    if rows[0].opened:
        return True
    lists = sum(
        row.part.place.names[-1] == ITEMS and row.part.stated.get("type") == Stated(("object",), row.part.line)
        for row in rows
    )
    return body.cancelled > lists


def _finished(row: Row, *, nullable: bool) -> Row:
    """Return a row that states whether it may be null, if the page prints that."""
    names = row.part.place.names
    if not nullable or len(names) > 1 or "nullable" in row.part.stated:
        return row
    stated = {**row.part.stated, "nullable": Stated(value=False, line=row.part.line)}
    return evolve(row, part=evolve(row.part, stated=stated))


def contradictions(body: Body, example: Example, placed: Placed) -> list[Contradiction]:
    """Return where the rows of a body and its example do not fit; of rows inside of each other, the outer one."""
    found: list[Contradiction] = []

    def add(part: Part, attribute: Attribute | None, first: Stated, second: Stated) -> None:
        found.append(Contradiction(place=part.place, attribute=attribute, first=first, second=second))

    for each in placed.missing:
        add(each, None, Stated("a member of the example", each.line), Stated("no row", body.line))
    for each in placed.parts:
        other = example.members.get(each.place)
        if other is None:
            continue
        one, two = each.stated.get("type"), other.stated.get("type")
        if one and two and not agree("type", one.value, two.value):
            add(each, "type", one, two)
            continue
        values, text = each.stated.get("values"), example.texts.get(each.place)
        if values and text is not None and isinstance(values.value, tuple) and text not in values.value:
            add(each, "values", values, Stated((text,), other.line))
    if not body.is_generated or not example.complete:
        return found
    outer = {each.place.names for each in found}
    outer |= {each.place.names for each in placed.parts if "deprecated" in each.stated}  # the theme leaves them out
    for each in placed.unknown:
        names = each.place.names
        if outer.isdisjoint(names[:end] for end in range(1, len(names) + 1)):
            add(each, None, Stated("a row", each.line), Stated("no member of the example", _first_line(example)))
            outer.add(names)
    return found


def _first_line(example: Example) -> int:
    return next(iter(example.members.values())).line
