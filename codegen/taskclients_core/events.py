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
    "journal": logging.DEBUG,
}
_LOGGERS: Final = {kind: LOGGER.getChild(kind) for kind in _LEVELS}
_REQUESTS: Final = _LOGGERS["request"]
_RESPONSES: Final = _LOGGERS["response"]


@frozen(kw_only=True)
class Event:
    """Something that happened during a call."""

    kind: EventKind

    operation: str
    """Name of the operation, such as `booster.get_task`."""

    call: int = 0
    """Number of the call in this process; events of one call have it in common. 0: not known."""

    method: str = ""
    origin: str = ""
    """Scheme, host and port."""

    template: str = ""
    """The operation's path with the names of its parameters, never their values."""

    status: int | None = None
    """HTTP status of the answer."""

    attempt: int = 1
    """Which request of the call, counted from 1."""

    elapsed: float | None = None
    """Seconds: of an `answer`, since its request; of `failure` and `success`, since the call began."""

    delay: float | None = None
    """Seconds until the request is sent again."""

    bytes: int | None = None
    """Size of the body, once decompressed; None of an `answer` whose rows are read one by one."""

    detail: str = ""
    """What happened, in a few words; of `retry` and `failure`, the name of the error's class."""

    path: str = ""
    """Place in the body, such as `$.items[3].status`, of an `oddity`."""

    task: str = ""
    """Vendor, kind and id of the task that it is about."""

    waiters: int | None = None
    """How many waits a `poll` serves."""

    pages: int | None = None
    """How many requests a `poll` took."""

    def __str__(self) -> str:
        told = [f"{self.operation}: {self.detail or self.kind}"]
        if self.task:
            told.append(f"of {self.task}")
        if self.pages is not None:
            told.append(f"{self.pages} pages")
        if self.waiters is not None:
            told.append(f"for {self.waiters} waits")
        if self.method:
            told.append(f"({self.method} {self.origin}{self.template})")
        if self.path:
            told.append(f"at {self.path}")
        if self.status is not None:
            told.append(f"status {self.status}")
        if self.bytes is not None:
            told.append(f"{self.bytes} bytes")
        if self.elapsed is not None:
            told.append(f"after {self.elapsed:.3f} s")
        if self.delay is not None:
            told.append(f"again in {self.delay:.3f} s")
        if self.attempt > 1:
            told.append(f"attempt {self.attempt}")
        return " ".join(told)


EventHook: TypeAlias = Callable[[Event], None]


def is_enabled(on_event: EventHook | None, kind: EventKind | None = None) -> bool:
    """Whether anybody wants to know of a kind of event that is logged at DEBUG; otherwise it need not be made.

    Without a kind, of those of a call that goes well: `call`, `request`, `response`, `success`. As each kind has a
    logger of its own, each may have a level of its own.
    """
    if on_event is not None:
        return True
    if kind is not None:
        return _LOGGERS[kind].isEnabledFor(logging.DEBUG)
    return _REQUESTS.isEnabledFor(logging.DEBUG) or _RESPONSES.isEnabledFor(logging.DEBUG)


def emit(on_event: EventHook | None, event: Event) -> None:
    """Log an event and tell it to the caller's function, whose exceptions are logged (their type alone) and dropped."""
    level = _LEVELS.get(event.kind)
    if level is not None:
        _LOGGERS[event.kind].log(level, "%s", event)
    if on_event is not None:
        try:
            on_event(event)
        except Exception as error:  # whatever is wrong with it, the call goes on
            LOGGER.warning("on_event raised %s", type(error).__name__)


def is_sync_callable(value: object) -> bool:
    """Whether it can be told of events. An `async def` cannot: nobody would await it."""
    called = getattr(type(value), "__call__", None)  # noqa: B004 - of an object that can be called
    return callable(value) and not any(map(inspect.iscoroutinefunction, (value, called)))


CapturedCall: TypeAlias = "tuple[Operation[Any], tuple[object, ...], object]"
"""Operation, arguments and body of a call."""

captured_responses: ContextVar[list[HttpResponse] | None] = ContextVar("answers_seen", default=None)
"""Where calls leave their answers; None when nobody asked."""

captured_calls: ContextVar[list[CapturedCall] | None] = ContextVar("asked", default=None)
"""Where calls leave what they are, instead of being made; None: they are made."""
