"""Tasks followed by Airflow's triggerer: an operator starts one and is deferred, a trigger waits, no worker is held.

    class ExportCustomers(BaseOperator):
        def execute(self, context):
            with BoosterClient(…, journal="…") as client:
                task = client.begin_export_customer(ExportCustomer(…), idempotency_key=context["run_id"])
            self.defer(trigger=TaskTrigger(task.resume_token()), method_name="fetch")

        def fetch(self, context, event):
            with BoosterClient(…) as client:
                client.tasks.resume(event["token"]).download("customers.csv", timeout=3600)

What the triggerer stores, and carries to another machine if this one goes, is the token. All triggers of an event loop
share one client, so they cost one look together, however many there are. The triggerer's environment says where to, and
who is asking: BOOSTER_URL and BOOSTER_TOKEN.
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
    """Fires once: when the task has ended, or when waiting for it is of no use."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """All that another triggerer needs."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"token": self.token}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait. When Airflow cancels it, the task goes on."""
        status: str | None = None
        phase = "unknown"
        async with shared_client() as client:
            try:
                async for view in client.tasks.resume(self.token).watch(timeout=None):
                    phase, status = str(view.phase), view.status
                event = {"phase": phase, "status": status}
            except TaskError as error:
                event = {"phase": phase, "status": status, "error": str(error)}
        yield TriggerEvent({"token": self.token, **event})


@define
class _Shared:
    client: AsyncBoosterClient
    users: int = 0


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


@asynccontextmanager
async def shared_client() -> AsyncIterator[AsyncBoosterClient]:
    """The client of this event loop, closed when its last trigger is through."""
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
