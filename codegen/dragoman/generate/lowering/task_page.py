"""Lowering of task types for the reference page: a diagram of their phases, and how they are polled and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from taskclients_core.tasks.definition import (
    BoundCall,
    DownloadLinks,
    FromOperation,
    InlineResult,
    Phase,
    PollTiming,
    TaskType,
)

from ..markdown import block, code, mermaid

_ENDS: Final = (Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.CANCELLED)


def diagram(task_type: TaskType[Any, Any]) -> str:
    """Return a Mermaid diagram of the phases that a task passes, each with the vendor's words for it."""
    words: dict[Phase, list[str]] = {}
    for word, phase in task_type.state.phases.items():
        words.setdefault(phase, []).append(word)
    for rule in task_type.state.rules:
        words.setdefault(rule.phase, [])
    lines = ["flowchart LR"]
    for phase in Phase:
        if phase in words:
            label = "<br>".join([phase, *map(mermaid, words[phase])])
            lines.append(f'    {_node(phase)}["{label}"]')
    lines += [f"    {arrow}" for arrow in _arrows(words)]
    return block("\n".join(lines), "mermaid")


def _arrows(phases: Mapping[Phase, Sequence[str]]) -> Iterator[str]:
    path = [phase for phase in (Phase.QUEUED, Phase.RUNNING) if phase in phases]
    if len(path) > 1:
        yield f"{_node(path[0])} --> {_node(path[1])}"
    if Phase.NEEDS_INPUT in phases:
        yield from (f"{_node(each)} <--> {_node(Phase.NEEDS_INPUT)}" for each in path[-1:])
    start = path[-1:] or [each for each in (Phase.NEEDS_INPUT,) if each in phases]
    ends = [_node(phase) for phase in _ENDS if phase in phases]
    if start and ends:
        yield f"{_node(start[0])} --> {' & '.join(ends)}"


def _node(phase: Phase) -> str:
    return phase.replace("-", "_")


def task_facts(
    task_type: TaskType[Any, Any], begins: Sequence[str], handles: Sequence[str], operations: Mapping[str, str]
) -> Iterator[str]:
    """Yield what a reader must know of a task type, as items of a list.

    Args:
        task_type: The task type.
        begins: Links to the functions that begin such a task.
        handles: Types of the handles that they return.
        operations: Links to operations, by id.
    """

    def linked(call: BoundCall) -> str:
        return operations[call.operation.name]

    if begins:
        yield f"Begun by {', '.join(begins)}; these also raise `SubmissionUnknownError` and `JournalError`."
    if handles:
        yield f"Handle: {', '.join(map(code, handles))}."
    yield f"Polled by {linked(task_type.poll.call)}, {pacing(task_type.timing)}."
    match task_type.result:
        case DownloadLinks(hosts=hosts):
            where = f"from {', '.join(map(code, hosts))}" if hosts else "from hosts that you name in `download_hosts`"
            yield f"Result: a file, {where}; `task.download(…)`."
        case InlineResult(at):
            yield f"Result: {code(at)} of the task; `task.result(…)`."
        case FromOperation(call):
            yield f"Result: what {linked(call)} returns; `task.result(…)`."
        case None:
            yield "Result: none; `task.result(…)` returns when the task has succeeded."
    if task_type.state.partial:
        yield 'A success with errors raises `TaskPartialError`, unless you pass `partial="accept"`.'
    if task_type.cancel:
        yield f"Cancelled by {linked(task_type.cancel)}: `task.cancel()`."
    for name, call in task_type.actions.items():
        yield f"{code(name)}: {linked(call)}, when it needs input."


def pacing(timing: PollTiming) -> str:
    """Return the intervals between polls in words."""
    rate = f", at most {timing.rate[0]} requests in {timing.rate[1]:g} s" if timing.rate else ""
    return f"every {timing.min:g} s at first, later every {timing.max:g} s{rate}"
