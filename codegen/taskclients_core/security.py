"""Security schemes of an API, and the types accepted as `auth=`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from attrs import field
from msgspec import Struct

from .lazy_attrs import frozen

if TYPE_CHECKING:
    from .operation import ClientParameter, Operation


class HttpBasic(Struct, frozen=True):
    """User and password in the `Authorization` header: `auth=("user", "password")`."""


class SignIn(Struct, frozen=True):
    """An operation that answers with a token: `auth=` its body."""

    operation: Operation[Any]

    token: str
    """Attribute path of the token in what it returns, such as `session.token`."""


class HttpBearer(Struct, frozen=True):
    """A token in the `Authorization` header: `auth="token"`, or a function that returns it.

    With `sign_in`, also the body of one of those operations: the client signs in when the first call needs it, keeps
    the token for all of its calls, in memory only, and signs in again, once, when the server refuses it (401).
    """

    sign_in: tuple[SignIn, ...] = ()


class ApiKey(Struct, frozen=True):
    """A key in a header, a query parameter or a cookie: `auth="key"`, or a function that returns it.

    `sign_in` is as for `HttpBearer`.
    """

    where: Literal["header", "query", "cookie"]
    name: str
    sign_in: tuple[SignIn, ...] = ()


class ClientCredentials(Struct, frozen=True):
    """OAuth 2 client credentials: `auth=("client id", "client secret")`.

    A token is fetched from `token_url` (relative ones count from the base URL) when the first call needs it, shared
    by all calls of the client, and fetched again shortly before it expires or once when the server answers 401.
    """

    token_url: str
    scopes: tuple[str, ...] = ()
    credentials_in: Literal["header", "body"] = "header"
    """Whether the token endpoint takes id and secret as HTTP Basic (RFC 6749's advice) or as form fields."""


Scheme: TypeAlias = HttpBasic | HttpBearer | ApiKey | ClientCredentials
Security: TypeAlias = tuple[tuple[str, ...], ...]


def _frozen_mapping(schemes: Mapping[str, Scheme]) -> Mapping[str, Scheme]:
    return MappingProxyType(dict(schemes))


@frozen(eq=False)
class Api:
    """An API as its client sees it."""

    name: str

    base_url: str | None = None
    """Where it lives unless the caller says otherwise; None when only the caller knows."""

    schemes: Mapping[str, Scheme] = field(factory=dict[str, Scheme], converter=_frozen_mapping, kw_only=True)
    """Ways to show who is calling, by the name the API gives them."""

    security: Security = field(default=(), kw_only=True)
    """Alternatives, each a tuple of schemes that are all sent together. The first whose credentials are all given is
    used; an operation may have its own."""

    media_types: tuple[str, ...] = field(default=(), kw_only=True)
    """What every operation can answer in, where it answers with data: what callers may choose from as `media_type`."""

    parameters: tuple[ClientParameter, ...] = field(default=(), kw_only=True)
    """Parameters given once, when the client is made, and sent with every call."""


S = TypeVar("S")

Secret: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""The last for asynchronous clients only."""

Credential: TypeAlias = Secret | tuple[str, str]


@runtime_checkable
class RequestAuth(Protocol):
    """An `httpx.Auth`, or its like in httpx2."""

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Yield the request with credentials on it."""
        ...


Auth: TypeAlias = Credential | Mapping[str, Credential] | RequestAuth | Callable[[Any], Any]
"""What a client takes as `auth`."""

AuthOr: TypeAlias = Auth | S | Mapping[str, Credential | S]
"""What a client takes as `auth` that can sign in with an S."""
