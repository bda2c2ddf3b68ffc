"""A task as the vendor shows it: an example from the spec, with what changes put into its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

from taskclients_core.json_pointer import parse, resolve
from taskclients_core.tasks.definition import Links

from . import courses, stamps
from .answers import json_content
from .courses import Moment
from .definitions import Definition, SubmitRoute, id_pointer
from .examples import build
from .tasks import Task
from .values import is_list, is_object, put

STEPS: Final = 3
"""At least so many does a task have whose kind has steps."""

_PLACE: Final = re.compile(r"order|index|number|position", re.IGNORECASE)

Link = Callable[[Task, bool], str]
"""Gives the URL of a task's file; signed, or one for which the API's credentials are needed."""


def view(task: Task, now: float, link: Link, path: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task as it stands now.

    Args:
        task: The task.
        now: Seconds since 1970.
        link: Makes the URLs of files.
        path: Path parameters of the request that asks, which a seeded task takes for its own.
    """
    moment = task.course.at(task.started, now)
    # Most tasks of a list have ended: they look the same for ever, and lists are asked for often.
    drawn_from = (moment, dict(path))
    if task.drawn is None or task.drawn[0] != drawn_from:
        task.drawn = (drawn_from, _drawn(task, moment, path))
    item: dict[str, Any] = deepcopy(task.drawn[1])
    _files(task, item, moment, link)
    return item


def _drawn(task: Task, moment: Moment, path: Mapping[str, Any]) -> dict[str, Any]:
    definition = task.definition
    item: dict[str, Any] = deepcopy(definition.bases.get(moment.phase, definition.bases[""]))
    _choose(definition, item, task.subject)
    _write(definition, item, _id_pointer(definition), _typed(definition, task.id))
    _write(definition, item, definition.task_type.state.at, definition.words.get(moment.phase))
    _progress(definition, item, moment)
    _messages(definition, item, moment)
    _steps(task, item, moment)
    for pointer, name in definition.path_echoes.items():
        if name in path and task.scope is None:
            _write(definition, item, pointer, path[name])
    for pointer, value in task.echoes.items():
        _write(definition, item, pointer, value)
    end = moment.changed if moment.ended else None
    stamps.set_all(definition.api, definition.schema, item, moment.started, moment.changed, end)
    return item


def _id_pointer(definition: Definition) -> str:
    """Return where a task shows its id: as the spec says, or else in the first member that sounds like one."""
    if definition.key:
        return definition.key
    members = definition.api.members(definition.schema).schemas
    return next((f"/{name}" for name in ("id", "uuid", "guid", "taskId") if name in members), "")


def _typed(definition: Definition, task_id: str) -> Any:
    schema = definition.api.schema_at(definition.schema, parse(_id_pointer(definition)))
    return int(task_id) if "integer" in definition.api.kinds(schema) else task_id


def _write(definition: Definition, item: dict[str, Any], pointer: str, value: Any) -> None:
    """Set a member that the schema knows."""
    if pointer and definition.api.schema_at(definition.schema, parse(pointer)) != {}:
        put(item, pointer, value)


def _choose(definition: Definition, item: dict[str, Any], subject: str) -> None:
    """Give text of several examples the one that names what the task is about, or else the last."""
    for name, schema in definition.api.members(definition.schema).schemas.items():
        choices = definition.api.resolve(schema).get("examples", ())
        if name in item and "enum" not in schema and len(choices) > 1 and all(isinstance(c, str) for c in choices):
            item[name] = next((each for each in choices if each.lower() in subject), choices[-1])


def _progress(definition: Definition, item: dict[str, Any], moment: Moment) -> None:
    progress = definition.task_type.progress
    if progress is None:
        return
    if progress.percent is not None:
        _write(definition, item, progress.percent, int(moment.fraction * 100))
    if progress.total is not None and progress.done is not None:
        total = resolve(item, progress.total, None) or 10
        _write(definition, item, progress.total, total)
        _write(definition, item, progress.done, int(moment.fraction * total))


def _messages(definition: Definition, item: dict[str, Any], moment: Moment) -> None:
    """Empty the lists of messages, unless the example is of this very phase."""
    for each in definition.task_type.messages:
        pointer = each.inside
        if pointer and moment.phase not in definition.bases and is_list(resolve(item, pointer, None)):
            put(item, pointer, [])


def _steps(task: Task, item: dict[str, Any], moment: Moment) -> None:
    definition = task.definition
    steps = definition.task_type.steps
    if steps is None:
        return
    words: dict[str, str] = {}
    for word, its_phase in steps.phases.items():
        words.setdefault(its_phase.value, word)
    schema = definition.api.items(definition.api.schema_at(definition.schema, parse(steps.at)))
    models: list[Any] = deepcopy(resolve(item, steps.at, None) or [build(definition.api, schema)])
    models += [deepcopy(models[-1]) | _named(steps.name, f"Step {n + 1}") for n in range(len(models), STEPS)]
    for index, (phase, begin, end) in enumerate(courses.steps(task.course, moment, len(models))):
        step = models[index]
        put(step, steps.key, f"{task.id}-{index + 1}")
        put(step, steps.status, words.get(phase, words.get("running")))
        for name, value in step.items():
            if _PLACE.search(name) and isinstance(value, int):
                step[name] = index + 1
        begun = begin if phase != "queued" else None
        ended = end if phase == "succeeded" else moment.changed if phase in courses.ENDED else None
        stamps.set_all(definition.api, schema, step, begun, ended or begun, ended)
    put(item, steps.at, models)


def _named(pointer: str | None, name: str) -> dict[str, Any]:
    names = parse(pointer or "")
    return {names[0]: name} if len(names) == 1 else {}


def _files(task: Task, item: dict[str, Any], moment: Moment, link: Link) -> None:
    definition = task.definition
    result = definition.task_type.result
    for each in result.links if isinstance(result, Links) else ():
        if moment.phase == "succeeded":
            _write(definition, item, each.at, link(task, not each.api_credentials))
        else:
            stamps.leave_out(definition.api, definition.schema, item, parse(each.at))


def submitted(task: Task, route: SubmitRoute, body: Any, shown: dict[str, Any]) -> Any:
    """Return the answer to the request that began a task: the example with its id, or the task itself."""
    definition = task.definition
    schema = json_content(definition.api, route.operation.success()[1]).get("schema")
    if definition.api.resolve(schema) is definition.api.resolve(definition.schema):
        return shown
    pointer = id_pointer(route.submit)
    if is_object(body) and pointer:
        wanted = definition.api.schema_at(schema, parse(pointer))
        put(body, pointer, int(task.id) if "integer" in definition.api.kinds(wanted) else task.id)
    return body
