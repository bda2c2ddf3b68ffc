"""Reader of `x-task-types` and `x-begins-task` into the structs of `taskclients_core.tasks.definition`.

The spec has passed lint. In these structs an operation has an operationId, a method and a path only, and the types of a
task and of its result are `Any`: lowering replaces both by symbols.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import (
    AnyItem,
    BoundCall,
    Condition,
    DownloadLink,
    DownloadLinks,
    FromItem,
    FromList,
    FromOperation,
    InlineResult,
    Lifetime,
    ListPages,
    MatchRule,
    MessagesMapping,
    Phase,
    PhaseRule,
    PollTiming,
    ProgressMapping,
    ReconcileRule,
    StatusFilter,
    StatusMapping,
    StepsMapping,
    Submission,
    TaskType,
)

T = TypeVar("T")
Node: TypeAlias = Mapping[str, Any]

Operations: TypeAlias = Callable[[str], Operation[Any]]
"""Returns the operation of an operationId."""


def read_task_type(name: str, node: Node, operations: Operations) -> TaskType[Any, Any]:
    """Read a task type (`x-task-types`)."""
    input_node = node.get("input", {})
    return _make(
        TaskType[Any, Any],
        name=name,
        model=Any,
        poll=_poll(node["poll"], node["state"], operations),
        state=_state(node["state"]),
        timing=_timing(node["timing"]),
        lifetime=_lifetime(node.get("lifetime", {})),
        progress=_progress(node["progress"]) if "progress" in node else None,
        steps=_steps(node["steps"]) if "steps" in node else None,
        messages=tuple(map(_messages, node.get("messages", ()))),
        input_answered=_condition(input_node["answered"]) if "answered" in input_node else None,
        actions={action: _bound_call(call, operations) for action, call in input_node.get("actions", {}).items()},
        cancel=_bound_call(node["cancel"], operations) if "cancel" in node else None,
        result=_result(node.get("result", {"kind": "none"}), operations),
    )


def read_submission(node: Node, operation: Operation[Any], task_type: TaskType[Any, Any]) -> Submission[Any, Any]:
    """Read how an operation begins a task (`x-begins-task`)."""
    idempotency = node.get("idempotency", "none")
    declared: Node = {} if idempotency == "none" else idempotency
    return _make(
        Submission[Any, Any],
        operation=operation,
        task_type=task_type,
        id=node["id"],
        scope=node.get("scope"),
        accepted=tuple(node.get("accepted", ())),
        idempotency_header=declared.get("header"),
        client_id=declared.get("clientId"),
        reconcile=_reconcile(node["reconcile"]) if "reconcile" in node else None,
    )


def _make(struct: Callable[..., T], **values: Any) -> T:
    """Construct a struct, with the core's default for what the spec leaves out (None)."""
    return struct(**{name: value for name, value in values.items() if value is not None})


def _poll(node: Node, state: Node, operations: Operations) -> FromList | FromItem:
    call, max_bytes = _bound_call(node, operations), node.get("maxBytes")
    if node["shape"] != "list":
        return _make(FromItem, call=call, max_bytes=max_bytes)
    return _make(
        FromList,
        call=call,
        items=node["items"],
        key=node["key"],
        pages=_pages(node["pages"]) if "pages" in node else None,
        filter=_filter(node["filter"], state) if "filter" in node else None,
        max_bytes=max_bytes,
    )


def _pages(node: Node) -> ListPages:
    size = node.get("size")
    return _make(
        ListPages,
        token=node["token"],
        parameter=node["parameter"],
        size=(size["parameter"], size["value"]) if size else None,
        order=node.get("order"),
        max_pages=node.get("max"),
    )


def filter_words(state: Node, phases: Collection[str]) -> tuple[str, ...]:
    """Return the status words that a filter by state asks for, so that it finds the tasks in some phases."""
    # A rule can put a task into one of these phases although its word means another phase: ask for that word too.
    rules = [rule["if"].get("phase") for rule in state.get("rules", ()) if rule["then"] in phases]
    return tuple(
        word
        for word, phase in state["phases"].items()
        if phase in phases or any(not required or phase in required for required in rules)
    )


def _filter(node: Node, state: Node) -> StatusFilter:
    words = filter_words(state, node["phases"])
    return StatusFilter(node["parameter"], words, tuple(map(Phase, node["phases"])))


def _bound_call(node: Node, operations: Operations) -> BoundCall:
    return _make(
        BoundCall,
        operation=operations(node["operationId"]),
        arguments=node.get("parameters"),
    )


