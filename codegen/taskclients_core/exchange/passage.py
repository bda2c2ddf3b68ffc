"""How far a request has come: what can be said of it when it fails.

`sent=False` says that a request may be made again, so it is not for an error's class to say. The caller's own hooks,
authentication and bodies raise the same classes, long after the request was answered. What counts is what has left:
httpx's transports tell that to the function that a request has as its `trace`. A transport of the caller's may tell
nothing; then the class counts, if the error is of this very request.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from functools import cache
from typing import Any, Final

from ..errors import ClientClosed, ClientError, InvalidArgument, TimedOut, TransportError
from ..headers import Headers
from ..messages import Content, Request
from .sockets import late

_UNSENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


class Passage:
    """One request under way; `answered` if another of the same call was before it."""

    def __init__(self, request: Request, *, answered: bool = False) -> None:
        self.request = request
        self.answered = answered
        self._head: tuple[int, tuple[tuple[bytes, bytes], ...]] | None = None
        self._traced = False
        self._left = False
        self._failures: list[object] = []
        """What went wrong in the transport, innermost first."""

        self._own: object = None
        """The error that httpx says is this request's."""

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Told by a transport of each of its steps."""
        self._traced = True
        if name.endswith("send_request_headers.started"):
            asked: Any = info.get("request")
            if getattr(asked, "method", None) != b"CONNECT":  # which is for the proxy, and has nothing of the request
                self._left = True
        elif name.endswith(".failed"):
            self._failures.append(info.get("exception"))

    async def trace_async(self, name: str, info: Mapping[str, Any]) -> None:
        """Async twin of `trace`."""
        self.trace(name, info)

    def arrived(self, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]) -> None:
        """The head of the answer has come."""
        self.answered = True
        self._head = status, raw_headers

    @property
    def begun(self) -> bool:
        """Whether something is known to have left."""
        return self._left or self.answered

    @property
    def waiting(self) -> bool:
        """Whether it is certain that it is still on its way to a connection."""
        return self._traced and not self.begun

    def below(self, error: BaseException) -> bool:
        """Whether an error came up from the transport, and not from the caller's code on the way."""
        return error is self._own or any(each is error or each is error.__cause__ for each in self._failures)

    def unsent(self, error: BaseException, names: set[str]) -> bool:
        """Whether it is certain that nothing had left when this was raised, of a class with these bases."""
        if self.begun or not self.below(error):
            return False
        content = self.request.content
        return self._traced or (bool(names & _UNSENT) and not (isinstance(content, Content) and content.use.begun))

    def fault(self, error: Exception, built: object) -> Exception:
        """What to raise instead of what httpx raised while it sent this."""
        if isinstance(self.request.content, Content) and self.request.content.use.failure is not None:
            return self.request.content.use.failure
        if _request_of(error) is built:
            self._own = error
        if not isinstance(error, ClientError):
            return error
        if isinstance(error, TransportError) and self.below(error):  # of our own sockets
            error.sent = not self.unsent(error, set())
        elif isinstance(error, TransportError) or (self.begun and isinstance(error, InvalidArgument | ClientClosed)):
            # Of another call, which a hook made: what it says of that is not so of this one.
            return self._foreign(error)
        return error

    def _foreign(self, error: ClientError) -> TransportError:
        request = self.request
        if isinstance(error, TimedOut) and request.deadline is not None and request.deadline.passed:
            return late(request, sent=True)
        return TransportError(f"{request.operation}: no usable answer from {request.origin} ({type(error).__name__})")

    def theirs(self, error: BaseException) -> bool:
        """Whether the source of the body raised it."""
        content = self.request.content
        return isinstance(content, Content) and content.failed_with(error)

    def label(self, error: BaseException) -> None:
        """Let an error have what is known of the answer that it is about."""
        if self._head is not None and isinstance(error, TransportError):
            error.status, error.headers = self._head[0], Headers(self._head[1])


def counting(library: Any, auth: Any, passage: Passage) -> Any:
    """The caller's authentication, noting on the way that one of the requests that it makes was answered."""
    made = _counting(library.Auth)()
    made.auth, made.passage = auth, passage
    return made


@cache
def _counting(base: Any) -> Any:
    return type("Counting", (base,), {"sync_auth_flow": _sync_auth_flow, "async_auth_flow": _async_auth_flow})


def _sync_auth_flow(self: Any, request: Any) -> Generator[Any, Any, None]:
    flow = self.auth.sync_auth_flow(request)
    try:
        wanted = next(flow)
        while True:
            response = yield wanted
            self.passage.answered = True
            wanted = flow.send(response)
    except StopIteration:
        return
    finally:
        flow.close()


async def _async_auth_flow(self: Any, request: Any) -> AsyncGenerator[Any, Any]:
    flow = self.auth.async_auth_flow(request)
    try:
        wanted = await anext(flow)
        while True:
            response = yield wanted
            self.passage.answered = True
            wanted = await flow.asend(response)
    except StopAsyncIteration:
        return
    finally:
        await flow.aclose()


def _request_of(error: Exception) -> object:
    try:
        return getattr(error, "request", None)
    except RuntimeError:  # httpx's own have none at first
        return None
