"""What both kinds of clients are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from .api import Api
from .errors import InvalidArgument
from .options import AsyncClientOptions, CallOptions, Choices, ClientOptions

if TYPE_CHECKING:
    from .exchange.setting import Setting
    from .messages import Answer, Response

T = TypeVar("T")


def setting_of(
    api: Api,
    base_url: str | None,
    auth: object,
    parameters: Sequence[object],
    options: ClientOptions | AsyncClientOptions,
) -> Setting:
    """What a client was given, checked.

    Raises:
        InvalidArgument: something of it cannot be used.
    """
    unknown = sorted(options.keys() - ClientOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}")
    from .exchange.setting import settle

    choices = Choices() if options.get("http_client") is None else Choices(timeout=None)  # a given one has its own
    for_calls = {name: value for name, value in options.items() if name in CallOptions.__annotations__}
    return settle(
        api,
        base_url,
        auth=auth,
        user_agent=options.get("user_agent"),
        parameters=parameters,
        choices=choices.changed(cast("CallOptions", for_calls)),
        clock=options.get("clock"),
    )


def response_of(value: T, seen: Sequence[Answer]) -> Response[T]:
    """What a call returned, with its answer.

    Raises:
        InvalidArgument: there was no call.
    """
    if not seen:
        raise InvalidArgument("response: the method sent nothing; for a list in pages, ask for its `.page`")
    answer = seen[-1]
    from .messages import Response

    return Response(value, answer.status, answer.headers, answer.content, answer.elapsed)
