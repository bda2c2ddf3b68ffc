"""APScheduler 3 recipe: one job polls all tasks, and each finished file is downloaded by its own job.

    python apscheduler_jobs.py

The journal lists the open tasks, whichever process began them and whether it still runs, so a restart loses none. Jobs
get resume tokens, so any job store can keep them. The environment configures the rest: BOOSTER_URL, BOOSTER_TOKEN,
BOOSTER_JOURNAL, BOOSTER_FOLDER, and BOOSTER_FILES, the hosts that files come from (see `download_hosts`).
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from taskclients.booster import BoosterClient
from taskclients_core.tasks import DownloadError, PollingError, TaskError, TaskRef

EVERY = timedelta(seconds=30)
LOG = logging.getLogger(__name__)


@cache
def client() -> BoosterClient:
    """Return the client that the environment describes: all jobs share its connections and its polls."""
    return BoosterClient(
        os.environ["BOOSTER_URL"],
        auth=os.environ["BOOSTER_TOKEN"],
        journal=os.environ["BOOSTER_JOURNAL"],
        download_hosts=os.environ["BOOSTER_FILES"].split(),
        allow_private_downloads="BOOSTER_SANDBOX" in os.environ,  # the sandbox serves files from this machine
    )


def follow(scheduler: BaseScheduler, every: timedelta = EVERY) -> None:
    """Make a scheduler poll all tasks from now on.

    Stop the scheduler by `shutdown(wait=False)`: it waits for jobs while it holds the lock that `add_job` needs.
    """
    fetching: set[str] = set()

    def poll() -> None:
        tasks = client().tasks.from_journal()
        client().tasks.poll_once()
        for task in tasks:
            ended = task.last is not None and task.last.terminal
            if ended and task.ref.id not in fetching and not report(task.ref).exists():
                fetching.add(task.ref.id)
                job = {"id": task.ref.id, "replace_existing": True}
                scheduler.add_job(fetch, args=[task.resume_token()], misfire_grace_time=None, **job)

    client().tasks.recover()  # after a crash: find the tasks of starts whose response was lost
    scheduler.add_listener(lambda event: fetching.discard(event.job_id), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    scheduler.add_jobstore("memory", "polling")  # other stores do not accept a local function
    scheduler.add_job(poll, "interval", seconds=every.total_seconds(), jobstore="polling", coalesce=True)


def fetch(resume_token: str) -> None:
    """Download the file of a task that has ended, or report why there is none. The journal then drops the task."""
    task = client().tasks.resume(resume_token)
    try:
        found = task.download(Path(os.environ["BOOSTER_FOLDER"], f"{task.ref.id}.csv"), timeout=600)
    except TaskError as error:
        if isinstance(error, PollingError) or (isinstance(error, DownloadError) and error.resumable):
            LOG.warning(
                "%s; it is tried again", error
            )  # the next poll schedules it again, and the partial file is kept
            return
        report(task.ref).write_text(f"{error}\nresume token: {resume_token}\n", encoding="utf-8")
        LOG.error("%s; resume token %s", error, resume_token)  # noqa: TRY400 - the traceback adds nothing
    else:
        LOG.info("%s: %d bytes", task.ref, found.bytes)


def report(task: TaskRef) -> Path:
    """Return the path of the report on a task that a person must look at; removing the file tries it again."""
    return Path(os.environ["BOOSTER_FOLDER"], f"{task.id}.failed")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    blocking = BlockingScheduler()
    follow(blocking)
    blocking.start()
