# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    BoundCall,
    DownloadLink,
    DownloadLinks,
    FromItem,
    MessagesMapping,
    Phase,
    PollTiming,
    ProgressMapping,
    StatusMapping,
    StepsMapping,
    Submission,
    TaskType,
)

from . import jobs, models

if TYPE_CHECKING:
    from taskclients_core.tasks import handles
    from taskclients_core.tasks.download.links import DownloadableFile

    from .client import ApiClient, AsyncApiClient


JOB: Final[TaskType[models.Job, DownloadableFile | None]] = TaskType(
    name="spec.job",
    model=models.Job,
    poll=FromItem(BoundCall(jobs.GET_JOB, {"id": "$task.id"})),
    state=StatusMapping(
        at="/state",
        phases={
            "queued": Phase.QUEUED,
            "running": Phase.RUNNING,
            "written": Phase.SUCCEEDED,
            "empty": Phase.SKIPPED,
            "failed": Phase.FAILED,
        },
    ),
    timing=PollTiming(min=0.01, max=1.0),
    progress=ProgressMapping(steps=True),
    steps=StepsMapping(
        at="/steps",
        key="/number",
        status="/state",
        phases={"ended": Phase.SUCCEEDED, "begun": Phase.RUNNING},
        name="/title",
        order="/number",
    ),
    messages=(MessagesMapping(text="", inside="/faults", level="error"),),
    result=DownloadLinks(
        links=(DownloadLink(at="/file/link", expires="/file/linkEnds"), DownloadLink(at="/file/mirror", expires=900.0)),
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


CREATE_JOB: Final = Submission(
    operation=jobs.CREATE_JOB,
    task_type=JOB,
    id="$response.header.X-Job",
    idempotency_header="Idempotency-Key",
)


def begin_create_job(
    client: ApiClient, *, color: models.Color | None = None, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Job, DownloadableFile | None]:
    """Start a job.

    Call `create_job` and return a handle on the task that it begins; see `JOB`.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.

    Assumed: No page says so.
    """
    return client.begin(CREATE_JOB, color, idempotency_key, idempotency_key=idempotency_key, restart=restart)


async def begin_create_job_async(
    client: AsyncApiClient,
    *,
    color: models.Color | None = None,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.Job, DownloadableFile | None]:
    """Start a job.

    Async twin of `begin_create_job`.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(CREATE_JOB, color, idempotency_key, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (CREATE_JOB,)
