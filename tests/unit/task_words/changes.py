"""Changes of each word of task types: what is changed, on which spec, and who behaves differently."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, cast

from attrs import frozen

Side: TypeAlias = Literal["client", "mock", "code"]
"""Program that shows a change: a client, the mock server, or only the generated code, as its documentation."""


@frozen
class Change:
    """Change of one word."""

    path: str
    value: Any
    sides: frozenset[Side]
    """Sides that must behave differently; empty: lint must refuse the change."""

    before: dict[str, Any]
    """Words of the spec that is changed, by path."""


def _of(sides: str, path: str, value: Any, **before: Any) -> Change:
    """Return a change; `before` has the words of the first segment of the path, with `__` for dots."""
    first = path.partition(".")[0]
    words = {
        name if name.startswith(("start", "work", "job")) else f"{first}.{name}": each for name, each in before.items()
    }
    return Change(
        path,
        value,
        frozenset(cast("list[Side]", sides.split())),
        {name.replace("__", "."): each for name, each in words.items()},
    )


_PAGES: Final = {"token": "/next", "parameter": "after", "size": {"parameter": "size", "value": 4}, "order": "any"}
_FILTER: Final = {"parameter": "status", "phases": ["queued", "running"]}
_STEPS: Final = {
    "at": "/parts",
    "key": "/key",
    "name": "/name",
    "order": "/order",
    "state": {
        "at": "/status",
        "phases": {
            "wait": "queued",
            "run": "running",
            "ask": "running",
            "ok": "succeeded",
            "none": "skipped",
            "bad": "failed",
            "gone": "cancelled",
        },
    },
}
_LEVELS: Final = {
    "at": "/status",
    "levels": {
        "wait": "info",
        "run": "info",
        "ask": "info",
        "ok": "info",
        "none": "info",
        "bad": "error",
        "gone": "info",
    },
}
_MESSAGES: Final = [{"in": "/parts", "text": "/name", "level": "info"}]
_CALL: Final = {"operationId": "works.cancelWork", "parameters": {"id": "$task.id", "reason": "why"}}
_CONFIRM: Final = {"operationId": "works.confirmWork", "parameters": {"id": "$task.id", "reason": "why"}}
_INPUT: Final = {"actions": {"confirm": _CONFIRM}}
_URL: Final = {
    "kind": "url",
    "urls": [{"at": "/url", "auth": "none"}],
    "hosts": ["files.example"],
    "size": "/size",
    "sha256": "/sha256",
    "md5": "/md5",
}
_OPERATION: Final = {
    "kind": "operation",
    "operationId": "works.getReport",
    "parameters": {"id": "$task.id", "reason": "a"},
}
_RECONCILE: Final = {
    "match": [{"item": "/name", "equals": "$request.body#/name"}],
    "created": "/began",
    "unique": True,
    "settle": "PT5S",
}
_SAME_TITLE: Final = {"item": "/title", "equals": "$request.body#/title"}
_SOME: Final = {"in": "/parts", "at": "/status", "is": ["bad"]}


def _conditions(sides: str, place: str, phase: str, **before: Any) -> list[Change]:
    """Return the changes of the words of a condition at a path, which is evaluated in a phase."""
    name = "__".join(place.split(".")[1:])

    def change(word: str, value: Any, condition: dict[str, Any]) -> Change:
        return _of(sides, f"{place}.{word}", value, **before, **{name: condition})

    return [
        change("phase.0", "queued", {"phase": [phase]}),
        change("phase", ["queued"], {"phase": [phase]}),
        change("at", "/second/answer", {"at": "/answer", "is": ["yes", None]}),
        change("is.0", "another", {"at": "/title", "is": ["title"]}),
        change("is", ["maybe"], {"at": "/answer", "is": ["yes", None]}),
        change("above", 1000, {"at": "/number", "above": 4}),
        change("some.in", "/others", {"some": _SOME}),
        change("some.at", "/second/status", {"some": _SOME}),
        change("some.is.0", "gone", {"some": _SOME}),
        change("some.is", ["gone"], {"some": _SOME}),
        change("some", {**_SOME, "in": "/others"}, {"some": _SOME}),
    ]


CHANGES: Final = [
    _of("", "work.version", 2),
    _of("code", "work.description", "Another work."),
    # poll
    _of("client mock", "work.poll.operationId", "works.listOthers"),
    _of("", "work.poll.shape", "item"),
    _of("client", "work.poll.parameters.place", "south", poll__parameters={"place": "north"}),
    _of("client", "job.poll.parameters.place", "$scope.place", startJob__scope={"place": "$request.query.place"}),
    _of("client mock", "work.poll.items", "/second/items"),
    _of("client mock", "work.poll.key", "/title"),
    _of("mock", "job.poll.key", "/name"),
    _of("client mock", "work.poll.pages.token", "/second/next", poll__pages=_PAGES),
    _of("client mock", "work.poll.pages.parameter", "since", poll__pages=_PAGES),
    _of("client mock", "work.poll.pages.size.parameter", "count", poll__pages=_PAGES),
    _of("client", "work.poll.pages.size.value", 1, poll__pages=_PAGES),
    _of("client mock", "work.poll.pages.size", None, poll__pages=_PAGES),
    _of("mock", "work.poll.pages.order", "newest-first", poll__pages=_PAGES),
    _of("", "work.poll.pages.order", "ascending", poll__pages=_PAGES),
    _of("client", "work.poll.pages.max", 1, poll__pages=_PAGES),
    _of("client mock", "work.poll.filter.parameter", "state", poll__filter=_FILTER),
    _of("client", "work.poll.filter.phases.1", "needs-input", poll__filter=_FILTER),
    _of("client", "work.poll.filter.phases", ["queued"], poll__filter=_FILTER),
    _of("client", "work.poll.maxBytes", 1024),
    # state
    _of("client mock", "work.state.at", "/second/status"),
    _of("client mock", "work.state.phases.wait", "running"),
    _of("client", "work.state.fold", "case"),
    _of("", "work.state.fold", "accents"),
    _of("client", "work.state.unknown.as", "queued"),
    _of("client", "work.state.unknown.raiseAfter", "PT30S"),
    *_conditions("client", "work.state.partial", "succeeded"),
    *_conditions(
        "client",
        "work.state.rules.0.if",
        "running",
        state__rules=[{"if": {"at": "/number", "above": 9}, "then": "failed"}],
    ),
    _of(
        "client",
        "work.state.rules.0.then",
        "failed",
        state__rules=[{"if": {"phase": ["skipped"]}, "then": "succeeded"}],
    ),
    # progress, steps, messages
    _of("client mock", "work.progress.percent", "/second/percent", progress={"percent": "/percent"}),
    _of("client mock", "work.progress.done", "/second/done", progress={"done": "/done", "total": "/total"}),
    _of("client mock", "work.progress.total", "/second/total", progress={"done": "/done", "total": "/total"}),
    _of("client", "work.progress.from", "steps", steps=_STEPS),
    _of("client mock", "work.steps.at", "/others", steps=_STEPS),
    _of("client mock", "work.steps.key", "/second/key", steps=_STEPS),
    _of("client mock", "work.steps.name", "/second/name", steps=_STEPS),
    _of("client mock", "work.steps.order", "/second/order", steps=_STEPS),
    _of("client mock", "work.steps.state.at", "/second/status", steps=_STEPS),
    _of("client mock", "work.steps.state.phases.run", "queued", steps=_STEPS),
    _of("client mock", "work.messages.0.in", "/others", messages=_MESSAGES),
    _of("client", "work.messages.0.text", "/key", messages=_MESSAGES),
    _of("client", "work.messages.0.level", "warning", messages=_MESSAGES),
    _of("client", "work.messages.0.level.at", "/second/status", messages=[{**_MESSAGES[0], "level": _LEVELS}]),
    _of("client", "work.messages.0.level.levels.bad", "warning", messages=[{**_MESSAGES[0], "level": _LEVELS}]),
    # input and cancel
    *_conditions("client", "job.input.answered", "needs-input", input=_INPUT),
    _of("client mock", "job.input.actions.confirm.operationId", "works.agreeToWork", input=_INPUT),
    _of("client", "job.input.actions.confirm.parameters.reason", "because", input=_INPUT),
    _of("client", "job.input.actions.confirm.parameters.reason", None, input=_INPUT),
    _of("client mock", "work.cancel.operationId", "works.stopWork", cancel=_CALL),
    _of("client", "work.cancel.parameters.reason", "because", cancel=_CALL),
    _of("", "work.cancel.parameters.reason", "because {$task.id}", cancel=_CALL),
    _of("", "work.cancel.effect", "immediate", cancel=_CALL),
    # result
    _of("client", "work.result", {"kind": "inline", "at": "/number"}, result={"kind": "none"}),
    _of("", "work.result.kind", "file", result={"kind": "none"}),
    _of("client", "work.result.at", "/name", result={"kind": "inline", "at": "/number"}),
    _of("client", "work.result.operationId", "works.getSummary", result=_OPERATION),
    _of("client", "work.result.parameters.reason", "b", result=_OPERATION),
    _of("client mock", "work.result.urls.0.at", "/second/url", result=_URL),
    _of("client mock", "work.result.urls.0.auth", "api", result=_URL),
    _of("client", "work.result.urls.0.expires", "url", result=_URL),
    _of("client mock", "work.result.urls.0.expires", "/expiry", result=_URL),
    _of("client", "work.result.urls.0.expires.after", "PT15S", result=_URL),
    _of("client", "work.result.hosts.0", "elsewhere.example", result=_URL),
    _of("client", "work.result.hosts", [], result=_URL),
    _of("client", "work.result.refresh", "never", result=_URL),
    _of("client mock", "work.result.size", "/second/size", result=_URL),
    _of("client mock", "work.result.sha256", "/second/sha256", result=_URL),
    _of("client mock", "work.result.md5", "/second/md5", result=_URL),
    _of("client mock", "work.result.mediaType", "text/csv", result=_URL),
    _of("client", "work.result.maxBytes", 3, result=_URL),
    # timing
    _of("client", "work.timing.first", "PT9S"),
    _of("client", "work.timing.min", "PT3S"),
    _of("client", "work.timing.max", "PT20S"),
    _of("client", "work.timing.factor", 3),
    _of("client", "work.timing.jitter", 0.5),
    _of("client", "work.timing.retryAfter", value=False),
    _of("client", "work.timing.retryAfterMax", "PT10S"),
    _of("client", "work.timing.rate.requests", 30, timing__rate={"requests": 1, "per": "PT5S"}),
    _of("client", "work.timing.rate.per", "PT50S", timing__rate={"requests": 1, "per": "PT5S"}),
    # lifetime
    _of("client", "work.lifetime.visibleWithin", "PT2M", lifetime={"missing": {"polls": 1, "grace": "PT1S"}}),
    _of("client", "work.lifetime.retention", "PT3M"),
    _of("client", "work.lifetime.missing.polls", 30),
    _of("client", "work.lifetime.missing.grace", "PT2M"),
    # x-begins-task
    _of("", "startWork.type", "job"),
    _of("", "startWork.type", "play"),
    _of("client mock", "startWork.id", "$response.body#/inner/id"),
    _of("client mock", "startWork.id", "$response.header.X-Id"),
    _of("client mock", "startWork.id", "$request.body#/uuid"),
    _of("", "startWork.id", "$response.body#/nothing"),
    _of("client mock", "startWork.accepted.0", 202, startWork__accepted=[200]),
    _of("client mock", "startJob.accepted", [202]),
    _of("client", "startWork.scope.place", "$request.query.area", startWork__scope={"place": "$request.query.place"}),
    _of("mock", "startWork.idempotency.header", "Key"),
    _of("client mock", "startWork.idempotency.header", "Other-Key", startWork__idempotency={"header": "Key"}),
    _of("client mock", "startWork.idempotency.clientId", "$request.body#/uuid"),
    _of(
        "client",
        "startWork.idempotency.clientId",
        "$request.header.Key",
        startWork__idempotency={"clientId": "$request.body#/uuid"},
    ),
    _of("", "startWork.idempotency.window", "PT1H", startWork__idempotency={"header": "Key"}),
    _of("client mock", "startWork.reconcile.match.0.item", "/title", startWork__reconcile=_RECONCILE),
    _of("client mock", "startWork.reconcile.match.0.equals", "$request.body#/title", startWork__reconcile=_RECONCILE),
    _of(
        "client mock",
        "startWork.reconcile.created",
        "/second/began",
        startWork__reconcile=_RECONCILE | {"unique": False, "match": [_SAME_TITLE]},
    ),
    _of("client", "startWork.reconcile.unique", value=False, startWork__reconcile=_RECONCILE),
    _of("client", "startWork.reconcile.settle", "PT50S", startWork__reconcile=_RECONCILE),
]
