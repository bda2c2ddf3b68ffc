"""What a client tells about its work: to a function that the caller gave, and to `logging`.

Nothing in an event is secret: it names operations, types, places, numbers, and tasks by their ids and states, never
another value that was sent or received.

Logged is under the name of the package that holds this one (`taskclients`), each kind in a child of its own, such as
`taskclients.retry`:

    WARNING   oddity     an answer broke the API's promise and was read all the same
              lost       the server does not show a task any more
              regressed  a task that has ended is shown as if it went on, which is not believed
              unknown-status  a task's status word is one that the spec does not know
    INFO      retry      a request is sent again, `delay` seconds from now
              sign-in    a token was fetched
              failure    a call ends in an error, which the caller also gets
              submit     a task was started
              adopt      a task of an earlier run was found again
              backoff    a look at tasks failed, or the server wants to be left alone for `delay` seconds
              download   a task's file was fetched, goes on after a break, or cannot be had
    DEBUG     request    a request goes out
              answer     an answer came, whatever its status
              sweep      a look at tasks was made, of so many `pages`, on behalf of so many `waiters`
              change     a task shows something new
              refresh    a task is looked at for a fresh link to its file
              journal    the journal was written, read or tidied

`call` and `success` stand at the beginning and the end of a call, for those who measure; they are not logged. Where
rows are read one by one, the call ends with the last of them, with the one that fails, or when no more are wanted.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from .classes import frozen

TaskKind: TypeAlias = Literal[
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
Kind: TypeAlias = (
    Literal["call", "request", "response", "retry", "sign-in", "deviation", "failure", "success"] | TaskKind
)

LOGGER: Final = logging.getLogger("taskclients")

_LEVELS: Final[Mapping[Kind, int]] = {
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
_ANSWERS: Final = _LOGGERS["response"]


@frozen(kw_only=True)
class Event:
    """Something that happened during a call."""

    kind: Kind

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
    """How many waits a `sweep` serves."""

    pages: int | None = None
    """How many requests a `sweep` took."""

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


Hook: TypeAlias = Callable[[Event], None]


def heard(on_event: Hook | None, kind: Kind | None = None) -> bool:
    """Whether anybody wants to know of a kind of event that is logged at DEBUG; otherwise it need not be made.

    Without a kind, of those of a call that goes well: `call`, `request`, `answer`, `success`. As each kind has a logger
    of its own, each may have a level of its own.
    """
    if on_event is not None:
        return True
    if kind is not None:
        return _LOGGERS[kind].isEnabledFor(logging.DEBUG)
    return _REQUESTS.isEnabledFor(logging.DEBUG) or _ANSWERS.isEnabledFor(logging.DEBUG)


def emit(on_event: Hook | None, event: Event) -> None:
    """Log an event and tell it to the caller's function, whose exceptions are logged (their type alone) and dropped."""
    level = _LEVELS.get(event.kind)
    if level is not None:
        _LOGGERS[event.kind].log(level, "%s", event)
    if on_event is not None:
        try:
            on_event(event)
        except Exception as error:  # whatever is wrong with it, the call goes on
            LOGGER.warning("on_event raised %s", type(error).__name__)


def is_hook(value: object) -> bool:
    """Whether it can be told of events. An `async def` cannot: nobody would await it."""
    called = getattr(type(value), "__call__", None)  # noqa: B004 - of an object that can be called
    return callable(value) and not any(map(inspect.iscoroutinefunction, (value, called)))
