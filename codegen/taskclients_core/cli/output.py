"""What goes to stdout: text for people, or one JSON object a line for programs.

Each object has a `type`. Names and meanings of members stay as they are; more may be added.

    vendor     vendor, title, base_url, starts (commands that start a task)
    started    token, vendor, kind, id, scope, key
    task       token, vendor, kind, id, scope; phase, status (the vendor's word), known, partial, terminal;
               progress (0 to 1, or null), done, total; steps [{key, name, status, phase}]; messages [{level, text}];
               observed_at
    result     token, result (as on the wire; of a file, what is known about it)
    download   token, path, bytes, sha256, verified, resumed_from
    unknown    key, sent_at: a start of unknown outcome in the journal
    forgotten  key
    error      exit_code, error (a class), message, token; key and candidates (tokens) of a start of unknown outcome;
               tokens when interrupted
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from attrs import define

from ..tasks.definition import Level
from ..tasks.errors import SubmitUnknown, TaskError, TaskFailed, TaskPartial
from ..tasks.ref import Ref
from ..tasks.views import View
from .exit_codes import INTERRUPTED, code_of
from .words import printable

_MARKS: dict[Level, str] = {"info": "", "warning": "warning: ", "error": "error: "}


def plainly(text: str, *, result: bool) -> None:
    """Print a line: results to stdout, the rest to stderr."""
    print(text, file=sys.stdout if result else sys.stderr, flush=True)


class Say(Protocol):
    """Prints a line: a result, or something for people."""

    def __call__(self, text: str, *, result: bool) -> None:
        """Print it."""
        ...


@define
class Output:
    """Where a command says what came of it."""

    json: bool
    say: Say = plainly

    def record(self, type_: str, text: str | None = None, **members: Any) -> None:
        """A result: an object for programs, or a text for people (None: they need not know)."""
        if self.json:
            self.say(json.dumps({"type": type_, **members}), result=True)
        elif text is not None:
            self.say(text, result=True)

    def note(self, text: str) -> None:
        """Something for people that is no result."""
        if not self.json:
            self.say(printable(text), result=False)

    def started(self, ref: Ref, key: str | None) -> None:
        """A task was started. Its token is there before anything else happens."""
        self.record("started", ref.token(), **named(ref), key=key)

    def task(self, view: View[Any]) -> None:
        """Where a task stands."""
        self.record("task", "\t".join((view.ref.token(), *columns(view))), **shown(view))

    def error(self, error: Exception) -> None:
        """What went wrong."""
        members: dict[str, Any] = {"exit_code": code_of(error), "error": type(error).__name__, "message": str(error)}
        members["token"] = error.token if isinstance(error, TaskError) else None
        if isinstance(error, SubmitUnknown):
            members |= {"key": error.key, "candidates": [each.token() for each in error.candidates]}
        self.record("error", None, **members)
        self.note(f"{type(error).__name__}: {error}")
        for message in error.messages if isinstance(error, TaskFailed | TaskPartial) else ():
            self.note(f"  {_MARKS[message.level]}{message.text}")
        if isinstance(error, SubmitUnknown):
            self.note(f"key: {error.key}")
            for candidate in error.candidates:
                self.note(f"candidate: {candidate.token()}")
        elif members["token"]:
            self.note(f"token: {members['token']}")

    def interrupted(self, refs: Sequence[Ref]) -> None:
        """Ctrl-C: nothing was done to the tasks."""
        tokens = [ref.token() for ref in refs]
        text = "Interrupted." if not tokens else "Interrupted; the tasks go on, and their tokens find them again:"
        self.record("error", None, exit_code=INTERRUPTED, error="Interrupted", message=text, token=None, tokens=tokens)
        for line in (text, *tokens):
            self.note(line)


def named(ref: Ref) -> dict[str, Any]:
    """A task's name, as members."""
    return {"token": ref.token(), "vendor": ref.vendor, "kind": ref.kind, "id": ref.id, "scope": dict(ref.scope)}


def shown(view: View[Any]) -> dict[str, Any]:
    """A look at a task, as members."""
    progress = view.progress
    return {
        **named(view.ref),
        "phase": str(view.phase),
        "status": view.status,
        "known": view.known,
        "partial": view.partial,
        "terminal": view.terminal,
        "progress": progress.fraction,
        "done": progress.done,
        "total": progress.total,
        "steps": [
            {"key": step.key, "name": step.name, "status": step.status, "phase": str(step.phase)} for step in view.steps
        ],
        "messages": [{"level": message.level, "text": message.text} for message in view.messages],
        "observed_at": view.observed_at.isoformat(),
    }


def columns(view: View[Any]) -> tuple[str, ...]:
    """Phase, the vendor's word, progress and id, for people."""
    fraction = view.progress.fraction
    phase = f"{view.phase} (with errors)" if view.partial else str(view.phase)
    status = view.status or "-"
    if not view.known:
        status += " (unknown)"
    return phase, printable(status), "-" if fraction is None else f"{fraction:.0%}", printable(str(view.ref))


def details(view: View[Any]) -> list[str]:
    """The step that is under way, and the last message, for people."""
    found: list[str] = []
    if view.steps:
        ended = sum(step.phase.terminal for step in view.steps)
        now = next((step for step in view.steps if not step.phase.terminal), view.steps[-1])
        found.append(f"step {min(ended + 1, len(view.steps))}/{len(view.steps)} {now.name} ({now.status})")
    if view.messages:
        message = view.messages[-1]
        found.append(f"{_MARKS[message.level]}{message.text}")
    return [printable(each) for each in found]
