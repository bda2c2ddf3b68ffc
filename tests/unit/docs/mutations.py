"""Mutation test of a reader: every change of what a page states must be found, on the right line and of the right kind.

A page writer prints an operation as pages of its family do, and says which line states what. The test prints an
operation changed in one place, reads the page, and compares it with the operation as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from attrs import evolve, field, frozen
from tests.unit.docs.writers.marks import Written

from dragoman.docs.compare import NOTES, Finding, compare, placed
from dragoman.docs.facts import (
    ITEMS,
    PARAMETERS,
    REQUEST,
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
from dragoman.docs.readers import Reader

Edit: TypeAlias = Literal["change", "drop", "add"]
Subject: TypeAlias = tuple[str, Attribute | None]
"""Kind of a part, and an attribute of it; None for the part itself."""

EDITS: Final[tuple[Edit, ...]] = ("change", "drop", "add")
PRINTED_WHERE_THEY_APPLY: Final[frozenset[Attribute]] = frozenset({"format", "values", "maxLength", "deprecated"})
"""Attributes whose absence on a page is a statement."""

_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("date-time", "uuid"),
    "integer": ("int64", "int32"),
    "number": ("double", "float"),
}
_METHODS: Final[Mapping[str, str]] = {"GET": "DELETE", "POST": "PUT", "PUT": "POST"}
_FLAGS: Final[frozenset[Attribute]] = frozenset({"required", "nullable", "authentication", "deprecated"})


@frozen
class Mutation:
    """An operation changed in one place."""

    edit: Edit
    place: Place
    attribute: Attribute | None
    operation: OperationFacts
    former: Place | None = None
    """The place of a part that was moved."""

    @property
    def subject(self) -> Subject:
        """Kind of the part, and the attribute."""
        return kind_of(self.place), self.attribute

    def __str__(self) -> str:
        return f"{self.edit} {self.attribute or 'the part'} of {self.place}"


@frozen(kw_only=True)
class Rendering:
    """A kind of page, with the operations of which the test writes pages."""

    name: str
    reader: Reader
    write: Callable[..., Written]
    """Writes the page of an operation. A second argument, for pages with examples, is the operation in these."""

    operations: tuple[OperationFacts, ...]
    refuses: Callable[[Mutation], bool] = lambda _: False
    """True for what no page of the family can show."""

    has_examples: bool = False
    is_placed: bool = True
    """False if the place of a member that nothing else mentions is a guess."""


def mutations(known: OperationFacts) -> Iterator[Mutation]:
    """Yield the changes of an operation."""
    for part in known.parts:
        for attribute, edit, value in _edits(part):
            yield Mutation(edit, part.place, attribute, _with_value(known, part, attribute, value))
        yield from _types(known, part)
        if part.place.names and part.place.names[-1] not in (ITEMS, VALUES):
            yield Mutation("drop", part.place, None, _without(known, part.place))
            added = Place(part.place.section, (*part.place.names[:-1], "invented"))
            yield Mutation("add", added, None, _with_part(known, part, added))
            first = next(each for each in known.parts if each.place.parent == part.place.parent and each.place.names)
            if part is first and part.place.section == first.place.section:
                yield Mutation("add", added, None, _with_part(known, part, added, before=True))
        elif part.place.section and not part.place.names:
            yield from _bodies(known, part)
    if known.part(Place(REQUEST)) is None:
        yield Mutation("add", Place(REQUEST), None, _with_body(known, known.parts[-1], Place(REQUEST)))


def _edits(part: Part) -> Iterator[tuple[Attribute, Edit, Value | None]]:
    """Yield the changes of attributes that leave the other attributes as they are; None drops an attribute."""
    said: dict[Attribute, Value] = {attribute: each.value for attribute, each in part.stated.items()}
    for attribute, value in said.items():
        if attribute in _FLAGS:
            yield attribute, ("drop" if value else "add"), not value
    if "method" in said:
        yield "method", "change", _METHODS[str(said["method"])]
        yield "path", "change", f"{said['path']}/changed"
        return
    media = said.get("mediaTypes")
    if isinstance(media, tuple):
        yield "mediaTypes", "change", ("application/x-invented",)
        yield "mediaTypes", "add", (*media, "application/x-invented")
    if "schema" in said:
        yield "schema", "change", f"{said['schema']}Invented"
    yield from _limits(said)


def _limits(said: Mapping[Attribute, Value]) -> Iterator[tuple[Attribute, Edit, Value | None]]:
    """Yield the changes of what a scalar is limited to."""
    type_, values = _kind(said), said.get("values")
    if isinstance(values, tuple):
        yield "values", "change", (*values[:-1], "Invented")
        yield "values", "drop", values[:-1]
        yield "values", "drop", None
        yield "values", "add", (*values, "Invented")
        return
    form, longest = said.get("format"), said.get("maxLength")
    if type_ in _FORMATS:
        yield "format", ("change" if form else "add"), next(each for each in _FORMATS[type_] if each != form)
    if form:
        yield "format", "drop", None
    if isinstance(longest, int):
        yield "maxLength", "change", longest + 1
        yield "maxLength", "drop", None
    elif type_ == "string":
        yield "maxLength", "add", 40
    if type_ == "string" and not form:
        yield "values", "add", ("String", "Invented")


def _types(known: OperationFacts, part: Part) -> Iterator[Mutation]:
    """Yield the operation with another type of a part: another scalar, a list of what it was, or what was in it."""
    kind = _kind({attribute: each.value for attribute, each in part.stated.items()})
    if not kind:
        return
    other = "string" if kind == "boolean" else "boolean"
    bare = _bare(known, part, other)
    yield Mutation("change", part.place, "type", bare)
    items = part.place.inside(ITEMS)
    if kind == "array":
        rest = _moved(known, items, part.place)
        yield Mutation("change", part.place, "type", rest)
    else:
        yield Mutation("change", part.place, "type", _listed(known, part, items))


def _kind(said: Mapping[Attribute, Value]) -> str:
    value = said.get("type")
    return value[0] if isinstance(value, tuple) else ""


def _bodies(known: OperationFacts, part: Part) -> Iterator[Mutation]:
    """Yield the operation without a body, with another one, and with the body under another status."""
    yield Mutation("drop", part.place, None, _without(known, part.place))
    if part.place == Place(REQUEST):
        return
    added, other = Place("409"), Place("203")
    yield Mutation("add", added, None, _with_body(known, part, added))
    yield Mutation("change", other, None, _moved(known, part.place, other), part.place)


# Operations with a change


def _with_value(known: OperationFacts, part: Part, attribute: Attribute, value: Value | None) -> OperationFacts:
    stated = {key: each for key, each in part.stated.items() if key != attribute}
    if value is not None:
        stated[attribute] = Stated(value, part.line)
    if attribute == "values":
        stated.setdefault("schema", Stated("Invented", part.line))
    return _replaced(known, evolve(part, stated=stated))


def _replaced(known: OperationFacts, part: Part) -> OperationFacts:
    return evolve(known, parts=tuple(part if each.place == part.place else each for each in known.parts))


def _bare(known: OperationFacts, part: Part, kind: str) -> OperationFacts:
    """Return the operation with a scalar in place of a part: without limits and members."""
    gone = ("format", "values", "schema", "maxLength")
    stated = {key: each for key, each in part.stated.items() if key not in gone}
    stated["type"] = Stated((kind,), part.line)
    rest = tuple(each for each in known.parts if not is_inside(each.place, part.place))
    return _replaced(evolve(known, parts=rest), evolve(part, stated=stated))


def _listed(known: OperationFacts, part: Part, items: Place) -> OperationFacts:
    """Return the operation with a list of what a part was."""
    own: tuple[Attribute, ...] = ("required", "deprecated", "mediaTypes", "nullable")
    outer = {key: each for key, each in part.stated.items() if key in own}
    inner = {key: each for key, each in part.stated.items() if key not in own}
    inner["nullable"] = Stated(value=False, line=part.line)
    moved = _moved(known, part.place, items)
    at = next(index for index, each in enumerate(moved.parts) if each.place == items)
    list_ = evolve(part, stated={**outer, "type": Stated(("array",), part.line)})
    parts = (*moved.parts[:at], list_, evolve(part, place=items, stated=inner), *moved.parts[at + 1 :])
    return evolve(known, parts=parts)


def _moved(known: OperationFacts, one: Place, other: Place) -> OperationFacts:
    """Return the operation with a part, and what is in it, at another place; nothing else stays at that place."""
    parts: list[Part] = []
    for each in known.parts:
        if each.place == one or is_inside(each.place, one):
            place = Place(other.section, (*other.names, *each.place.names[len(one.names) :]))
            owner = known.part(other) if each.place == one and is_inside(one, other) else None
            stated = {**owner.stated, **each.stated} if owner else each.stated
            parts.append(evolve(each, place=place, stated=stated))
        elif each.place != other:
            parts.append(each)
    return evolve(known, parts=tuple(parts))


def is_inside(place: Place, outer: Place) -> bool:
    """Return True for a part of a part."""
    return place != outer and place.section == outer.section and place.names[: len(outer.names)] == outer.names


def _without(known: OperationFacts, place: Place) -> OperationFacts:
    parts = (each for each in known.parts if each.place != place and not is_inside(each.place, place))
    return evolve(known, parts=tuple(parts))


def _with_part(known: OperationFacts, sibling: Part, place: Place, *, before: bool = False) -> OperationFacts:
    """Return an operation with a new part after one with the same parent, or before it."""
    stated: dict[Attribute, Stated] = {
        "type": Stated(("string",), 1),
        "required": Stated(value=place.section == "path", line=1),
        "nullable": Stated(value=False, line=1),
        "deprecated": Stated(value=False, line=1),
    }
    family = [i for i, each in enumerate(known.parts) if each is sibling or is_inside(each.place, sibling.place)]
    at = family[0] if before else family[-1] + 1
    added = Part(place=place, line=1, stated=stated)
    return evolve(known, parts=(*known.parts[:at], added, *known.parts[at:]))


def _with_body(known: OperationFacts, sibling: Part, place: Place) -> OperationFacts:
    """Return an operation with a new body after another one."""
    stated: dict[Attribute, Stated] = {
        "type": Stated(("object",), 1),
        "nullable": Stated(value=False, line=1),
        "mediaTypes": Stated(("application/json",), 1),
    }
    if place == Place(REQUEST):
        stated["required"] = Stated(value=True, line=1)
    body = Part(place=place, line=1, stated=stated)
    at = max(index for index, each in enumerate(known.parts) if each.place.section == sibling.place.section)
    if place == Place(REQUEST):
        at = max(index for index, each in enumerate(known.parts) if each.place.section in ("", *PARAMETERS))
    whole = evolve(known, parts=(*known.parts[: at + 1], body, *known.parts[at + 1 :]))
    return _with_part(whole, body, place.inside("invented"))


# Trial


@frozen
class Result:
    """Mutations of a rendering by what was changed, and those that were not found."""

    tried: Counter[tuple[Subject, Edit]] = field(factory=Counter)
    found: Counter[Subject] = field(factory=Counter)
    missed: list[str] = field(factory=list)


def run(rendering: Rendering, turn: int | None = None) -> Result:
    """Write, read and compare mutations of the operations that pages of a kind can express.

    The page of an operation as it is must have no finding, and a mutation none about other parts.

    Args:
        rendering: The kind of page.
        turn: Try one mutation of each kind for each operation, another one for each number; None for all of them.
    """
    result = Result()
    for known in rendering.operations:
        original = rendering.write(known)
        facts = rendering.reader.read(original.page)
        faults = [*_reading_faults(facts, original, known), *map(str, findings(facts, known))]
        result.missed.extend(f"unchanged {known.name}: {each}" for each in faults)
        groups: dict[tuple[Subject, Edit], list[Mutation]] = {}
        for each in mutations(known):
            if _can_state(rendering, each.place, each.attribute) and not rendering.refuses(each):
                groups.setdefault((each.subject, each.edit), []).append(each)
        for group in groups.values():
            first = (turn or 0) % len(group)
            for each in (*group[first:], *group[:first]):
                changed = rendering.write(each.operation)
                if not _is_expressed(each, original, changed, facts):
                    continue
                result.tried[each.subject, each.edit] += 1
                faults = list(_mutation_faults(rendering, known, each, changed))
                if original.page.text == changed.page.text:
                    faults.append("the page is the same")
                result.found[each.subject] += not faults
                result.missed.extend(f"{known.name}: {each}: {fault}" for fault in faults)
                if turn is not None:
                    break
    return result


def _can_state(rendering: Rendering, place: Place, attribute: Attribute | None) -> bool:
    return attribute is None or attribute in rendering.reader.EXPRESSIBLE.get(kind_of(place), frozenset())


def _is_expressed(mutation: Mutation, original: Written, changed: Written, facts: Facts) -> bool:
    """Return True if the page states the change, or no longer states what a page of its kind would print."""
    key = (mutation.place, mutation.attribute)
    if key in changed.lines or mutation.attribute is None:
        return True
    if key not in original.lines or mutation.attribute not in PRINTED_WHERE_THEY_APPLY:
        return False
    return mutation.attribute not in facts.sampled


def _mutation_faults(
    rendering: Rendering, known: OperationFacts, mutation: Mutation, written: Written
) -> Iterator[str]:
    facts = rendering.reader.read(written.page)
    yield from _reading_faults(facts, written, mutation.operation)
    found = findings(facts, known)
    expected = _expected(mutation, written, known)
    if expected is not None:
        own = [each for each in found if _matches(rendering, mutation, each, expected, written)]
        if not own:
            shown = [(each.kind, str(each.place), each.attribute, each.line) for each in found]
            yield f"expected {expected}, found {shown}"
    near = (mutation.place, mutation.former or mutation.place)
    for each in found:
        is_near = any(each.place == place or is_inside(each.place, place) for place in near)
        is_guess = not rendering.is_placed and each.place.names[-1:] == ("invented",)
        if not is_near and not is_guess:
            yield f"about another part: {each.kind} {each.place} {each.attribute}"


def findings(facts: Facts, known: OperationFacts) -> list[Finding]:
    """Return the findings about the first operation of a page, without notes."""
    return [each for each in compare(facts, facts.operations[0], known, {}) if each.kind not in NOTES]


def _reading_faults(facts: Facts, written: Written, shown: OperationFacts) -> Iterator[str]:
    """Yield where the facts of a page are not what it states, on the lines that state it."""
    yield from (f"line {number} is not read" for number in facts.unread)
    yield from (f"contradiction about {each.place} {each.attribute}" for each in facts.contradictions)
    read = placed(facts.operations[0], shown)
    parts = {each.place: each for each in read.parts}
    stated = {
        (place, key): (each.value, each.line) for place, part in parts.items() for key, each in part.stated.items()
    }
    for (place, attribute), line in written.lines.items():
        if attribute is None:
            seen = parts[place].line if place in parts else None
        else:
            value, seen = stated.pop((place, attribute), (None, None))
            source = shown.part(place)
            expected = source.stated[attribute].value if source and attribute in source.stated else None
            if seen is not None and (value is None or expected is None or not agree(attribute, value, expected)):
                yield f"{place} {attribute}: {expected} on the page, read as {value}"
        if seen != line:
            yield f"{place} {attribute or 'itself'}: on line {line}, read on line {seen}"
    for (place, attribute), (value, line) in stated.items():
        if attribute != "schema":
            yield f"{place} {attribute}: read as {value} on line {line}, which does not say so"


Expected: TypeAlias = tuple[str, Place, Attribute | None, int | None]


def _expected(mutation: Mutation, written: Written, known: OperationFacts) -> Expected | None:
    """Return kind, place, attribute and line of the finding; None for names of schemas, which are the spec's own."""
    place, attribute = mutation.place, mutation.attribute
    line = written.lines.get((place, attribute))
    if attribute == "schema":
        return None
    if attribute is None:
        if mutation.edit == "drop":
            return (
                "only-in-spec",
                place,
                None,
                None if place.parent == Place() else written.lines.get((place.parent, None)),
            )
        return "only-on-page", place, None, line
    if line is None:
        return "only-in-spec", place, attribute, written.lines.get((place, None))
    part = known.part(place)
    kind = "differs" if part and attribute in part.stated else "only-on-page"
    return kind, place, attribute, line


