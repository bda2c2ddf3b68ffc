"""Secret parts of requests and responses, which messages must not show, and the server's reason without them."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Set
from contextlib import suppress
from functools import cache
from typing import Any, Final, cast
from urllib.parse import parse_qsl, unquote, unquote_plus

from attrs import evolve, frozen, has

from ..codec import get_compiler
from ..errors import DecodeError
from ..http_messages import HttpRequest, HttpResponse, SentRequest
from ..media.charset import to_utf8
from ..model import accepted_classes, members
from ..operation import Binary, Operation, Path, types_by_status
from ..server_text import MAX_BODY, find_reason

_PLAIN_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "content-length", "content-type", "host", "user-agent"}
)
_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_SECRET_FIELDS: Final = frozenset({"client_secret", "password", "refresh_token"})
"""Members of the requests of OAuth 2, which are in no spec."""


@frozen(eq=False)
class SecretParts:
    """Parts of one operation's requests and responses that messages must not show."""

    members: frozenset[str]
    """Names of secret JSON members."""

    whole: bool
    """True if the body of an error is secret as a whole."""

    shown: frozenset[str]
    """Names, in lower case, of the headers and query parameters that are no secrets."""

    path: tuple[re.Pattern[str], tuple[str, ...]] | None
    """Pattern with a group for each secret parameter of the path, and their names; None if there is none."""

    def reason(self, response: HttpResponse, request: HttpRequest) -> str:
        """Return the server's reason from the body of an error, fit for a message; '' if it has none."""
        if self.whole:
            return ""
        try:
            content = to_utf8(response.content, response.content_type)
        except DecodeError:
            return ""
        return find_reason(content, response.content_type, hidden=self.members, secrets=self.sent(request))

    def redacted(self, request: HttpRequest) -> SentRequest:
        """Return the parts of a request that are safe to show."""
        sent = request.redacted()
        if self.path is None:
            return sent
        pattern, names = self.path
        found, url = pattern.search(sent.url), sent.url
        if found is not None:
            for group in range(len(names), 0, -1):
                url = f"{url[: found.start(group)]}{{{names[group - 1]}}}{url[found.end(group) :]}"
        return evolve(sent, url=url)

    def sent(self, request: HttpRequest) -> frozenset[str]:
        """Return the secrets of a request, such as its credentials: the server may repeat them in its response."""
        return frozenset(filter(None, self._sent(request)))

    def _sent(self, request: HttpRequest) -> Iterator[str]:
        for name, value in request.headers:
            if name.lower() not in self.shown:
                yield value
                yield from (part.strip().partition("=")[2] for part in value.split(";"))
                yield from _parts_of_credentials(value)
        path, _, query = request.url.partition("?")
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            if unquote_plus(name).lower() not in self.shown:
                yield from (value, unquote_plus(value))
        found = None if self.path is None else self.path[0].search(path)
        for value in () if found is None else found.groups():
            yield from (value, unquote(value))
        if isinstance(request.content, bytes) and len(request.content) <= MAX_BODY:
            yield from self._sent_members(request.content)

    def _sent_members(self, content: bytes) -> Iterator[str]:
        text = content.decode("utf-8", "replace")
        yield text
        names = _SECRET_FIELDS | self.members
        left: list[object] = []
        try:
            left.append(json.loads(text))
        except (ValueError, RecursionError):
            left.append(dict(parse_qsl(text)))
        while left:
            value = left.pop()
            if isinstance(value, list):
                left.extend(cast("list[object]", value))
            elif isinstance(value, dict):
                for name, each in cast("dict[str, object]", value).items():
                    if name in names and isinstance(each, str | int | float):
                        yield str(each)
                    else:
                        left.append(each)


def _parts_of_credentials(value: str) -> Iterator[str]:
    scheme, _, credentials = value.partition(" ")
    yield credentials
    if scheme.lower() == "basic":
        with suppress(ValueError):
            pair = b64decode(credentials).decode()
            yield from (pair, pair.partition(":")[2])


PLAIN_PARTS: Final = SecretParts(frozenset(), whole=False, shown=_PLAIN_HEADERS, path=None)
"""Secret parts of a request that belongs to no operation, such as one for an OAuth 2 token."""


@cache
def secret_parts(operation: Operation[Any]) -> SecretParts:
    """Return the secret parts of an operation; made at its first error and cached, as operations are constants."""
    shown, secret_segments = set(_PLAIN_HEADERS), set[str]()
    for parameter in operation.parameters:
        if _secrets_in(parameter.type) == frozenset():
            shown.add(parameter.name.lower())
        elif isinstance(parameter, Path):
            secret_segments.add(parameter.name)
    bodies = [body.type for body in operation.body if not isinstance(body, Binary)]
    errors = [_secrets_in(hint) for hint in operation.errors.values()]
    others = [_secrets_in(hint) for hint in (*types_by_status(operation.returns).values(), *bodies)]
    return SecretParts(
        members=frozenset(name for names in (*errors, *others) for name in names or ()),
        whole=None in errors,
        shown=frozenset(shown) - _CREDENTIALS,
        path=_secret_path(operation.path, secret_segments) if secret_segments else None,
    )


def _secrets_in(hint: Any) -> frozenset[str] | None:
    """Return the names of the secret members in a type; None if a value outside a model is secret."""
    if hint is None or hint is bytes:
        return frozenset()
    try:
        return get_compiler().secrets(hint)
    except TypeError:  # a form with files, whose secrets are members of its own
        classes = [cls for cls in accepted_classes(hint) if has(cls)]
        return frozenset(member.name for cls in classes for member in members(cls) if member.secret)


def _secret_path(template: str, secret: Set[str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    pieces = re.split(r"\{([^{}]+)\}", re.split("[?#]", template)[0])  # text and names in turn
    pattern = "".join(
        ("([^/]*)" if piece in secret else "[^/]*") if position % 2 else re.escape(piece)
        for position, piece in enumerate(pieces)
    )
    return re.compile(f"{pattern}$"), tuple(name for name in pieces[1::2] if name in secret)
