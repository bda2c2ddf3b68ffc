"""Comparison of the facts of a page with those of a spec, or of an earlier copy of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from ..spec.formats import FORMATS
from .assumptions import Assumptions
from .facts import (
    ITEMS,
    PARAMETERS,
    VALUES,
    Attribute,
    Contradiction,
    Facts,
    OperationFacts,
    Part,
    Place,
    Stated,
    Value,
    agree,
    kind_of,
)
from .nesting import from_tree
from .spec_facts import page_format

Kind: TypeAlias = Literal[
    "differs",
    "only-on-page",
    "only-in-spec",
    "confirms-assumption",
    "contradicts-assumption",
    "contradicts-itself",
    "contradiction-decided",
    "order",
    "stated-elsewhere",
]

NOTES: Final = frozenset({"order", "stated-elsewhere", "contradiction-decided"})
"""Kinds that ask for no change of the spec."""

OF_PAGE: Final = frozenset({"contradicts-itself", "contradiction-decided"})
"""Kinds about the page alone."""

_UNCOMPARED: Final = frozenset({"schema"})
"""Names of schemas are the spec's own."""

_ABSENT: Final[tuple[Attribute, ...]] = ("format", "values", "maxLength", "deprecated")
"""Attributes that a page, or a spec, prints only where they apply: their absence is a statement."""

_OF_SCHEMA: Final[frozenset[Attribute]] = frozenset({"type", "format", "values", "maxLength"})
"""Attributes that a component states for all its uses."""


@frozen(kw_only=True)
class Finding:
    """Difference between two sources, or a statement about an assumption."""

    kind: Kind
    place: Place
    attribute: Attribute | None
    """None if the finding is about the part itself."""

    page: Stated | None
    other: Stated | None
    """Statement of the spec; for a page that contradicts itself, its first one."""

    pointer: str
    """JSON pointer to the place in the spec, or to the nearest part that contains it."""

    operations: tuple[str, ...]
    line: int
    """Line of the page or of the lock: of the statement, or else of the nearest part."""

    urls: tuple[str, ...] = ()
    """Other locked pages that state the values."""

    part: Part | None = None
    """The part that only the page has."""


@frozen(kw_only=True)
class LockedPage:
    """Another page of the vendor, with the operation of the spec that it describes."""

    url: str
    operation: OperationFacts
    known: OperationFacts


