"""Parts of a request that authenticate it, the token cache, and the two ways to a token.

A token comes from OAuth 2 client credentials (RFC 6749, 4.4), or from a sign-in with an operation of the API itself. To
sign in again when the token is refused, a client keeps the body of that operation, with the password, in memory.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from copy import copy
from math import isfinite
from typing import Annotated, Any, Final, TypeAlias, cast
from urllib.parse import quote_plus

import msgspec
from attrs import define, field, frozen

from ..deadline import Deadline
from ..effects import Exclusive, Flow, Send
from ..errors import ClientError, DecodeError, InvalidArgumentError, error_class
from ..events import Event, EventHook, emit
from ..http_messages import HttpRequest, HttpResponse
from ..model import accepted_classes, attribute_getter, format_type
from ..operation import Json, Operation
from ..request.encoder import RequestBuilder, encoder_for
from ..request.secret_parts import PLAIN_PARTS
from ..request.styles import cookie_value, escape, header_value
from ..security import ApiKey, ClientCredentials, HttpBearer, OAuth2Token, SignIn


@frozen(eq=False)
class AuthParts:
    """Headers, query and cookies that authenticate a request."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[str, ...] = field(default=(), repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)

    final: bool = True
    """True if these are all credentials; False lets httpx add the caller's own authentication."""

    parts: tuple[AuthParts, ...] = field(default=(), repr=False)
    """Parts that were combined, one for each scheme."""

    renewals: int = field(default=0, repr=False)
    """Number of renewals of the caller's secret before this one was obtained."""

    def contains(self, other: AuthParts) -> bool:
        """Return True if `other` is this object or one of its parts."""
        return other is self or any(other is part for part in self.parts)


SecretScheme: TypeAlias = HttpBearer | ApiKey | OAuth2Token | ClientCredentials
"""Schemes that take a single secret; all but `ApiKey` send it as a bearer token."""


def secret_auth(scheme: SecretScheme, name: str, secret: object) -> AuthParts:
    """Put a single secret into the place that the scheme called `name` defines.

    Raises:
        InvalidArgumentError: the secret is invalid; the message does not show it.
    """
    if not isinstance(secret, str):
        raise InvalidArgumentError(f"auth: the function for {name!r} returned {type(secret).__name__}, expected str")
    if not secret:
        raise InvalidArgumentError(f"auth: the secret for {name!r} is empty; check where it comes from")
    try:
        if not isinstance(scheme, ApiKey):
            return AuthParts(headers=(("Authorization", header_value(f"Bearer {secret}")),))
        if scheme.where == "header":
            return AuthParts(headers=((scheme.name, header_value(secret)),))
        if scheme.where == "query":
            return AuthParts(query=(f"{escape(scheme.name)}={escape(secret)}",))
        return AuthParts(cookies=(f"{scheme.name}={cookie_value(secret)}",))
    except InvalidArgumentError as error:
        problem = str(error)
    # Raise here, without the secret among the locals and without the context of an error that has it.
    del secret
    raise InvalidArgumentError(f"auth: the secret for {name!r}: {problem}")


def basic_auth(name: str, pair: tuple[str, str]) -> AuthParts:
    """Encode user and password for HTTP Basic.

    Raises:
        InvalidArgumentError: the user contains a colon.
    """
    user, password = pair
    if ":" in user:
        raise InvalidArgumentError(f"auth: the user for {name!r} cannot contain a colon")
    encoded = b64encode(f"{user}:{password}".encode()).decode()
    return AuthParts(headers=(("Authorization", f"Basic {encoded}"),))


def combine(parts: Sequence[AuthParts]) -> AuthParts:
    """Combine the parts of several schemes for one request.

    Raises:
        InvalidArgumentError: two schemes set one header to different values.
    """
    if len(parts) == 1:
        return parts[0]
    headers: dict[str, tuple[str, str]] = {}
    for name, value in [header for part in parts for header in part.headers]:
        if headers.setdefault(name.lower(), (name, value))[1] != value:
            raise InvalidArgumentError(
                f"auth: two schemes set the header {name} to different values; pass one for both"
            )
    return AuthParts(
        headers=tuple(headers.values()),
        query=tuple(pair for part in parts for pair in part.query),
        cookies=tuple(pair for part in parts for pair in part.cookies),
        parts=tuple(parts),
    )


