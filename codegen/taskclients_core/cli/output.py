"""Results on stdout, as text or as one JSON object a line.

Each object has a `type`. Members keep their names and meanings; new ones may be added.

    vendor      vendor, title, base_url, commands (those that begin a task)
    begun       resume_token, vendor, task_type, id, scope; idempotency_key (null if you gave none)
    task        resume_token, vendor, task_type, id, scope; phase, status (the vendor's word), known, partial, terminal;
                progress (0 to 1, or null), done, total; steps [{key, name, status, phase}]; messages [{level, text}];
                observed_at; poll_error (null if the last poll succeeded); model (the members of the vendor's model by
                their names in Python, dates in ISO 8601, without secrets and links to files; null if the response does
                not fit it). Of a recovered task that was not polled, `phase` is null and nothing follows it
    result      resume_token, vendor, task_type, id, scope; result (as on the wire; of a file, its metadata)
    download    resume_token, path, bytes, sha256, verified, resumed_from
    unresolved  idempotency_key, sent_at: a start whose outcome is unknown
    discarded   idempotency_key
    error       exit_code, error (a class), message, resume_token (null if there is no task); of a start of unknown
                outcome also idempotency_key and candidates (resume tokens), of an interruption resume_tokens

Names and meanings are those of the library: `TaskSnapshot`, `TaskRef`, `tasks.unresolved()` and the errors.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, time
from enum import Enum
from types import NoneType
from typing import Any, Final, Protocol, cast

from attrs import define, has

from ..errors import DecodeError
from ..model import UNSET, members
from ..tasks.definition import Level
from ..tasks.errors import SubmissionUnknownError, TaskError, TaskFailedError, TaskPartialError
from ..tasks.snapshot import TaskRef, TaskSnapshot
from .exit_codes import INTERRUPTED, code_of
from .values import printable

_MARKS: Final[dict[Level, str]] = {"info": "", "warning": "warning: ", "error": "error: "}
_REMEDIES: Final = (
    (re.compile(r"\bdownload_hosts=\[?'([^']+)'\]?"), r"--download-host \1"),
    (re.compile(r"\bdownload_hosts\b"), "--download-host"),
    (re.compile(r"\ballow_private_downloads(=True)?\b"), "--allow-private-downloads"),
    (re.compile(r"\bpartial='accept'"), "--accept-partial"),
    (re.compile(r"\bpass valid credentials as auth="), "give valid credentials with --credentials"),
    (re.compile(r"\bpass other credentials as auth="), "give others with --credentials"),
    (re.compile(r"\bcheck the body passed as auth="), "check what --credentials names"),
    (re.compile(r", or pass retry=RetryPolicy\(\)|, or set PollPolicy\.unknown_after"), ""),
    (re.compile(r"\b(?:max_response_bytes|PollPolicy\.max_bytes) allows(?=:)"), "this command reads"),
    (re.compile(r"\bwere (announced|read); increase it"), r"were \1; read it in Python, where you can allow more"),
    (re.compile(r"\bincrease (timeout|deadline)=( or the limits of the pool)?"), "try again later"),
    (
        re.compile(r"\b(pass lenient=True|report it to the vendor), or correct the spec"),
        "report it to whom you have this command from",
    ),
    (re.compile(r"\b(wait again or )?resume it with its resume_token"), "run `wait` with its resume token"),
    (re.compile(r"\bwait again\b"), "run `wait` again"),
    (
        re.compile(r"\bpass what resume_token\(\) of its handle returned"),
        "`tasks --wide` prints those of the server's tasks",
    ),
    (re.compile(r"\bkeep resume_token\b"), "keep the resume token"),
    (re.compile(r"\bcall download again\b"), "run `download` again"),
    (re.compile(r"\bcall (\w+)\(\)"), r"run `\1`"),
    (re.compile(r"`tasks\.resolve\(key, candidate\)`"), "`resolve KEY RESUME-TOKEN`"),
    (re.compile(r"`tasks\.discard\(key\)`"), "`discard KEY`"),
    (re.compile(r"^(account|journal)(?=:)"), r"--\1"),
    (re.compile(r"^credentials(?=:)"), "--credentials"),
    (re.compile(r"\bpass auth=, or (set .*)"), r"\1, or name a file with --credentials"),
    (re.compile(r"\bbase_url\b"), "--base-url"),
    (re.compile(r"^idempotency_key(?=:)"), "--idempotency-key"),
    (re.compile(r"^key(?=:)"), "KEY"),
    (re.compile(r"^resume_token(?=:)"), "RESUME-TOKEN"),
    (re.compile(r"`tasks\.unresolved\(\)`"), "`recover`"),
    (re.compile(r"\brestart=True\b|^restart(?=:)"), "--restart"),
    (re.compile(r"\b(of|under|an) idempotency_key\b"), r"\1 --idempotency-key"),
    (re.compile(r"`tasks\.discard\(('.*')\)`"), r"`discard \1`"),
)
"""Names of the library in messages, and what the command line has in their place."""


def write_line(text: str, *, result: bool) -> None:
    """Print a line: a result to stdout, any other to stderr."""
    print(text, file=sys.stdout if result else sys.stderr, flush=True)


class WriteLine(Protocol):
    """Function that prints a line."""

    def __call__(self, text: str, *, result: bool) -> None:
        """Print a line."""
        ...


@define
class Output:
    """Output of a command."""

    json: bool
    write: WriteLine = write_line

    def record(self, type_: str, text: str | None = None, **members: Any) -> None:
        """Print a result: an object with --json, otherwise the text, if there is one."""
        if self.json:
            self.write(json.dumps({"type": type_, **members}), result=True)
        elif text is not None:
            self.write(text, result=True)

    def note(self, text: str) -> None:
        """Print a line for people, which is not a result."""
        if not self.json:
            self.write(printable(text), result=False)

    def begun(self, ref: TaskRef, idempotency_key: str | None) -> None:
        """Print the resume token of a task that was begun."""
        self.record("begun", ref.resume_token(), **ref_members(ref), idempotency_key=idempotency_key)

    def task(self, snapshot: TaskSnapshot[Any]) -> None:
        """Print a snapshot of a task."""
        self.record("task", "\t".join((snapshot.ref.resume_token(), *columns(snapshot))), **_snapshot_members(snapshot))

    def error(self, error: Exception) -> None:
        """Print an error."""
        message = cli_message(error)
        members: dict[str, Any] = {"exit_code": code_of(error), "error": type(error).__name__, "message": message}
        members["resume_token"] = error.resume_token if isinstance(error, TaskError) else None
        if isinstance(error, SubmissionUnknownError):
            members["idempotency_key"] = error.key
            members["candidates"] = [candidate.resume_token() for candidate in error.candidates]
        self.record("error", None, **members)
        self.note(f"{type(error).__name__}: {message}")
        for each in error.messages if isinstance(error, TaskFailedError | TaskPartialError) else ():
            self.note(f"  {_MARKS[each.level]}{each.text}")
        if isinstance(error, SubmissionUnknownError):
            self.note(f"idempotency key: {error.key}")
            for candidate in error.candidates:
                self.note(f"candidate: {candidate.resume_token()}")
            self.note("with --journal: run `resolve` with this key and a resume token, or `discard` with this key")
        elif members["resume_token"]:
            self.note(f"resume token: {members['resume_token']}")

    def interrupted(self, refs: Sequence[TaskRef]) -> None:
        """Print the resume tokens of the tasks after Ctrl-C."""
        tokens = [ref.resume_token() for ref in refs]
        text = "Interrupted." if not tokens else "Interrupted; the tasks go on, resume them with these resume tokens:"
        self.record(
            "error",
            None,
            exit_code=INTERRUPTED,
            error="Interrupted",
            message=text,
            resume_token=None,
            resume_tokens=tokens,
        )
        for line in (text, *tokens):
            self.note(line)


def cli_message(error: Exception) -> str:
    """Return the message of an error, with options of the command line instead of those of the library."""
    message = str(error)
    for pattern, replacement in _REMEDIES:
        message = pattern.sub(replacement, message)
    return message


def ref_members(ref: TaskRef) -> dict[str, Any]:
    """Return a task's reference as members of an object."""
    return {
        "resume_token": ref.resume_token(),
        "vendor": ref.vendor,
        "task_type": ref.task_type,
        "id": ref.id,
        "scope": dict(ref.scope),
    }


