"""Writer of metadata pages of ServiceStack: classes in JavaScript or TypeScript, or tables, glued or as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import define, field, frozen
from tests.unit.docs.mutations import Written

from dragoman.docs.facts import ITEMS, REQUEST, VALUES, Attribute, OperationFacts, Part, Place
from dragoman.docs.page import Page

Language: TypeAlias = Literal["js", "ts", "table"]
Copy: TypeAlias = Literal["text", "tabs", "markdown"]
"""Glued cells, cells with tabs, or Markdown without headings and indentation."""

_NUMBERS: Final = ("integer", "number")
_IN_BODY: Final = ("POST", "PUT", "PATCH")
_SAMPLES: Final[Mapping[str, Any]] = {"string": "String", "integer": 0, "number": 0, "boolean": False}
_CSHARP: Final[Mapping[tuple[str, str], str]] = {
    ("integer", "int32"): "int",
    ("integer", "int64"): "long",
    ("integer", ""): "short",
    ("number", "double"): "double",
    ("number", "float"): "float",
    ("number", ""): "decimal",
    ("boolean", ""): "bool",
    ("string", "uuid"): "Guid",
    ("string", "date-time"): "DateTime",
    ("string", ""): "string",
}


@frozen
class Class:
    """Class with its members, or an enumeration."""

    name: str
    place: Place
    members: tuple[Part, ...]
    values: tuple[str, ...] = ()


@define
class Text:
    """Lines of a page, and what they state."""

    lines: list[str] = field(factory=list)
    said: dict[tuple[Place, Attribute | None], int] = field(factory=dict)

    def add(self, line: str = "", *places: Place, says: tuple[Attribute | None, ...] = ()) -> None:
        """Add a line that says something about places."""
        self.lines.append(line)
        for place in places:
            for each in says:
                self.said.setdefault((place, each), len(self.lines))


@frozen
class Writer:
    """Writes pages in one language, as one kind of copy."""

    language: Language
    copy: Copy = "text"
    has_jsv: bool = False
    """True for a sample in JSV, False for JSON."""

    def __call__(self, known: OperationFacts, shown: OperationFacts | None = None) -> Written:
        """Return the page of an operation; `shown` is the operation in its sample, if that is another."""
        text = Text()
        self._head(text, known)
        {"js": self._javascript, "ts": self._typescript, "table": self._tables}[self.language](text, known)
        self._tail(text, shown or known)
        if self.copy == "markdown":
            text = _stripped(text)
        return Written(Page(f"{self.language}.txt", "text", "\n".join(text.lines)), text.said)

    def _head(self, text: Text, known: OperationFacts) -> None:
        stated = known.parts[0].stated
        method, path = stated["method"].value, stated["path"].value
        if self.copy == "markdown":
            text.add(f"| {method} | {path} | Move the toys |", Place(), says=("method", "path"))
            text.add("|---|")
            return
        text.add("Acme.Toys.PublicApi")
        text.add()
        text.add("<back to all web services")
        text.add()
        secured = bool(stated["authentication"].value)
        text.add(known.name, Place(), says=(None,) if secured else (None, "authentication"))
        text.add()
        if secured:
            text.add("Requires Authentication", Place(), says=("authentication",))
        text.add("The following routes are available for this service:")
        cells = [str(method), str(path), "Move the toys"]
        text.add(("\t" if self.copy == "tabs" else "").join(cells), Place(), says=("method", "path"))

    def _javascript(self, text: Text, known: OperationFacts) -> None:
        text.add('"use strict";')
        for each in classes(known):
            if each.values:
                text.add("/** @typedef {" + "|".join(f"'{value}'" for value in each.values) + "} */")
                text.add(f"export var {each.name};", *_enumerated(known, each), says=("values",))
                text.add(f"(function ({each.name}) {{")
                for value in each.values:
                    text.add(f'    {each.name}["{value}"] = "{value}"')
                text.add(f"}})({each.name} || ({each.name} = {{}}));")
                continue
            base = " extends Array" if each.place == _response(known).place and _is_list(_response(known)) else ""
            text.add(f"export class {each.name}{base} {{", *_owned(known, each), says=("type",))
            members = [] if base else each.members
            listed = ",".join(f"{part.place.names[-1]}?:{_script(known, part)}" for part in members)
            text.add(f"    /** @param {{{{{listed}}}}} [init] */" if members else "")
            text.add("    constructor(init) { Object.assign(this, init) }")
            for part in members:
                mark = "?" if _flag(part, "nullable") else ""
                text.add("    /**")
                places = (part.place, *_values_of(known, part))
                text.add(f"     * @type {{{mark}{_script(known, part)}}}", *places, says=("type", "nullable"))
                text.add("     * @description A toy; see [the list] */")
                text.add(f"    {part.place.names[-1]};", part.place, says=(None,))
            text.add("}")

    def _typescript(self, text: Text, known: OperationFacts) -> None:
        text.add()
        for each in classes(known):
            if each.values:
                text.add(f"export enum {each.name}", *_enumerated(known, each), says=("values",))
                text.add("{")
                for value in each.values:
                    text.add(f"    {value} = '{value}',")
                text.add("}")
                text.add()
                continue
            response = _response(known)
            is_list = each.place == response.place and _is_list(response)
            item = known.part(response.place.inside(ITEMS))
            base = f" extends Array<{_script(known, item)}>" if is_list and item else ""
            text.add(f"export class {each.name}{base}", *_owned(known, each), says=("type",))
            text.add("{")
            for part in [] if base else each.members:
                text.add("    /** @description A toy; see [the list] */")
                required = ", IsRequired=true" if _flag(part, "required") else ""
                text.add(
                    f'    // @ApiMember(Description="IsRequired=true, \\"x\\""{required})',
                    part.place,
                    says=("required",),
                )
                mark = "?" if _flag(part, "nullable") else ""
                places = (part.place, *_values_of(known, part))
                line = f"    public {part.place.names[-1]}{mark}: {_script(known, part)};"
                text.add(line, *places, says=(None, "type", "nullable"))
                text.add()
            text.add(f"    public constructor(init?: Partial<{each.name}>) {{ (Object as any).assign(this, init); }}")
            text.add("}")
            text.add()

    def _tables(self, text: Text, known: OperationFacts) -> None:
        glue = {"text": "", "tabs": "\t", "markdown": " | "}[self.copy]
        for each in reversed(classes(known)):
            kind = "Enum" if each.values else "Parameters"
            if each.place == _response(known).place and _is_list(_response(known)):
                continue
            if self.copy != "markdown":
                text.add(f"{each.name} {kind}:", *_owned(known, each), says=("type",))
                for place in _enumerated(known, each):
                    text.said.setdefault((place, "values"), len(text.lines))
            for value in each.values:
                text.add(_row(glue, (value, "")), *_enumerated(known, each), says=("values",))
            if each.values:
                continue
            columns = ("Name", "Parameter", "Data Type", "Required", "Description")
            text.add(_row(glue, columns), *_owned(known, each), says=("type",))
            for part in each.members:
                section = _section(known, each, part)
                required = "Yes" if _flag(part, "required") or section == "path" else "No"
                cells = (part.place.names[-1], section, _csharp(known, part), required, "The form of toys. No string")
                places = (part.place, *_values_of(known, part))
                says: tuple[Attribute | None, ...] = (None, "type", "required", "nullable", "format")
                text.add(_row(glue, cells), *places, says=says)

    def _tail(self, text: Text, known: OperationFacts) -> None:
        method, path = known.parts[0].stated["method"].value, known.parts[0].stated["path"].value
        if self.language != "table" and self.copy != "markdown":
            text.add()
            text.add(f"{'JavaScript' if self.language == 'js' else 'TypeScript'} {known.name} DTOs")
        text.add()
        text.add("To override the Content-type in your clients, use the HTTP Accept Header, append the .csv suffix")
        text.add()
        text.add("HTTP + CSV")
        text.add()
        text.add("The following are sample HTTP requests and responses. The placeholders shown need to be replaced.")
        text.add(f"{method} {path} HTTP/1.1 ")
        text.add("Host: api.acme.example ")
        text.add("Accept: text/csv")
        if method in _IN_BODY:
            text.add("Content-Type: text/csv")
            text.add()
            self._body(text, known, Place(REQUEST))
        text.add("HTTP/1.1 200 OK")
        text.add("Content-Type: text/csv")
        text.add("Content-Length: length")
        text.add()
        self._body(text, known, _response(known).place)

    def _body(self, text: Text, known: OperationFacts, place: Place) -> None:
        part = known.part(place)
        shown = _shown(known, part) if part else {}
        lines = list(_jsv(shown, "")) if self.has_jsv else [json.dumps(shown)]
        inner = [each.place for each in known.parts if each.place.section == place.section]
        text.add(lines[0], *([] if self.has_jsv else inner), says=("format",))
        for line in lines[1:]:
            text.add(line)


def classes(known: OperationFacts) -> list[Class]:
    """Return the classes of an operation as ServiceStack orders them: nested ones, the response, the request."""
    found: list[Class] = []
    request = _request_members(known)
    response = _response(known)
    for part in reversed(known.parts):
        members = tuple(_members(known, part.place))
        values = part.stated.get("values")
        name = str(part.stated["schema"].value) if "schema" in part.stated else ""
        if values and isinstance(values.value, tuple):
            found.append(Class(name, part.place, (), values.value))
        elif members and part.place not in (response.place, Place(REQUEST)):
            found.append(Class(name, part.place, members))
    answer = Class(f"{known.name}Response", response.place, tuple(_members(known, response.place)))
    place = Place(REQUEST) if known.part(Place(REQUEST)) else Place()
    return [*found, answer, Class(known.name, place, tuple(request))]


def _request_members(known: OperationFacts) -> Iterator[Part]:
    for each in known.parts:
        if each.place.section in ("path", "query", REQUEST) and len(each.place.names) == 1:
            yield each


def _members(known: OperationFacts, place: Place) -> Iterator[Part]:
    for each in known.parts:
        name = each.place.names[-1] if each.place.names else ITEMS
        if name not in (ITEMS, VALUES) and each.place == place.inside(name):
            yield each


def _response(known: OperationFacts) -> Part:
    return next(each for each in known.parts if each.place.section.startswith("2") and not each.place.names)


def _is_list(part: Part) -> bool:
    return part.stated["type"].value == ("array",)


def _owned(known: OperationFacts, owner: Class) -> tuple[Place, ...]:
    """Return the body whose class this is: a class as such is stated for bodies only."""
    return (owner.place,) if owner.place in (Place(REQUEST), _response(known).place) else ()


def _enumerated(known: OperationFacts, owner: Class) -> tuple[Place, ...]:
    return tuple(each.place for each in known.parts if each.place == owner.place)


def _values_of(known: OperationFacts, part: Part) -> Iterator[Place]:
    """Yield the items of a list, or the values of a map, which are stated on the same line."""
    for mark in (ITEMS, VALUES):
        inner = known.part(part.place.inside(mark))
        if inner is not None:
            yield inner.place
            yield from _values_of(known, inner)


def _flag(part: Part, attribute: Attribute) -> bool:
    return attribute in part.stated and bool(part.stated[attribute].value)


def _types(part: Part) -> tuple[str, ...]:
    value = part.stated["type"].value
    return value if isinstance(value, tuple) else (str(value),)


def _script(known: OperationFacts, part: Part) -> str:
    """Return a type in JavaScript or TypeScript."""
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    if items:
        return f"{_script(known, items)}[]"
    if values:
        return f"{{ [index:string]: {_script(known, values)}; }}"
    if "schema" in part.stated:
        return str(part.stated["schema"].value)
    return "number" if _types(part)[0] in _NUMBERS else _types(part)[0]


def _csharp(known: OperationFacts, part: Part) -> str:
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    mark = "?" if _flag(part, "nullable") else ""
    if items:
        return f"List<{_csharp(known, items)}>"
    if values:
        return f"Dictionary<string, {_csharp(known, values)}>"
    if "schema" in part.stated:
        name = str(part.stated["schema"].value)
        return f"Nullable<{name}>" if mark else name
    stated = part.stated.get("format")
    return _CSHARP[_types(part)[0], str(stated.value) if stated else ""] + mark


def _section(known: OperationFacts, owner: Class, part: Part) -> str:
    if owner.place == Place(REQUEST):
        return "body"
    return part.place.section if owner.place == Place() else "form"


def _row(glue: str, cells: tuple[str, ...]) -> str:
    return f"| {glue.join(cells)} |" if glue == " | " else glue.join(cells)


def _shown(known: OperationFacts, part: Part) -> Any:
    """Return the sample of a part."""
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    if items:
        return [_shown(known, items)]
    if values:
        return {"String": _shown(known, values)}
    members = list(_members(known, part.place))
    if members:
        return {each.place.names[-1]: _shown(known, each) for each in members}
    listed = part.stated.get("values")
    if listed and isinstance(listed.value, tuple):
        return listed.value[0]
    stated = part.stated.get("format")
    form = str(stated.value) if stated else ""
    if form == "uuid":
        return "0" * 32
    return "/Date(-62135596800000-0000)/" if form == "date-time" else _SAMPLES[_types(part)[0]]


def _jsv(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a sample in JSV."""
    if isinstance(value, dict):
        yield indent + "{"
        for index, (name, inner) in enumerate(value.items()):
            comma = "," if index + 1 < len(value) else ""
            if isinstance(inner, dict | list):
                yield f"{indent}\t{name}: "
                *lines, last = _jsv(inner, indent + "\t")
                yield from [*lines, last + comma]
            else:
                yield f"{indent}\t{name}: {_scalar(inner)}{comma}"
        yield indent + "}"
    elif isinstance(value, list):
        yield indent + "["
        for inner in value:
            yield from _jsv(inner, indent + "\t")
        yield indent + "]"
    else:
        yield indent + _scalar(value)


def _scalar(value: Any) -> str:
    return "0001-01-01" if str(value).startswith("/Date(") else str(value)


def _stripped(text: Text) -> Text:
    """Return the page as it is copied to Markdown: without indentation, blank lines and titles."""
    kept = [number for number, line in enumerate(text.lines, 1) if line.strip() and not line.startswith("HTTP + ")]
    places = {number: index for index, number in enumerate(kept, 1)}
    return Text(
        [text.lines[number - 1].strip() for number in kept], {key: places[each] for key, each in text.said.items()}
    )
