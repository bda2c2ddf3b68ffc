"""Lists that are read row by row, while they arrive: `client.rows(client.list_tasks)`.

The method is called with nobody at the other end, only to learn which operation it means and with which arguments; the
call itself is made when the first row is asked for. CSV and JSONL are held a piece at a time; JSON and JSV have to be
complete before their first row is known. A row longer than `max_response_bytes` is refused, all of them together may
be longer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, cast

from .errors import InvalidArgumentError
from .events import CapturedCall, captured_calls
from .transport.async_driver import AsyncDriver
from .transport.call import open_row_stream
from .transport.config import ClientConfig
from .transport.sync_driver import SyncDriver


def capture_call(method: Callable[[], Any]) -> CapturedCall:
    """What a method would call.

    Raises:
        InvalidArgument: nothing, or not at once.
    """
    found: list[CapturedCall] = []
    token = captured_calls.set(found)
    try:
        value = method()
        if hasattr(value, "send") and hasattr(value, "close"):  # the coroutine of an asynchronous client's method
            _start(value)
    finally:
        captured_calls.reset(token)
    if len(found) != 1:
        raise InvalidArgumentError(
            "rows: expected a method of a client that returns a list; lists in pages stream anyway"
        )
    return found[0]


def _start(coroutine: Any) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()


def stream(driver: SyncDriver, setting: ClientConfig, call: CapturedCall) -> Generator[Any, None, None]:
    """The rows of a call."""
    opened = driver.run(open_row_stream(setting, *call))
    with opened.reporting_end():
        try:
            for chunk in cast("Iterator[bytes]", opened.response.chunks):
                yield from opened.feed(chunk)
            yield from opened.end()
        finally:
            opened.close()


async def astream(driver: AsyncDriver, setting: ClientConfig, call: CapturedCall) -> AsyncGenerator[Any, None]:
    """The rows of a call, made asynchronously."""
    opened = await driver.run(open_row_stream(setting, *call))
    with opened.reporting_end():
        try:
            async for chunk in cast("AsyncIterator[bytes]", opened.response.chunks):
                for row in opened.feed(chunk):
                    yield row
            for row in opened.end():
                yield row
        finally:
            await cast("Awaitable[None]", opened.close())
