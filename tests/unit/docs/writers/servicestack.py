"""Writer of metadata pages of ServiceStack: classes in JavaScript or TypeScript, or tables, glued or as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from attrs import define, field, frozen
from tests.unit.docs.operations import elements, is_set, named_parts, type_of
from tests.unit.docs.writers.marks import Marks, Written

from dragoman.docs.facts import ITEMS, PARAMETERS, REQUEST, VALUES, Attribute, OperationFacts, Part, Place

Language: TypeAlias = Literal["js", "ts", "table"]
Copy: TypeAlias = Literal["text", "tabs", "markdown"]
"""Glued cells, cells with tabs, or Markdown without headings and indentation."""

_NUMBERS: Final = ("integer", "number")
_IN_BODY: Final = ("POST", "PUT", "PATCH")
_SAMPLES: Final[Mapping[str, Any]] = {"string": "String", "integer": 0, "number": 0, "boolean": False}
_FORMATS: Final = {"uuid": "0" * 32, "date-time": "/Date(-62135596800000-0000)/"}
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
    """Lines of a page, with marks of what they state."""

    lines: list[str] = field(factory=list)
    mark: Marks = field(factory=Marks)

    def add(self, line: str = "", *places: Place, says: tuple[Attribute | None, ...] = ()) -> None:
        """Add a line that says something about places."""
        self.lines.append(line + "".join(self.mark(place, *says) for place in places))


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
        lines = text.lines
        if self.copy == "markdown":  # without indentation, blank lines and titles
            lines = [line.strip() for line in lines if line.strip() and not line.startswith("HTTP + ")]
        return text.mark.written("\n".join(lines), f"{self.language}.txt")

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
        answer = _answer(known)
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
            self._class(text, known, each, f"export class {each.name}{base} {{")
            members = [] if base else each.members
            listed = ",".join(f"{part.place.names[-1]}?:{_script(known, part)}" for part in members)
            text.add(f"    /** @param {{{{{listed}}}}} [init] */" if members else "")
            text.add("    constructor(init) { Object.assign(this, init) }")
            for part in members:
                mark = "?" if is_set(part, "nullable") else ""
                text.add("    /**")
                text.add(f"     * @type {{{mark}{_script(known, part)}}}{self._typed(text, known, part)}")
                text.add("     * @description A toy; see [the list] */")
                text.add(f"    {part.place.names[-1]};", part.place, says=(None,))
            if each.place in (Place(REQUEST), Place()) and answer.name != f"{known.name}Response":
                text.add(f"    createResponse() {{ return new {answer.name}() }}")
            text.add("}")

    def _typescript(self, text: Text, known: OperationFacts) -> None:
        text.add()
        answer = _answer(known)
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
            if each.place in (Place(REQUEST), Place()) and answer.name != f"{known.name}Response":
                base = f" implements IReturn<{answer.name}>"
            items = self._typed(text, known, item) if is_list and item else ""
            self._class(text, known, each, f"export class {each.name}{base}{items}")
            text.add("{")
            for part in [] if is_list else each.members:
                text.add("    /** @description A toy; see [the list] */")
                required = ", IsRequired=true" if is_set(part, "required") else ""
                text.add(
                    f'    // @ApiMember(Description="IsRequired=true, \\"x\\""{required})',
                    part.place,
                    says=_of_member(part, "required"),
                )
                mark = "?" if is_set(part, "nullable") else ""
                line = f"    public {part.place.names[-1]}{mark}: {_script(known, part)};"
                text.add(line + self._typed(text, known, part), part.place, says=(None,))
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
                places = _enumerated(known, each) if each.values else ()
                self._class(text, known, each, f"{each.name} {kind}:{_all(text, places, 'values')}")
            for value in each.values:
                text.add(_row(glue, (value, "")), *_enumerated(known, each), says=("values",))
            if each.values:
                continue
            columns = ("Name", "Parameter", "Data Type", "Required", "Description")
            line = _row(glue, columns)
            text.add(line) if self.copy != "markdown" else self._class(text, known, each, line)
            for part in each.members:
                section = _section(known, each, part)
                required = "Yes" if is_set(part, "required") or section == "path" else "No"
                cells = (part.place.names[-1], section, _csharp(known, part), required, "The form of toys. No string")
                line = _row(glue, cells) + self._typed(text, known, part)
                text.add(line, part.place, says=(None, *_of_member(part, "required")))

    def _class(self, text: Text, known: OperationFacts, each: Class, line: str) -> None:
        """Add the first line of a class, which states something about a body only."""
        response = _response(known)
        if each.place in (Place(REQUEST), response.place):
            named: tuple[Attribute, ...] = ("schema",) if self.copy != "markdown" or self.language != "table" else ()
            text.add(line, each.place, says=(None, "type", *(name for name in named if name in _stated(known, each))))
        elif each.place == response.place.inside(ITEMS) and self.language != "ts":
            whole = text.mark(response.place, None, "type") if self.language == "table" else ""
            text.add(line + whole, each.place, says=(None, "type"))
        else:
            text.add(line)

    def _typed(self, text: Text, known: OperationFacts, part: Part) -> str:
        """Return the marks of what a type states about a part, and about what is in it."""
        kind, named = type_of(part), "schema" in part.stated
        is_number = self.language == "table" and "format" in part.stated
        is_value = "values" in part.stated or kind in ("boolean", *_NUMBERS) or (kind == "string" and is_number)
        inner = [*elements(known, part.place)]
        says: list[Attribute] = ["type"]
        if named and not inner:
            says.append("schema")
        if is_number:
            says.append("format")
        is_null = is_set(part, "nullable")
        is_inner = part.place.names[-1] in (ITEMS, VALUES)
        says_null = is_null and not (is_inner if self.language != "table" else bool(inner))
        if part.place.section not in PARAMETERS and (says_null or (is_value and not is_null)):
            says.append("nullable")
        own = text.mark(part.place, *([None] if is_inner else []), *says)
        return own + "".join(self._typed(text, known, each) for each in inner)

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
        status = _response(known).place.section
        text.add(f"HTTP/1.1 {status} {HTTPStatus(int(status)).phrase}")
        text.add("Content-Type: text/csv")
        text.add("Content-Length: length")
        text.add()
        self._body(text, known, _response(known).place)

    def _body(self, text: Text, known: OperationFacts, place: Place) -> None:
        part = known.part(place)
        shown = _shown(text.mark, known, part) if part else {}
        for line in _jsv(shown, "") if self.has_jsv else [json.dumps(shown, ensure_ascii=False)]:
            text.add(line)


def classes(known: OperationFacts) -> list[Class]:
    """Return the classes of an operation as ServiceStack orders them: nested ones, the response, the request."""
    found: list[Class] = []
    request = _request_members(known)
    response = _response(known)
    for part in reversed(known.parts):
        members = tuple(named_parts(known, part.place))
        values = part.stated.get("values")
        name = str(part.stated["schema"].value) if "schema" in part.stated else ""
        if values and isinstance(values.value, tuple):
            found.append(Class(name, part.place, (), values.value))
        elif members and part.place not in (response.place, Place(REQUEST)):
            found.append(Class(name, part.place, members))
    place = Place(REQUEST) if known.part(Place(REQUEST)) else Place()
    return [*found, _answer(known), Class(known.name, place, tuple(request))]


def _answer(known: OperationFacts) -> Class:
    """Return the class of the response; another class may have the name that it has by default."""
    response = _response(known)
    own, usual = response.stated.get("schema"), f"{known.name}Response"
    is_taken = any("schema" in each.stated and each.stated["schema"].value == usual for each in known.parts)
    name = str(own.value) if own else f"{usual}List" if is_taken else usual
    return Class(name, response.place, tuple(named_parts(known, response.place)))


def _request_members(known: OperationFacts) -> Iterator[Part]:
    for each in known.parts:
        if each.place.section in ("path", "query", REQUEST) and len(each.place.names) == 1:
            yield each


def _response(known: OperationFacts) -> Part:
    return next(each for each in known.parts if each.place.section.startswith("2") and not each.place.names)


def _is_list(part: Part) -> bool:
    return part.stated["type"].value == ("array",)


def _stated(known: OperationFacts, owner: Class) -> Mapping[Attribute, Any]:
    part = known.part(owner.place)
    return part.stated if part else {}


def _of_member(part: Part, *says: Attribute) -> tuple[Attribute, ...]:
    """Return what a page says about a member or a parameter; a variable in a path is always required."""
    return says if part.place.section != "path" else ()


def _all(text: Text, places: Iterable[Place], *says: Attribute) -> str:
    return "".join(text.mark(place, *says) for place in places)


def _enumerated(known: OperationFacts, owner: Class) -> tuple[Place, ...]:
    return tuple(each.place for each in known.parts if each.place == owner.place)


def _script(known: OperationFacts, part: Part) -> str:
    """Return a type in JavaScript or TypeScript."""
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    if items:
        return f"{_script(known, items)}[]"
    if values:
        return f"{{ [index:string]: {_script(known, values)}; }}"
    if "schema" in part.stated:
        return str(part.stated["schema"].value)
    return "number" if type_of(part) in _NUMBERS else type_of(part)


def _csharp(known: OperationFacts, part: Part) -> str:
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    mark = "?" if is_set(part, "nullable") else ""
    if items:
        return f"List<{_csharp(known, items)}>"
    if values:
        return f"Dictionary<string, {_csharp(known, values)}>"
    if "schema" in part.stated:
        name = str(part.stated["schema"].value)
        return f"Nullable<{name}>" if mark else name
    stated = part.stated.get("format")
    return _CSHARP[type_of(part), str(stated.value) if stated else ""] + mark


def _section(known: OperationFacts, owner: Class, part: Part) -> str:
    if owner.place == Place(REQUEST):
        return "body"
    return part.place.section if owner.place == Place() else "form"


def _row(glue: str, cells: tuple[str, ...]) -> str:
    return f"| {glue.join(cells)} |" if glue == " | " else glue.join(cells)


def _shown(mark: Marks, known: OperationFacts, part: Part) -> Any:
    """Return the sample of a part; identifiers and times show their format."""
    items, values = known.part(part.place.inside(ITEMS)), known.part(part.place.inside(VALUES))
    if items:
        return [_shown(mark, known, items)]
    if values:
        return {"String": _shown(mark, known, values)}
    members = list(named_parts(known, part.place))
    if members:
        return {each.place.names[-1]: _shown(mark, known, each) for each in members}
    listed = part.stated.get("values")
    if listed and isinstance(listed.value, tuple):
        return listed.value[0]
    stated = part.stated.get("format")
    form = str(stated.value) if stated else ""
    if form in _FORMATS:
        return _FORMATS[form] + mark(part.place, "format")
    return _SAMPLES[type_of(part)]


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
    return str(value).replace(_FORMATS["date-time"], "0001-01-01")
