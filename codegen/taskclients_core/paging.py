"""Lists that come in pages.

The token of the next page is read from each page and sent with the same arguments. A list ends with a page whose token
is missing, null or empty; a page without items but with a token goes on. No token is used twice in a listing: a server
that repeats one would keep a caller busy forever, so that is a PagingError.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import field

from .attributes import attribute
from .classes import frozen
from .errors import InvalidArgument, PagingError
from .model import UNSET
from .operation import Operation, Page, Path, Query

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .client import Client

P = TypeVar("P")
T = TypeVar("T")

Arguments: TypeAlias = tuple[object, ...]


def walk(operation: Operation[Any], arguments: Arguments) -> Generator[Arguments, Any, None]:
    """Which pages to ask for: yields a call's arguments, is sent the page that it returned, and ends with the list.

    Raises:
        PagingError: the server repeats a token.
    """
    page = _page(operation)
    place = _place(operation, page)
    token_of = attribute(page.token)
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


def items_of(operation: Operation[Any], page: object) -> Sequence[Any]:
    """The items of a page; none where they are null or absent."""
    return attribute(_page(operation).items)(page) or ()


def _page(operation: Operation[Any]) -> Page:
    if operation.page is None:
        raise InvalidArgument(f"{operation.name}: does not come in pages")
    return operation.page


def _place(operation: Operation[Any], page: Page) -> int:
    arguments = [one for one in operation.parameters if not (isinstance(one, Path) and one.body is not None)]
    for place, parameter in enumerate(arguments):
        if isinstance(parameter, Query) and parameter.name == page.parameter:
            return place
    raise InvalidArgument(f"{operation.name}: has no query parameter {page.parameter!r} for the token")


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
        steps = walk(self._operation, self._arguments)
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
            yield from items_of(self._operation, page)


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
        steps = walk(self._operation, self._arguments)
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
            for item in items_of(self._operation, page):
                yield item
