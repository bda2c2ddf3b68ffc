"""Showing tasks: one by its id, or a list of them, narrowed and in pages."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.tasks.definition import DownloadLinks, FromList, ListPages

from . import examples, tasks
from .api import Api, is_list, is_object, put
from .examples import build, leave_out
from .messages import Refused
from .request_context import RequestContext
from .requests import Arguments
from .responses import json_content
from .tasks import Definition, Observer, Stage, Store, SubmitRoute, Task, id_pointer, in_scope

PAGE_SIZE: Final = 3
"""Small, so that a handful of tasks already fills several pages."""

_COUNTS: Final = (
    (re.compile(r"items?_?total|total_?(items|count)", re.IGNORECASE), "items"),
    (re.compile(r"pages?_?total|total_?pages", re.IGNORECASE), "pages"),
    (re.compile(r"(items_?)?per_?page|page_?size", re.IGNORECASE), "size"),
    (re.compile(r"page(_?number)?", re.IGNORECASE), "page"),
)


def one(observer: Observer, store: Store, arguments: Arguments, case: RequestContext, link: Link) -> dict[str, Any]:
    """Return the task that a request names.

    Raises:
        Refused: 404.
    """
    wanted = arguments.path.get(observer.id_parameter, arguments.query.get(observer.id_parameter))
    task = store.find(str(wanted))
    if task is None or not in_scope(task, arguments) or case.is_hidden(task):
        raise Refused(404, f"There is no task {wanted}.", observer.id_parameter)
    return _view(task, arguments, case, link)


def several(
    observer: Observer, listing: FromList, store: Store, arguments: Arguments, case: RequestContext, link: Link
) -> Any:
    """Return the list that a request asks for, or one page of it.

    Raises:
        Refused: 400 for a page token that was never given out.
    """
    definition = observer.definition
    found = [case.seen(task) for task in store if in_scope(task, arguments) and not case.is_hidden(task)]
    narrow, pages = listing.filter, listing.pages
    if narrow is not None and narrow.parameter in arguments.query:
        asked = arguments.query[narrow.parameter]
        words = asked if is_list(asked) else [asked]
        found = [task for task in found if definition.words.get(_phase(task, case.now)) in words]
    newest_first = _newest_first(pages, arguments.query)
    if newest_first:
        found.reverse()
    if pages is None:
        return _filled(observer, listing.items, _views(found, arguments, case, link), {})
    token = arguments.query.get(pages.parameter)
    start = _position(found, token, newest_first=newest_first)
    size = _size(pages, arguments.query)
    shown = found[start : start + size]
    more = _token(shown[-1]) if shown and start + size < len(found) else None
    counts = {"items": len(found), "pages": -(-len(found) // size), "size": size, "page": start // size + 1}
    whole = _filled(observer, listing.items, _views(shown, arguments, case, link), counts)
    if more is None:
        return closed(definition.api, page_schema(observer), whole, pages.token)
    put(whole, pages.token, more)
    return whole


def page_schema(observer: Observer) -> Any:
    """Return the schema of a page."""
    return json_content(observer.definition.api, observer.operation.success()[1]).get("schema")


def same_page(pages: ListPages, arguments: Arguments) -> str:
    """Return another token of the page that a request asks for."""
    token = arguments.query.get(pages.parameter)
    before = 999_999_999 if _newest_first(pages, arguments.query) else 0
    return _written(f"after {before}" if token is None else f"{_read(token)} again")


def closed(api: Api, schema: Any, page: Any, token: str) -> Any:
    """Make a page the last one: its token is null, or left out where it cannot be."""
    if is_object(page):
        put(page, token, None)
        if "null" not in api.kinds(api.schema_at(schema, parse(token))):
            leave_out(api, schema, page, parse(token))
    return page


def _views(tasks: Sequence[Task], arguments: Arguments, case: RequestContext, link: Link) -> list[Any]:
    return [_view(task, arguments, case, link) for task in tasks]


def _view(task: Task, arguments: Arguments, case: RequestContext, link: Link) -> dict[str, Any]:
    return case.shown(task, view(case.seen(task), case.now, link, arguments.path))


def _phase(task: Task, now: float) -> str:
    return task.course.at(task.started, now).phase


def _newest_first(pages: ListPages | None, query: Mapping[str, Any]) -> bool:
    """Return the order: a value of the query such as `created_at_asc` decides, or else the spec."""
    for value in query.values():
        if isinstance(value, str) and value.endswith(("_asc", "_desc")):
            return value.endswith("_desc")
    return pages is not None and pages.order == "newest-first"


def _filled(observer: Observer, pointer: str, views: list[Any], counts: Mapping[str, int]) -> Any:
    """Return the answer around some items: an array, or the spec's example of a page."""
    definition: Definition = observer.definition
    if not pointer:
        return views
    whole = examples.answer(definition.api, json_content(definition.api, observer.operation.success()[1]))
    put(whole, pointer, views)
    for name, value in whole.items():
        role = next((role for pattern, role in _COUNTS if pattern.fullmatch(name)), None)
        if role and role in counts and isinstance(value, int):
            whole[name] = counts[role]
    return whole


