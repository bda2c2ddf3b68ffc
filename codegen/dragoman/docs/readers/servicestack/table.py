"""Reader of ServiceStack metadata pages with tables of members, which is how they look without `lang`.

Cells are glued in text copied from a browser (`brandformstringYesBrand`), and copies as Markdown have no names of
classes. A table without a name belongs where the sample shows an object with the same names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from attrs import define, evolve, field

from ...facts import Attribute, Facts, Stated
from ...page import Page
from .classes import ClassText, Field
from .operation import facts, lines_of
from .page import Surroundings, cells, is_after, is_rule, surroundings
from .sample import Sample
from .types import LIST, MAP, SCALARS, Type, parse

NAME: Final = "servicestack_table"
_SAMPLED: Final[frozenset[Attribute]] = frozenset({"values"})
"""Attributes that pages state in samples or in some places only; see `Facts.sampled`."""

EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path", "authentication"}),
    "parameter": frozenset({"type", "required", "format", "schema", "values"}),
    "member": frozenset({"type", "required", "nullable", "format", "schema", "values"}),
    "body": frozenset({"type", "schema"}),
}

_KINDS: Final = ("path", "query", "body", "form", "header")
_HEADING: Final = re.compile(r"(?P<name>[\w.<>,` ]{1,200}) (?P<kind>Parameters|Enum):")
_COLUMNS: Final = ("name", "parameter", "datatype", "required", "description")
_WORD: Final = re.compile(r"[\w.]+")
_REQUIRED: Final = {"Yes": True, "No": False}
_REQUEST_NAME: Final = ""
_RESPONSE_NAME: Final = "(response)"
_ITEM_NAME: Final = "(item)"
MAX_GLUED: Final = 160
"""Characters of glued name, place and type; a longer word is no row."""

MAX_CUTS: Final = 16
MAX_ROUNDS: Final = 5
"""Rounds in which enumerations are distinguished."""

MAX_TABLES: Final = 200
"""Tables of a page; further ones are not read."""


@define(eq=False)
class _Table:
    """Table of the members of a class, or of the values of an enumeration."""

    name: str
    line: int
    is_enumeration: bool = False
    has_columns: bool = False
    rows: list[Field] = field(factory=list[Field])
    values: list[str] = field(factory=list[str])
    are_certain: bool = True
    """False if the cells of the values are glued."""

    lines: set[int] = field(factory=set[int])

    names: set[str] = field(factory=set[str])
    """Names of the members in lower case: those of C# begin with a capital."""

    def add(self, row: Field) -> None:
        """Add a member."""
        self.rows.append(row)
        self.names.add(row.name.lower())


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind != "text":
        return None
    number = next((number for number, line in enumerate(page.lines, 1) if _is_header(line)), None)
    return f"line {number} has the columns of a table of a metadata page of ServiceStack" if number else None


def read(page: Page) -> Facts:
    """Return the facts of a page."""
    lines = lines_of(page)
    start = next(n for n, line in enumerate(lines, 1) if _is_header(line) or _HEADING.fullmatch(line.strip()))
    stop = next((n for n in range(start, len(lines) + 1) if is_after(lines[n - 1].strip())), len(lines) + 1)
    around = surroundings(lines, range(start, stop))
    known = {found["name"] for line in lines[start - 1 : stop - 1] if (found := _HEADING.fullmatch(line.strip()))}
    tables = _tables(lines, range(start, stop), known, _sample_names(around))
    if tables and not around.is_complete:
        tables[-1].are_certain = False
    _spell_as_sent(tables, around)
    assembly = _Assembly(tables, around)
    classes = assembly.classes()
    blank = {number for number in range(start, stop) if is_rule(lines[number - 1])}
    used = blank.union(*(each.lines for each in assembly.placed))
    return facts(page, NAME, EXPRESSIBLE, _SAMPLED, classes, around, frozenset(used))


def _is_header(line: str) -> bool:
    row = cells(line)
    words = [each.lower().replace(" ", "") for each in row if each]
    return tuple(words) == _COLUMNS or words == ["".join(_COLUMNS)]


def _is_enumeration_header(line: str) -> bool:
    return [each for each in cells(line) if each] in (["Name", "Value"], ["NameValue"])


