"""Parts of a request that authenticate it, the cache of tokens, and OAuth 2 client credentials (RFC 6749, 4.4)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from copy import copy
from math import isfinite
from typing import Annotated, Final, TypeAlias, cast
from urllib.parse import quote_plus

import msgspec
from attrs import define, field, frozen

from ..deadline import Deadline
from ..effects import Exclusive, Flow, Send
from ..errors import ClientError, DecodeError, InvalidArgumentError, error_class
from ..events import Event, EventHook, emit
from ..http_messages import HttpRequest, HttpResponse
from ..request.styles import cookie_value, escape, header_value
from ..security import ApiKey, ClientCredentials, HttpBearer


@frozen(eq=False)
class AuthParts:
    """What a request carries to be let in."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[str, ...] = field(default=(), repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)

    final: bool = True
    """Whether this is all; otherwise httpx may add the caller's own authentication."""

    parts: tuple[AuthParts, ...] = field(default=(), repr=False)
    """What it was put together from."""

    def contains(self, other: AuthParts) -> bool:
        """Whether the other is this one or a part of it."""
        return other is self or any(other is part for part in self.parts)


def secret_auth(scheme: HttpBearer | ApiKey, name: str, secret: object) -> AuthParts:
    """A single secret, where the scheme called `name` wants it.

    Raises:
        InvalidArgument: it cannot be sent; the message does not show it.
    """
    if not isinstance(secret, str):
        raise InvalidArgumentError(f"auth: the function for {name!r} returned {type(secret).__name__}, expected str")
    if not secret:
        raise InvalidArgumentError(f"auth: the secret for {name!r} is empty")
    try:
        if isinstance(scheme, HttpBearer):
            return AuthParts(headers=(("Authorization", header_value(f"Bearer {secret}")),))
        if scheme.where == "header":
            return AuthParts(headers=((scheme.name, header_value(secret)),))
        if scheme.where == "query":
            return AuthParts(query=(f"{escape(scheme.name)}={escape(secret)}",))
        return AuthParts(cookies=(f"{scheme.name}={cookie_value(secret)}",))
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"auth: the secret for {name!r}: {error}") from None


def basic_auth(name: str, pair: tuple[str, str]) -> AuthParts:
    """User and password, as HTTP Basic has them.

    Raises:
        InvalidArgument: a colon in the user's name.
    """
    user, password = pair
    if ":" in user:
        raise InvalidArgumentError(f"auth: the user for {name!r} cannot contain a colon")
    encoded = b64encode(f"{user}:{password}".encode()).decode()
    return AuthParts(headers=(("Authorization", f"Basic {encoded}"),))


def combine(parts: Sequence[AuthParts]) -> AuthParts:
    """All of them in one request."""
    if len(parts) == 1:
        return parts[0]
    return AuthParts(
        headers=tuple(header for part in parts for header in part.headers),
        query=tuple(pair for part in parts for pair in part.query),
        cookies=tuple(pair for part in parts for pair in part.cookies),
        parts=tuple(parts),
    )


@frozen(eq=False)
class Token:
    """A token as it is sent and, on the client's clock, when to stop using it."""

    access: AuthParts = field(repr=False)
    expires_at: float | None = None


ReadToken: TypeAlias = Callable[[HttpResponse, float], Token]
"""From an answer, and when it was asked for, to the token in it. Raises ClientError if there is none."""


@define(eq=False)
class TokenCache:
    """The source of one token, for all calls of a client."""

    request: HttpRequest
    """What fetches it."""

    read: ReadToken
    now: Callable[[], float]
    template: str = ""
    """The request's path, for events."""

    _token: Token | None = field(default=None, init=False, repr=False)
    _round: int = field(default=0, init=False, repr=False)
    _outcome: Token | ClientError | None = field(default=None, init=False, repr=False)

    def obtain(self, deadline: Deadline | None = None, on_event: EventHook | None = None) -> Flow[AuthParts]:
        """The token, fetched if need be. The deadline is the caller's, who runs this under it.

        Raises:
            TransportError: whoever hands out tokens does not answer, or not before the deadline.
            ApiError: he refuses.
            DecodeError: his answer is none.
        """
        seen = self._round  # read first: whoever sees an older token must not miss the round that replaced it
        token = self._token
        if token is None or (token.expires_at is not None and self.now() >= token.expires_at):
            token = cast("Token", (yield Exclusive(self._renew(seen, deadline, on_event))))
        return token.access

    def invalidate(self, refused: AuthParts) -> None:
        """Drop the token if it is the one that the server refused, and not a newer one."""
        token = self._token
        if token is not None and refused.contains(token.access):
            self._token = None

    def _renew(self, seen: int, deadline: Deadline | None, on_event: EventHook | None) -> Flow[Token]:
        if self._round != seen:  # somebody fetched while this one waited
            if isinstance(self._outcome, ClientError):
                raise copy(self._outcome)
            return cast("Token", self._outcome)
        started = self.now()
        try:
            answer: HttpResponse = yield Send(self.request)
            token = self.read(answer, started)
        except ClientError as error:
            if deadline is None or not deadline.expired:  # one caller's haste is not the failure of those who wait
                self._outcome = copy(error)
                self._round += 1
            raise
        self._outcome = self._token = token
        self._round += 1
        request = self.request
        event = Event(
            kind="sign-in",
            operation=request.operation,
            method=request.method,
            origin=request.origin,
            template=self.template,
            status=answer.status,
            elapsed=answer.elapsed,
            detail="a token was fetched",
        )
        emit(on_event, event)
        return token


_LONGEST_MARGIN = 30.0
"""Seconds before its expiry from which a token is not used any more; at most a fifth of its life."""


class _TokenResponse(msgspec.Struct):
    """What RFC 6749, 5.1 promises, as far as it matters here."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: str = "Bearer"  # noqa: S105 - the word that the protocol uses
    expires_in: int | float | str | None = None


_decode: Final = msgspec.json.Decoder(
    _TokenResponse
).decode  # not made by the first threads that need it: see `codec.parser_for`


def client_credentials_cache(request: HttpRequest, now: Callable[[], float]) -> TokenCache:
    """The token that a token request gives."""

    def read(answer: HttpResponse, started: float) -> Token:
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
            access = AuthParts(headers=(("Authorization", header_value(f"{kind} {found.access_token}")),))
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

    return TokenCache(request, read, now)


def _seconds(text: float | str) -> float:
    """Raises ValueError or OverflowError for what is no number of seconds."""
    seconds = float(text)
    if not isfinite(seconds):
        raise ValueError("for ever, or never")
    return seconds


def token_request(
    operation: str, scheme: ClientCredentials, url: str, pair: tuple[str, str], headers: tuple[tuple[str, str], ...]
) -> HttpRequest:
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
    return HttpRequest(
        operation,
        "POST",
        url,
        (*headers, ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")),
        content,
    )
