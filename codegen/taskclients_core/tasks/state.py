"""State of one task: from the bytes of a poll to the snapshot that all its waiters share.

`parse_observation` interprets the bytes by the task type, `TaskState` keeps what is known, `make_snapshot` builds what
callers see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec
from attrs import define, field, frozen

from .. import codec
from ..deadline import Clock
from ..errors import DecodeError, problem_of
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

# -- Interpretation of a task


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Content of one poll of a task; the members are those of a `TaskSnapshot`."""

    phase: Phase
    status: str | None
    known: bool
    partial: bool = False
    fraction: float | None = None
    done: int | None = None
    total: int | None = None
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()


def parse_observation(task_type: TaskType[Any, Any], raw: bytes) -> Observation:
    """Interpret the JSON text of a task.

    Raises:
        DecodeError: the text is not JSON, or a name occurs twice in an object.
    """
    task = codec.decode(raw, Any)
    state = task_type.state
    word = resolve(task, state.at)
    known_phase = _phase_of(word, state.phases, fold=state.fold)
    phase = _apply_rules(state, task_type.input_answered, task, known_phase)
    steps = () if task_type.steps is None else tuple(_steps(task_type.steps, state, task))
    fraction, done, total = (
        (None, None, None) if task_type.progress is None else _progress(task_type.progress, task, steps)
    )
    return Observation(
        phase=phase,
        status=_text(word),
        known=known_phase is not None,
        partial=phase is Phase.SUCCEEDED and state.partial is not None and is_met(state.partial, task, phase),
        fraction=fraction,
        done=done,
        total=total,
        steps=steps,
        messages=tuple(message for mapping in task_type.messages for message in _messages(mapping, task)),
    )


def is_met(condition: Condition, task: object, phase: Phase) -> bool:
    """Return True if a condition holds for a task in a phase."""
    if condition.phase and phase not in condition.phase:
        return False
    if condition.at is not None:
        found = resolve(task, condition.at)
        if not _equals_any(found, condition.values) if condition.values else found is MISSING:
            return False
        if condition.above is not None and not (_is_number(found) and found > condition.above):
            return False
    return condition.any_item is None or _matches_any(condition.any_item, task)


def _apply_rules(state: StatusMapping, answered: Condition | None, task: object, known_phase: Phase | None) -> Phase:
    phase = state.unknown if known_phase is None else known_phase
    for rule in state.rules:
        # No rule may end a task whose status is unknown.
        if not (known_phase is None and rule.phase.terminal) and is_met(rule.condition, task, phase):
            phase = rule.phase
            break
    if phase is Phase.NEEDS_INPUT and answered is not None and is_met(answered, task, phase):
        return Phase.RUNNING
    return phase


def _matches_any(some: AnyItem, task: object) -> bool:
    return any(_equals_any(resolve(item, some.at), some.values) for item in _items(task, some.inside))


def _equals_any(found: object, values: tuple[JsonScalar, ...]) -> bool:
    """Return True if a value equals one of `values`; an absent member equals null."""
    return any(json_equal(None if found is MISSING else found, value) for value in values)


def _phase_of(word: object, phases: Mapping[str, Phase], *, fold: bool) -> Phase | None:
    if not isinstance(word, str):
        return None
    if not fold or word in phases:
        return phases.get(word)
    folded = word.casefold()
    return next((phase for known, phase in phases.items() if known.casefold() == folded), None)


def _progress(
    mapping: ProgressMapping, task: object, steps: tuple[Step, ...]
) -> tuple[float | None, int | None, int | None]:
    done = total = None
    if mapping.steps:
        due = [step for step in steps if step.phase is not Phase.SKIPPED]
        done, total = sum(step.phase.terminal for step in due), len(due)
    if mapping.done is not None:
        done = _count(resolve(task, mapping.done))
    if mapping.total is not None:
        total = _count(resolve(task, mapping.total))
    if mapping.percent is not None:
        percent = resolve(task, mapping.percent)
        if _is_number(percent) and 0 <= percent <= 100:
            return percent / 100, done, total
    if done is None or not total or done > total:
        return None, done, total
    return done / total, done, total