def _size(pages: ListPages, query: Mapping[str, Any]) -> int:
    size = query.get(pages.size[0]) if pages.size else None
    return size if isinstance(size, int) and 0 < size <= 1000 else PAGE_SIZE


def _token(task: Task) -> str:
    """Return what names the page after a task: it holds, whatever tasks begin meanwhile."""
    return _written(f"after {task.number}")


def _written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(token: Any) -> str:
    try:
        return base64.b64decode(f"{token}==", altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _position(found: Sequence[Task], token: Any, *, newest_first: bool) -> int:
    if token is None:
        return 0
    match = re.fullmatch(r"after (\d{1,9})( again)*", _read(token), re.ASCII)
    if match is None:
        raise Refused(400, "The page token is not one that was given out.")
    last = int(match[1])
    passed = (task.number >= last if newest_first else task.number <= last for task in found)
    return sum(passed)


STEPS: Final = 3
"""At least so many does a task have whose kind has steps."""

_PLACE: Final = re.compile(r"order|index|number|position", re.IGNORECASE)

Link = Callable[[Task, bool], str]
"""Gives the URL of a task's file; signed, or one for which the API's credentials are needed."""


def view(task: Task, now: float, link: Link, path: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task as it stands now.

    Args:
        task: The task.
        now: Seconds since 1970.
        link: Makes the URLs of files.
        path: Path parameters of the request that asks, which a seeded task takes for its own.
    """
    moment = task.course.at(task.started, now)
    # Most tasks of a list have ended: they look the same for ever, and lists are asked for often.
    drawn_from = (moment, dict(path))
    if task.drawn is None or task.drawn[0] != drawn_from:
        task.drawn = (drawn_from, _drawn(task, moment, path))
    item: dict[str, Any] = deepcopy(task.drawn[1])
    _files(task, item, moment, link)
    return item


def _drawn(task: Task, moment: Stage, path: Mapping[str, Any]) -> dict[str, Any]:
    definition = task.definition
    item: dict[str, Any] = deepcopy(definition.bases.get(moment.phase, definition.bases[""]))
    _choose(definition, item, task.subject)
    _write(definition, item, _id_pointer(definition), _typed(definition, task.id))
    _write(definition, item, definition.task_type.state.at, definition.words.get(moment.phase))
    _progress(definition, item, moment)
    _messages(definition, item, moment)
    _steps(task, item, moment)
    for pointer, name in definition.path_echoes.items():
        if name in path and task.scope is None:
            _write(definition, item, pointer, path[name])
    for pointer, value in task.echoes.items():
        _write(definition, item, pointer, value)
    end = moment.changed if moment.ended else None
    examples.set_all(definition.api, definition.schema, item, moment.started, moment.changed, end)
    return item


def _id_pointer(definition: Definition) -> str:
    """Return where a task shows its id: as the spec says, or else in the first member that sounds like one."""
    if definition.key:
        return definition.key
    members = definition.api.members(definition.schema).schemas
    return next((f"/{name}" for name in ("id", "uuid", "guid", "taskId") if name in members), "")


def _typed(definition: Definition, task_id: str) -> Any:
    schema = definition.api.schema_at(definition.schema, parse(_id_pointer(definition)))
    return int(task_id) if "integer" in definition.api.kinds(schema) else task_id


def _write(definition: Definition, item: dict[str, Any], pointer: str, value: Any) -> None:
    """Set a member that the schema knows."""
    if pointer and definition.api.schema_at(definition.schema, parse(pointer)) != {}:
        put(item, pointer, value)


def _choose(definition: Definition, item: dict[str, Any], subject: str) -> None:
    """Give text of several examples the one that names what the task is about, or else the last."""
    for name, schema in definition.api.members(definition.schema).schemas.items():
        choices = definition.api.resolve(schema).get("examples", ())
        if name in item and "enum" not in schema and len(choices) > 1 and all(isinstance(c, str) for c in choices):
            item[name] = next((each for each in choices if each.lower() in subject), choices[-1])


def _progress(definition: Definition, item: dict[str, Any], moment: Stage) -> None:
    progress = definition.task_type.progress
    if progress is None:
        return
    if progress.percent is not None:
        _write(definition, item, progress.percent, int(moment.fraction * 100))
    if progress.total is not None and progress.done is not None:
        total = resolve(item, progress.total, None) or 10
        _write(definition, item, progress.total, total)
        _write(definition, item, progress.done, int(moment.fraction * total))


def _messages(definition: Definition, item: dict[str, Any], moment: Stage) -> None:
    """Empty the lists of messages, unless the example is of this very phase."""
    for each in definition.task_type.messages:
        pointer = each.inside
        if pointer and moment.phase not in definition.bases and is_list(resolve(item, pointer, None)):
            put(item, pointer, [])


def _steps(task: Task, item: dict[str, Any], moment: Stage) -> None:
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
    for index, (phase, begin, end) in enumerate(tasks.steps(task.course, moment, len(models))):
        step = models[index]
        put(step, steps.key, f"{task.id}-{index + 1}")
        put(step, steps.status, words.get(phase, words.get("running")))
        for name, value in step.items():
            if _PLACE.search(name) and isinstance(value, int):
                step[name] = index + 1
        begun = begin if phase != "queued" else None
        ended = end if phase == "succeeded" else moment.changed if phase in tasks.ENDED else None
        examples.set_all(definition.api, schema, step, begun, ended or begun, ended)
    put(item, steps.at, models)


def _named(pointer: str | None, name: str) -> dict[str, Any]:
    names = parse(pointer or "")
    return {names[0]: name} if len(names) == 1 else {}


def _files(task: Task, item: dict[str, Any], moment: Stage, link: Link) -> None:
    definition = task.definition
    result = definition.task_type.result
    for each in result.links if isinstance(result, DownloadLinks) else ():
        if moment.phase == "succeeded":
            _write(definition, item, each.at, link(task, not each.api_credentials))
        else:
            examples.leave_out(definition.api, definition.schema, item, parse(each.at))


def submitted(task: Task, route: SubmitRoute, body: Any, shown: dict[str, Any]) -> Any:
    """Return the answer to the request that began a task: the example with its id, or the task itself."""
    definition = task.definition
    schema = json_content(definition.api, route.operation.success()[1]).get("schema")
    if definition.api.resolve(schema) is definition.api.resolve(definition.schema):
        return shown
    pointer = id_pointer(route.submit)
    if is_object(body) and pointer:
        wanted = definition.api.schema_at(schema, parse(pointer))
        put(body, pointer, int(task.id) if "integer" in definition.api.kinds(wanted) else task.id)
    return body
