"""A saved page: its bytes as text and lines, and what kind of file it is. Nothing here reaches the network."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from ..diagnostics import Problem, Source, SpecError

MAX_BYTES: Final = 8 * 1024 * 1024
_HEAD: Final = 2048

Kind: TypeAlias = Literal["text", "html", "javascript", "json", "yaml", "markdown", "collection"]
"""`markdown` has OpenAPI documents in it; `collection` is one of Postman."""

MARKDOWN_FENCE: Final = re.compile(
    r"^(?P<fence>`{3,})ya?ml (?:\S{1,500} )?"
    r"(?P<method>get|put|post|delete|options|head|patch|trace) (?P<path>/\S{0,2000})\s*?$",
    re.IGNORECASE | re.MULTILINE,
)
"""Start of an OpenAPI document in Markdown, with the operation that the page shows."""


class PageError(SpecError):
    """A page cannot be read. `problem` says where, what was seen and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__([problem])

    @property
    def problem(self) -> Problem:
        """The only problem."""
        return self.problems[0]


@frozen
class Page:
    """Saved copy of a page: text copied from a browser, HTML, a JavaScript chunk, or an OpenAPI document."""

    source: str
    """Path of the file, for messages."""

    kind: Kind
    text: str = field(repr=False)

    """Text of the file, in which every line ends with a line feed."""

    @property
    def lines(self) -> list[str]:
        """The lines of the file, as editors count them: a page may contain other separators inside a line."""
        return self.text.removesuffix("\n").split("\n")

    def line(self, offset: int) -> int:
        """Return the line of an offset of the text."""
        return self.text.count("\n", 0, offset) + 1


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
    text = _text(raw, name)
    if not text.strip():
        raise problem(name, 1, "page-empty", "the file is empty", "save the page again, after it was loaded")
    kind = _kind(text, Path(name).suffix.lower())
    reason = _no_page(text, kind)
    if reason:
        raise problem(name, 1, "page-other", *reason)
    return Page(name, kind, text)


def _text(raw: bytes, name: str) -> str:
    encoding = "utf-16" if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save the page as text or HTML, in UTF-8"
        raise problem(name, line, "page-unreadable", "the file is not UTF-8", hint) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise problem(name, line, "page-unreadable", "the file is not text", "save the page as text or HTML")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kind(text: str, suffix: str) -> Kind:
    head = text[:_HEAD].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or "<body" in head or (suffix in (".html", ".htm") and "<" in head):
        return "html"
    if head.startswith("{"):
        if not _JSON.search(text, 0, _HEAD) and _COLLECTION.search(text):
            return "collection"
        return "json" if suffix == ".json" or _JSON.search(text) else "text"
    if suffix in (".js", ".mjs", ".mdx") or "webpackchunk" in head or "SwaggerUIBundle(" in text:
        return "javascript"
    if MARKDOWN_FENCE.search(text):
        return "markdown"
    return "yaml" if suffix in (".yaml", ".yml") or _YAML.search(text) else "text"


_JSON: Final = re.compile(r'"(openapi|swagger)"\s{0,9}:')
_COLLECTION: Final = re.compile(r"""\bschema\.(get)?postman\.com\\?/json\\?/collection\\?/""")
_YAML: Final = re.compile(r"^[\"']?(openapi|swagger)[\"']?: ?[\"']?[23]\.", re.MULTILINE)
_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_MISSING: Final = re.compile(r"\b404\b|\b(page|seite) (was )?not found|^\s*not found|не найдена", re.IGNORECASE)
_LOGIN: Final = re.compile(r"\b(log ?in|sign ?in|log ?on|single sign-on|anmelden|войти|вход)\b", re.IGNORECASE)
_BARRED: Final = re.compile(
    r"^\s*(just a moment|attention required|access denied|are you a robot|verify(ing)? (that )?you are human|captcha|"
    r"403 forbidden|5\d\d |service unavailable|bad gateway)",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(r"""<input[^<>]{0,300}type=["']?password""", re.IGNORECASE)
_UNSEEN: Final = re.compile(
    r"<(?P<name>script|style)\b[^<>]*+>.*?(</(?P=name)>|\Z)|<!--.*?(-->|\Z)|<[^<>]*+>", re.IGNORECASE | re.DOTALL
)
_SHORT: Final = 40
"""Lines of a text that may be a login or error page: documentation is longer."""

_SHORT_TEXT: Final = 1500
"""Visible characters of an HTML page that may be one."""


def _no_page(text: str, kind: Kind) -> tuple[str, str] | None:
    """Return problem and hint for a page that a server sent in place of the documentation."""
    if text[:_HEAD].lower().startswith(("mime-version:", "from: <saved by")):
        return "this is a web archive (MHTML)", "save the page as 'Webpage, HTML only', or copy its text"
    if kind == "html":
        title = _TITLE.search(text)
        head = title[1] if title else ""
        # The panel of a documentation page in which users enter a token is a password field too.
        signs = bool(_PASSWORD.search(text)) + bool(_LOGIN.search(head))
        is_login = signs == 2 or (signs == 1 and _is_short(text))
    elif kind == "text":
        lines = [line for line in text.split("\n") if line.strip()]
        head = lines[0][:200] if len(lines) < _SHORT else ""
        is_login = bool(_LOGIN.search(head))
    else:
        return None
    if _MISSING.search(head):
        return (
            "this is an error page, not documentation",
            "open the page in a browser, correct its URL, and save it again",
        )
    if _BARRED.search(head):
        return "this is the page of a server that refused the request", "open the page in a browser, and save it again"
    if is_login:
        return "this is a login page, not documentation", "sign in with a browser, and save the page again"
    return None


def _is_short(text: str) -> bool:
    return len(" ".join(_UNSEEN.sub(" ", text).split())) < _SHORT_TEXT
