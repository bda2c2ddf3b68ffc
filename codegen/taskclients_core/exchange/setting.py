"""What all calls of one client have in common: where the API lives, who is calling, and what is sent every time."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

from attrs import evolve, field, frozen

from ..api import Api
from ..credentials.access import Access
from ..credentials.auth import Credentials, bind
from ..errors import InvalidArgument
from ..messages import Request
from ..operation import Operation
from ..options import Choices
from ..request.assembly import client_draft
from ..request.parameters import Draft
from ..request.styles import header_value
from ..version import VERSION
from .again import Budget
from .answers import reader
from .clock import Clock
from .deadline import Deadline

_BASE_URL = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:@\\{}\[\]\x00-\x1f\x7f]+)(?::\d{1,5})?(?:/[^\s\\{}\x00-\x1f\x7f]*)?", re.I
)


@frozen(eq=False)
class Setting:
    """The fixed part of every request of a client."""

    base_url: str
    """Without a slash at its end."""

    credentials: Credentials = field(repr=False)
    every: Draft = field(repr=False)
    """What is sent with every request."""

    choices: Choices = field(factory=Choices, repr=False)
    media_types: tuple[str, ...] = ()
    """What all operations can answer in."""

    clock: Clock = field(factory=Clock, repr=False)
    budget: Budget = field(factory=Budget, repr=False)
    """Of retries; the client's, whatever the choices."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the base URL."""
        return "/".join(self.base_url.split("/", 3)[:3])

    def request(
        self, operation: Operation[Any], draft: Draft, access: Access, deadline: Deadline | None = None
    ) -> Request:
        """Make a draft complete."""
        url = self.base_url + draft.path
        every = self.every
        query = (*every.query, *draft.query, *access.query)
        if query:
            url = f"{url}?{'&'.join(query)}"
        cookies = (*every.cookies, *draft.cookies, *access.cookies)
        headers = (*every.headers, *draft.headers, *access.headers)
        if cookies:
            headers = (*headers, ("Cookie", "; ".join(cookies)))
        choices = self.choices
        return Request(
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


def settle(
    api: Api,
    base_url: str | None,
    *,
    auth: object,
    user_agent: str | None,
    parameters: Sequence[object],
    choices: Choices,
    clock: Clock | None = None,
) -> Setting:
    """Check what a client was given.

    Raises:
        InvalidArgument: something of it cannot be used.
    """
    url = checked_base_url(base_url if base_url is not None else api.base_url)
    every = client_draft(api.parameters, parameters)
    try:
        agent = ("User-Agent", header_value(user_agent if user_agent is not None else default_user_agent()))
    except InvalidArgument as error:
        raise InvalidArgument(f"user_agent: {error}") from None
    every.headers.insert(0, agent)
    anonymous = Setting(url, Credentials(api, {}, None), every, choices, api.media_types, clock or Clock())
    now = anonymous.clock.monotonic
    credentials = bind(
        api,
        auth,
        base_url=url,
        headers=(agent,),
        prepare=anonymous.request,
        parser=lambda operation: reader(operation).read,
        now=now,
    )
    return evolve(anonymous, credentials=credentials)


def checked_base_url(given: str | None) -> str:
    """A base URL, without a slash at its end.

    Raises:
        InvalidArgument: there is none, or it is more or less than scheme, host, port and path.
    """
    if given is None:
        raise InvalidArgument("base_url: required, as this API has no address of its own")
    if not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise InvalidArgument(f"base_url: expected str, got {type(given).__name__}")
    if "?" in given or "#" in given:
        raise InvalidArgument("base_url: takes no query and no fragment")
    authority = given.partition("://")[2].partition("/")[0]
    if "@" in authority:
        raise InvalidArgument("base_url: takes no user or password; give them as auth")
    port = authority.rpartition(":")[2]
    if not _BASE_URL.fullmatch(given) or (port.isdecimal() and not 0 < int(port) <= 65535):
        raise InvalidArgument("base_url: expected http://host or https://host, with a port and a path if need be")
    return given.rstrip("/")


def default_user_agent() -> str:
    """Name and version of the distribution and of Python, such as `taskclients/1.2.3 python/3.11`."""
    return f"taskclients/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
