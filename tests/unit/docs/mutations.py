"""Mutation test of a reader: every change of what a page states must be found, on the right line.

A page writer prints an operation as pages of its family do, and says which line states what. The test prints an
operation changed in one place, reads the page, and compares it with the operation as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from dragoman.docs.compare import NOTES, Finding, compare
from dragoman.docs.facts import (
    ITEMS,
    PARAMETERS,
    VALUES,
    Attribute,
    Collector,
    Facts,
    OperationFacts,
    Part,
    Place,
    Stated,
    Value,
    kind_of,
)
from dragoman.docs.page import Page

Edit: TypeAlias = Literal["change", "drop", "add"]

FLAGS: Final[tuple[Attribute, ...]] = ("required", "nullable", "authentication", "deprecated")

_FORMATS: Final[Mapping[str, str]] = {
    "uuid": "date-time",
    "int32": "int64",
    "int64": "int32",
    "double": "float",
    "float": "double",
}


@frozen
class Written:
    """A page, and the lines that state its facts; `None` as attribute is the line that names the part."""

    page: Page
    lines: Mapping[tuple[Place, Attribute | None], int]


@frozen
class Mutation:
    """An operation changed in one place."""

    edit: Edit
    place: Place
    attribute: Attribute | None
    operation: OperationFacts

    @property
    def subject(self) -> str:
        """What is changed: an attribute, or a part as a whole, with the kind of the part."""
        return f"{kind_of(self.place)} {self.attribute or 'itself'}"


def operation(name: str, parts: Mapping[str, Mapping[Attribute, Value]]) -> OperationFacts:
    """Return an operation from places as `Place` prints them, such as `200 items[].id`."""
    collector = Collector(1, name)
    for line, (text, stated) in enumerate(parts.items(), 1):
        place = place_of(text)
        collector.add(place, line)
        for attribute, value in stated.items():
            collector.state(place, attribute, value, line)
    return collector.operation()


def place_of(text: str) -> Place:
    """Return the place that a text names; '' is the operation itself."""
    section, _, names = text.partition(" ")
    for mark in (ITEMS, VALUES):
        names = names.replace(mark, f".{mark}")
    return Place(section, tuple(each for each in names.split(".") if each))


def mutations(known: OperationFacts, facts: Facts) -> Iterator[Mutation]:
    """Yield every change of an operation that pages of a kind can express."""
    for part in known.parts:
        for attribute, stated in part.stated.items():
            if not facts.can_state(part.place, attribute):
                continue
            for edit, value in _edits(attribute, stated.value):
                changed = _changed(known, part, attribute, value)
                yield Mutation(edit, part.place, attribute, changed)
        if _is_named(part.place):
            yield Mutation("drop", part.place, None, _without(known, part.place))
            added = Place(part.place.section, (*part.place.names[:-1], "invented"))
            yield Mutation("add", added, None, _with(known, part, added))


def _edits(attribute: Attribute, value: Value) -> Iterator[tuple[Edit, Value]]:
    if attribute in FLAGS:
        yield ("drop" if value else "add"), not value
    elif attribute == "values" and isinstance(value, tuple):
        yield "drop", value[:-1]
        yield "add", (*value, "Invented")
        yield "change", (*value[:-1], "Invented")
    elif attribute == "type":
        yield "change", ("boolean",) if "boolean" not in _tuple(value) else ("string",)
    elif attribute == "format":
        yield "change", _FORMATS.get(str(value), "uuid")
    elif attribute == "method":
        yield "change", {"GET": "DELETE", "DELETE": "GET", "POST": "PUT"}.get(str(value), "POST")
    elif attribute == "path":
        yield "change", f"{value}/changed"
    elif attribute == "maxLength" and isinstance(value, int):
        yield "change", value + 1
    elif attribute == "mediaTypes" and isinstance(value, tuple):
        yield "change", ("application/x-invented",)


def _tuple(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _is_named(place: Place) -> bool:
    return bool(place.names) and place.names[-1] not in (ITEMS, VALUES) and place.section != "path"


def _changed(known: OperationFacts, part: Part, attribute: Attribute, value: Value) -> OperationFacts:
    """Return an operation with another value; another type has no format, values, or members."""
    stated = dict(part.stated)
    stated[attribute] = Stated(value, part.line)
    if attribute == "type":
        stated = {key: each for key, each in stated.items() if key not in ("format", "values", "schema", "maxLength")}
        known = evolve(known, parts=tuple(each for each in known.parts if not _is_inside(each.place, part.place)))
    parts = (evolve(each, stated=stated) if each.place == part.place else each for each in known.parts)
    return evolve(known, parts=tuple(parts))


def _is_inside(place: Place, outer: Place) -> bool:
    return place != outer and place.section == outer.section and place.names[: len(outer.names)] == outer.names


def _without(known: OperationFacts, place: Place) -> OperationFacts:
    parts = (each for each in known.parts if each.place != place and not _is_inside(each.place, place))
    return evolve(known, parts=tuple(parts))


def _with(known: OperationFacts, sibling: Part, place: Place) -> OperationFacts:
    """Return an operation with a new part after one with the same parent."""
    stated: dict[Attribute, Stated] = {"type": Stated(("string",), 1), "required": Stated(value=False, line=1)}
    at = max(
        index
        for index, each in enumerate(known.parts)
        if each is sibling or (_is_inside(each.place, sibling.place) and sibling.place.section not in PARAMETERS)
    )
    added = Part(place=place, line=1, stated=stated)
    return evolve(known, parts=(*known.parts[: at + 1], added, *known.parts[at + 1 :]))


@frozen
class Result:
    """Mutations of one reader by their subject, and those that were not found."""

    counts: Counter[tuple[str, Edit]]
    missed: tuple[str, ...]


def run(
    known: OperationFacts,
    write: Callable[[OperationFacts], Written],
    read: Callable[[Page], Facts],
    can_write: Callable[[Mutation], bool] = lambda _: True,
) -> Result:
    """Write, read and compare every mutation of an operation that the writer can write.

    The operation as it is must have no finding, and a mutation none about other parts.
    """
    facts = read(write(known).page)
    missed = [f"unchanged: {each}" for each in findings(facts, known)]
    missed += [f"unchanged: line {number} is not read" for number in facts.unread]
    counts: Counter[tuple[str, Edit]] = Counter()
    for each in filter(can_write, mutations(known, facts)):
        counts[each.subject, each.edit] += 1
        written = write(each.operation)
        found = findings(read(written.page), known)
        expected = _expected(each, written, known)
        seen = {(finding.kind, finding.place, finding.attribute, _line(finding)) for finding in found}
        others = [one for one in found if one.place != each.place and not _is_inside(one.place, each.place)]
        if expected not in seen or others:
            missed.append(f"{each.edit} {each.place} {each.attribute or 'itself'}: expected {expected}, found {found}")
    return Result(counts, tuple(missed))


def findings(facts: Facts, known: OperationFacts) -> list[Finding]:
    """Return the findings about the first operation of a page, without notes."""
    return [each for each in compare(facts, facts.operations[0], known, {}) if each.kind not in NOTES]


def _line(finding: Finding) -> int:
    stated = finding.page or finding.other
    return stated.line if stated else 0


def _expected(
    mutation: Mutation, written: Written, known: OperationFacts
) -> tuple[str, Place, Attribute | None, int | None]:
    place, attribute = mutation.place, mutation.attribute
    if attribute is None and mutation.edit == "drop":
        part = known.part(place)
        return "only-in-spec", place, None, part.line if part else None
    kind = "only-on-page" if attribute is None else "differs"
    return kind, place, attribute, written.lines.get((place, attribute))


def table(results: Mapping[str, Iterable[Result]]) -> str:
    """Return the table of readers and what was changed on their pages, to print."""
    lines: list[str] = []
    for name, each in results.items():
        counts: Counter[tuple[str, Edit]] = sum((result.counts for result in each), Counter())
        lines.append(f"{name}: {counts.total()} mutations")
        for subject in dict.fromkeys(subject for subject, _ in counts):
            edits = ", ".join(f"{edit} {counts[subject, edit]}" for edit in ("change", "drop", "add"))
            lines.append(f"  {subject:24} {edits}")
    return "\n".join(lines)
