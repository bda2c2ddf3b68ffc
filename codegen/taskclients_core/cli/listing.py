"""Commands about many tasks: those that the server lists, and those in the journal."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from ..errors import InvalidArgument
from ..tasks.calls import arguments
from ..tasks.definition import Kind, Listed
from ..tasks.expressions import parse
from ..tasks.ref import Ref
from ..tasks.state import items, reading
from ..tasks.state.shown import Shown, never_shown, view_of
from ..tasks.views import View
from .discovery import Vendor
from .exit_codes import SUCCESS, UNKNOWN_SUBMIT
from .options import Option
from .output import named
from .session import Session
from .texts import python_value
from .words import kebab


def scopes(vendor: Vendor) -> tuple[Option, ...]:
    """What must be known to list tasks, such as an organization."""
    names = [name for kind in vendor.kinds for name in _scope_of(kind)]
    text = "Whose tasks: what they were started with."
    return tuple(
        Option(name=f"scope_{name}", flags=(f"--{kebab(name)}",), metavar="TEXT", help=text)
        for name in dict.fromkeys(names)
    )


async def tasks(session: Session) -> int:
    """Show the tasks that the server lists.

    Where it lists none, those of the journal.
    """
    listed = [(kind, kind.observe) for kind in session.vendor.kinds if isinstance(kind.observe, Listed)]
    single = {kind.name for kind in session.vendor.kinds if not isinstance(kind.observe, Listed)}
    has_journal = _has_journal(session)
    if not listed and not has_journal:
        raise InvalidArgument(f"{session.vendor.name} lists no tasks: name a --journal, which knows those started here")
    for kind, _ in listed:
        missing = [name for name in _scope_of(kind) if session.values.get(f"scope_{name}") is None]
        if missing:
            raise InvalidArgument(f"--{kebab(missing[0])}: it is missing; the server lists tasks of one at a time")
    for kind, observe in listed:
        async for view in _listed(session, kind, observe):
            session.output.task(view)
    if single and has_journal:
        held = [task for task in await session.client.tasks.recover() if _kind_of(task.ref) in single]
        for view in await session.client.tasks.once() if held else ():
            session.output.task(view)
    return SUCCESS


async def recover(session: Session) -> int:
    """Show what the journal has open.

    Each task is looked at once. Nothing is started again; starts of unknown outcome are reported.
    """
    if not _has_journal(session):
        raise InvalidArgument("--journal: it is missing; nothing else knows what was started")
    held = await session.client.tasks.recover()
    session.known.extend(task.ref for task in held)
    seen = {view.ref: view for view in await session.client.tasks.once(timeout=session.left)} if held else {}
    for task in held:
        if task.ref in seen:
            session.output.task(seen[task.ref])
        else:
            session.output.record("task", task.token(), **named(task.ref), phase=None)
    unknown = await session.client.tasks.doubts()
    for doubt in unknown:
        session.output.record("unknown", None, key=doubt.key, sent_at=doubt.sent_at.isoformat())
        session.output.note(
            f"unknown: {doubt.key}, sent {doubt.sent_at.isoformat()}; `adopt` it with a token, or `forget` it"
        )
    return UNKNOWN_SUBMIT if unknown else SUCCESS


async def adopt(session: Session) -> int:
    """Say which task a doubtful start began."""
    task = await session.client.tasks.adopt(session.values["key"], session.values["token"])
    session.output.started(task.ref, session.values["key"])
    return SUCCESS


async def forget(session: Session) -> int:
    """Say that a doubtful start began nothing."""
    await session.client.tasks.forget(session.values["key"])
    session.output.record("forgotten", None, key=session.values["key"])
    return SUCCESS


def _has_journal(session: Session) -> bool:
    return session.values.get("journal") is not None


async def _listed(session: Session, kind: Kind[Any, Any], observe: Listed) -> AsyncIterator[View[Any]]:
    """Views of the tasks that a list shows, page by page."""
    vendor, _, name = kind.name.partition(".")
    scope = {each: str(session.values[f"scope_{each}"]) for each in _scope_of(kind)}
    most = int(python_value(session.values["limit"], int, "--limit"))
    more: dict[str, object] = {}
    if observe.pages is not None and observe.pages.size is not None:
        more[observe.pages.size[0]] = observe.pages.size[1]
    for _ in range(observe.pages.most if observe.pages is not None else 1):
        given = arguments(observe.call, Ref(vendor, name, "", scope), more)
        answer = await session.client.response(session.client.call, observe.call.operation, *given)
        token = observe.pages.token if observe.pages is not None else None
        first = items.extract(answer.raw, items=observe.items, key=observe.key, wanted=(), token=token)
        keys = first.keys[:most]
        page = items.extract(answer.raw, items=observe.items, key=observe.key, wanted=set(keys))
        for key in dict.fromkeys(keys):
            yield _view(kind, Ref(vendor, name, key, scope), page.found[key])
        most -= len(keys)
        if observe.pages is None or first.token is None or most <= 0:
            return
        more[observe.pages.parameter] = first.token


def _view(kind: Kind[Any, Any], ref: Ref, raw: bytes) -> View[Any]:
    read = reading.read(kind, raw)
    now = time.monotonic()
    seen = Shown(
        reading=read,
        lost=False,
        model=never_shown,
        best=read.fraction,
        stalled=0.0,
        at=now,
        date=time.time(),
        sequence=1,
    )
    return view_of(ref, seen, time.monotonic)


def _scope_of(kind: Kind[Any, Any]) -> Iterator[str]:
    values: Iterable[object] = kind.observe.call.arguments.values()
    for value in values if isinstance(kind.observe, Listed) else ():
        expression = parse(value)
        if expression is not None and expression.source == "scope":
            yield expression.name


def _kind_of(ref: Ref) -> str:
    return f"{ref.vendor}.{ref.kind}"
