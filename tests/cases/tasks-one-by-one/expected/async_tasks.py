# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    Bound,
    Kind,
    Link,
    Links,
    MessagesAt,
    ProgressAt,
    Single,
    State,
    StepsAt,
    Submit,
    Timing,
)
from taskclients_core.tasks.phases import Phase

from . import jobs, models

if TYPE_CHECKING:
    from taskclients_core.tasks import handles
    from taskclients_core.tasks.download.file import DownloadableFile

    from .client import ApiClient, AsyncApiClient


JOB: Final[Kind[models.Job, DownloadableFile | None]] = Kind(
    name="spec.job",
    model=models.Job,
    observe=Single(Bound(jobs.GET_JOB, {"id": "$task.id"})),
    state=State(
        at="/state",
        phases={
            "queued": Phase.QUEUED,
            "running": Phase.RUNNING,
            "written": Phase.SUCCEEDED,
            "empty": Phase.SKIPPED,
            "failed": Phase.FAILED,
        },
    ),
    timing=Timing(min=0.01, max=1.0),
    progress=ProgressAt(steps=True),
    steps=StepsAt(
        at="/steps",
        key="/number",
        status="/state",
        phases={"ended": Phase.SUCCEEDED, "begun": Phase.RUNNING},
        name="/title",
        order="/number",
    ),
    messages=(MessagesAt(text="", inside="/faults", level="error"),),
    result=Links(
        links=(Link(at="/file/link", expires="/file/linkEnds"), Link(at="/file/mirror", expires=900.0)),
        hosts=("files.example.com", "*.cdn.example.com"),
        refresh=False,
        size="/file/bytes",
        sha256="/file/digest",
        media_type="text/csv",
        max_bytes=1000000,
    ),
)
"""A job that writes a file, unless there is nothing to write.

Assumed: No page says when a job is empty.
"""


CREATE_JOB: Final = Submit(
    operation=jobs.CREATE_JOB,
    kind=JOB,
    id="$response.header.X-Job",
    idempotency_header="Idempotency-Key",
)


def start_create_job(
    client: ApiClient, *, color: models.Color | None = None, idempotency_key: str | None = None, key: str | None = None
) -> handles.Task[models.Job, DownloadableFile | None]:
    """Start a job.

    Call `create_job` and return a handle on the task that it begins; see `JOB`.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Sent as the header parameter `Idempotency-Key`.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Assumed: No page says so.
    """
    return client.start(CREATE_JOB, color, idempotency_key, key=key)


async def start_create_job_async(
    client: AsyncApiClient,
    *,
    color: models.Color | None = None,
    idempotency_key: str | None = None,
    key: str | None = None,
) -> handles.AsyncTask[models.Job, DownloadableFile | None]:
    """Start a job.

    Async twin of `start_create_job`.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Sent as the header parameter `Idempotency-Key`.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(CREATE_JOB, color, idempotency_key, key=key)


SUBMITS: Final = (CREATE_JOB,)
