"""The three vendors' kinds of task as their specs have them, each with a task of it, and a clock that tests move."""

from __future__ import annotations

import json
from typing import Any, Final

from attrs import define, field

from taskclients_core.exchange.clock import Clock
from taskclients_core.model import wire_member
from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import (
    Bound,
    Kind,
    Link,
    Links,
    Listed,
    MessagesAt,
    Pages,
    ProgressAt,
    Rule,
    Single,
    Some,
    State,
    StepsAt,
    Test,
)
from taskclients_core.tasks.phases import Phase

LIST: Final = Bound(Operation("vendor.list", "GET", "/tasks", returns=list[Any]))

PROCESS_PHASES: Final = {
    "NOT_STARTED": Phase.QUEUED,
    "IN_PROGRESS": Phase.RUNNING,
    "COMPLETED": Phase.SUCCEEDED,
    "FAILED": Phase.FAILED,
    "NOT_NEEDED": Phase.SKIPPED,
}


@define(kw_only=True)
class Export:
    async_task_id: str = field(metadata=wire_member("asyncTaskId"))
    status: str
    percentage: int | None = None
    signed_download_url: str | None = field(default=None, repr=False, metadata=wire_member("signedDownloadUrl"))


EXPORT: Final[Kind[Export, None]] = Kind(
    name="booster.task",
    model=Export,
    observe=Listed(call=LIST, items="", key="/asyncTaskId"),
    state=State(
        at="/status",
        phases={"REQ": Phase.QUEUED, "INP": Phase.RUNNING, "COM": Phase.SUCCEEDED, "ERR": Phase.FAILED},
        partial=Test(at="/totalFailed", above=0),
    ),
    progress=ProgressAt(percent="/percentage"),
    result=Links(links=(Link(at="/signedDownloadUrl"),)),
)

PROCESS: Final[Kind[Any, None]] = Kind(
    name="mykaarma.process",
    model=Any,
    observe=Single(call=LIST),
    state=State(
        at="/status",
        phases=PROCESS_PHASES,
        partial=Test(some=Some(inside="/steps", at="/status", values=("FAILED",))),
    ),
    progress=ProgressAt(steps=True),
    steps=StepsAt(at="/steps", key="/uuid", order="/order", name="/name", status="/status", phases=PROCESS_PHASES),
    messages=(
        MessagesAt(inside="/errors", text="/errorMessage", level="error"),
        MessagesAt(inside="/warnings", text="/warningMessage", level="warning"),
    ),
)

IMPORT: Final[Kind[Any, None]] = Kind(
    name="lifepos.nomenclatureImport",
    model=Any,
    observe=Listed(
        call=LIST, items="/items", key="/guid", pages=Pages(token="/next_page_token", parameter="page_token")
    ),
    state=State(
        at="/status",
        phases={
            "InQueue": Phase.QUEUED,
            "InProgress": Phase.RUNNING,
            "WaitingForFeedback": Phase.NEEDS_INPUT,
            "Completed": Phase.SUCCEEDED,
            "Canceled": Phase.CANCELLED,
        },
        rules=(Rule(Test(phase=(Phase.NEEDS_INPUT,), at="/is_confirmed", values=(True,)), Phase.RUNNING),),
        partial=Test(some=Some(inside="/resolutions", at="/type", values=("Error",))),
    ),
    progress=ProgressAt(percent="/progress"),
    messages=(
        MessagesAt(
            inside="/resolutions",
            text="/message",
            level_at="/type",
            levels={"Information": "info", "Warning": "warning", "Error": "error"},
        ),
    ),
)

KINDS: Final[tuple[Kind[Any, Any], ...]] = (EXPORT, PROCESS, IMPORT)


def export(status: object = "INP", /, **more: object) -> bytes:
    """A task of Booster's."""
    return json.dumps({"asyncTaskId": "a", "status": status, **more}).encode()


class Still(Clock):
    """A clock that stands unless it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.date = 1_700_000_000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.date

    def pass_by(self, seconds: float) -> float:
        self.now += seconds
        self.date += seconds
        return self.now
