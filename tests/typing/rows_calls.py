"""Types of `stream`: the items of the list that the method returns, and the method's own arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import assert_type
from uuid import UUID

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import Task


def rows(booster: BoosterClient) -> None:
    for task in booster.with_options(media_type="text/csv").stream(booster.list_tasks):
        assert_type(task, Task)
    streamed: Iterator[Task] = booster.stream(booster.list_tasks)
    assert_type(next(streamed), Task)


async def rows_async(booster: AsyncBoosterClient) -> None:
    async for task in booster.stream(booster.list_tasks):
        assert_type(task, Task)
    streamed: AsyncIterator[Task] = booster.stream(booster.list_tasks)
    assert_type(await anext(streamed), Task)


def wrong(booster: BoosterClient, task_id: UUID) -> None:
    booster.stream(booster.get_task, task_id)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    booster.stream(booster.list_tasks, task_id)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
