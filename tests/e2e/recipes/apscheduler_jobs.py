"""Tasks followed by APScheduler 3: one job looks at all of them, and each file that is ready is a job of its own.

    python apscheduler_jobs.py

The journal says which tasks there are, also those that a process started which is no more: a restart loses none. What
jobs are given is tokens, so any job store may keep them. The environment says the rest: BOOSTER_URL, BOOSTER_TOKEN,
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
from taskclients_core.tasks import DownloadError, PollingError, TaskError

EVERY = timedelta(seconds=30)
LOG = logging.getLogger(__name__)


@cache
def client() -> BoosterClient:
    """The client that the environment describes: one for all jobs, which share its connections and its looks."""
    return BoosterClient(
        os.environ["BOOSTER_URL"],
        auth=os.environ["BOOSTER_TOKEN"],
        journal=os.environ["BOOSTER_JOURNAL"],
        download_hosts=os.environ["BOOSTER_FILES"].split(),
        allow_private_downloads="BOOSTER_SANDBOX" in os.environ,  # the sandbox serves files from this machine
    )


def follow(scheduler: BaseScheduler, every: timedelta = EVERY) -> None:
    """Have a scheduler look at all tasks from now on."""
    fetching: set[str] = set()

    def look() -> None:
        tasks = client().tasks.recover()
        client().tasks.poll_once()
        for task in tasks:
            if task.last is not None and task.last.terminal and task.ref.id not in fetching:
                fetching.add(task.ref.id)
                name = {"id": task.ref.id, "replace_existing": True}
                scheduler.add_job(fetch, args=[task.resume_token()], misfire_grace_time=None, **name)

    scheduler.add_listener(lambda event: fetching.discard(event.job_id), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    scheduler.add_jobstore("memory", "looking")  # no other store takes a function that is made here
    scheduler.add_job(look, "interval", seconds=every.total_seconds(), jobstore="looking", coalesce=True)


def fetch(token: str) -> None:
    """Fetch the file of a task that has ended. The journal forgets the task when the file is there, or can never be."""
    task = client().tasks.resume(token)
    try:
        found = task.download(Path(os.environ["BOOSTER_FOLDER"], f"{task.ref.id}.csv"), timeout=600)
    except (DownloadError, PollingError) as error:  # the next look brings it back, and what has come is kept
        LOG.warning("%s: %s; it is tried again", task.ref, error)
    except TaskError as error:
        LOG.error("%s: %s; token %s", task.ref, error, token)  # noqa: TRY400 - there is nothing to trace
    else:
        LOG.info("%s: %d bytes", task.ref, found.bytes)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    blocking = BlockingScheduler()
    follow(blocking)
    blocking.start()
