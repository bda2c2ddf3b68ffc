"""Task types of the three vendors as in their specs, a task of Booster, and a clock that tests move."""

from __future__ import annotations

import json
from typing import Any, Final

from attrs import define, field

from taskclients_core.model import wire_member
from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import (
    AnyItem,
    BoundCall,
    Condition,
    DownloadLink,
    DownloadLinks,
    FromItem,
    FromList,
    ListPages,
    MessagesMapping,
    Phase,
    PhaseRule,
    ProgressMapping,
    StatusMapping,
    StepsMapping,
    TaskType,
)

LIST: Final = BoundCall(Operation("vendor.list", "GET", "/tasks", returns=list[Any]))

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


EXPORT: Final[TaskType[Export, None]] = TaskType(
    name="booster.task",
    model=Export,
    poll=FromList(call=LIST, items="", key="/asyncTaskId"),
    state=StatusMapping(
        at="/status",
        phases={"REQ": Phase.QUEUED, "INP": Phase.RUNNING, "COM": Phase.SUCCEEDED, "ERR": Phase.FAILED},
        partial=Condition(at="/totalFailed", above=0),
    ),
    progress=ProgressMapping(percent="/percentage"),
    result=DownloadLinks(links=(DownloadLink(at="/signedDownloadUrl"),)),
)

PROCESS: Final[TaskType[Any, None]] = TaskType(
    name="mykaarma.process",
    model=Any,
    poll=FromItem(call=LIST),
    state=StatusMapping(
        at="/status",
        phases=PROCESS_PHASES,
        partial=Condition(any_item=AnyItem(inside="/steps", at="/status", values=("FAILED",))),
    ),
    progress=ProgressMapping(steps=True),
    steps=StepsMapping(at="/steps", key="/uuid", order="/order", name="/name", status="/status", phases=PROCESS_PHASES),
    messages=(
        MessagesMapping(inside="/errors", text="/errorMessage", level="error"),
        MessagesMapping(inside="/warnings", text="/warningMessage", level="warning"),
    ),
)

IMPORT: Final[TaskType[Any, None]] = TaskType(
    name="lifepos.nomenclatureImport",
    model=Any,
    poll=FromList(
        call=LIST, items="/items", key="/guid", pages=ListPages(token="/next_page_token", parameter="page_token")
    ),
    state=StatusMapping(
        at="/status",
        phases={
            "InQueue": Phase.QUEUED,
            "InProgress": Phase.RUNNING,
            "WaitingForFeedback": Phase.NEEDS_INPUT,
            "Completed": Phase.SUCCEEDED,
            "Canceled": Phase.CANCELLED,
        },
        rules=(PhaseRule(Condition(phase=(Phase.NEEDS_INPUT,), at="/is_confirmed", values=(True,)), Phase.RUNNING),),
        partial=Condition(any_item=AnyItem(inside="/resolutions", at="/type", values=("Error",))),
    ),
    progress=ProgressMapping(percent="/progress"),
    messages=(
        MessagesMapping(
            inside="/resolutions",
            text="/message",
            level_at="/type",
            levels={"Information": "info", "Warning": "warning", "Error": "error"},
        ),
    ),
)

TASK_TYPES: Final[tuple[TaskType[Any, Any], ...]] = (EXPORT, PROCESS, IMPORT)


def export(status: object = "INP", /, **more: object) -> bytes:
    """Return a Booster task as JSON."""
    return json.dumps({"asyncTaskId": "a", "status": status, **more}).encode()
