# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

from taskclients_core.tasks import handles
from taskclients_core.tasks.definition import (
    BoundCall,
    Condition,
    FromItem,
    InlineResult,
    Phase,
    PollTiming,
    StatusMapping,
    Submission,
    TaskType,
)

from . import checks, copies, merges, models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient

_POLL: Final = FromItem(BoundCall(merges.GET_MERGE, {"id": "$task.id"}))
_STATE: Final = StatusMapping(
    at="/state",
    phases={
        "running": Phase.RUNNING,
        "asking": Phase.NEEDS_INPUT,
        "done": Phase.SUCCEEDED,
        "called-off": Phase.CANCELLED,
    },
)


class MergeTaskHandle(
    handles.CancellableTaskHandle[models.Work, None], handles.ConfirmableTaskHandle[models.Work, None]
):
    """A task of the type `MERGE`, which can be cancelled and confirmed."""


class AsyncMergeTaskHandle(
    handles.AsyncCancellableTaskHandle[models.Work, None], handles.AsyncConfirmableTaskHandle[models.Work, None]
):
    """Async twin of `MergeTaskHandle`."""


MERGE: Final[TaskType[models.Work, None]] = TaskType(
    name="spec.merge",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=PollTiming(min=0.01, max=1.0),
    input_answered=Condition(at="/answer", values=("yes",)),
    actions={"confirm": BoundCall(merges.CONFIRM_MERGE, {"id": "$task.id"})},
    cancel=BoundCall(merges.CANCEL_MERGE, {"id": "$task.id", "force": True}),
    handles=(MergeTaskHandle, AsyncMergeTaskHandle),
)
"""A merge, which somebody must look at."""


COPY: Final[TaskType[models.Work, Literal['it\'s "done"'] | None]] = TaskType(
    name="spec.copy",
    model=models.Work,
    poll=_POLL,
    state=StatusMapping(
        at="/state",
        phases={
            "running": Phase.RUNNING,
            "asking": Phase.RUNNING,
            "done": Phase.SUCCEEDED,
            "called-off": Phase.CANCELLED,
        },
    ),
    timing=PollTiming(min=0.01, max=1.0),
    cancel=BoundCall(merges.CANCEL_MERGE, {"id": "$task.id", "force": False}),
    result=InlineResult("/verdict", Literal['it\'s "done"'] | None),
)
"""A copy, which can be called off."""


CHECK: Final[TaskType[models.Work, None]] = TaskType(
    name="spec.check",
    model=models.Work,
    poll=_POLL,
    state=_STATE,
    timing=PollTiming(min=0.01, max=1.0),
    actions={"confirm": BoundCall(merges.CONFIRM_MERGE, {"id": "$task.id"})},
)
"""A check, which somebody must look at."""


CREATE_MERGE: Final = Submission(
    operation=merges.CREATE_MERGE,
    task_type=MERGE,
    id="$response.body#/id",
)


def begin_create_merge(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> MergeTaskHandle:
    """Merge two lists.

    Call `create_merge` and return a handle on the task that it begins; see `MERGE`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast("MergeTaskHandle", client.begin(CREATE_MERGE, idempotency_key=idempotency_key, restart=restart))


async def begin_create_merge_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> AsyncMergeTaskHandle:
    """Merge two lists.

    Async twin of `begin_create_merge`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "AsyncMergeTaskHandle", await client.begin(CREATE_MERGE, idempotency_key=idempotency_key, restart=restart)
    )


CREATE_COPY: Final = Submission(
    operation=copies.CREATE_COPY,
    task_type=COPY,
    id="$response.body#/id",
)


def begin_create_copy(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.CancellableTaskHandle[models.Work, Literal['it\'s "done"'] | None]:
    """Copy a list.

    Call `create_copy` and return a handle on the task that it begins; see `COPY`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.CancellableTaskHandle[models.Work, Literal['it\\'s \"done\"'] | None]",
        client.begin(CREATE_COPY, idempotency_key=idempotency_key, restart=restart),
    )


async def begin_create_copy_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncCancellableTaskHandle[models.Work, Literal['it\'s "done"'] | None]:
    """Copy a list.

    Async twin of `begin_create_copy`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.AsyncCancellableTaskHandle[models.Work, Literal['it\\'s \"done\"'] | None]",
        await client.begin(CREATE_COPY, idempotency_key=idempotency_key, restart=restart),
    )


CREATE_CHECK: Final = Submission(
    operation=checks.CREATE_CHECK,
    task_type=CHECK,
    id="$response.body#/id",
)


def begin_create_check(
    client: ApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.ConfirmableTaskHandle[models.Work, None]:
    """Check a list.

    Call `create_check` and return a handle on the task that it begins; see `CHECK`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.ConfirmableTaskHandle[models.Work, None]",
        client.begin(CREATE_CHECK, idempotency_key=idempotency_key, restart=restart),
    )


async def begin_create_check_async(
    client: AsyncApiClient, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncConfirmableTaskHandle[models.Work, None]:
    """Check a list.

    Async twin of `begin_create_check`.

    Args:
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.AsyncConfirmableTaskHandle[models.Work, None]",
        await client.begin(CREATE_CHECK, idempotency_key=idempotency_key, restart=restart),
    )


SUBMISSIONS: Final = (CREATE_MERGE, CREATE_COPY, CREATE_CHECK)
