"""Credentials of a client: the accepted values of `auth=`, matched with the API's security schemes.

`auth=` accepts:

- a token or key, or a function without arguments that returns one, if the API has exactly one scheme with a single
  secret (`HttpBearer`, `ApiKey`), or no scheme of these but some of OAuth 2, which share one token. The function is
  called for each call, and once more after a 401. An asynchronous client awaits it if it is `async`, otherwise it calls
  it in a thread, where it may block;
- the body of a sign-in operation, if one of the schemes has one: the client signs in itself;
- a pair, if the API has exactly one scheme with a pair (`HttpBasic`, `ClientCredentials`);
- a mapping from scheme name to one of these;
- an `httpx.Auth`, or a function that takes an httpx request and returns it: it authenticates every call except those of
  operations without security.

Of an operation's alternatives, the first one whose credentials were all passed is used; a client certificate
(`MutualTls`) belongs to the caller's httpx client and needs none. Without such an alternative, nothing is sent, unless
one of them is empty, or the caller's httpx client may authenticate itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard, cast
from urllib.parse import urljoin

from attrs import define, evolve, field, frozen

from ..deadline import Deadline
from ..effects import Exclusive, Flow, GetSecret
from ..errors import InvalidArgumentError
from ..events import EventHook
from ..operation import Operation
from ..security import (
    Api,
    ApiKey,
    ClientCredentials,
    HttpBasic,
    HttpBearer,
    MutualTls,
    OAuth2Token,
    RequestAuth,
    Scheme,
    Security,
)
from .tokens import (
    AuthParts,
    Parse,
    PrepareRequest,
    SecretScheme,
    TokenCache,
    accepted_types,
    basic_auth,
    client_credentials_cache,
    combine,
    find_sign_in,
    secret_auth,
    sign_in_cache,
    token_request,
)


@define(eq=False)
class SecretCallback:
    """Function of the caller that returns a secret."""

    scheme: SecretScheme
    name: str
    secret: Callable[[], Any] = field(repr=False)

    _renewals: int = field(default=0, init=False, repr=False)
    _renewed: AuthParts | None = field(default=None, init=False, repr=False)
    """Secret of the last renewal."""

    def obtain(self, deadline: Deadline | None, refused: AuthParts | None) -> Flow[AuthParts]:
        """Call the function; after a refusal, once for all calls whose secrets were refused meanwhile.

        Raises:
            InvalidArgumentError: the secret is invalid.
        """
        if refused is None:
            return (yield from self._call(self._renewals, deadline))
        renewed: AuthParts = yield Exclusive(self._renew(refused, deadline))
        return renewed

    def _renew(self, refused: AuthParts, deadline: Deadline | None) -> Flow[AuthParts]:
        if self._renewed is None or refused.renewals == self._renewals:
            self._renewed = yield from self._call(self._renewals + 1, deadline)
            self._renewals += 1
        return self._renewed

    def _call(self, renewals: int, deadline: Deadline | None) -> Flow[AuthParts]:
        # Do not assign the secret to a variable: tracebacks with locals would show it.
        auth = secret_auth(self.scheme, self.name, (yield GetSecret(self.secret, self.name, deadline)))
        return evolve(auth, renewals=renewals)


AuthProvider: TypeAlias = AuthParts | SecretCallback | TokenCache
"""Source of the credentials for one scheme."""


@frozen(eq=False)
class AuthSource:
    """Source of the credentials for an operation."""

    parts: tuple[AuthProvider, ...]

    static: AuthParts | None
    """The credentials, if they never change."""

    renewable: bool
    """True if a new token or secret can be obtained after a 401."""

    missing: str = ""
    """Problem and remedy, if the operation needs credentials and has none."""

    def obtain(
        self,
        deadline: Deadline | None = None,
        on_event: EventHook | None = None,
        refused: AuthParts | None = None,
    ) -> Flow[AuthParts]:
        """Get the credentials; call functions and fetch tokens where needed.

        Args:
            deadline: Deadline of the call.
            on_event: Hook for the event of a sign-in.
            refused: Credentials from here that the server refused in this call.

        Raises:
            InvalidArgumentError: a secret is invalid.
            ClientError: a token could not be fetched.
        """
        found: list[AuthParts] = []
        for index, part in enumerate(self.parts):
            if isinstance(part, AuthParts):
                found.append(part)
            elif isinstance(part, SecretCallback):
                own = refused if refused is None or len(self.parts) == 1 else refused.parts[index]
                found.append((yield from part.obtain(deadline, own)))
            else:
                found.append((yield from part.obtain(deadline, on_event)))
        return combine(found)

    def invalidate(self, refused: AuthParts) -> None:
        """Drop the tokens in credentials that the server refused."""
        for part in self.parts:
            if isinstance(part, TokenCache):
                part.invalidate(refused)


@define(eq=False)
class Credentials:
    """Credentials of one client."""

    api: Api
    parts: Mapping[str, AuthProvider] = field(repr=False)
    external: object = field(repr=False)
    """`httpx.Auth` or function on httpx requests; None: neither was passed."""

    remedy: Callable[[], str] | None = field(default=None, repr=False)
    """Function that says how to pass credentials; None: a call without any is sent."""

    _sources: dict[Security | None, AuthSource] = field(
        factory=dict[Security | None, AuthSource], init=False, repr=False
    )

    def source(self, security: Security | None) -> AuthSource:
        """Return the source of credentials for these security requirements; None: the API's own requirements."""
        found = self._sources.get(security)
        if found is None:
            found = self._sources[security] = self._choose(security)
        return found

    def check_synchronous(self) -> None:
        """Raise InvalidArgumentError if a function for a secret is async."""
        for name, part in self.parts.items():
            if isinstance(part, SecretCallback) and inspect.iscoroutinefunction(part.secret):
                raise InvalidArgumentError(
                    f"auth: the function for {name!r} is async, which only an async client can await; "
                    "use one that is not, or the async client"
                )

    def _choose(self, security: Security | None) -> AuthSource:
        if security == ():
            return AuthSource((), AuthParts(), renewable=False)
        alternatives = self.api.security if security is None else security
        for alternative in alternatives:
            names = [name for name in alternative if not isinstance(self.api.schemes.get(name), MutualTls)]
            if names and all(name in self.parts for name in names):
                parts = tuple(self.parts[name] for name in names)
                static = [part for part in parts if isinstance(part, AuthParts)]
                return AuthSource(
                    parts,
                    combine(static) if len(static) == len(parts) else None,
                    renewable=any(isinstance(part, TokenCache | SecretCallback) for part in parts),
                )
        missing = ""
        if self.remedy is not None and self.external is None and alternatives and () not in alternatives:
            missing = f"needs credentials, and none that fit were given; {self.remedy()}"
        return AuthSource((), AuthParts(final=False), renewable=False, missing=missing)


