"""A place in a spec file, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen


@frozen(order=True)
class Source:
    """A place in a file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen(order=True)
class Problem:
    """One thing that a person must mend in a spec before code can be made from it."""

    source: Source
    """Where."""

    check_id: str
    """Stable id of the check that found it, such as `status-unmapped`."""

    subject: str
    """What it is about, in the spec's own names: an operationId, a schema, a parameter."""

    message: str
    """What is wrong: lower case, no full stop."""

    hint: str = field(default="", order=False)
    """What to write instead."""

    def __str__(self) -> str:
        subject = f"{self.subject}: " if self.subject else ""
        text = f"{self.source}: {self.check_id}: {subject}{self.message}"
        return printable(f"{text}\n  hint: {self.hint}" if self.hint else text)

    def github(self) -> str:
        """Return the problem as a workflow annotation of GitHub Actions."""
        where = f"file={_property(self.source.file)},line={self.source.line},col={self.source.column}"
        subject = f"{self.subject}: " if self.subject else ""
        hint = f"\nhint: {self.hint}" if self.hint else ""
        text = printable(f"{subject}{self.message}{hint}")
        return f"::error {where},title={_property(self.check_id)}::{_data(text)}"


class SpecError(Exception):
    """A spec cannot be used; `problems` says why, all at once, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def printable(text: str) -> str:
    """Show control characters as escapes, so that hostile spec text cannot drive a terminal or a CI log."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
