"""State of one task: from the bytes of a poll to the snapshot shared by all that wait for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec
from attrs import define, field, frozen

from .. import codec
from ..deadline import Clock
from ..errors import DecodeError
from ..json_pointer import MISSING, resolve
from .definition import (
    AnyItem,
    Condition,
    DownloadLinks,
    JsonScalar,
    Level,
    Lifetime,
    MessagesMapping,
    Phase,
    ProgressMapping,
    StatusMapping,
    StepsMapping,
    TaskType,
)
from .snapshot import Message, Progress, Step, TaskRef, TaskSnapshot


class Observation(msgspec.Struct, frozen=True, kw_only=True):
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


def parse_observation(kind: TaskType[Any, Any], raw: bytes) -> Observation:
    """What a task says.

    Raises:
        DecodeError: it is no JSON, or has two members of one name, so that nobody knows which of them is meant.
    """
    task = codec.decode(raw, Any)
    state = kind.state
    word = resolve(task, state.at)
    named = _phase_of(word, state.phases, fold=state.fold)
    phase = _ruled(state, kind.input_answered, task, named)
    steps = () if kind.steps is None else tuple(_steps(kind.steps, state, task))
    fraction, done, total = (None, None, None) if kind.progress is None else _progress(kind.progress, task, steps)
    return Observation(
        phase=phase,
        status=_text(word),
        known=named is not None,
        partial=phase is Phase.SUCCEEDED and state.partial is not None and is_met(state.partial, task, phase),
        fraction=fraction,
        done=done,
        total=total,
        steps=steps,
        messages=tuple(message for where in kind.messages for message in _messages(where, task)),
    )


def is_met(test: Condition, task: object, phase: Phase) -> bool:
    """Whether a test is true of a task that is in a phase."""
    if test.phase and phase not in test.phase:
        return False
    if test.at is not None:
        found = resolve(task, test.at)
        if found is MISSING or (test.values and not _among(found, test.values)):
            return False
        if test.above is not None and not (_is_number(found) and found > test.above):
            return False
    return test.any_item is None or _some(test.any_item, task)


def _ruled(state: StatusMapping, answered: Condition | None, task: object, named: Phase | None) -> Phase:
    phase = state.unknown if named is None else named
    for rule in state.rules:
        # Of a word that nobody knows no rule makes an end.
        if not (named is None and rule.phase.terminal) and is_met(rule.condition, task, phase):
            phase = rule.phase
            break
    if phase is Phase.NEEDS_INPUT and answered is not None and is_met(answered, task, phase):
        return Phase.RUNNING
    return phase


def _some(some: AnyItem, task: object) -> bool:
    return any(_among(resolve(item, some.at), some.values) for item in _items(task, some.inside))


def _among(found: object, values: tuple[JsonScalar, ...]) -> bool:
    return any(json_equal(found, value) for value in values)


def _phase_of(word: object, phases: Mapping[str, Phase], *, fold: bool) -> Phase | None:
    if not isinstance(word, str):
        return None
    if not fold or word in phases:
        return phases.get(word)
    folded = word.casefold()
    return next((phase for known, phase in phases.items() if known.casefold() == folded), None)


def _progress(
    where: ProgressMapping, task: object, steps: tuple[Step, ...]
) -> tuple[float | None, int | None, int | None]:
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


def _steps(where: StepsMapping, state: StatusMapping, task: object) -> Iterator[Step]:
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


def _messages(where: MessagesMapping, task: object) -> Iterator[Message]:
    for item in [task] if where.inside is None else _items(task, where.inside):
        text = resolve(item, where.text)
        if isinstance(text, str) and text:
            yield Message(_level(where, item), text)


def _level(where: MessagesMapping, item: object) -> Level:
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


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SnapshotData(msgspec.Struct, kw_only=True, eq=False):
    """All that makes a view, put in place at once: threads that do not lock see the one before or the one after.

    Making views costs much more, and most looks are of no interest to anybody.
    """

    reading: Observation | None
    lost: bool
    model: Callable[[], Any]
    best_fraction: float | None
    stalled_seconds: float
    at: float
    date: float
    sequence: int
    view: TaskSnapshot[Any] | None = None


def make_snapshot(ref: TaskRef, shown: SnapshotData, monotonic: Callable[[], float]) -> TaskSnapshot[Any]:
    """The view that callers get."""
    reading, at = shown.reading, shown.at
    more: dict[str, Any] = {}
    if reading is not None:
        more = {
            "known": reading.known,
            "partial": reading.partial,
            "steps": reading.steps,
            "messages": reading.messages,
        }
    return TaskSnapshot(
        ref=ref,
        phase=Phase.LOST if shown.lost or reading is None else reading.phase,
        status=None if reading is None else reading.status,
        progress=Progress(
            fraction=None if reading is None else reading.fraction,
            done=None if reading is None else reading.done,
            total=None if reading is None else reading.total,
            best=shown.best_fraction,
            stalled_for=timedelta(seconds=shown.stalled_seconds),
        ),
        observed_at=_EPOCH + timedelta(seconds=shown.date),
        sequence=shown.sequence,
        model=shown.model,
        since=lambda: max(0.0, monotonic() - at),
        **more,
    )


def lazy_model(decode: Callable[[bytes, Any], Any], raw: bytes, model: Any) -> Callable[[], Any]:
    """What makes a model when it is first asked for, and then gives the same one."""
    found: list[Any] = []

    def decoded() -> Any:
        if not found:
            found.append(decode(raw, model))
        return found[0]

    return decoded


def no_model() -> Any:
    """Stands for the model of a task that no look has shown."""
    raise DecodeError(path="$", expected="a task", found="nothing: no look has shown it", raw=b"")


StateNoteKind: TypeAlias = Literal["change", "lost", "regressed", "unknown-status"]

_NOTES: Final = 32


@frozen
class StateNote:
    """Something about a task that is worth an event."""

    kind: StateNoteKind
    detail: str


@define(eq=False, kw_only=True, slots=False)
class TaskState:
    """What is known of one task. Those who work with it may keep attributes of their own on it."""

    ref: TaskRef = field(kw_only=False)
    task_type: TaskType[Any, Any] = field(kw_only=False, repr=False)
    clock: Clock = field(repr=False)
    decode: Callable[[bytes, Any], Any] = field(default=codec.decode, repr=False)
    """Makes the model, from a task as the server shows it and the model's type."""

    version: int = 0
    """Rises with each piece of news, errors among them."""

    polls: int = 0
    """How many complete looks there were that would have shown it."""

    raw: bytes | None = field(default=None, repr=False)
    """The task as the server showed it last.

    Once it has ended, only fresh links to its file can still change that.
    """

    refusal: Exception | None = None
    """Why looking was refused, until a look succeeds again."""

    lost_after: int | None = None
    """How many complete looks did not find it, if it is lost."""

    unknown_since: float | None = None
    """Since when (monotonic) it shows nothing but status words that the spec does not know."""

    notes: list[StateNote] = field(factory=list[StateNote], repr=False)
    """What happened, for whoever tells events to take out. It keeps no more than a few."""

    journal_key: str | None = None
    started: float | None = None
    """When (monotonic) it was started here; None if that was elsewhere."""

    _reading: Observation | None = field(default=None, init=False, repr=False)
    _model: Callable[[], Any] | None = field(default=None, init=False, repr=False)
    _shown: SnapshotData | None = field(default=None, init=False, repr=False)
    _sequence: int = field(default=0, init=False)
    _made: float = field(init=False, repr=False)
    _best: float | None = field(default=None, init=False, repr=False)
    _best_since: float | None = field(default=None, init=False, repr=False)
    _missing: int = field(default=0, init=False, repr=False)
    _missing_since: float = field(default=0.0, init=False, repr=False)
    _words: frozenset[str | None] = field(default=frozenset[str | None](), init=False, repr=False)
    _regressed: bool = field(default=False, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._made = self.clock.monotonic()

    @property
    def phase(self) -> Phase | None:
        """Where it stands; None while nothing is known."""
        if self.lost_after is not None:
            return Phase.LOST
        return None if self._reading is None else self._reading.phase

    @property
    def terminal(self) -> bool:
        """Whether it has ended. Then no later look changes that."""
        return self._reading is not None and self._reading.phase.terminal

    @property
    def snapshot(self) -> TaskSnapshot[Any] | None:
        """The last look that showed the task, or that it is lost; None while there was none."""
        shown = self._shown
        if shown is None:
            return None
        if shown.view is None:
            shown.view = make_snapshot(self.ref, shown, self.clock.monotonic)
        return shown.view

    def observe(self, raw: bytes, reading: Observation | None, now: float) -> bool:
        """Take in that a look showed the task; whether that is news.

        Args:
            raw: The task as the server shows it.
            reading: What that says; None if it is what was there already.
            now: The moment of the look, by the monotonic clock.
        """
        before = self._reading
        self._missing = 0
        if before is not None and before.phase.terminal:
            if reading is not None:
                self._after_the_end(raw, reading, before)
            return self._looked_at(news=False)
        fresh = (
            reading if reading is not None else before if before is not None else parse_observation(self.task_type, raw)
        )
        same = self.raw is not None and fresh == before and _same(raw, self.raw)
        if same:
            self.raw = raw
        else:
            self._keep(raw)
        news = not same or self.lost_after is not None
        if news:
            self._note_change(fresh)
            self.lost_after = None
            self._reading = fresh
            self._judge_word(fresh, now)
            self._measure(fresh, now)
            self._sequence += 1
        self._show(now)
        return self._looked_at(news=news)

    def mark_missing(self, now: float, *, complete: bool, started: float | None, limits: Lifetime) -> bool:
        """Take in that a look did not show the task; whether it is lost by that, which is news.

        Args:
            now: The moment of the look, by the monotonic clock.
            complete: Whether the look would have shown it: all pages, no filter, no item that could not be read.
            started: When the task was started, by the same clock; None if that is not known.
            limits: The kind's, with the caller's wishes.
        """
        if not complete:
            return False
        if not self._is_lost_now(now, started, limits):
            return self._looked_at(news=False)
        self._note("lost", f"missing in {self._missing} looks")
        self.lost_after = self._missing
        self.unknown_since = None
        self._sequence += 1
        self._show(now)
        return self._looked_at(news=True)

    def mark_refused(self, error: Exception) -> bool:
        """Take in that looking is refused, for all who wait now; whether that is news. The phase stays as it is."""
        self.refusal = error
        self.version += 1
        return True

    def _looked_at(self, *, news: bool) -> bool:
        # Last, and the version at the very end: whoever has read it and then reads the rest finds nothing older.
        self.refusal = None
        self.polls += 1
        self.version += news
        return news

    def _show(self, now: float) -> None:
        self._shown = SnapshotData(
            reading=self._reading,
            lost=self.lost_after is not None,
            model=self._model or no_model,
            best_fraction=self._best,
            stalled_seconds=0.0 if self._best_since is None else max(0.0, now - self._best_since),
            at=now,
            date=self.clock.wall(),
            sequence=self._sequence,
        )

    def _after_the_end(self, raw: bytes, reading: Observation, ended: Observation) -> None:
        if reading.phase is not ended.phase:
            if not self._regressed:
                self._regressed = True
                self._note("regressed", f"{ended.phase} -> {reading.phase}")
        elif isinstance(self.task_type.result, DownloadLinks) and raw != self.raw and self._shown is not None:
            moved = _links(self.task_type.result, raw) != _links(self.task_type.result, self.raw)
            self._keep(raw)
            self._shown = msgspec.structs.replace(self._shown, model=self._model or no_model, view=None)
            self.version += moved  # to downloads that wait for a fresh link it is news, to everybody else it is not

    def _keep(self, raw: bytes) -> None:
        self.raw = raw
        self._model = lazy_model(self.decode, raw, self.task_type.model)

    def _note_change(self, fresh: Observation) -> None:
        before = self.phase
        if before is not fresh.phase:
            self._note("change", f"{before} -> {fresh.phase}" if before else str(fresh.phase))

    def _judge_word(self, fresh: Observation, now: float) -> None:
        if fresh.known:
            self.unknown_since = None
            return
        if self.unknown_since is None:
            self.unknown_since = now
        if fresh.status not in self._words and len(self._words) < _NOTES:
            self._words |= {fresh.status}
            self._note("unknown-status", "no status" if fresh.status is None else f"status {fresh.status!r:.80}")

    def _measure(self, fresh: Observation, now: float) -> None:
        if self._best_since is None:
            self._best_since = now
        if fresh.fraction is not None and (self._best is None or fresh.fraction > self._best):
            self._best = fresh.fraction
            self._best_since = now

    def _is_lost_now(self, now: float, started: float | None, limits: Lifetime) -> bool:
        if self.terminal or self.lost_after is not None:
            return False
        # Of a task that was started elsewhere it is not known when: at the latest, just before it was heard of here.
        begun = started if started is not None else self._made
        if self._reading is None and now - begun < limits.visible_within:
            return False
        if not self._missing:
            self._missing_since = now
        self._missing += 1
        if self._missing < limits.missing_polls or now - self._missing_since < limits.missing_grace:
            return False
        return limits.retention is None or started is None or now - started >= limits.retention

    def _note(self, kind: StateNoteKind, detail: str) -> None:
        if len(self.notes) < _NOTES:
            self.notes.append(StateNote(kind, detail))


def _links(links: DownloadLinks, raw: bytes | None) -> list[object]:
    """What a task shows where links to its file stand."""
    task = None if raw is None else codec.decode(raw, Any)
    return [resolve(task, link.at) for link in links.links]


def _same(raw: bytes, other: bytes) -> bool:
    """Whether two texts say the same: another order of members, for instance, is no news."""
    try:
        return raw == other or json_equal(msgspec.json.decode(raw), msgspec.json.decode(other))
    except (msgspec.DecodeError, RecursionError):
        return False
