"""Airflow recipe: an operator begins a task and is deferred, a trigger waits, and no worker is held.

    ExportCustomers.partial(task_id="customers", folder="/data").expand(pos_code=["0042", "0043"])

The triggerer stores the resume token, and moves it to another machine if this one fails. All triggers of an event loop
share one client, so they share one poll, however many there are. The environment gives the server and the credentials,
BOOSTER_URL and BOOSTER_TOKEN, and to workers BOOSTER_JOURNAL, on a disk of their machine, and BOOSTER_FILES, the hosts
that files come from (see `download_hosts`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from airflow.models import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from attrs import define

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import TaskCancelledError, TaskError, TaskFailedError


class ExportCustomers(BaseOperator):  # type: ignore[misc]
    """Exports the customers of one branch into a folder."""

    def __init__(self, *, pos_code: str, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.pos_code = pos_code
        self.folder = folder

    def execute(self, context: Any) -> None:
        """Begin the export, once for each mapped task of a run, and wait without a worker."""
        export = ExportCustomer(brand="CAR", pos_codes=[self.pos_code], download_request_id=self.pos_code)
        with client() as booster:
            task = booster.begin_export_customer(export, idempotency_key=idempotency_key(context))
            self.defer(trigger=TaskTrigger(task.resume_token()), method_name="fetch")

    def fetch(self, context: Any, event: dict[str, Any]) -> str:
        """Download the file, in any worker, and return its path. The journal then drops the task."""
        with client() as booster:
            task = booster.tasks.resume(event["resume_token"])
            path = Path(self.folder, f"{task.ref.id}.csv")
            try:
                task.download(path, timeout=3600)
            except (TaskFailedError, TaskCancelledError):
                booster.tasks.discard(idempotency_key(context))  # a retry of Airflow begins a new one
                raise
        return str(path)


def idempotency_key(context: Any) -> str:
    """Return a key that all retries of a task instance share, and no two instances: mapped ones share their run."""
    instance = context["ti"]
    return f"{instance.dag_id}/{instance.task_id}/{instance.run_id}/{instance.map_index}"


def client() -> BoosterClient:
    """Return the client that the worker's environment describes."""
    return BoosterClient(
        os.environ["BOOSTER_URL"],
        auth=os.environ["BOOSTER_TOKEN"],
        journal=os.environ["BOOSTER_JOURNAL"],
        download_hosts=os.environ["BOOSTER_FILES"].split(),
        allow_private_downloads="BOOSTER_SANDBOX" in os.environ,  # the sandbox serves files from this machine
    )


class TaskTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires once: when the task has ended, or when waiting for it has failed for good."""

    def __init__(self, resume_token: str) -> None:
        super().__init__()
        self.resume_token = resume_token

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return all that another triggerer needs."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"resume_token": self.resume_token}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait. If Airflow cancels the trigger, the task continues."""
        status: str | None = None
        phase = "unknown"
        async with shared_client() as client:
            try:
                async for snapshot in client.tasks.resume(self.resume_token).watch(timeout=None):
                    phase, status = str(snapshot.phase), snapshot.status
                event = {"phase": phase, "status": status}
            except TaskError as error:
                event = {"phase": phase, "status": status, "error": str(error)}
        yield TriggerEvent({"resume_token": self.resume_token, **event})


@define
class _Shared:
    client: AsyncBoosterClient
    users: int = 0


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


@asynccontextmanager
async def shared_client() -> AsyncIterator[AsyncBoosterClient]:
    """Return the client of this event loop, which is closed with its last trigger."""
    loop = asyncio.get_running_loop()
    if loop not in _shared:
        _shared[loop] = _Shared(AsyncBoosterClient(os.environ["BOOSTER_URL"], auth=os.environ["BOOSTER_TOKEN"]))
    shared = _shared[loop]
    shared.users += 1
    try:
        yield shared.client
    finally:
        shared.users -= 1
        if not shared.users:
            del _shared[loop]
            await shared.client.aclose()
