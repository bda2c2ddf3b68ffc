"""Airflow recipe: an operator begins a task and is deferred, a trigger waits, and no worker is held.

    class ExportCustomers(BaseOperator):
        def execute(self, context):
            with BoosterClient(…, journal="…") as client:
                task = client.begin_export_customer(ExportCustomer(…), idempotency_key=context["run_id"])
            self.defer(trigger=TaskTrigger(task.resume_token()), method_name="fetch")

        def fetch(self, context, event):
            with BoosterClient(…) as client:
                client.tasks.resume(event["resume_token"]).download("customers.csv", timeout=3600)

The triggerer stores the resume token, and moves it to another machine if this one fails. All triggers of an event loop
share one client, so they share one poll, however many there are. The triggerer's environment gives the server and the
credentials: BOOSTER_URL and BOOSTER_TOKEN.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from airflow.triggers.base import BaseTrigger, TriggerEvent
from attrs import define

from taskclients.booster import AsyncBoosterClient
from taskclients_core.tasks import TaskError


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