@frozen(eq=False)
class Token:
    """Token in the form in which it is sent, and the time of the client's clock until which it is used."""

    auth: AuthParts = field(repr=False)
    expires_at: float | None = None


ReadToken: TypeAlias = Callable[[HttpResponse, float], Token]
"""Function of a response and the time of its request that returns the token. Raises ClientError if there is none."""


@define(eq=False)
class TokenCache:
    """Cache of one token for all calls of a client; concurrent calls share one request for it."""

    request: HttpRequest
    """Request that fetches the token."""

    read: ReadToken
    now: Callable[[], float]
    template: str = ""
    """Path of the request, for events."""

    _token: Token | None = field(default=None, init=False, repr=False)
    _round: int = field(default=0, init=False, repr=False)
    _outcome: Token | ClientError | None = field(default=None, init=False, repr=False)

    def obtain(self, deadline: Deadline | None = None, on_event: EventHook | None = None) -> Flow[AuthParts]:
        """Return the token; fetch it first if there is none or it has expired.

        The caller runs this flow with `deadline` (`with_deadline`).

        Raises:
            TransportError: the token endpoint did not respond, or not before the deadline.
            ApiError: the token endpoint refused the credentials.
            DecodeError: its response contains no valid token.
        """
        seen = self._round  # read it before the token, so that a renewal in between is noticed
        token = self._token
        if token is None or (token.expires_at is not None and self.now() >= token.expires_at):
            token = cast("Token", (yield Exclusive(self._renew(seen, deadline, on_event))))
        return token.auth

    def invalidate(self, refused: AuthParts) -> None:
        """Drop the token if the refused credentials contain it; a newer token is kept."""
        token = self._token
        if token is not None and refused.contains(token.auth):
            self._token = None

    def _renew(self, seen: int, deadline: Deadline | None, on_event: EventHook | None) -> Flow[Token]:
        if self._round != seen:  # another call fetched a token while this one waited
            if isinstance(self._outcome, ClientError):
                raise copy(self._outcome)
            return cast("Token", self._outcome)
        started = self.now()
        try:
            response: HttpResponse = yield Send(self.request)
            token = self.read(response, started)
        except ClientError as error:
            if deadline is None or not deadline.expired:  # the deadline of one call must not fail those that wait
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
            status=response.status,
            elapsed=response.elapsed,
            detail="a token was fetched",
        )
        emit(on_event, event)
        return token


_LONGEST_MARGIN = 30.0
"""Seconds before expiry at which a token is renewed; a fifth of its lifetime, if that is less."""


