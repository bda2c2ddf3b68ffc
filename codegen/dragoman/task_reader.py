"""From `x-async-tasks` and `x-async-task` as they stand in a sound spec to `task_spec`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .durations import seconds
from .task_spec import (
    Call,
    File,
    Inline,
    Kind,
    Lifetime,
    Messages,
    Narrow,
    Observe,
    Pages,
    Progress,
    Reconcile,
    Result,
    Rule,
    Some,
    State,
    Steps,
    Submit,
    Test,
    Timing,
    Url,
    Words,
)


def kind(name: str, node: Mapping[str, Any]) -> Kind:
    """Return a kind of task."""
    asking = node.get("input", {})
    return Kind(
        name=name,
        description=_text(node, "description"),
        assumed=_text(node, "x-assumed"),
        observe=_observe(node["observe"]),
        state=_state(node["state"]),
        progress=_progress(node["progress"]) if "progress" in node else None,
        steps=_steps(node["steps"]) if "steps" in node else None,
        messages=tuple(map(_messages, node.get("messages", ()))),
        answered=_test(asking["answered"]) if "answered" in asking else None,
        actions=tuple((action, _call(call)) for action, call in asking.get("actions", {}).items()),
        cancel=_call(node["cancel"]) if "cancel" in node else None,
        result=_result(node.get("result", {"kind": "none"})),
        timing=_timing(node["timing"]),
        lifetime=_lifetime(node.get("lifetime", {})),
    )


def submit(node: Mapping[str, Any]) -> Submit:
    """Return how an operation begins a task."""
    idempotency = node.get("idempotency", "none")
    known: Mapping[str, str] = {} if idempotency == "none" else idempotency
    reconcile = node.get("reconcile")
    return Submit(
        kind=node["kind"],
        id=node["id"],
        scope=tuple(node.get("scope", {}).items()),
        accepted=tuple(node.get("accepted", ())),
        idempotency_header=known.get("header"),
        client_id=known.get("clientId"),
        reconcile=_reconcile(reconcile) if reconcile else None,
        assumed=_text(node, "x-assumed"),
    )


def _observe(node: Mapping[str, Any]) -> Observe:
    narrow = node.get("narrow")
    return Observe(
        call=_call(node),
        listed=node["shape"] == "list",
        items=node.get("items", ""),
        key=node.get("key", ""),
        pages=_pages(node["pages"]) if "pages" in node else None,
        narrow=Narrow(parameter=narrow["parameter"], phases=tuple(narrow["phases"])) if narrow else None,
        max_bytes=node.get("maxBytes"),
    )


def _pages(node: Mapping[str, Any]) -> Pages:
    size = node.get("size")
    return Pages(
        token=node["token"],
        parameter=node["parameter"],
        size=(size["parameter"], size["value"]) if size else None,
        order=node.get("order", "any"),
        most=node.get("max"),
    )


def _call(node: Mapping[str, Any]) -> Call:
    return Call(
        operation=node["operationId"],
        arguments=tuple(node.get("parameters", {}).items()),
        immediate=node.get("effect") == "immediate",
    )


def _state(node: Mapping[str, Any]) -> State:
    unknown = node.get("unknown", {})
    return State(
        at=node["at"],
        words=_words(node["map"]),
        fold=node.get("fold") == "case",
        unknown=unknown.get("as", "running"),
        unknown_after=_duration(unknown, "raiseAfter"),
        rules=tuple(Rule(test=_test(each["if"]), phase=each["then"]) for each in node.get("rules", ())),
        partial=_test(node["partial"]) if "partial" in node else None,
    )


def _test(node: Mapping[str, Any]) -> Test:
    some = node.get("some")
    return Test(
        phases=tuple(node.get("phase", ())),
        at=node.get("at"),
        values=tuple(node.get("is", ())),
        above=node.get("above"),
        some=Some(inside=some["in"], at=some["at"], values=tuple(some["is"])) if some else None,
    )


def _progress(node: Mapping[str, Any]) -> Progress:
    return Progress(percent=node.get("percent"), done=node.get("done"), total=node.get("total"), steps="from" in node)


def _steps(node: Mapping[str, Any]) -> Steps:
    return Steps(
        at=node["at"],
        key=node["key"],
        status=node["state"]["at"],
        words=_words(node["state"]["map"]),
        name=node.get("name"),
        order=node.get("order"),
    )


def _messages(node: Mapping[str, Any]) -> Messages:
    level: str | Mapping[str, Any] = node.get("level", "info")
    said: Mapping[str, Any] = {} if isinstance(level, str) else level
    return Messages(
        text=node["text"],
        inside=node.get("in"),
        level=level if isinstance(level, str) else "info",
        level_at=said.get("at"),
        levels=_words(said.get("map", {})),
    )


def _result(node: Mapping[str, Any]) -> Result:
    match node["kind"]:
        case "url":
            return File(
                urls=tuple(map(_url, node["urls"])),
                hosts=tuple(node["hosts"]),
                refresh=node.get("refresh", "observe") == "observe",
                size=node.get("size"),
                sha256=node.get("sha256"),
                md5=node.get("md5"),
                media_type=node.get("mediaType"),
                max_bytes=node.get("maxBytes"),
            )
        case "inline":
            return Inline(node["at"])
        case "operation":
            return _call(node)
        case _:
            return None


def _url(node: Mapping[str, Any]) -> Url:
    expires = node.get("expires")
    after = _duration(expires, "after") if isinstance(expires, Mapping) else expires
    return Url(at=node["at"], api_credentials=node["auth"] == "api", expires=after)


def _timing(node: Mapping[str, Any]) -> Timing:
    rate = node.get("rate")
    return Timing(
        min=_duration(node, "min") or 0.0,
        max=_duration(node, "max") or 0.0,
        first=_duration(node, "first"),
        factor=node.get("factor"),
        jitter=node.get("jitter"),
        retry_after=node.get("retryAfter", True),
        retry_after_max=_duration(node, "retryAfterMax"),
        rate=(rate["requests"], _duration(rate, "per") or 0.0) if rate else None,
    )


def _lifetime(node: Mapping[str, Any]) -> Lifetime:
    missing = node.get("missing", {})
    return Lifetime(
        visible_within=_duration(node, "visibleWithin"),
        retention=_duration(node, "retention"),
        missing_sweeps=missing.get("sweeps"),
        missing_grace=_duration(missing, "grace"),
    )


def _reconcile(node: Mapping[str, Any]) -> Reconcile:
    return Reconcile(
        match=tuple((each["item"], each["equals"]) for each in node["match"]),
        unique=node["unique"],
        created=node.get("created"),
        settle=_duration(node, "settle"),
    )


def _words(node: Mapping[str, str]) -> Words:
    return tuple(node.items())


def _duration(node: Mapping[str, Any], word: str) -> float | None:
    return seconds(node[word]) if word in node else None


def _text(node: Mapping[str, Any], word: str) -> str:
    value = node.get(word)
    return value.strip() if isinstance(value, str) else ""