def _steps(mapping: StepsMapping, state: StatusMapping, task: object) -> Iterator[Step]:
    items: list[object] = [item for item in _items(task, mapping.at) if isinstance(item, dict)]
    if mapping.order is not None:
        order = mapping.order
        items.sort(key=lambda item: _sort_key(resolve(item, order)))  # stable, those without a number last
    for item in items:
        word = resolve(item, mapping.status)
        key = _text(resolve(item, mapping.key)) or ""
        name = None if mapping.name is None else _text(resolve(item, mapping.name))
        phase = _phase_of(word, mapping.phases, fold=state.fold)
        yield Step(key=key, name=name or key, status=_text(word) or "", phase=phase or Phase.RUNNING)


def _messages(mapping: MessagesMapping, task: object) -> Iterator[Message]:
    for item in [task] if mapping.inside is None else _items(task, mapping.inside):
        text = resolve(item, mapping.text)
        if isinstance(text, str) and text:
            yield Message(_level(mapping, item), text)


def _level(mapping: MessagesMapping, item: object) -> Level:
    word = None if mapping.level_at is None else resolve(item, mapping.level_at)
    return mapping.levels.get(word, mapping.level) if isinstance(word, str) else mapping.level


def _items(task: object, at: str) -> list[object]:
    found = resolve(task, at)
    return cast("list[object]", found) if isinstance(found, list) else []


def _is_number(found: object) -> bool:
    if isinstance(found, float):
        return math.isfinite(found)
    return isinstance(found, int) and not isinstance(found, bool)  # it may be too large for a float


def _count(found: Any) -> int | None:
    return int(found) if _is_number(found) and found >= 0 and found == int(found) else None


def _sort_key(found: Any) -> float:
    return found if _is_number(found) else math.inf


def _text(found: object) -> str | None:
    """Return text unchanged, a number or a boolean as JSON text, None for other values."""
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, int | float) else None


def json_equal(one: object, other: object) -> bool:
    """Return True if two values are equal as JSON: 1 equals 1.0 but not true, members have no order."""
    # A loop, because values may nest deeper than Python's recursion limit.
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


