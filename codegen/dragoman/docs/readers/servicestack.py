"""What the metadata pages of ServiceStack have in common: heading, routes, sample, and classes to facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import field, frozen

from ..facts import ITEMS, REQUEST, VALUES, Attribute, Collector, Contradiction, Facts, OperationFacts, Place, Stated
from ..page import Page

EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path", "authentication"}),
    "parameter": frozenset({"type", "nullable", "format"}),
    "member": frozenset({"type", "nullable", "format", "schema"}),
    "body": frozenset({"type", "schema"}),
}

_HEADING: Final = "<back to all web services"
_SECURED: Final = "Requires Authentication"
_ROUTES: Final = "The following routes are available for this service:"
_SAMPLE: Final = "The following are sample HTTP requests and responses."
_VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_IN_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_ROW: Final = re.compile(r"\| *(?P<verbs>[A-Z, ]+|All Verbs) *\| *(?P<path>/[^ |]*) *(\|[^|]*)*\|?")
_REQUEST_LINE: Final = re.compile(rf"(?P<verb>{'|'.join(_VERBS)}) (?P<path>/\S*) HTTP/1\.1 ?")
_STATUS_LINE: Final = re.compile(r"HTTP/1\.1 (?P<status>\d{3})( .*)?")
_PATH_NAME: Final = re.compile(r"\{([^{}/]+)\}")
_SCALARS: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("string",),
    "number": ("integer", "number"),
    "boolean": ("boolean",),
}
_MAP: Final = re.compile(r"\{ *\[ *index *: *(string|number) *\] *: *(?P<values>.+?) *;? *\}")
_GUID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE: Final = re.compile(r"/Date\([-+0-9]+\)/|0001-01-01(T.*)?")


@frozen
class Field:
    """Field of a class."""

    name: str
    type: str
    """Type as the page prints it, without the mark of a nullable type."""

    line: int
    nullable: bool | None = None
    """None: the page does not say."""

    required: bool | None = None


@frozen
class ClassText:
    """Class on a page."""

    name: str
    base: str
    """Class that it extends, `Array` for a list, '' for none."""

    line: int
    fields: tuple[Field, ...]
    listed: Mapping[str, tuple[str, int]] = field(factory=dict[str, "tuple[str, int]"])
    """Type and line of each member in a second list of the class, which contains the inherited ones too."""

    response: str = ""
    """Class of the response, if the class of the request names it."""

    items: str = ""
    """Type of the items, if it extends a list and says of what."""


@frozen(kw_only=True)
class Surroundings:
    """Lines of a page around its classes."""

    name: str
    name_line: int
    secured: Stated | None
    routes: tuple[tuple[str, str, int], ...]
    """Verb, path and line; the path is '' if it is not certain where it ends."""

    sample: tuple[str, str, int] | None
    """Verb, path and line of the sample request."""

    request: tuple[Any, int] | None
    """Body of the sample request and its line."""

    response: tuple[Any, int] | None
    status: tuple[str, int] | None
    read: frozenset[int]
    """Lines that were read or are known prose."""


def recognised(page: Page, mark: re.Pattern[str], language: str) -> str | None:
    """Return the reason why a page is one of ServiceStack with classes of a language."""
    if page.kind != "text":
        return None
    found = next((number for number, line in enumerate(page.lines, 1) if mark.match(line.strip())), None)
    return f"line {found} begins a class of {language}, as on metadata pages of ServiceStack" if found else None


def surroundings(page: Page, classes: range) -> Surroundings:
    """Read the lines before and after the classes of a page."""
    lines = page.lines
    read: set[int] = set()
    name, name_line, secured = "", 1, None
    routes: list[tuple[str, str, str, int]] = []
    heading = False
    in_routes = False
    for number, raw in enumerate(lines[: classes.start - 1], 1):
        line = raw.strip()
        row = _ROW.fullmatch(line)
        if not line or line.strip("|- ") == "":
            read.add(number)
        elif row:
            read.add(number)
            routes += [(verb, row["path"], row["path"], number) for verb in _verbs(row["verbs"])]
        elif line == _HEADING:
            heading = True
            read.add(number)
        elif line == _ROUTES:
            in_routes = True
            read.add(number)
        elif in_routes and (glued := _glued(line)):
            read.add(number)
            routes += [(verb, glued[1], "", number) for verb in glued[0]]
        elif line == _SECURED:
            secured = Stated(value=True, line=number)
            read.add(number)
        elif heading and not name:
            name, name_line = line, number
            read.add(number)
        elif not heading or line == '"use strict";':  # the title of the service
            read.add(number)
    sample, status, request, response = _sample(lines, classes.stop, read)
    if heading and secured is None and name:
        secured = Stated(value=False, line=name_line)
    return Surroundings(
        name=name,
        name_line=name_line,
        secured=secured,
        routes=tuple(
            (
                verb,
                path
                or (sample[1].partition("?")[0] if sample and rest.startswith(sample[1].partition("?")[0]) else ""),
                number,
            )
            for verb, rest, path, number in routes
        ),
        sample=sample,
        request=request,
        response=response,
        status=status,
        read=frozenset(read),
    )


def _verbs(text: str) -> list[str]:
    return [verb for verb in re.split(r"[,\s]+", text) if verb in _VERBS] or ["GET"] * (text == "All Verbs")


def _glued(line: str) -> tuple[list[str], str] | None:
    """Return the verbs of a route, and its path with the summary that may be glued to it."""
    head, slash, rest = line.partition("/")
    verbs = _verbs(head)
    return (verbs, slash + rest) if verbs and slash else None


def _sample(
    lines: Sequence[str], start: int, read: set[int]
) -> tuple[tuple[str, str, int] | None, tuple[str, int] | None, tuple[Any, int] | None, tuple[Any, int] | None]:
    sample: tuple[str, str, int] | None = None
    status: tuple[str, int] | None = None
    bodies: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
    for number in range(start, len(lines) + 1):
        line = lines[number - 1].strip()
        read.add(number)
        request, answer = _REQUEST_LINE.fullmatch(lines[number - 1].strip(" ")), _STATUS_LINE.fullmatch(line)
        if request and sample is None:
            sample = request["verb"], request["path"], number
        elif answer and sample:
            status = answer["status"], number
        elif sample and line and (line[0] in "{[" or bodies[status is not None]):
            bodies[status is not None].append((number, line))
    return sample, status, _json(bodies[False]), _json(bodies[True])


def _json(lines: list[tuple[int, str]]) -> tuple[Any, int] | None:
    """Return a body and its line, if it is JSON; samples of other formats have only names without types."""
    try:
        return json.loads("\n".join(text for _, text in lines)), lines[0][0]
    except (ValueError, IndexError, RecursionError):
        return None


def facts(page: Page, reader: str, classes: Sequence[ClassText], around: Surroundings, read: frozenset[int]) -> Facts:
    """Return the facts of a page from its classes and what is around them."""
    known = {each.name: each for each in classes}
    contradictions: list[Contradiction] = []
    operations: list[OperationFacts] = []
    name = around.name or _request_class(classes)
    routes = (
        around.routes or ((around.sample[0], around.sample[1], around.sample[2]),) if around.sample else around.routes
    )
    for verb, path, line in routes or (("", "", 1),):
        collector = Collector(around.name_line, name)
        if verb:
            collector.state(Place(), "method", verb, line)
        if path:
            collector.state(Place(), "path", path, line)
        if around.secured:
            collector.state(Place(), "authentication", around.secured.value, around.secured.line)
        if around.sample and around.sample[0] == verb:
            collector.state(Place(), "path", around.sample[1].partition("?")[0], around.sample[2])
        tree = _Tree(known, collector, contradictions)
        _request(tree, known.get(name), verb, path, around)
        _response(tree, known, name, around)
        operations.append(collector.operation())
        contradictions += collector.contradictions
    everything = range(1, len(page.lines) + 1)
    return Facts(
        source=page.source,
        reader=reader,
        expressible=EXPRESSIBLE,
        operations=tuple(operations),
        lists=frozenset({"path", "query", REQUEST}),
        contradictions=tuple(contradictions),
        unread=tuple(number for number in everything if number not in read | around.read),
    )


def _request_class(classes: Sequence[ClassText]) -> str:
    """Return the class of the request, if the heading is missing: the last one that no other names."""
    used = {each.base for each in classes} | {_element(part.type) for each in classes for part in each.fields}
    found = [each.name for each in classes if each.name not in used and not each.name.endswith("Response")]
    return found[-1] if found else ""


def _request(tree: _Tree, request: ClassText | None, verb: str, path: str, around: Surroundings) -> None:
    if request is None:
        return
    in_path = set(_PATH_NAME.findall(path))
    for each in tree.members(request):
        if each.name in in_path:
            tree.field(Place("path", (each.name,)), each)
        if verb in _IN_BODY:
            tree.field(Place(REQUEST).inside(each.name), each)
        elif each.name not in in_path:
            tree.field(Place("query", (each.name,)), each)
    if verb in _IN_BODY and tree.members(request):
        tree.collector.add(Place(REQUEST), request.line, type=("object",), schema=request.name)
        if around.request:
            tree.sample(Place(REQUEST), around.request[0], around.request[1])


def _response(tree: _Tree, known: Mapping[str, ClassText], name: str, around: Surroundings) -> None:
    request = known.get(name)
    response = known.get((request.response if request else "") or f"{name}Response")
    status, line = around.status or ("200", response.line if response else 1)
    place = Place(status)
    if response is None:
        return
    tree.collector.add(place, line)
    if response.base in ("Array", "List"):
        tree.collector.add(place, response.line, type=("array",), schema=response.name)
        element = response.items or _left_over(known, {name, response.name})
        if element:
            tree.type(place.inside(ITEMS), element, response.line if response.items else known[element].line)
    else:
        tree.collector.add(place, response.line, type=("object",), schema=response.name)
        for each in tree.members(response):
            tree.field(place.inside(each.name), each)
    if around.response:
        tree.sample(place, around.response[0], around.response[1])


def _left_over(known: Mapping[str, ClassText], taken: set[str]) -> str:
    """Return the class that nothing names: the items of a list that does not say what they are."""
    used = {each.base for each in known.values()}
    used |= {_element(part.type) for each in known.values() for part in each.fields}
    found = [name for name in known if name not in used | taken]
    return found[0] if len(found) == 1 else ""


def _element(text: str) -> str:
    return text.strip("?").removesuffix("[]")


class _Tree:
    """Classes as parts of an operation."""

    def __init__(
        self, classes: Mapping[str, ClassText], collector: Collector, contradictions: list[Contradiction]
    ) -> None:
        self.classes = classes
        self.collector = collector
        self.contradictions = contradictions
        self._checked: set[str] = set()

    def members(self, owner: ClassText) -> list[Field]:
        """Return the fields of a class, inherited ones first; compare them with the list of the class."""
        line = [owner]
        while (base := self.classes.get(line[-1].base)) and base not in line:
            line.append(base)
        found = {each.name: each for part in reversed(line) for each in part.fields}
        if owner.listed and owner.name not in self._checked:
            self._checked.add(owner.name)
            self._compare(owner, found)
        return list(found.values())

    def _compare(self, owner: ClassText, found: Mapping[str, Field]) -> None:
        for name in {**found, **owner.listed}:
            one, other = found.get(name), owner.listed.get(name)
            place = Place(owner.name, (name,))
            if one is None or other is None:
                here = Stated("listed", one.line if one else other[1] if other else 0)
                there = Stated("not listed", owner.line)
                self.contradictions.append(Contradiction(place=place, attribute=None, first=here, second=there))
            elif one.type != other[0]:
                first, second = Stated(other[0], other[1]), Stated(one.type, one.line)
                self.contradictions.append(Contradiction(place=place, attribute="type", first=first, second=second))

    def field(self, place: Place, each: Field) -> None:
        """State a field at a place."""
        self.type(place, each.type, each.line)
        if each.nullable is not None:
            self.collector.state(place, "nullable", each.nullable, each.line)
        if each.required is not None:
            self.collector.state(place, "required", each.required, each.line)

    def type(self, place: Place, text: str, line: int, above: tuple[str, ...] = ()) -> None:
        """State a type as the page prints it, and what is inside it."""
        mapped = _MAP.fullmatch(text)
        owner = self.classes.get(text)
        if text.endswith("[]"):
            self.collector.add(place, line, type=("array",))
            self.type(place.inside(ITEMS), text[:-2], line, above)
        elif mapped:
            self.collector.add(place, line, type=("object",))
            self.type(place.inside(VALUES), mapped["values"], line, above)
        elif text in _SCALARS:
            self.collector.add(place, line, type=_SCALARS[text])
        elif owner is None or text in above:
            self.collector.add(place, line)
            self.collector.leave_open(place)
        else:
            self.collector.add(place, line, type=("object",), schema=text)
            for each in self.members(owner):
                inner = place.inside(each.name)
                self.type(inner, each.type, each.line, (*above, text))
                for attribute in ("nullable", "required"):
                    value = getattr(each, attribute)
                    if value is not None:
                        self.collector.state(inner, attribute, value, each.line)

    def sample(self, place: Place, value: Any, line: int) -> None:
        """State what a sample shows: types, and the formats of ids and dates."""
        for inner, each in _parts(place, value):
            if isinstance(each, str) and _GUID.fullmatch(each):
                self.collector.state(inner, "format", "uuid", line)
            elif isinstance(each, str) and _DATE.fullmatch(each):
                self.collector.state(inner, "format", "date-time", line)
            self.collector.state(inner, "type", _json_types(each), line)


def _parts(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    waiting = [(place, value)]
    while waiting:
        where, each = waiting.pop()
        if each is None:
            continue
        yield where, each
        if isinstance(each, dict):
            waiting += [(where.inside(name), inner) for name, inner in each.items()]
        elif isinstance(each, list):
            waiting += [(where.inside(ITEMS), inner) for inner in each[:1]]


def _json_types(value: Any) -> tuple[str, ...]:
    match value:
        case bool():
            return ("boolean",)
        case int() | float():
            return ("integer", "number")
        case str():
            return ("string",)
        case list():
            return ("array",)
        case _:
            return ("object",)
