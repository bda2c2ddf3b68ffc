"""Events emitted by a client, for hooks and logging, and the capture of calls for `response` and `stream`."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from .lazy_attrs import frozen

if TYPE_CHECKING:
    from .http_messages import HttpResponse
    from .operation import Operation

TaskEventKind: TypeAlias = Literal[
    "submit",
    "resolve",
    "poll",
    "change",
    "backoff",
    "lost",
    "regressed",
    "unknown-status",
    "download",
    "refresh",
    "journal",
]
EventKind: TypeAlias = (
    Literal["call", "request", "response", "retry", "sign-in", "deviation", "failure", "success"] | TaskEventKind
)

LOGGER: Final = logging.getLogger("taskclients")

_LEVELS: Final[Mapping[EventKind, int]] = {
    "request": logging.DEBUG,
    "response": logging.DEBUG,
    "retry": logging.INFO,
    "sign-in": logging.INFO,
    "failure": logging.INFO,
    "deviation": logging.WARNING,
    "submit": logging.INFO,
    "resolve": logging.INFO,
    "poll": logging.DEBUG,
    "change": logging.DEBUG,
    "backoff": logging.INFO,
    "lost": logging.WARNING,
    "regressed": logging.WARNING,
    "unknown-status": logging.WARNING,
    "download": logging.INFO,
    "refresh": logging.DEBUG,
    "journal": logging.WARNING,
}
_LOGGERS: Final = {kind: LOGGER.getChild(kind) for kind in _LEVELS}
_REQUESTS: Final = _LOGGERS["request"]
_RESPONSES: Final = _LOGGERS["response"]


@frozen(kw_only=True)
class Event:
    """Event of a call or a task. It contains no secrets and no values that were sent or received."""

    kind: EventKind
    """Kind of the event, such as `request`, `retry` or `poll`."""

    operation: str
    """Name of the operation, such as `booster.get_task`."""

    call: int = 0
    """Number of the call in this process, the same for all events of one call; 0: unknown."""

    method: str = ""
    """HTTP method."""

    origin: str = ""
    """Scheme, host and port."""

    base_path: str = ""
    """Path of the base URL, such as `/v2`."""

    template: str = ""
    """The operation's path template, with the names of the parameters and not their values."""

    status: int | None = None
    """HTTP status of the response."""

    attempt: int = 1
    """Number of the request within the call, from 1."""

    elapsed: float | None = None
    """Seconds since the request (of a `response`), or since the start of the call (of `failure` and `success`) or of
    the `download`."""

    delay: float | None = None
    """Seconds until the request is sent again; of `backoff`, until the next poll."""

    bytes: int | None = None
    """Size of the body, decompressed; None for a `response` that is streamed."""

    detail: str = ""
    """Short description; of `retry` and `failure`, the name of the error's class."""

    path: str = ""
    """Place in the body of a `deviation`, such as `$.items[3].status`."""

    task: str = ""
    """Vendor, type and id of the task."""

    waiters: int | None = None
    """Number of waits that a `poll` serves."""

    pages: int | None = None
    """Number of requests of a `poll`."""

    def __str__(self) -> str:
        parts = [f"{self.operation}: {self.detail or self.kind}"]
        if self.task:
            parts.append(f"of {self.task}")
        if self.pages is not None:
            parts.append(f"{self.pages} pages")
        if self.waiters is not None:
            parts.append(f"for {self.waiters} waits")
        if self.method:
            parts.append(f"({self.method} {self.origin}{self.base_path}{self.template})")
        if self.path:
            parts.append(f"at {self.path}")
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.bytes is not None:
            parts.append(f"{self.bytes} bytes")
        if self.elapsed is not None:
            parts.append(f"after {self.elapsed:.3f} s")
        if self.delay is not None:
            parts.append(f"again in {self.delay:.3f} s")
        if self.attempt > 1:
            parts.append(f"attempt {self.attempt}")
        return " ".join(parts)


EventHook: TypeAlias = Callable[[Event], None]


def is_enabled(on_event: EventHook | None, kind: EventKind | None = None) -> bool:
    """Return True if a hook is set or DEBUG is enabled for the kind's logger; otherwise the event can be skipped.

    Without a kind, it checks the kinds of a successful call: `call`, `request`, `response`, `success`. Each kind has
    its own logger, so that levels can be set separately.
    """
    if on_event is not None:
        return True
    if kind is not None:
        return _LOGGERS[kind].isEnabledFor(logging.DEBUG)
    return _REQUESTS.isEnabledFor(logging.DEBUG) or _RESPONSES.isEnabledFor(logging.DEBUG)


def emit(on_event: EventHook | None, event: Event) -> None:
    """Log an event and pass it to the hook. If the hook raises, log the type of the error and continue."""
    level = _LEVELS.get(event.kind)
    if level is not None:
        _LOGGERS[event.kind].log(level, "%s", event)
    if on_event is not None:
        try:
            on_event(event)
        except Exception as error:  # an error in a hook must not fail the call
            LOGGER.warning("on_event raised %s", type(error).__name__)


def is_sync_callable(value: object) -> bool:
    """Return True for a callable that is not async; an async hook would never be awaited."""
    called = getattr(type(value), "__call__", None)  # noqa: B004 - the method itself is inspected
    return callable(value) and not any(map(inspect.iscoroutinefunction, (value, called)))


CapturedCall: TypeAlias = "tuple[Operation[Any], tuple[object, ...], object]"
"""Operation, arguments and body of a call."""

captured_responses: ContextVar[list[HttpResponse] | None] = ContextVar("captured_responses", default=None)
"""List to which calls append their responses; None: responses are not captured."""

captured_calls: ContextVar[list[CapturedCall] | None] = ContextVar("captured_calls", default=None)
"""List to which calls append themselves instead of being sent; None: calls are sent."""