# -- Snapshots


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SnapshotData(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """Data of a snapshot, replaced as a whole, so that threads without the lock see the old or the new one.

    The snapshot itself is built on first access: it costs much more, and most polls show no change. The garbage
    collector skips it (`gc=False`), as it is in no cycle: a program with many waits has many of them.
    """

    observation: Observation | None
    lost: bool
    model: Callable[[], Any]
    best_fraction: float | None
    stalled_seconds: float
    at: float
    date: float
    sequence: int
    poll_error: str | None = None
    snapshot: TaskSnapshot[Any] | None = None


def make_snapshot(ref: TaskRef, data: SnapshotData, monotonic: Callable[[], float]) -> TaskSnapshot[Any]:
    """Build the snapshot of a task."""
    observation, at = data.observation, data.at
    more: dict[str, Any] = {}
    if observation is not None:
        more = {
            "known": observation.known,
            "partial": observation.partial,
            "steps": observation.steps,
            "messages": observation.messages,
        }
    return TaskSnapshot(
        ref=ref,
        phase=Phase.LOST if data.lost or observation is None else observation.phase,
        status=None if observation is None else observation.status,
        progress=Progress(
            fraction=None if observation is None else observation.fraction,
            done=None if observation is None else observation.done,
            total=None if observation is None else observation.total,
            best=data.best_fraction,
            stalled_for=timedelta(seconds=data.stalled_seconds),
        ),
        observed_at=_EPOCH + timedelta(seconds=data.date),
        sequence=data.sequence,
        poll_error=data.poll_error,
        model=data.model,
        since=lambda: max(0.0, monotonic() - at),
        **more,
    )


class LazyModel:
    """Function without arguments that decodes the model on the first call and returns the same one afterwards."""

    __slots__ = ("_decode", "_found", "_model", "_raw")

    def __init__(self, decode: Callable[[bytes, Any], Any], raw: bytes, model: Any) -> None:
        self._decode = decode
        self._raw = raw
        self._model = model
        self._found: Any = MISSING

    def __call__(self) -> Any:
        """Return the model. Raises DecodeError if the text does not match it."""
        if self._found is MISSING:
            self._found = self._decode(self._raw, self._model)
        return self._found


def no_model() -> Any:
    """Raise the DecodeError of a task that no poll has found; stands in for its model."""
    raise DecodeError(path="$", expected="a task", found="nothing: no poll has found it", raw=b"")


# -- State


StateNoteKind: TypeAlias = Literal["change", "lost", "regressed", "unknown-status"]

_NOTES: Final = 32


@frozen
class StateNote:
    """Event of a task that has not been reported yet."""

    kind: StateNoteKind
    detail: str


@define(eq=False, kw_only=True, slots=False)
class TaskState:
    """Known state of one task, shared by all handles and waits."""

    ref: TaskRef = field(kw_only=False)
    task_type: TaskType[Any, Any] = field(kw_only=False, repr=False)
    clock: Clock = field(repr=False)
    decode: Callable[[bytes, Any], Any] = field(default=codec.decode, repr=False)
    """Decodes the model from the task's JSON text and the model's type."""

    version: int = 0
    """Number that rises with each change, errors included."""

    polls: int = 0
    """Number of complete polls that would have shown the task."""

    gap: str = ""
    """Reason why the last poll may have missed the task; empty if it did not."""

    raw: bytes | None = field(default=None, repr=False)
    """JSON text of the task from the last poll. After the end, only new links to its file still change it."""

    refusal: Exception | None = None
    """Error of refused polls, until a poll succeeds."""

    failures: int = 0
    """Number of polls that have failed since the last one that succeeded."""

    failure: Exception | None = field(default=None, repr=False)
    """Error of the last of these."""

    lost_after: int | None = None
    """Number of complete polls that did not find the task, if it is lost; else None."""

    unknown_since: float | None = None
    """Monotonic time since which the status is unknown to the spec; None while it is known."""

    notes: list[StateNote] = field(factory=list[StateNote], repr=False)
    """Events that have not been reported yet; a limited number."""

    hold: object = field(default=None, repr=False)
    """Lease of the task's journal entry, which ends with this object."""

    idempotency_key: str | None = None
    """Key under which the caller began the task, if known."""

    started: float | None = None
    """Monotonic time of the submission; None if it was made elsewhere."""

    poll_after: float = -math.inf
    """Monotonic time of the first poll, if the response to the submission had a `Retry-After`."""

    _observation: Observation | None = field(default=None, init=False, repr=False)
    _model: Callable[[], Any] | None = field(default=None, init=False, repr=False)
    _data: SnapshotData | None = field(default=None, init=False, repr=False)
    _sequence: int = field(default=0, init=False)
    _created_at: float = field(init=False, repr=False)
    _best: float | None = field(default=None, init=False, repr=False)
    _best_since: float | None = field(default=None, init=False, repr=False)
    _missing: int = field(default=0, init=False, repr=False)
    _missing_since: float = field(default=0.0, init=False, repr=False)
    _unknown_words: frozenset[str | None] = field(default=frozenset[str | None](), init=False, repr=False)
    _regressed: bool = field(default=False, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._created_at = self.clock.monotonic()

    @property
    def phase(self) -> Phase | None:
        """Current phase; None before the first poll."""
        if self.lost_after is not None:
            return Phase.LOST
        return None if self._observation is None else self._observation.phase

    @property
    def terminal(self) -> bool:
        """True if the task has ended. Later polls do not change that."""
        return self._observation is not None and self._observation.phase.terminal

    @property
    def snapshot(self) -> TaskSnapshot[Any] | None:
        """Last snapshot of the task, found or lost; None before the first."""
        data = self._data
        if data is None:
            return None
        if data.snapshot is None:
            data.snapshot = make_snapshot(self.ref, data, self.clock.monotonic)
        return data.snapshot

    def observe(self, raw: bytes, observation: Observation | None, now: float) -> bool:
        """Record that a poll found the task; return True if that is a change.

        Args:
            raw: JSON text of the task.
            observation: The parsed text; None if the text is unchanged.
            now: Monotonic time of the poll.
        """
        before = self._observation
        self._missing = 0
        if before is not None and before.phase.terminal:
            if observation is not None:
                self._observe_after_end(raw, observation, before)
            return self._count_poll(changed=False)
        fresh = (
            observation
            if observation is not None
            else before
            if before is not None
            else parse_observation(self.task_type, raw)
        )
        same = self.raw is not None and fresh == before and _same_json(raw, self.raw)
        if same:
            self.raw = raw
        else:
            self._keep_raw(raw)
        changed = not same or self.lost_after is not None
        if changed:
            self._note_change(fresh)
            self.lost_after = None
            self._observation = fresh
            self._check_status(fresh, now)
            self._update_progress(fresh, now)
            self._sequence += 1
        self._update_data(now)
        return self._count_poll(changed=changed)

    def mark_missing(self, now: float, *, complete: bool, started: float | None, limits: Lifetime) -> bool:
        """Record that a poll did not find the task; return True if the task is now lost.

        Args:
            now: Monotonic time of the poll.
            complete: True if the poll would have found it: all pages, no filter, no unreadable items.
            started: Monotonic time of the submission; None if unknown.
            limits: Limits of the task type and the callers.
        """
        if not complete:
            return False
        if not self._is_lost_now(now, started, limits):
            return self._count_poll(changed=False)
        self._note("lost", f"missing in {self._missing} polls")
        self.lost_after = self._missing
        self.unknown_since = None
        self._sequence += 1
        self._update_data(now)
        return self._count_poll(changed=True)

    def mark_refused(self, error: Exception) -> bool:
        """Record that polls are refused; return True, as it is a change for all waiters. The phase stays the same."""
        self.refusal = error
        self.version += 1
        return True

    def mark_unanswered(self, error: Exception) -> bool:
        """Record that a poll failed; return True if there is a new snapshot that says so."""
        self.failures += 1
        self.failure = error
        return self._note_poll_error(problem_of(error))

    def mark_answered(self) -> bool:
        """Record that a poll succeeded; return True if there is a new snapshot because earlier ones had failed."""
        if not self.failures:
            return False
        self.failures = 0
        self.failure = None
        return self._note_poll_error(None)

    def _note_poll_error(self, message: str | None) -> bool:
        if self._data is None or self.terminal:
            return False
        self._sequence += 1
        self._data = msgspec.structs.replace(self._data, poll_error=message, sequence=self._sequence, snapshot=None)
        self.version += 1
        return True

    def _count_poll(self, *, changed: bool) -> bool:
        # Write the version last: a thread that reads it first then finds nothing older in the other members.
        self.refusal = None
        self.polls += 1
        self.version += changed
        return changed

    def _update_data(self, now: float) -> None:
        self._data = SnapshotData(
            observation=self._observation,
            lost=self.lost_after is not None,
            model=self._model or no_model,
            best_fraction=self._best,
            stalled_seconds=0.0 if self._best_since is None else max(0.0, now - self._best_since),
            at=now,
            date=self.clock.wall(),
            sequence=self._sequence,
        )

    def _observe_after_end(self, raw: bytes, observation: Observation, ended: Observation) -> None:
        if observation.phase is not ended.phase:
            if not self._regressed:
                self._regressed = True
                self._note("regressed", f"{ended.phase} -> {observation.phase}")
        elif isinstance(self.task_type.result, DownloadLinks) and raw != self.raw and self._data is not None:
            moved = _links(self.task_type.result, raw) != _links(self.task_type.result, self.raw)
            self._keep_raw(raw)
            self._data = msgspec.structs.replace(self._data, model=self._model or no_model, snapshot=None)
            self.version += moved  # a change only for downloads that wait for a new link

    def _keep_raw(self, raw: bytes) -> None:
        self.raw = raw
        self._model = LazyModel(self.decode, raw, self.task_type.model)

    def _note_change(self, fresh: Observation) -> None:
        before = self.phase
        if before is not fresh.phase:
            self._note("change", f"{before} -> {fresh.phase}" if before else str(fresh.phase))

    def _check_status(self, fresh: Observation, now: float) -> None:
        if fresh.known:
            self.unknown_since = None
            return
        if self.unknown_since is None:
            self.unknown_since = now
        if fresh.status not in self._unknown_words and len(self._unknown_words) < _NOTES:
            self._unknown_words |= {fresh.status}
            self._note("unknown-status", "no status" if fresh.status is None else f"status {fresh.status!r:.80}")

    def _update_progress(self, fresh: Observation, now: float) -> None:
        if self._best_since is None:
            self._best_since = now
        if fresh.fraction is not None and (self._best is None or fresh.fraction > self._best):
            self._best = fresh.fraction
            self._best_since = now

    def _is_lost_now(self, now: float, started: float | None, limits: Lifetime) -> bool:
        if self.terminal or self.lost_after is not None:
            return False
        # A task from elsewhere has an unknown start: assume the time at which this client learned of it.
        begun = started if started is not None else self._created_at
        if self._observation is None and now - begun < limits.visible_within:
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
    """Return the values at the places of the links."""
    task = None if raw is None else codec.decode(raw, Any)
    return [resolve(task, link.at) for link in links.links]


def _same_json(raw: bytes, other: bytes) -> bool:
    """Return True if two texts are equal as JSON, whatever the order of members."""
    try:
        return raw == other or json_equal(msgspec.json.decode(raw), msgspec.json.decode(other))
    except (msgspec.DecodeError, RecursionError):
        return False
