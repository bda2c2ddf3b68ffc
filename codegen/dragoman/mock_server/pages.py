"""Lists in pages (`x-pagination`) whose items are not tasks: the spec's example, repeated until it fills two pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.operation import Pagination

from ..spec.samples import build, is_list, is_object, response_body
from .api import Api, put
from .messages import Call, HttpError
from .requests import Arguments
from .responses import json_content
from .routes import Operation
from .task_views import PAGE_SIZE, close_page

ITEMS: Final = 5
"""Minimum number of items of a list."""

_POSITION: Final = "sandbox_position"
"""Query parameter of the URLs of next pages."""

_SIZE: Final = re.compile(r"(items_?)?per_?page|(page_?)?(size|limit)|(max_?)?(count|results)|take|top", re.IGNORECASE)


def render(operation: Operation, arguments: Arguments, call: Call) -> tuple[Any, Mapping[str, str]]:
    """Return the requested page of a list and the headers that lead to the next one.

    Raises:
        HttpError: 404 for a page token that was never given out.
    """
    api, pagination = operation.api, Pagination(**operation.node["x-pagination"])
    content = json_content(api, operation.success()[1])
    schema = content.get("schema", {})
    body: Any = response_body(api, content)
    items = _all_items(api, api.schema_at(schema, parse(pagination.items)), resolve(body, pagination.items, None))
    size = _size(arguments.query)
    start = _position(pagination, arguments, call, size)
    page, end = items[start : start + size], start + size
    if pagination.items:
        body = body if is_object(body) else {}
        put(body, pagination.items, page)
    else:
        body = page
    for pointer, count in (pagination.pages, -(-len(items) // size)), (pagination.total, len(items)):
        if pointer is not None:
            put(body, pointer, count)
    url = _url(call, end)
    if pagination.link is not None:
        return body, {"Link": f'<{url}>; rel="{pagination.link}"'} if end < len(items) else {}
    pointer = pagination.token or pagination.url
    if pointer is None:
        return body, {}
    if end >= len(items):
        return close_page(api, schema, body, pointer), {}
    numbered = "string" not in api.kinds(api.schema_at(schema, parse(pointer)))
    put(body, pointer, url if pagination.url else end // size + 1 if numbered else f"after-{end}")
    return body, {}


def _all_items(api: Api, schema: Any, sample: Any) -> list[Any]:
    item_schema = api.items(schema)
    found: list[Any] = sample if is_list(sample) and sample else [build(api, item_schema)]
    more = range(len(found), max(ITEMS, len(found)))
    return [*found, *(_varied(api, item_schema, deepcopy(found[number % len(found)]), number) for number in more)]


def _varied(api: Api, schema: Any, item: Any, number: int) -> Any:
    """Return an item with another value of its first member that may have one, so that pages are not equal."""
    if not is_object(item):
        varied = _other_value(item, number)
        return item if api.error(schema, varied) else varied
    for name, value in item.items():
        varied = item | {name: _other_value(value, number)}
        if varied != item and api.error(schema, varied) is None:
            return varied
    return item


def _other_value(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{value[:-2]}{number:02}"
    return value + number if isinstance(value, int | float) and not isinstance(value, bool) else value


def _size(query: Mapping[str, Any]) -> int:
    """Return the requested size of a page: `x-pagination` does not name its parameter, so its name has to be a word."""
    for name, value in query.items():
        if _SIZE.fullmatch(name) and isinstance(value, int) and 0 < value <= 1000:
            return value
    return PAGE_SIZE


def _position(pagination: Pagination, arguments: Arguments, call: Call, size: int) -> int:
    """Return the number of items before the requested page."""
    query = arguments.query
    if pagination.page is not None:
        return max(0, (_number(query, pagination.page, pagination.first) - pagination.first) * size)
    if pagination.offset is not None:
        return max(0, _number(query, pagination.offset, 0))
    if pagination.parameter is not None:
        token = query.get(pagination.parameter)
        if not isinstance(token, str):
            return max(0, (_number(query, pagination.parameter, 1) - 1) * size)
        found = re.fullmatch(r"after-(\d{1,9})", token, re.ASCII)
        if found is None:
            raise HttpError(404, "There is no page with this token.", pagination.parameter)
        return int(found[1])
    text = dict(call.pairs).get(_POSITION, "")
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0


def _number(query: Mapping[str, Any], name: str, default: int) -> int:
    value = query.get(name)
    return value if isinstance(value, int) else default


def _url(call: Call, position: int) -> str:
    others = [part for part in call.query.split("&") if part and part.partition("=")[0] != _POSITION]
    return f"{call.origin}{call.path}?{'&'.join((*others, f'{_POSITION}={position}'))}"
