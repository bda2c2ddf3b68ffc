"""What the flows of tasks ask for, beside what calls ask for (`exchange.effects`). Two short runners do it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import field, frozen

from ..exchange import effects as exchange

if TYPE_CHECKING:
    from ..exchange.deadline import Deadline
    from .poll import Poll
    from .state.record import Record

T = TypeVar("T")


@frozen(eq=False)
class Work:
    """Do something that takes time on this machine (files, large bodies); its result or error is this one's.

    An asynchronous runner does it in a thread where it is `heavy`.
    """

    function: Callable[[], Any]
    heavy: bool = True


@frozen(eq=False)
class News:
    """Wait until one of some tasks shows something new, by whoever looks at them; there is no result.

    The error is a TaskTimeout if the server wants to be left alone for longer than the caller has time or patience, or
    a PollError if looking has failed for longer than the caller's `transient_budget`. Of several tasks that must be so
    for all. Whoever has no time left (`until`) comes back at once, and nothing is sent for him.
    """

    seen: Mapping[Record, int]
    """Tasks, each with the version (`Record.version`) that is known already; one that differs ends the wait."""

    until: float | None
    """Moment of the client's monotonic clock at which to stop waiting; None: never."""

    fresh: bool = False
    """Whether a look ends the wait even if it shows nothing new, and is made as soon as the vendor's limits allow."""

    poll: Poll | None = None
    """The caller's wishes."""

    beat: float | None = None
    """Moment at which to come back although the caller has more time (`until`)."""


@frozen(eq=False)
class Tell:
    """Call a function of the caller's, in the caller's own thread or task; what an `async def` returns is awaited."""

    function: Callable[[Any], Any]
    value: Any


@frozen(eq=False)
class Download:
    """Open a URL outside the API, without its credentials; the result is an OpenAnswer, the error a TransportError.

    The connection goes to an address that was checked.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    deadline: Deadline | None
    hosts: tuple[str, ...]


@frozen(eq=False)
class Chunk:
    """Take the next piece of an OpenAnswer; None at its end, the error a TransportError."""

    answer: exchange.OpenAnswer


@frozen(eq=False)
class Close:
    """Give an OpenAnswer's connection back or drop it; again changes nothing."""

    answer: exchange.OpenAnswer


Effect: TypeAlias = exchange.Effect | Work | News | Tell | Download | Chunk | Close
Flow: TypeAlias = Generator[Any, Any, T]
"""Yields effects of both kinds."""
