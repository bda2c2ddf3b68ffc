"""Faults of the connection and of the status: lost, late, incomplete and refused responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ..messages import HttpError, Reply, TransportFault
from ..request_context import RequestContext
from .registry import Option, fault


def _deliver(context: RequestContext, transport_fault: TransportFault) -> None:
    context.reply_hooks.append(lambda reply: evolve(reply, transport_fault=transport_fault))


@fault("lost")
def _lost(context: RequestContext) -> None:
    """Serve the request, then reset the connection before the response."""
    _deliver(context, TransportFault(head=False, end="reset"))


@fault("unanswered")
def _unanswered(context: RequestContext) -> None:
    """Serve the request, but never send a response."""
    _deliver(context, TransportFault(head=False, end="hang"))


@fault("late", seconds=Option("seconds"))
def _late(context: RequestContext, seconds: float) -> None:
    """Delay the response by `seconds`."""
    _deliver(context, TransportFault(delay=seconds))


@fault("head-only")
def _head_only(context: RequestContext) -> None:
    """Send the status and headers, but never the body."""
    _deliver(context, TransportFault(stop=0, end="hang"))


@fault("cut", at=Option("share", 0.5), reset=Option("yes or no", default=True))
def _cut(context: RequestContext, at: float, reset: bool) -> None:
    """Reset or close the connection at the fraction `at` of the body."""
    end: Any = "reset" if reset else "close"
    context.reply_hooks.append(
        lambda reply: evolve(reply, transport_fault=TransportFault(stop=int(len(reply.body) * at), end=end))
    )


@fault("drip", piece=Option("count", 1), seconds=Option("seconds", 0.1))
def _drip(context: RequestContext, piece: int, seconds: float) -> None:
    """Send the response in pieces of `piece` bytes, from the status line on, `seconds` apart."""
    _deliver(context, TransportFault(piece=piece, every=seconds))


@fault("length", by=Option("whole", 10))
def _length(context: RequestContext, by: int) -> None:
    """Send a Content-Length that is wrong by `by` bytes; a negative one is too short."""

    def counted(reply: Reply) -> Reply:
        length = str(max(0, len(reply.body) + by))
        return evolve(reply, headers={**reply.headers, "Content-Length": length}, transport_fault=TransportFault())

    context.reply_hooks.append(counted)


@fault("bad-chunk")
def _bad_chunk(context: RequestContext) -> None:
    """Send a chunked body whose second chunk is malformed."""

    def chunked(reply: Reply) -> Reply:
        half = reply.body[: len(reply.body) // 2]
        body = b"%x\r\n%s\r\nnonsense\r\n" % (len(half), half)
        return evolve(
            reply,
            body=body,
            headers={**reply.headers, "Transfer-Encoding": "chunked"},
            transport_fault=TransportFault(),
        )

    context.reply_hooks.append(chunked)


@fault("closes")
def _closes(context: RequestContext) -> None:
    """Close the connection after a complete response, without a `Connection: close` header."""
    _deliver(context, TransportFault())


@fault("interim", count=Option("count", 1000))
def _interim(context: RequestContext, count: int) -> None:
    """Send `count` responses `100 Continue` before the response."""
    _deliver(context, TransportFault(interim=count))


@fault(
    "status",
    status=Option("status"),
    retry_after=Option("text or number", ""),
    headers=Option("headers", {}),
)
def _status(context: RequestContext, status: int, retry_after: str | float, headers: Mapping[str, str]) -> None:
    """Refuse the request with this status, in the shape of the vendor's errors; `retry_after` is sent unchanged."""
    wait = {} if retry_after == "" else {"Retry-After": str(retry_after)}
    context.error = HttpError(status, f"The sandbox injected status {status}.", headers={**wait, **headers})


@fault("reset")
def _reset(context: RequestContext) -> None:
    """Reset the connection without serving the request."""
    context.replacement = Reply(500, transport_fault=TransportFault(head=False, end="reset"))


@fault("closed")
def _closed(context: RequestContext) -> None:
    """Close the connection without serving the request."""
    context.replacement = Reply(500, transport_fault=TransportFault(head=False))


@fault("ignored")
def _ignored(context: RequestContext) -> None:
    """Neither serve the request nor send a response."""
    context.replacement = Reply(500, transport_fault=TransportFault(head=False, end="hang"))
