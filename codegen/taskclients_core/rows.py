"""Lists that are read row by row, while they arrive: `client.rows(client.list_tasks)`.

The method is called with nobody at the other end, only to learn which operation it means and with which arguments; the
call itself is made when the first row is asked for. CSV and JSONL are held a piece at a time; JSON and JSV have to be
complete before their first row is known. A row longer than `max_response_bytes` is refused, all of them together may
be longer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, cast

from .asking import Meant, asked
from .errors import InvalidArgument
from .exchange.async_driver import AsyncDriver
from .exchange.flow import open_rows
from .exchange.setting import Setting
from .exchange.sync_driver import SyncDriver


def meant(method: Callable[[], Any]) -> Meant:
    """What a method would call.

    Raises:
        InvalidArgument: nothing, or not at once.
    """
    found: list[Meant] = []
    token = asked.set(found)
    try:
        value = method()
        if hasattr(value, "send") and hasattr(value, "close"):  # the coroutine of an asynchronous client's method
            _start(value)
    finally:
        asked.reset(token)
    if len(found) != 1:
        raise InvalidArgument("rows: expected a method of a client that returns a list; lists in pages stream anyway")
    return found[0]


def _start(coroutine: Any) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()


def stream(driver: SyncDriver, setting: Setting, call: Meant) -> Generator[Any, None, None]:
    """The rows of a call."""
    opened = driver.run(open_rows(setting, *call))
    with opened.until_over():
        try:
            for chunk in cast("Iterator[bytes]", opened.answer.chunks):
                yield from opened.feed(chunk)
            yield from opened.end()
        finally:
            opened.close()


async def astream(driver: AsyncDriver, setting: Setting, call: Meant) -> AsyncGenerator[Any, None]:
    """The rows of a call, made asynchronously."""
    opened = await driver.run(open_rows(setting, *call))
    with opened.until_over():
        try:
            async for chunk in cast("AsyncIterator[bytes]", opened.answer.chunks):
                for row in opened.feed(chunk):
                    yield row
            for row in opened.end():
                yield row
        finally:
            await cast("Awaitable[None]", opened.close())
