"""Clients: where endpoints are called. Generated clients add an `api` and the endpoints' functions as methods."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from copy import copy
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar, Unpack, cast

from attrs import evolve

from .api import Api
from .asking import answers_seen, asked
from .credentials.accepted import Auth
from .errors import InvalidArgument
from .messages import Answer, Response
from .operation import Operation
from .options import DEFAULT_TIMEOUT, AsyncClientOptions, CallOptions, Choices, ClientOptions
from .paging import AsyncPages, Pages

if TYPE_CHECKING:
    from .exchange.setting import Setting

# What calls are made with is imported when the first client is made: a program that imports a client, to look at its
# models or to make it later, does not pay for drivers and codecs.

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Client:
    """A client of one API. Safe for many threads; use it in a `with` block, or close it.

    `base_url` replaces the API's own address. `auth` is described in `auth`, the other options in `ClientOptions`.
    `parameters` are the API's own, set once; `credential` is what an API takes as `auth` that other APIs do not: both
    are for generated clients.

    Raises:
        InvalidArgument: one of them cannot be used; the message says what could.
    """

    api: ClassVar[Api]

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth | None = None,
        credential: object = None,
        parameters: Sequence[object] = (),
        **options: Unpack[ClientOptions],
    ) -> None:
        http = options.get("http_client")
        if hasattr(http, "aclose"):
            raise InvalidArgument("http_client: expected an httpx.Client, got an asynchronous one")
        self._setting = _setting(self.api, base_url, credential if auth is None else auth, parameters, options)
        from .exchange.sync_driver import SyncDriver

        self._driver = SyncDriver(http, self._setting)

    def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint, with its arguments in the order of `operation.parameters`.

        Raises:
            InvalidArgument: the arguments do not fit; nothing was sent.
            TransportError: no answer came.
            ApiError: the answer is not a success.
            DecodeError: it is, but is not what the API promises.
        """
        meaning = asked.get()
        if meaning is not None:
            meaning.append((operation, arguments, body))
            return cast("T", None)
        from .exchange.flow import call

        return self._driver.run(call(self._setting, operation, arguments, body))

    # The items' type is known to the function that calls this: it says so in its own annotation.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> Pages[T, Any]:
        """A list that comes in pages. Nothing is sent yet."""
        return Pages(self, operation, arguments, body)

    def response(self, method: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client, and have the answer's status, headers and raw body along with its result.

            client.response(client.get_task, task_id).headers["etag"]
            client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgument: the method sent nothing, as one that returns pages does.
            ClientError: whatever the method raises.
        """
        seen: list[Answer] = []
        asked = answers_seen.set(seen)
        try:
            value = method(*arguments, **named)
        finally:
            answers_seen.reset(asked)
        return _response(value, seen)

    def rows(self, method: Callable[P, list[R]], *arguments: P.args, **named: P.kwargs) -> Generator[R, None, None]:
        """Call a method that returns a list, and have its items one by one, while the answer arrives.

            for task in client.with_options(media_type="text/csv").rows(client.list_tasks): ...

        The call is made through this client, when the first row is asked for. Where no row is asked for any more, the
        connection is closed, at once with `close()`. CSV and JSONL take no more memory than a piece of the answer; JSON
        and JSV are read whole. A row that cannot be read raises after those before it.

        Raises:
            InvalidArgument: the method returns no list.
            ClientError: whatever a call raises, while rows are asked for.
        """
        from .rows import meant, stream

        return stream(self._driver, self._setting, meant(partial(method, *arguments, **named)))

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """This client with other options for the calls made through it; both share connections and credentials.

            client.with_options(deadline=5, media_type="text/csv").list_tasks()

        Raises:
            InvalidArgument: an option cannot be so.
        """
        other = copy(self)
        other._setting = evolve(self._setting, choices=self._setting.choices.changed(options))
        return other

    def close(self) -> None:
        """Close the connections; calls are refused from now on. A given `http_client` stays open."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._setting.origin!r})"


class AsyncClient:
    """A client of one API. Safe for many tasks; use it in an `async with` block, or close it.

    `base_url` replaces the API's own address. `auth` is described in `auth`, the other options in `AsyncClientOptions`.
    `parameters` are the API's own, set once; `credential` is what an API takes as `auth` that other APIs do not: both
    are for generated clients.

    Raises:
        InvalidArgument: one of them cannot be used; the message says what could.
    """

    api: ClassVar[Api]

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth | None = None,
        credential: object = None,
        parameters: Sequence[object] = (),
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        http = options.get("http_client")
        if http is not None and not hasattr(http, "aclose"):
            raise InvalidArgument("http_client: expected an httpx.AsyncClient, got a synchronous one")
        self._setting = _setting(self.api, base_url, credential if auth is None else auth, parameters, options)
        from .exchange.async_driver import AsyncDriver

        self._driver = AsyncDriver(http, self._setting)

    async def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint, with its arguments in the order of `operation.parameters`.

        Raises:
            InvalidArgument: the arguments do not fit; nothing was sent.
            TransportError: no answer came.
            ApiError: the answer is not a success.
            DecodeError: it is, but is not what the API promises.
        """
        meaning = asked.get()
        if meaning is not None:
            meaning.append((operation, arguments, body))
            return cast("T", None)
        from .exchange.flow import call

        return await self._driver.run(call(self._setting, operation, arguments, body))

    # The items' type is known to the function that calls this: it says so in its own annotation.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> AsyncPages[T, Any]:
        """A list that comes in pages. Nothing is sent yet."""
        return AsyncPages(self, operation, arguments, body)

    async def response(self, method: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client, and have the answer's status, headers and raw body along with its result.

            (await client.response(client.get_task, task_id)).headers["etag"]
            await client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgument: the method sent nothing.
            ClientError: whatever the method raises.
        """
        seen: list[Answer] = []
        asked = answers_seen.set(seen)
        try:
            value = await method(*arguments, **named)
        finally:
            answers_seen.reset(asked)
        return _response(value, seen)

    def rows(
        self, method: Callable[P, Awaitable[list[R]]], *arguments: P.args, **named: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Call a method that returns a list, and have its items one by one, while the answer arrives.

            async for task in client.with_options(media_type="text/csv").rows(client.list_tasks): ...

        The call is made through this client, when the first row is asked for. Where no row is asked for any more, the
        connection is closed, at once with `aclose()` (see `contextlib.aclosing`). CSV and JSONL take no more memory
        than a piece of the answer; JSON and JSV are read whole. A row that cannot be read raises after those before it.

        Raises:
            InvalidArgument: the method returns no list.
            ClientError: whatever a call raises, while rows are asked for.
        """
        from .rows import astream, meant

        return astream(self._driver, self._setting, meant(partial(method, *arguments, **named)))

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """This client with other options for the calls made through it; both share connections and credentials.

            client.with_options(deadline=5, media_type="text/csv").list_tasks()

        Raises:
            InvalidArgument: an option cannot be so.
        """
        other = copy(self)
        other._setting = evolve(self._setting, choices=self._setting.choices.changed(options))
        return other

    async def aclose(self) -> None:
        """Close the connections; calls are refused from now on. A given `http_client` stays open."""
        await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._setting.origin!r})"


def _setting(
    api: Api,
    base_url: str | None,
    auth: object,
    parameters: Sequence[object],
    options: ClientOptions | AsyncClientOptions,
) -> Setting:
    known = ClientOptions.__annotations__
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}")
    # A client brought along has timeouts of its own.
    choices = Choices(timeout=DEFAULT_TIMEOUT if options.get("http_client") is None else None)
    from .exchange.setting import settle

    return settle(
        api,
        base_url,
        auth=auth,
        user_agent=options.get("user_agent"),
        parameters=parameters,
        choices=choices.changed(_call_options(options)),
    )


def _call_options(options: CallOptions) -> CallOptions:
    given = {name: value for name, value in options.items() if name in CallOptions.__annotations__}
    return cast("CallOptions", given)


def _response(value: T, seen: Sequence[Answer]) -> Response[T]:
    if not seen:
        raise InvalidArgument("response: the method sent nothing; for a list in pages, ask for its `.page`")
    answer = seen[-1]
    return Response(value, answer.status, answer.headers, answer.content, answer.elapsed)
