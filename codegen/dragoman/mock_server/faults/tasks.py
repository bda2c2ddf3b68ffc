"""Faults of tasks: they disappear, change phase unexpectedly, or contain unexpected values.

They apply only to tasks that a request began, not to the seeded ones.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from taskclients_core.json_pointer import from_names, parse, resolve
from taskclients_core.tasks.definition import Phase

from ...spec.samples import is_list, is_object
from ..api import put
from ..request_context import RequestContext
from ..tasks import Lifecycle, Store, Task
from .registry import REQUIRED, Option, fault


@fault("ends", needs="begin", phase=Option("phase", "succeeded"), seconds=Option("seconds", None))
def _ends(context: RequestContext, phase: str, seconds: float | None) -> None:
    """Let the new task end in `phase`, after `seconds` if given."""

    def scale(_store: Store, task: Task, _begin_another: Callable[[], Task]) -> None:
        stages = task.lifecycle.stages
        whole = sum(each for _, each in stages[:-1])
        factor = 1.0 if seconds is None or not whole else seconds / whole
        task.lifecycle = Lifecycle((*((name, each * factor) for name, each in stages[:-1]), (phase, 0.0)))

    context.start_hooks.append(scale)


@fault("id", needs="begin", id=Option("text"))
def _id(context: RequestContext, id: str) -> None:  # noqa: A002 - the name of the option
    """Give the new task this id."""
    context.start_hooks.append(lambda store, task, _: store.rename(task, id))


@fault("twin", needs="begin")
def _twin(context: RequestContext) -> None:
    """Begin a second, equal task at the same time, as if by another client."""

    def begin(_store: Store, _task: Task, begin_another: Callable[[], Task]) -> None:
        begin_another()

    context.start_hooks.append(begin)


@fault("lag", needs="poll", lasting=True, seconds=Option("seconds", 20.0))
def _lag(context: RequestContext, seconds: float) -> None:
    """Hide a task for `seconds` after it began."""
    context.hidden_if.append(lambda task: task.from_request and context.now - task.started < seconds)


@fault("vanish", needs="poll")
def _vanish(context: RequestContext) -> None:
    """Hide the tasks that a request began."""
    context.hidden_if.append(lambda task: task.from_request)


@fault("phase", needs="poll", phase=Option("phase", "running"))
def _phase(context: RequestContext, phase: str) -> None:
    """Return tasks in this phase, independent of their real one."""
    context.lifecycle_hooks.append(lambda _: Lifecycle(((phase, 0.0),)))


@fault("word", needs="poll", word=Option("any", "PAUSED"))
def _word(context: RequestContext, word: Any) -> None:
    """Return this word, or another JSON value such as null, as the status of tasks."""
    context.item_hooks.append(lambda task, item: put(item, task.definition.task_type.state.at, word))


@fault("no-word", needs="poll")
def _no_word(context: RequestContext) -> None:
    """Omit the status of tasks."""
    context.item_hooks.append(lambda task, item: _drop(item, task.definition.task_type.state.at))


@fault("progress", needs="progress", value=Option("any"))
def _progress(context: RequestContext, value: Any) -> None:
    """Return this value as the progress of tasks: 101, -1, '40', null."""
    context.item_hooks.append(lambda task, item: _set_progress(task, item, lambda _: value))


@fault("progress-falls", needs="progress", lasting=True)
def _progress_falls(context: RequestContext) -> None:
    """Count the progress of tasks down from 100."""

    def invert(value: Any) -> Any:
        return 100 - value if isinstance(value, int | float) else value

    context.item_hooks.append(lambda task, item: _set_progress(task, item, invert))


@fault("set", needs="poll", at=Option("pointer"), value=Option("any", REQUIRED))
def _set(context: RequestContext, at: str, value: Any) -> None:
    """Set the member of tasks at the pointer `at`."""
    context.item_hooks.append(lambda _, item: put(item, at, deepcopy(value)))


@fault("remove", needs="poll", at=Option("pointer"))
def _remove(context: RequestContext, at: str) -> None:
    """Remove the member of tasks at the pointer `at`."""
    context.item_hooks.append(lambda _, item: _drop(item, at))


@fault("steps-reversed", needs="steps")
def _steps_reversed(context: RequestContext) -> None:
    """Reverse the order of the steps of tasks."""
    context.item_hooks.append(lambda task, item: _steps(task, item).reverse())


@fault("steps-renamed", needs="steps")
def _steps_renamed(context: RequestContext) -> None:
    """Rename the steps of tasks."""

    def rename(task: Task, item: dict[str, Any]) -> None:
        steps = task.definition.task_type.steps
        for number, step in enumerate(_steps(task, item), 1):
            if steps is not None and steps.name is not None:
                put(step, steps.name, f"Another name {number}")

    context.item_hooks.append(rename)


@fault("steps-removed", needs="steps")
def _steps_removed(context: RequestContext) -> None:
    """Remove the steps of tasks."""
    context.item_hooks.append(lambda task, item: _steps(task, item).clear())


@fault("step-failed", needs="steps")
def _step_failed(context: RequestContext) -> None:
    """Mark the last step of tasks as failed, independent of the task's phase."""

    def fail(task: Task, item: dict[str, Any]) -> None:
        steps = task.definition.task_type.steps
        if steps is None:
            return
        word = next((word for word, phase in steps.phases.items() if phase is Phase.FAILED), None)
        for step in _steps(task, item)[-1:]:
            put(step, steps.status, word)

    context.item_hooks.append(fail)


def _drop(item: dict[str, Any], pointer: str) -> None:
    *parents, last = parse(pointer)
    holder = resolve(item, from_names(parents), None)
    if is_object(holder):
        holder.pop(last, None)


def _set_progress(task: Task, item: dict[str, Any], change: Callable[[Any], Any]) -> None:
    progress = task.definition.task_type.progress
    pointer = progress and (progress.percent or progress.done)
    if pointer:
        put(item, pointer, change(resolve(item, pointer, None)))


def _steps(task: Task, item: dict[str, Any]) -> list[Any]:
    """Return the steps in the JSON object of a task; an empty list if its type has none."""
    steps = task.definition.task_type.steps
    found = resolve(item, steps.at, None) if steps is not None else None
    return found if is_list(found) else []
