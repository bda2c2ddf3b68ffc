"""Texts of a server for messages: found in a body, without secrets, on one line, shortened.

`find_reason` finds the server's reason in the body of an error. `safe_text` makes any text of a server fit for a
message or a log: URLs may be signed, so only their host is kept; credentials and e-mail addresses become `***`;
characters that control a terminal or a log are escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final, cast
from uuid import UUID

MAX_TEXT: Final = 200
"""Maximum length of a server's text in a message."""

MAX_BODY: Final = 64 * 1024
"""Maximum size in bytes of a body that is searched for a reason."""

HIDDEN: Final = "***"

_MAX_READ: Final = 4096
_MIN_SECRET: Final = 3
"""Minimum length of a secret that is searched for."""

_CERTAIN_SECRET: Final = 8
"""Minimum length of a secret that is searched for inside words too; a shorter one could be a part of ordinary words."""

_URL: Final = re.compile(r"\b([a-z][a-z0-9+.-]{0,20}://)([^\s/?#\"'<>]*)([^\s\"'<>]*)", re.I)
_SCHEME: Final = re.compile(r"\b(bearer|basic|digest|token|apikey|key)\s+(?=\S*[0-9=])[\w.~+/=-]{6,}", re.I)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}")
_NAME: Final = r"(?<![\w-])[\w-]{0,40}(?:passw(?:or)?d|pwd|secret|credential|authorization|cookie|signature)[\w-]{0,40}"
_OTHER_NAME: Final = r"(?<![\w-])[\w-]{0,40}(?:token|api[_-]?key|access[_-]?key|session|sig)[\w-]{0,40}"
_VALUE: Final = r"(\"[^\"]*\"?|'[^']*'?|[^\s\"',;&)]+)"
_ASSIGNED: Final = re.compile(rf"({_NAME}[\"']?\s*[=:]\s*){_VALUE}", re.I)
_OTHER_ASSIGNED: Final = re.compile(
    # After a colon, only what looks like a value: "invalid token: expired" is a sentence.
    rf"({_OTHER_NAME}[\"']?\s*(?:=\s*|:\s*(?=[\"']|\S*[0-9]))){_VALUE}",
    re.I,
)
_OPAQUE: Final = re.compile(r"[A-Za-z0-9+/_=~-]{20,}")
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]+", re.I)


