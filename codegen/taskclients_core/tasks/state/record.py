"""One task, as all who wait for it share it: what was seen of it last, and what is new about that.

A record is not locked: whoever has several threads locks around what changes it. To read it needs no lock, if `version`
or `looks` is read before what it is about. It never sends anything and never decides to look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

import msgspec
from attrs import define, field, frozen

from ... import codec
from ...exchange.clock import Clock
from ...json_pointer import resolve
from ..definition import Kind, Lifetime, Links
from ..phases import Phase
from ..ref import Ref
from ..views import View
from .reading import Reading, json_equal, read
from .shown import Shown, decoded_once, never_shown, view_of

NoteKind: TypeAlias = Literal["change", "lost", "regressed", "unknown-status"]

_NOTES: Final = 32


@frozen
class Note:
    """Something about a task that is worth an event."""

    kind: NoteKind
    detail: str


@define(eq=False, kw_only=True, slots=False)
class Record:
    """What is known of one task. Those who work with it may keep attributes of their own on it."""

    ref: Ref = field(kw_only=False)
    kind: Kind[Any, Any] = field(kw_only=False, repr=False)
    clock: Clock = field(repr=False)
    decode: Callable[[bytes, Any], Any] = field(default=codec.decode, repr=False)
    """Makes the model, from a task as the server shows it and the model's type."""

    version: int = 0
    """Rises with each piece of news, errors among them."""

    looks: int = 0
    """How many complete looks there were that would have shown it."""

    raw: bytes | None = field(default=None, repr=False)
    """The task as the server showed it last.

    Once it has ended, only fresh links to its file can still change that.
    """

    trouble: Exception | None = None
    """Why looking was refused, until a look succeeds again."""

    lost_after: int | None = None
    """How many complete looks did not find it, if it is lost."""

    unknown_since: float | None = None
    """Since when (monotonic) it shows nothing but status words that the spec does not know."""

    notes: list[Note] = field(factory=list[Note], repr=False)
    """What happened, for whoever tells events to take out. It keeps no more than a few."""

    journal_key: str | None = None
    started: float | None = None
    """When (monotonic) it was started here; None if that was elsewhere."""

    _reading: Reading | None = field(default=None, init=False, repr=False)
    _model: Callable[[], Any] | None = field(default=None, init=False, repr=False)
    _shown: Shown | None = field(default=None, init=False, repr=False)
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
    def view(self) -> View[Any] | None:
        """The last look that showed the task, or that it is lost; None while there was none."""
        shown = self._shown
        if shown is None:
            return None
        if shown.view is None:
            shown.view = view_of(self.ref, shown, self.clock.monotonic)
        return shown.view

    def observe(self, raw: bytes, reading: Reading | None, now: float) -> bool:
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
        fresh = reading if reading is not None else before if before is not None else read(self.kind, raw)
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

    def absent(self, now: float, *, complete: bool, started: float | None, limits: Lifetime) -> bool:
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

    def refuse(self, error: Exception) -> bool:
        """Take in that looking is refused, for all who wait now; whether that is news. The phase stays as it is."""
        self.trouble = error
        self.version += 1
        return True

    def _looked_at(self, *, news: bool) -> bool:
        # Last, and the version at the very end: whoever has read it and then reads the rest finds nothing older.
        self.trouble = None
        self.looks += 1
        self.version += news
        return news

    def _show(self, now: float) -> None:
        self._shown = Shown(
            reading=self._reading,
            lost=self.lost_after is not None,
            model=self._model or never_shown,
            best=self._best,
            stalled=0.0 if self._best_since is None else max(0.0, now - self._best_since),
            at=now,
            date=self.clock.wall(),
            sequence=self._sequence,
        )

    def _after_the_end(self, raw: bytes, reading: Reading, ended: Reading) -> None:
        if reading.phase is not ended.phase:
            if not self._regressed:
                self._regressed = True
                self._note("regressed", f"{ended.phase} -> {reading.phase}")
        elif isinstance(self.kind.result, Links) and raw != self.raw and self._shown is not None:
            moved = _links(self.kind.result, raw) != _links(self.kind.result, self.raw)
            self._keep(raw)
            self._shown = msgspec.structs.replace(self._shown, model=self._model or never_shown, view=None)
            self.version += moved  # to downloads that wait for a fresh link it is news, to everybody else it is not

    def _keep(self, raw: bytes) -> None:
        self.raw = raw
        self._model = decoded_once(self.decode, raw, self.kind.model)

    def _note_change(self, fresh: Reading) -> None:
        before = self.phase
        if before is not fresh.phase:
            self._note("change", f"{before} -> {fresh.phase}" if before else str(fresh.phase))

    def _judge_word(self, fresh: Reading, now: float) -> None:
        if fresh.known:
            self.unknown_since = None
            return
        if self.unknown_since is None:
            self.unknown_since = now
        if fresh.status not in self._words and len(self._words) < _NOTES:
            self._words |= {fresh.status}
            self._note("unknown-status", "no status" if fresh.status is None else f"status {fresh.status!r:.80}")

    def _measure(self, fresh: Reading, now: float) -> None:
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
        if self._missing < limits.missing_sweeps or now - self._missing_since < limits.missing_grace:
            return False
        return limits.retention is None or started is None or now - started >= limits.retention

    def _note(self, kind: NoteKind, detail: str) -> None:
        if len(self.notes) < _NOTES:
            self.notes.append(Note(kind, detail))


def _links(links: Links, raw: bytes | None) -> list[object]:
    """What a task shows where links to its file stand."""
    task = None if raw is None else codec.decode(raw, Any)
    return [resolve(task, link.at) for link in links.links]


def _same(raw: bytes, other: bytes) -> bool:
    """Whether two texts say the same: another order of members, for instance, is no news."""
    try:
        return raw == other or json_equal(msgspec.json.decode(raw), msgspec.json.decode(other))
    except (msgspec.DecodeError, RecursionError):
        return False
