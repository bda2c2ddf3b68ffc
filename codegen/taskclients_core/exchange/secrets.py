"""Asking the caller's own function for a secret, which may take its time: it may ask a vault, or a person."""

from __future__ import annotations

from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any

from ..errors import InvalidArgument, TimedOut
from .effects import Ask


def ask(effect: Ask) -> Any:
    """What the function returns, on the calling thread.

    Raises:
        InvalidArgument: it is an asynchronous one.
    """
    found = effect.function()
    if isawaitable(found):
        if iscoroutine(found):
            found.close()  # nobody will await it, and Python would say so
        raise InvalidArgument(f"auth: the function for {effect.name!r} is async, which only an async client can await")
    return found


async def ask_async(effect: Ask) -> Any:
    """What the function returns, on a thread of its own unless it is an asynchronous one: the event loop goes on.

    Raises:
        TimedOut: not before the deadline.
    """
    import asyncio  # slow to import, and seldom wanted here

    limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.left)
    try:
        async with limit:
            asynchronous = iscoroutinefunction(effect.function)
            found = effect.function() if asynchronous else await asyncio.to_thread(effect.function)
            return await found if isawaitable(found) else found
    except TimeoutError:
        if not limit.expired():
            raise
        raise TimedOut(f"the function for {effect.name!r} took until the deadline", sent=False) from None
