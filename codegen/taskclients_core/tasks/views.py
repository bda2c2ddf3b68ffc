"""What one look at a task showed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast

from attrs import field, frozen

from .definition import Level
from .phases import Phase
from .ref import Ref

M_co = TypeVar("M_co", covariant=True)


@frozen(kw_only=True)
class Progress:
    """How far a task has come."""

    fraction: float | None = None
    """0 to 1; None when the vendor gives nothing that can be used. 1 does not mean that it has ended."""

    done: int | None = None
    total: int | None = None
    best: float | None = None
    """The most that `fraction` has been: it never falls."""

    stalled_for: timedelta = timedelta(0)
    """How long `best` has been what it is."""


@frozen(kw_only=True)
class Step:
    """A step of a task."""

    key: str
    name: str
    status: str
    """The vendor's word."""

    phase: Phase


@frozen
class Message:
    """What the vendor tells people about a task."""

    level: Level
    text: str = field(repr=False)


@frozen(kw_only=True)
class View(Generic[M_co]):
    """One look at a task; it never changes."""

    ref: Ref
    phase: Phase
    status: str | None
    """The vendor's word; None when there is none."""

    known: bool = True
    """Whether the spec knows that word. One that it does not know counts as running."""

    partial: bool = False
    """Whether it is a success that carries errors."""

    progress: Progress = field(factory=Progress)
    steps: Sequence[Step] = ()
    messages: Sequence[Message] = ()
    observed_at: datetime
    sequence: int
    """Rises with each look that showed something new."""

    _model: Callable[[], Any] = field(repr=False, eq=False, alias="model")
    _since: Callable[[], float] = field(repr=False, eq=False, alias="since")

    @property
    def terminal(self) -> bool:
        """Whether the task moves no more."""
        return self.phase.terminal

    @property
    def model(self) -> M_co:
        """The task as the vendor's model has it.

        Raises:
            DecodeError: what the server showed is not what its page promises.
        """
        return cast("M_co", self._model())

    @property
    def age(self) -> float:
        """Seconds since the look."""
        return self._since()