def _state(node: Node) -> StatusMapping:
    unknown = node.get("unknown", {})
    return _make(
        StatusMapping,
        at=node["at"],
        phases=_phases(node["phases"]),
        fold=node.get("fold") == "case",
        unknown=Phase(unknown["as"]) if "as" in unknown else None,
        unknown_after=_duration(unknown, "raiseAfter"),
        rules=tuple(PhaseRule(_condition(each["if"]), Phase(each["then"])) for each in node.get("rules", ())),
        partial=_condition(node["partial"]) if "partial" in node else None,
    )


def _condition(node: Node) -> Condition:
    some = node.get("some")
    return _make(
        Condition,
        phase=tuple(map(Phase, node.get("phase", ()))),
        at=node.get("at"),
        values=tuple(node.get("is", ())),
        above=node.get("above"),
        any_item=AnyItem(some["in"], some["at"], tuple(some["is"])) if some else None,
    )


def _progress(node: Node) -> ProgressMapping:
    return ProgressMapping(
        percent=node.get("percent"), done=node.get("done"), total=node.get("total"), steps="from" in node
    )


def _steps(node: Node) -> StepsMapping:
    return StepsMapping(
        at=node["at"],
        key=node["key"],
        status=node["state"]["at"],
        phases=_phases(node["state"]["phases"]),
        name=node.get("name"),
        order=node.get("order"),
    )


def _messages(node: Node) -> MessagesMapping:
    level: str | Node | None = node.get("level")
    mapping: Node = level if isinstance(level, Mapping) else {}
    return _make(
        MessagesMapping,
        text=node["text"],
        inside=node.get("in"),
        level=level if isinstance(level, str) else None,
        level_at=mapping.get("at"),
        levels=mapping.get("levels"),
    )


def _result(node: Node, operations: Operations) -> DownloadLinks | InlineResult | FromOperation | None:
    match node["kind"]:
        case "url":
            return _make(
                DownloadLinks,
                links=tuple(map(_link, node["urls"])),
                hosts=tuple(node["hosts"]),
                refresh=node.get("refresh", "poll") == "poll",
                size=node.get("size"),
                sha256=node.get("sha256"),
                md5=node.get("md5"),
                media_type=node.get("mediaType"),
                max_bytes=node.get("maxBytes"),
            )
        case "inline":
            return InlineResult(node["at"], Any)
        case "operation":
            return FromOperation(_bound_call(node, operations))
        case _:
            return None


def _link(node: Node) -> DownloadLink:
    expires = node.get("expires")
    expiry = _duration(expires, "after") if isinstance(expires, Mapping) else expires
    return DownloadLink(at=node["at"], api_credentials=node["auth"] == "api", expires=expiry)


def _timing(node: Node) -> PollTiming:
    rate = node.get("rate")
    return _make(
        PollTiming,
        min=_duration(node, "min"),
        max=_duration(node, "max"),
        first=_duration(node, "first"),
        factor=_number(node, "factor"),
        jitter=_number(node, "jitter"),
        retry_after=node.get("retryAfter"),
        retry_after_max=_duration(node, "retryAfterMax"),
        rate=(rate["requests"], _duration(rate, "per")) if rate else None,
    )


def _lifetime(node: Node) -> Lifetime:
    missing = node.get("missing", {})
    return _make(
        Lifetime,
        visible_within=_duration(node, "visibleWithin"),
        retention=_duration(node, "retention"),
        missing_polls=missing.get("polls"),
        missing_grace=_duration(missing, "grace"),
    )


def _reconcile(node: Node) -> ReconcileRule:
    return _make(
        ReconcileRule,
        match=tuple(MatchRule(each["item"], each["equals"]) for each in node["match"]),
        unique=node["unique"],
        created=node.get("created"),
        settle=_duration(node, "settle"),
    )


def _phases(node: Mapping[str, str]) -> dict[str, Phase]:
    return {word: Phase(name) for word, name in node.items()}


def _duration(node: Node, word: str) -> float | None:
    return seconds(node[word]) if word in node else None


def _number(node: Node, word: str) -> float | None:
    return float(node[word]) if word in node else None


_FORM: Final = re.compile(
    r"P(?=[0-9]|T[0-9])(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)


def seconds(text: str) -> float | None:
    """Return the seconds of an ISO 8601 duration, None for another text. Months and years are refused: they vary."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest
