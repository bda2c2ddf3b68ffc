"""Lists in pages: `Pages` and `AsyncPages`, and the flow that decides how the next page is requested."""

from __future__ import annotations

import re
import string
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

from attrs import field

from .errors import InvalidArgumentError, PagingError
from .http_messages import Headers, HttpRequest, HttpResponse, is_same_origin, resolve_reference
from .lazy_attrs import frozen
from .model import UNSET, attribute_getter
from .operation import Operation, Pagination, Path, Query
from .transport.call import call_page

if TYPE_CHECKING:
    from .client import AsyncClient, Client
    from .transport.async_driver import AsyncDriver
    from .transport.config import ClientConfig
    from .transport.sync_driver import SyncDriver

REPORT: Final = "report it to the vendor"

P = TypeVar("P")
T = TypeVar("T")

Arguments: TypeAlias = tuple[object, ...]
"""Arguments of a call, without its body."""


@frozen(eq=False)
class PageRequest:
    """Request of one page."""

    arguments: Arguments = field(repr=False)
    url: str | None = field(default=None, repr=False)
    """URL of the page, as the server gave it; None: the URL of the operation."""


FetchedPage: TypeAlias = tuple[Any, HttpResponse, HttpRequest]
"""A page, the response that contained it, and its request."""

Steps: TypeAlias = Generator[PageRequest, FetchedPage, None]


def paginate(operation: Operation[Any], arguments: Arguments) -> Steps:
    """Yield the request of the next page and receive that page; end after the last page.

    By token or URL, the last page is the one without them. By number, it is the one that `pages` or `total` says, and
    without these the first empty one. A short page is never the end: servers limit their pages to fewer items than
    were requested.

    Raises:
        PagingError: following the pages would not end, would miss items, or would lead to another host.
        InvalidArgumentError: the operation does not come in pages, or its first page is invalid.
    """
    pagination = _pagination(operation)
    if pagination.token is not None and pagination.parameter is not None:
        return _by_token(operation, arguments, pagination.token, pagination.parameter)
    if pagination.page is not None:
        return _by_page(operation, arguments, pagination, pagination.page)
    if pagination.offset is not None:
        return _by_offset(operation, arguments, pagination, pagination.offset)
    return _by_url(operation, arguments, _next_reference(operation, pagination))


def page_items(operation: Operation[Any], page: object) -> Sequence[Any]:
    """Return the items of a page; empty if they are null or absent."""
    return attribute_getter(_pagination(operation).items)(page) or ()


def _pagination(operation: Operation[Any]) -> Pagination:
    if operation.pagination is None:
        raise InvalidArgumentError(f"{operation.name}: does not come in pages; call the method itself")
    return operation.pagination


def _by_token(operation: Operation[Any], arguments: Arguments, token: str, parameter: str) -> Steps:
    index = _argument_index(operation, parameter)
    token_of = attribute_getter(token)
    used = {arguments[index]}
    while True:
        page, _, _ = yield PageRequest(arguments)
        value = token_of(page)
        if value is None or value is UNSET or value == "":
            return
        if value in used:
            raise PagingError(f"{operation.name}: the server repeats the token of an earlier page; {REPORT}")
        used.add(value)
        arguments = _replaced(arguments, index, value)


def _by_page(operation: Operation[Any], arguments: Arguments, pagination: Pagination, parameter: str) -> Steps:
    index = _argument_index(operation, parameter)
    number = _number(operation, parameter, arguments[index], pagination.first)
    # The number of items on earlier pages is unknown if the caller starts later.
    received = 0 if number == pagination.first else None
    number_of_pages, total = _count_getter(pagination.pages), _count_getter(pagination.total)
    items: Sequence[Any] = ()
    while True:
        page, _, _ = yield PageRequest(arguments)
        previous, items = items, page_items(operation, page)
        received = None if received is None else received + len(items)
        last = number_of_pages(page)
        if last is not None:
            # An empty page may have others behind it, as where the server hides items.
            if number - pagination.first + 1 >= last:
                return
        elif _is_end(operation, items, received, total(page)):
            return
        _check_progress(operation, parameter, number, previous, items)
        number += 1
        arguments = _replaced(arguments, index, number)