def credential_headers(api: Api) -> frozenset[str]:
    """Return the headers in which credentials of an API are sent, in lower case."""
    keys = (scheme for scheme in api.schemes.values() if isinstance(scheme, ApiKey) and scheme.where == "header")
    return frozenset({"authorization", *(scheme.name.lower() for scheme in keys)})


def bind_credentials(
    api: Api,
    auth: object,
    *,
    base_url: str,
    headers: tuple[tuple[str, str], ...],
    prepare: PrepareRequest,
    parser: Callable[[Operation[Any]], Parse],
    now: Callable[[], float],
) -> Credentials:
    """Match the value of `auth=` with the API's security schemes.

    Args:
        api: The API.
        auth: Value passed by the caller.
        base_url: Base URL of the client; token URLs are relative to it.
        headers: Headers of requests to token endpoints.
        prepare: Function that completes the request of a sign-in operation.
        parser: Function that returns the parser for a sign-in operation.
        now: Clock, in seconds.

    Raises:
        InvalidArgumentError: the API does not accept the value; the message names the accepted ones.
    """
    if auth is None:
        return Credentials(api, {}, None)
    if isinstance(auth, Mapping):
        named = cast("Mapping[str, object]", auth)
        unknown = sorted(set(named) - set(api.schemes))
        if unknown:
            raise InvalidArgumentError(f"auth: no scheme {unknown[0]!r}, expected {_accepted(api)}")
    elif isinstance(auth, RequestAuth) or (callable(auth) and not _is_secret(auth)):
        if inspect.iscoroutinefunction(auth):
            raise InvalidArgumentError(
                "auth: a function on httpx requests cannot be async; an httpx.Auth can, with its async_auth_flow"
            )
        return Credentials(api, {}, auth)
    else:
        named = dict.fromkeys(_schemes_for(api, auth), auth)

    def part(name: str, credential: object) -> AuthProvider:
        scheme = api.schemes[name]
        if isinstance(scheme, HttpBasic):
            if _is_pair(credential) and any(credential):  # either may be empty (RFC 7617, 2), as with a key alone
                return basic_auth(name, credential)
        elif isinstance(scheme, ClientCredentials) and _is_pair(credential):
            if all(credential):
                url = urljoin(base_url + "/", scheme.token_url)
                request = token_request(f"{api.name}.token", scheme, url, credential, headers)
                return client_credentials_cache(request, now)
        elif isinstance(scheme, HttpBearer | ApiKey | OAuth2Token | ClientCredentials):
            if isinstance(credential, str):
                return secret_auth(scheme, name, credential)
            if isinstance(scheme, HttpBearer | ApiKey) and (sign_in := find_sign_in(scheme, credential)):
                return sign_in_cache(scheme, name, sign_in, credential, prepare, parser, now)
            if _is_secret(credential):
                return SecretCallback(scheme, name, credential)
        got = "an empty one" if _is_pair(credential) and not all(credential) else type(credential).__name__
        raise InvalidArgumentError(f"auth: expected {_accepted_by(name, scheme)}, got {got}")

    return Credentials(api, {name: part(name, credential) for name, credential in named.items()}, None)


