"""Facts: what a page, an OpenAPI document or a spec states about operations, each with its place.

A fact is an attribute of a part of an operation, such as `required` of `query page_token`. What a source does not state
is one of two things, and only the first may ever be a finding:

* not shown: sources of its kind can state the attribute, and this one does not;
* not expressible: no source of its kind can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

Attribute: TypeAlias = Literal[
    "method",
    "path",
    "authentication",
    "mediaTypes",
    "type",
    "format",
    "schema",
    "required",
    "nullable",
    "values",
    "maxLength",
    "deprecated",
]
"""Names as in OpenAPI where it has one. `values` are those of an enumeration, `schema` is the name of a schema."""

Value: TypeAlias = str | bool | int | tuple[str, ...]

ITEMS: Final = "[]"
"""Name of the items of a list in a `Place`."""

VALUES: Final = "{}"
"""Name of the values of a map in a `Place`."""

PARAMETERS: Final = ("path", "query", "header", "cookie")
REQUEST: Final = "request"


@frozen(order=True)
class Place:
    """Part of an operation: the operation itself, a parameter, a body, or a member inside a body."""

    section: str = ""
    """`path`, `query`, `header` or `cookie`; `request`; the status of a response; '' for the operation itself."""

    names: tuple[str, ...] = ()
    """Name of the parameter, or names of members from the outside in, with `ITEMS` and `VALUES`."""

    def __str__(self) -> str:
        text = ""
        for name in self.names:
            text += name if name in (ITEMS, VALUES) or not text else f".{name}"
        return " ".join(filter(None, [self.section, text])) or "operation"

    def inside(self, *names: str) -> Place:
        """Return a part of this part."""
        return Place(self.section, (*self.names, *names))

    @property
    def parent(self) -> Place:
        """The part that contains this one; the operation contains parameters and bodies."""
        return Place(self.section, self.names[:-1]) if self.names and self.section not in PARAMETERS else Place()


@frozen
class Stated:
    """Value of an attribute, where the source states it."""

    value: Value
    """Types are JSON types in a tuple, because a source may not tell them apart (`number` of JavaScript)."""

    line: int
    """Line in the text of the source, from 1."""


@frozen(kw_only=True)
class Part:
    """Statements of a source about one part of an operation."""

    place: Place
    line: int
    """Line that names the part."""

    stated: Mapping[Attribute, Stated]
    complete: bool = True
    """False if the source may leave out parts of it: collapsed, cut off, or shown as an example only."""

    pointer: str = ""
    """JSON pointer to the part, in a document."""


@frozen
class Row:
    """Member in a text whose nesting is lost: its own facts, and whether lists begin or end before it."""

    part: Part
    """Its place has the section and the member's name only. A row that has `ITEMS` or `VALUES` behind the name says
    more about the member of the row before it."""

    opened: int = 0
    """Number of lists that open before the row."""

    closed: int = 0
    """Number of lists that end before the row."""


@frozen(kw_only=True)
class Contradiction:
    """Two statements of one source that cannot both be true."""

    place: Place
    attribute: Attribute | None
    """None if one statement lists the part, and the other, which is complete, does not."""

    first: Stated
    second: Stated
    line: int = 0
    """Line of the lock that keeps it, because the statements have lines of the page; 0 for a page that was read."""


@frozen(kw_only=True)
class OperationFacts:
    """Statements of a source about one operation."""

    name: str
    """Name of the operation on the page, or its operationId; '' for none."""

    parts: tuple[Part, ...]
    """In the order of the source; the first is the operation itself."""

    rows: Mapping[str, tuple[Row, ...]]
    """Members whose nesting the source does not show, by section; see `nesting`."""

    contradictions: tuple[Contradiction, ...] = ()

    def part(self, place: Place) -> Part | None:
        """Return the part at a place."""
        return self._by_place.get(place)

    @cached_property
    def _by_place(self) -> Mapping[Place, Part]:
        return {each.place: each for each in reversed(self.parts)}


@frozen(kw_only=True)
class Facts:
    """Everything that one source states."""

    source: str
    """Path of the file, or URL."""

    reader: str
    """Name of the reader, such as `docusaurus_text`."""

    expressible: Mapping[str, frozenset[Attribute]]
    """Attributes that sources of this kind can state, by kind of part: `operation`, `parameter`, `member`, `body`."""

    operations: tuple[OperationFacts, ...]

    lists: frozenset[str] = frozenset()
    """Lists that sources of this kind show in full: sections, and `responses` for the statuses."""

    sampled: frozenset[Attribute] = frozenset()
    """Attributes that the source states in examples or in some places only, so that their absence says nothing."""

    unread: tuple[int, ...] = ()
    """Lines that are neither a fact nor prose in a known place."""

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Contradictions of all operations; one in a part that several operations share counts once."""
        return tuple(dict.fromkeys(each for operation in self.operations for each in operation.contradictions))

    def can_state(self, place: Place, attribute: Attribute) -> bool:
        """Return True if sources of this kind can state an attribute of a part."""
        return attribute in self.expressible.get(kind_of(place), frozenset())


def kind_of(place: Place) -> str:
    """Return the kind of a part, as in `Facts.expressible`."""
    if not place.section:
        return "operation"
    if place.section in PARAMETERS:
        return "parameter"
    return "member" if place.names else "body"


