# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from taskclients_core.tasks.definition import Bound, Kind, Single, State, Submit, Test, Timing
from taskclients_core.tasks.phases import Phase

from . import checks, copies, merges, models

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient


MERGE: Final[Kind[models.Work, None]] = Kind(
    name="spec.merge",
    model=models.Work,
    observe=Single(Bound(merges.GET_MERGE, {"id": "$task.id"})),
    state=State(
        at="/state",
        phases={
            "running": Phase.RUNNING,
            "asking": Phase.NEEDS_INPUT,
            "done": Phase.SUCCEEDED,
            "called-off": Phase.CANCELLED,
        },
    ),
    timing=Timing(min=0.01, max=1.0),
    answered=Test(at="/answer", values=("yes",)),
    actions={"confirm": Bound(merges.CONFIRM_MERGE, {"id": "$task.id"})},
    cancel=Bound(merges.CANCEL_MERGE, {"id": "$task.id", "force": True}, immediate=True),
)
"""A merge, which somebody must look at."""


COPY: Final[Kind[models.Work, None]] = Kind(
    name="spec.copy",
    model=models.Work,
    observe=Single(Bound(merges.GET_MERGE, {"id": "$task.id"})),
    state=State(
        at="/state",
        phases={
            "running": Phase.RUNNING,
            "asking": Phase.RUNNING,
            "done": Phase.SUCCEEDED,
            "called-off": Phase.CANCELLED,
        },
    ),
    timing=Timing(min=0.01, max=1.0),
    cancel=Bound(merges.CANCEL_MERGE, {"id": "$task.id", "force": False}),
)
"""A copy, which can be called off."""


CHECK: Final[Kind[models.Work, None]] = Kind(
    name="spec.check",
    model=models.Work,
    observe=Single(Bound(merges.GET_MERGE, {"id": "$task.id"})),
    state=State(
        at="/state",
        phases={
            "running": Phase.RUNNING,
            "asking": Phase.NEEDS_INPUT,
            "done": Phase.SUCCEEDED,
            "called-off": Phase.CANCELLED,
        },
    ),
    timing=Timing(min=0.01, max=1.0),
    actions={"confirm": Bound(merges.CONFIRM_MERGE, {"id": "$task.id"})},
)
"""A check, which somebody must look at."""


CREATE_MERGE: Final = Submit(
    operation=merges.CREATE_MERGE,
    kind=MERGE,
    id="$response.body#/id",
)


def start_create_merge(client: ApiClient, *, key: str | None = None) -> handles.Steerable[models.Work, None]:
    """Merge two lists.

    Call `create_merge` and return a handle on the task that it begins; see `MERGE`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.Steerable[models.Work, None]", client.start(CREATE_MERGE, key=key))


async def start_create_merge_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncSteerable[models.Work, None]:
    """Merge two lists.

    Async twin of `start_create_merge`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.AsyncSteerable[models.Work, None]", await client.start(CREATE_MERGE, key=key))


CREATE_COPY: Final = Submit(
    operation=copies.CREATE_COPY,
    kind=COPY,
    id="$response.body#/id",
)


def start_create_copy(client: ApiClient, *, key: str | None = None) -> handles.Cancellable[models.Work, None]:
    """Copy a list.

    Call `create_copy` and return a handle on the task that it begins; see `COPY`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.Cancellable[models.Work, None]", client.start(CREATE_COPY, key=key))


async def start_create_copy_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncCancellable[models.Work, None]:
    """Copy a list.

    Async twin of `start_create_copy`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.AsyncCancellable[models.Work, None]", await client.start(CREATE_COPY, key=key))


CREATE_CHECK: Final = Submit(
    operation=checks.CREATE_CHECK,
    kind=CHECK,
    id="$response.body#/id",
)


def start_create_check(client: ApiClient, *, key: str | None = None) -> handles.Confirmable[models.Work, None]:
    """Check a list.

    Call `create_check` and return a handle on the task that it begins; see `CHECK`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.Confirmable[models.Work, None]", client.start(CREATE_CHECK, key=key))


async def start_create_check_async(
    client: AsyncApiClient, *, key: str | None = None
) -> handles.AsyncConfirmable[models.Work, None]:
    """Check a list.

    Async twin of `start_create_check`.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return cast("handles.AsyncConfirmable[models.Work, None]", await client.start(CREATE_CHECK, key=key))


SUBMITS: Final = (CREATE_MERGE, CREATE_COPY, CREATE_CHECK)