def _tables(lines: Sequence[str], body: range, known: set[str], shown: set[str]) -> list[_Table]:
    """Return the tables of a page with their rows."""
    found: list[_Table] = []
    for number in body:
        raw = lines[number - 1]
        heading = _HEADING.fullmatch(raw.strip())
        current = found[-1] if found else None
        if is_rule(raw):
            continue
        if len(found) > MAX_TABLES:
            break
        if heading:
            found.append(_Table(heading["name"], number, is_enumeration=heading["kind"] == "Enum"))
        elif _is_header(raw) or _is_enumeration_header(raw):
            is_enumeration = not _is_header(raw)
            if current is None or current.has_columns or current.rows or current.is_enumeration != is_enumeration:
                found.append(_Table("", number, is_enumeration))
            found[-1].has_columns = True
        elif current is not None and current.is_enumeration:
            if current.has_columns and current.values and cells(raw)[1:2] == [""]:
                found.append(_Table("", number, is_enumeration=True))
            _value(found[-1], raw)
        elif row := _row(raw, number, known, shown):
            if current is None:
                continue
            current.add(row)
        elif len(cells(raw)) in (2, 3):
            found.append(_Table("", number, is_enumeration=True))  # Markdown has no heading of an enumeration
            _value(found[-1], raw)
        else:
            if current is not None and len(cells(raw)) > 3:
                current.are_certain = False  # copies lose names such as `email`
            continue
        found[-1].lines.add(number)
    return found


def _value(table: _Table, raw: str) -> None:
    """Add a value of an enumeration; what is sent is in the second column, if there are columns."""
    row = cells(raw)
    if not table.has_columns:
        table.values.append(row[0])
        table.are_certain = table.are_certain and (len(row) > 1 or row[0].isidentifier())
    elif len(row) > 1 and not row[1].lstrip("-").isdigit():
        table.values.append(row[1])
    else:
        table.are_certain = False  # glued, or the number of a flag


def _row(raw: str, number: int, known: set[str], shown: set[str]) -> Field | None:
    """Return the member in a row, whose cells may be glued."""
    row = cells(raw)
    if len(row) >= 4 and row[1] in _KINDS and row[3] in _REQUIRED:
        return Field(row[0], parse(row[2]), number, Stated(_REQUIRED[row[3]], number), row[1])
    if len(row) != 1:
        return None
    found = list(dict.fromkeys(islice(_glued(row[0], number, known), MAX_CUTS)))
    certain = [each for each in found if each.type and _is_known(each.type, known)]
    for choice in (certain, [each for each in certain if each.name.lower() in shown], found):
        if len(choice) == 1:
            return choice[0]
        if choice is found or (choice is certain and not certain):
            continue
    return None


def _is_known(type_: Type, known: set[str]) -> bool:
    names = (type_.name in SCALARS, type_.name in known, type_.name in (LIST, MAP))
    return any(names) and all(_is_known(each, known) for each in type_.arguments)


def _glued(line: str, number: int, known: set[str]) -> Iterator[Field]:
    """Yield every way to cut a row whose cells are glued into name, place, type and `Yes` or `No`."""
    word = _WORD.match(line)
    if word is None or word.end() > MAX_GLUED:
        return
    for kind in _KINDS:
        at = line.find(kind, 1, word.end())
        while at > 0:
            start = at + len(kind)
            for end, required in _cuts(line, start, word.end()):
                type_ = parse(line[start:end])
                if type_ and (_is_known(type_, known) or type_.name[0].isupper() or type_.name in (LIST, MAP)):
                    yield Field(line[:at], type_, number, Stated(required, number), kind)
            at = line.find(kind, at + 1, word.end())


def _cuts(line: str, start: int, word_end: int) -> Iterator[tuple[int, bool]]:
    """Yield where a type may end, and what is after it."""
    if line[word_end : word_end + 1] in ("<", "?", "["):
        end, depth = word_end, 0
        while end < min(len(line), word_end + MAX_GLUED) and (depth or line[end] in "<?[]"):
            depth += (line[end] == "<") - (line[end] == ">")
            end += 1
        yield from ((end, value) for text, value in _REQUIRED.items() if line.startswith(text, end))
        return
    for text, value in _REQUIRED.items():
        end = line.find(text, start + 1, word_end)
        while end > 0:
            yield end, value
            end = line.find(text, end + 1, word_end)


def _sample_names(around: Surroundings, *, is_exact: bool = False) -> set[str]:
    """Return all names in the samples, as they are or in lower case."""
    found: set[str] = set()
    waiting = [each for each in (around.request, around.response) if each]
    while waiting:
        each = waiting.pop()
        found |= {name if is_exact else name.lower() for name in each.members}
        waiting += [*each.members.values(), *each.items]
    return found


