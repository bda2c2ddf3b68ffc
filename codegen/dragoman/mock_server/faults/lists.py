"""Lists of tasks that are not what was asked for: items twice, pages that repeat, filters without effect."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from taskclients_core.json_pointer import resolve
from taskclients_core.tasks.definition import ListPages

from .. import task_views
from ..api import is_list, put
from ..messages import Refused
from ..request_context import RequestContext
from ..requests import Arguments
from ..task_views import closed
from ..tasks import Observer
from .registry import Option, fault


@fault("twice")
def _twice(case: RequestContext) -> None:
    """Each task is in the list twice, the second time in another state."""

    def double(observer: Observer, _arguments: Arguments, value: Any) -> None:
        items = _items(observer, value)
        state = observer.definition.task_type.state
        for item in list(items):
            other = next((word for word in state.phases if word != resolve(item, state.at, None)), None)
            items.append(deepcopy(item))
            put(items[-1], state.at, other)

    case.pages.append(double)


@fault("crowd", lasting=True, count=Option("count", 100_000))
def _crowd(case: RequestContext, count: int) -> None:
    """The list begins with so many tasks of somebody else."""

    def fill(observer: Observer, _arguments: Arguments, value: Any) -> None:
        items = _items(observer, value)
        if items and observer.definition.key:
            strangers = [deepcopy(items[0]) for _ in range(count)]
            for number, stranger in enumerate(strangers):
                put(stranger, observer.definition.key, f"{number:032x}")
            items[:0] = strangers

    case.pages.append(fill)


@fault("reversed", lasting=True)
def _reversed(case: RequestContext) -> None:
    """The list comes in the other order."""
    case.pages.append(lambda observer, _, value: _items(observer, value).reverse())


@fault("filter-ignored", lasting=True)
def _filter_ignored(case: RequestContext) -> None:
    """The list is not narrowed, whatever was asked for."""

    def forget(observer: Observer, arguments: Arguments) -> None:
        listing = observer.definition.listing
        if listing is not None and listing.filter is not None:
            arguments.query.pop(listing.filter.parameter, None)

    case.looks.append(forget)


@fault("token-repeated")
def _token_repeated(case: RequestContext) -> None:
    """The page that comes after a page is that page itself."""

    def repeat(observer: Observer, arguments: Arguments, value: Any) -> None:
        pages = _pages(observer)
        if pages and arguments.query.get(pages.parameter) is not None:
            put(value, pages.token, arguments.query[pages.parameter])

    case.pages.append(repeat)


@fault("token-expired")
def _token_expired(case: RequestContext) -> None:
    """The server does not know a page token any more."""

    def refuse(observer: Observer, arguments: Arguments) -> None:
        pages = _pages(observer)
        if pages and arguments.query.get(pages.parameter) is not None:
            raise Refused(400, "The page token has expired.")

    case.looks.append(refuse)


@fault("empty-page")
def _empty_page(case: RequestContext) -> None:
    """A page has no items, and the token of the next one, which has what should have been here."""

    def clear(observer: Observer, arguments: Arguments, value: Any) -> None:
        _items(observer, value).clear()
        if pages := _pages(observer):
            put(value, pages.token, task_views.same_page(pages, arguments))

    case.pages.append(clear)


@fault("token-missing")
def _token_missing(case: RequestContext) -> None:
    """The first page says that it is the last."""

    def close(observer: Observer, _arguments: Arguments, value: Any) -> None:
        if pages := _pages(observer):
            closed(observer.definition.api, task_views.page_schema(observer), value, pages.token)

    case.pages.append(close)


def _items(observer: Observer, value: Any) -> list[Any]:
    listing = observer.definition.listing
    found = resolve(value, listing.items, None) if listing is not None else None
    return found if is_list(found) else []


def _pages(observer: Observer) -> ListPages | None:
    listing = observer.definition.listing
    return listing.pages if listing is not None else None
