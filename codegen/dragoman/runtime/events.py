"""What a client tells about its work."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Event:
    """Something that happened during a call."""

    kind: str
    operation: str
