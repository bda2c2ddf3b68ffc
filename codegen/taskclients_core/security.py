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
    """HTTP Basic: user and password in the `Authorization` header; `auth=("user", "password")`."""


class SignIn(Struct, frozen=True):
    """Operation that returns a token: pass its body as `auth=`."""

    operation: Operation[Any]
    """The operation that signs in; its body is what callers pass as `auth=`."""

    token: str
    """Attribute path of the token in the operation's result, such as `session.token`."""


class HttpBearer(Struct, frozen=True):
    """Bearer token in the `Authorization` header: `auth="token"`, or a function that returns it.

    With `sign_in`, `auth=` also accepts the body of one of these operations: the client signs in before the first call,
    keeps the token in memory for all its calls, and signs in again, once per call, when the server refuses it (401).
    """

    sign_in: tuple[SignIn, ...] = ()
    """Operations that return a token; empty: the caller passes one."""


class ApiKey(Struct, frozen=True):
    """Key in a header, a query parameter or a cookie: `auth="key"`, or a function that returns it.

    For `sign_in` see `HttpBearer`.
    """

    where: Literal["header", "query", "cookie"]
    """Part of the request that has the key."""

    name: str
    """Name of the header, query parameter or cookie."""

    sign_in: tuple[SignIn, ...] = ()
    """Operations that return a key; empty: the caller passes one."""


class OAuth2Token(Struct, frozen=True):
    """Access token of OAuth 2 or OpenID Connect that you obtain yourself.

    Pass `auth="token"`, or a function that returns it. One token passed as `auth=` serves all such schemes of an API.
    """


class MutualTls(Struct, frozen=True):
    """Client certificate of the caller's httpx client: `http_client=httpx.Client(verify=ssl_context)`."""


class ClientCredentials(Struct, frozen=True):
    """OAuth 2 client credentials: `auth=("client id", "client secret")`, or a token as for `OAuth2Token`.

    The client fetches a token from `token_url` (relative to the base URL) before the first call, uses it for all its
    calls, and fetches a new one shortly before it expires or, once per call, after a 401.
    """

    token_url: str
    """URL of the token endpoint, relative to the base URL."""

    scopes: tuple[str, ...] = ()
    """Scopes to request."""

    credentials_in: Literal["header", "body"] = "header"
    """Form of id and secret at the token endpoint: HTTP Basic (recommended by RFC 6749) or form fields."""


Scheme: TypeAlias = HttpBasic | HttpBearer | ApiKey | OAuth2Token | ClientCredentials | MutualTls
Security: TypeAlias = tuple[tuple[str, ...], ...]


def _frozen_schemes(schemes: Mapping[str, Scheme]) -> Mapping[str, Scheme]:
    return MappingProxyType(dict(schemes))


class ServerVariable(Struct, frozen=True):
    """Variable in the URL of a server."""

    default: str
    """Value if the caller passes none."""

    enum: tuple[str, ...] = ()
    """Accepted values; empty for any."""


def _frozen_variables(variables: Mapping[str, ServerVariable]) -> Mapping[str, ServerVariable]:
    return MappingProxyType(dict(variables))


@frozen(eq=False)
class Api:
    """Description of an API for its client."""

    name: str
    """Name of the vendor, for errors and events."""

    base_url: str | None = None
    """Default base URL; None: the caller must pass one."""

    test_urls: tuple[str, ...] = field(default=(), kw_only=True)
    """URLs of servers for tests, if no server for production is known; a caller may pass one as `base_url`."""

    template: str | None = field(default=None, kw_only=True)
    """URL of the server as the API declares it, if it is relative (`/v1`) or has variables (`https://{region}.…`)."""

    variables: Mapping[str, ServerVariable] = field(
        factory=dict[str, ServerVariable], converter=_frozen_variables, kw_only=True
    )
    """Variables in `template`, by name."""

    servers: tuple[str, ...] = field(default=(), kw_only=True)
    """Servers that single operations have instead (`Operation.server`)."""

    schemes: Mapping[str, Scheme] = field(factory=dict[str, Scheme], converter=_frozen_schemes, kw_only=True)
    """Security schemes by their name in the API."""

    security: Security = field(default=(), kw_only=True)
    """Alternatives, each a tuple of schemes that are sent together. The first one whose credentials were all passed is
    used. An operation may have its own."""

    media_types: tuple[str, ...] = field(default=(), kw_only=True)
    """Media types that all operations with a JSON response also support; callers choose with `media_type=`."""

    parameters: tuple[ClientParameter, ...] = field(default=(), kw_only=True)
    """Parameters that are passed to the client once and sent with every call."""


S = TypeVar("S")

Secret: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""Secret, or a function that returns it; an async function is for asynchronous clients only."""

Credential: TypeAlias = Secret | tuple[str, str]


@runtime_checkable
class RequestAuth(Protocol):
    """`httpx.Auth` or `httpx2.Auth`."""

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Add credentials to the request and yield it."""
        ...


Auth: TypeAlias = Credential | Mapping[str, Credential] | RequestAuth | Callable[[Any], Any]
"""Types accepted as `auth=`."""

AuthOr: TypeAlias = Auth | S | Mapping[str, Credential | S]
"""Types accepted as `auth=` by a client that can sign in with an S."""
