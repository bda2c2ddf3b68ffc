"""Comparison of the facts of a page with those of a spec, or of an earlier copy of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from .facts import (
    ITEMS,
    PARAMETERS,
    VALUES,
    Attribute,
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
    "order",
]
"""`order` is a note; `confirms-assumption` is one too, until the assumption is removed from the spec."""

NOTES: Final = frozenset({"order"})

_UNCOMPARED: Final = frozenset({"schema"})
"""Names of schemas are the spec's own."""

_SUBJECTS: Final[Mapping[Attribute, tuple[str, ...]]] = {
    "path": ("path",),
    "method": ("verb", "method"),
    "authentication": ("authentication", "credentials", "sign-in"),
    "nullable": ("null",),
    "required": ("required", "optional", "mandatory"),
    "values": ("value", "enum"),
}
"""Words in the reason of an assumption -> what it is about."""


@frozen(kw_only=True)
class Finding:
    """Difference between two sources, or a statement about an assumption."""

    kind: Kind
    place: Place
    attribute: Attribute | None
    page: Stated | None
    other: Stated | None
    """What the spec, or the earlier copy, states."""

    pointer: str
    """JSON pointer to the place in the spec, or to the nearest part that contains it; '' without a spec."""

    operations: tuple[str, ...]


def compare(
    page: Facts,
    operation: OperationFacts,
    known: OperationFacts,
    assumed: Mapping[str, str],
    *,
    elsewhere: Iterable[OperationFacts] = (),
) -> tuple[Finding, ...]:
    """Compare an operation of a page with one of a spec.

    Args:
        page: Facts of the page.
        operation: The operation of the page.
        known: The operation of the spec.
        assumed: Reasons of the spec's assumptions by their JSON pointers.
        elsewhere: Operations of the vendor's other pages, whose values of an enumeration are not findings here.
    """
    placed = _placed(operation, known)
    comparison = _Comparison(page, placed, known, assumed, _known_values(elsewhere))
    return tuple(comparison.findings())


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings about a shared component once, with all its operations."""
    found: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        last = each.place.names[-1:] if "/components/" in each.pointer else each.place
        key = (each.kind, each.pointer, last, each.attribute, each.page and each.page.value)
        before = found.get(key)
        operations = each.operations if before is None else (*before.operations, *each.operations)
        found[key] = evolve(before or each, operations=tuple(dict.fromkeys(operations)))
    return tuple(found.values())


def _placed(operation: OperationFacts, known: OperationFacts) -> OperationFacts:
    """Return an operation in the sections of the spec, with its rows in their places."""
    success = next((each.place.section for each in known.parts if each.place.section.startswith("2")), "200")

    def section(name: str) -> str:
        return success if name == "2XX" else name

    parts = [evolve(each, place=Place(section(each.place.section), each.place.names)) for each in operation.parts]
    for name, rows in operation.rows.items():
        where = section(name)
        tree = {each.place: each for each in known.parts if each.place.section == where}
        here = [evolve(row, part=evolve(row.part, place=Place(where, row.part.place.names))) for row in rows]
        found = from_tree(here, where, tree)
        parts += found.parts
    return evolve(operation, parts=tuple(parts), rows={})


def _known_values(operations: Iterable[OperationFacts]) -> Mapping[str, frozenset[str]]:
    """Return the values of enumerations by the name of their schema."""
    found: dict[str, frozenset[str]] = {}
    for part in (each for operation in operations for each in operation.parts):
        schema, values = part.stated.get("schema"), part.stated.get("values")
        if schema and values and isinstance(values.value, tuple):
            name = str(schema.value)
            found[name] = found.get(name, frozenset()) | frozenset(values.value)
    return found


class _Comparison:
    """Comparison of one operation."""

    def __init__(
        self,
        page: Facts,
        operation: OperationFacts,
        known: OperationFacts,
        assumed: Mapping[str, str],
        values: Mapping[str, frozenset[str]],
    ) -> None:
        self.page = page
        self.known = known
        self.assumed = assumed
        self.values = values
        self.left = {each.place: each for each in operation.parts}
        self.right = {each.place: each for each in known.parts}

    def findings(self) -> Iterator[Finding]:
        """Yield the findings in the order of the page, then what only the spec has."""
        for each in self.page.contradictions:
            yield self._finding("contradicts-itself", each.place, each.attribute, each.second, each.first)
        for place, part in self.left.items():
            other = self.right.get(place)
            if other is None:
                if place.parent in self.right or not place.names:
                    yield self._finding("only-on-page", place, None, Stated(str(place), part.line), None)
                continue
            for attribute, stated in part.stated.items():
                yield from self._attribute(place, attribute, stated, other)
        yield from self._only_in_spec()
        yield from self._order()

    def _attribute(self, place: Place, attribute: Attribute, stated: Stated, other: Part) -> Iterator[Finding]:
        known = other.stated.get(attribute)
        if known is None or attribute in _UNCOMPARED:
            return
        same = self._same(attribute, stated.value, known.value, other)
        if attribute in self._assumed_attributes(other):
            kind: Kind = "confirms-assumption" if same else "contradicts-assumption"
            yield self._finding(kind, place, attribute, stated, known)
        elif not same:
            yield self._finding("differs", place, attribute, stated, known)

    def _same(self, attribute: Attribute, one: Value, other: Value, part: Part) -> bool:
        if attribute == "format":
            return one == page_format(str(other))
        if attribute == "mediaTypes" and isinstance(one, tuple) and isinstance(other, tuple):
            return set(one) <= set(other)
        if attribute == "values" and isinstance(one, tuple) and isinstance(other, tuple):
            schema = part.stated.get("schema")
            further = self.values.get(str(schema.value), frozenset()) if schema else frozenset[str]()
            return set(one) <= set(other) and set(other) - set(one) <= further
        return agree(attribute, one, other)

    def _assumed_attributes(self, part: Part) -> frozenset[Attribute]:
        """Return the attributes about which the spec has an assumption at this very part."""
        reason = self.assumed.get(part.pointer, "").lower()
        return frozenset(each for each, words in _SUBJECTS.items() if any(word in reason for word in words))

    def _is_assumed(self, pointer: str) -> bool:
        """Return True if a part, or one that contains it, is assumed as a whole."""
        while pointer:
            if pointer in self.assumed:
                return True
            pointer = pointer.rpartition("/")[0]
        return False

    def _only_in_spec(self) -> Iterator[Finding]:
        sections = {each.section for each in self.left}
        for place, part in self.right.items():
            if place in self.left or place.parent not in self.left or self._is_assumed(part.pointer):
                continue
            owner = self.left[place.parent]
            if not owner.complete or not self._is_listed(place, sections):
                continue
            if place.names[-1:] in ((ITEMS,), (VALUES,)):
                continue
            yield self._finding("only-in-spec", place, None, None, Stated(str(place), part.line))

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
        owners = dict.fromkeys(each.parent for each in self.left if kind_of(each) == "member")
        for owner in owners:
            one = [each for each in self.left if each.names and each.parent == owner and each in self.right]
            other = [each for each in self.right if each.names and each.parent == owner and each in self.left]
            if one != other and owner in self.right:
                line = self.left[one[0]].line
                names = tuple(each.names[-1] for each in one)
                known = tuple(each.names[-1] for each in other)
                yield self._finding("order", owner, None, Stated(names, line), Stated(known, self.right[owner].line))

    def _finding(
        self, kind: Kind, place: Place, attribute: Attribute | None, page: Stated | None, other: Stated | None
    ) -> Finding:
        nearest: Place | None = place
        while nearest is not None and nearest not in self.right:
            nearest = nearest.parent if nearest != Place() else None
        pointer = self.right[nearest].pointer if nearest is not None else ""
        return Finding(
            kind=kind,
            place=place,
            attribute=attribute,
            page=page,
            other=other,
            pointer=pointer,
            operations=(self.known.name,),
        )
