"""The result of a kind of task cannot be had as it says.

Write `result: {kind: none}` where a task leaves nothing behind, `kind: inline` with the member of the task that is the
result, `kind: operation` with a GET and values for its required parameters, or `kind: url` with the members that hold
links. `auth: api` sends the API's credentials along, so there must be such; `auth: none` never does. Some word must
mean `succeeded`, or no task ever had a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..durations import seconds
from ..problem import Problem
from ..source import Document
from .data import is_list
from .task_calls import Fault, faults
from .tasks import Kind, kinds
from .walk import operations, report, root

ID: Final = "task-result"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of a result."""
    for kind in kinds(document):
        state = kind.node.data["state"]
        ends = [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]
        if "succeeded" not in ends and "skipped" not in ends:
            where = kind.node.at("state", "phases")
            yield report(document, ID, where, "no word means succeeded, so no task has a result", "map that word")
        result: Mapping[str, Any] = kind.node.data.get("result", {})
        found = {"url": _urls, "operation": _operation}.get(result.get("kind", ""))
        for pointer, message, hint in found(document, kind, result) if found else ():
            yield report(document, ID, kind.node.at("result") + pointer, message, hint)


def _urls(document: Document, kind: Kind, result: Mapping[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, url in enumerate(result["urls"]):
        if url["auth"] == "api" and not _has_credentials(document, kind):
            yield f"/urls/{index}/auth", "auth: api, and the API takes no credentials", "write auth: none"
        if url["at"] in seen:
            yield f"/urls/{index}/at", f"{url['at']} is there already", "remove one of the two"
        seen.add(url["at"])
        expires = url.get("expires")
        if isinstance(expires, dict) and not seconds(expires["after"]):
            yield f"/urls/{index}/expires", "a link that is never valid is of no use", "write a longer duration"


def _operation(document: Document, kind: Kind, result: Mapping[str, Any]) -> Iterator[Fault]:
    known = {operation.id: operation for operation in operations(document)}
    operation = known.get(result["operationId"])
    # That there is such an operation is for `task-type-schema` to say.
    if operation is None:
        return
    if operation.method != "get":
        message = f"{operation.id} is a {operation.method.upper()}, and asking for a result twice must be harmless"
        yield "/operationId", message, "name a GET"
    yield from faults(document, kind, operation, result)


def _has_credentials(document: Document, kind: Kind) -> bool:
    """Tell whether the operation that shows tasks takes credentials: its own word counts before the API's."""
    own = kind.observing.node.data.get("security") if kind.observing else None
    security = root(document).data.get("security") if own is None else own
    return is_list(security) and any(security)