def _snapshot_members(snapshot: TaskSnapshot[Any]) -> dict[str, Any]:
    progress = snapshot.progress
    return {
        **ref_members(snapshot.ref),
        "phase": str(snapshot.phase),
        "status": snapshot.status,
        "known": snapshot.known,
        "partial": snapshot.partial,
        "terminal": snapshot.terminal,
        "progress": progress.fraction,
        "done": progress.done,
        "total": progress.total,
        "steps": [
            {"key": step.key, "name": step.name, "status": step.status, "phase": str(step.phase)}
            for step in snapshot.steps
        ],
        "messages": [{"level": message.level, "text": message.text} for message in snapshot.messages],
        "observed_at": snapshot.observed_at.isoformat(),
        "poll_error": snapshot.poll_error,
        "model": _model(snapshot),
    }


def _model(snapshot: TaskSnapshot[Any]) -> Any:
    try:
        return _shown(snapshot.model)
    except DecodeError:
        return None


def _shown(value: object) -> Any:
    """Return a value of a model as JSON, without what the model does not show in its repr."""
    if has(type(value)):
        return {
            member.attribute: _shown(found)
            for member in members(type(value))
            if not member.secret and not member.extra and (found := getattr(value, member.attribute)) is not UNSET
        }
    if isinstance(value, Mapping):
        return {str(name): _shown(each) for name, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_shown(each) for each in cast("Sequence[object]", value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | NoneType) else str(value)


def columns(snapshot: TaskSnapshot[Any]) -> tuple[str, ...]:
    """Return phase, the vendor's status, progress and name of a task, for people."""
    fraction = snapshot.progress.fraction
    phase = f"{snapshot.phase} (with errors)" if snapshot.partial else str(snapshot.phase)
    status = snapshot.status or "-"
    if not snapshot.known:
        status += " (unknown)"
    return phase, printable(status), "-" if fraction is None else f"{fraction:.0%}", printable(str(snapshot.ref))


def details(snapshot: TaskSnapshot[Any]) -> list[str]:
    """Return the current step and the last message of a task, and the error of failing polls, for people."""
    found: list[str] = []
    if snapshot.steps:
        ended = sum(step.phase.terminal for step in snapshot.steps)
        now = next((step for step in snapshot.steps if not step.phase.terminal), snapshot.steps[-1])
        found.append(f"step {min(ended + 1, len(snapshot.steps))}/{len(snapshot.steps)} {now.name} ({now.status})")
    if snapshot.messages:
        message = snapshot.messages[-1]
        found.append(f"{_MARKS[message.level]}{message.text}")
    if snapshot.poll_error is not None:
        found.append(f"no response for {snapshot.age:.0f} s: {snapshot.poll_error}")
    return [printable(each) for each in found]
