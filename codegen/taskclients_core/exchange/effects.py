"""What a flow can ask for. A flow is a generator that yields effects; a driver (see `transport`) does them.

The driver sends back an effect's result or throws its error. So sync and async share every decision.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, TypeAlias, TypeVar

from attrs import field, frozen

from ..messages import Request
from .clock import Clock
from .deadline import Deadline

T = TypeVar("T")


@frozen(eq=False)
class Send:
    """Send a request; the result is an Answer, the error a TransportError."""

    request: Request


@frozen(eq=False)
class OpenAnswer:
    """An HTTP answer whose body is yet to be read. Whoever has it reads it to its end or closes it."""

    request: Request
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
class Open:
    """Send a request; the result is an OpenAnswer, the error a TransportError."""

    request: Request


@frozen(eq=False)
class Read:
    """Read an OpenAnswer to its end, under the request's cap; the result is an Answer, the error a TransportError."""

    answer: OpenAnswer


@frozen(eq=False)
class Sleep:
    """Wait; there is no result."""

    seconds: float
    clock: Clock


@frozen(eq=False)
class Alone:
    """Run another flow while no other such flow of this client runs; its result or error is this one's."""

    flow: Flow[Any]
    deadline: Deadline | None = None
    """Until when to wait for the others; the error then is a TimedOut."""


@frozen(eq=False)
class Ask:
    """Ask a function of the caller's for a secret; the result is what it returns, awaited if need be."""

    function: Callable[[], Any] = field(repr=False)
    name: str
    """Of the scheme that it is for."""

    deadline: Deadline | None = None
    """Until when to wait for it, where it can be waited for; the error then is a TimedOut."""


Effect: TypeAlias = Send | Open | Read | Sleep | Alone | Ask
Flow: TypeAlias = Generator[Effect, Any, T]
