"""Tasks that behave as no page says: they vanish, come back, run backwards, or are shown with odd values.

Only tasks that a request began are bent, not those that the sandbox has from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from taskclients_core.json_pointer import from_names, parse, resolve
from taskclients_core.tasks.definition import Phase

from ..api import is_list, is_object, put
from ..request_context import RequestContext
from ..tasks import Lifecycle, Store, Task
from .registry import REQUIRED, Option, fault


@fault("ends", phase=Option("phase", "succeeded"), seconds=Option("seconds", None))
def _ends(case: RequestContext, phase: str, seconds: float | None) -> None:
    """The task that begins here ends in this phase, after so many seconds if they are given."""

    def stretch(_store: Store, task: Task, _again: Callable[[], Task]) -> None:
        stages = task.course.stages
        whole = sum(each for _, each in stages[:-1])
        factor = 1.0 if seconds is None or not whole else seconds / whole
        task.course = Lifecycle((*((name, each * factor) for name, each in stages[:-1]), (phase, 0.0)))

    case.starts.append(stretch)


@fault("id", id=Option("text"))
def _id(case: RequestContext, id: str) -> None:  # noqa: A002 - the name of the option
    """The task that begins here has this id."""
    case.starts.append(lambda store, task, _: store.rename(task, id))


@fault("twin")
def _twin(case: RequestContext) -> None:
    """Somebody else begins the very same task at the same moment."""

    def begin(_store: Store, _task: Task, again: Callable[[], Task]) -> None:
        again()

    case.starts.append(begin)


@fault("lag", lasting=True, seconds=Option("seconds", 20.0))
def _lag(case: RequestContext, seconds: float) -> None:
    """A task is seen only so many seconds after it began."""
    case.hidden.append(lambda task: task.begun and case.now - task.started < seconds)


@fault("vanish")
def _vanish(case: RequestContext) -> None:
    """Tasks are not seen."""
    case.hidden.append(lambda task: task.begun)


@fault("phase", phase=Option("phase", "running"))
def _phase(case: RequestContext, phase: str) -> None:
    """Tasks are shown in this phase, whatever they were in before."""
    case.courses.append(lambda _: Lifecycle(((phase, 0.0),)))


@fault("word", word=Option("any", "PAUSED"))
def _word(case: RequestContext, word: Any) -> None:
    """The status of tasks is this word, or this other value: null, a number."""
    case.items.append(lambda task, item: put(item, task.definition.task_type.state.at, word))


@fault("no-word")
def _no_word(case: RequestContext) -> None:
    """Tasks have no status."""
    case.items.append(lambda task, item: _drop(item, task.definition.task_type.state.at))


@fault("progress", value=Option("any"))
def _progress(case: RequestContext, value: Any) -> None:
    """The progress of tasks is this value: 101, -1, '40', null."""
    case.items.append(lambda task, item: _set_progress(task, item, lambda _: value))


@fault("progress-falls", lasting=True)
def _progress_falls(case: RequestContext) -> None:
    """The progress of tasks counts down from 100."""

    def turned(value: Any) -> Any:
        return 100 - value if isinstance(value, int | float) else value

    case.items.append(lambda task, item: _set_progress(task, item, turned))


@fault("set", at=Option("pointer"), value=Option("any", REQUIRED))
def _set(case: RequestContext, at: str, value: Any) -> None:
    """A member of tasks has this value."""
    case.items.append(lambda _, item: put(item, at, deepcopy(value)))


@fault("remove", at=Option("pointer"))
def _remove(case: RequestContext, at: str) -> None:
    """A member of tasks is not there."""
    case.items.append(lambda _, item: _drop(item, at))


@fault("steps-reversed")
def _steps_reversed(case: RequestContext) -> None:
    """The steps of tasks come last first."""
    case.items.append(lambda task, item: _steps(task, item).reverse())


@fault("steps-renamed")
def _steps_renamed(case: RequestContext) -> None:
    """The steps of tasks have other names."""

    def rename(task: Task, item: dict[str, Any]) -> None:
        steps = task.definition.task_type.steps
        for number, step in enumerate(_steps(task, item), 1):
            if steps is not None and steps.name is not None:
                put(step, steps.name, f"Another name {number}")

    case.items.append(rename)


@fault("steps-removed")
def _steps_removed(case: RequestContext) -> None:
    """Tasks have no steps."""
    case.items.append(lambda task, item: _steps(task, item).clear())


@fault("step-failed")
def _step_failed(case: RequestContext) -> None:
    """The last step of tasks has failed, whatever became of the whole."""

    def fail(task: Task, item: dict[str, Any]) -> None:
        steps = task.definition.task_type.steps
        if steps is None:
            return
        word = next((word for word, phase in steps.phases.items() if phase is Phase.FAILED), None)
        for step in _steps(task, item)[-1:]:
            put(step, steps.status, word)

    case.items.append(fail)


def _drop(item: dict[str, Any], pointer: str) -> None:
    *way, last = parse(pointer)
    holder = resolve(item, from_names(way), None)
    if is_object(holder):
        holder.pop(last, None)


def _set_progress(task: Task, item: dict[str, Any], change: Callable[[Any], Any]) -> None:
    progress = task.definition.task_type.progress
    pointer = progress and (progress.percent or progress.done)
    if pointer:
        put(item, pointer, change(resolve(item, pointer, None)))


def _steps(task: Task, item: dict[str, Any]) -> list[Any]:
    """Return the steps of a task as it is shown; an empty list for a kind that has none."""
    steps = task.definition.task_type.steps
    found = resolve(item, steps.at, None) if steps is not None else None
    return found if is_list(found) else []
