"""`docs.lock`: the facts of each page as last seen, with no sentences, so that a new copy shows what changed.

The lock is YAML with one part of an operation a line. The place of a fact of the lock is its line there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from attrs import frozen

from taskclients_core.json_pointer import escape, parse

from ..diagnostics import Problem, SpecError
from ..lint.values import is_list, is_object
from ..spec import yaml_document
from .facts import Attribute, Contradiction, Facts, OperationFacts, Part, Place, Row, Stated, Value
from .readers import READERS

HAND: Final = "hand"
"""Reader of an entry written by hand, from a page of which there is no copy; it has no digest."""

_HEADER: Final = (
    "# Facts of the vendors' pages as last seen. Written by `dragoman docs update PAGE`; read the diff in review.\n"
)
_ATTRIBUTES: Final[tuple[Attribute, ...]] = get_args(Attribute)
_LISTS: Final[frozenset[Attribute]] = frozenset({"type", "values", "mediaTypes"})
_NUMBERS: Final[frozenset[Attribute]] = frozenset({"maxLength"})
_FLAGS: Final[frozenset[Attribute]] = frozenset({"required", "nullable", "deprecated", "authentication"})
_TEXTS: Final = ("url", "spec", "operation", "reader", "date")
_MARKS: Final = frozenset({"name", "opened", "closed", "incomplete"})
_OPERATION: Final = "operation"
_PLAIN: Final = re.compile(r"[A-Za-z_/][\w./-]*")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9][\w.-]* [\w./\[\]{}~-]+|operation|request")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@frozen(kw_only=True)
class Entry:
    """One page, bound to one operation of a spec."""

    url: str
    spec: str
    """Name of the spec's file, without its ending."""

    operation: str
    """Its operationId."""

    date: str
    """Day on which the copy was read."""

    digest: str
    """SHA-256 of the copy; '' for an entry written by hand."""

    facts: Facts
    """Facts of this operation only."""

    line: int = 0
    """Line of the entry in the lock."""

    @property
    def operation_facts(self) -> OperationFacts:
        """The only operation."""
        return self.facts.operations[0]


def load(path: Path) -> tuple[Entry, ...]:
    """Read a lock; a file that does not exist has no entries.

    Raises:
        SpecError: the file is not a lock.
    """
    if not path.exists():
        return ()
    document = yaml_document.load(path)
    reader = _Reader(document)
    pages = document.data.get("pages") if is_object(document.data) else None
    if not is_list(pages):
        reader.report("", "the file has no list `pages`", "write it with: dragoman docs update PAGE")
        pages = []
    entries = [reader.entry(f"/pages/{index}", page) for index, page in enumerate(pages)]
    if reader.problems:
        raise SpecError(reader.problems)
    return tuple(each for each in entries if each is not None)


class _Reader:
    """Reads the entries of a lock, and collects what is invalid."""

    def __init__(self, document: yaml_document.Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def report(self, pointer: str, message: str, hint: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.document.where(pointer), "docs-lock", "", message, hint))

    def entry(self, pointer: str, page: Any) -> Entry | None:
        """Return the entry at a pointer."""
        texts = page if is_object(page) else {}
        missing = [name for name in _TEXTS if not isinstance(texts.get(name), str)]
        if missing:
            self.report(pointer, f"the entry has no {missing[0]}", f"write: {missing[0]}: '...'")
            return None
        known = {each.NAME: each for each in READERS}
        name = texts["reader"]
        if name != HAND and name not in known:
            hint = f"write one of {', '.join([*known, HAND])}, or run: dragoman docs update PAGE"
            self.report(f"{pointer}/reader", f"there is no reader {name}", hint)
            return None
        line = self.document.where(pointer).line
        parts = [self._part(Place(), line, {}, pointer)] if _OPERATION not in _object(texts.get("facts")) else []
        for key, value in _object(texts.get("facts")).items():
            inner = f"{pointer}/facts/{escape(key)}"
            parts.append(self._part(_place(key), self.document.where(inner).line, value, inner))
        rows = {
            section: tuple(self._row(section, each, f"{pointer}/rows/{escape(section)}/{n}") for n, each in several)
            for section, listed in _object(texts.get("rows")).items()
            for several in [list(enumerate(listed if is_list(listed) else []))]
        }
        parts.sort(key=lambda each: each.place != Place())
        twice = texts.get("contradictions")
        contradictions = [
            self._contradiction(each, f"{pointer}/contradictions/{index}")
            for index, each in enumerate(twice if is_list(twice) else [])
        ]
        operation = OperationFacts(
            name=str(texts.get("name", "")),
            parts=tuple(parts),
            rows=rows,
            contradictions=tuple(each for each in contradictions if each is not None),
        )
        facts = Facts(
            source=self.document.path.as_posix(),
            reader=name,
            expressible=known[name].EXPRESSIBLE if name in known else {},
            operations=(operation,),
            lists=frozenset(_texts(texts.get("lists"))),
            sampled=frozenset(each for each in _ATTRIBUTES if each in _texts(texts.get("sampled"))),
        )
        return Entry(
            url=texts["url"],
            spec=texts["spec"],
            operation=texts["operation"],
            date=texts["date"],
            digest=str(texts.get("digest", "")),
            facts=facts,
            line=line,
        )

    def _row(self, section: str, value: Any, pointer: str) -> Row:
        said = _object(value)
        place = Place(section, tuple(parse(f"/{said.get('name', '')}")))
        part = self._part(place, self.document.where(pointer).line, said, pointer)
        return Row(part, _count(said.get("opened")), _count(said.get("closed")))

    def _contradiction(self, value: Any, pointer: str) -> Contradiction | None:
        said = _object(value)
        attribute: Attribute | None = next((each for each in _ATTRIBUTES if each == said.get("attribute")), None)
        lines = [each for each in said.get("lines", []) if isinstance(each, int)]
        values = (said.get("first"), said.get("second"))
        read = [each for value in values if (each := _value(attribute, value) if attribute else value) is not None]
        if len(lines) != 2 or len(read) != 2 or (attribute is None and "attribute" in said):
            self.report(pointer, "the contradiction cannot be read", "run: dragoman docs update PAGE")
            return None
        first, second = (Stated(each, line) for each, line in zip(read, lines, strict=True))
        return Contradiction(
            place=_place(str(said.get("place"))),
            attribute=attribute,
            first=first,
            second=second,
            line=self.document.where(pointer).line,
        )

    def _part(self, place: Place, line: int, said: Any, pointer: str) -> Part:
        stated: dict[Attribute, Stated] = {}
        said = _object(said)
        for attribute in _ATTRIBUTES:
            read = _value(attribute, said.get(attribute))
            if read is not None:
                stated[attribute] = Stated(read, self.document.where(f"{pointer}/{attribute}").line)
        for key in said.keys() - stated.keys() - _MARKS:
            message = f"{key}: {said[key]!r} is no fact"
            self.report(f"{pointer}/{escape(key)}", message, "run: dragoman docs update PAGE")
        return Part(place=place, line=line, stated=stated, complete=not _object(said).get("incomplete", False))


