"""Configuration that all calls of one client share: base URL, credentials, common headers and options."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_plus

from attrs import evolve, field, frozen

from ..auth.credentials import Credentials, bind_credentials
from ..auth.tokens import AuthParts
from ..config import CallOptions
from ..deadline import Clock, Deadline
from ..errors import InvalidArgumentError
from ..http_messages import HttpRequest
from ..operation import Operation
from ..request.encoder import RequestBuilder, encode_client_parameters
from ..request.styles import header_value
from ..security import Api
from ..version import VERSION
from .response_parser import parser_for
from .retry_policy import RetryBudget

_BASE_URL = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:@\\{}\[\]\x00-\x1f\x7f]+)(?::\d{1,5})?(?:/[^\s\\{}\x00-\x1f\x7f]*)?", re.I
)


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

    @property
    def origin(self) -> str:
        """Scheme, host and port of the base URL."""
        return "/".join(self.base_url.split("/", 3)[:3])

    def build_request(
        self, operation: Operation[Any], builder: RequestBuilder, auth: AuthParts, deadline: Deadline | None = None
    ) -> HttpRequest:
        """Combine the parts of a call, of the client and of its credentials into a request."""
        url = self.base_url + builder.path
        common = self.common
        query = (*common.query, *builder.query, *auth.query)
        if query:
            url = f"{url}?{'&'.join(query)}"
        if builder.url is not None:
            url = _with_credentials(builder.url, auth.query)
        cookies = (*common.cookies, *builder.cookies, *auth.cookies)
        headers = (*common.headers, *builder.headers, *auth.headers)
        if cookies:
            headers = (*headers, ("Cookie", "; ".join(cookies)))
        options = self.options
        return HttpRequest(
            operation.name,
            operation.method,
            url,
            headers,
            builder.content,
            auth.final,
            deadline,
            options.timeout,
            options.max_response_bytes,
        )


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
) -> ClientConfig:
    """Check the arguments of a client and build its configuration.

    Raises:
        InvalidArgumentError: an argument is invalid.
    """
    url = check_base_url(base_url if base_url is not None else api.base_url)
    common = encode_client_parameters(api.parameters, parameters)
    try:
        agent = ("User-Agent", header_value(user_agent if user_agent is not None else default_user_agent()))
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"user_agent: {error}") from None
    common.headers.insert(0, agent)
    anonymous = ClientConfig(url, Credentials(api, {}, None), common, options, api.media_types, clock or Clock())
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
    return evolve(anonymous, credentials=credentials)


def check_base_url(given: str | None) -> str:
    """Check a base URL and remove slashes from its end.

    Raises:
        InvalidArgumentError: it is None, or does not consist of scheme, host, optional port and optional path.
    """
    if given is None:
        raise InvalidArgumentError("base_url: required, because this API has no default URL")
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise InvalidArgumentError(f"base_url: expected str, got {type(given).__name__}")
    if "?" in given or "#" in given:
        raise InvalidArgumentError("base_url: must not contain a query or fragment")
    authority = given.partition("://")[2].partition("/")[0]
    if "@" in authority:
        raise InvalidArgumentError("base_url: must not contain a user or password; pass them as auth=")
    port = authority.rpartition(":")[2]
    if not _BASE_URL.fullmatch(given) or (port.isdecimal() and not 0 < int(port) <= 65535):
        raise InvalidArgumentError("base_url: expected http://host or https://host, optionally with a port and a path")
    return given.rstrip("/")


def default_user_agent() -> str:
    """Return name and version of the distribution and of Python, such as `taskclients/1.2.3 python/3.11`."""
    return f"taskclients/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