def safe_text(text: str, secrets: Iterable[str] = (), limit: int = MAX_TEXT) -> str:
    """Return a text of a server for a message: one line, at most `limit` characters, without `secrets` and the like."""
    cut = text[:_MAX_READ]
    if len(text) > _MAX_READ:
        cut = cut.rpartition(" ")[0]  # the last word may be a part of a secret, which would not be recognised
    return shorten(escape(_redact(" ".join(cut.split()), secrets)), limit)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text; the last one then says that there were more."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def escape(text: str) -> str:
    r"""Return a text with its control characters, and others that are not printed, as escapes such as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a text without `secrets`, whole or cut by `shorten`."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _CERTAIN_SECRET:
            text = text.replace(secret, HIDDEN)
            text = re.sub(rf"{re.escape(secret[:_CERTAIN_SECRET])}[^'\"…]*…", HIDDEN, text)
        elif len(secret) >= _MIN_SECRET:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)
    return text


def _redact(text: str, secrets: Iterable[str]) -> str:
    text = hide(text, secrets)
    text = _URL.sub(_host_only, text)
    text = _SCHEME.sub(rf"\1 {HIDDEN}", text)
    text = _ADDRESS.sub(HIDDEN, _JWT.sub(HIDDEN, text))
    text = _ASSIGNED.sub(rf"\1{HIDDEN}", text)
    text = _OTHER_ASSIGNED.sub(rf"\1{HIDDEN}", text)
    return _OPAQUE.sub(lambda found: HIDDEN if _is_opaque(found[0]) else found[0], text)


def _host_only(found: re.Match[str]) -> str:
    authority, rest = found[2].rpartition("@")[2], found[3]
    return f"{found[1]}{authority}{'/…' if rest.strip('/.,;:)') else rest}"


def _is_opaque(word: str) -> bool:
    """Return True if a word looks like a key or a signature, not like an id, a name or a path."""
    if not any(map(str.isdigit, word)) or not any(map(str.isalpha, word)):
        return False
    if max(map(len, word.split("/"))) < 20:
        return False  # a path
    try:
        UUID(word)
    except ValueError:
        mixed = any(map(str.isupper, word)) and any(map(str.islower, word))
        return mixed or (len(word) >= 40 and ("-" not in word or _HEXADECIMAL.fullmatch(word) is not None))
    return False


# -- The reason in the body of an error


_BEST_NAMES: Final = (
    "message",
    "errormessage",
    "errordescription",
    "detail",
    "description",
    "msg",
    "reason",
    "title",
    "text",
    "error",
    "faultstring",
)
"""Members that hold a text for people, best first; case and underscores do not count."""

_CODE_NAMES: Final = frozenset({"code", "errorcode", "errortype", "exception", "type"})
"""Members that hold a code for an error."""

_FIELD_NAMES: Final = frozenset({"field", "fieldname", "param", "parameter", "property", "propertyname", "pointer"})
"""Members that name the part of the request that a text beside them is about."""

_LISTS: Final = frozenset({"errors", "error", "details", "detail", "violations", "messages", "issues", "fault"})
"""Members whose texts are all reasons, whatever their names: `{"errors": {"brand": ["is required"]}}`."""

_MAX_REASONS: Final = 3
_MAX_DEPTH: Final = 12
_MARKUP: Final = re.compile(
    r"<(message|faultstring|description|detail|title|h1)(?:\s[^<>]{0,200})?>([^<]{1,2000})</\1\s*>", re.I
)


def find_reason(
    content: bytes, content_type: str = "", *, hidden: Collection[str] = (), secrets: Iterable[str] = ()
) -> str:
    """Return the server's reason from the body of an error, as `safe_text`; '' if it has none.

    Args:
        content: The body: JSON, text or markup.
        content_type: Its `Content-Type`.
        hidden: Names of JSON members that the API declares secret.
        secrets: Values that must not appear, such as the credentials that were sent.
    """
    text = _text_of(content, content_type)
    if not text:
        return ""
    if text[0] == "<":
        found = {each[1].lower(): each[2] for each in reversed(list(islice(_MARKUP.finditer(text), 20)))}
        reasons = [
            found[name] for name in ("message", "faultstring", "description", "detail", "title", "h1") if name in found
        ][:1]
    else:
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError):
            # What begins like JSON, and is not, may have a secret anywhere.
            reasons = [] if text[0] in '{["' else [text]
        else:
            reasons = list(reasons_in(value, hidden))
    return join_texts(reasons, secrets)


def join_texts(texts: Iterable[str], secrets: Iterable[str] = ()) -> str:
    """Return texts of a server as one, as `safe_text`; repeated and empty ones count once or not at all."""
    secrets = tuple(secrets)
    safe = dict.fromkeys(safe_text(text, secrets).rstrip(" .;") for text in texts)
    return shorten("; ".join(filter(None, safe)), MAX_TEXT)


def reasons_in(value: object, hidden: Collection[str] = ()) -> Iterator[str]:
    """Yield up to three texts for people in a JSON value; without any, its first sentence, or else its first code."""
    found = tuple(islice(_messages(value, hidden, _MAX_DEPTH, everything=False), _MAX_REASONS))
    if found:
        yield from found
        return
    # A single word may be anything that the server repeats, such as a name or an address.
    texts = tuple(islice(_messages(value, hidden, _MAX_DEPTH, everything=True), 100))
    yield from tuple(text for text in texts if " " in text.strip())[:1] or tuple(_codes(value, hidden, _MAX_DEPTH))[:1]


def _messages(value: object, hidden: Collection[str], depth: int, *, everything: bool) -> Iterator[str]:
    if isinstance(value, str):
        if everything and value.strip():
            yield value
        return
    if depth == 0:
        return
    if isinstance(value, list):
        for item in islice(cast("list[object]", value), 100):
            yield from _messages(item, hidden, depth - 1, everything=everything)
        return
    if not isinstance(value, dict):
        return
    members = {_plain(name): each for name, each in cast("dict[str, object]", value).items() if name not in hidden}
    best = next((name for name in _BEST_NAMES if isinstance(members.get(name), str) and members[name]), None)
    if best is not None:
        about = next((each for name, each in members.items() if name in _FIELD_NAMES and isinstance(each, str)), "")
        yield f"{about}: {members[best]}" if about else str(members[best])
    for name, each in members.items():
        if name == best:
            continue
        if name in _LISTS and not isinstance(each, str):
            yield from _listed(each, hidden, depth - 1)
        elif everything or not isinstance(each, str):
            yield from _messages(each, hidden, depth - 1, everything=everything)


def _codes(value: object, hidden: Collection[str], depth: int) -> Iterator[str]:
    if isinstance(value, list) and depth:
        for item in islice(cast("list[object]", value), 100):
            yield from _codes(item, hidden, depth - 1)
    if isinstance(value, dict) and depth:
        for name, each in cast("dict[str, object]", value).items():
            if name not in hidden:
                if isinstance(each, str | int) and not isinstance(each, bool) and _plain(name) in _CODE_NAMES:
                    yield str(each)
                yield from _codes(each, hidden, depth - 1)


def _listed(value: object, hidden: Collection[str], depth: int) -> Iterator[str]:
    """Yield the texts of a member such as `errors`: messages, a list of texts, or texts by the name of a field."""
    if isinstance(value, list):
        for item in islice(cast("list[object]", value), 100):
            if isinstance(item, str):
                yield item
            else:
                yield from _messages(item, hidden, depth, everything=False)
        return
    by_field: dict[str, object] = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    plain = tuple(_messages(by_field, hidden, depth, everything=False))
    yield from plain
    if not plain:
        for name, each in by_field.items():
            texts = cast("list[object]", each) if isinstance(each, list) else [each]
            yield from (f"{name}: {text}" for text in texts if isinstance(text, str) and name not in hidden)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def _text_of(content: bytes, content_type: str) -> str:
    if not content or len(content) > MAX_BODY:
        return ""
    media_type = content_type.partition(";")[0].strip().lower()
    text = content.decode("utf-8-sig", "replace").strip()
    if "\0" in text:  # UTF-16, in which no secret would be found, or no text at all
        return ""
    textual = media_type.startswith("text/") or media_type.endswith(("json", "xml", "html")) or not media_type
    # Servers mislabel JSON and markup; what is neither and has no textual type is a file.
    return text if textual or text[:1] in ("{", "[", "<") else ""
