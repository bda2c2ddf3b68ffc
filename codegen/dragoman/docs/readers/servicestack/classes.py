"""Classes of a ServiceStack page, in any of its languages, and what they state at a place of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve, field, frozen

from ...facts import ITEMS, PARAMETERS, VALUES, Attribute, Collector, Contradiction, Place, Stated
from .sample import Sample
from .types import LIST, MAP, SCALARS, Type

MAX_DEPTH: Final = 40
"""Nesting of classes; what is deeper is left open."""

MAX_PARTS: Final = 5_000
"""Parts of an operation; what is more is left open. Classes that contain each other multiply."""

LIST_BASES: Final = frozenset({"Array", "List", LIST})


@frozen
class Field:
    """Field of a class."""

    name: str
    type: Type | None
    """None if the type could not be read."""

    line: int
    """Line that names it."""

    required: Stated | None = None
    """None: the page does not say."""

    section: str = ""
    """`path`, `query` or `header` if the page says so, `body` for the request, '' if it does not say."""

    type_line: int = 0
    """Line of the type, if it is another."""


@frozen
class ClassText:
    """Class, or enumeration, on a page."""

    name: str
    line: int
    fields: tuple[Field, ...] = ()
    base: Type | None = None
    """Class that it extends."""

    parameters: tuple[str, ...] = ()
    """Parameters of a generic class."""

    listed: Mapping[str, tuple[Type | None, int]] = field(factory=dict[str, "tuple[Type | None, int]"])
    """Type and line of each member in a second list of the class, which contains the inherited ones too."""

    response: Type | None = None
    """Type of the response, if the class of the request names it."""

    method: Stated | None = None
    """Verb, if the class of the request names it."""

    values: tuple[str, ...] | None = None
    """Values of an enumeration; () if they are not certain, None for a class."""

    is_complete: bool = True
    """False if the copy ends inside the class."""


@frozen
class Shape:
    """Members of a class with those that it inherits."""

    fields: tuple[Field, ...]
    is_complete: bool


def schema_of(name: str) -> dict[str, str]:
    """Return the attribute `schema` for a class; tables of copies without headings have no name."""
    return {"schema": name} if name.isidentifier() else {}


def by_lower(sample: Sample | None) -> Mapping[str, str]:
    """Return the names of the members of a sample by their lower case."""
    return {each.lower(): each for each in sample.members} if sample else {}


class Tree:
    """Classes as parts of an operation."""

    def __init__(self, classes: Mapping[str, ClassText], collector: Collector) -> None:
        self.classes = classes
        self.collector = collector
        self._shapes: dict[Type, Shape] = {}
        self._compared: set[str] = set()
        self._parts = 0

    def shape(self, type_: Type) -> Shape:
        """Return the members of a class on the page, inherited ones first."""
        if type_ not in self._shapes:
            self._shapes[type_] = self._shape(type_)
        return self._shapes[type_]

    def _shape(self, type_: Type) -> Shape:
        owner = self.classes[type_.name]
        line: list[tuple[ClassText, Mapping[str, Type]]] = []
        here: Type | None = type_
        seen: set[str] = set()
        while here is not None and here.name in self.classes and here.name not in seen and len(seen) < MAX_DEPTH:
            seen.add(here.name)
            each = self.classes[here.name]
            known = dict(zip(each.parameters, here.arguments, strict=False))
            line.append((each, known))
            here = each.base.with_arguments(known) if each.base else None
        found = {
            part.name: evolve(part, type=part.type.with_arguments(known) if part.type else None)
            for each, known in reversed(line)
            for part in each.fields
        }
        complete = all(each.is_complete for each, _ in line)
        if here is not None and here.name not in LIST_BASES:  # the base is not on the page
            complete = complete and bool(owner.listed)
            for name, (listed, number) in owner.listed.items():
                found.setdefault(name, Field(name, listed, number))
        return Shape(tuple(found.values()), complete)

    def compare_lists(self, owner: ClassText, place: Place) -> None:
        """Compare the fields of a class, and of those that it extends, with their second lists, once."""
        here: ClassText | None = owner
        while here is not None and here.name not in self._compared:
            self._compared.add(here.name)
            if here.listed and here.is_complete:
                self._compare_list(here, place)
            here = self.classes.get(here.base.name) if here.base else None

    def _compare_list(self, owner: ClassText, place: Place) -> None:
        found = {each.name: each for each in self.shape(Type(owner.name)).fields}
        for name in {**found, **owner.listed}:
            one, other = found.get(name), owner.listed.get(name)
            where = place.inside(name)
            if one is None or other is None:
                here = Stated("listed", one.line if one else other[1] if other else 0)
                there = Stated("not listed", owner.line)
                self._contradict(where, None, here, there)
            elif one.type and other[0] and evolve(one.type, nullable=False) != evolve(other[0], nullable=False):
                self._contradict(
                    where, "type", Stated(_text(other[0]), other[1]), Stated(_text(one.type), one.type_line or one.line)
                )

    def _contradict(self, place: Place, attribute: Attribute | None, first: Stated, second: Stated) -> None:
        self.collector.contradictions.append(
            Contradiction(place=place, attribute=attribute, first=first, second=second)
        )

    def field(self, place: Place, each: Field, sample: Sample | None, above: tuple[str, ...] = ()) -> None:
        """State a field at a place."""
        self.collector.add(place, each.line)
        self.type(place, each.type, each.type_line or each.line, sample, above)
        if each.required is not None:
            self.collector.state(place, "required", each.required.value, each.required.line)

    def type(
        self, place: Place, type_: Type | None, line: int, sample: Sample | None, above: tuple[str, ...] = ()
    ) -> None:
        """State a type, and what is inside it; compare it with the sample at its place."""
        self.collector.add(place, line)
        self._parts += 1
        if type_ is None or len(place.names) > MAX_DEPTH or self._parts > MAX_PARTS:
            self.collector.leave_open(place)
            return
        scalar, owner = SCALARS.get(type_.name), self.classes.get(type_.name)
        if type_.name == LIST:
            self.collector.state(place, "type", ("array",), line)
            first = sample.items[0] if sample and sample.items else None
            self.type(place.inside(ITEMS), type_.arguments[0], line, first, above)
        elif type_.name == MAP:
            self.collector.state(place, "type", ("object",), line)
            value = next(iter(sample.members.values()), None) if sample else None
            self.type(place.inside(VALUES), type_.arguments[0], line, value, above)
        elif owner is not None and owner.values is not None:
            self._enumeration(place, owner, line)
        elif owner is not None:
            self._object(place, type_, owner, line, sample, above)
        elif scalar is not None:
            self.collector.state(place, "type", scalar.types, line)
            if scalar.format:
                self.collector.state(place, "format", scalar.format, line)
        else:
            self._unknown(place, sample)
        is_value = (scalar and scalar.is_value) or (owner is not None and owner.values is not None)
        if place.names and place.section not in PARAMETERS and (type_.nullable or is_value):
            self.collector.state(place, "nullable", type_.nullable, line)
        if sample and sample.types:
            self._compare_scalar(place, sample, known=scalar is not None)

    def _compare_scalar(self, place: Place, sample: Sample, *, known: bool) -> None:
        if known:
            self.collector.state(place, "type", sample.types, sample.line)
        if known and sample.format:
            self.collector.state(place, "format", sample.format, sample.line)

    def _enumeration(self, place: Place, owner: ClassText, line: int) -> None:
        self.collector.state(place, "schema", owner.name, line)
        if owner.values:
            self.collector.state(place, "type", ("string",), line)
            self.collector.state(place, "values", owner.values, owner.line)

    def _object(
        self, place: Place, type_: Type, owner: ClassText, line: int, sample: Sample | None, above: tuple[str, ...]
    ) -> None:
        self.collector.add(place, line, type=("object",), **schema_of(owner.name))
        if owner.name in above:
            self.collector.leave_open(place)
            return
        self.compare_lists(owner, place)
        self.members(place, self.shape(evolve(type_, nullable=False)), owner.line, sample, (*above, owner.name))

    def members(
        self, place: Place, shape: Shape, line: int, sample: Sample | None, above: tuple[str, ...] = ()
    ) -> None:
        """State the members of a class at a place; compare their names with those of the sample, if it shows any."""
        shown = by_lower(sample)
        if not shape.is_complete:
            self.collector.leave_open(place)
        names: set[str] = set()
        for each in shape.fields:
            if self._parts > MAX_PARTS:
                self.collector.leave_open(place)
                return
            name = shown.get(each.name.lower(), each.name)  # tables print names of C#
            names.add(name)
            self.field(place.inside(name), each, sample.members.get(name) if sample else None, above)
            if sample and shown and name not in sample.members and each.type and each.type.name in SCALARS:
                where = place.inside(name)
                self._contradict(where, None, Stated("listed", each.line), Stated("not in the sample", sample.line))
        for name, value in sample.members.items() if sample and shape.is_complete else ():
            if name not in names:
                where = place.inside(name)
                self._contradict(where, None, Stated("in the sample", value.line), Stated("not listed", line))

    def _unknown(self, place: Place, sample: Sample | None) -> None:
        """State what a sample shows of a class that is not on the page."""
        self.collector.leave_open(place)
        waiting = [(place, sample)] if sample else []
        while waiting:
            where, each = waiting.pop()
            self.collector.add(where, each.line)
            self.collector.leave_open(where)
            if each.types:
                self.collector.state(where, "type", each.types, each.line)
            if each.format:
                self.collector.state(where, "format", each.format, each.line)
            waiting += [(where.inside(ITEMS), inner) for inner in each.items[:1]]
            if "String" not in each.members:  # the key of a map in a sample
                waiting += [(where.inside(name), inner) for name, inner in reversed(each.members.items())]


def _text(type_: Type) -> str:
    """Return a type as in TypeScript, for messages."""
    inner = ", ".join(_text(each) for each in type_.arguments)
    if type_.name == LIST:
        return f"{inner}[]"
    if type_.name == MAP:
        return f"{{ [index:string]: {inner} }}"
    return f"{type_.name}<{inner}>" if inner else type_.name
