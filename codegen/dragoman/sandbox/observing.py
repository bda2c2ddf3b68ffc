"""Showing tasks: one by its id, or a list of them, narrowed and in pages."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from taskclients_core.json_pointer import parse
from taskclients_core.tasks.definition import Listed, Pages

from . import examples, items
from .answers import json_content
from .api import Api
from .calls import Refused
from .case import Case
from .definitions import Definition, Observer
from .requests import Arguments
from .stamps import leave_out
from .tasks import Store, Task, in_scope
from .values import is_list, is_object, put

PAGE_SIZE: Final = 3
"""Small, so that a handful of tasks already fills several pages."""

_COUNTS: Final = (
    (re.compile(r"items?_?total|total_?(items|count)", re.IGNORECASE), "items"),
    (re.compile(r"pages?_?total|total_?pages", re.IGNORECASE), "pages"),
    (re.compile(r"(items_?)?per_?page|page_?size", re.IGNORECASE), "size"),
    (re.compile(r"page(_?number)?", re.IGNORECASE), "page"),
)


def one(observer: Observer, store: Store, arguments: Arguments, case: Case, link: items.Link) -> dict[str, Any]:
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
    observer: Observer, listing: Listed, store: Store, arguments: Arguments, case: Case, link: items.Link
) -> Any:
    """Return the list that a request asks for, or one page of it.

    Raises:
        Refused: 400 for a page token that was never given out.
    """
    definition = observer.definition
    found = [case.seen(task) for task in store if in_scope(task, arguments) and not case.is_hidden(task)]
    narrow, pages = listing.narrow, listing.pages
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


def same_page(pages: Pages, arguments: Arguments) -> str:
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


def _views(tasks: Sequence[Task], arguments: Arguments, case: Case, link: items.Link) -> list[Any]:
    return [_view(task, arguments, case, link) for task in tasks]


def _view(task: Task, arguments: Arguments, case: Case, link: items.Link) -> dict[str, Any]:
    return case.shown(task, items.view(case.seen(task), case.now, link, arguments.path))


def _phase(task: Task, now: float) -> str:
    return task.course.at(task.started, now).phase


def _newest_first(pages: Pages | None, query: Mapping[str, Any]) -> bool:
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


def _size(pages: Pages, query: Mapping[str, Any]) -> int:
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
