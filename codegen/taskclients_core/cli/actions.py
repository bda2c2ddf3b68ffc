"""Implementations of a vendor's commands: begin a task, follow tasks, and list them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Final, cast

from ..auth.environment import kebab
from ..codec import decode, to_builtins, to_text
from ..errors import ClientError, InvalidArgumentError
from ..tasks import state
from ..tasks.definition import DownloadLinks, FromList, Submission, TaskType
from ..tasks.download.links import DownloadableFile, lacks_hosts
from ..tasks.errors import TaskPartialError, TaskTimeoutError
from ..tasks.expressions import call_arguments
from ..tasks.handles import AsyncCancellableTaskHandle, AsyncConfirmableTaskHandle, AsyncTaskHandle
from ..tasks.polling.list_page import scan_list_page
from ..tasks.snapshot import TaskRef, TaskSnapshot
from ..tasks.state import LazyModel, SnapshotData, make_snapshot
from ..tasks.waiters import OnPartial, outcome_error, timeout_error
from .discovery import scope_names
from .exit_codes import SUBMISSION_UNKNOWN, SUCCESS, TIMEOUT, code_of, worst
from .options import OperationOptions
from .output import ref_members
from .session import Action, Session
from .table import table
from .values import python_value

# -- Begin a task


def begin(submission: Submission[Any, Any], options: OperationOptions) -> Action:
    """Return the implementation of a command that begins a task."""

    async def action(session: Session) -> int:
        values = session.values
        path: Any = values.get("download")
        _refuse_mixed_output(session, path, "--download")
        if path is not None and _lacks_hosts(session, submission.task_type):
            raise InvalidArgumentError(
                f"--download: the spec of {submission.task_type.name} names no host that files may come from; "
                "give --download-host HOST, where '*' allows every public host"
            )
        arguments, body = options.arguments(values), options.body(values)
        idempotency_key = values.get("idempotency_key")
        if idempotency_key is not None and submission.idempotency_header is None and not _has_journal(session):
            raise InvalidArgumentError("--idempotency-key: needs --journal, which records the key; name a file")
        task = await session.client.begin(
            submission, *arguments, body=body, idempotency_key=idempotency_key, restart=bool(values.get("restart"))
        )
        session.refs.append(task.ref)
        # Print the token before anything else can fail.
        if path == "-":
            session.output.note(f"resume token: {task.resume_token()}")
        else:
            session.output.begun(task.ref, idempotency_key)
        if path is not None:
            await _download(session, task, path)
        elif values.get("wait"):
            await _print_result(session, task)
        return SUCCESS

    return action


# -- Follow tasks


async def watch(session: Session) -> int:
    """Print the changes of tasks until all have ended."""
    tasks = [session.resume(token) for token in session.values["resume_tokens"]]
    return worst(await asyncio.gather(*(_watch(session, task) for task in tasks)))


async def _watch(session: Session, task: AsyncTaskHandle[Any, Any]) -> int:
    """Print the changes of a task until it ends; return the exit code for its end."""
    try:
        async for snapshot in task.watch(timeout=session.remaining):
            session.display.show(snapshot)
            if session.output.json or snapshot.terminal:
                session.output.task(snapshot)
        failure: Exception | None = (
            None if task.last is None else outcome_error(task.state, task.last, _partial(session))
        )
    except TaskTimeoutError as error:
        # If the task waited for input until the end, that says more than the timeout.
        failure = error if task.last is None else outcome_error(task.state, task.last) or error
    except ClientError as error:
        failure = error
    if failure is not None:
        session.output.error(failure)
    return code_of(failure)


async def wait(session: Session) -> int:
    """Wait for all tasks, or for any of them, and print how they ended."""
    tasks = [session.resume(token) for token in session.values["resume_tokens"]]
    wait_any = bool(session.values["any"])
    wait_for = session.client.tasks.wait_any if wait_any else session.client.tasks.wait_all
    watchers = [asyncio.create_task(_show_progress(session, task)) for task in tasks]
    began = time.monotonic()
    try:
        waited = await wait_for(tasks, timeout=session.remaining)
    finally:
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
    failed = {ref: failure for ref, failure in waited.failed.items() if not _is_accepted(session, failure)}
    for task in tasks:
        if task.last is not None:
            session.output.task(task.last)
    for failure in failed.values():
        session.output.error(failure)
    if wait_any and len(failed) < len(waited.failed) + len(waited.done):
        return SUCCESS
    late = () if wait_any and failed else waited.pending
    for task in late:
        session.output.error(timeout_error(task.state, time.monotonic() - began))
    return worst([*map(code_of, failed.values()), *(TIMEOUT for _ in late)])


async def _show_progress(session: Session, task: AsyncTaskHandle[Any, Any]) -> None:
    with suppress(ClientError):  # the wait itself reports it
        async for snapshot in task.watch(timeout=None):
            session.display.show(snapshot)


async def result(session: Session) -> int:
    """Wait for a task and print its result."""
    await _print_result(session, session.resume(session.values["resume_token"]))
    return SUCCESS


async def _print_result(session: Session, task: AsyncTaskHandle[Any, Any]) -> None:
    await task.wait(timeout=session.remaining, on_change=session.display.show)
    found: object = await task.result(timeout=session.remaining, partial=_partial(session))
    if isinstance(found, DownloadableFile):
        # Its link is not printed: often, the link is all that is needed to get the file.
        found = {"size": found.size, "sha256": found.sha256, "md5": found.md5, "media_type": found.media_type}
        text = "a file; run `download` to get it"
    else:
        text = "" if found is None else _text(found)
        found = to_builtins(found)
    session.output.record("result", text or None, **ref_members(task.ref), result=found)


def _text(found: object) -> str:
    try:
        return to_text(found, type(found))
    except ClientError:
        plain = to_builtins(found)
        return plain if isinstance(plain, str) else json.dumps(cast("Sequence[Any]", plain), indent=2)


async def download(session: Session) -> int:
    """Wait for a task and download its file."""
    path: str = session.values["path"]
    _refuse_mixed_output(session, path, "PATH")
    await _download(session, session.resume(session.values["resume_token"]), path)
    return SUCCESS


def _lacks_hosts(session: Session, task_type: TaskType[Any, Any]) -> bool:
    links = task_type.result
    return isinstance(links, DownloadLinks) and lacks_hosts(links, session.values.get("download_host") or ())


async def _download(session: Session, task: AsyncTaskHandle[Any, Any], path: str) -> None:
    if not _lacks_hosts(session, task.state.task_type):  # otherwise `download` refuses without waiting
        await task.wait(timeout=session.remaining, on_change=session.display.show)
    found = await task.download(
        sys.stdout.buffer if path == "-" else path,
        timeout=session.remaining,
        on_bytes=lambda done, total: session.display.bytes(task.ref, done, total),
    )
    if path == "-":
        sys.stdout.buffer.flush()
    session.output.record(
        "download",
        None if path == "-" else path,
        resume_token=task.resume_token(),
        path=found.path,
        bytes=found.bytes,
        sha256=found.sha256,
        verified=found.verified,
        resumed_from=found.resumed_from,
    )


async def cancel(session: Session) -> int:
    """Ask the vendor to cancel a task."""
    task = session.resume(session.values["resume_token"])
    if not isinstance(task, AsyncCancellableTaskHandle):
        raise InvalidArgumentError(f"cancel: a task of this type cannot be cancelled: {task.ref}")
    session.output.task(await task.cancel())
    return SUCCESS


async def confirm(session: Session) -> int:
    """Confirm a task that waits for input."""
    task = session.resume(session.values["resume_token"])
    if not isinstance(task, AsyncConfirmableTaskHandle):
        raise InvalidArgumentError(f"confirm: a task of this type cannot be confirmed: {task.ref}")
    session.output.task(await task.confirm())
    return SUCCESS


def _refuse_mixed_output(session: Session, path: str | None, option: str) -> None:
    if path == "-" and session.output.json:
        raise InvalidArgumentError(f"{option}: the file and --json cannot both go to stdout; give the path of a file")


def _is_accepted(session: Session, failure: Exception) -> bool:
    return isinstance(failure, TaskPartialError) and _partial(session) == "accept"


def _partial(session: Session) -> OnPartial:
    return "accept" if session.values.get("accept_partial") else "raise"


# -- List tasks


async def tasks(session: Session) -> int:
    """Print the tasks that the server lists; where it lists none, those in the journal."""
    task_types = session.vendor.task_types
    listed = [(task_type, task_type.poll) for task_type in task_types if isinstance(task_type.poll, FromList)]
    unlisted = {task_type.name for task_type in task_types if not isinstance(task_type.poll, FromList)}
    if not listed and not _has_journal(session):
        raise InvalidArgumentError(
            f"tasks: {session.vendor.name} cannot list tasks; give the --journal in which tasks were recorded"
        )
    for name in session.vendor.scopes:
        if session.values.get(f"scope_{name}") is None:
            raise InvalidArgumentError(
                f"--{kebab(name)}: is required, because the server lists tasks for one value at a time"
            )
    limit = int(python_value(session.values["limit"], int, "--limit"))
    if limit < 1:
        raise InvalidArgumentError(f"--limit: expected a number from 1 on, found {limit}")
    found: list[TaskSnapshot[Any]] = []
    for task_type, poll in listed:
        found += [snapshot async for snapshot in _list_tasks(session, task_type, poll, limit)]
    if unlisted and _has_journal(session):
        # Keep no other handles: `poll_once` polls every task that has one, and the others were listed above.
        held = [
            task
            for task in await session.client.tasks.from_journal()
            if f"{task.ref.vendor}.{task.ref.task_type}" in unlisted
        ]
        found += await session.client.tasks.poll_once() if held else ()
    if session.output.json:
        for snapshot in found:
            session.output.task(snapshot)
    elif not found:
        session.output.note("no tasks")
    else:
        for line in table(found, task_types, wide=bool(session.values["wide"])):
            session.output.write(line, result=True)
    return SUCCESS


async def _list_tasks(
    session: Session, task_type: TaskType[Any, Any], poll: FromList, limit: int
) -> AsyncIterator[TaskSnapshot[Any]]:
    """Yield the snapshots of the tasks in a list, page by page."""
    vendor, _, name = task_type.name.partition(".")
    scope = {each: str(session.values[f"scope_{each}"]) for each in scope_names(task_type)}
    query: dict[str, object] = {}
    if poll.pages is not None and poll.pages.size is not None:
        query[poll.pages.size[0]] = poll.pages.size[1]
    for _ in range(poll.pages.max_pages if poll.pages is not None else 1):
        arguments = call_arguments(poll.call, TaskRef(vendor, name, "", scope), query)
        response = await session.client.response(session.client.call, poll.call.operation, *arguments)
        page_token = poll.pages.token if poll.pages is not None else None
        # A scan keeps the items of known ids only, so the first one collects the ids.
        scan = partial(scan_list_page, response.raw, items=poll.items, key=poll.key, id_text=poll.id_text)
        first = scan(wanted=(), token=page_token)
        ids = first.keys[:limit]
        page = scan(wanted=set(ids))
        for id_ in dict.fromkeys(ids):
            yield _snapshot(task_type, TaskRef(vendor, name, id_, scope), page.found[id_])
        limit -= len(ids)
        if poll.pages is None or first.token is None or limit <= 0:
            return
        query[poll.pages.parameter] = first.token


def _snapshot(task_type: TaskType[Any, Any], ref: TaskRef, raw: bytes) -> TaskSnapshot[Any]:
    read = state.parse_observation(task_type, raw)
    now = time.monotonic()
    data = SnapshotData(
        observation=read,
        lost=False,
        model=LazyModel(decode, raw, task_type.model),
        best_fraction=read.fraction,
        stalled_seconds=0.0,
        at=now,
        date=time.time(),
        sequence=1,
    )
    return make_snapshot(ref, data, time.monotonic)


async def recover(session: Session) -> int:
    """Poll the open tasks of the journal once, and list the unresolved starts. Nothing is sent again."""
    if not _has_journal(session):
        raise InvalidArgumentError("--journal: is required, because only a journal records what was begun")
    held = await session.client.tasks.recover()
    session.refs.extend(task.ref for task in held)
    polled = await session.client.tasks.poll_once(timeout=session.remaining) if held else ()
    snapshots = {snapshot.ref: snapshot for snapshot in polled}
    for task in held:
        if task.ref in snapshots:
            session.output.task(snapshots[task.ref])
        else:
            session.output.record("task", task.resume_token(), **ref_members(task.ref), phase=None)
    unresolved = await session.client.tasks.unresolved()
    for start in unresolved:
        sent_at = start.sent_at.isoformat()
        session.output.record("unresolved", None, idempotency_key=start.key, sent_at=sent_at)
        session.output.note(
            f"unresolved start: {start.key}, sent {sent_at}; run `resolve` with this key and a resume token, "
            "or `discard` with this key"
        )
    return SUBMISSION_UNKNOWN if unresolved else SUCCESS


async def resolve(session: Session) -> int:
    """Record which task an unresolved start began."""
    idempotency_key = session.values["idempotency_key"]
    task = await session.client.tasks.resolve(idempotency_key, session.values["resume_token"])
    session.output.begun(task.ref, idempotency_key)
    return SUCCESS


async def discard(session: Session) -> int:
    """Remove a start from the journal, which frees its key."""
    idempotency_key = session.values["idempotency_key"]
    await session.client.tasks.discard(idempotency_key)
    session.output.record("discarded", None, idempotency_key=idempotency_key)
    return SUCCESS


def _has_journal(session: Session) -> bool:
    return session.values.get("journal") is not None


ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        action.__name__: action
        for action in (tasks, watch, wait, result, download, recover, resolve, discard, cancel, confirm)
    }
)
"""Implementations of the commands that every vendor has, by the names of the commands."""
