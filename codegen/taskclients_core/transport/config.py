"""Configuration that all calls of one client share: base URL, credentials, common headers and options."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus, urljoin

from attrs import evolve, field, frozen

from ..auth.credentials import Credentials, bind_credentials, credential_headers
from ..auth.environment import Environment
from ..auth.tokens import AuthParts
from ..config import CallOptions
from ..deadline import Clock, Deadline
from ..errors import InvalidArgumentError
from ..http_messages import HttpRequest
from ..operation import Operation
from ..request.encoder import RequestBuilder, encode_client_parameters
from ..request.styles import header_value
from ..security import Api, ApiKey
from ..version import VERSION
from .response_parser import parser_for
from .retry_policy import RetryBudget

_BASE_URL = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:@\\{}\[\]\x00-\x1f\x7f]+)(?::\d{1,5})?(?:/[^\s\\{}\x00-\x1f\x7f]*)?", re.I
)


@frozen
class Server:
    """Server of single operations."""

    url: str
    """URL without a slash at the end."""

    trusted: bool
    """True if it gets the credentials of the client."""


@frozen(eq=False)
class ClientConfig:
    """Configuration of a client, and the parts that all of its requests share."""

    base_url: str
    """Base URL without a slash at the end."""

    credentials: Credentials = field(repr=False)
    common: RequestBuilder = field(repr=False)
    """Headers, query and cookies that are sent with every request."""

    options: CallOptions = field(factory=CallOptions, repr=False)
    media_types: tuple[str, ...] = ()
    """Media types that all operations support."""

    clock: Clock = field(factory=Clock, repr=False)
    budget: RetryBudget = field(factory=RetryBudget, repr=False)
    """Retry budget, shared by all views of the client."""

    servers: Mapping[str, Server] = field(factory=dict[str, "Server"], repr=False)
    """Servers of single operations, by `Operation.server`."""

    limiting_option: str = "max_response_bytes"
    """Option that limits the size of responses, for errors."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the base URL."""
        return split_base_url(self.base_url)[0]

    def base_url_of(self, operation: Operation[Any]) -> str:
        """Return the base URL of an operation: the client's, unless the operation has a server of its own."""
        return self.base_url if operation.server is None else self.servers[operation.server].url

    def build_request(
        self, operation: Operation[Any], builder: RequestBuilder, auth: AuthParts, deadline: Deadline | None = None
    ) -> HttpRequest:
        """Combine the parts of a call, of the client and of its credentials into a request."""
        if operation.server is not None and not self.servers[operation.server].trusted:
            auth = AuthParts()
        url = self.base_url_of(operation) + builder.path
        common = self.common
        query = (*common.query, *builder.query, *auth.query)
        if query:
            url = f"{url}?{'&'.join(query)}"
        if builder.url is not None:
            url = _with_credentials(builder.url, auth.query)
        headers = merge_headers(common, builder, auth)
        # An `Authorization` passed to the call replaces the authentication of the caller's httpx client too.
        final = auth.final or any(name.lower() == "authorization" for name, _ in builder.headers)
        options = self.options
        return HttpRequest(
            operation.name,
            operation.method,
            url,
            headers,
            builder.content,
            final,
            deadline,
            options.timeout,
            options.max_response_bytes,
            self.limiting_option,
        )

    def carries_credentials(self, builder: RequestBuilder) -> bool:
        """Return True if the caller passed credentials as parameters of the call or of the client."""
        api, builders = self.credentials.api, (builder, self.common)
        headers = credential_headers(api)
        keys = {(scheme.where, scheme.name) for scheme in api.schemes.values() if isinstance(scheme, ApiKey)}
        return any(
            any(name.lower() in headers for name, _ in each.headers)
            or any(("query", _parameter_name(parameter)) in keys for parameter in each.query)
            or any(("cookie", _parameter_name(cookie)) in keys for cookie in each.cookies)
            for each in builders
        )


def split_base_url(url: str) -> tuple[str, str]:
    """Return origin and path of a base URL, the path without a slash at its end."""
    origin = "/".join(url.split("/", 3)[:3])
    return origin, url[len(origin) :]


