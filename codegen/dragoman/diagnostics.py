"""Problems of specs: `Source` (a place in a file), `Problem` and `SpecError`, which every stage up to lint reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from attrs import field, frozen

Level: TypeAlias = Literal["error", "warning"]
"""Level of a problem: code is generated despite warnings, but not despite errors."""


@frozen(order=True)
class Source:
    """Place in a file. Line and column count from 1, as in editors."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen(order=True)
class Problem:
    """Something to correct in a spec, or (a warning) to know about it."""

    source: Source
    """Place of the problem."""

    check_id: str
    """Stable id of the check that found it, such as `status-unmapped`."""

    subject: str
    """Name in the spec of the part that has the problem: an operationId, a schema, a parameter."""

    message: str
    """Description of the problem: lower case, no full stop."""

    hint: str = field(default="", order=False)
    """Remedy: text to write instead."""

    level: Level = field(default="error", order=False)
    """Level of the check that found it."""

    def __str__(self) -> str:
        level = "warning: " if self.level == "warning" else ""
        subject = f"{self.subject}: " if self.subject else ""
        text = f"{self.source}: {level}{self.check_id}: {subject}{self.message}"
        return printable(f"{text}\n  hint: {self.hint}" if self.hint else text)

    def github(self) -> str:
        """Return the problem as a workflow annotation of GitHub Actions."""
        subject = f"{self.subject}: " if self.subject else ""
        hint = f"\nhint: {self.hint}" if self.hint else ""
        return annotation(self.level, self.source, self.check_id, f"{subject}{self.message}{hint}")


class SpecError(Exception):
    """A spec cannot be used. `problems` lists all errors, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def printable(text: str) -> str:
    """Replace control characters by escapes, so that text of a spec cannot control a terminal or a CI log."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def annotation(level: Literal["error", "warning", "notice"], source: Source, title: str, text: str) -> str:
    """Return a workflow annotation of GitHub Actions at a place in a file."""
    where = f"file={_property(source.file)},line={source.line},col={source.column}"
    return f"::{level} {where},title={_property(printable(title))}::{_data(printable(text))}"


# The escapes of GitHub's workflow commands, for the message and for properties such as `file=`.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
