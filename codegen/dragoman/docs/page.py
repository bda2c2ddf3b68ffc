"""A saved page: its bytes as text and lines, and what kind of file it is. Nothing here reaches the network."""

from __future__ import annotations

import re
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
    name = path.as_posix()
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "give the path of a saved page"
        raise problem(name, 1, "page-unreadable", f"cannot be read: {error.strerror}", hint) from error
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Page:
    """Read the bytes of a saved page. Raises PageError as `load` does."""
    if len(raw) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES} bytes"
        raise problem(name, 1, "page-too-large", message, "save the page of one operation")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise problem(name, line, "page-unreadable", "the file is not UTF-8", "save the page as UTF-8") from None
    if not text.strip():
        raise problem(name, 1, "page-empty", "the file is empty", "save the page again, after it was loaded")
    kind = _kind(text, Path(name).suffix.lower())
    reason = _no_page(text, kind)
    if reason:
        raise problem(name, 1, "page-other", *reason)
    return Page(name, kind, text)


def _kind(text: str, suffix: str) -> Kind:
    head = text[:_HEAD].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or "<body" in head or (suffix in (".html", ".htm") and "<" in head):
        return "html"
    if suffix in (".js", ".mjs") and not head.startswith("{"):
        return "javascript"
    if suffix in (".yaml", ".yml") or head.startswith(("openapi:", "swagger:")):
        return "yaml"
    if head.startswith("{") and _OPENAPI.search(head):
        return "json"
    return "javascript" if "webpackchunk" in head else "text"


_OPENAPI: Final = re.compile(r'"(openapi|swagger)"\s*:')
_TITLE: Final = re.compile(r"<title[^>]*>([^<]{0,500})")
_MISSING: Final = re.compile(r"\b404\b|(page |seite )?not found|cannot be found|не найдена", re.IGNORECASE)
_LOGIN: Final = re.compile(r"\b(log ?in|sign ?in|anmelden|войти|вход)\b", re.IGNORECASE)
_PASSWORD: Final = re.compile(r"<input[^>]{0,300}type=[\"']?password", re.IGNORECASE)
_SHORT: Final = 40
"""Lines of a page that may be a login or error page: documentation is longer."""


def _no_page(text: str, kind: Kind) -> tuple[str, str] | None:
    """Return problem and hint for a page that a server sent in place of the documentation."""
    lines = [line for line in text.splitlines() if line.strip()]
    title = _TITLE.search(text)
    head = title[1] if title else lines[0][:200] if kind == "text" and len(lines) < _SHORT else ""
    if _MISSING.search(head):
        return (
            "this is an error page, not documentation",
            "open the page in a browser, correct its URL, and save it again",
        )
    if _PASSWORD.search(text) or (_LOGIN.search(head) and (kind == "html" or len(lines) < _SHORT)):
        return "this is a login page, not documentation", "sign in with a browser, and save the page again"
    return None
