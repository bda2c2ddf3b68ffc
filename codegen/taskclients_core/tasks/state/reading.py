"""What a task says about itself, read as its kind's definition says.

Nothing is inferred: a word that the definition does not know, or none, is never an end; a number that cannot be a part
of a whole is no progress. Whatever else a server may put into a task, reading it does not fail.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from ... import codec
from ...json_pointer import MISSING, resolve
from ..definition import Json, Kind, Level, MessagesAt, ProgressAt, Some, State, StepsAt, Test
from ..phases import Phase
from ..views import Message, Step


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a task says; the members are those of a View."""

    phase: Phase
    status: str | None
    known: bool
    partial: bool = False
    fraction: float | None = None
    done: int | None = None
    total: int | None = None
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()


def read(kind: Kind[Any, Any], raw: bytes) -> Reading:
    """What a task says.

    Raises:
        DecodeError: it is no JSON, or has two members of one name, so that nobody knows which of them is meant.
    """
    task = codec.decode(raw, Any)
    state = kind.state
    word = resolve(task, state.at)
    named = _phase_of(word, state.phases, fold=state.fold)
    phase = _ruled(state, kind.answered, task, named)
    steps = () if kind.steps is None else tuple(_steps(kind.steps, state, task))
    fraction, done, total = (None, None, None) if kind.progress is None else _progress(kind.progress, task, steps)
    return Reading(
        phase=phase,
        status=_text(word),
        known=named is not None,
        partial=phase is Phase.SUCCEEDED and state.partial is not None and holds(state.partial, task, phase),
        fraction=fraction,
        done=done,
        total=total,
        steps=steps,
        messages=tuple(message for where in kind.messages for message in _messages(where, task)),
    )


def holds(test: Test, task: object, phase: Phase) -> bool:
    """Whether a test is true of a task that is in a phase."""
    if test.phase and phase not in test.phase:
        return False
    if test.at is not None:
        found = resolve(task, test.at)
        if found is MISSING or (test.values and not _among(found, test.values)):
            return False
        if test.above is not None and not (_is_number(found) and found > test.above):
            return False
    return test.some is None or _some(test.some, task)


def _ruled(state: State, answered: Test | None, task: object, named: Phase | None) -> Phase:
    phase = state.unknown if named is None else named
    for rule in state.rules:
        # Of a word that nobody knows no rule makes an end.
        if not (named is None and rule.phase.terminal) and holds(rule.test, task, phase):
            phase = rule.phase
            break
    if phase is Phase.NEEDS_INPUT and answered is not None and holds(answered, task, phase):
        return Phase.RUNNING
    return phase


def _some(some: Some, task: object) -> bool:
    return any(_among(resolve(item, some.at), some.values) for item in _items(task, some.inside))


def _among(found: object, values: tuple[Json, ...]) -> bool:
    return any(json_equal(found, value) for value in values)


def _phase_of(word: object, phases: Mapping[str, Phase], *, fold: bool) -> Phase | None:
    if not isinstance(word, str):
        return None
    if not fold or word in phases:
        return phases.get(word)
    folded = word.casefold()
    return next((phase for known, phase in phases.items() if known.casefold() == folded), None)


def _progress(where: ProgressAt, task: object, steps: tuple[Step, ...]) -> tuple[float | None, int | None, int | None]:
    done = total = None
    if where.steps:
        due = [step for step in steps if step.phase is not Phase.SKIPPED]
        done, total = sum(step.phase.terminal for step in due), len(due)
    if where.done is not None:
        done = _count(resolve(task, where.done))
    if where.total is not None:
        total = _count(resolve(task, where.total))
    if where.percent is not None:
        percent = resolve(task, where.percent)
        if _is_number(percent) and 0 <= percent <= 100:
            return percent / 100, done, total
    if done is None or not total or done > total:
        return None, done, total
    return done / total, done, total


def _steps(where: StepsAt, state: State, task: object) -> Iterator[Step]:
    items: list[object] = [item for item in _items(task, where.at) if isinstance(item, dict)]
    if where.order is not None:
        order = where.order
        items.sort(key=lambda item: _place(resolve(item, order)))  # stable, those without a number last
    for item in items:
        word = resolve(item, where.status)
        key = _text(resolve(item, where.key)) or ""
        name = None if where.name is None else _text(resolve(item, where.name))
        phase = _phase_of(word, where.phases, fold=state.fold)
        yield Step(key=key, name=name or key, status=_text(word) or "", phase=phase or Phase.RUNNING)


def _messages(where: MessagesAt, task: object) -> Iterator[Message]:
    for item in [task] if where.inside is None else _items(task, where.inside):
        text = resolve(item, where.text)
        if isinstance(text, str) and text:
            yield Message(_level(where, item), text)


def _level(where: MessagesAt, item: object) -> Level:
    word = None if where.level_at is None else resolve(item, where.level_at)
    return where.levels.get(word, where.level) if isinstance(word, str) else where.level


def _items(task: object, at: str) -> list[object]:
    found = resolve(task, at)
    return cast("list[object]", found) if isinstance(found, list) else []


def _is_number(found: object) -> bool:
    if isinstance(found, float):
        return math.isfinite(found)
    return isinstance(found, int) and not isinstance(found, bool)  # it may be too large for a float


def _count(found: Any) -> int | None:
    return int(found) if _is_number(found) and found >= 0 and found == int(found) else None


def _place(found: Any) -> float:
    return found if _is_number(found) else math.inf


def _text(found: object) -> str | None:
    """A word as it is, a number or a truth value as JSON writes it."""
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, int | float) else None


def json_equal(one: object, other: object) -> bool:
    """Tell whether two values are equal as JSON: 1 is 1.0 but not true, members have no order."""
    # A loop, as values may nest as deeply as Python's own recursion goes.
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            lefts, rights = cast("dict[str, object]", left), cast("dict[str, object]", right)
            if lefts.keys() != rights.keys():
                return False
            pairs.extend((value, rights[name]) for name, value in lefts.items())
        elif isinstance(left, list) and isinstance(right, list):
            firsts, seconds = cast("list[object]", left), cast("list[object]", right)
            if len(firsts) != len(seconds):
                return False
            pairs.extend(zip(firsts, seconds, strict=True))
        elif isinstance(left, bool) or isinstance(right, bool):
            if left is not right:
                return False
        elif left != right:
            return False
    return True
