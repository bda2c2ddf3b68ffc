"""What `Client.response` and `Client.rows` tell the calls made on their behalf, in this thread or task."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from .messages import Answer
    from .operation import Operation

Meant: TypeAlias = "tuple[Operation[Any], tuple[object, ...], object]"
"""Operation, arguments and body of a call."""

answers_seen: ContextVar[list[Answer] | None] = ContextVar("answers_seen", default=None)
"""Where calls leave their answers; None when nobody asked."""

asked: ContextVar[list[Meant] | None] = ContextVar("asked", default=None)
"""Where calls leave what they are, instead of being made; None: they are made."""
