"""Lists that come in pages: `Pages` and `AsyncPages`, and access to attributes by path."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import field

from .errors import InvalidArgumentError, PagingError
from .lazy_attrs import frozen
from .model import UNSET
from .operation import Operation, Pagination, Path, Query

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .client import Client


def attribute_getter(path: str) -> Callable[[Any], Any]:
    """A getter by attribute path, such as `meta.next_token`; None where the path breaks off."""
    names = path.split(".") if path else []

    def get(value: Any) -> Any:
        for name in names:
            if value is None or value is UNSET:
                return None
            value = getattr(value, name)
        return value

    return get


P = TypeVar("P")
T = TypeVar("T")

Arguments: TypeAlias = tuple[object, ...]


def paginate(operation: Operation[Any], arguments: Arguments) -> Generator[Arguments, Any, None]:
    """Which pages to ask for: yields a call's arguments, is sent the page that it returned, and ends with the list.

    Raises:
        PagingError: the server repeats a token.
    """
    page = _page(operation)
    place = _place(operation, page)
    token_of = attribute_getter(page.token)
    used = set(arguments[place : place + 1])
    while True:
        found = yield arguments
        token = token_of(found)
        if token is None or token is UNSET or token == "":
            return
        if token in used:
            raise PagingError(f"{operation.name}: the server repeats the token of an earlier page")
        used.add(token)
        arguments = (*arguments[:place], token, *arguments[place + 1 :])


def page_items(operation: Operation[Any], page: object) -> Sequence[Any]:
    """The items of a page; none where they are null or absent."""
    return attribute_getter(_page(operation).items)(page) or ()


def _page(operation: Operation[Any]) -> Pagination:
    if operation.pagination is None:
        raise InvalidArgumentError(f"{operation.name}: does not come in pages")
    return operation.pagination


def _place(operation: Operation[Any], page: Pagination) -> int:
    arguments = [one for one in operation.parameters if not (isinstance(one, Path) and one.from_body is not None)]
    for place, parameter in enumerate(arguments):
        if isinstance(parameter, Query) and parameter.name == page.parameter:
            return place
    raise InvalidArgumentError(f"{operation.name}: has no query parameter {page.parameter!r} for the token")


@frozen(eq=False)
class Pages(Generic[P, T]):
    """A list that comes in pages: iterate over it for all items of all pages, fetched as they are needed.

    Each iteration starts anew, at the page whose token the caller gave, or at the first one. Nothing is sent before.
    """

    _client: Client = field(repr=False)
    _operation: Operation[P]
    _arguments: Arguments = field(repr=False)
    _body: object = field(default=None, repr=False)

    def page(self) -> P:
        """The first page alone, in one request.

        Raises:
            ClientError: whatever a call raises.
        """
        return self._client.call(self._operation, *self._arguments, body=self._body)

    def pages(self) -> Iterator[P]:
        """Page after page.

        Raises:
            PagingError: the server repeats a token.
            ClientError: whatever a call raises.
        """
        steps = paginate(self._operation, self._arguments)
        arguments = next(steps)
        while True:
            page = self._client.call(self._operation, *arguments, body=self._body)
            yield page
            try:
                arguments = steps.send(page)
            except StopIteration:
                return

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page_items(self._operation, page)


@frozen(eq=False)
class AsyncPages(Generic[P, T]):
    """A list that comes in pages: iterate over it for all items of all pages, fetched as they are needed.

    Each iteration starts anew, at the page whose token the caller gave, or at the first one. Nothing is sent before.
    """

    _client: AsyncClient = field(repr=False)
    _operation: Operation[P]
    _arguments: Arguments = field(repr=False)
    _body: object = field(default=None, repr=False)

    async def page(self) -> P:
        """The first page alone, in one request.

        Raises:
            ClientError: whatever a call raises.
        """
        return await self._client.call(self._operation, *self._arguments, body=self._body)

    async def pages(self) -> AsyncIterator[P]:
        """Page after page.

        Raises:
            PagingError: the server repeats a token.
            ClientError: whatever a call raises.
        """
        steps = paginate(self._operation, self._arguments)
        arguments = next(steps)
        while True:
            page = await self._client.call(self._operation, *arguments, body=self._body)
            yield page
            try:
                arguments = steps.send(page)
            except StopIteration:
                return

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page_items(self._operation, page):
                yield item
