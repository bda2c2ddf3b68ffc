"""Comparison of spec files in two states (a revision and the working tree, or two files), ready to be reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from attrs import evolve, frozen

from .. import lint
from ..diagnostics import Problem, Source, SpecError
from ..spec import reader
from ..spec.model import Spec
from ..spec.yaml_document import Document, parse
from .change import CallerEffect, Change, Direction, Place, Severity

Compare: TypeAlias = Callable[[Spec, Spec], tuple[Change, ...]]


@frozen
class SpecFile:
    """Spec file in one state."""

    name: str
    """Name for people: `specs/booster.yaml`, or `3f2a91c0de:specs/booster.yaml` for a file at a revision."""

    file: str
    """Path of the file; its name is that of the vendor's package."""

    content: bytes

    @property
    def vendor(self) -> str:
        """Return the name of the vendor's package."""
        return Path(self.file).stem

    @property
    def lines(self) -> list[str]:
        """Return the text by lines."""
        return self.content.decode("utf-8", "replace").splitlines()


@frozen(kw_only=True)
class SpecDiff:
    """Changes of one spec."""

    vendor: str
    old: SpecFile | None
    """None for a new spec."""

    new: SpecFile | None
    """None for a removed spec."""

    documents: tuple[Document, Document] | None
    """Old and new document; None for a spec that is new or removed as a whole."""

    changes: tuple[Change, ...]
    """Worst first, else in the order of the spec."""

    def source(self, change: Change) -> Source:
        """Return the place of a change, in the old spec if it is gone from the new one."""
        if self.documents:
            return self.documents[not change.place.gone].where(change.place.pointer)
        file = self.new or self.old
        return Source(file.name if file else self.vendor, 1, 1)

    def annotated(self, change: Change) -> Source:
        """Return the place of a change in the new spec, or of the nearest part that is left of what contained it."""
        if self.documents:
            return self.documents[1].where(change.place.pointer)
        file = self.new or self.old
        return Source(file.file if file else self.vendor, 1, 1)

    def of(self, severity: Severity) -> tuple[Change, ...]:
        """Return the changes of a class."""
        return tuple(change for change in self.changes if change.severity is severity)


@frozen(kw_only=True)
class Comparison:
    """All specs in two states."""

    old: str
    """Old state for people: `merge base with origin/main (3f2a91c0de)`."""

    new: str
    specs: tuple[SpecDiff, ...]
    """Specs whose files differ, by vendor; a spec without changes was rewritten without consequences."""

    @property
    def counts(self) -> Counter[Severity]:
        """Return the number of changes of each class."""
        return Counter(change.severity for each in self.specs for change in each.changes)


class UnreadableSpecError(Exception):
    """A spec has errors, so it cannot be compared."""

    def __init__(self, file: SpecFile, problems: Iterable[Problem], *, old: bool) -> None:
        super().__init__(file.name)
        self.file, self.problems, self.old = file, tuple(problems), old


def spec_diffs(pairs: Iterable[tuple[SpecFile | None, SpecFile | None]], compare: Compare) -> tuple[SpecDiff, ...]:
    """Compare pairs of an old and a new file; None stands for a file that does not exist in that state.

    Raises:
        UnreadableSpecError: A spec has errors.
    """
    different = [(old, new) for old, new in pairs if old is None or new is None or old.content != new.content]
    twins = {old.content: old.vendor for old, new in different if old and not new}
    found: list[SpecDiff] = []
    for old, new in different:
        if old and new:
            found.append(_spec_diff(old, new, compare))
        elif new:
            change = _added(new, twins.get(new.content, ""))
            found.append(SpecDiff(vendor=new.vendor, old=None, new=new, documents=None, changes=(change,)))
        elif old:
            found.append(SpecDiff(vendor=old.vendor, old=old, new=None, documents=None, changes=(_removed(old),)))
    return tuple(sorted(found, key=lambda each: each.vendor))


def _spec_diff(old: SpecFile, new: SpecFile, compare: Compare) -> SpecDiff:
    # The old spec gets the name of the new one: a copy may have any name, which would not be that of a package.
    before = _load(old, Path(new.file), old=True)
    after = _load(new, Path(new.file), old=False)
    changes = compare(reader.read(before), reader.read(after))
    order = list(Severity)
    return SpecDiff(
        vendor=new.vendor,
        old=old,
        new=new,
        documents=(before, after),
        changes=tuple(sorted(changes, key=lambda change: order.index(change.severity))),
    )


def _load(file: SpecFile, path: Path, *, old: bool) -> Document:
    try:
        document = evolve(parse(file.content, Path(file.name)), path=path)
    except SpecError as error:
        raise UnreadableSpecError(file, error.problems, old=old) from error
    if errors := lint.errors(lint.check(document)):
        raise UnreadableSpecError(file, errors, old=old)
    return document


def _added(new: SpecFile, renamed_from: str) -> Change:
    return Change(
        id="spec-added",
        place=Place(words=f"package {new.vendor}", pointer=""),
        direction=Direction.BOTH,
        old="",
        new=new.name,
        summary=f"likely renamed from {renamed_from}" if renamed_from else "added",
        renamed_from=renamed_from,
    )


def _removed(old: SpecFile) -> Change:
    text = "removed: importing it raises ModuleNotFoundError, mypy reports it"
    return Change(
        id="spec-removed",
        place=Place(words=f"package {old.vendor}", pointer="", gone=True),
        direction=Direction.BOTH,
        old=old.name,
        new="",
        summary="removed",
        callers=(CallerEffect(name=old.vendor, text=text, type_check=True, run_time=True),),
    )