def compare(
    page: Facts,
    operation: OperationFacts,
    known: OperationFacts,
    assumed: Mapping[str, str],
    *,
    elsewhere: Iterable[LockedPage] = (),
) -> tuple[Finding, ...]:
    """Compare an operation of a page with one of a spec.

    Args:
        page: Facts of the page.
        operation: The operation of the page.
        known: The operation of the spec.
        assumed: Reasons of the spec's assumptions by their JSON pointers.
        elsewhere: Other pages of the vendor; the values of an enumeration that they state are not findings here.
    """
    comparison = _Comparison(page, placed(operation, known), known, Assumptions(assumed, known), _values(elsewhere))
    return tuple(comparison.findings())


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings about a shared component once, with all its operations."""
    found: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        shared = each.pointer.startswith("/components/")
        where = each.place.names[-1:] if each.attribute is None or not shared else ()
        key = (each.kind, each.pointer, where, each.attribute, each.page and each.page.value, shared or each.place)
        before = found.get(key)
        operations = each.operations if before is None else (*before.operations, *each.operations)
        urls = each.urls if before is None else (*before.urls, *each.urls)
        found[key] = evolve(
            before or each, operations=tuple(dict.fromkeys(operations)), urls=tuple(dict.fromkeys(urls))
        )
    return tuple(found.values())


def placed(operation: OperationFacts, known: OperationFacts) -> OperationFacts:
    """Return an operation in the sections of the spec, with its rows in their places."""
    success = success_of(known)

    def section(name: str) -> str:
        return success if name == "2XX" else name

    parts = [evolve(each, place=Place(section(each.place.section), each.place.names)) for each in operation.parts]
    for name, rows in operation.rows.items():
        where = section(name)
        tree = {each.place: each for each in known.parts if each.place.section == where}
        here = [evolve(row, part=evolve(row.part, place=Place(where, row.part.place.names))) for row in rows]
        found = from_tree(here, where, tree)
        parts += found.parts
    twice = [
        evolve(each, place=Place(section(each.place.section), each.place.names)) for each in operation.contradictions
    ]
    return evolve(operation, parts=tuple(parts), rows={}, contradictions=tuple(twice))


def success_of(known: OperationFacts) -> str:
    """Return the status of the successful response of an operation of a spec."""
    return next((each.place.section for each in known.parts if each.place.section.startswith("2")), "200")


def _values(pages: Iterable[LockedPage]) -> Mapping[str, Mapping[str, str]]:
    """Return the values of enumerations, each with the URL of a page, by the pointer of their schema in the spec."""
    found: dict[str, dict[str, str]] = {}
    for page in pages:
        parts = {each.place: each for each in page.known.parts}
        for part in placed(page.operation, page.known).parts:
            values = part.stated.get("values")
            if values and isinstance(values.value, tuple) and part.place in parts:
                known = found.setdefault(_schema_pointer(parts[part.place]), {})
                known.update((value, page.url) for value in values.value if value not in known)
    return found


def _schema_pointer(part: Part) -> str:
    """Return the pointer to the component that a part refers to, or else to the part."""
    schema = part.stated.get("schema")
    return f"/components/schemas/{schema.value}" if schema else part.pointer


class _Comparison:
    """Comparison of one operation."""

    def __init__(
        self,
        page: Facts,
        operation: OperationFacts,
        known: OperationFacts,
        assumptions: Assumptions,
        values: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.page = page
        self.known = known
        self.assumptions = assumptions
        self.values = values
        self.contradictions = operation.contradictions
        self.left = {each.place: each for each in operation.parts}
        self.right = {each.place: each for each in known.parts}

    def findings(self) -> Iterator[Finding]:
        """Yield the findings in the order of the page, then what only the spec has."""
        for each in self.contradictions:
            yield self._contradiction(each)
        for place, part in self.left.items():
            other = self.right.get(place)
            if other is None:
                if (place.parent in self.right or not place.names) and not self._is_open(place, None):
                    yield self._finding("only-on-page", place, None, Stated(str(place), part.line), None)
                continue
            if self.assumptions.is_confirmed_by(other):
                yield self._finding("confirms-assumption", place, None, Stated(str(place), part.line), None)
            for attribute, stated in part.stated.items():
                yield from self._attribute(place, attribute, stated, other)
            yield from self._absent(place, part, other)
        yield from self._only_in_spec()
        yield from self._order()

    def _contradiction(self, each: Contradiction) -> Finding:
        decided = self.assumptions.decides(each.attribute, self.right[self._nearest(each.place)], each.place)
        kind: Kind = "contradiction-decided" if decided else "contradicts-itself"
        finding = self._finding(kind, each.place, each.attribute, each.second, each.first)
        return evolve(finding, line=each.line or each.second.line)

    def _is_open(self, place: Place, attribute: Attribute | None, known: Value | None = None) -> bool:
        """Return True if the page contradicts itself here: one of its statements is no finding about the spec."""
        return any(
            (each.place, each.attribute) == (place, attribute)
            and (attribute is None or known is None or self._is_either(attribute, known, each))
            for each in self.contradictions
        )

    def _is_either(self, attribute: Attribute, known: Value, each: Contradiction) -> bool:
        return any(self._same(attribute, stated.value, known) for stated in (each.first, each.second))

    def _attribute(self, place: Place, attribute: Attribute, stated: Stated, other: Part) -> Iterator[Finding]:
        known = other.stated.get(attribute)
        if attribute in _UNCOMPARED or self._is_open(place, attribute, known.value if known else None):
            return
        if known is None:
            if attribute in _ABSENT and stated.value and not _is_unknown_format(attribute, stated.value):
                pointer = self.assumptions.about(attribute, other)
                kind: Kind = "only-on-page" if pointer is None else "contradicts-assumption"
                yield self._finding(kind, place, attribute, stated, None, pointer)
            return
        same = self._same(attribute, stated.value, known.value)
        pointer = self.assumptions.about(attribute, other)
        if pointer is not None:
            kind = "confirms-assumption" if same else "contradicts-assumption"
            yield self._finding(kind, place, attribute, stated, known, pointer)
        elif not same:
            urls = self._elsewhere(attribute, stated.value, known.value, other)
            kind = "stated-elsewhere" if urls else "differs"
            yield self._finding(kind, place, attribute, stated, known, urls=urls)

    def _same(self, attribute: Attribute, one: Value, other: Value) -> bool:
        if attribute == "format":
            return one == page_format(str(other))
        if attribute == "mediaTypes" and isinstance(one, tuple) and isinstance(other, tuple):
            return set(one) <= set(other)  # a page shows one of them at a time
        return agree(attribute, one, other)

    def _elsewhere(self, attribute: Attribute, one: Value, other: Value, part: Part) -> tuple[str, ...]:
        """Return the pages that state the values which only the spec has; none if a value is on no page."""
        if attribute != "values" or not isinstance(one, tuple) or not isinstance(other, tuple):
            return ()
        known = self.values.get(_schema_pointer(part), {})
        further = [each for each in other if each not in one]
        if not set(one) <= set(other) or any(each not in known for each in further):
            return ()
        return tuple(dict.fromkeys(known[each] for each in further))

    def _absent(self, place: Place, part: Part, other: Part) -> Iterator[Finding]:
        """Yield attributes of the spec that the page would print, and does not."""
        if not part.complete:
            return
        if place.names[-1:] != (ITEMS,) and "type" not in part.stated and "schema" not in part.stated:
            return
        for attribute in _ABSENT:
            known = other.stated.get(attribute)
            if known is None or not known.value or attribute in part.stated or attribute in self.page.sampled:
                continue
            if not self.page.can_state(place, attribute) or self.assumptions.at(other):
                continue
            if attribute == "format" and (known.value == "x-servicestack-date" or not _is_plain(part)):
                continue
            yield self._finding("only-in-spec", place, attribute, None, known)

    def _only_in_spec(self) -> Iterator[Finding]:
        sections = {each.section for each in self.left}
        for place, part in self.right.items():
            if place in self.left or place.parent not in self.left:
                continue
            owner = self.left[place.parent]
            if not owner.complete or not self._is_listed(place, sections) or self.assumptions.hides(part):
                continue
            if place.names[-1:] in ((ITEMS,), (VALUES,)) or self._is_open(place, None):
                continue
            known = Stated(str(place), part.line)
            kind: Kind = "contradicts-assumption" if self.assumptions.is_name(part) else "only-in-spec"
            yield self._finding(kind, place, None, None, known)

    def _is_listed(self, place: Place, sections: set[str]) -> bool:
        """Return True if a page of this kind would show a part."""
        if kind_of(place) == "member":
            return place.section in sections and bool(self._siblings(place))
        if kind_of(place) == "body":
            return place.section in self.page.lists or ("responses" in self.page.lists and place.section[:1].isdigit())
        return place.section in PARAMETERS and place.section in self.page.lists

    def _siblings(self, place: Place) -> list[Place]:
        return [each for each in self.left if each.names and each.parent == place.parent]

    def _order(self) -> Iterator[Finding]:
        """Yield objects whose members are in another order; members of several schemas are not compared."""
        groups: dict[tuple[Place, str], list[Place]] = {}
        for place, part in self.right.items():
            if place in self.left and kind_of(place) == "member" and place.names[-1] not in (ITEMS, VALUES):
                groups.setdefault((place.parent, part.pointer.rpartition("/")[0]), []).append(place)
        order = {place: index for index, place in enumerate(self.left)}
        for (owner, _), known in groups.items():
            one = sorted(known, key=order.__getitem__)
            if one != known:
                line = self.left[one[0]].line
                names = Stated(tuple(each.names[-1] for each in one), line)
                other = Stated(tuple(each.names[-1] for each in known), self.right[known[0]].line)
                yield self._finding("order", owner, None, names, other, self.right[known[0]].pointer)

    def _finding(
        self,
        kind: Kind,
        place: Place,
        attribute: Attribute | None,
        page: Stated | None,
        other: Stated | None,
        pointer: str | None = None,
        urls: tuple[str, ...] = (),
    ) -> Finding:
        nearest = self._nearest(place)
        part = self.right[nearest]
        if pointer is None:
            inside = nearest != place or (attribute in _OF_SCHEMA and kind not in OF_PAGE)
            pointer = _schema_pointer(part) if inside else part.pointer
        return Finding(
            kind=kind,
            place=place,
            attribute=attribute,
            page=page,
            other=other,
            pointer=pointer,
            operations=(self.known.name,),
            line=page.line if page else self._near(place),
            urls=urls,
            part=self.left.get(place) if place not in self.right else None,
        )

    def _nearest(self, place: Place) -> Place:
        """Return the place of the part of the spec that is, or contains, a place."""
        while place not in self.right and place != Place():
            place = place.parent
        return place

    def _near(self, place: Place) -> int:
        """Return the line of the page where a part that it lacks would be: that of its owner, or of a neighbour."""
        while place not in self.left and place.parent != Place():
            place = place.parent
        if place in self.left:
            return self.left[place].line
        kind = kind_of(place)
        neighbours = [each.line for each in self.left.values() if kind_of(each.place) == kind]
        return neighbours[-1] if neighbours else self.left[Place()].line


def _is_unknown_format(attribute: Attribute, value: Value) -> bool:
    """Return True for formats that a spec has no word for, such as `csv`."""
    return attribute == "format" and value not in FORMATS


def _is_plain(part: Part) -> bool:
    """Return True if the page prints a type that could have a format."""
    stated = part.stated.get("type")
    return stated is not None and stated.value != ("array",)