def merge_headers(common: RequestBuilder, builder: RequestBuilder, auth: AuthParts) -> tuple[tuple[str, str], ...]:
    """Join the headers of a request so that each is sent once.

    Of headers with the same name, those of the call win, then those of its credentials, those of the client, and the
    defaults.
    """
    taken = {name.lower() for name, _ in builder.headers}
    credentials = [header for header in auth.headers if header[0].lower() not in taken]
    taken.update([name.lower() for name, _ in credentials])
    shared = [header for header in common.headers if header[0].lower() not in taken]
    taken.update([name.lower() for name, _ in shared])
    defaults = [header for header in (*common.defaults, *builder.defaults) if header[0].lower() not in taken]
    headers = [*defaults, *shared, *builder.headers, *credentials]
    if builder.boundary and "content-type" in taken:
        headers = [_with_boundary(header, builder.boundary) for header in headers]
    cookies = [*common.cookies, *builder.cookies, *auth.cookies]
    if cookies:
        cookies = [value for name, value in headers if name.lower() == "cookie"] + cookies
        headers = [header for header in headers if header[0].lower() != "cookie"]
        headers.append(("Cookie", "; ".join(cookies)))
    return tuple(headers)


def _with_boundary(header: tuple[str, str], boundary: str) -> tuple[str, str]:
    """Add the boundary of a multipart body to a `Content-Type` that the caller set."""
    name, value = header
    if name.lower() != "content-type":
        return header
    if "boundary=" in value.lower():
        raise InvalidArgumentError("header parameter 'Content-Type': remove its boundary; the client makes one")
    return name, f"{value}; boundary={boundary}"


def _with_credentials(url: str, credentials: Sequence[str]) -> str:
    """Return a URL with credentials in its query, in place of those that the server may have repeated."""
    if not credentials:
        return url
    names = {_parameter_name(each) for each in credentials}
    path, _, query = url.partition("?")
    others = [each for each in query.split("&") if each and _parameter_name(each) not in names]
    return f"{path}?{'&'.join((*others, *credentials))}"


def _parameter_name(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0])


def build_config(
    api: Api,
    base_url: str | None,
    *,
    auth: object,
    user_agent: str | None,
    parameters: Sequence[object],
    options: CallOptions,
    clock: Clock | None = None,
    variables: Mapping[str, str] | None = None,
    server_urls: Mapping[str, str] | None = None,
    http_client: object = None,
    environment: Environment | None = None,
) -> ClientConfig:
    """Check the arguments of a client and build its configuration.

    What is not given is read from the environment: the base URL, and credentials unless the `http_client` has its own.

    Raises:
        InvalidArgumentError: an argument is invalid.
    """
    variables = variables or {}
    environment = environment or Environment(api)
    option = "base_url"
    if base_url is None and environment.base_url is not None:
        base_url, option = environment.base_url, environment.variable("base_url")
    if auth is None and not _has_credentials(http_client, api):
        auth = environment.credentials()
    own = api.base_url if api.template is None else _filled(api.template, api, variables)
    if base_url is None and own is not None and own.startswith("/"):
        raise InvalidArgumentError(
            f"base_url: required, because the API's own server is relative ({own}); "
            f"pass its whole URL, such as 'https://<host>{own.rstrip('/')}', or set {environment.variable('base_url')}"
        )
    if base_url is None and own is None:
        known = f"; known for tests: {', '.join(api.test_urls)}" if api.test_urls else ""
        raise InvalidArgumentError(
            "base_url: required, because no URL of a server for production is known; "
            f"pass one, or set {environment.variable('base_url')}{known}"
        )
    url = check_base_url(base_url if base_url is not None else own, option)
    servers = dict(
        _servers(api, variables, url, server_urls or {}, redirected_from=own if base_url is not None else None)
    )
    common = encode_client_parameters(api.parameters, parameters)
    try:
        agent = ("User-Agent", header_value(user_agent if user_agent is not None else default_user_agent()))
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"user_agent: {error}") from None
    common.defaults.append(agent)
    anonymous = ClientConfig(
        url, Credentials(api, {}, None), common, options, api.media_types, clock or Clock(), servers=servers
    )
    now = anonymous.clock.monotonic
    credentials = bind_credentials(
        api,
        auth,
        base_url=url,
        headers=(agent,),
        prepare=anonymous.build_request,
        parser=lambda operation: parser_for(operation).parse,
        now=now,
    )
    if http_client is None:  # one that the caller supplied may authenticate itself
        credentials.remedy = environment.remedy
    return evolve(anonymous, credentials=credentials)


