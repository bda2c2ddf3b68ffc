"""The moment at which a call must be over, whatever it is doing then."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field

from ..classes import frozen


@frozen(eq=False)
class Deadline:
    """A moment on a clock that never goes backwards."""

    at: float
    seconds: float
    """How long the whole call may take, for messages."""

    now: Callable[[], float] = field(default=time.monotonic, repr=False)
    """The clock, in seconds."""

    @property
    def left(self) -> float:
        """Seconds until then; negative once it has passed."""
        return self.at - self.now()

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self.now() >= self.at


def deadline_in(seconds: float | None, now: Callable[[], float] = time.monotonic) -> Deadline | None:
    """The deadline of a call that starts now; None for a call that may take for ever."""
    return None if seconds is None else Deadline(now() + seconds, seconds, now)


class TimeLeft(dict[str, float | None]):
    """Timeouts of steps as httpx gives them to transports, each cut to what is left when its step begins."""

    def __init__(self, timeouts: Mapping[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def __getitem__(self, step: str) -> float | None:
        return self._cut(super().__getitem__(step))

    def get(self, step: str, default: Any = None) -> Any:
        """The same; `default` is cut, too, as None is for ever."""
        return self._cut(super().get(step, default))

    def _cut(self, timeout: float | None) -> float | None:
        # Not less than a moment: zero means "do not wait at all" to a socket, and is an error of another kind.
        left = max(self._deadline.left, 0.001)
        return left if timeout is None else min(timeout, left)
