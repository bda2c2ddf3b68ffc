"""Credentials: what callers may give, and how it gets into a request.

Given is one of:

- a token or key, or a function without arguments that returns one and is asked at each call, when the API has exactly
  one scheme that takes a single secret (`HttpBearer`, `ApiKey`). An asynchronous client asks it on a thread, so that it
  may wait for something, or awaits it if it is `async`;
- the body of an operation that signs in, when one of its schemes says so: the client signs in itself;
- a pair, when it has exactly one scheme that takes a pair (`HttpBasic`, `ClientCredentials`);
- a mapping from scheme name to one of these;
- an `httpx.Auth`, or a function that takes an httpx request and returns it: it is then in charge of every call but
  those to endpoints that take no credentials.

Of an operation's alternatives, the first whose credentials are all given is used. When there is none, the call is sent
without and the server decides: it knows better than a spec whether they are needed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard, cast
from urllib.parse import urljoin

from attrs import define, field, frozen

from ..deadline import Deadline
from ..effects import Flow, GetSecret
from ..errors import InvalidArgumentError
from ..events import EventHook
from ..operation import Operation
from ..security import Api, ApiKey, ClientCredentials, HttpBasic, HttpBearer, RequestAuth, Scheme, Security
from .sign_in import Parse, PrepareRequest, accepted_types, find_sign_in, sign_in_cache
from .tokens import AuthParts, TokenCache, basic_auth, client_credentials_cache, combine, secret_auth, token_request


@frozen(eq=False)
class SecretCallback:
    """A secret that a function returns."""

    scheme: HttpBearer | ApiKey
    name: str
    secret: Callable[[], Any] = field(repr=False)


AuthProvider: TypeAlias = AuthParts | SecretCallback | TokenCache
"""Where the credentials for one scheme come from."""


@frozen(eq=False)
class AuthSource:
    """Where the credentials of an operation come from."""

    parts: tuple[AuthProvider, ...]

    static: AuthParts | None
    """Them, when they never change."""

    renewable: bool
    """Whether they may be better the second time."""

    def obtain(self, deadline: Deadline | None = None, on_event: EventHook | None = None) -> Flow[AuthParts]:
        """Get them.

        Raises:
            InvalidArgument: a secret cannot be sent.
            ClientError: no token could be had.
        """
        found: list[AuthParts] = []
        for part in self.parts:
            if isinstance(part, AuthParts):
                found.append(part)
            elif isinstance(part, SecretCallback):
                secret = yield GetSecret(part.secret, part.name, deadline)
                found.append(secret_auth(part.scheme, part.name, secret))
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
    """What one client was given."""

    api: Api
    parts: Mapping[str, AuthProvider] = field(repr=False)
    external: object = field(repr=False)
    """An `httpx.Auth` or a function on requests; None if none was given."""

    _sources: dict[Security | None, AuthSource] = field(
        factory=dict[Security | None, AuthSource], init=False, repr=False
    )

    def source(self, security: Security | None) -> AuthSource:
        """Where an operation with these requirements gets its credentials; None: the API's own requirements."""
        found = self._sources.get(security)
        if found is None:
            found = self._sources[security] = self._choose(security)
        return found

    def check_synchronous(self) -> None:
        """Refuse what only an asynchronous client can use. Raises InvalidArgument."""
        for name, part in self.parts.items():
            if isinstance(part, SecretCallback) and inspect.iscoroutinefunction(part.secret):
                raise InvalidArgumentError(
                    f"auth: the function for {name!r} is async, which only an async client can await"
                )

    def _choose(self, security: Security | None) -> AuthSource:
        if security == ():
            return AuthSource((), AuthParts(), renewable=False)
        alternatives = self.api.security if security is None else security
        for names in alternatives:
            if names and all(name in self.parts for name in names):
                parts = tuple(self.parts[name] for name in names)
                fixed = [part for part in parts if isinstance(part, AuthParts)]
                return AuthSource(
                    parts,
                    combine(fixed) if len(fixed) == len(parts) else None,
                    renewable=any(isinstance(part, TokenCache) for part in parts),
                )
        return AuthSource((), AuthParts(final=False), renewable=False)


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
    """Match what the caller gave with what the API takes.

    `headers` go with every request to a token endpoint, `prepare` completes those to the API's own operations, `parser`
    makes what reads the answers to those.

    Raises:
        InvalidArgument: it takes something else; the message says what.
    """
    if auth is None:
        return Credentials(api, {}, None)
    if isinstance(auth, Mapping):
        named = cast("Mapping[str, object]", auth)
        unknown = sorted(set(named) - set(api.schemes))
        if unknown:
            raise InvalidArgumentError(f"auth: no scheme {unknown[0]!r}, expected {_allowed(api)}")
    elif isinstance(auth, RequestAuth) or (callable(auth) and not _is_secret(auth)):
        if inspect.iscoroutinefunction(auth):
            raise InvalidArgumentError(
                "auth: a function on httpx requests cannot be async; an httpx.Auth can, with its async_auth_flow"
            )
        return Credentials(api, {}, auth)
    else:
        named = {_only_scheme(api, auth): auth}

    def part(name: str, credential: object) -> AuthProvider:
        scheme = api.schemes[name]
        if isinstance(scheme, HttpBearer | ApiKey):
            if isinstance(credential, str):
                return secret_auth(scheme, name, credential)
            if way := find_sign_in(scheme, credential):
                return sign_in_cache(scheme, name, way, credential, prepare, parser, now)
            if _is_secret(credential):
                return SecretCallback(scheme, name, credential)
        elif isinstance(scheme, HttpBasic):
            if _is_pair(credential) and any(credential):  # either may be empty (RFC 7617, 2): keys often stand alone
                return basic_auth(name, credential)
        elif _is_pair(credential) and all(credential):
            url = urljoin(base_url + "/", scheme.token_url)
            return client_credentials_cache(token_request(f"{api.name}.token", scheme, url, credential, headers), now)
        got = "an empty one" if _is_pair(credential) and not all(credential) else type(credential).__name__
        raise InvalidArgumentError(f"auth: expected {_takes(name, scheme)}, got {got}")

    return Credentials(api, {name: part(name, credential) for name, credential in named.items()}, None)


