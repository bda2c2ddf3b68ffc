"""Lists in pages: `Pages` and `AsyncPages`, the flow of page tokens, and access to attributes by path."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import field

from .errors import InvalidArgumentError, PagingError
from .lazy_attrs import frozen
from .model import UNSET
from .operation import Operation, Pagination, Path, Query

if TYPE_CHECKING:
    from .client import AsyncClient, Client


def attribute_getter(path: str) -> Callable[[Any], Any]:
    """Return a getter for an attribute path such as `meta.next_token`; it returns None if a part is missing."""
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
"""Arguments of a call, without its body."""


def paginate(operation: Operation[Any], arguments: Arguments) -> Generator[Arguments, Any, None]:
    """Yield the arguments of the next call and receive its page; end after the last page.

    Raises:
        PagingError: the server repeats a token.
    """
    pagination = _pagination(operation)
    index = _token_index(operation, pagination)
    token_of = attribute_getter(pagination.token)
    used = set(arguments[index : index + 1])
    while True:
        page = yield arguments
        token = token_of(page)
        if token is None or token is UNSET or token == "":
            return
        if token in used:
            raise PagingError(f"{operation.name}: the server repeats the token of an earlier page")
        used.add(token)
        arguments = (*arguments[:index], token, *arguments[index + 1 :])


def page_items(operation: Operation[Any], page: object) -> Sequence[Any]:
    """Return the items of a page; empty if they are null or absent."""
    return attribute_getter(_pagination(operation).items)(page) or ()


def _pagination(operation: Operation[Any]) -> Pagination:
    if operation.pagination is None:
        raise InvalidArgumentError(f"{operation.name}: does not come in pages")
    return operation.pagination


def _token_index(operation: Operation[Any], pagination: Pagination) -> int:
    arguments = [one for one in operation.parameters if not (isinstance(one, Path) and one.from_body is not None)]
    for index, parameter in enumerate(arguments):
        if isinstance(parameter, Query) and parameter.name == pagination.parameter:
            return index
    raise InvalidArgumentError(f"{operation.name}: has no query parameter {pagination.parameter!r} for the token")


@frozen(eq=False)
class Pages(Generic[P, T]):
    """List in pages: iterate over it for the items of all pages, which are fetched when needed.

    Each iteration sends its own requests and starts with the page whose token was passed, or the first page.
    """

    _client: Client = field(repr=False)
    _operation: Operation[P]
    _arguments: Arguments = field(repr=False)
    _body: object = field(default=None, repr=False)

    def page(self) -> P:
        """Fetch one page, with one request: that of the token that was passed, or the first.

        Raises:
            ClientError: the call failed.
        """
        return self._client.call(self._operation, *self._arguments, body=self._body)

    def pages(self) -> Iterator[P]:
        """Iterate over the pages.

        Raises:
            PagingError: the server repeats a token.
            ClientError: a call failed.
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
    """List in pages: iterate over it for the items of all pages, which are fetched when needed.

    Each iteration sends its own requests and starts with the page whose token was passed, or the first page.
    """

    _client: AsyncClient = field(repr=False)
    _operation: Operation[P]
    _arguments: Arguments = field(repr=False)
    _body: object = field(default=None, repr=False)

    async def page(self) -> P:
        """Fetch one page, with one request: that of the token that was passed, or the first.

        Raises:
            ClientError: the call failed.
        """
        return await self._client.call(self._operation, *self._arguments, body=self._body)

    async def pages(self) -> AsyncIterator[P]:
        """Iterate over the pages.

        Raises:
            PagingError: the server repeats a token.
            ClientError: a call failed.
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
