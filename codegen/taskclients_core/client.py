"""Synchronous client, and what it shares with the asynchronous one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from copy import copy
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, Self, TypeVar, Unpack, cast

from attrs import evolve

from .config import AsyncClientOptions, CallKwargs, CallOptions, ClientOptions
from .errors import InvalidArgumentError
from .events import captured_calls, captured_responses
from .operation import Operation
from .security import Api, Auth

if TYPE_CHECKING:
    from .http_messages import HttpResponse, Response
    from .paging import Pages
    from .tasks.collection import Tasks
    from .tasks.definition import Submission
    from .tasks.handles import TaskHandle
    from .transport.config import ClientConfig
    from .transport.sync_driver import SyncDriver

T = TypeVar("T")


class Lazy(Generic[T]):
    """It is made once, however many threads ask."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self.made: T | None = None
        """None while nobody has asked."""

    def get(self) -> T:
        """Make it, or return what was made."""
        if self.made is None:
            with self._lock:
                if self.made is None:
                    self.made = self._make()
        return self.made


def make_config(
    api: Api,
    base_url: str | None,
    auth: object,
    parameters: Sequence[object],
    options: ClientOptions | AsyncClientOptions,
) -> ClientConfig:
    """What a client was given, checked.

    Raises:
        InvalidArgument: something of it cannot be used.
    """
    unknown = sorted(options.keys() - ClientOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}")
    from .transport.config import build_config

    choices = (
        CallOptions() if options.get("http_client") is None else CallOptions(timeout=None)
    )  # a given one has its own
    for_calls = {name: value for name, value in options.items() if name in CallKwargs.__annotations__}
    return build_config(
        api,
        base_url,
        auth=auth,
        user_agent=options.get("user_agent"),
        parameters=parameters,
        options=choices.replace(cast("CallKwargs", for_calls)),
        clock=options.get("clock"),
    )


def make_response(value: T, seen: Sequence[HttpResponse]) -> Response[T]:
    """What a call returned, with its answer.

    Raises:
        InvalidArgument: there was no call.
    """
    if not seen:
        raise InvalidArgumentError("response: the method sent nothing; for a list in pages, ask for its `.page`")
    answer = seen[-1]
    from .http_messages import Response

    return Response(value, answer.status, answer.headers, answer.content, answer.elapsed)


M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")


class Client:
    """A client of one API. Safe for many threads; use it in a `with` block, or close it.

    `base_url` replaces the API's own address. `auth` is described in `auth`, the other options in `ClientOptions`.
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
        **options: Unpack[ClientOptions],
    ) -> None:
        http = options.get("http_client")
        if hasattr(http, "aclose"):
            raise InvalidArgumentError("http_client: expected an httpx.Client, got an asynchronous one")
        self._setting = make_config(self.api, base_url, credential if auth is None else auth, parameters, options)
        self._setting.credentials.check_synchronous()
        from .transport.sync_driver import SyncDriver

        driver = self._driver = SyncDriver(http, self._setting)
        self._tasks = Lazy(partial(_tasks, driver, self._setting, self.api, self.submissions, options))

    def call(self, operation: Operation[T], *arguments: object, body: object = None) -> T:
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

        return self._driver.run(call(self._setting, operation, arguments, body))

    # The items' type is known to the function that calls this: it says so in its own annotation.
    def pages(self, operation: Operation[T], *arguments: object, body: object = None) -> Pages[T, Any]:
        """A list that comes in pages. Nothing is sent yet."""
        from .paging import Pages

        return Pages(self, operation, arguments, body)

    def response(self, method: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Response[T]:
        """Call a method of this client, and have the answer's status, headers and raw body along with its result.

            client.response(client.get_task, task_id).headers["etag"]
            client.response(client.list_tasks(limit=10).page)

        Raises:
            InvalidArgument: the method sent nothing, as one that returns pages does.
            ClientError: whatever the method raises.
        """
        seen: list[HttpResponse] = []
        asked = captured_responses.set(seen)
        try:
            value = method(*arguments, **named)
        finally:
            captured_responses.reset(asked)
        return make_response(value, seen)

    def stream(self, method: Callable[P, list[R]], *arguments: P.args, **named: P.kwargs) -> Generator[R, None, None]:
        """Call a method that returns a list, and have its items one by one, while the answer arrives.

            for task in client.with_options(media_type="text/csv").rows(client.list_tasks): ...

        The call is made through this client, when the first row is asked for. Where no row is asked for any more, the
        connection is closed, at once with `close()`. CSV and JSONL take no more memory than a piece of the answer; JSON
        and JSV are read whole. A row that cannot be read raises after those before it.

        Raises:
            InvalidArgument: the method returns no list.
            ClientError: whatever a call raises, while rows are asked for.
        """
        from .streaming import capture_call, stream

        return stream(self._driver, self._setting, capture_call(partial(method, *arguments, **named)))

    def begin(
        self, submission: Submission[M, R], *arguments: object, body: object = None, idempotency_key: str | None = None
    ) -> TaskHandle[M, R]:
        """Begin a task: see `tasks.start`. Generated clients have a `start_…` method for each operation that does."""
        return self.tasks.begin(
            submission, *arguments, body=body, idempotency_key=idempotency_key, options=self._setting.options
        )

    @property
    def tasks(self) -> Tasks:
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

    def close(self) -> None:
        """Close the connections; calls are refused, waits end. What was brought along stays open."""
        try:
            if self._tasks.made is not None:
                self._tasks.made.close()
        finally:
            self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # A traceback may show one whose options were refused before it was made.
        setting: ClientConfig | None = getattr(self, "_setting", None)
        return f"{type(self).__name__}({setting.origin!r})" if setting else f"<{type(self).__name__}, not made>"


def _tasks(
    driver: SyncDriver,
    setting: ClientConfig,
    api: Api,
    submits: tuple[Submission[Any, Any], ...],
    options: ClientOptions,
) -> Tasks:
    from .tasks.collection import create_tasks

    return create_tasks(driver, setting, api, submits, options)