def _only_scheme(api: Api, credential: object) -> str:
    """The one scheme that takes such a credential."""
    if names := [name for name, scheme in api.schemes.items() if find_sign_in(scheme, credential)]:
        given = f"a {type(credential).__name__}"
    elif isinstance(credential, tuple):
        given = "a pair"
        names = [name for name, scheme in api.schemes.items() if isinstance(scheme, HttpBasic | ClientCredentials)]
    elif isinstance(credential, str) or callable(credential):
        given = "a single secret"
        names = [name for name, scheme in api.schemes.items() if isinstance(scheme, HttpBearer | ApiKey)]
    else:
        raise InvalidArgumentError(f"auth: expected {_allowed(api)}, got {type(credential).__name__}")
    if len(names) != 1:
        raise InvalidArgumentError(f"auth: {given} fits {len(names) or 'no'} schemes, expected {_allowed(api)}")
    return names[0]


def _is_secret(value: object) -> TypeGuard[Callable[[], Any]]:
    """Whether a function takes nothing, and so returns a secret rather than changes a request."""
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


def _takes(name: str, scheme: Scheme) -> str:
    if isinstance(scheme, HttpBasic):
        return f"(user, password) for {name!r}"
    if isinstance(scheme, ClientCredentials):
        return f"(client id, client secret) for {name!r}"
    secret = f"a {'token' if isinstance(scheme, HttpBearer) else 'key'} or a function returning it"
    return f"{', or a '.join([secret, *accepted_types(scheme)])} for {name!r}"


def _allowed(api: Api) -> str:
    schemes = [_takes(name, scheme) for name, scheme in api.schemes.items()]
    mapping = ["a mapping from scheme name to these"] if len(schemes) > 1 else []
    return "; or ".join([*schemes, *mapping, "an httpx.Auth or a function on httpx requests"])
