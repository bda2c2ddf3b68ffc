"""Runs flows: has each of their effects done, and hands back what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar, cast

T = TypeVar("T")


def drive(flow: Generator[Any, Any, T], do: Callable[[Any], Any]) -> T:
    """Run a flow to its end. Raises whatever the flow raises."""
    try:
        effect = next(flow)
        while True:
            try:
                result = do(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        return cast("T", end.value)


async def drive_async(flow: Generator[Any, Any, T], do: Callable[[Any], Awaitable[Any]]) -> T:
    """Async twin of `drive`."""
    try:
        effect = next(flow)
        while True:
            try:
                result = await do(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        return cast("T", end.value)
