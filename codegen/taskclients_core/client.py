"""Clients: where endpoints are called. Generated clients add an `api` and the endpoints' functions as methods.

What calls are made with is imported when the first client is made, and what looks after tasks when the first task is
started: a program that imports a client, to look at its models or to make it later, pays for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from copy import copy
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar, Unpack, cast

from attrs import evolve

from .api import Api
from .asking import answers_seen, asked
from .credentials.accepted import Auth
from .errors import InvalidArgument
from .lazily import Lazily
from .making import response_of, setting_of
from .operation import Operation
from .options import CallOptions, ClientOptions

if TYPE_CHECKING:
    from .exchange.setting import Setting
    from .exchange.sync_driver import SyncDriver
    from .messages import Answer, Response
    from .paging import Pages
    from .tasks.definition import Submit
    from .tasks.group import Tasks
    from .tasks.handles import Task

M = TypeVar("M")
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
    submits: ClassVar[tuple[Submit[Any, Any], ...]] = ()
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
            raise InvalidArgument("http_client: expected an httpx.Client, got an asynchronous one")
        self._setting = setting_of(self.api, base_url, credential if auth is None else auth, parameters, options)
        self._setting.credentials.check_synchronous()
        from .exchange.sync_driver import SyncDriver

        driver = self._driver = SyncDriver(http, self._setting)
        self._tasks = Lazily(partial(_tasks, driver, self._setting, self.api, self.submits, options))

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
        seen: list[Answer] = []
        asked = answers_seen.set(seen)
        try:
            value = method(*arguments, **named)
        finally:
            answers_seen.reset(asked)
        return response_of(value, seen)

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

    def start(
        self, submit: Submit[M, R], *arguments: object, body: object = None, key: str | None = None
    ) -> Task[M, R]:
        """Begin a task: see `tasks.start`. Generated clients have a `start_…` method for each operation that does."""
        return self.tasks.start(submit, *arguments, body=body, key=key, choices=self._setting.choices)

    @property
    def tasks(self) -> Tasks:
        """All tasks of this client: started, found again, waited for together."""
        return self._tasks.get()

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """This client with other options for the calls made through it; both share connections and credentials.

        They share their tasks, too, which are looked at with the options of the client.

            client.with_options(deadline=5, media_type="text/csv").list_tasks()

        Raises:
            InvalidArgument: an option cannot be so.
        """
        other = copy(self)
        other._setting = evolve(self._setting, choices=self._setting.choices.changed(options))
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
        setting: Setting | None = getattr(self, "_setting", None)
        return f"{type(self).__name__}({setting.origin!r})" if setting else f"<{type(self).__name__}, not made>"


def _tasks(
    driver: SyncDriver, setting: Setting, api: Api, submits: tuple[Submit[Any, Any], ...], options: ClientOptions
) -> Tasks:
    from .tasks.opening import open_tasks

    return open_tasks(driver, setting, api, submits, options)
