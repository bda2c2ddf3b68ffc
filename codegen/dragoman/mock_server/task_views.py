"""Rendering of tasks as JSON: one task by id, or a list with filters and pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.tasks.definition import BoundCall, DownloadLinks, FromList, ListPages
from taskclients_core.tasks.expressions import Expression, parse_expression

from ..spec.samples import build, is_list, is_object, response_body
from . import examples, files, tasks
from .api import Api, put
from .examples import leave_out
from .messages import HttpError
from .request_context import RequestContext
from .requests import Arguments
from .responses import json_content
from .task_phases import show_phase
from .tasks import Definition, PollRoute, Stage, Store, SubmissionRoute, Task, argument, in_scope

PAGE_SIZE: Final = 3
"""Default page size, small so that a few tasks fill several pages."""

_COUNTS: Final = (
    (re.compile(r"items?_?total|total_?(items|count)", re.IGNORECASE), "items"),
    (re.compile(r"pages?_?total|total_?pages", re.IGNORECASE), "pages"),
    (re.compile(r"(items_?)?per_?page|page_?size", re.IGNORECASE), "size"),
    (re.compile(r"page(_?number)?", re.IGNORECASE), "page"),
)


def render_one(
    poll_route: PollRoute, store: Store, arguments: Arguments, context: RequestContext, link: Link
) -> dict[str, Any]:
    """Return the JSON object of the task that a request names.

    Raises:
        HttpError: 404 if there is no such task.
    """
    task_id = argument(arguments, poll_route.id_parameter)
    task = store.find(str(task_id))
    if task is None or not in_scope(task, arguments, _poll_call(poll_route)) or context.is_hidden(task):
        raise HttpError(404, f"There is no task {task_id}.", poll_route.id_parameter)
    return _render_one(task, arguments, context, link)


def render_list(
    poll_route: PollRoute, listing: FromList, store: Store, arguments: Arguments, context: RequestContext, link: Link
) -> Any:
    """Return the requested list of tasks, or one page of it.

    Raises:
        HttpError: 404 for a page token that was never given out.
    """
    definition = poll_route.definition
    call = _poll_call(poll_route)
    visible = (task for task in store if in_scope(task, arguments, call) and not context.is_hidden(task))
    found = [context.apply_lifecycle(task) for task in visible]
    status_filter, pages = listing.filter, listing.pages
    if status_filter is not None and status_filter.parameter in arguments.query:
        requested = arguments.query[status_filter.parameter]
        words = requested if is_list(requested) else [requested]
        found = [task for task in found if task.definition.status_words.get(_phase(task, context.now)) in words]
    newest_first = _newest_first(pages, arguments.query)
    if newest_first:
        found.reverse()
    if pages is None:
        return _fill_page(poll_route, listing.items, _render_all(found, arguments, context, link), {})
    token = arguments.query.get(pages.parameter)
    start = _position(found, token, newest_first=newest_first)
    size = _size(pages, arguments.query)
    page = found[start : start + size]
    next_token = _token_after(page[-1]) if page and start + size < len(found) else None
    counts = {"items": len(found), "pages": -(-len(found) // size), "size": size, "page": start // size + 1}
    body = _fill_page(poll_route, listing.items, _render_all(page, arguments, context, link), counts)
    if next_token is None:
        return close_page(definition.api, page_schema(poll_route), body, pages.token)
    put(body, pages.token, next_token)
    return body


def _poll_call(poll_route: PollRoute) -> BoundCall:
    return poll_route.definition.task_type.poll.call


def page_schema(poll_route: PollRoute) -> Any:
    """Return the schema of a page."""
    return json_content(poll_route.definition.api, poll_route.operation.success()[1]).get("schema")


def repeated_token(pages: ListPages, arguments: Arguments) -> str:
    """Return another token for the requested page."""
    token = arguments.query.get(pages.parameter)
    before = 999_999_999 if _newest_first(pages, arguments.query) else 0
    return _encode_token(f"after {before}" if token is None else f"{_decode_token(str(token))} again")


def close_page(api: Api, schema: Any, page: Any, token: str) -> Any:
    """Make a page the last one: set its token to null, or remove it if it is not nullable."""
    if is_object(page):
        put(page, token, None)
        if "null" not in api.kinds(api.schema_at(schema, parse(token))):
            leave_out(api, schema, page, parse(token))
    return page


def _render_all(tasks: Sequence[Task], arguments: Arguments, context: RequestContext, link: Link) -> list[Any]:
    return [_render_one(task, arguments, context, link) for task in tasks]


def _render_one(task: Task, arguments: Arguments, context: RequestContext, link: Link) -> dict[str, Any]:
    return context.apply_item(task, render_task(context.apply_lifecycle(task), context.now, link, arguments.path))


def _phase(task: Task, now: float) -> str:
    return task.lifecycle.at(task.started, now).phase


def _newest_first(pages: ListPages | None, query: Mapping[str, Any]) -> bool:
    """Return True for newest first: by a query value such as `created_at_asc`, or else by the spec."""
    for value in query.values():
        if isinstance(value, str) and value.endswith(("_asc", "_desc")):
            return value.endswith("_desc")
    return pages is not None and pages.order == "newest-first"


def _fill_page(poll_route: PollRoute, pointer: str, views: list[Any], counts: Mapping[str, int]) -> Any:
    """Return the response with some items: an array, or the spec's example of a page with its counts."""
    definition: Definition = poll_route.definition
    if not pointer:
        return views
    whole = response_body(definition.api, json_content(definition.api, poll_route.operation.success()[1]))
    put(whole, pointer, views)
    for name, value in whole.items():
        role = next((role for pattern, role in _COUNTS if pattern.fullmatch(name)), None)
        if role and role in counts and isinstance(value, int):
            whole[name] = counts[role]
    return whole