def _has_credentials(http_client: Any, api: Api) -> bool:
    """Return True if the caller's httpx client authenticates itself."""
    headers = getattr(http_client, "headers", None) or ()
    return getattr(http_client, "auth", None) is not None or any(name in headers for name in credential_headers(api))


def _filled(template: str, api: Api, variables: Mapping[str, str]) -> str:
    """Return the URL of a server with values for its variables.

    Raises:
        InvalidArgumentError: a value is not accepted.
    """
    url = template
    for name, variable in api.variables.items():
        value = variables.get(name, variable.default)
        if variable.enum and value not in variable.enum:
            raise InvalidArgumentError(f"{name}: expected {' or '.join(map(repr, variable.enum))}, got {value!r:.80}")
        authority = template.partition("://")[2].partition("/")[0]
        # A value must not move the credentials of the client to another host.
        if not isinstance(value, str) or set(value) & set("?#@\\{}" + ("/:" if f"{{{name}}}" in authority else "")):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise InvalidArgumentError(f"{name}: expected a part of the URL {template}, got {value!r:.80}")
        url = url.replace(f"{{{name}}}", value)
    return url


def _servers(
    api: Api, variables: Mapping[str, str], base_url: str, given: Mapping[str, str], *, redirected_from: str | None
) -> Iterator[tuple[str, Server]]:
    """Yield the servers of single operations.

    A server that the API declares gets its credentials, as long as the client uses the API's own base URL. If the
    caller replaced that by another origin (a company's own installation, a test), the credentials are for that origin.
    """
    unknown = sorted(set(given) - set(api.servers))
    if unknown:
        listed = ", ".join(map(repr, api.servers)) or "none, as no operation has a server of its own"
        raise InvalidArgumentError(f"server_urls: expected {listed}, got {unknown[0]!r}")
    moved = redirected_from is not None and _origin(redirected_from) != _origin(base_url)
    for server in api.servers:
        if server in given:
            yield server, Server(check_base_url(given[server], "server_urls"), trusted=True)
            continue
        url = check_base_url(urljoin(f"{base_url}/", _filled(server, api, variables)))
        yield server, Server(url, trusted=not moved or _origin(url) == _origin(base_url))


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3]).lower()


def check_base_url(given: str | None, option: str = "base_url") -> str:
    """Check a base URL and remove slashes from its end.

    Raises:
        InvalidArgumentError: it does not consist of scheme, host, optional port and optional path.
    """
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise InvalidArgumentError(f"{option}: expected str, got {type(given).__name__}")
    if "?" in given or "#" in given:
        raise InvalidArgumentError(f"{option}: must not contain a query or fragment")
    authority = given.partition("://")[2].partition("/")[0]
    if "@" in authority:
        raise InvalidArgumentError(f"{option}: must not contain a user or password; pass them as auth=")
    port = authority.rpartition(":")[2]
    if not _BASE_URL.fullmatch(given) or (port.isdecimal() and not 0 < int(port) <= 65535):
        seen = "" if "@" in given else f", got {given!r:.80}"  # it may contain a password
        problem = "expected http://host or https://host, optionally with a port and a path"
        raise InvalidArgumentError(f"{option}: {problem}{seen}")
    return given.rstrip("/")


def default_user_agent() -> str:
    """Return name and version of the distribution and of Python, such as `taskclients/1.2.3 python/3.11`."""
    return f"taskclients/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
