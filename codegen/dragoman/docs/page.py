"""A saved page: its bytes as text and lines, and what kind of file it is. Nothing here reaches the network."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from ..diagnostics import Problem, Source

MAX_BYTES: Final = 8 * 1024 * 1024
_HEAD: Final = 2048

Kind: TypeAlias = Literal["text", "html", "javascript", "json", "yaml"]


class PageError(Exception):
    """A page cannot be read. `problem` says where, what was seen and what to do."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@frozen
class Page:
    """Saved copy of a page: text copied from a browser, HTML, a JavaScript chunk, or an OpenAPI document."""

    source: str
    """Path of the file, for messages."""

    kind: Kind
    text: str = field(repr=False)

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()


def problem(source: str, line: int, check_id: str, message: str, hint: str) -> PageError:
    """Return the error for a page that cannot be read."""
    return PageError(Problem(Source(source, line, 1), check_id, "", message, hint))


def load(path: Path) -> Page:
    """Read a saved page.

    Raises:
        PageError: the file is missing, empty, too large, or not UTF-8.
    """
    raise NotImplementedError(path)