def _size(pages: ListPages, query: Mapping[str, Any]) -> int:
    size = query.get(pages.size[0]) if pages.size else None
    return size if isinstance(size, int) and 0 < size <= 1000 else PAGE_SIZE


def _token_after(task: Task) -> str:
    """Return the token of the page after a task. It stays valid if other tasks begin."""
    return _encode_token(f"after {task.number}")


def _encode_token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode_token(token: str) -> str:
    try:
        padding = "=" * (-len(token) % 4)  # Python 3.13 refuses more than is needed
        return base64.b64decode(f"{token}{padding}", altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _position(found: Sequence[Task], token: Any, *, newest_first: bool) -> int:
    if token is None:
        return 0
    match = re.fullmatch(r"after (\d{1,9})( again)*", _decode_token(str(token)), re.ASCII)
    if match is None:
        # Not 400: any text fits the parameter's schema, as it does that of an id.
        raise HttpError(404, "There is no page with this token.")
    last = int(match[1])
    skipped = (task.number >= last if newest_first else task.number <= last for task in found)
    return sum(skipped)


STEPS: Final = 3
"""Minimum number of steps of a task whose type has steps."""

_PLACE: Final = re.compile(r"order|index|number|position", re.IGNORECASE)

Link = Callable[[Task, bool], str]
"""Returns the URL of a task's file: signed if the second argument is true, else one that requires credentials."""


def render_task(task: Task, now: float, link: Link, path: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object of a task at a time.

    Args:
        task: The task.
        now: Seconds since 1970.
        link: Returns the URLs of files.
        path: Path parameters of the request; a seeded task takes them for its own.
    """
    stage = task.lifecycle.at(task.started, now)
    # Cache the rendering: most tasks of a list have ended and no longer change, and lists are polled often.
    inputs = (stage, dict(path))
    if task.rendered is None or task.rendered[0] != inputs:
        task.rendered = (inputs, _render(task, stage, path))
    item: dict[str, Any] = deepcopy(task.rendered[1])
    _files(task, item, stage, now, link)
    return item


def _render(task: Task, stage: Stage, path: Mapping[str, Any]) -> dict[str, Any]:
    definition = task.definition
    item: dict[str, Any] = deepcopy(definition.bases.get(stage.phase, definition.bases[""]))
    _choose_example(definition, item, task.subject)
    pointer = _id_pointer(definition, task.id)
    _write(definition, item, pointer, _typed(definition, pointer, task.id))
    _write(definition, item, definition.task_type.state.at, definition.status_words.get(stage.phase))
    _progress(definition, item, stage)
    _messages(definition, item, stage)
    _steps(task, item, stage)
    for pointer, name in definition.path_echoes.items():
        if name in path and task.scope is None:
            _write(definition, item, pointer, path[name])
    for pointer, value in task.echoes.items():
        _write(definition, item, pointer, value)
    end = stage.changed if stage.ended else None
    examples.set_times(definition.api, definition.schema, item, stage.started, stage.changed, end)
    for submission in definition.submissions.values():
        if submission.reconcile is not None and submission.reconcile.created is not None:
            _write_time(definition, item, submission.reconcile.created, stage.started)
    show_phase(definition.api, definition.schema, definition.task_type, item, stage.phase)
    return item


def _id_pointer(definition: Definition, task_id: str) -> str:
    """Return the JSON pointer to a task's id: as declared, or else the first member with the name of an id."""
    if definition.key:
        return definition.key
    for operation, submission in definition.submissions.items():
        expression = parse_expression(submission.id)
        if _returns_task(definition, operation.success(submission.accepted)[1]) and expression is not None:
            return expression.name if (expression.source, expression.part) == ("response", "body") else ""
    api, members = definition.api, definition.api.members(definition.schema).schemas
    names = (name for name in ("id", "uuid", "guid", "taskId") if name in members)
    fits = (name for name in names if api.error(members[name], _typed(definition, f"/{name}", task_id)) is None)
    return next((f"/{name}" for name in fits), "")


def _typed(definition: Definition, pointer: str, task_id: str) -> Any:
    schema = definition.api.schema_at(definition.schema, parse(pointer))
    numbered = "integer" in definition.api.kinds(schema) and re.fullmatch(r"-?\d+", task_id, re.ASCII)
    return int(task_id) if numbered else task_id


def _write(definition: Definition, item: dict[str, Any], pointer: str, value: Any) -> None:
    """Set the member at a pointer, if the schema declares it."""
    if pointer and definition.api.schema_at(definition.schema, parse(pointer)) != {}:
        put(item, pointer, value)


def _write_time(definition: Definition, item: dict[str, Any], pointer: str, timestamp: float) -> None:
    text = examples.format_time(definition.api, definition.api.schema_at(definition.schema, parse(pointer)), timestamp)
    if text is not None:
        _write(definition, item, pointer, text)


def _returns_task(definition: Definition, response: Mapping[str, Any]) -> bool:
    schema = json_content(definition.api, response).get("schema")
    return schema is not None and definition.api.resolve(schema) is definition.api.resolve(definition.schema)


def _choose_example(definition: Definition, item: dict[str, Any], subject: str) -> None:
    """For texts with several examples, choose the one that occurs in `subject`, or else the last."""
    for name, schema in definition.api.members(definition.schema).schemas.items():
        choices = definition.api.resolve(schema).get("examples", ())
        if name in item and "enum" not in schema and len(choices) > 1 and all(isinstance(c, str) for c in choices):
            item[name] = next((each for each in choices if each.lower() in subject), choices[-1])


def _progress(definition: Definition, item: dict[str, Any], stage: Stage) -> None:
    progress = definition.task_type.progress
    if progress is None:
        return
    if progress.percent is not None:
        _write(definition, item, progress.percent, int(stage.fraction * 100))
    total = (resolve(item, progress.total, None) if progress.total else None) or 10
    if progress.total is not None:
        _write(definition, item, progress.total, total)
    if progress.done is not None:
        _write(definition, item, progress.done, int(stage.fraction * total))


def _messages(definition: Definition, item: dict[str, Any], stage: Stage) -> None:
    """Clear the lists of messages, unless the example is of this phase."""
    for each in definition.task_type.messages:
        pointer = each.inside
        if pointer and stage.phase not in definition.bases and is_list(resolve(item, pointer, None)):
            put(item, pointer, [])


def _steps(task: Task, item: dict[str, Any], stage: Stage) -> None:
    definition = task.definition
    steps = definition.task_type.steps
    if steps is None:
        return
    words: dict[str, str] = {}
    for word, its_phase in steps.phases.items():
        words.setdefault(its_phase.value, word)
    schema = definition.api.items(definition.api.schema_at(definition.schema, parse(steps.at)))
    models: list[Any] = deepcopy(resolve(item, steps.at, None) or [build(definition.api, schema)])
    models += [deepcopy(models[-1]) | _named(steps.name, f"Step {n + 1}") for n in range(len(models), STEPS)]
    for index, (phase, begin, end) in enumerate(tasks.step_stages(task.lifecycle, stage, len(models))):
        step = models[index]
        numbered = "string" not in definition.api.kinds(definition.api.schema_at(schema, parse(steps.key)))
        put(step, steps.key, index + 1 if numbered else f"{task.id}-{index + 1}")
        put(step, steps.status, words.get(phase) or words.get("running") or next(iter(words.values())))
        if steps.order is not None:
            put(step, steps.order, index + 1)
        for name, value in step.items():
            if _PLACE.search(name) and isinstance(value, int):
                step[name] = index + 1
        begun = begin if phase != "queued" else None
        ended = end if phase == "succeeded" else stage.changed if phase in tasks.ENDED else None
        examples.set_times(definition.api, schema, step, begun, ended or begun, ended)
    put(item, steps.at, models)


def _named(pointer: str | None, name: str) -> dict[str, Any]:
    names = parse(pointer or "")
    return {names[0]: name} if len(names) == 1 else {}


def _files(task: Task, item: dict[str, Any], stage: Stage, now: float, link: Link) -> None:
    api, schema = task.definition.api, task.definition.schema
    for pointer, value in _file_members(task, now, link):
        if stage.phase == "succeeded":
            _write(task.definition, item, pointer, value)
        else:
            examples.leave_out(api, schema, item, parse(pointer))


def _file_members(task: Task, now: float, link: Link) -> Iterator[tuple[str, Any]]:
    """Yield the members of a task that describe its file, with their values."""
    result, api = task.definition.task_type.result, task.definition.api
    if not isinstance(result, DownloadLinks):
        return
    for each in result.links:
        yield each.at, link(task, not each.api_credentials)
        if isinstance(each.expires, str) and each.expires != "url":
            member = api.schema_at(task.definition.schema, parse(each.expires))
            yield each.expires, examples.format_time(api, member, now + files.LIFETIME)
    content = files.rows(task.id) if result.size or result.sha256 or result.md5 else b""
    if result.size is not None:
        yield result.size, len(content)
    if result.sha256 is not None:
        yield result.sha256, hashlib.sha256(content).hexdigest()
    if result.md5 is not None:
        yield result.md5, hashlib.md5(content, usedforsecurity=False).hexdigest()


def submission_response(
    task: Task, route: SubmissionRoute, response: Mapping[str, Any], item: dict[str, Any]
) -> tuple[Any, dict[str, str]]:
    """Return body and headers of the response to the request that began a task.

    The body is the example with the id, or the task itself. Scope values of the response become those of the task.
    """
    api, submission = task.definition.api, route.submission
    content = json_content(api, response)
    body = item if _returns_task(task.definition, response) else response_body(api, content)
    headers: dict[str, str] = {}
    match parse_expression(submission.id):
        case Expression("response", "body", pointer):
            wanted = api.schema_at(content.get("schema"), parse(pointer))
            value = int(task.id) if "integer" in api.kinds(wanted) else task.id
            if not pointer:
                body = value
            elif is_object(body):
                put(body, pointer, value)
        case Expression("response", "header", name):
            headers[name] = task.id
        case _:
            pass
    for scope_name, expression in submission.scope.items():
        match parse_expression(expression):
            case Expression("response", "body", pointer):
                found = resolve(body, pointer, None)
            case Expression("response", "header", name):
                built = str(build(api, tasks.header_schema(api, response, name)))
                found = headers.setdefault(name, built)
            case _:
                continue
        task.scope = {**(task.scope or {}), scope_name: str(found)}
    return body, headers


def action_response(task: Task, response: Mapping[str, Any], item: dict[str, Any]) -> Any:
    """Return the body of the response to an action: the task if the response has its schema, else None."""
    return item if _returns_task(task.definition, response) else None
