"""Commands about tasks that run: watch, wait, result, download, cancel, confirm."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

from ..codec import to_builtins, to_text
from ..errors import ClientError, InvalidArgument
from ..tasks.download.file import DownloadableFile
from ..tasks.errors import TaskPartial, TaskTimeout
from ..tasks.handles import AsyncCancellable, AsyncConfirmable, AsyncTask
from ..tasks.waits.outcomes import Partial, verdict
from .exit_codes import SUCCESS, TIMEOUT, code_of, worst
from .output import named
from .session import Session


async def watch(session: Session) -> int:
    """Show tasks until all have ended."""
    tasks = [session.attach(token) for token in session.values["tokens"]]
    endings = await asyncio.gather(*(_ending(session, task) for task in tasks))
    return worst(endings)


async def wait(session: Session) -> int:
    """Wait for tasks, and say how they ended."""
    tasks = [session.attach(token) for token in session.values["tokens"]]
    group, left = session.client.tasks, session.left
    some = bool(session.values["any"])
    watchers = [asyncio.create_task(_shown(session, task)) for task in tasks]
    try:
        batch = await (group.wait_any(tasks, timeout=left) if some else group.wait_all(tasks, timeout=left))
    finally:
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
    failed = {ref: failure for ref, failure in batch.failed.items() if not _accepted(session, failure)}
    for task in tasks:
        if task.last is not None:
            session.output.task(task.last)
    for failure in failed.values():
        session.output.error(failure)
    if some and len(failed) < len(batch.failed) + len(batch.done):
        return SUCCESS
    late = () if some and failed else batch.pending
    for task in late:
        session.output.error(TaskTimeout(f"{task.ref}: not over in time; it goes on", ref=task.ref, last=task.last))
    return worst([*map(code_of, failed.values()), *(TIMEOUT for _ in late)])


async def result(session: Session) -> int:
    """Wait for a task's result, and print it."""
    await finished(session, session.attach(session.values["token"]))
    return SUCCESS


async def download(session: Session) -> int:
    """Wait for a task's file, and fetch it."""
    await fetched(session, session.attach(session.values["token"]), session.values["path"])
    return SUCCESS


async def cancel(session: Session) -> int:
    """Ask the vendor to cancel a task."""
    task = session.attach(session.values["token"])
    if not isinstance(task, AsyncCancellable):
        raise InvalidArgument(f"{task.ref}: tasks of this kind cannot be cancelled")
    session.output.task(await task.cancel())
    return SUCCESS


async def confirm(session: Session) -> int:
    """Answer a task that waits for it."""
    task = session.attach(session.values["token"])
    if not isinstance(task, AsyncConfirmable):
        raise InvalidArgument(f"{task.ref}: tasks of this kind cannot be confirmed")
    session.output.task(await task.confirm())
    return SUCCESS


async def finished(session: Session, task: AsyncTask[Any, Any]) -> None:
    """Wait for a task's success, and print its result.

    Raises:
        ClientError: there is none.
    """
    await task.wait(timeout=session.left, on_change=session.display.show)
    found: object = await task.result(timeout=session.left, partial=_partial(session))
    if isinstance(found, DownloadableFile):
        # Whoever has the link often has the file: it stays here.
        found = {"size": found.size, "sha256": found.sha256, "md5": found.md5, "media_type": found.media_type}
        text = "a file; `download` fetches it"
    else:
        text = "" if found is None else _text(found)
        found = to_builtins(found)
    session.output.record("result", text or None, **named(task.ref), result=found)


async def fetched(session: Session, task: AsyncTask[Any, Any], path: str) -> None:
    """Wait for a task's file, and fetch it; to stdout if the path is `-`.

    Raises:
        ClientError: it could not be had.
    """
    if path == "-" and session.output.json:
        raise InvalidArgument("the file and JSON cannot both go to stdout")
    await task.wait(timeout=session.left, on_change=session.display.show)
    found = await task.download(
        sys.stdout.buffer if path == "-" else path,
        timeout=session.left,
        on_bytes=lambda done, total: session.display.bytes(task.ref, done, total),
    )
    if path == "-":
        sys.stdout.buffer.flush()
    session.output.record(
        "download",
        None if path == "-" else path,
        token=task.token(),
        path=found.path,
        bytes=found.bytes,
        sha256=found.sha256,
        verified=found.verified,
        resumed_from=found.resumed_from,
    )


async def _ending(session: Session, task: AsyncTask[Any, Any]) -> int:
    """Show a task's changes to its end: the exit code of that."""
    try:
        async for view in task.watch(timeout=session.left):
            session.display.show(view)
            if session.output.json or view.terminal:
                session.output.task(view)
        failure: Exception | None = None if task.last is None else verdict(task.record, task.last, _partial(session))
    except TaskTimeout as error:
        # Of a task that waited for an answer to the last, that says more than that the time is over.
        failure = error if task.last is None else verdict(task.record, task.last) or error
    except ClientError as error:
        failure = error
    if failure is not None:
        session.output.error(failure)
    return code_of(failure)


async def _shown(session: Session, task: AsyncTask[Any, Any]) -> None:
    with suppress(ClientError):  # whoever waits for the task is told of it
        async for view in task.watch(timeout=None):
            session.display.show(view)


def _accepted(session: Session, failure: Exception) -> bool:
    return isinstance(failure, TaskPartial) and _partial(session) == "accept"


def _partial(session: Session) -> Partial:
    return "accept" if session.values.get("accept_partial") else "raise"


def _text(found: object) -> str:
    try:
        return to_text(found, type(found))
    except ClientError:
        plain = to_builtins(found)
        return plain if isinstance(plain, str) else json.dumps(cast("Sequence[Any]", plain), indent=2)
