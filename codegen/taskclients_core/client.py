"""Clients of one API, synchronous and asynchronous: the base classes of the generated ones."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from copy import copy
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, Self, TypeVar, Unpack, cast

from attrs import evolve

from .config import AsyncClientOptions, CallKwargs, CallOptions, ClientOptions, ClientSignature, show_options
from .errors import InvalidArgumentError, did_you_mean
from .events import captured_calls, captured_responses
from .forks import ForkLock
from .http_messages import HttpResponse, Response
from .operation import Operation
from .security import Api, Auth

if TYPE_CHECKING:
    from .paging import AsyncPages, Pages
    from .tasks.collection import AsyncTasks, Tasks
    from .tasks.definition import Submission
    from .tasks.handles import AsyncTaskHandle, TaskHandle
    from .transport.config import ClientConfig

M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Lazy(Generic[T]):
    """Value that is created on first use, once even if several threads use it at the same time."""

    def __init__(self, create: Callable[[], T]) -> None:
        self._create = create
        self._lock = ForkLock()
        self.value: T | None = None
        """The value; None before the first `get`."""

    def get(self) -> T:
        """Return the value; create it on the first call."""
        if self.value is None:
            with self._lock:
                if self.value is None:
                    self.value = self._create()
        return self.value


def make_config(
    client: type[BaseClient],
    base_url: str | None,
    auth: object,
    parameters: Sequence[object],
    variables: Mapping[str, str] | None,
    options: ClientOptions | AsyncClientOptions,
) -> ClientConfig:
    """Check the arguments of a client and return its configuration.

    Raises:
        InvalidArgumentError: an argument or option is invalid.
        TypeError: an option is unknown.
    """
    unknown = sorted(options.keys() - ClientOptions.__annotations__.keys())
    if unknown:
        suggested = did_you_mean(unknown[0], ClientOptions.__annotations__)
        raise TypeError(f"{client.__name__}() got an unexpected keyword argument {unknown[0]!r}{suggested}")
    from .auth.environment import environment_of
    from .transport.config import build_config

    # None keeps the timeouts of a supplied http_client.
    defaults = CallOptions() if options.get("http_client") is None else CallOptions(timeout=None)
    call_kwargs = {name: value for name, value in options.items() if name in CallKwargs.__annotations__}
    return build_config(
        client.api,
        base_url,
        auth=auth,
        user_agent=options.get("user_agent"),
        parameters=parameters,
        options=defaults.replace(cast("CallKwargs", call_kwargs)),
        clock=options.get("clock"),
        variables=variables,
        server_urls=options.get("server_urls"),
        http_client=options.get("http_client"),
        environment=environment_of(client, client.api),
    )


def make_response(value: T, seen: Sequence[HttpResponse]) -> Response[T]:
    """Combine a call's return value with the last of the HTTP responses that the call received.

    Raises:
        InvalidArgumentError: `seen` is empty: the method sent nothing.
    """
    if not seen:
        raise InvalidArgumentError("response: the method sent nothing; for a list in pages, ask for its `.page`")
    last = seen[-1]
    return Response(value, last.status, last.headers, last.content, last.elapsed)


def _unknown_option(name: str) -> str:
    """Return an unknown option of calls and what to do about it, for a message."""
    if name in ClientOptions.__annotations__:
        return f"{name!r}; pass it to the client's class, because it applies to all calls"
    return f"{name!r}{did_you_mean(name, CallKwargs.__annotations__)}"


class BaseClient:
    """Members of a client that send nothing, the same for `Client` and `AsyncClient`."""

    api: ClassVar[Api]
    """Description of the API; generated clients set it."""
    submissions: ClassVar[tuple[Submission[Any, Any], ...]] = ()
    """Operations that begin a task."""

    _config: ClientConfig

    @show_options(CallKwargs)
    def with_options(self, **options: Unpack[CallKwargs]) -> Self:
        """Return a view of this client whose calls use other options.

        The view shares connections, credentials and tasks with this client; tasks are polled with the options of the
        original client.

            quick = client.with_options(deadline=5, media_type="text/csv")

        Raises:
            InvalidArgumentError: an option is invalid.
            TypeError: an option is unknown, or is one of the client itself, such as `journal`.
        """
        unknown = sorted(options.keys() - CallKwargs.__annotations__.keys())
        if unknown:
            raise TypeError(f"with_options() got an unexpected keyword argument {_unknown_option(unknown[0])}")
        other = copy(self)
        other._config = evolve(self._config, options=self._config.options.replace(options))
        return other

    def __repr__(self) -> str:
        # A traceback may show a client whose __init__ raised before the configuration was set.
        config: ClientConfig | None = getattr(self, "_config", None)
        return f"{type(self).__name__}({config.base_url!r})" if config else f"<{type(self).__name__}, not initialised>"


class Client(BaseClient):
    """Synchronous client of one API. Thread-safe; use it in a `with` block or call `close`.

    Args:
        base_url: URL to use instead of the API's own; default: the environment's, such as
            `TASKCLIENTS_BOOSTER_BASE_URL`.
        auth: Credentials; `taskclients_core.auth.credentials` lists the accepted forms. Default: the environment's,
            such as `TASKCLIENTS_BOOSTER_TOKEN`.
        credential: Credentials of a type that only this API accepts; set by generated clients.
        parameters: Values of the API's client parameters, sent with every call; set by generated clients.
        variables: Values of the variables in the URL of the API's server; set by generated clients.
        options: See `ClientOptions`.

    Raises:
        InvalidArgumentError: an argument or option is invalid; the message names the accepted values.
    """

    __signature__ = ClientSignature(ClientOptions)

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth | None = None,
        credential: object = None,
        parameters: Sequence[object] = (),
        variables: Mapping[str, str] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        http = options.get("http_client")
        if hasattr(http, "aclose"):
            raise InvalidArgumentError("http_client: expected an httpx.Client, got an asynchronous one")
        credential = credential if auth is None else auth
        self._config = make_config(type(self), base_url, credential, parameters, variables, options)
        self._config.credentials.check_synchronous()
        from .transport.sync_driver import SyncDriver

        driver = self._driver = SyncDriver(http, self._config)
        config, api, submissions = self._config, self.api, self.submissions

        def create() -> Tasks:
            from .tasks.collection import create_tasks

            return create_tasks(driver, config, api, submissions, options)

        self._tasks = Lazy(create)

    def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint and return its decoded result.

        Args:
            operation: The endpoint.
            arguments: Values of `operation.parameters`, in that order, without those that are read from the body.
            body: Request body.

        Raises:
            InvalidArgumentError: an argument or the body is invalid; nothing was sent.
            ClientClosedError: the client was closed.
            TransportError: no usable response was received.
            ApiError: the response is not a success.
            DecodeError: the response is a success, but its body does not have the declared type.
        """
        captured = captured_calls.get()
        if captured is not None:  # `stream` calls a method only to learn the operation and its arguments
            captured.append((operation, arguments, body))
            return cast("T", None)
        from .transport.call import call

        return self._driver.run(call(self._config, operation, arguments, body))

    # The generated function that calls this annotates the type of the items.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> Pages[T, Any]:
        """Return a lazy list of the items of all pages. It sends the first request when it is iterated.

        Args:
            operation: An endpoint with `pagination`.
            arguments: As for `call`; a token, page number or offset among them is that of the first page.
            body: Request body.
        """
        from .paging import Pages

        return Pages(self, self._driver, self._config, operation, arguments, body)

    def response(self, method: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client and return its result with the response's status, headers and raw body.

            client.response(client.get_task, task_id).headers["etag"]
            client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgumentError: the method sent nothing, as a method that returns `Pages` does.
            ClientError: the error of the method itself.
        """
        seen: list[HttpResponse] = []
        token = captured_responses.set(seen)
        try:
            value = method(*arguments, **named)
        finally:
            captured_responses.reset(token)
        return make_response(value, seen)

    def stream(
        self, method: Callable[P, list[R]], /, *arguments: P.args, **named: P.kwargs
    ) -> Generator[R, None, None]:
        """Call a method that returns a list, and yield its items one by one while the response arrives.

            csv_client = client.with_options(media_type="text/csv")
            for task in csv_client.stream(csv_client.list_tasks): ...

        The request is sent through this client when the first item is requested. If you stop early, call `close()` on
        the generator to close the connection immediately. CSV and JSONL need memory for one chunk of the response;
        JSON and JSV are read whole. An invalid row raises after the rows before it were yielded.

        Raises:
            InvalidArgumentError: the method does not return a list.
            ClientError: the call failed; raised while iterating.
        """
        from .streaming import capture_call, stream

        return stream(self._driver, self._config, capture_call(partial(method, *arguments, **named)))

    def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        restart: bool = False,
    ) -> TaskHandle[M, R]:
        """Begin a task and return its handle; see `tasks.begin`.

        Generated clients have a `begin_…` method for each operation that begins a task.
        """
        return self.tasks.begin(
            submission,
            *arguments,
            body=body,
            idempotency_key=idempotency_key,
            restart=restart,
            options=self._config.options,
        )

    @property
    def tasks(self) -> Tasks:
        """Tasks of this client: begin, resume, recover and wait for several at once."""
        return self._tasks.get()

    def close(self) -> None:
        """Close the connections. Waits end, and later calls raise ClientClosedError.

        A supplied `http_client`, `download_client` or `Journal` stays open.
        """
        try:
            if self._tasks.value is not None:
                self._tasks.value.close()
        finally:
            self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(BaseClient):
    """Asynchronous client of one API, for many asyncio tasks; use it in an `async with` block or call `aclose`.

    Args:
        base_url: URL to use instead of the API's own; default: the environment's, such as
            `TASKCLIENTS_BOOSTER_BASE_URL`.
        auth: Credentials; `taskclients_core.auth.credentials` lists the accepted forms. Default: the environment's,
            such as `TASKCLIENTS_BOOSTER_TOKEN`.
        credential: Credentials of a type that only this API accepts; set by generated clients.
        parameters: Values of the API's client parameters, sent with every call; set by generated clients.
        variables: Values of the variables in the URL of the API's server; set by generated clients.
        options: See `AsyncClientOptions`.

    Raises:
        InvalidArgumentError: an argument or option is invalid; the message names the accepted values.
    """

    __signature__ = ClientSignature(AsyncClientOptions)

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
        self._config = make_config(type(self), base_url, credential, parameters, variables, options)
        from .transport.async_driver import AsyncDriver

        driver = self._driver = AsyncDriver(http, self._config)
        config, api, submissions = self._config, self.api, self.submissions

        def create() -> AsyncTasks:
            from .tasks.collection import create_async_tasks

            return create_async_tasks(driver, config, api, submissions, options)

        self._tasks = Lazy(create)

    async def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
        """Call an endpoint and return its decoded result.

        Args:
            operation: The endpoint.
            arguments: Values of `operation.parameters`, in that order, without those that are read from the body.
            body: Request body.

        Raises:
            InvalidArgumentError: an argument or the body is invalid; nothing was sent.
            ClientClosedError: the client was closed.
            TransportError: no usable response was received.
            ApiError: the response is not a success.
            DecodeError: the response is a success, but its body does not have the declared type.
        """
        captured = captured_calls.get()
        if captured is not None:  # `stream` calls a method only to learn the operation and its arguments
            captured.append((operation, arguments, body))
            return cast("T", None)
        from .transport.call import call

        return await self._driver.run(call(self._config, operation, arguments, body))

    # The generated function that calls this annotates the type of the items.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> AsyncPages[T, Any]:
        """Return a lazy list of the items of all pages. It sends the first request when it is iterated.

        Args:
            operation: An endpoint with `pagination`.
            arguments: As for `call`; a token, page number or offset among them is that of the first page.
            body: Request body.
        """
        from .paging import AsyncPages

        return AsyncPages(self, self._driver, self._config, operation, arguments, body)

    async def response(
        self, method: Callable[P, Awaitable[T]], /, *arguments: P.args, **named: P.kwargs
    ) -> Response[T]:
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
        self, method: Callable[P, Awaitable[list[R]]], /, *arguments: P.args, **named: P.kwargs
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

        return astream(self._driver, self._config, capture_call(partial(method, *arguments, **named)))

    async def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        restart: bool = False,
    ) -> AsyncTaskHandle[M, R]:
        """Begin a task and return its handle; see `tasks.begin`.

        Generated clients have a `begin_…` method for each operation that begins a task.
        """
        return await self.tasks.begin(
            submission,
            *arguments,
            body=body,
            idempotency_key=idempotency_key,
            restart=restart,
            options=self._config.options,
        )

    @property
    def tasks(self) -> AsyncTasks:
        """Tasks of this client: begin, resume, recover and wait for several at once."""
        return self._tasks.get()

    async def aclose(self) -> None:
        """Close the connections. Waits end, and later calls raise ClientClosedError.

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
