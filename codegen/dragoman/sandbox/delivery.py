"""How an answer travels, where it does not simply arrive: held up, cut off, dripping, or never sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from attrs import frozen

if TYPE_CHECKING:
    from .calls import Reply

_BODILESS: Final = frozenset({204, 304})


@frozen(kw_only=True)
class Delivery:
    """The way of one answer; by default all of it is sent, and the connection closed without a word."""

    interim: int = 0
    """How many `100 Continue` go before it."""

    delay: float = 0.0
    """Seconds before anything is sent."""

    head: bool = True
    """Whether status and headers are sent."""

    stop: int | None = None
    """Bytes of the body that are sent; None: all of them."""

    piece: int = 0
    """Bytes that are sent at once; 0: everything."""

    every: float = 0.0
    """Seconds between two pieces."""

    end: Literal["close", "reset", "hang"] = "close"


def head(reply: Reply) -> bytes:
    """Write status line and headers, with the length of the body unless the headers say another."""
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers.items())]
    names = {name.lower() for name in reply.headers}
    if reply.status not in _BODILESS and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(reply.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def pieces(delivery: Delivery, content: bytes) -> list[bytes]:
    """Divide what is sent."""
    size = delivery.piece or len(content) or 1
    return [content[start : start + size] for start in range(0, len(content), size)]
