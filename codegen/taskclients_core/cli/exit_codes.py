"""How a command ended, as a number for scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..errors import InvalidArgument
from ..tasks.errors import (
    SubmitUnknown,
    TaskCancelled,
    TaskFailed,
    TaskLost,
    TaskNeedsInput,
    TaskPartial,
    TaskTimeout,
)

SUCCESS: Final = 0
USAGE: Final = 1
"""The command line, a file that it names, or the credentials cannot be used; nothing was sent."""

FAILED: Final = 2
"""The task failed, was cancelled, or is not shown any more."""

PARTIAL: Final = 3
"""The task succeeded, with errors."""

NEEDS_INPUT: Final = 4
"""The task waits for an answer."""

TIMEOUT: Final = 5
"""The time is over; the task goes on, and its token was printed."""

UNKNOWN_SUBMIT: Final = 6
"""Whether a task was begun is not known; nothing was sent twice."""

UNAVAILABLE: Final = 7
"""Something could not be had: a call was refused or got no answer, a file or the journal failed. Tasks may be well."""

INTERRUPTED: Final = 130
"""Ctrl-C; the tasks go on, and their tokens were printed."""

CLOSED: Final = 141
"""Whoever read the output has gone."""

_BY_CLASS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], int], ...]] = (
    (InvalidArgument, USAGE),
    ((TaskFailed, TaskCancelled, TaskLost), FAILED),
    (TaskPartial, PARTIAL),
    (TaskNeedsInput, NEEDS_INPUT),
    (TaskTimeout, TIMEOUT),
    (SubmitUnknown, UNKNOWN_SUBMIT),
)

_WORST_FIRST: Final = (USAGE, FAILED, UNKNOWN_SUBMIT, UNAVAILABLE, NEEDS_INPUT, PARTIAL, TIMEOUT)


def code_of(error: Exception | None) -> int:
    """The number of an error; of None, that of success."""
    if error is None:
        return SUCCESS
    return next((code for classes, code in _BY_CLASS if isinstance(error, classes)), UNAVAILABLE)


def worst(codes: Iterable[int]) -> int:
    """The number for several tasks: that of the one which needs looking after most."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), SUCCESS)
