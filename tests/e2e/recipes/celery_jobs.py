"""Celery recipe: beat polls all tasks at once, and each finished file is downloaded by its own job.

    celery --app celery_jobs worker --beat --concurrency 4

Each job may run in another process of the pool. All of them share one journal, which lists the open tasks whichever
process began them; a job gets a resume token. The client is used in the parent too, if a module calls it there: each
child of the prefork pool opens connections of its own. The environment configures the rest: BOOSTER_URL,
BOOSTER_TOKEN, BOOSTER_JOURNAL, BOOSTER_FOLDER, BOOSTER_BROKER, and BOOSTER_FILES, the hosts that files come from (see
`download_hosts`). The workers run on one machine, where the journal is.
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import DownloadError, PollingError, TaskError, TaskRef

EVERY = timedelta(seconds=30)
LOG = logging.getLogger(__name__)

app = Celery("celery_jobs", broker=os.environ["BOOSTER_BROKER"])
# A poll that waits for a free process longer than the interval is not made: the next one shows the same.
app.conf.beat_schedule = {"poll": {"task": "poll", "schedule": EVERY, "options": {"expires": EVERY.total_seconds()}}}


@cache
def client() -> BoosterClient:
    """Return the client that the environment describes: all jobs of a process share its connections and polls."""
    return BoosterClient(
        os.environ["BOOSTER_URL"],
        auth=os.environ["BOOSTER_TOKEN"],
        journal=os.environ["BOOSTER_JOURNAL"],
        download_hosts=os.environ["BOOSTER_FILES"].split(),
        allow_private_downloads="BOOSTER_SANDBOX" in os.environ,  # the sandbox serves files from this machine
    )


@app.task(name="begin", acks_late=True)
def begin(key: str) -> None:
    """Begin an export, once for each key, however often the job is delivered."""
    export = ExportCustomer(brand="CAR", pos_codes=[], download_request_id=key)
    client().begin_export_customer(export, idempotency_key=key)


@worker_ready.connect
def recover(**_: object) -> None:
    """After a crash, find the tasks of starts whose response was lost, and report those that stay unknown."""
    client().tasks.recover()
    for error in client().tasks.unresolved():
        LOG.error("%s", error)


@app.task(name="poll", ignore_result=True)
def poll() -> None:
    """Poll the tasks of all processes with one request, and download what has finished."""
    tasks = client().tasks.from_journal()
    client().tasks.poll_once()
    for task in tasks:
        if task.last is not None and task.last.terminal and not report(task.ref).exists():
            app.send_task("fetch", [task.resume_token()])


@app.task(name="fetch", ignore_result=True)
def fetch(resume_token: str) -> None:
    """Download the file of a task that has ended, or report why there is none. The journal then drops the task."""
    task = client().tasks.resume(resume_token)
    if task.ref not in [each.ref for each in client().tasks.from_journal()]:
        return  # another job has downloaded it: polls ask for it until then
    try:
        found = task.download(Path(os.environ["BOOSTER_FOLDER"], f"{task.ref.id}.csv"), timeout=600)
    except TaskError as error:
        if isinstance(error, PollingError) or (isinstance(error, DownloadError) and error.resumable):
            LOG.warning("%s; it is tried again", error)  # the next poll asks for it again, and the partial file is kept
            return
        report(task.ref).write_text(f"{error}\nresume token: {resume_token}\n", encoding="utf-8")
        LOG.error("%s; resume token %s", error, resume_token)  # noqa: TRY400 - the traceback adds nothing
    else:
        LOG.info("%s: %d bytes", task.ref, found.bytes)


def report(task: TaskRef) -> Path:
    """Return the path of the report on a task that a person must look at; removing the file tries it again."""
    return Path(os.environ["BOOSTER_FOLDER"], f"{task.id}.failed")
