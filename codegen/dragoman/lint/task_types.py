"""Checks of task types (`x-task-types`): form, timing, result, actions, polling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from taskclients_core.json_pointer import parse
from taskclients_core.tasks.expressions import TASK_ID

from ..diagnostics import Problem
from ..spec.task_types import filter_words, seconds
from ..spec.yaml_document import Document
from .findings import Finding
from .pagination import kind_of
from .shapes import items, kinds, values
from .tasks import Fault, TaskType, faults, form, named, schema_of, schema_of_tasks, task_types
from .values import is_list, is_object, listed, nearest, preview
from .walk import Node, Operation, nodes, operations, report, root

TASK_TYPE_SCHEMA: Final = "task-type-schema"

_PATTERNS: Final = {
    "ptr": ("a JSON Pointer", "write a pointer such as /status"),
    "expr": ("a runtime expression", "write an expression such as $response.body#/id"),
    "constant": ("a constant or a whole expression", "write an expression alone: none is replaced inside a text"),
    "expiry": ("url or a JSON Pointer", "write expires: url, expires: /expiresAt or expires: {after: PT1H}"),
    "dur": ("a duration", "write days, hours, minutes and seconds such as PT30S, PT1M30S or P7D"),
    "host": ("a host name", "write a name such as files.example.com or *.example.com"),
}
_TYPE_NAME: Final = ("a valid name for a task type", "write a name such as orderImport")

EXAMPLES: Final = {
    "version": "version: 1",
    "poll": "poll: {operationId: tasks.listTasks, shape: list, items: /items, key: /id}",
    "state": "state: {at: /status, phases: {Running: running, Done: succeeded, Failed: failed}}",
    "progress": "progress: {percent: /percent}",
    "steps": "steps: {at: /steps, key: /id, state: {at: /status, phases: {Running: running, Done: succeeded}}}",
    "messages": "messages: [{in: /errors, text: /message, level: error}]",
    "input": "input: {actions: {confirm: {operationId: tasks.confirmTask, parameters: {id: $task.id}}}}",
    "cancel": "cancel: {operationId: tasks.cancelTask, parameters: {id: $task.id}}",
    "result": "result: {kind: url, urls: [{at: /url, auth: none}], hosts: [files.example.com]}",
    "timing": "timing: {min: PT2S, max: PT1M}",
    "lifetime": "lifetime: {visibleWithin: PT30S, retention: P7D}",
    "type": "type: orderImport",
    "id": "id: $response.body#/id",
    "accepted": "accepted: [202]",
    "scope": "scope: {shop: $request.path.shop}",
    "idempotency": "idempotency: {header: Idempotency-Key}",
    "reconcile": "reconcile: {match: [{item: /name, equals: $request.body#/name}], unique: false}",
    "poll.pages": "pages: {token: /next_page_token, parameter: page_token}",
    "poll.filter": "filter: {parameter: status, phases: [queued, running]}",
    "state.phases": "phases: {Running: running, Done: succeeded, Failed: failed}",
    "state.partial": "partial: {at: /errorCount, above: 0}",
    "state.rules": "rules: [{if: {at: /errorCount, above: 0}, then: failed}]",
    "input.answered": "answered: {at: /decision, is: [approved]}",
    "input.actions": "actions: {confirm: {operationId: tasks.confirmTask, parameters: {id: $task.id}}}",
    "timing.rate": "rate: {requests: 10, per: PT1M}",
    "lifetime.missing": "missing: {polls: 3, grace: PT1M}",
    "description": "description: Import of orders.",
    "poll.operationId": "operationId: tasks.listTasks",
    "poll.shape": "shape: list",
    "poll.parameters": "parameters: {shop: $scope.shop}",
    "poll.items": "items: /items",
    "poll.key": "key: /id",
    "poll.maxBytes": "maxBytes: 8388608",
    "poll.pages.token": "token: /next_page_token",
    "poll.pages.parameter": "parameter: page_token",
    "poll.pages.size": "size: {parameter: page_size, value: 100}",
    "poll.pages.size.parameter": "parameter: page_size",
    "poll.pages.size.value": "value: 100",
    "poll.pages.order": "order: newest-first",
    "poll.pages.max": "max: 10",
    "poll.filter.parameter": "parameter: status",
    "poll.filter.phases": "phases: [queued, running]",
    "state.at": "at: /status",
    "state.fold": "fold: case",
    "state.unknown": "unknown: {as: running, raiseAfter: PT1H}",
    "state.unknown.as": "as: running",
    "state.unknown.raiseAfter": "raiseAfter: PT1H",
    "state.rules.if": "if: {at: /errorCount, above: 0}",
    "state.rules.then": "then: failed",
    "progress.percent": "percent: /percent",
    "progress.done": "done: /done",
    "progress.total": "total: /total",
    "progress.from": "from: steps",
    "steps.at": "at: /steps",
    "steps.key": "key: /id",
    "steps.name": "name: /title",
    "steps.order": "order: /position",
    "steps.state": "state: {at: /status, phases: {Running: running, Done: succeeded}}",
    "steps.state.at": "at: /status",
    "steps.state.phases": "phases: {Running: running, Done: succeeded}",
    "messages.in": "in: /errors",
    "messages.text": "text: /message",
    "messages.level": "level: error",
    "messages.level.at": "at: /severity",
    "messages.level.levels": "levels: {W: warning, E: error}",
    "input.actions.confirm": "confirm: {operationId: tasks.confirmTask, parameters: {id: $task.id}}",
    "input.actions.confirm.operationId": "operationId: tasks.confirmTask",
    "input.actions.confirm.parameters": "parameters: {id: $task.id}",
    "cancel.operationId": "operationId: tasks.cancelTask",
    "cancel.parameters": "parameters: {id: $task.id}",
    "result.kind": "kind: url",
    "result.at": "at: /report",
    "result.operationId": "operationId: tasks.getReport",
    "result.parameters": "parameters: {id: $task.id}",
    "result.urls": "urls: [{at: /url, auth: none}]",
    "result.urls.at": "at: /url",
    "result.urls.auth": "auth: none",
    "result.urls.expires": "expires: {after: PT1H}",
    "result.urls.expires.after": "after: PT1H",
    "result.hosts": "hosts: [files.example.com]",
    "result.refresh": "refresh: never",
    "result.size": "size: /bytes",
    "result.sha256": "sha256: /sha256",
    "result.md5": "md5: /md5",
    "result.mediaType": "mediaType: text/csv",
    "result.maxBytes": "maxBytes: 1073741824",
    "timing.first": "first: PT5S",
    "timing.min": "min: PT2S",
    "timing.max": "max: PT1M",
    "timing.factor": "factor: 1.5",
    "timing.jitter": "jitter: 0.2",
    "timing.retryAfter": "retryAfter: true",
    "timing.retryAfterMax": "retryAfterMax: PT10M",
    "timing.rate.requests": "requests: 10",
    "timing.rate.per": "per: PT1M",
    "lifetime.visibleWithin": "visibleWithin: PT30S",
    "lifetime.retention": "retention: P7D",
    "lifetime.missing.polls": "polls: 3",
    "lifetime.missing.grace": "grace: PT1M",
    "idempotency.header": "header: Idempotency-Key",
    "idempotency.clientId": "clientId: $request.body#/uuid",
    "reconcile.match": "match: [{item: /name, equals: $request.body#/name}]",
    "reconcile.match.item": "item: /name",
    "reconcile.match.equals": "equals: $request.body#/name",
    "reconcile.created": "created: /createdAt",
    "reconcile.unique": "unique: false",
    "reconcile.settle": "settle: PT10S",
}
"""Path of a member in a task type or in `x-begins-task`, without indices -> valid example for hints."""

RESULTS: Final = {
    "inline": "result: {kind: inline, at: /report}",
    "operation": "result: {kind: operation, operationId: tasks.getReport, parameters: {id: $task.id}}",
}
"""Kind of result -> valid example; of other kinds, `EXAMPLES` has them."""

_CALLS: Final = (("poll",), ("cancel",), ("result",), ("input", "actions"))


def check_task_type_schema(document: Document) -> Iterator[Problem]:
    """`x-task-types` or `x-begins-task` does not have the form of `task-types.schema.json`.

    The code that polls a task is generated from these definitions. Without this check, a typo would be found only when
    a task never ends.

    Write the task types under `components: x-task-types:`, each with at least `version: 1`, `poll`, `state` and
    `timing`; and `x-begins-task: {type: <task type>, id: $response.body#/id}` on each operation that begins a task. All
    members are in `task-types.schema.json` beside this module.
    """
    components = root(document).child("components", "components")
    names: list[str] = []
    if components and "x-task-types" in components.data:
        definitions = components.data["x-task-types"]
        names = list(definitions) if is_object(definitions) else []
        yield from _form(document, components.at("x-task-types"), "definitions", definitions)
        yield from _task_type_schema_calls(document, components)
    begun: set[str] = set()
    for operation in nodes(document, "operation"):
        if "x-begins-task" in operation.data:
            yield from _form(document, operation.at("x-begins-task"), "submit", operation.data["x-begins-task"])
            yield from _type_name(document, operation, names)
            task = operation.data["x-begins-task"]
            begun.add(str(task.get("type")) if is_object(task) else "")
    # Not if an operation has an unknown type: it may be meant for an unused task type.
    for name in names if begun <= set(names) else ():
        if components and name not in begun:
            where = components.at("x-task-types", name)
            hint = f"write x-begins-task: {{type: {name}, id: $response.body#/id}} on an operation, or remove the type"
            yield report(document, TASK_TYPE_SCHEMA, where, "no operation begins a task of this type", hint)


def _form(document: Document, where: str, part: str, value: Any) -> Iterator[Problem]:
    schema = schema_of_tasks()
    patterns = {schema["$defs"][name]["pattern"]: texts for name, texts in _PATTERNS.items()}
    patterns[schema["properties"]["definitions"]["propertyNames"]["pattern"]] = _TYPE_NAME
    for finding in form(part)(value):
        texts = patterns.get(finding.wanted) if finding.keyword == "pattern" else None
        message = f"{preview(finding.value)} is not {texts[0]}" if texts else finding.problem
        hint = texts[1] if texts else _example(part, finding)
        yield report(document, TASK_TYPE_SCHEMA, where + finding.pointer, message, hint)


def _example(part: str, finding: Finding) -> str:
    """Return a hint with a valid example of the member that a finding is about."""
    if finding.keyword == "not":
        return "remove it, or write shape: list"
    if finding.keyword == "additionalProperties" and finding.names:
        return nearest(finding.names[0], finding.allowed, "remove it")
    if str(finding).endswith("exclude each other"):
        return "remove one of the two"
    names = [name for name in parse(finding.pointer)[1 if part == "definitions" else 0 :] if not name.isdecimal()]
    kind = finding.value.get("kind") if names == ["result"] and is_object(finding.value) else None
    if kind in RESULTS:
        return f"write {RESULTS[kind]}"
    missing = [EXAMPLES[place] for name in finding.names if (place := ".".join([*names, name])) in EXAMPLES]
    if missing:
        return f"write {' or '.join(missing)}"
    for end in range(len(names), 0, -1):
        if (place := ".".join(names[:end])) in EXAMPLES:
            return f"write {EXAMPLES[place]}"
    if part == "submit":
        return "write x-begins-task: {type: orderImport, id: $response.body#/id}"
    return f"write {{{EXAMPLES['version']}, {EXAMPLES['poll']}, {EXAMPLES['state']}, {EXAMPLES['timing']}}}"


def _type_name(document: Document, operation: Node, names: list[str]) -> Iterator[Problem]:
    task = operation.data["x-begins-task"]
    name = task.get("type") if is_object(task) else None
    if isinstance(name, str) and name not in names:
        where = operation.at("x-begins-task", "type")
        hint = nearest(name, names, "add it to components.x-task-types")
        yield report(document, TASK_TYPE_SCHEMA, where, f"there is no task type '{name}'", hint)


def _task_type_schema_calls(document: Document, components: Node) -> Iterator[Problem]:
    known = [operation.id for operation in operations(document)]
    for definition in components.children("task", "x-task-types"):
        for tokens in _CALLS:
            calls = definition.children("call", *tokens) if len(tokens) > 1 else [definition.child("call", *tokens)]
            for call in calls:
                name = call.data.get("operationId") if call else None
                if call and isinstance(name, str) and name not in known:
                    hint = nearest(name, known, "write the operationId of an operation")
                    yield report(
                        document, TASK_TYPE_SCHEMA, call.at("operationId"), f"there is no operation '{name}'", hint
                    )


TASK_TIMING: Final = "task-timing"

_Fault = tuple[tuple[str, ...], str, str]


def check_task_timing(document: Document) -> Iterator[Problem]:
    """The durations of a task type are zero or contradict each other.

    The client would poll without a pause, or treat a new task as expired.

    Write `timing: {min: PT2S, max: PT1M}` with `min` above zero and at most `max`; `first`, `retryAfterMax` and
    `rate.per` above zero; and under `lifetime` a `retention` above `visibleWithin`.
    """
    for task_type in task_types(document):
        for tokens, message, hint in (*_timing(task_type), *_lifetime(task_type)):
            yield report(document, TASK_TIMING, task_type.node.at(*tokens), message, hint)


def _timing(task_type: TaskType) -> Iterator[_Fault]:
    timing: Mapping[str, Any] = task_type.node.data["timing"]
    least, most = _seconds(timing, "min"), _seconds(timing, "max")
    if not least:
        yield (
            ("timing", "min"),
            "min must be above zero",
            "write the shortest time between two polls, such as min: PT2S",
        )
    elif least > most:
        yield ("timing", "min"), f"min ({timing['min']}) is longer than max ({timing['max']})", "swap the two"
    for name in ("first", "retryAfterMax"):
        if name in timing and not _seconds(timing, name):
            yield ("timing", name), f"{name} must be above zero", f"write a duration such as {name}: PT5S, or remove it"
    if "rate" in timing and not _seconds(timing["rate"], "per"):
        yield ("timing", "rate", "per"), "per must be above zero", "write a duration such as per: PT1M"


def _lifetime(task_type: TaskType) -> Iterator[_Fault]:
    lifetime: Mapping[str, Any] = task_type.node.data.get("lifetime", {})
    if "retention" in lifetime and _seconds(lifetime, "retention") <= _seconds(lifetime, "visibleWithin"):
        message = "retention must be longer than visibleWithin"
        yield ("lifetime", "retention"), message, "write how long the server keeps a task, such as retention: P7D"


def _seconds(node: Mapping[str, Any], name: str) -> float:
    return (seconds(node[name]) or 0.0) if name in node else 0.0


TASK_RESULT: Final = "task-result"


def check_task_result(document: Document) -> Iterator[Problem]:
    """The result of a task type cannot be fetched as described.

    Without this check, a task would succeed and its result be unreachable.

    Write `result: {kind: none}` if a task has no result; `{kind: inline, at: /report}` with the member of the task that
    is the result; `{kind: operation, operationId: tasks.getReport, parameters: {id: $task.id}}` with a GET; or
    `{kind: url, urls: [{at: /url, auth: none}], hosts: [files.example.com]}` with the members that contain links.
    `auth: api` sends the credentials of the API, so the API must have some; `auth: none` sends none. At least one
    status value must mean `succeeded` or `skipped`.
    """
    for task_type in task_types(document):
        state = task_type.node.data["state"]
        ends = [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]
        if "succeeded" not in ends and "skipped" not in ends:
            where = task_type.node.at("state", "phases")
            message = "no status value means succeeded, so no task has a result"
            yield report(document, TASK_RESULT, where, message, "write succeeded as the phase of a status value")
        result: Mapping[str, Any] = task_type.node.data.get("result", {})
        faults_of = {"url": _urls, "operation": _operation}.get(result.get("kind", ""))
        for pointer, message, hint in faults_of(document, task_type, result) if faults_of else ():
            yield report(document, TASK_RESULT, task_type.node.at("result") + pointer, message, hint)


def _urls(document: Document, task_type: TaskType, result: Mapping[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, url in enumerate(result["urls"]):
        if url["auth"] == "api" and not _has_credentials(document, task_type):
            yield f"/urls/{index}/auth", "auth is api, but the API has no credentials", "write auth: none"
        if url["at"] in seen:
            yield f"/urls/{index}/at", f"{url['at']} is listed twice", "remove one of the two"
        seen.add(url["at"])
        expires = url.get("expires")
        if isinstance(expires, dict) and not seconds(expires["after"]):
            yield (
                f"/urls/{index}/expires",
                "the validity of a link must be above zero",
                "write a duration such as expires: {after: PT1H}",
            )


def _operation(document: Document, task_type: TaskType, result: Mapping[str, Any]) -> Iterator[Fault]:
    known = {operation.id: operation for operation in operations(document)}
    operation = known.get(result["operationId"])
    # `task-type-schema` reports unknown operations.
    if operation is None:
        return
    if operation.method != "get":
        message = f"a result needs a GET, but {operation.id} is a {operation.method.upper()}"
        yield "/operationId", message, "write the operationId of a GET"
    yield from faults(document, task_type, operation, result)


def _has_credentials(document: Document, task_type: TaskType) -> bool:
    """Return True if the polled operation has credentials; its own `security` overrides that of the document."""
    own = task_type.polled.node.data.get("security") if task_type.polled else None
    security = root(document).data.get("security") if own is None else own
    return is_list(security) and any(security)


TASK_ACTIONS: Final = "task-actions"


def check_task_actions(document: Document) -> Iterator[Problem]:
    """An action of a task type cannot be called as described.

    `cancel` and `input.actions.confirm` become methods of the handle without arguments, so all required parameters must
    be known from the task.

    Write `cancel: {operationId: tasks.cancelTask, parameters: {id: $task.id}}` with an operation other than GET and
    without a required body. Each required parameter needs a value: `$task.id`, `$scope.<name>` if every `x-begins-task`
    of the type has `<name>` under `scope`, or a constant. With `input`, at least one status value must mean
    `needs-input`.
    """
    known = {operation.id: operation for operation in operations(document)}
    for task_type in task_types(document):
        for call in _task_actions_calls(task_type):
            # `task-type-schema` reports unknown operations.
            operation = known.get(call.data["operationId"])
            if operation is None:
                continue
            if operation.method in ("get", "head", "options"):
                message = f"{operation.id} is a {operation.method.upper()}, which cannot change a task"
                hint = "write the operationId of the operation that performs the action"
                yield report(document, TASK_ACTIONS, call.at("operationId"), message, hint)
            if TASK_ID not in call.data.get("parameters", {}).values():
                message = "no parameter has $task.id, so the call does not identify the task"
                yield report(document, TASK_ACTIONS, call.pointer, message, "write parameters: {<parameter>: $task.id}")
            for pointer, message, hint in faults(document, task_type, operation, call.data):
                yield report(document, TASK_ACTIONS, call.pointer + pointer, message, hint)
        if "input" in task_type.node.data and not _needs_input(task_type):
            message = "no status value means needs-input"
            hint = "write needs-input as the phase of a status value, or remove input"
            yield report(document, TASK_ACTIONS, task_type.node.at("input"), message, hint)


def _task_actions_calls(task_type: TaskType) -> Iterator[Node]:
    cancel = task_type.node.child("call", "cancel")
    if cancel:
        yield cancel
    yield from task_type.node.children("call", "input", "actions")


def _needs_input(task_type: TaskType) -> bool:
    state = task_type.node.data["state"]
    return "needs-input" in [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]


TASK_POLL: Final = "task-poll"


def check_task_poll(document: Document) -> Iterator[Problem]:
    """The operation under `poll` cannot be called as described.

    The client polls without user interaction, so the operation must be safe to repeat and all required parameters must
    be known.

    Write under `poll` a GET with a JSON response, and a value for each required parameter: `$task.id` (with
    `shape: item` only), `$scope.<name>` if every `x-begins-task` of the type has `<name>` under `scope`, or a constant.
    `pages.parameter` is a query parameter of type string, `pages.size.parameter` one of type integer, and
    `filter.parameter` one that accepts the status values of the phases under `filter.phases`.

    A list with `x-pagination` needs `pages`, or tasks on later pages would count as lost. Polls follow tokens only.
    """
    for task_type in task_types(document):
        # `task-type-schema` reports unknown operations.
        if task_type.polled:
            for pointer, message, hint in _faults(document, task_type, task_type.polled):
                yield report(document, TASK_POLL, task_type.node.at("poll") + pointer, message, hint)


def _faults(document: Document, task_type: TaskType, operation: Operation) -> Iterator[Fault]:
    poll: Mapping[str, Any] = task_type.node.data["poll"]
    if operation.method != "get":
        message = f"poll needs a GET, but {operation.id} is a {operation.method.upper()}"
        yield "/operationId", message, "write the operationId of a GET"
    if task_type.response is None:
        message = f"{operation.id} has no JSON response"
        yield "/operationId", message, "write the operationId of an operation that responds with tasks as JSON"
    bound = list(poll.get("parameters", {}).values())
    if task_type.listed and TASK_ID in bound:
        yield (
            "/parameters",
            "$task.id has no single value for a list of tasks",
            "write shape: item, or remove the parameter",
        )
    if not task_type.listed and TASK_ID not in bound:
        yield (
            "",
            "no parameter has $task.id, so the call does not identify the task",
            "write parameters: {<parameter>: $task.id}",
        )
    pages, status_filter = poll.get("pages", {}), poll.get("filter", {})
    given = {pages.get("parameter"), pages.get("size", {}).get("parameter"), status_filter.get("parameter")}
    yield from faults(document, task_type, operation, poll, given={each for each in given if each})
    known = {name: node for name, node in named(document, operation).items() if node.data.get("in") == "query"}
    if task_type.listed and not pages:
        yield from _unread_pages(operation)
    if pages:
        yield from _query(document, known, "/pages/parameter", pages["parameter"], "string")
    if "size" in pages:
        yield from _query(document, known, "/pages/size/parameter", pages["size"]["parameter"], "integer")
    if status_filter:
        yield from _status_filter(document, task_type, known)


def _unread_pages(operation: Operation) -> Iterator[Fault]:
    page = operation.node.data.get("x-pagination")
    if not is_object(page):
        return
    message = f"{operation.id} returns a list in pages, and only the first one would be read"
    if kind_of(page) == "token":
        yield "", message, f"write pages: {{token: {page.get('token')}, parameter: {page.get('parameter')}}}"
    else:
        yield "", message, "polls follow pages by token only: write shape: item, with the GET that returns one task"


def _query(document: Document, known: Mapping[str, Node], where: str, name: str, wanted: str) -> Iterator[Fault]:
    parameter = known.get(name)
    if parameter is None:
        yield where, f"there is no query parameter '{name}'", nearest(name, known, _query_hint(known))
    elif wanted not in kinds(document, schema_of(parameter)):
        yield (
            where,
            f"the query parameter '{name}' is not of type {wanted}",
            f"write the name of one with type: {wanted}",
        )
    elif parameter.data.get("x-client-parameter"):
        message = f"'{name}' is set once on the client (x-client-parameter)"
        yield where, message, "remove x-client-parameter from the parameter"


def _query_hint(known: Mapping[str, Node]) -> str:
    return f"write {listed(known)}" if known else "declare it on the operation, with in: query"


def _status_filter(document: Document, task_type: TaskType, known: Mapping[str, Node]) -> Iterator[Fault]:
    status_filter: Mapping[str, Any] = task_type.node.data["poll"]["filter"]
    state: Mapping[str, Any] = task_type.node.data["state"]
    name, where = status_filter["parameter"], "/filter/parameter"
    parameter = known.get(name)
    if parameter is None:
        yield where, f"there is no query parameter '{name}'", nearest(name, known, _query_hint(known))
        return
    schema = schema_of(parameter)
    several = "array" in kinds(document, schema)
    schema = items(document, schema) if several else schema
    if "string" not in kinds(document, schema):
        yield where, f"the query parameter '{name}' is not of type string", "write the name of one with type: string"
    wanted = filter_words(state, status_filter["phases"])
    if len(wanted) > 1 and not several:
        message = f"the query parameter '{name}' accepts one value, but the phases and their rules have {len(wanted)}"
        yield where, message, "write phases: with a single phase, or type: array on the parameter"
    allowed = values(document, schema)
    for value in wanted:
        if allowed and value not in allowed:
            yield (
                where,
                f"'{value}' is not a value of '{name}'",
                nearest(value, map(str, allowed), "add it to the enum"),
            )
    for index, phase in enumerate(status_filter["phases"]):
        if phase not in state["phases"].values():
            yield f"/filter/phases/{index}", f"no status value in state.phases means {phase}", "remove it"
