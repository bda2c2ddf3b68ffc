# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from taskclients_core.tasks.definition import Bound, Kind, Single, State, Submit, Test, Timing
from taskclients_core.tasks.phases import Phase

from . import checks, copies, merges, models

if TYPE_CHECKING:
    from taskclients_core import AsyncClient, Client
    from taskclients_core.tasks import handles


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


def start_create_merge(client: Client, *, key: str | None = None) -> handles.Steerable[models.Work, None]:
    """Merge two lists.

    Like `create_merge`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `MERGE` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/merges/create
    """
    return cast("handles.Steerable[models.Work, None]", client.start(CREATE_MERGE, key=key))


async def start_create_merge_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncSteerable[models.Work, None]:
    """Async twin of `start_create_merge`."""
    return cast("handles.AsyncSteerable[models.Work, None]", await client.start(CREATE_MERGE, key=key))


CREATE_COPY: Final = Submit(
    operation=copies.CREATE_COPY,
    kind=COPY,
    id="$response.body#/id",
)


def start_create_copy(client: Client, *, key: str | None = None) -> handles.Cancellable[models.Work, None]:
    """Copy a list.

    Like `create_copy`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `COPY` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/copies/create
    """
    return cast("handles.Cancellable[models.Work, None]", client.start(CREATE_COPY, key=key))


async def start_create_copy_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncCancellable[models.Work, None]:
    """Async twin of `start_create_copy`."""
    return cast("handles.AsyncCancellable[models.Work, None]", await client.start(CREATE_COPY, key=key))


CREATE_CHECK: Final = Submit(
    operation=checks.CREATE_CHECK,
    kind=CHECK,
    id="$response.body#/id",
)


def start_create_check(client: Client, *, key: str | None = None) -> handles.Confirmable[models.Work, None]:
    """Check a list.

    Like `create_check`, with a handle on the task that it begins.

    Args:
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `CHECK` says how it is followed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.example/checks/create
    """
    return cast("handles.Confirmable[models.Work, None]", client.start(CREATE_CHECK, key=key))


async def start_create_check_async(
    client: AsyncClient, *, key: str | None = None
) -> handles.AsyncConfirmable[models.Work, None]:
    """Async twin of `start_create_check`."""
    return cast("handles.AsyncConfirmable[models.Work, None]", await client.start(CREATE_CHECK, key=key))


SUBMITS: Final = (CREATE_MERGE, CREATE_COPY, CREATE_CHECK)