class _TokenResponse(msgspec.Struct):
    """Response of a token endpoint (RFC 6749, 5.1): the members used here."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: str = "Bearer"  # noqa: S105 - name of the token type
    expires_in: int | float | str | None = None


# Created at import: msgspec crashes if two threads create the first decoder of a struct at the same time.
_decode: Final = msgspec.json.Decoder(_TokenResponse).decode


def client_credentials_cache(request: HttpRequest, now: Callable[[], float]) -> TokenCache:
    """Create the cache of the token that a token request returns."""

    def read(response: HttpResponse, started: float) -> Token:
        if not 200 <= response.status <= 299:
            raise error_class(response.status)(
                operation=request.operation,
                status=response.status,
                request=request.redacted(),
                raw=response.content,
                headers=response.headers,
                reason=PLAIN_PARTS.reason(response, request),
            )
        try:
            found = _decode(response.content)
            kind = "Bearer" if found.token_type.lower() == "bearer" else found.token_type
            auth = AuthParts(headers=(("Authorization", header_value(f"{kind} {found.access_token}")),))
            seconds = None if found.expires_in is None else _seconds(found.expires_in)
        except (msgspec.DecodeError, ValueError, OverflowError):
            # Without the body, which may contain a token.
            error = DecodeError(path="$", expected="an OAuth 2 token", found="something else", raw=b"")
            error.operation = request.operation
            error.status = response.status
            raise error from None
        if seconds is None:
            return Token(auth)
        return Token(auth, started + seconds - min(_LONGEST_MARGIN, seconds / 5))

    return TokenCache(request, read, now)


def _seconds(text: float | str) -> float:
    """Convert `expires_in` to seconds. Raises ValueError or OverflowError if it is not a finite number."""
    seconds = float(text)
    if not isfinite(seconds):
        raise ValueError("not finite")
    return seconds


def token_request(
    operation: str, scheme: ClientCredentials, url: str, pair: tuple[str, str], headers: tuple[tuple[str, str], ...]
) -> HttpRequest:
    """Build the request for a token (RFC 6749, 4.4)."""
    fields = {"grant_type": "client_credentials"}
    if scheme.scopes:
        fields["scope"] = " ".join(scheme.scopes)
    if scheme.credentials_in == "body":
        fields["client_id"], fields["client_secret"] = pair
    else:
        # Both are form-encoded first (RFC 6749, 2.3.1), so that they may contain a colon.
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


# -- Sign-in

PrepareRequest: TypeAlias = Callable[[Operation[Any], RequestBuilder, AuthParts], HttpRequest]
"""Function that completes the parts of a call to a request; see `ClientConfig.build_request`."""

Parse: TypeAlias = Callable[[HttpResponse, HttpRequest], Any]
"""Function that decodes the response to a request; see `ResponseParser.parse`."""


def find_sign_in(scheme: object, credential: object) -> SignIn | None:
    """Return the sign-in operation of a scheme whose body is this credential; None if there is none."""
    if isinstance(scheme, HttpBearer | ApiKey):
        for sign_in in scheme.sign_in:
            if isinstance(credential, _body_classes(sign_in)):
                return sign_in
    return None


def sign_in_cache(
    scheme: HttpBearer | ApiKey,
    name: str,
    sign_in: SignIn,
    body: object,
    prepare: PrepareRequest,
    parser: Callable[[Operation[Any]], Parse],
    now: Callable[[], float],
) -> TokenCache:
    """Create the cache of the token that a sign-in with `body` returns.

    Raises:
        InvalidArgumentError: the body is invalid.
    """
    operation = sign_in.operation
    encoder = encoder_for(operation)
    try:
        builder = encoder.build((None,) * encoder.argument_count, body)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"auth: {error}") from None
    request = prepare(operation, builder, AuthParts())
    parse = parser(operation)
    token_of = attribute_getter(sign_in.token)

    def read(response: HttpResponse, _: float) -> Token:
        try:
            token = token_of(parse(response, request))
        except DecodeError as error:
            error.raw = b""  # the body may contain a token
            raise
        if not isinstance(token, str) or not token:
            raise error_class(response.status)(
                operation=operation.name,
                status=response.status,
                request=request.redacted(),
                headers=response.headers,
                reason=f"the response has no token in {sign_in.token!r}",
                remedy="check the body passed as auth=",
            )
        try:
            return Token(secret_auth(scheme, name, token))
        except InvalidArgumentError:
            invalid = DecodeError(path="$", expected="a token that can be sent", found="another text", raw=b"")
            invalid.operation, invalid.status = operation.name, response.status
            raise invalid from None

    return TokenCache(request, read, now, operation.path)


def accepted_types(scheme: HttpBearer | ApiKey) -> list[str]:
    """Return the types of the bodies of a scheme's sign-in operations, for messages."""
    return [format_type(body.type) for each in scheme.sign_in for body in each.operation.body if isinstance(body, Json)]


def _body_classes(sign_in: SignIn) -> tuple[type, ...]:
    bodies = sign_in.operation.body
    return tuple(each for body in bodies if isinstance(body, Json) for each in accepted_classes(body.type))