def _by_offset(operation: Operation[Any], arguments: Arguments, pagination: Pagination, parameter: str) -> Steps:
    index = _argument_index(operation, parameter)
    offset = _number(operation, parameter, arguments[index], 0)
    total = _count_getter(pagination.total)
    items: Sequence[Any] = ()
    while True:
        page, _, _ = yield PageRequest(arguments)
        previous, items = items, page_items(operation, page)
        if _is_end(operation, items, offset + len(items), total(page)):
            return
        _check_progress(operation, parameter, offset, previous, items)
        offset += len(items)
        arguments = _replaced(arguments, index, offset)


def _is_end(operation: Operation[Any], items: Sequence[Any], received: int | None, total: int | None) -> bool:
    if received is not None and total is not None:
        if received < total and not items:
            message = f"the server returned an empty page after {received} of {total} items"
            raise PagingError(f"{operation.name}: {message}; {REPORT}")
        return received >= total
    return not items


def _check_progress(
    operation: Operation[Any], parameter: str, number: int, previous: Sequence[Any], items: Sequence[Any]
) -> None:
    """Raise an error if two pages in a row are equal: the server ignores the parameter, and the list would not end."""
    if items and items == previous:
        message = f"the server returned the same items again for {parameter}={number}"
        raise PagingError(f"{operation.name}: {message}; {REPORT}")


def _by_url(
    operation: Operation[Any], arguments: Arguments, next_reference: Callable[[FetchedPage], str | bytes | None]
) -> Steps:
    used: set[str] = set()
    url: str | None = None
    while True:
        fetched = yield PageRequest(arguments, url)
        reference = next_reference(fetched)
        if not reference:
            return
        requested = fetched[2].url
        used.add(url or requested)
        url = _next_url(operation, requested, reference)
        if url in used:
            raise PagingError(f"{operation.name}: the server repeats the URL of an earlier page; {REPORT}")


def _next_url(operation: Operation[Any], requested: str, reference: str | bytes) -> str:
    """Return the URL of the next page. It must have the origin of the API, because it is sent the credentials."""
    try:
        url = resolve_reference(requested, quote(reference, safe=string.punctuation))
        if is_same_origin(url, requested):
            return url
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    except ValueError:
        raise PagingError(f"{operation.name}: the URL of the next page is invalid; {REPORT}") from None
    raise PagingError(
        f"{operation.name}: the next page is on another server, which gets no credentials: {origin}; {REPORT}"
    )


def _next_reference(operation: Operation[Any], pagination: Pagination) -> Callable[[FetchedPage], str | bytes | None]:
    relation = pagination.link
    if relation is not None:
        return lambda fetched: _linked(operation, fetched[1].headers, relation)
    url_of = attribute_getter(pagination.url or "")

    def in_body(fetched: FetchedPage) -> str | None:
        url = url_of(fetched[0])
        return None if url is None or url is UNSET else str(url)

    return in_body


def _linked(operation: Operation[Any], headers: Headers, relation: str) -> bytes | None:
    try:
        target = link_target(headers, relation)
    except ValueError:
        raise PagingError(
            f"{operation.name}: the Link header is malformed, so the next page is unknown; {REPORT}"
        ) from None
    return None if target is None else target.encode("latin-1")


_LINK: Final = re.compile(r"[\s,]*<([^>]*)>")
_LINK_PARAMETER: Final = re.compile(r'\s*;\s*(?:([^\s;,="<>]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?)?')
_LINK_END: Final = re.compile(r"\s*(?:,|$)")


