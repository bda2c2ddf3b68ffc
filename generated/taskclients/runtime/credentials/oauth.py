"""OAuth 2 client credentials: one token for all calls of a client, fetched by one of them when it is needed.

However many threads or tasks find the token missing, one request is made: the others wait and share what comes of it,
also when it fails.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from copy import copy
from typing import Annotated, cast
from urllib.parse import quote_plus

import msgspec
from attrs import define, field, frozen

from ..api import ClientCredentials
from ..errors import ClientError, DecodeError, error_class
from ..exchange.effects import Alone, Flow, Send
from ..messages import Answer, Request
from ..request.styles import header_value

_LONGEST_MARGIN = 30.0
"""Seconds before its expiry from which a token is not used any more; at most a fifth of its life."""


class _Answer(msgspec.Struct):
    """What RFC 6749, 5.1 promises, as far as it matters here."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: str = "Bearer"  # noqa: S105 - the word that the protocol uses
    expires_in: int | float | str | None = None


@frozen(eq=False)
class Token:
    """An `Authorization` header and, on the client's clock, when to stop using it."""

    authorization: str = field(repr=False)
    until: float | None


@define(eq=False)
class TokenSource:
    """Fetches, keeps and renews the token."""

    request: Request
    now: Callable[[], float]
    _token: Token | None = field(default=None, init=False, repr=False)
    _round: int = field(default=0, init=False, repr=False)
    _outcome: Token | ClientError | None = field(default=None, init=False, repr=False)

    def authorization(self) -> Flow[str]:
        """The `Authorization` header to send.

        Raises:
            TransportError: the token endpoint does not answer.
            ApiError: it refuses.
            DecodeError: its answer holds no token.
        """
        seen = self._round  # read first: whoever sees an older token must not miss the round that replaced it
        token = self._token
        if token is None or (token.until is not None and self.now() >= token.until):
            token = cast("Token", (yield Alone(self._fetch(seen))))
        return token.authorization

    def forget(self, authorization: str) -> None:
        """Drop a token that the server refused, unless it has been replaced already."""
        token = self._token
        if token is not None and token.authorization == authorization:
            self._token = None

    def _fetch(self, seen: int) -> Flow[Token]:
        if self._round != seen:  # somebody fetched while this one waited
            if isinstance(self._outcome, ClientError):
                raise copy(self._outcome)
            return cast("Token", self._outcome)
        started = self.now()
        try:
            answer: Answer = yield Send(self.request)
            token = self._read(answer, started)
        except ClientError as error:
            self._outcome = copy(error)
            self._round += 1
            raise
        self._outcome = self._token = token
        self._round += 1
        return token

    def _read(self, answer: Answer, started: float) -> Token:
        if not 200 <= answer.status <= 299:
            raise error_class(answer.status)(
                operation=self.request.operation,
                status=answer.status,
                request=self.request.redacted(),
                raw=answer.content,
                headers=answer.headers,
            )
        try:
            found = msgspec.json.decode(answer.content, type=_Answer)
            kind = "Bearer" if found.token_type.lower() == "bearer" else found.token_type
            authorization = header_value(f"{kind} {found.access_token}")
            seconds = None if found.expires_in is None else float(found.expires_in)
        except (msgspec.DecodeError, ValueError):
            # Without the body: it may well hold a token.
            error = DecodeError(path="$", expected="an OAuth 2 token", found="something else", raw=b"")
            error.operation = self.request.operation
            error.status = answer.status
            raise error from None
        if seconds is None:
            return Token(authorization, None)
        return Token(authorization, started + seconds - min(_LONGEST_MARGIN, seconds / 5))


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
