# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.formats import GuidN
from taskclients_core.tasks.definition import Bound, Fetched, Inline, Kind, Single, State, Submit, Timing
from taskclients_core.tasks.phases import Phase

from . import models, work

if TYPE_CHECKING:
    from taskclients_core import AsyncClient, Client
    from taskclients_core.tasks import handles


SUM: Final[Kind[models.Work, int]] = Kind(
    name="spec.sum",
    model=models.Work,
    observe=Single(Bound(work.GET_WORK, {"id": "$task.id"})),
    state=State(at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SUCCEEDED}),
    timing=Timing(min=0.01, max=1.0),
    result=Inline("/total", int),
)
"""A sum: the result is a member that is always there."""


GUESS: Final[Kind[models.Work, UUID | None]] = Kind(
    name="spec.guess",
    model=models.Work,
    observe=Single(Bound(work.GET_WORK, {"id": "$task.id"})),
    state=State(at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SUCCEEDED}),
    timing=Timing(min=0.01, max=1.0),
    result=Inline("/guess/made", GuidN | None),
)
"""A guess: the result is a member that may be missing."""


REPORT: Final[Kind[models.Work, models.Report | None]] = Kind(
    name="spec.report",
    model=models.Work,
    observe=Single(Bound(work.GET_WORK, {"id": "$task.id"})),
    state=State(at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SKIPPED}),
    timing=Timing(min=0.01, max=1.0),
    result=Fetched(Bound(work.GET_REPORT, {"id": "$task.id", "language": "en"})),
)
"""A report: the result is what another operation returns."""


SWEEP: Final[Kind[models.Work, None]] = Kind(
    name="spec.sweep",
    model=models.Work,
    observe=Single(Bound(work.GET_WORK, {"id": "$task.id"})),
    state=State(at="/state", phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED, "needless": Phase.SUCCEEDED}),
    timing=Timing(min=0.01, max=1.0),
)
"""A sweep: there is no result."""


ADD_UP: Final = Submit(
    operation=work.ADD_UP,
    kind=SUM,
    id="$response.body#/id",
)


def start_add_up(client: Client, *, key: str | None = None) -> handles.Task[models.Work, int]:
    """Add numbers up.

    Like `add_up`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `SUM` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/sums
    """
    return client.start(ADD_UP, key=key)


async def start_add_up_async(client: AsyncClient, *, key: str | None = None) -> handles.AsyncTask[models.Work, int]:
    """Async twin of `start_add_up`."""
    return await client.start(ADD_UP, key=key)


MAKE_GUESS: Final = Submit(
    operation=work.MAKE_GUESS,
    kind=GUESS,
    id="$response.body#/id",
)


def start_make_guess(client: Client, *, key: str | None = None) -> handles.Task[models.Work, UUID | None]:
    """Guess a number.

    Like `make_guess`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `GUESS` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/guesses
    """
    return client.start(MAKE_GUESS, key=key)


async def start_make_guess_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, UUID | None]:
    """Async twin of `start_make_guess`."""
    return await client.start(MAKE_GUESS, key=key)


WRITE_REPORT: Final = Submit(
    operation=work.WRITE_REPORT,
    kind=REPORT,
    id="$response.body#/id",
)


def start_write_report(client: Client, *, key: str | None = None) -> handles.Task[models.Work, models.Report | None]:
    """Write a report.

    Like `write_report`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `REPORT` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/reports
    """
    return client.start(WRITE_REPORT, key=key)


async def start_write_report_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, models.Report | None]:
    """Async twin of `start_write_report`."""
    return await client.start(WRITE_REPORT, key=key)


SWEEP_FLOOR: Final = Submit(
    operation=work.SWEEP_FLOOR,
    kind=SWEEP,
    id="$response.body#/id",
)


def start_sweep_floor(client: Client, *, key: str | None = None) -> handles.Task[models.Work, None]:
    """Sweep the floor.

    Like `sweep_floor`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `SWEEP` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/sweeps
    """
    return client.start(SWEEP_FLOOR, key=key)


async def start_sweep_floor_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, None]:
    """Async twin of `start_sweep_floor`."""
    return await client.start(SWEEP_FLOOR, key=key)


SUBMITS: Final = (ADD_UP, MAKE_GUESS, WRITE_REPORT, SWEEP_FLOOR)
