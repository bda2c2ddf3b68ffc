# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from taskclients_core.tasks.definition import (
    BoundCall,
    Condition,
    FromItem,
    FromList,
    Phase,
    PhaseRule,
    PollTiming,
    StatusMapping,
    Submission,
    TaskType,
)

from . import labels, models, packs

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient


PACK: Final[TaskType[models.Pack, None]] = TaskType(
    name="spec.pack",
    model=models.Pack,
    poll=FromItem(
        BoundCall(
            packs.GET_PACK, {"id": "$task.id", "depot": "$scope.depot", "line": "$scope.line", "shift": "$scope.shift"}
        )
    ),
    state=StatusMapping(
        at="/state",
        phases={"waiting": Phase.QUEUED, "busy": Phase.RUNNING, "done": Phase.SUCCEEDED, "gone": Phase.CANCELLED},
        rules=(PhaseRule(Condition(phase=(Phase.SUCCEEDED,), at="/sealed", values=(None,)), Phase.RUNNING),),
    ),
    timing=PollTiming(min=0.01, max=1.0),
    cancel=BoundCall(packs.CANCEL_PACK, {"depot": "$scope.depot", "id": "$task.id"}),
)
"""A parcel, whose id and line are in headers."""


LABEL: Final[TaskType[models.Label, None]] = TaskType(
    name="spec.label",
    model=models.Label,
    poll=FromList(call=BoundCall(labels.LIST_LABELS), items="/labels", key="/uuid"),
    state=StatusMapping(
        at="/state",
        phases={"waiting": Phase.QUEUED, "busy": Phase.RUNNING, "done": Phase.SUCCEEDED, "gone": Phase.CANCELLED},
    ),
    timing=PollTiming(min=0.01, max=1.0),
)
"""A label, whose id the client makes."""


CREATE_PACK: Final = Submission(
    operation=packs.CREATE_PACK,
    task_type=PACK,
    id="$response.header.X-Pack",
    scope={"depot": "$request.path.depot", "line": "$response.header.X-Line", "shift": "$response.body#/shift/number"},
)


def begin_create_pack(
    client: ApiClient, depot: str, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.CancellableTaskHandle[models.Pack, None]:
    """Pack a parcel.

    Call `create_pack` and return a handle on the task that it begins; see `PACK`.

    Args:
        depot: Sent as the path parameter `depot`.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.CancellableTaskHandle[models.Pack, None]",
        client.begin(CREATE_PACK, depot, idempotency_key=idempotency_key, restart=restart),
    )


async def begin_create_pack_async(
    client: AsyncApiClient, depot: str, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncCancellableTaskHandle[models.Pack, None]:
    """Pack a parcel.

    Async twin of `begin_create_pack`.

    Args:
        depot: Sent as the path parameter `depot`.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return cast(
        "handles.AsyncCancellableTaskHandle[models.Pack, None]",
        await client.begin(CREATE_PACK, depot, idempotency_key=idempotency_key, restart=restart),
    )


PRINT_LABEL: Final = Submission(
    operation=labels.PRINT_LABEL,
    task_type=LABEL,
    id="$request.body#/uuid",
    client_id="$request.body#/uuid",
)


def begin_print_label(
    client: ApiClient, body: models.LabelOrder, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Label, None]:
    """Print a label.

    Call `print_label` and return a handle on the task that it begins; see `LABEL`.

    Args:
        body: Order for a label.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(PRINT_LABEL, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_print_label_async(
    client: AsyncApiClient, body: models.LabelOrder, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Label, None]:
    """Print a label.

    Async twin of `begin_print_label`.

    Args:
        body: Order for a label.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(PRINT_LABEL, body=body, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (CREATE_PACK, PRINT_LABEL)
