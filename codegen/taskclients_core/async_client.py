"""Asynchronous clients, the twins of those in `client`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from copy import copy
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar, Unpack, cast

from attrs import evolve

from .client import Lazy, make_config, make_response
from .config import AsyncClientOptions, CallKwargs
from .errors import InvalidArgumentError
from .events import captured_calls, captured_responses
from .operation import Operation
from .security import Api, Auth

if TYPE_CHECKING:
    from .http_messages import HttpResponse, Response
    from .paging import AsyncPages
    from .tasks.collection import AsyncTasks
    from .tasks.definition import Submission
    from .tasks.handles import AsyncTaskHandle
    from .transport.async_driver import AsyncDriver
    from .transport.config import ClientConfig

M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class AsyncClient:
    """A client of one API. Safe for many tasks; use it in an `async with` block, or close it.

    `base_url` replaces the API's own address. `auth` is described in `auth`, the other options in `AsyncClientOptions`.
    `parameters` are the API's own, set once; `credential` is what an API takes as `auth` that other APIs do not: both
    are for generated clients.

    Raises:
        InvalidArgument: one of them cannot be used; the message says what could.
    """

    api: ClassVar[Api]
    submissions: ClassVar[tuple[Submission[Any, Any], ...]] = ()
    """What begins tasks."""

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
            raise InvalidArgumentError("http_client: expected an httpx.AsyncClient, got a synchronous one")
        self._setting = make_config(self.api, base_url, credential if auth is None else auth, parameters, options)
        from .transport.async_driver import AsyncDriver

        driver = self._driver = AsyncDriver(http, self._setting)
        self._tasks = Lazy(partial(_tasks, driver, self._setting, self.api, self.submissions, options))

    async def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint, with its arguments in the order of `operation.parameters`.

        Raises:
            InvalidArgument: the arguments do not fit; nothing was sent.
            TransportError: no answer came.
            ApiError: the answer is not a success.
            DecodeError: it is, but is not what the API promises.
        """
        meaning = captured_calls.get()
        if meaning is not None:
            meaning.append((operation, arguments, body))
            return cast("T", None)
        from .transport.call import call

        return await self._driver.run(call(self._setting, operation, arguments, body))

    # The items' type is known to the function that calls this: it says so in its own annotation.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> AsyncPages[T, Any]:
        """A list that comes in pages. Nothing is sent yet."""
        from .paging import AsyncPages

        return AsyncPages(self, operation, arguments, body)

    async def response(self, method: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client, and have the answer's status, headers and raw body along with its result.

            (await client.response(client.get_task, task_id)).headers["etag"]
            await client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgument: the method sent nothing.
            ClientError: whatever the method raises.
        """
        seen: list[HttpResponse] = []
        asked = captured_responses.set(seen)
        try:
            value = await method(*arguments, **named)
        finally:
            captured_responses.reset(asked)
        return make_response(value, seen)

    def stream(
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
        from .streaming import astream, capture_call

        return astream(self._driver, self._setting, capture_call(partial(method, *arguments, **named)))

    async def begin(
        self, submission: Submission[M, R], *arguments: object, body: object = None, idempotency_key: str | None = None
    ) -> AsyncTaskHandle[M, R]:
        """Begin a task: see `tasks.start`. Generated clients have a `start_…` method for each operation that does."""
        return await self.tasks.begin(
            submission, *arguments, body=body, idempotency_key=idempotency_key, options=self._setting.options
        )

    @property
    def tasks(self) -> AsyncTasks:
        """All tasks of this client: started, found again, waited for together."""
        return self._tasks.get()

    def with_options(self, **options: Unpack[CallKwargs]) -> Self:
        """This client with other options for the calls made through it; both share connections and credentials.

        They share their tasks, too, which are looked at with the options of the client.

            client.with_options(deadline=5, media_type="text/csv").list_tasks()

        Raises:
            InvalidArgument: an option cannot be so.
        """
        other = copy(self)
        other._setting = evolve(self._setting, options=self._setting.options.replace(options))
        return other

    async def aclose(self) -> None:
        """Close the connections; calls are refused, waits end. What was brought along stays open."""
        try:
            if self._tasks.made is not None:
                await self._tasks.made.aclose()
        finally:
            await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        # A traceback may show one whose options were refused before it was made.
        setting: ClientConfig | None = getattr(self, "_setting", None)
        return f"{type(self).__name__}({setting.origin!r})" if setting else f"<{type(self).__name__}, not made>"


def _tasks(
    driver: AsyncDriver,
    setting: ClientConfig,
    api: Api,
    submits: tuple[Submission[Any, Any], ...],
    options: AsyncClientOptions,
) -> AsyncTasks:
    from .tasks.collection import create_async_tasks

    return create_async_tasks(driver, setting, api, submits, options)