def link_target(headers: Headers, relation: str) -> str | None:
    """Return the target of the first link with a relation type in the `Link` headers (RFC 8288); None without one.

    Links with an `anchor` are about another document and do not count.

    Raises:
        ValueError: a header is malformed.
    """
    for header in headers.get_list("link"):
        position = 0
        while (link := _LINK.match(header, position)) is not None:
            position = link.end()
            parameters: dict[str, str] = {}
            while (found := _LINK_PARAMETER.match(header, position)) is not None:
                position = found.end()
                # Of a repeated parameter, only the first counts.
                parameters.setdefault((found[1] or "").lower(), found[2] or "")
            end = _LINK_END.match(header, position)
            if end is None:
                raise ValueError("malformed parameters")
            position = end.end()
            relations = _unquoted(parameters.get("rel", "")).lower().split()
            if relation.lower() in relations and "anchor" not in parameters:
                return link[1].strip()
        if header[position:].strip(" \t,"):
            raise ValueError("no target")
    return None


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _count_getter(path: str | None) -> Callable[[Any], int | None]:
    """Return a getter for a number that the server counts; it returns None if the server does not say it."""
    if path is None:
        return lambda _: None
    get = attribute_getter(path)

    def count(page: Any) -> int | None:
        value = get(page)
        return value if isinstance(value, int) else None

    return count


def _number(operation: Operation[Any], parameter: str, value: object, default: int) -> int:
    if value is None or value is UNSET:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentError(f"{operation.name}: {parameter}: expected int, got {type(value).__name__}")
    return value


def _argument_index(operation: Operation[Any], name: str) -> int:
    arguments = [one for one in operation.parameters if not (isinstance(one, Path) and one.from_body is not None)]
    for index, parameter in enumerate(arguments):
        if isinstance(parameter, Query) and parameter.name == name:
            return index
    raise InvalidArgumentError(f"{operation.name}: has no query parameter {name!r} for the next page; correct the spec")


def _replaced(arguments: Arguments, index: int, value: object) -> Arguments:
    return (*arguments[:index], value, *arguments[index + 1 :])


@frozen(eq=False)
class Pages(Generic[P, T]):
    """List in pages: iterate over it for the items of all pages, which are fetched when needed.

    Each iteration sends its own requests and starts with the page that was asked for (its token, number or offset), or
    the first page.
    """

    _client: Client
    _driver: SyncDriver
    _config: ClientConfig
    _operation: Operation[P]
    _arguments: Arguments
    _body: object = None

    def page(self) -> P:
        """Fetch one page, with one request: the one that was asked for, or the first.

        Raises:
            ClientError: the call failed.
        """
        return self._client.call(self._operation, *self._arguments, body=self._body)

    def pages(self) -> Iterator[P]:
        """Iterate over the pages.

        Raises:
            PagingError: the pages cannot be followed to their end.
            ClientError: a call failed.
        """
        steps = paginate(self._operation, self._arguments)
        request = next(steps)
        while True:
            fetched = self._driver.run(
                call_page(self._config, self._operation, request.arguments, self._body, request.url)
            )
            yield fetched[0]
            try:
                request = steps.send(fetched)
            except StopIteration:
                return

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page_items(self._operation, page)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation.name}>"


@frozen(eq=False)
class AsyncPages(Generic[P, T]):
    """List in pages: iterate over it for the items of all pages, which are fetched when needed.

    Each iteration sends its own requests and starts with the page that was asked for (its token, number or offset), or
    the first page.
    """

    _client: AsyncClient
    _driver: AsyncDriver
    _config: ClientConfig
    _operation: Operation[P]
    _arguments: Arguments
    _body: object = None

    async def page(self) -> P:
        """Fetch one page, with one request: the one that was asked for, or the first.

        Raises:
            ClientError: the call failed.
        """
        return await self._client.call(self._operation, *self._arguments, body=self._body)

    async def pages(self) -> AsyncIterator[P]:
        """Iterate over the pages.

        Raises:
            PagingError: the pages cannot be followed to their end.
            ClientError: a call failed.
        """
        steps = paginate(self._operation, self._arguments)
        request = next(steps)
        while True:
            fetched = await self._driver.run(
                call_page(self._config, self._operation, request.arguments, self._body, request.url)
            )
            yield fetched[0]
            try:
                request = steps.send(fetched)
            except StopIteration:
                return

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page_items(self._operation, page):
                yield item

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation.name}>"
