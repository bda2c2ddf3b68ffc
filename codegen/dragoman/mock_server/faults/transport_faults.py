"""Answers that do not arrive as they should: the request was served all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ..messages import Refused, Reply, TransportFault
from ..request_context import RequestContext
from .registry import Option, fault


def _by(case: RequestContext, way: TransportFault) -> None:
    case.replies.append(lambda reply: evolve(reply, delivery=way))


@fault("lost")
def _lost(case: RequestContext) -> None:
    """It is served, and the connection reset before a byte of the answer."""
    _by(case, TransportFault(head=False, end="reset"))


@fault("unanswered")
def _unanswered(case: RequestContext) -> None:
    """It is served, and nothing is ever answered."""
    _by(case, TransportFault(head=False, end="hang"))


@fault("late", seconds=Option("seconds"))
def _late(case: RequestContext, seconds: float) -> None:
    """The answer comes so many seconds late."""
    _by(case, TransportFault(delay=seconds))


@fault("head-only")
def _head_only(case: RequestContext) -> None:
    """Status and headers come, and the body never does."""
    _by(case, TransportFault(stop=0, end="hang"))


@fault("cut", at=Option("share", 0.5), reset=Option("yes or no", default=True))
def _cut(case: RequestContext, at: float, reset: bool) -> None:
    """The connection ends in the middle of the body, by a reset or by closing it."""
    end: Any = "reset" if reset else "close"
    case.replies.append(lambda reply: evolve(reply, delivery=TransportFault(stop=int(len(reply.body) * at), end=end)))


@fault("drip", piece=Option("count", 1), seconds=Option("seconds", 0.1))
def _drip(case: RequestContext, piece: int, seconds: float) -> None:
    """The answer comes so many bytes at a time, from the status line on, with pauses between them."""
    _by(case, TransportFault(piece=piece, every=seconds))


@fault("length", by=Option("whole", 10))
def _length(case: RequestContext, by: int) -> None:
    """Content-Length is wrong by so many bytes; below 0 it is too short."""

    def counted(reply: Reply) -> Reply:
        length = str(max(0, len(reply.body) + by))
        return evolve(reply, headers={**reply.headers, "Content-Length": length}, delivery=TransportFault())

    case.replies.append(counted)


@fault("bad-chunk")
def _bad_chunk(case: RequestContext) -> None:
    """The body comes in chunks, and the second one is none."""

    def chunked(reply: Reply) -> Reply:
        half = reply.body[: len(reply.body) // 2]
        body = b"%x\r\n%s\r\nnonsense\r\n" % (len(half), half)
        return evolve(
            reply, body=body, headers={**reply.headers, "Transfer-Encoding": "chunked"}, delivery=TransportFault()
        )

    case.replies.append(chunked)


@fault("closes")
def _closes(case: RequestContext) -> None:
    """The answer is whole, then the connection is closed, though nothing said that it would be."""
    _by(case, TransportFault())


@fault("interim", count=Option("count", 1000))
def _interim(case: RequestContext, count: int) -> None:
    """So many `100 Continue` come before the answer."""
    _by(case, TransportFault(interim=count))


@fault(
    "status",
    status=Option("status"),
    retry_after=Option("text or number", ""),
    headers=Option("headers", {}),
)
def _status(case: RequestContext, status: int, retry_after: str | float, headers: Mapping[str, str]) -> None:
    """It is refused with this status, in the vendor's own words; `retry_after` is sent as it stands."""
    wait = {} if retry_after == "" else {"Retry-After": str(retry_after)}
    case.refused = Refused(status, f"The sandbox was told to answer {status}.", headers={**wait, **headers})


@fault("reset")
def _reset(case: RequestContext) -> None:
    """The connection is reset before the request is served."""
    case.instead = Reply(500, delivery=TransportFault(head=False, end="reset"))


@fault("closed")
def _closed(case: RequestContext) -> None:
    """The connection is closed before the request is served."""
    case.instead = Reply(500, delivery=TransportFault(head=False))


@fault("ignored")
def _ignored(case: RequestContext) -> None:
    """Nothing is ever answered, and nothing done."""
    case.instead = Reply(500, delivery=TransportFault(head=False, end="hang"))
