"""Exit codes of the commands, for scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..errors import InvalidArgumentError
from ..tasks.errors import (
    SubmissionUnknownError,
    TaskCancelledError,
    TaskFailedError,
    TaskInputRequiredError,
    TaskLostError,
    TaskPartialError,
    TaskTimeoutError,
)

SUCCESS: Final = 0
USAGE: Final = 1
"""The command line, a file that it names, or the credentials are invalid; nothing was sent."""

FAILED: Final = 2
"""The task failed, was cancelled, or is lost."""

PARTIAL: Final = 3
"""The task succeeded, with errors."""

NEEDS_INPUT: Final = 4
"""The task waits for input."""

TIMEOUT: Final = 5
"""The timeout has expired; the task goes on, and its resume token was printed."""

SUBMISSION_UNKNOWN: Final = 6
"""It is not known if a task was begun; nothing was sent twice."""

UNAVAILABLE: Final = 7
"""A call was refused or got no response, or a file or the journal failed. This does not mean that a task failed."""

INTERRUPTED: Final = 130
"""Ctrl-C; the tasks go on, and their resume tokens were printed."""

CLOSED: Final = 141
"""The program that reads stdout closed it, such as `head`."""

_BY_CLASS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], int], ...]] = (
    (InvalidArgumentError, USAGE),
    ((TaskFailedError, TaskCancelledError, TaskLostError), FAILED),
    (TaskPartialError, PARTIAL),
    (TaskInputRequiredError, NEEDS_INPUT),
    (TaskTimeoutError, TIMEOUT),
    (SubmissionUnknownError, SUBMISSION_UNKNOWN),
)

_WORST_FIRST: Final = (USAGE, FAILED, SUBMISSION_UNKNOWN, UNAVAILABLE, NEEDS_INPUT, PARTIAL, TIMEOUT)


def code_of(error: Exception | None) -> int:
    """Return the exit code of an error; None is success."""
    if error is None:
        return SUCCESS
    return next((code for classes, code in _BY_CLASS if isinstance(error, classes)), UNAVAILABLE)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code for several tasks: that of the task which needs attention most."""
    found = set(codes)
    return next((code for code in _WORST_FIRST if code in found), SUCCESS)