class Collector:
    """Collects the facts of one operation, and compares statements that the source makes more than once."""

    def __init__(self, line: int, name: str = "") -> None:
        self.name = name
        self._parts: dict[Place, tuple[int, dict[Attribute, Stated]]] = {Place(): (line, {})}
        self._pointers: dict[Place, str] = {}
        self._incomplete: set[Place] = set()
        self._rows: dict[str, tuple[Row, ...]] = {}
        self.contradictions: list[Contradiction] = []

    def add(self, place: Place, line: int, **attributes: Value) -> None:
        """Name a part, with attributes that stand on the same line."""
        self._parts.setdefault(place, (line, {}))
        for attribute, value in attributes.items():
            self.state(place, attribute, value, line)  # type: ignore[arg-type]

    def state(self, place: Place, attribute: Attribute, value: Value, line: int) -> None:
        """State an attribute of a part; a second statement must agree with the first."""
        known = self._parts.setdefault(place, (line, {}))[1]
        stated = Stated(value, line)
        first = known.setdefault(attribute, stated)
        if not agree(attribute, first.value, value):
            self.contradictions.append(Contradiction(place=place, attribute=attribute, first=first, second=stated))

    def has(self, place: Place, attribute: Attribute | None = None) -> bool:
        """Return True if a part is named, or an attribute of it is stated."""
        known = self._parts.get(place)
        return known is not None and (attribute is None or attribute in known[1])

    def put(self, part: Part) -> None:
        """Add a part with what it states."""
        self.add(part.place, part.line)
        for attribute, each in part.stated.items():
            self.state(part.place, attribute, each.value, each.line)
        if part.pointer:
            self.locate(part.place, part.pointer)
        if not part.complete:
            self.leave_open(part.place)

    def locate(self, place: Place, pointer: str) -> None:
        """Give the JSON pointer to a part, in a document."""
        self._pointers.setdefault(place, pointer)

    def leave_open(self, place: Place) -> None:
        """Say that the source may leave out parts of a part."""
        self._incomplete.add(place)

    def leave_last_open(self) -> None:
        """Say that the source ends inside the part that was named last."""
        for each in cut_off(self.operation().parts):
            self._parts[each.place] = (each.line, dict(each.stated))
            if not each.complete:
                self._incomplete.add(each.place)

    def leave_unplaced(self, section: str, rows: tuple[Row, ...]) -> None:
        """Add the members of a body whose nesting the source does not show."""
        self._rows[section] = rows

    def operation(self) -> OperationFacts:
        """Return what was collected."""
        parts = (
            Part(
                place=place,
                line=line,
                stated=stated,
                complete=place not in self._incomplete,
                pointer=self._pointers.get(place, ""),
            )
            for place, (line, stated) in self._parts.items()
        )
        return OperationFacts(
            name=self.name,
            parts=tuple(parts),
            rows=dict(self._rows),
            contradictions=tuple(dict.fromkeys(self.contradictions)),
        )


def cut_off(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a source that ends behind the last one.

    Words that would say `required` or `nullable` may follow, so their absence says nothing.
    """
    found = list(parts)
    names = parts[-1].place.names if parts else ()
    while names[-1:] in ((ITEMS,), (VALUES,)):
        names = names[:-1]
    for index in range(len(found) - 1, -1, -1):
        each = found[index]
        if each.place.names[: len(names)] != names:
            break
        flags = ("required", "nullable")
        stated = {key: one for key, one in each.stated.items() if one.value is not False or key not in flags}
        found[index] = evolve(each, stated=stated, complete=False)
        if each.place.names == names:
            break
    return found


def merged(alternatives: Iterable[Iterable[Part]], *, is_whole: bool) -> tuple[Part, ...]:
    """Return the parts of the alternatives of a union as parts of one body.

    A part has the types of all alternatives that have it, and their values if all of them list some. It is required if
    it is in all alternatives, and nullable if it is in one. Anything else is stated if all state it alike: what a page
    and a spec say about a union compares without the names of alternatives. If the source does not show all of them
    (`is_whole`), only types are stated.
    """
    bodies = [{part.place: part for part in parts} for parts in alternatives]
    found: list[Part] = []
    for place in dict.fromkeys(place for body in bodies for place in body):
        several = [body[place] for body in bodies if place in body]
        stated = _common(several)
        if "required" in stated and len(several) < (sum(place.parent in body for body in bodies) or len(bodies)):
            stated["required"] = evolve(stated["required"], value=False)
        if not is_whole:
            stated = {key: each for key, each in stated.items() if key == "type"}
        complete = is_whole and all(each.complete for each in several)
        found.append(evolve(several[0], stated=stated, complete=complete))
    return tuple(found)


def _common(several: Sequence[Part]) -> dict[Attribute, Stated]:
    """Return what several parts state together."""
    found: dict[Attribute, Stated] = {}
    for attribute, first in several[0].stated.items():
        values = [each.stated[attribute].value for each in several if attribute in each.stated]
        lists = [each for each in values if isinstance(each, tuple)]
        value: Value | None = first.value
        if len(values) < len(several):
            value = None
        elif attribute in ("type", "values") and len(lists) == len(values):
            together = dict.fromkeys(one for each in lists for one in each)
            value = tuple(sorted(together)) if attribute == "type" else tuple(together)
        elif attribute in ("required", "nullable"):
            value = all(values) if attribute == "required" else any(values)
        elif any(each != first.value for each in values):
            value = None
        if value is not None:
            found[attribute] = evolve(first, value=value)
    return found


def agree(attribute: Attribute, one: Value, other: Value) -> bool:
    """Return True if two values of an attribute can both be true."""
    if attribute == "type" and isinstance(one, tuple) and isinstance(other, tuple):
        return not set(one).isdisjoint(other)
    if attribute in ("values", "mediaTypes") and isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)  # order is a note, not a fact
    return one == other
