"""Answers that do not arrive as they should: the request was served all the same."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ..calls import Reply
from ..case import Case
from ..delivery import Delivery
from .named import Option, fault


def _by(case: Case, way: Delivery) -> None:
    case.replies.append(lambda reply: evolve(reply, delivery=way))


@fault("lost")
def _lost(case: Case) -> None:
    """It is served, and the connection reset before a byte of the answer."""
    _by(case, Delivery(head=False, end="reset"))


@fault("unanswered")
def _unanswered(case: Case) -> None:
    """It is served, and nothing is ever answered."""
    _by(case, Delivery(head=False, end="hang"))


@fault("late", seconds=Option("seconds"))
def _late(case: Case, seconds: float) -> None:
    """The answer comes so many seconds late."""
    _by(case, Delivery(delay=seconds))


@fault("head-only")
def _head_only(case: Case) -> None:
    """Status and headers come, and the body never does."""
    _by(case, Delivery(stop=0, end="hang"))


@fault("cut", at=Option("share", 0.5), reset=Option("yes or no", default=True))
def _cut(case: Case, at: float, reset: bool) -> None:
    """The connection ends in the middle of the body, by a reset or by closing it."""
    end: Any = "reset" if reset else "close"
    case.replies.append(lambda reply: evolve(reply, delivery=Delivery(stop=int(len(reply.body) * at), end=end)))


@fault("drip", piece=Option("count", 1), seconds=Option("seconds", 0.1))
def _drip(case: Case, piece: int, seconds: float) -> None:
    """The answer comes so many bytes at a time, from the status line on, with pauses between them."""
    _by(case, Delivery(piece=piece, every=seconds))


@fault("length", by=Option("whole", 10))
def _length(case: Case, by: int) -> None:
    """Content-Length is wrong by so many bytes; below 0 it is too short."""

    def counted(reply: Reply) -> Reply:
        length = str(max(0, len(reply.body) + by))
        return evolve(reply, headers={**reply.headers, "Content-Length": length}, delivery=Delivery())

    case.replies.append(counted)


@fault("bad-chunk")
def _bad_chunk(case: Case) -> None:
    """The body comes in chunks, and the second one is none."""

    def chunked(reply: Reply) -> Reply:
        half = reply.body[: len(reply.body) // 2]
        body = b"%x\r\n%s\r\nnonsense\r\n" % (len(half), half)
        return evolve(reply, body=body, headers={**reply.headers, "Transfer-Encoding": "chunked"}, delivery=Delivery())

    case.replies.append(chunked)


@fault("closes")
def _closes(case: Case) -> None:
    """The answer is whole, then the connection is closed, though nothing said that it would be."""
    _by(case, Delivery())


@fault("interim", count=Option("count", 1000))
def _interim(case: Case, count: int) -> None:
    """So many `100 Continue` come before the answer."""
    _by(case, Delivery(interim=count))
