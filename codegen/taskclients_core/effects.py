"""Effects that flows yield, and the loops that run flows.

A flow is a generator; the comment at each effect says what it returns.
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
                result = do(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        return cast("T", end.value)


async def run_flow_async(flow: Generator[Any, Any, T], do: Callable[[Any], Awaitable[Any]]) -> T:
    """Async twin of `run_flow`."""
    try:
        effect = next(flow)
        while True:
            try:
                result = await do(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        return cast("T", end.value)


@frozen(eq=False)
class Send:
    """Send a request; the result is an Answer, the error a TransportError."""

    request: HttpRequest


@frozen(eq=False)
class StreamingResponse:
    """An HTTP answer whose body is yet to be read. Whoever has it reads it to its end or closes it."""

    request: HttpRequest
    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    started: float = field(repr=False)
    """When the request was sent, by `time.perf_counter`."""

    chunks: Iterator[bytes] | AsyncIterator[bytes] = field(repr=False)
    """Its body, decompressed, in pieces of bounded size; the latter from an asynchronous driver. The request's
    deadline holds. It raises a TransportError, and has closed the answer when it ends in whatever way."""

    close: Callable[[], Awaitable[None] | None] = field(repr=False)
    """Give its connection back or drop it; again changes nothing. The result of an asynchronous driver's is awaited."""


@frozen(eq=False)
class SendStreaming:
    """Send a request; the result is an OpenAnswer, the error a TransportError."""

    request: HttpRequest


@frozen(eq=False)
class ReadResponse:
    """Read an OpenAnswer to its end, under the request's cap; the result is an Answer, the error a TransportError."""

    response: StreamingResponse


@frozen(eq=False)
class Sleep:
    """Wait; there is no result."""

    seconds: float
    clock: Clock


@frozen(eq=False)
class Exclusive:
    """Run another flow while no other such flow of this client runs; its result or error is this one's."""

    flow: Flow[Any]
    deadline: Deadline | None = None
    """Until when to wait for the others; the error then is a TimedOut."""


@frozen(eq=False)
class GetSecret:
    """Ask a function of the caller's for a secret; the result is what it returns, awaited if need be."""

    function: Callable[[], Any] = field(repr=False)
    name: str
    """Of the scheme that it is for."""

    deadline: Deadline | None = None
    """Until when to wait for it, where it can be waited for; the error then is a TimedOut."""


Effect: TypeAlias = Send | SendStreaming | ReadResponse | Sleep | Exclusive | GetSecret
Flow: TypeAlias = Generator[Effect, Any, T]


@frozen(eq=False)
class RunBlocking:
    """Do something that takes time on this machine (files, large bodies); its result or error is this one's.

    An asynchronous runner does it in a thread where it is `heavy`.
    """

    function: Callable[[], Any]
    heavy: bool = True


@frozen(eq=False)
class WaitForChange:
    """Wait until one of some tasks shows something new, by whoever looks at them; there is no result.

    The error is a TaskTimeout if the server wants to be left alone for longer than the caller has time or patience, or
    a PollError if looking has failed for longer than the caller's `error_timeout`. Of several tasks that must be so
    for all. Whoever has no time left (`until`) comes back at once, and nothing is sent for him.
    """

    seen: Mapping[TaskState, int]
    """Tasks, each with the version (`TaskState.version`) that is known already; one that differs ends the wait."""

    until: float | None
    """Moment of the client's monotonic clock at which to stop waiting; None: never."""

    fresh: bool = False
    """Whether a look ends the wait even if it shows nothing new, and is made as soon as the vendor's limits allow."""

    poll: PollPolicy | None = None
    """The caller's wishes."""

    heartbeat: float | None = None
    """Moment at which to come back although the caller has more time (`until`)."""


@frozen(eq=False)
class Callback:
    """Call a function of the caller's, in the caller's own thread or task; what an `async def` returns is awaited."""

    function: Callable[[Any], Any]
    value: Any


@frozen(eq=False)
class OpenUrl:
    """Open a URL outside the API, without its credentials; the result is an OpenAnswer, the error a TransportError.

    The connection goes to an address that was checked.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    deadline: Deadline | None
    hosts: tuple[str, ...]


@frozen(eq=False)
class ReadChunk:
    """Take the next piece of an OpenAnswer; None at its end, the error a TransportError."""

    response: StreamingResponse


@frozen(eq=False)
class CloseResponse:
    """Give an OpenAnswer's connection back or drop it; again changes nothing."""

    response: StreamingResponse


TaskEffect: TypeAlias = Effect | RunBlocking | WaitForChange | Callback | OpenUrl | ReadChunk | CloseResponse
TaskFlow: TypeAlias = Generator[Any, Any, T]
"""Yields effects of both kinds."""