def _object(value: Any) -> Mapping[str, Any]:
    return value if is_object(value) else {}


def _texts(value: Any) -> Sequence[str]:
    return [each for each in value if isinstance(each, str)] if is_list(value) else []


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _value(attribute: Attribute, value: Any) -> Value | None:
    if attribute in _LISTS:
        listed = value if is_list(value) else [value]
        return tuple(listed) if all(isinstance(each, str) for each in listed) else None
    if attribute in _FLAGS:
        return value if isinstance(value, bool) else None
    if attribute in _NUMBERS:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    return value if isinstance(value, str) else None


def _place(key: str) -> Place:
    section, _, names = key.partition(" ")
    return Place() if key == _OPERATION else Place(section, tuple(parse(f"/{names}")) if names else ())


def dump(entries: Iterable[Entry]) -> str:
    """Return the text of a lock."""
    return _HEADER + "pages:\n" + "".join(map(_entry, sorted(entries, key=lambda each: (each.spec, each.url))))


def _entry(entry: Entry) -> str:
    facts = entry.facts
    head: dict[str, Any] = {
        "url": entry.url,
        "spec": entry.spec,
        "operation": entry.operation,
        "reader": facts.reader,
        "date": entry.date,
        "digest": entry.digest,
        "name": "" if " " in entry.operation_facts.name else entry.operation_facts.name,  # a heading is a sentence
        "lists": sorted(facts.lists),
        "sampled": sorted(facts.sampled),
    }
    lines = [f"{key}: {flow(value)}" for key, value in head.items() if value]
    lines += operation_lines(entry.operation_facts)
    lines += _contradiction_lines(entry.operation_facts)
    return "".join(f"{'    ' if number else '  - '}{line}\n" for number, line in enumerate(lines))


def _contradiction_lines(operation: OperationFacts) -> Iterator[str]:
    """Yield what a page says twice, with the lines of the page: that is all there is to look at."""
    if operation.contradictions:
        yield "contradictions:"
    for each in operation.contradictions:
        said: dict[str, Any] = {"place": _plain_key(each.place)}
        if each.attribute:
            said["attribute"] = each.attribute
        said |= {"first": _single(each.first.value), "second": _single(each.second.value)}
        said["lines"] = [each.first.line, each.second.line]
        yield f"  - {_mapping(said)}"


def operation_lines(operation: OperationFacts, *, numbered: bool = False) -> Iterator[str]:
    """Yield the lines of the facts of an operation; `numbered` adds the lines of the page as comments."""
    yield "facts:"
    for part in operation.parts:
        if part.stated or not part.complete or part.place != Place():
            yield f"  {_key(part.place)}: {_attributes(part)}{_lines(part) if numbered else ''}"
    if operation.rows:
        yield "rows:"
    for section, rows in operation.rows.items():
        yield f"  {flow(section)}:"
        for row in rows:
            marks: dict[str, Any] = {"name": _path(row.part.place.names), "opened": row.opened, "closed": row.closed}
            written = _attributes(row.part, {key: each for key, each in marks.items() if each})
            yield f"    - {written}{_lines(row.part) if numbered else ''}"


def _lines(part: Part) -> str:
    further = {key: each.line for key, each in part.stated.items() if each.line != part.line}
    return f"  # line {part.line}" + "".join(f", {key} {line}" for key, line in further.items())


def _attributes(part: Part, marks: Mapping[str, Any] | None = None) -> str:
    said: dict[str, Any] = {**(marks or {})}
    for attribute in _ATTRIBUTES:
        stated = part.stated.get(attribute)
        if stated is not None:
            said[attribute] = _single(stated.value) if attribute == "type" else stated.value
    if not part.complete:
        said["incomplete"] = True
    return _mapping(said)


def _mapping(said: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in said.items()) + "}"


def _single(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _key(place: Place) -> str:
    key = _plain_key(place)
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)


def _plain_key(place: Place) -> str:
    return " ".join(filter(None, [place.section, _path(place.names)])) or _OPERATION


def _path(names: Iterable[str]) -> str:
    return "/".join(map(escape, names))


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else _quoted(value)
    return "[" + ", ".join(map(flow, value)) + "]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
