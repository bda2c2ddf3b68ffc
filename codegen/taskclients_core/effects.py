"""Effects that flows yield, and the loops that run flows.

A flow is a generator of effects: it contains the logic once, for sync and async. Drivers (`transport.sync_driver`,
`transport.async_driver`) and runners (`tasks.runners`) execute the effects. The docstring of each effect says what its
`yield` returns.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from attrs import field, frozen

from .deadline import Clock, Deadline
from .http_messages import HttpRequest

if TYPE_CHECKING:
    from .tasks.polling.policy import PollPolicy
    from .tasks.state import TaskState

T = TypeVar("T")


def run_flow(flow: Generator[Any, Any, T], do: Callable[[Any], Any]) -> T:
    """Run a flow to its end. Raises whatever the flow raises."""
    try:
        effect = next(flow)
        while True:
            try:
                # In a list that is empty when the flow runs: tracebacks with locals would show a variable.
                result = [do(effect)]
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result.pop())
    except StopIteration as end:
        return cast("T", end.value)


async def run_flow_async(flow: Generator[Any, Any, T], do: Callable[[Any], Awaitable[Any]]) -> T:
    """Async twin of `run_flow`."""
    try:
        effect = next(flow)
        while True:
            try:
                result = [await do(effect)]
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result.pop())
    except StopIteration as end:
        return cast("T", end.value)


@frozen(eq=False)
class Send:
    """Send a request and read its response. Returns HttpResponse, raises TransportError."""

    request: HttpRequest


@frozen(eq=False)
class StreamingResponse:
    """HTTP response whose body is still to be read. The owner must read it to the end or close it."""

    request: HttpRequest
    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    started: float = field(repr=False)
    """Time of the request, by `time.perf_counter`."""

    chunks: Iterator[bytes] | AsyncIterator[bytes] = field(repr=False)
    """Body, decompressed, in chunks of limited size; an AsyncIterator from an asynchronous driver. The request's
    deadline applies. It raises TransportError and closes the response at its end or on an error."""

    close: Callable[[], Awaitable[None] | None] = field(repr=False)
    """Release or drop the connection; a second call has no effect. Awaitable from an asynchronous driver."""


@frozen(eq=False)
class SendStreaming:
    """Send a request and read the headers of its response. Returns StreamingResponse, raises TransportError."""

    request: HttpRequest


@frozen(eq=False)
class ReadResponse:
    """Read the rest of a response, up to the request's `max_bytes`. Returns HttpResponse, raises TransportError."""

    response: StreamingResponse


@frozen(eq=False)
class Sleep:
    """Wait. Returns None."""

    seconds: float
    clock: Clock


@frozen(eq=False)
class Exclusive:
    """Run a flow while no other exclusive flow of this client runs. Returns the flow's result, raises its error."""

    flow: Flow[Any]
    deadline: Deadline | None = None
    """Deadline of the wait for other flows; then it raises CallTimeoutError."""


@frozen(eq=False)
class GetSecret:
    """Call the caller's function for a secret. Returns its result, awaited if it is awaitable."""

    function: Callable[[], Any] = field(repr=False)
    name: str
    """Name of the security scheme."""

    deadline: Deadline | None = None
    """Deadline of the function; then an asynchronous driver raises CallTimeoutError."""


Effect: TypeAlias = Send | SendStreaming | ReadResponse | Sleep | Exclusive | GetSecret
Flow: TypeAlias = Generator[Effect, Any, T]


@frozen(eq=False)
class RunBlocking:
    """Run a blocking function, such as one for files or large bodies. Returns its result, raises its error.

    An asynchronous runner runs `heavy` functions in a thread.
    """

    function: Callable[[], Any]
    heavy: bool = True


@frozen(eq=False)
class WaitForChange:
    """Wait until one of several tasks changes; the poll scheduler polls them. Returns None.

    Raises TaskTimeoutError if the server's `Retry-After` exceeds the remaining time or the policy's limit, and
    PollingError if polling has failed for longer than the policy's `error_timeout`; with several tasks, only if that is
    true for all. If `until` has passed, it returns immediately and sends nothing.
    """

    seen: Mapping[TaskState, int]
    """Tasks with the version (`TaskState.version`) that the caller knows; a different version ends the wait."""

    until: float | None
    """Time of the client's monotonic clock at which the wait ends; None: never."""

    fresh: bool = False
    """True ends the wait with the next poll even if nothing changed, and polls as soon as the vendor's limits allow."""

    poll: PollPolicy | None = None
    """Policy of the caller; None: the client's."""

    heartbeat: float | None = None
    """Time of the clock at which to return before `until`, so that the caller can report progress."""

    failures: bool = False
    """True ends the wait also with a failed poll, and with the first success after it."""


@frozen(eq=False)
class Callback:
    """Call the caller's function in the caller's own thread or task; the result of an async function is awaited."""

    function: Callable[[Any], Any]
    value: Any


@frozen(eq=False)
class OpenUrl:
    """Open a URL outside the API, without the API's credentials. Returns StreamingResponse, raises TransportError.

    The connection is made to an address that was checked.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    deadline: Deadline | None
    hosts: tuple[str, ...]


@frozen(eq=False)
class ReadChunk:
    """Read the next chunk of a StreamingResponse. Returns bytes or, at the end, None; raises TransportError."""

    response: StreamingResponse


@frozen(eq=False)
class CloseResponse:
    """Close a StreamingResponse: release or drop its connection. A second time has no effect."""

    response: StreamingResponse


TaskFlow: TypeAlias = Generator[Any, Any, T]
"""Flow that yields effects of calls and of tasks."""
