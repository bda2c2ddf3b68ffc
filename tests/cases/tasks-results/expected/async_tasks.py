# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.formats import GuidN
from taskclients_core.tasks.definition import Bound, Fetched, Inline, Kind, Single, State, Submit, Timing
from taskclients_core.tasks.phases import Phase

from . import models, work

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient


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


def start_add_up(client: ApiClient, *, key: str | None = None) -> handles.Task[models.Work, int]:
    """Add numbers up.

    Call `add_up` and return a handle on the task that it begins; see `SUM`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(ADD_UP, key=key)


async def start_add_up_async(client: AsyncApiClient, *, key: str | None = None) -> handles.AsyncTask[models.Work, int]:
    """Add numbers up.

    Async twin of `start_add_up`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(ADD_UP, key=key)


MAKE_GUESS: Final = Submit(
    operation=work.MAKE_GUESS,
    kind=GUESS,
    id="$response.body#/id",
)


def start_make_guess(client: ApiClient, *, key: str | None = None) -> handles.Task[models.Work, UUID | None]:
    """Guess a number.

    Call `make_guess` and return a handle on the task that it begins; see `GUESS`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(MAKE_GUESS, key=key)


async def start_make_guess_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, UUID | None]:
    """Guess a number.

    Async twin of `start_make_guess`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(MAKE_GUESS, key=key)


WRITE_REPORT: Final = Submit(
    operation=work.WRITE_REPORT,
    kind=REPORT,
    id="$response.body#/id",
)


def start_write_report(client: ApiClient, *, key: str | None = None) -> handles.Task[models.Work, models.Report | None]:
    """Write a report.

    Call `write_report` and return a handle on the task that it begins; see `REPORT`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(WRITE_REPORT, key=key)


async def start_write_report_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, models.Report | None]:
    """Write a report.

    Async twin of `start_write_report`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(WRITE_REPORT, key=key)


SWEEP_FLOOR: Final = Submit(
    operation=work.SWEEP_FLOOR,
    kind=SWEEP,
    id="$response.body#/id",
)


def start_sweep_floor(client: ApiClient, *, key: str | None = None) -> handles.Task[models.Work, None]:
    """Sweep the floor.

    Call `sweep_floor` and return a handle on the task that it begins; see `SWEEP`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(SWEEP_FLOOR, key=key)


async def start_sweep_floor_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncTask[models.Work, None]:
    """Sweep the floor.

    Async twin of `start_sweep_floor`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(SWEEP_FLOOR, key=key)


SUBMITS: Final = (ADD_UP, MAKE_GUESS, WRITE_REPORT, SWEEP_FLOOR)
