"""Facts of a ServiceStack page from its classes and what surrounds them, in any of its languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from ...facts import (
    ITEMS,
    PARAMETERS,
    REQUEST,
    VALUES,
    Attribute,
    Collector,
    Contradiction,
    Facts,
    OperationFacts,
    Place,
    Stated,
)
from ...page import Page, problem
from .page import Route, Surroundings
from .sample import Sample
from .types import LIST, MAP, SCALARS, UNKNOWN, Type

LISTS: Final = frozenset({"path", "query", REQUEST})
MAX_DEPTH: Final = 40
"""Nesting of classes; what is deeper is left open."""

MAX_PARTS: Final = 5_000
"""Parts of an operation; what is more is left open. Classes that contain each other multiply."""

MAX_ROUTES: Final = 50
MAX_LINES: Final = 20_000

_IN_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_LIST_BASES: Final = frozenset({"Array", "List", LIST})


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


def recognised(page: Page, mark: re.Pattern[str], language: str) -> str | None:
    """Return the reason why a page is one of ServiceStack with classes of a language."""
    if page.kind != "text":
        return None
    found = next((number for number, line in enumerate(page.lines, 1) if mark.match(line.strip())), None)
    return f"line {found} begins a class of {language}, as on metadata pages of ServiceStack" if found else None


def lines_of(page: Page) -> list[str]:
    """Return the lines of a page.

    Raises:
        PageError: it has more lines than a page of one operation.
    """
    lines = page.lines
    if len(lines) > MAX_LINES:
        message = f"the page has {len(lines):,} lines, which is more than {MAX_LINES:,}"
        raise problem(page.source, MAX_LINES, "page-too-large", message, "save the page of one operation")
    return lines


def facts(
    page: Page,
    reader: str,
    expressible: Mapping[str, frozenset[Attribute]],
    classes: Sequence[ClassText],
    around: Surroundings,
    read: frozenset[int],
) -> Facts:
    """Return the facts of a page from its classes and what surrounds them. `read` has the lines of the classes."""
    known = {each.name: each for each in classes}
    name = around.name or _request_class(classes, around)
    contradictions: list[Contradiction] = []
    operations: list[OperationFacts] = []
    routes = around.all_routes[:MAX_ROUTES] or (Route("", "", (), around.name_line),)
    for index, route in enumerate(routes):
        collector = Collector(around.name_line, name)
        if index == 0 and around.sample:
            route = _compared(collector, route, routes, around.sample)
        _operation(collector, known, name, route, around)
        operations.append(collector.operation())
        contradictions += collector.contradictions
    everything = range(1, len(page.lines) + 1)
    return Facts(
        source=page.source,
        reader=reader,
        expressible=expressible,
        operations=tuple(operations),
        lists=LISTS,
        contradictions=tuple(dict.fromkeys(contradictions)),
        unread=tuple(number for number in everything if number not in read and number not in around.read),
    )


def _compared(collector: Collector, route: Route, routes: Sequence[Route], sample: Route) -> Route:
    """State the first route, and compare the routes with the sample, which shows one of them."""
    verbs = {each.verb for each in routes}
    paths = {each.path for each in routes}
    if "" not in verbs and sample.verb not in verbs:
        collector.state(Place(), "method", route.verb, route.line)
        collector.state(Place(), "method", sample.verb, sample.line)
    elif "" not in paths and sample.path not in paths:
        collector.state(Place(), "path", route.path, route.line)
        collector.state(Place(), "path", sample.path, sample.line)
    return route


def _operation(
    collector: Collector, known: Mapping[str, ClassText], name: str, route: Route, around: Surroundings
) -> None:
    request = known.get(name)
    if route.verb:
        collector.state(Place(), "method", route.verb, route.line)
    if request and request.method and (route.verb == "" or len(around.routes) < 2):
        collector.state(Place(), "method", request.method.value, request.method.line)
    if route.path:
        collector.state(Place(), "path", route.path, route.line)
    if around.secured:
        collector.state(Place(), "authentication", around.secured.value, around.secured.line)
    tree = Tree(known, collector)
    if request is None or not tree.shape(Type(name)).is_complete or not around.is_complete:
        collector.leave_open(Place())
    verb = route.verb or (around.sample.verb if around.sample else "")
    if request is not None:
        _request(tree, request, verb, route, around.request)
    _response(tree, known, name, around)


def _request_class(classes: Sequence[ClassText], around: Surroundings) -> str:
    """Return the class of the request if the heading is missing; '' if it is not certain."""
    names = {each.name for each in classes}
    asked = [each.name for each in classes if each.response is not None or each.method is not None]
    paired = [each.name for each in classes if f"{each.name}Response" in names]
    last = around.sample.path.rpartition("/")[2] if around.sample else ""
    known = {each.name: each for each in classes}
    left = _left_over(known, set())
    likely = (paired, [last] if last in names else [], _alike(left, known, around.request))
    for found in (asked, *likely) if around.is_complete else (asked,):
        if len(found) == 1:
            return found[0]
    return ""


def _named(each: ClassText) -> Iterator[str]:
    """Yield the names of the classes that a class uses."""
    waiting = [part.type for part in each.fields] + [each.base, each.response]
    while waiting:
        found = waiting.pop()
        if found is not None:
            yield found.name
            waiting += found.arguments


def _request(tree: Tree, request: ClassText, verb: str, route: Route, sample: Sample | None) -> None:
    members = tree.shape(Type(request.name)).fields
    tree.compare_lists(request, Place(REQUEST) if verb in _IN_BODY else Place("query"))
    in_path = {each.lower(): each for each in route.names}
    shown = _by_lower(sample)
    for each in members:
        path_name = in_path.get(each.name.lower())
        if path_name:
            tree.field(Place("path", (path_name,)), evolve(each, required=None), None)
        if verb not in _IN_BODY and not path_name:
            section = each.section if each.section in PARAMETERS else "query"
            tree.field(Place(section, (each.name,)), each, None)
        elif each.section == "header":
            tree.field(Place("header", (each.name,)), each, None)
    body = [each for each in members if each.section != "header"]
    if verb in _IN_BODY and body:
        place = Place(REQUEST)
        tree.collector.add(place, request.line, type=("object",), **_schema(request.name))
        tree.members(place, evolve(tree.shape(Type(request.name)), fields=tuple(body)), request.line, sample)
        if sample and not shown and sample.types:
            tree.collector.state(place, "type", sample.types, sample.line)


def _response(tree: Tree, known: Mapping[str, ClassText], name: str, around: Surroundings) -> None:
    request = known.get(name)
    named = (request.response if request else None) or (Type(f"{name}Response") if f"{name}Response" in known else None)
    if named is None and around.response:
        shown = around.response.items[0] if around.response.items else around.response
        left = _alike(_left_over(known, {name}), known, shown)
        element = Type(left[0]) if len(left) == 1 else UNKNOWN
        named = Type(LIST, (element,)) if around.response.types == ("array",) else element
    if named is None:
        return
    response = known.get(named.name)
    place = Place(str(around.status.value) if around.status else "200")
    line = response.line if response else request.line if request else 1
    base = response.base if response else None
    if base and base.name in _LIST_BASES:
        tree.collector.add(place, line, type=("array",), **_schema(named.name))
        _items(tree, place, base, line, {name, named.name}, around.response)
    elif named.name == LIST:
        tree.collector.add(place, line, type=("array",))
        _items(tree, place, named, line, {name}, around.response)
    else:
        tree.type(place, named, line, around.response)
    if around.response and around.response.types:
        tree.collector.state(place, "type", around.response.types, around.response.line)


def _items(tree: Tree, place: Place, whole: Type, line: int, taken: set[str], sample: Sample | None) -> None:
    """State the items of a list; JavaScript does not say of what, so there it is the class that nothing names."""
    item = next((each for each in whole.arguments if each != UNKNOWN), None)
    if item is None:
        left = _left_over(tree.classes, taken)
        if len(left) != 1:
            tree.collector.leave_open(place)
            return
        item, line = Type(left[0]), tree.classes[left[0]].line
    tree.type(place.inside(ITEMS), item, line, sample.items[0] if sample and sample.items else None)


def _left_over(classes: Mapping[str, ClassText], taken: set[str]) -> list[str]:
    """Return the classes that no other class names."""
    used = {name for each in classes.values() for name in _named(each)}
    return [name for name, each in classes.items() if name not in used | taken and each.values is None]


def _alike(names: list[str], classes: Mapping[str, ClassText], sample: Sample | None) -> list[str]:
    """Return the classes with the members of a sample; all of them if none is."""
    shown = set(_by_lower(sample))
    alike = [name for name in names if shown and {each.name.lower() for each in classes[name].fields} == shown]
    return alike or names


def _schema(name: str) -> dict[str, str]:
    """Return the attribute `schema` for a class; tables of copies without headings have no name."""
    return {"schema": name} if name.isidentifier() else {}


def _by_lower(sample: Sample | None) -> Mapping[str, str]:
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
        if here is not None and here.name not in _LIST_BASES:  # the base is not on the page
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
        self.collector.add(place, line, type=("object",), **_schema(owner.name))
        if owner.name in above:
            self.collector.leave_open(place)
            return
        self.compare_lists(owner, place)
        self.members(place, self.shape(evolve(type_, nullable=False)), owner.line, sample, (*above, owner.name))

    def members(
        self, place: Place, shape: Shape, line: int, sample: Sample | None, above: tuple[str, ...] = ()
    ) -> None:
        """State the members of a class at a place; compare their names with those of the sample, if it shows any."""
        shown = _by_lower(sample)
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
