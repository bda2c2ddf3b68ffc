"""Streaming of lists row by row: `client.stream(client.list_tasks)`.

The method is called once with capturing on (`events.captured_calls`), to learn its operation and arguments without
sending anything; the request is sent when the first row is requested. CSV and JSONL are read chunk by chunk; JSON and
JSV are read whole before the first row. `max_response_bytes` limits each row, not their sum.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, cast

from .errors import ClientError, InvalidArgumentError, without_frames
from .events import CapturedCall, captured_calls
from .transport.async_driver import AsyncDriver
from .transport.call import open_row_stream
from .transport.config import ClientConfig
from .transport.sync_driver import SyncDriver


def capture_call(method: Callable[[], Any]) -> CapturedCall:
    """Return the call that a method makes, without sending it.

    Raises:
        InvalidArgumentError: the method makes no call, or more than one.
    """
    found: list[CapturedCall] = []
    token = captured_calls.set(found)
    try:
        value = method()
        if hasattr(value, "send") and hasattr(value, "close"):  # coroutine of an asynchronous client's method
            _start(value)
    finally:
        captured_calls.reset(token)
    if len(found) != 1:
        raise InvalidArgumentError(
            "stream: expected a method of a client that returns a list; iterate over a list in pages instead"
        )
    return found[0]


def _start(coroutine: Any) -> None:
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()


def stream(driver: SyncDriver, config: ClientConfig, call: CapturedCall) -> Generator[Any, None, None]:
    """Send a captured call and yield its rows."""
    opened = driver.run(open_row_stream(config, *call))
    try:
        with opened.reporting_end():
            try:
                for rows in map(opened.feed, cast("Iterator[bytes]", opened.response.chunks)):
                    yield from rows
                yield from opened.end()
            finally:
                opened.close()
    except ClientError as error:
        without_frames(error)
        raise


async def astream(driver: AsyncDriver, config: ClientConfig, call: CapturedCall) -> AsyncGenerator[Any, None]:
    """Async twin of `stream`."""
    opened = await driver.run(open_row_stream(config, *call))
    try:
        with opened.reporting_end():
            try:
                async for chunk in cast("AsyncIterator[bytes]", opened.response.chunks):
                    for row in opened.feed(chunk):
                        yield row
                for row in opened.end():
                    yield row
            finally:
                await cast("Awaitable[None]", opened.close())
    except ClientError as error:
        chunk, row = b"", None  # a traceback with locals would show the last ones
        without_frames(error)
        raise
