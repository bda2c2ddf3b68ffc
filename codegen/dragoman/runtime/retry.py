"""When a call is tried again."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Retry:
    """When and how often a call is tried again."""

    attempts: int = 3
    """The most requests for one call, the first included."""
