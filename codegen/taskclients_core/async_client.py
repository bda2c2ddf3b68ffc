"""Asynchronous client, base of the generated ones; the twin of `client.Client`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
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
    """Asynchronous client of one API, for many asyncio tasks; use it in an `async with` block or call `aclose`.

    Args:
        base_url: URL to use instead of the API's own.
        auth: Credentials; `taskclients_core.auth.credentials` lists the accepted forms.
        credential: Credentials of a type that only this API accepts; set by generated clients.
        parameters: Values of the API's client parameters, sent with every call; set by generated clients.
        variables: Values of the variables in the URL of the API's server; set by generated clients.
        options: See `AsyncClientOptions`.

    Raises:
        InvalidArgumentError: an argument or option is invalid; the message names the accepted values.
    """

    api: ClassVar[Api]
    submissions: ClassVar[tuple[Submission[Any, Any], ...]] = ()
    """Operations that begin a task."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth | None = None,
        credential: object = None,
        parameters: Sequence[object] = (),
        variables: Mapping[str, str] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        http = options.get("http_client")
        if http is not None and not hasattr(http, "aclose"):
            raise InvalidArgumentError("http_client: expected an httpx.AsyncClient, got a synchronous one")
        credential = credential if auth is None else auth
        self._setting = make_config(self.api, base_url, credential, parameters, variables, options)
        from .transport.async_driver import AsyncDriver

        driver = self._driver = AsyncDriver(http, self._setting)
        self._tasks = Lazy(partial(_tasks, driver, self._setting, self.api, self.submissions, options))

    async def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint and return its decoded result.

        Args:
            operation: The endpoint.
            arguments: Values of `operation.parameters`, in that order, without those that are read from the body.
            body: Request body.

        Raises:
            InvalidArgumentError: an argument or the body is invalid; nothing was sent.
            TransportError: no response was received.
            ApiError: the response is not a success.
            DecodeError: the response is a success, but its body does not have the declared type.
        """
        captured = captured_calls.get()
        if captured is not None:
            captured.append((operation, arguments, body))
            return cast("T", None)
        from .transport.call import call

        return await self._driver.run(call(self._setting, operation, arguments, body))

    # The generated function that calls this annotates the type of the items.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> AsyncPages[T, Any]:
        """Return a lazy list of the items of all pages. It sends the first request when it is iterated."""
        from .paging import AsyncPages

        return AsyncPages(self, operation, arguments, body)

    async def response(self, method: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client and return its result with the response's status, headers and raw body.

            (await client.response(client.get_task, task_id)).headers["etag"]
            await client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgumentError: the method sent nothing.
            ClientError: the error of the method itself.
        """
        seen: list[HttpResponse] = []
        token = captured_responses.set(seen)
        try:
            value = await method(*arguments, **named)
        finally:
            captured_responses.reset(token)
        return make_response(value, seen)

    def stream(
        self, method: Callable[P, Awaitable[list[R]]], *arguments: P.args, **named: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Call a method that returns a list, and yield its items one by one while the response arrives.

            csv_client = client.with_options(media_type="text/csv")
            async for task in csv_client.stream(csv_client.list_tasks): ...

        The request is sent through this client when the first item is requested. If you stop early, call `aclose()` on
        the generator (see `contextlib.aclosing`) to close the connection immediately. CSV and JSONL need memory for one
        chunk of the response; JSON and JSV are read whole. An invalid row raises after the rows before it were yielded.

        Raises:
            InvalidArgumentError: the method does not return a list.
            ClientError: the call failed; raised while iterating.
        """
        from .streaming import astream, capture_call

        return astream(self._driver, self._setting, capture_call(partial(method, *arguments, **named)))

    async def begin(
        self, submission: Submission[M, R], *arguments: object, body: object = None, idempotency_key: str | None = None
    ) -> AsyncTaskHandle[M, R]:
        """Begin a task; see `tasks.begin`. Generated clients have a `begin_…` method for each such operation."""
        return await self.tasks.begin(
            submission, *arguments, body=body, idempotency_key=idempotency_key, options=self._setting.options
        )

    @property
    def tasks(self) -> AsyncTasks:
        """Tasks of this client: begin, resume, recover and wait for several at once."""
        return self._tasks.get()

    def with_options(self, **options: Unpack[CallKwargs]) -> Self:
        """Return a view of this client whose calls use other options.

        The view shares connections, credentials and tasks with this client; tasks are polled with the options of the
        original client.

            await client.with_options(deadline=5, media_type="text/csv").list_tasks()

        Raises:
            InvalidArgumentError: an option is invalid.
        """
        other = copy(self)
        other._setting = evolve(self._setting, options=self._setting.options.replace(options))
        return other

    async def aclose(self) -> None:
        """Close the connections. Waits end, and later calls raise `ClientClosedError`.

        A supplied `http_client`, `download_client` or `Journal` stays open.
        """
        try:
            if self._tasks.value is not None:
                await self._tasks.value.aclose()
        finally:
            await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        # A traceback may show a client whose __init__ raised before the configuration was set.
        config: ClientConfig | None = getattr(self, "_setting", None)
        return f"{type(self).__name__}({config.origin!r})" if config else f"<{type(self).__name__}, not initialised>"


def _tasks(
    driver: AsyncDriver,
    config: ClientConfig,
    api: Api,
    submissions: tuple[Submission[Any, Any], ...],
    options: AsyncClientOptions,
) -> AsyncTasks:
    from .tasks.collection import create_async_tasks

    return create_async_tasks(driver, config, api, submissions, options)