def _spell_as_sent(tables: Sequence[_Table], around: Surroundings) -> None:
    """Change names of C# to those that are sent, if the sample shows that they begin with a small letter."""
    shown = _sample_names(around, is_exact=True)
    names = {row.name for each in tables for row in each.rows}
    if not any(_camel(each) in shown and each not in shown for each in names):
        return
    for each in tables:
        each.rows = [evolve(row, name=_camel(row.name)) for row in each.rows]


def _camel(name: str) -> str:
    """Return a name with its leading capitals in lower case, as ServiceStack writes JSON: `URLOfToy` is `urlOfToy`."""
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    count = capitals - 1 if 1 < capitals < len(name) else capitals
    return name[:count].lower() + name[count:]


class _Assembly:
    """Puts the tables of a page together to the classes of request and response."""

    def __init__(self, tables: Sequence[_Table], around: Surroundings) -> None:
        self.around = around
        self.tables = tables
        self.placed: list[_Table] = []
        self.own: list[_Table] = []
        self.answers: list[_Table] = []
        self._names: dict[int, str] = {}
        self._shown: dict[str, Sample] = {}
        self._by_lower: dict[int, dict[str, Sample]] = {}

    def classes(self) -> list[ClassText]:
        """Return the classes of the page."""
        members = [each for each in self.tables if not each.is_enumeration]
        name = self.around.name or _REQUEST_NAME
        self._assign(members, name)
        response = self.around.response
        whole = response.items[0] if response and response.items else response
        self._name_nested(self.own, self.around.request, members)
        self._name_nested(self.answers, whole, members)
        self._name_enumerations()
        nested = [
            each for each in self.tables if each not in self.own + self.answers and (each.name or self._name(each))
        ]
        self.placed = [*self.own, *self.answers, *nested]
        all_placed = len(self.placed) == len(self.tables)
        answers = self._answers(name, all_placed=all_placed)
        request = self._merged(name, self.own, all_placed=all_placed)
        request = evolve(request, response=Type(answers[0].name) if answers else None)
        return [*(self._class(each, self._name(each)) for each in nested), request, *answers]

    def _name(self, table: _Table) -> str:
        return table.name or self._names.get(table.line, "")

    def _assign(self, members: Sequence[_Table], name: str) -> None:
        """Find the tables of the request, of the classes that it extends, and of the response."""
        used = {type_ for each in members for row in each.rows for type_ in _type_names(row.type)}
        request, response = self.around.request, self.around.response
        asked = {each.lower() for each in request.members} if request else set[str]()
        shown = response.items[0] if response and response.items else response
        answered = {each.lower() for each in shown.members} if shown else set[str]()
        in_path = {each.lower() for route in self.around.all_routes for each in route.names}
        inner = list(_inner_names(shown))
        left: list[_Table] = []
        whole = next((each for each in members if answered and each.names == answered and each.name not in used), None)
        stated = next((each.line for each in members if each.name == f"{name}Response"), 0)
        for each in members:
            covered = set[str]().union(*(table.names for table in self.own))
            is_named = each.name and each.name == name
            if is_named or (not each.name and not self.own and any(row.section != "form" for row in each.rows)):
                self.own.append(each)
            elif each.name and each.name in used:
                continue
            elif each.name == f"{name}Response":
                self.answers.append(each)
            elif asked and each.names <= asked - covered:
                self.own.append(each)
            elif answered and (each.names <= answered if whole is None else each is whole):
                self.answers.append(each)
            elif not asked and in_path - covered and in_path - covered <= each.names:
                self.own.append(each)
            elif any(each.names <= names for names in inner):
                left.append(each)  # in an object of the sample that no member says to be of this class
            elif not asked and each.name and answered:
                self.own.append(each)
            elif stated and not asked and not answered and each.name:  # the sample has no names: classes are in order
                (self.own if each.line < stated else self.answers).append(each)
            else:
                left.append(each)
        if len(left) == 1 and not self.answers and response and not answered:
            self.answers += left

    def _name_nested(self, tables: Sequence[_Table], sample: Sample | None, members: Sequence[_Table]) -> None:
        """Give names to tables without one, by the sample of an object with the same names."""
        waiting = [(row, sample) for each in tables for row in each.rows]
        while waiting:
            row, shown = waiting.pop()
            inner = self._inner(row, shown)
            name = next(iter(_type_names(row.type)), "")
            if name and inner:
                self._shown.setdefault(name, inner)
            if inner is None or not inner.members:
                continue
            same = [
                each
                for each in members
                if not each.name
                and each not in (*self.own, *self.answers)
                and self._names.get(each.line, name) == name
                and _fits(each, {key.lower() for key in inner.members})
            ]
            if len(same) == 1 and same[0].line not in self._names:
                self._names[same[0].line] = name
                waiting += [(further, inner) for further in same[0].rows]

    def _name_enumerations(self) -> None:
        """Give names to enumerations without one, as their values are shown in the sample.

        What several have in common does not distinguish them: then they are in the order of the members that have them,
        which is not certain.
        """
        nameless = [each for each in self.tables if each.is_enumeration and not each.name]
        taken = {each.name for each in self.tables} | set(self._names.values())
        used = (type_ for each in self.tables for row in each.rows for type_ in _type_names(row.type))
        wanted = [each for each in dict.fromkeys(used) if each not in taken and not self._is_object(each)]
        if len(nameless) != len(wanted):
            return
        for _ in range(MAX_ROUNDS):
            fitting = {name: [each for each in nameless if self._may_be(each, name)] for name in wanted}
            lines = Counter(each[0].line for each in fitting.values() if len(each) == 1)
            for name, several in fitting.items():
                if len(several) == 1 and lines[several[0].line] == 1:
                    self._names[several[0].line] = name
                    nameless.remove(several[0])
                    wanted.remove(name)
        for table, name in zip(nameless, wanted, strict=True):
            self._names[table.line] = name
            table.are_certain = table.are_certain and len(wanted) == 1 and self._may_be(table, name)

    def _may_be(self, table: _Table, name: str) -> bool:
        """Return True for an enumeration that has the value which the sample shows, if it shows one."""
        shown = self._shown.get(name)
        return shown is None or shown.text in table.values

    def _inner(self, row: Field, owner: Sample | None) -> Sample | None:
        """Return the sample of the objects in a member, inside its lists and maps."""
        if owner is None:
            return None
        if id(owner) not in self._by_lower:
            self._by_lower[id(owner)] = {key.lower(): each for key, each in owner.members.items()}
        shown = self._by_lower[id(owner)].get(row.name.lower())
        type_ = row.type
        while shown is not None and type_ is not None and type_.name in (LIST, MAP):
            inner = shown.items if type_.name == LIST else list(shown.members.values())
            shown, type_ = (inner[0] if inner else None), type_.arguments[0]
        return shown

    def _is_object(self, name: str) -> bool:
        return name in self._shown and bool(self._shown[name].members)

    def _answers(self, name: str, *, all_placed: bool) -> list[ClassText]:
        """Return the class of the response, and that of its items if it is a list."""
        if not self.answers:
            return []
        whole = f"{name}Response" if self.around.name else _RESPONSE_NAME
        shown = self.around.response
        if shown is None or shown.types != ("array",):
            return [self._merged(self.answers[0].name or whole, self.answers, all_placed=all_placed)]
        item = self._merged(self._name(self.answers[0]) or _ITEM_NAME, self.answers, all_placed=all_placed)
        whole = whole if whole != item.name else _RESPONSE_NAME
        return [ClassText(whole, item.line, base=Type(LIST, (Type(item.name),))), item]

    def _merged(self, name: str, tables: Sequence[_Table], *, all_placed: bool) -> ClassText:
        rows = tuple(row for each in tables for row in each.rows)
        line = tables[0].line if tables else self.around.name_line
        return ClassText(name, line, rows, is_complete=all_placed and all(each.are_certain for each in tables))

    def _class(self, table: _Table, name: str) -> ClassText:
        if table.is_enumeration:
            values = tuple(table.values) if table.are_certain else ()
            return ClassText(name, table.line, values=values)
        return ClassText(name, table.line, tuple(table.rows), is_complete=table.are_certain)


def _type_names(type_: Type | None) -> Iterator[str]:
    """Yield the names of the classes in a type."""
    if type_ is not None:
        if type_.name not in (LIST, MAP) and type_.name not in SCALARS:
            yield type_.name
        for each in type_.arguments:
            yield from _type_names(each)


def _fits(table: _Table, names: set[str]) -> bool:
    """Return True if a table has the members of a sample, or those that are left of them."""
    return table.names == names or (not table.are_certain and table.names < names)


def _inner_names(sample: Sample | None) -> Iterator[set[str]]:
    """Yield the names in each object inside a sample."""
    waiting = [*sample.members.values(), *sample.items] if sample else []
    while waiting:
        each = waiting.pop()
        if each.members:
            yield {name.lower() for name in each.members}
        waiting += [*each.members.values(), *each.items[:1]]
