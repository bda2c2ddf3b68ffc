# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.formats import GuidN
from taskclients_core.tasks.definition import (
    BoundCall,
    FromItem,
    FromOperation,
    InlineResult,
    Phase,
    PollTiming,
    StatusMapping,
    Submission,
    TaskType,
)

from . import models, work

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient

_POLL: Final = FromItem(BoundCall(work.GET_WORK, {"id": "$task.id"}))
_STATE: Final = StatusMapping(
    at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SUCCEEDED}
)
_TIMING: Final = PollTiming(min=0.01, max=1.0)


SUM: Final[TaskType[models.Work, int]] = TaskType(
    name="spec.sum",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=_TIMING,
    result=InlineResult("/total", int),
)
"""A sum: the result is a member that is always there."""


GUESS: Final[TaskType[models.Work, UUID | None]] = TaskType(
    name="spec.guess",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=_TIMING,
    result=InlineResult("/guess/made", GuidN | None),
)
"""A guess: the result is a member that may be missing."""


REPORT: Final[TaskType[models.Work, models.Report | None]] = TaskType(
    name="spec.report",
    model=models.Work,
    poll=_POLL,
    state=StatusMapping(
        at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SKIPPED}
    ),
    timing=_TIMING,
    result=FromOperation(BoundCall(work.GET_REPORT, {"id": "$task.id", "language": "en"})),
)
"""A report: the result is what another operation returns."""


LIST: Final[TaskType[models.Work, list[models.Report]]] = TaskType(
    name="spec.list",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=_TIMING,
    result=FromOperation(BoundCall(work.GET_FAULTS, {"id": "$task.id"})),
)
"""A list: the result is the items of all pages of another operation."""


SWEEP: Final[TaskType[models.Work, None]] = TaskType(
    name="spec.sweep",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=_TIMING,
)
"""A sweep: there is no result."""


ADD_UP: Final = Submission(
    operation=work.ADD_UP,
    task_type=SUM,
    id="$response.body#/id",
)


def begin_add_up(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Work, int]:
    """Add numbers up.

    Call `add_up` and return a handle on the task that it begins; see `SUM`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(ADD_UP, idempotency_key=idempotency_key, restart=restart)


async def begin_add_up_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Work, int]:
    """Add numbers up.

    Async twin of `begin_add_up`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(ADD_UP, idempotency_key=idempotency_key, restart=restart)


MAKE_GUESS: Final = Submission(
    operation=work.MAKE_GUESS,
    task_type=GUESS,
    id="$response.body#/id",
)


def begin_make_guess(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Work, UUID | None]:
    """Guess a number.

    Call `make_guess` and return a handle on the task that it begins; see `GUESS`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(MAKE_GUESS, idempotency_key=idempotency_key, restart=restart)


async def begin_make_guess_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Work, UUID | None]:
    """Guess a number.

    Async twin of `begin_make_guess`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(MAKE_GUESS, idempotency_key=idempotency_key, restart=restart)


WRITE_REPORT: Final = Submission(
    operation=work.WRITE_REPORT,
    task_type=REPORT,
    id="$response.body#/id",
)


def begin_write_report(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Work, models.Report | None]:
    """Write a report.

    Call `write_report` and return a handle on the task that it begins; see `REPORT`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(WRITE_REPORT, idempotency_key=idempotency_key, restart=restart)


async def begin_write_report_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Work, models.Report | None]:
    """Write a report.

    Async twin of `begin_write_report`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(WRITE_REPORT, idempotency_key=idempotency_key, restart=restart)


SWEEP_FLOOR: Final = Submission(
    operation=work.SWEEP_FLOOR,
    task_type=SWEEP,
    id="$response.body#/id",
)


def begin_sweep_floor(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Work, None]:
    """Sweep the floor.

    Call `sweep_floor` and return a handle on the task that it begins; see `SWEEP`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(SWEEP_FLOOR, idempotency_key=idempotency_key, restart=restart)


async def begin_sweep_floor_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Work, None]:
    """Sweep the floor.

    Async twin of `begin_sweep_floor`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(SWEEP_FLOOR, idempotency_key=idempotency_key, restart=restart)


LIST_FAULTS: Final = Submission(
    operation=work.LIST_FAULTS,
    task_type=LIST,
    id="$response.body#/id",
)


def begin_list_faults(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Work, list[models.Report]]:
    """List faults.

    Call `list_faults` and return a handle on the task that it begins; see `LIST`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(LIST_FAULTS, idempotency_key=idempotency_key, restart=restart)


async def begin_list_faults_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Work, list[models.Report]]:
    """List faults.

    Async twin of `begin_list_faults`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(LIST_FAULTS, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (ADD_UP, MAKE_GUESS, WRITE_REPORT, SWEEP_FLOOR, LIST_FAULTS)
