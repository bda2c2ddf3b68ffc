"""OAuth 2 client credentials (RFC 6749, 4.4): what asks for a token, and what reads the answer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from math import isfinite
from typing import Annotated, Final
from urllib.parse import quote_plus

import msgspec

from ..api import ClientCredentials
from ..errors import DecodeError, error_class
from ..messages import Answer, Request
from ..request.styles import header_value
from .access import Access
from .renewal import Renewable, Token

_LONGEST_MARGIN = 30.0
"""Seconds before its expiry from which a token is not used any more; at most a fifth of its life."""


class _Answer(msgspec.Struct):
    """What RFC 6749, 5.1 promises, as far as it matters here."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: str = "Bearer"  # noqa: S105 - the word that the protocol uses
    expires_in: int | float | str | None = None


_decode: Final = msgspec.json.Decoder(_Answer).decode  # not made by the first threads that need it: see `codec.reader`


def granted(request: Request, now: Callable[[], float]) -> Renewable:
    """The token that a token request gives."""

    def read(answer: Answer, started: float) -> Token:
        if not 200 <= answer.status <= 299:
            raise error_class(answer.status)(
                operation=request.operation,
                status=answer.status,
                request=request.redacted(),
                raw=answer.content,
                headers=answer.headers,
            )
        try:
            found = _decode(answer.content)
            kind = "Bearer" if found.token_type.lower() == "bearer" else found.token_type
            access = Access(headers=(("Authorization", header_value(f"{kind} {found.access_token}")),))
            seconds = None if found.expires_in is None else _seconds(found.expires_in)
        except (msgspec.DecodeError, ValueError, OverflowError):
            # Without the body: it may well hold a token.
            error = DecodeError(path="$", expected="an OAuth 2 token", found="something else", raw=b"")
            error.operation = request.operation
            error.status = answer.status
            raise error from None
        if seconds is None:
            return Token(access)
        return Token(access, started + seconds - min(_LONGEST_MARGIN, seconds / 5))

    return Renewable(request, read, now)


def _seconds(text: float | str) -> float:
    """Raises ValueError or OverflowError for what is no number of seconds."""
    seconds = float(text)
    if not isfinite(seconds):
        raise ValueError("for ever, or never")
    return seconds


def token_request(
    operation: str, scheme: ClientCredentials, url: str, pair: tuple[str, str], headers: tuple[tuple[str, str], ...]
) -> Request:
    """The request for a token (RFC 6749, 4.4)."""
    fields = {"grant_type": "client_credentials"}
    if scheme.scopes:
        fields["scope"] = " ".join(scheme.scopes)
    if scheme.credentials_in == "body":
        fields["client_id"], fields["client_secret"] = pair
    else:
        # Each is form-encoded first (RFC 6749, 2.3.1), so that a colon can be in either.
        encoded = b64encode(":".join([quote_plus(part) for part in pair]).encode()).decode()
        headers = (*headers, ("Authorization", f"Basic {encoded}"))
    content = "&".join([f"{name}={quote_plus(value)}" for name, value in fields.items()]).encode()
    return Request(
        operation,
        "POST",
        url,
        (*headers, ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")),
        content,
    )
