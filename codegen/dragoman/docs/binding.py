"""Binding: which operation of which spec a page describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from attrs import evolve, field, frozen

from ..diagnostics import Problem, SpecError
from ..lint import check, errors
from ..lint.values import is_list, is_object
from ..lint.walk import operations, root
from ..spec import yaml_document
from ..spec.reader import assumptions
from ..spec.yaml_document import Document
from . import spec_facts
from .facts import Facts, OperationFacts, Part, Place, Stated
from .lock import Entry
from .page import problem

_ALIKE: Final = 0.5
"""Share of equal parts from which a page without a path is a new copy of a locked page."""


@frozen
class Spec:
    """A spec with its facts."""

    document: Document = field(repr=False)
    facts: Facts = field(repr=False)
    assumed: Mapping[str, str] = field(repr=False)
    urls: Mapping[str, str] = field(repr=False)
    """URL of the page of each operation, by its operationId."""

    bases: Mapping[str, frozenset[str]] = field(repr=False)
    """Paths of the servers of each operation."""

    @property
    def name(self) -> str:
        """Name of the file, without its ending."""
        return self.document.path.stem

    @property
    def title(self) -> str:
        """Name of the vendor's API, as the spec has it."""
        return str(self.document.data["info"]["title"]).removesuffix(" API")

    def operation(self, name: str) -> OperationFacts | None:
        """Return the operation with an operationId, which may lack what stands before its last dot."""
        known = self.facts.operations
        exact = [each for each in known if each.name == name]
        found = exact or [each for each in known if each.name.rpartition(".")[2] == name]
        return found[0] if len(found) == 1 else None


@frozen
class BoundOperation:
    """Operation of a page, with the operation of the spec that it describes."""

    spec: Spec
    known: OperationFacts
    operation: OperationFacts


def load(paths: Iterable[Path]) -> tuple[Spec, ...]:
    """Read specs. Raises SpecError if one does not pass lint."""
    found: list[Spec] = []
    problems: list[Problem] = []
    for path in paths:
        document = yaml_document.load(path)
        wrong = errors(check(document))
        problems += wrong
        if not wrong:
            found.append(_spec(document))
    if problems:
        raise SpecError(problems)
    return tuple(found)


def _spec(document: Document) -> Spec:
    urls: dict[str, str] = {}
    bases: dict[str, frozenset[str]] = {}
    for each in operations(document):
        urls[each.id] = str(_member(each.node.data.get("externalDocs"), "url") or "")
        around = each.item.data.get("servers", root(document).data.get("servers"))
        servers = each.node.data.get("servers", around)
        listed = servers if is_list(servers) else []
        paths = (urlsplit(str(_member(server, "url") or "")).path.rstrip("/") for server in listed)
        bases[each.id] = frozenset(paths) - {""}
    return Spec(document, spec_facts.facts(document), dict(assumptions(document)), urls, bases)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if is_object(value) else None


def bind(page: Facts, specs: Sequence[Spec], lock: Sequence[Entry], name: str = "") -> tuple[BoundOperation, ...]:
    """Return the operations of a page that a spec describes.

    An operation is found by `name`, or else by its verb and path, by the name that its page's URL ends with, or by the
    copy in the lock.

    Raises:
        PageError: no operation of the page is found, or `name` is in no spec.
    """
    everything = [(spec, known) for spec in specs for known in spec.facts.operations]
    if name:
        named = [(spec, known) for spec in specs if (known := spec.operation(name)) is not None]
        if len(named) != 1:
            known_names = ", ".join(known.name for _, known in everything)
            message = f"--operation: {name} is in no spec" if not named else f"--operation: {name} is in several specs"
            raise problem(page.source, 1, "page-unbound", message, f"write one of {known_names}")
        everything = named
        if len(page.operations) == 1:
            return (_bound(*named[0], page.operations[0]),)
    found = [
        _bound(*match, operation)
        for operation in page.operations
        if (match := _match(operation, everything, lock, page.reader)) is not None
    ]
    if not found:
        message = "no spec has the operation of this page" if page.operations else "the page has no operation"
        hint = "name the operation of the spec: --operation ID"
        raise problem(page.source, 1, "page-unbound", message, hint)
    return tuple(found)


def _bound(spec: Spec, known: OperationFacts, operation: OperationFacts) -> BoundOperation:
    """Return a bound operation, its path without that of the spec's server."""
    whole, path = operation.parts[0], _path(operation)
    for base in spec.bases[known.name]:
        if path == f"{base}{_path(known)}":
            stated = {**whole.stated, "path": Stated(_path(known), whole.stated["path"].line)}
            operation = evolve(operation, parts=(evolve(whole, stated=stated), *operation.parts[1:]))
    return BoundOperation(spec, known, operation)


def _path(operation: OperationFacts) -> str:
    return str(_stated(operation.parts[0], "path"))


def _stated(part: Part, attribute: Any) -> Any:
    stated = part.stated.get(attribute)
    return "" if stated is None else stated.value


def _match(
    operation: OperationFacts, known: Sequence[tuple[Spec, OperationFacts]], lock: Sequence[Entry], reader: str
) -> tuple[Spec, OperationFacts] | None:
    ways = (
        [each for each in known if _same_route(operation, *each, with_verb=True)],
        [each for each in known if operation.name and operation.name in _names(*each)],
        _in_lock(operation, known, lock, reader),
        [each for each in known if _same_route(operation, *each, with_verb=False)],
    )
    return next((found[0] for found in ways if len(found) == 1), None)


def _same_route(operation: OperationFacts, spec: Spec, known: OperationFacts, *, with_verb: bool) -> bool:
    if with_verb and _stated(operation.parts[0], "method") != _stated(known.parts[0], "method"):
        return False
    path = _path(operation)
    return bool(path) and path in {f"{base}{_path(known)}" for base in {"", *spec.bases[known.name]}}


def _names(spec: Spec, known: OperationFacts) -> Iterator[str]:
    """Yield the names that the page of an operation can have."""
    url = urlsplit(spec.urls[known.name])
    yield known.name
    yield known.name.rpartition(".")[2]
    yield unquote(url.path).rpartition("/")[2]
    for values in parse_qs(url.query).values():
        yield from values


def _in_lock(
    operation: OperationFacts, known: Sequence[tuple[Spec, OperationFacts]], lock: Sequence[Entry], reader: str
) -> list[tuple[Spec, OperationFacts]]:
    """Return the operation of the locked page that is most like a page."""
    alike = [(_likeness(operation, each.operation_facts), each) for each in lock if each.facts.reader == reader]
    best = max((share for share, _ in alike), default=0.0)
    pages = {(each.spec, each.operation) for share, each in alike if share == best >= _ALIKE}
    return [(spec, each) for spec, each in known if (spec.name, each.name) in pages] if len(pages) == 1 else []


def _likeness(one: OperationFacts, other: OperationFacts) -> float:
    here, there = _places(one), _places(other)
    return len(here & there) / (len(here | there) or 1)


def _places(operation: OperationFacts) -> set[tuple[Place, int]]:
    placed = {(each.place, 0) for each in operation.parts if each.place.names}
    names = [row.part.place for rows in operation.rows.values() for row in rows]
    return placed | {(place, names[:index].count(place)) for index, place in enumerate(names)}
