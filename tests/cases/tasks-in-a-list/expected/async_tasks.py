# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.tasks.definition import (
    Bound,
    Kind,
    Lifetime,
    Listed,
    Match,
    MessagesAt,
    Narrow,
    Pages,
    ProgressAt,
    Reconcile,
    Rule,
    State,
    Submit,
    Test,
    Timing,
)
from taskclients_core.tasks.phases import Phase

from . import exports, models

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient


EXPORT: Final[Kind[models.Export, None]] = Kind(
    name="spec.export",
    model=models.Export,
    observe=Listed(
        call=Bound(exports.LIST_EXPORTS, {"shop": "$scope.shop", "order": "newest"}),
        items="/data",
        key="/id",
        pages=Pages(token="/next", parameter="page", size=("pageSize", 100), order="newest-first", most=20),
        narrow=Narrow("state", ("waiting", "running", "asking"), (Phase.QUEUED, Phase.RUNNING)),
        max_bytes=1048576,
    ),
    state=State(
        at="/state",
        phases={
            "waiting": Phase.QUEUED,
            "running": Phase.RUNNING,
            "asking": Phase.NEEDS_INPUT,
            "done": Phase.SUCCEEDED,
            "failed": Phase.FAILED,
        },
        fold=True,
        unknown=Phase.QUEUED,
        unknown_after=300.0,
        rules=(Rule(Test(phase=(Phase.NEEDS_INPUT,), at="/seen", values=(True,)), Phase.RUNNING),),
        partial=Test(at="/refused", above=0),
    ),
    timing=Timing(
        min=5.0, max=60.0, first=1.0, factor=2.0, jitter=0.5, retry_after=False, retry_after_max=3600.0, rate=(10, 90.0)
    ),
    lifetime=Lifetime(visible_within=20.0, retention=129600.0, missing_sweeps=5, missing_grace=120.0),
    progress=ProgressAt(done="/rows", total="/rowsOfAll"),
    messages=(MessagesAt(text="/text", inside="/notes", level_at="/kind", levels={"hint": "info", "fault": "error"}),),
)
"""An export of goods."""


CREATE_EXPORT: Final = Submit(
    operation=exports.CREATE_EXPORT,
    kind=EXPORT,
    id="$response.body#/id",
    scope={"shop": "$request.path.shop"},
    accepted=(202,),
    reconcile=Reconcile(match=(Match("/label", "$request.body#/label"),), unique=True, created="/began", settle=10.0),
)


def start_create_export(
    client: ApiClient, shop: UUID, body: models.NewExport, *, key: str | None = None
) -> handles.Task[models.Export, None]:
    """Export the goods of a shop.

    Call `create_export` and return a handle on the task that it begins; see `EXPORT`.

    Args:
        shop: Id of the shop.
        body: What is exported.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(CREATE_EXPORT, shop, body=body, key=key)


async def start_create_export_async(
    client: AsyncApiClient, shop: UUID, body: models.NewExport, *, key: str | None = None
) -> handles.AsyncTask[models.Export, None]:
    """Export the goods of a shop.

    Async twin of `start_create_export`.

    Args:
        shop: Id of the shop.
        body: What is exported.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(CREATE_EXPORT, shop, body=body, key=key)


SUBMITS: Final = (CREATE_EXPORT,)
