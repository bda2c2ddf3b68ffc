"""Phases of rendered tasks: the status word, and the members on which the conditions of a task type depend.

A client reads the phase of a task from its word, and then applies the conditions of the task type. So a task is shown
with members for which these result in the phase that it has.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from taskclients_core.json_pointer import MISSING, parse, resolve
from taskclients_core.tasks.definition import Condition, Phase, StatusMapping, TaskType
from taskclients_core.tasks.state import is_met, parse_observation

from ..spec.samples import build, is_list
from .api import Api, put
from .examples import leave_out


def words_of(state: StatusMapping) -> dict[str, str]:
    """Return a status word of each phase that a task can have: by its word, or else by a rule."""
    found: dict[str, str] = {}
    for word, phase in state.phases.items():
        found.setdefault(phase.value, word)
    for rule in state.rules:
        for word, phase in state.phases.items():
            if phase in (rule.condition.phase or (phase,)):
                found.setdefault(rule.phase.value, word)
    return found


def show_phase(api: Api, schema: Any, task_type: TaskType[Any, Any], item: dict[str, Any], phase: str) -> None:
    """Change the members of a task, which has its status word, so that a client reads `phase` and no errors."""
    if _is_shown(task_type, item, phase):
        return
    state = task_type.state
    known = state.phases.get(resolve(item, state.at, ""), Phase(phase))
    others = [rule.condition for rule in state.rules if rule.phase != phase or known == phase]
    others += [each for each in (state.partial, task_type.input_answered) if each is not None]
    for condition in others:
        _change(api, schema, item, condition, known, wanted=False)
    if known != phase:
        for condition in (rule.condition for rule in state.rules if rule.phase == phase):
            _change(api, schema, item, condition, known, wanted=True)
            if _is_shown(task_type, item, phase):
                return


def _is_shown(task_type: TaskType[Any, Any], item: Mapping[str, Any], phase: str) -> bool:
    found = parse_observation(task_type, json.dumps(item).encode())
    return found.phase == phase and not found.partial


def _change(api: Api, schema: Any, item: dict[str, Any], condition: Condition, phase: Phase, *, wanted: bool) -> None:
    """Change a member so that a condition is true, or false; leave the task as it is if no member can."""
    if is_met(condition, item, phase) == wanted:
        return
    some = condition.any_item
    if some is not None:
        values: Iterable[Any] = [[]]
        if wanted:
            values = _lists(api, api.schema_at(schema, parse(some.inside)), some.at, some.values)
        _try(api, schema, item, some.inside, values, condition, phase, wanted=wanted)
    if condition.at is not None:
        member = api.schema_at(schema, parse(condition.at))
        _try(api, schema, item, condition.at, _values(api, member, condition), condition, phase, wanted=wanted)


def _try(
    api: Api,
    schema: Any,
    item: dict[str, Any],
    pointer: str,
    values: Iterable[Any],
    condition: Condition,
    phase: Phase,
    *,
    wanted: bool,
) -> None:
    """Set the first of some values of a member, or leave it out, with which a condition is as wanted."""
    before = deepcopy(item)
    for value in (MISSING, *values):
        if value is MISSING:
            leave_out(api, schema, item, parse(pointer))
        elif api.error(api.schema_at(schema, parse(pointer)), value) is None:
            put(item, pointer, value)
        if is_met(condition, item, phase) == wanted:
            return
        item.clear()
        item.update(deepcopy(before))


def _values(api: Api, schema: Any, condition: Condition) -> Iterator[Any]:
    """Yield values with which a condition may be true or false."""
    yield build(api, schema)
    yield from condition.values
    if condition.above is not None:
        yield math.floor(condition.above)
        yield math.floor(condition.above) + 1
    yield from api.resolve(schema).get("enum", ())
    yield from (True, False, 0, 1, "example", "other", None)


def _lists(api: Api, schema: Any, pointer: str, values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of one item with each of some values at a pointer."""
    for value in values:
        model = build(api, schema)
        one = model[0] if is_list(model) and model else {}
        if pointer:
            put(one, pointer, value)
        yield [one if pointer else value]
