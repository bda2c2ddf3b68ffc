"""The vendor's rate: so many requests in so many seconds, at most, of all that look at one thing."""

from __future__ import annotations

from collections import deque

from attrs import define, field


@define(eq=False)
class Throttle:
    """Says when the next request may be sent.

    A look counts as many requests as it has pages. Its pages follow each other at once, as they are one picture, as
    long as that does not break the rate; the next look then comes the later for it.
    """

    rate: tuple[int, float] | None
    _free: float = field(default=float("-inf"), init=False)
    _sent: deque[float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sent = deque(maxlen=self.rate[0] if self.rate else 1)

    @property
    def look_at(self) -> float:
        """When a look may begin."""
        return max(self._free, self.page_at)

    @property
    def page_at(self) -> float:
        """When a further page of a look may be asked for."""
        rate = self.rate
        if rate is None or len(self._sent) < rate[0]:
            return float("-inf")
        return self._sent[0] + rate[1]

    def sent(self, now: float) -> None:
        """A request goes out."""
        if self.rate is not None:
            count, seconds = self.rate
            self._sent.append(now)
            self._free = max(self._free, now) + seconds / count