def _schemes_for(api: Api, credential: object) -> list[str]:
    """Return the only scheme that accepts this type of credential, or all that share an OAuth 2 token, by name."""
    if names := [name for name, scheme in api.schemes.items() if find_sign_in(scheme, credential)]:
        given = f"a {type(credential).__name__}"
    elif isinstance(credential, tuple):
        given = "a pair"
        names = [name for name, scheme in api.schemes.items() if isinstance(scheme, HttpBasic | ClientCredentials)]
    elif isinstance(credential, str) or callable(credential):
        given = "a single secret"
        names = [name for name, scheme in api.schemes.items() if isinstance(scheme, HttpBearer | ApiKey | OAuth2Token)]
        tokens = [name for name in names if isinstance(api.schemes[name], OAuth2Token)]
        if tokens == names:
            machines = [name for name, scheme in api.schemes.items() if isinstance(scheme, ClientCredentials)]
            if shared := tokens + machines:
                return shared
    else:
        raise InvalidArgumentError(f"auth: expected {_accepted(api)}, got {type(credential).__name__}")
    if len(names) != 1:
        raise InvalidArgumentError(f"auth: {given} fits {len(names) or 'no'} schemes, expected {_accepted(api)}")
    return names


def _is_secret(value: object) -> TypeGuard[Callable[[], Any]]:
    """Return True for a function without arguments: it returns a secret; others take a request."""
    if not callable(value):
        return False
    try:
        inspect.signature(value).bind()
    except (TypeError, ValueError):
        return False
    return True


def _is_pair(value: object) -> TypeGuard[tuple[str, str]]:
    if not isinstance(value, tuple):
        return False
    parts = cast("tuple[object, ...]", value)
    return len(parts) == 2 and all(isinstance(part, str) for part in parts)


def _accepted_by(name: str, scheme: Scheme) -> str:
    if isinstance(scheme, HttpBasic):
        return f"(user, password) for {name!r}"
    if isinstance(scheme, ClientCredentials):
        return f"(client id, client secret) for {name!r}"
    if isinstance(scheme, MutualTls):
        return f"http_client= with a client certificate (and nothing in auth) for {name!r}"
    more = accepted_types(scheme) if isinstance(scheme, HttpBearer | ApiKey) else []
    secret = f"a {'key' if isinstance(scheme, ApiKey) else 'token'} or a function returning it"
    return f"{', or a '.join([secret, *more])} for {name!r}"


def _accepted(api: Api) -> str:
    schemes = [_accepted_by(name, scheme) for name, scheme in api.schemes.items()]
    mapping = ["a mapping from scheme name to these"] if len(schemes) > 1 else []
    return "; or ".join([*schemes, *mapping, "an httpx.Auth or a function on httpx requests"])
