"""Facts of a ServiceStack page: the classes of request and response at the places that route and sample give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve

from ...facts import (
    ITEMS,
    REQUEST,
    Attribute,
    Collector,
    Facts,
    OperationFacts,
    Place,
)
from ...page import Page, problem
from .classes import LIST_BASES, ClassText, Tree, by_lower, schema_of
from .page import Route, Surroundings
from .sample import Sample
from .types import LIST, UNKNOWN, Type

LISTS: Final = frozenset({"path", "query", REQUEST})
MAX_ROUTES: Final = 50
MAX_LINES: Final = 20_000

_IN_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


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
    sampled: frozenset[Attribute],
    classes: Sequence[ClassText],
    around: Surroundings,
    read: frozenset[int],
) -> Facts:
    """Return the facts of a page from its classes and what surrounds them. `read` has the lines of the classes."""
    known = {each.name: each for each in classes}
    name = around.name or _request_class(classes, around)
    operations: list[OperationFacts] = []
    routes = around.all_routes[:MAX_ROUTES] or (Route("", "", (), around.name_line),)
    for index, route in enumerate(routes):
        collector = Collector(around.name_line, name)
        if index == 0 and around.sample:
            route = _compared(collector, route, routes, around.sample)
        _operation(collector, known, name, route, around)
        operations.append(collector.operation())
    everything = range(1, len(page.lines) + 1)
    return Facts(
        source=page.source,
        reader=reader,
        expressible=expressible,
        operations=tuple(operations),
        lists=LISTS,
        sampled=sampled,
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
    shown = around.response.items[0] if around.response and around.response.items else around.response
    answers = _alike(left, known, shown)
    others = [each for each in left if each not in answers] if len(answers) == 1 else left
    likely = (paired, [last] if last in names else [], _alike(left, known, around.request), others)
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
    shown = by_lower(sample)
    for each in members:
        path_name = in_path.get(each.name.lower())
        if path_name:
            tree.field(Place("path", (path_name,)), evolve(each, required=None), None)
        if verb not in _IN_BODY and not path_name:
            section = "header" if each.section == "header" else "query"
            tree.field(Place(section, (each.name,)), each, None)
        elif each.section == "header":
            tree.field(Place("header", (each.name,)), each, None)
    body = [each for each in members if each.section != "header"]
    if verb in _IN_BODY and body:
        place = Place(REQUEST)
        tree.collector.add(place, request.line, type=("object",), **schema_of(request.name))
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
    if base and base.name in LIST_BASES:
        tree.collector.add(place, line, type=("array",), **schema_of(named.name))
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
    shown = set(by_lower(sample))
    alike = [name for name in names if shown and {each.name.lower() for each in classes[name].fields} == shown]
    return alike or names
