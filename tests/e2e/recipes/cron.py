"""Recipe for cron or a systemd timer: each run polls once, downloads finished files, and exits.

    */5 * * * *  set -a; . /etc/booster.env; flock -n /run/lock/booster python cron.py /var/spool/booster

The program that begins a task leaves its resume token in the folder, under a name of its choice:

    begin(Path("/var/spool/booster"), "nightly-2026-11-22", ExportCustomer(…))

A second call with the name returns the same task, and begins another one if that has failed.

All tasks of the folder share one poll. When `nightly.csv` is complete, `nightly.token` is removed. A task that cannot
succeed leaves `nightly.failed` with its token and the reason. The environment gives the server and the credentials:
TASKCLIENTS_BOOSTER_BASE_URL and TASKCLIENTS_BOOSTER_TOKEN; BOOSTER_JOURNAL, the file that records what was begun; and
BOOSTER_FILES, the hosts that files come from (see `download_hosts`).

Exit status, as of the command `taskclients`: 0 no task is left to wait for, 5 some tasks are running, 2 a task has
failed, 7 a request failed and the next run tries again; of several, the first of 2, 7, 5.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.errors import ClientError
from taskclients_core.tasks import DownloadError, PollingError, TaskError, TaskHandle

PATIENCE = 24 * 3600.0
"""Seconds after which a task that does not end, is no longer listed, or whose file cannot be downloaded is given up."""

DONE, FAILED, CONTINUES, UNAVAILABLE = 0, 2, 5, 7


def client() -> BoosterClient:
    """Return the client that the environment describes."""
    return BoosterClient(
        journal=os.environ["BOOSTER_JOURNAL"],
        download_hosts=os.environ["BOOSTER_FILES"].split(),
        allow_private_downloads="BOOSTER_SANDBOX" in os.environ,  # the sandbox serves files from this machine
    )


def begin(folder: Path, name: str, export: ExportCustomer) -> None:
    """Begin an export, once under this name; if it has failed, begin it again."""
    with client() as booster:
        task = booster.begin_export_customer(export, idempotency_key=name, restart=True)
        (folder / f"{name}.token").write_text(task.resume_token())


def run(folder: Path) -> int:
    """Poll the tasks of a folder once, and download finished files."""
    statuses = {DONE}
    with client() as booster:
        tasks: dict[Path, TaskHandle[object, object]] = {}
        for path in sorted(folder.glob("*.token")):
            try:
                tasks[path] = booster.tasks.resume(path.read_text().strip())
            except ClientError as error:  # no token, or an incomplete one: the program that wrote it must correct that
                print(f"{path.name}: {error}", file=sys.stderr)
                statuses.add(FAILED)
        try:
            booster.tasks.poll_once()
        except ClientError as error:
            print(error, file=sys.stderr)
            return UNAVAILABLE
        statuses.update(follow(path, task) for path, task in tasks.items())
    return next(status for status in (FAILED, UNAVAILABLE, CONTINUES, DONE) if status in statuses)


def follow(path: Path, task: TaskHandle[object, object]) -> int:
    """Do what the poll has made possible."""
    late = time.time() - path.stat().st_mtime > PATIENCE
    if task.last is None or not task.last.terminal:
        return give_up(path, TaskError(f"{task.ref}: it did not end in time", ref=task.ref)) if late else CONTINUES
    try:
        task.download(path.with_suffix(".csv"), timeout=600)
    except (DownloadError, PollingError) as error:  # the partial file is kept, and the next run continues it
        if late:
            return give_up(path, error)
        print(f"{path.name}: {error}", file=sys.stderr)
        return UNAVAILABLE
    except TaskError as error:
        return give_up(path, error)
    path.unlink()
    return DONE


def give_up(path: Path, error: ClientError) -> int:
    """Keep the token for a manual check, and stop polling the task."""
    print(f"{path.name}: {error}", file=sys.stderr)
    path.write_text(f"{path.read_text().strip()}\n{error}\n")
    path.rename(path.with_suffix(".failed"))
    return FAILED


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
