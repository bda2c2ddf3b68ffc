"""Faults of lists of tasks: duplicate items, repeated pages, ignored filters."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from taskclients_core.json_pointer import resolve
from taskclients_core.tasks.definition import ListPages

from ...spec.samples import is_list
from .. import task_views
from ..api import put
from ..messages import HttpError
from ..request_context import RequestContext
from ..requests import Arguments
from ..task_views import close_page
from ..tasks import PollRoute
from .registry import Option, fault


@fault("twice", needs="list")
def _twice(context: RequestContext) -> None:
    """List each task twice, the second time with another status."""

    def double(poll_route: PollRoute, _arguments: Arguments, value: Any) -> None:
        items = _items(poll_route, value)
        state = poll_route.definition.task_type.state
        for item in list(items):
            other = next((word for word in state.phases if word != resolve(item, state.at, None)), None)
            items.append(deepcopy(item))
            put(items[-1], state.at, other)

    context.list_hooks.append(double)


@fault("crowd", needs="list", lasting=True, count=Option("count", 100_000))
def _crowd(context: RequestContext, count: int) -> None:
    """Insert `count` unknown tasks at the beginning of the list."""

    def fill(poll_route: PollRoute, _arguments: Arguments, value: Any) -> None:
        items = _items(poll_route, value)
        if items and poll_route.definition.key:
            others = [deepcopy(items[0]) for _ in range(count)]
            for number, other in enumerate(others):
                put(other, poll_route.definition.key, f"{number:032x}")
            items[:0] = others

    context.list_hooks.append(fill)


@fault("reversed", needs="list", lasting=True)
def _reversed(context: RequestContext) -> None:
    """Reverse the order of the list."""
    context.list_hooks.append(lambda poll_route, _, value: _items(poll_route, value).reverse())


@fault("filter-ignored", needs="filter", lasting=True)
def _filter_ignored(context: RequestContext) -> None:
    """Ignore the status filter of the list."""

    def forget(poll_route: PollRoute, arguments: Arguments) -> None:
        listing = poll_route.definition.listing
        if listing is not None and listing.filter is not None:
            arguments.query.pop(listing.filter.parameter, None)

    context.poll_hooks.append(forget)


@fault("token-repeated", needs="pages")
def _token_repeated(context: RequestContext) -> None:
    """Return the token of the current page as the token of the next one."""

    def repeat(poll_route: PollRoute, arguments: Arguments, value: Any) -> None:
        pages = _pages(poll_route)
        if pages and arguments.query.get(pages.parameter) is not None:
            put(value, pages.token, arguments.query[pages.parameter])

    context.list_hooks.append(repeat)


@fault("token-expired", needs="pages")
def _token_expired(context: RequestContext) -> None:
    """Refuse the page token because it has expired."""

    def refuse(poll_route: PollRoute, arguments: Arguments) -> None:
        pages = _pages(poll_route)
        if pages and arguments.query.get(pages.parameter) is not None:
            raise HttpError(400, "The page token has expired.")

    context.poll_hooks.append(refuse)


@fault("empty-page", needs="list")
def _empty_page(context: RequestContext) -> None:
    """Return a page without items, with a next token for the items that are missing from it."""

    def clear(poll_route: PollRoute, arguments: Arguments, value: Any) -> None:
        _items(poll_route, value).clear()
        if pages := _pages(poll_route):
            put(value, pages.token, task_views.repeated_token(pages, arguments))

    context.list_hooks.append(clear)


@fault("token-missing", needs="pages")
def _token_missing(context: RequestContext) -> None:
    """Omit the token of the next page."""

    def close(poll_route: PollRoute, _arguments: Arguments, value: Any) -> None:
        if pages := _pages(poll_route):
            close_page(poll_route.definition.api, task_views.page_schema(poll_route), value, pages.token)

    context.list_hooks.append(close)


def _items(poll_route: PollRoute, value: Any) -> list[Any]:
    listing = poll_route.definition.listing
    found = resolve(value, listing.items, None) if listing is not None else None
    return found if is_list(found) else []


def _pages(poll_route: PollRoute) -> ListPages | None:
    listing = poll_route.definition.listing
    return listing.pages if listing is not None else None
