"""What all calls of one client have in common: where the API lives, who is calling, and what is sent every time."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

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
    """The fixed part of every request of a client."""

    base_url: str
    """Without a slash at its end."""

    credentials: Credentials = field(repr=False)
    common: RequestBuilder = field(repr=False)
    """What is sent with every request."""

    options: CallOptions = field(factory=CallOptions, repr=False)
    media_types: tuple[str, ...] = ()
    """What all operations can answer in."""

    clock: Clock = field(factory=Clock, repr=False)
    budget: RetryBudget = field(factory=RetryBudget, repr=False)
    """Of retries; the client's, whatever the choices."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the base URL."""
        return "/".join(self.base_url.split("/", 3)[:3])

    def build_request(
        self, operation: Operation[Any], draft: RequestBuilder, access: AuthParts, deadline: Deadline | None = None
    ) -> HttpRequest:
        """Make a draft complete."""
        url = self.base_url + draft.path
        every = self.common
        query = (*every.query, *draft.query, *access.query)
        if query:
            url = f"{url}?{'&'.join(query)}"
        cookies = (*every.cookies, *draft.cookies, *access.cookies)
        headers = (*every.headers, *draft.headers, *access.headers)
        if cookies:
            headers = (*headers, ("Cookie", "; ".join(cookies)))
        choices = self.options
        return HttpRequest(
            operation.name,
            operation.method,
            url,
            headers,
            draft.content,
            access.final,
            deadline,
            choices.timeout,
            choices.max_response_bytes,
        )


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
    """Check what a client was given.

    Raises:
        InvalidArgument: something of it cannot be used.
    """
    url = check_base_url(base_url if base_url is not None else api.base_url)
    every = encode_client_parameters(api.parameters, parameters)
    try:
        agent = ("User-Agent", header_value(user_agent if user_agent is not None else default_user_agent()))
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"user_agent: {error}") from None
    every.headers.insert(0, agent)
    anonymous = ClientConfig(url, Credentials(api, {}, None), every, options, api.media_types, clock or Clock())
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
    """A base URL, without a slash at its end.

    Raises:
        InvalidArgument: there is none, or it is more or less than scheme, host, port and path.
    """
    if given is None:
        raise InvalidArgumentError("base_url: required, as this API has no address of its own")
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise InvalidArgumentError(f"base_url: expected str, got {type(given).__name__}")
    if "?" in given or "#" in given:
        raise InvalidArgumentError("base_url: takes no query and no fragment")
    authority = given.partition("://")[2].partition("/")[0]
    if "@" in authority:
        raise InvalidArgumentError("base_url: takes no user or password; give them as auth")
    port = authority.rpartition(":")[2]
    if not _BASE_URL.fullmatch(given) or (port.isdecimal() and not 0 < int(port) <= 65535):
        raise InvalidArgumentError("base_url: expected http://host or https://host, with a port and a path if need be")
    return given.rstrip("/")


def default_user_agent() -> str:
    """Name and version of the distribution and of Python, such as `taskclients/1.2.3 python/3.11`."""
    return f"taskclients/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