def _matches(rendering: Rendering, mutation: Mutation, found: Finding, expected: Expected, written: Written) -> bool:
    kind, place, attribute, line = expected
    same = found.place == place
    if not rendering.is_placed and mutation.attribute is None and mutation.edit == "add":
        same = found.place.names[-1:] == place.names[-1:]
    lines = {line} if line is not None else set(written.lines.values())
    return same and (found.kind, found.attribute) == (kind, attribute) and found.line in lines


# Table


def table(results: Mapping[Reader, list[Result]]) -> str:
    """Return the table of attributes and readers, with how many mutations were found of those that were tried."""
    names = [reader.NAME.removeprefix("servicestack_").removeprefix("docusaurus_") for reader in results]
    subjects = list(dict.fromkeys(subject for each in results.values() for one in each for subject, _ in one.tried))
    subjects += [each for each in _declared(results) if each not in subjects]
    subjects.sort(key=lambda each: (_KINDS.index(each[0]), each[1] or ""))
    rows = [("", *names)]
    for kind, attribute in subjects:
        cells = (_cell(reader, several, (kind, attribute)) for reader, several in results.items())
        rows.append((f"{kind} {attribute or 'itself'}", *cells))
    for edit in EDITS:
        totals = (
            str(sum(n for one in several for (_, each), n in one.tried.items() if each == edit))
            for several in results.values()
        )
        rows.append((f"all: {edit}", *totals))
    return "\n".join(f"{head:22}" + "".join(f"{each:>10}" for each in cells) for head, *cells in rows)


_KINDS: Final = ("operation", "parameter", "body", "member")


def _declared(results: Mapping[Reader, list[Result]]) -> Iterator[Subject]:
    for reader in results:
        for kind, attributes in reader.EXPRESSIBLE.items():
            for attribute in attributes:
                yield kind, attribute


def _cell(reader: Reader, results: list[Result], subject: Subject) -> str:
    """Return found and tried mutations; - for what the reader does not declare."""
    kind, attribute = subject
    tried = sum(n for one in results for (each, _), n in one.tried.items() if each == subject)
    if attribute is not None and attribute not in reader.EXPRESSIBLE.get(kind, frozenset()):
        return "-"
    return f"{sum(one.found[subject] for one in results)}/{tried}"


def never_tried(results: Mapping[Reader, list[Result]]) -> list[str]:
    """Return the attributes that a reader declares to be expressible and that no mutation changed."""
    return [
        f"{reader.NAME}: {kind} {attribute}"
        for reader, several in results.items()
        for kind, attributes in reader.EXPRESSIBLE.items()
        for attribute in attributes
        if not any(one.tried[(kind, attribute), edit] for one in several for edit in EDITS)
    ]
