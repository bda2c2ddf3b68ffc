"""The course of one call: its requests one after the other, its deadline, and what is told of them.

What makes a request (credentials, the request, its answer) is the same for calls that read their answer whole and for
those that open it; only the effect differs.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final, Protocol, TypeVar

from attrs import define, evolve, field

from ..credentials.access import Access
from ..credentials.auth import Source
from ..errors import ApiError, Attempt, ClientError, TransportError
from ..events import Event, Kind, emit, heard
from ..headers import Headers
from ..messages import Answer, Content, Request
from ..operation import Operation
from ..request.parameters import Draft
from .again import backoff, passing, repeatable, retry_after
from .deadline import Deadline, deadline_in
from .effects import Alone, Effect, Flow, Open, Read, Send, Sleep
from .setting import Setting

T = TypeVar("T")


class AnyAnswer(Protocol):
    """An answer, read or opened."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def raw_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Its headers as received."""
        ...


A = TypeVar("A", bound=AnyAnswer)

_NUMBERS: Final = count(1)


def whole(request: Request) -> Flow[Answer]:
    """Send a request and read its answer."""
    answer: Answer = yield Send(request)
    return answer


def opened(request: Request) -> Flow[Any]:
    """Send a request; the answer is an OpenAnswer if it is a success, else an Answer."""
    answer = yield Open(request)
    if 200 <= answer.status <= 299:
        return answer
    return (yield Read(answer))


def begin(setting: Setting, operation: Operation[Any]) -> Course:
    """Start a call: its deadline counts from now."""
    clock = setting.clock
    deadline = deadline_in(setting.choices.deadline, clock.monotonic).bounded
    return Course(setting, operation, deadline, clock.monotonic())


@define(eq=False)
class Course:
    """One call under way."""

    setting: Setting
    operation: Operation[Any]
    deadline: Deadline | None
    started: float

    attempts: list[Attempt] = field(factory=list[Attempt], init=False)
    _told: int = field(factory=lambda: next(_NUMBERS), init=False)
    _tries: int = field(default=0, init=False)
    """Requests, without those that only a new token asked for."""

    _access: Access = field(factory=Access, init=False, repr=False)
    """Of the present attempt."""

    _renewed: bool = field(default=False, init=False)
    _out: bool = field(default=False, init=False)
    """Whether the present attempt is past its credentials."""

    _left: bool = field(default=False, init=False)
    """Whether the server may have seen an attempt."""

    _theirs: BaseException | None = field(default=None, init=False, repr=False)
    """What the source of the body raised."""

    def run(self, flow: Flow[T]) -> Flow[T]:
        """Run what the call is made of, and tell of its beginning and end.

        Raises:
            ClientError: whatever the flow raises; with its `attempts`.
        """
        value = yield from self.open(flow)
        self.succeed()
        return value

    def open(self, flow: Flow[T]) -> Flow[T]:
        """Run the first part of a call, and tell of its beginning: whoever has the rest says how it ends.

        Raises:
            ClientError: whatever the flow raises; with its `attempts`. Then it has ended.
        """
        if heard(self.setting.choices.on_event):
            self.tell("call")
        try:
            return (yield from flow)
        except GeneratorExit:
            raise
        except BaseException as error:
            self.fail(error)
            raise

    def succeed(self) -> None:
        """Tell that the call has ended well."""
        if heard(self.setting.choices.on_event):
            self.tell("success", attempt=len(self.attempts), elapsed=self._since(self.started))

    def fail(self, error: BaseException) -> None:
        """Tell that the call has ended with an error, and the error what came before it."""
        if isinstance(error, ClientError) and error is not self._theirs and self.attempts:
            error.attempts = tuple(self.attempts)
            if len(self.attempts) > 1:
                error.add_note(_history(self.attempts))
        if isinstance(error, TransportError) and error is not self._theirs:
            error.sent |= self._left
        self.tell(
            "failure",
            status=error.status if isinstance(error, ApiError) else None,
            attempt=max(1, len(self.attempts)),
            elapsed=self._since(self.started),
            detail=type(error).__name__,
        )

    def break_off(self, error: BaseException) -> None:
        """Tell that the call has failed though its answer had begun."""
        if isinstance(error, TransportError) and self.attempts:
            self.attempts[-1] = evolve(self.attempts[-1], error=type(error).__name__)
        self.fail(error)

    def exchange(self, draft: Draft, send: Callable[[Request], Flow[A]]) -> Flow[tuple[A, Request]]:
        """The answer to a draft, after as many requests as it takes, and the request that it answers.

        Raises:
            TransportError: no answer came.
            ClientError: no credentials could be had.
        """
        source = self.setting.credentials.source(self.operation.security)
        while True:
            self._tries += 1
            started = self.setting.clock.monotonic()
            self._out = False
            try:
                request = yield from self._prepare(draft, source)
                answer = yield from self._send(request, send)
            except (TransportError, ApiError) as error:
                status, what = error.status, type(error).__name__
                if isinstance(draft.content, Content) and draft.content.failed_with(error):
                    self._theirs = error
                    self._note(started, None, what, None, "")
                    raise
                if self._out and isinstance(error, TransportError):
                    self._left |= error.sent
                    if self._renews(status, source, draft):
                        self._note(started, status, what, 0.0, "")
                        continue
                delay, stopped = self._verdict(error, status, error.headers, draft)
                self._note(started, status, what, delay, stopped)
                if delay is None:
                    raise
            else:
                self._left = True
                if self._renews(answer.status, source, draft):
                    self._note(started, answer.status, None, 0.0, "")
                    continue
                delay, stopped = self._verdict(None, answer.status, Headers(answer.raw_headers), draft)
                self._note(started, answer.status, None, delay, stopped)
                if delay is None:
                    if self.setting.choices.retry is not None and not passing(answer.status):
                        self.setting.budget.give()
                    return answer, request
                status, what = answer.status, str(answer.status)
            self.tell("retry", status=status, attempt=len(self.attempts), delay=delay, detail=what)
            yield Sleep(delay, self.setting.clock)

    def _prepare(self, draft: Draft, source: Source) -> Flow[Request]:
        access = source.fixed
        if access is None:
            wanted = source.obtain(self.deadline, self.setting.choices.on_event)
            access = yield from within(wanted, self.deadline)
        self._access = access
        return self.setting.request(self.operation, draft, access, self.deadline)

    def _send(self, request: Request, send: Callable[[Request], Flow[A]]) -> Flow[A]:
        self._out = True
        told = heard(self.setting.choices.on_event)
        number = len(self.attempts) + 1
        if told:
            self.tell("request", attempt=number)
        started = self.setting.clock.monotonic()
        answer = yield from send(request)
        if told:
            size = len(answer.content) if isinstance(answer, Answer) else None
            self.tell("response", status=answer.status, attempt=number, elapsed=self._since(started), bytes=size)
        return answer

    def _renews(self, status: int | None, source: Source, draft: Draft) -> bool:
        """Whether a new token is worth one more request, as one can be revoked before its time."""
        if status != 401 or not source.renewable or self._renewed:
            return False
        self._renewed = True
        source.forget(self._access)
        if not _available(draft.content):
            return False
        self._tries -= 1
        return True

    def _verdict(
        self, error: ClientError | None, status: int | None, headers: Headers, draft: Draft
    ) -> tuple[float | None, str]:
        """Seconds until the next request, if there is one; else why not, if that needs to be said."""
        retry = self.setting.choices.retry
        if retry is None:
            return None, ""
        # What breaks off may be whole another time, whatever its status.
        if not (error.may_pass if isinstance(error, TransportError) else status is not None and passing(status)):
            return None, ""
        left_here = self._out and not (isinstance(error, TransportError) and not error.sent)
        if left_here and not repeatable(self.operation):
            return None, "unsafe"
        if self._out and not _available(draft.content):
            return None, "body"
        if self._tries >= retry.attempts:
            return None, "attempts"
        clock = self.setting.clock
        delay = backoff(retry, self._tries, clock.random())
        told = retry_after(headers, clock.wall)
        if told is not None:
            if told > retry.max_delay:
                return None, "told"
            # A little later than told, so that not everybody who was told the same comes at once.
            delay = min(told + delay, max(told, retry.max_delay))
        if self.deadline is not None and delay >= self.deadline.left:
            return None, "deadline"
        if not self.setting.budget.take(retry):
            return None, "budget"
        return delay, ""

    def tell(self, kind: Kind, **more: Any) -> None:
        """Tell of an event of this call."""
        operation = self.operation
        event = Event(
            kind=kind,
            operation=operation.name,
            call=self._told,
            method=operation.method,
            origin=self.setting.origin,
            template=operation.path,
            **more,
        )
        emit(self.setting.choices.on_event, event)

    def _note(self, started: float, status: int | None, error: str | None, delay: float | None, stopped: str) -> None:
        self.attempts.append(Attempt(status, error, self._since(started), delay, stopped))

    def _since(self, started: float) -> float:
        return self.setting.clock.monotonic() - started


def within(flow: Flow[T], deadline: Deadline | None) -> Flow[T]:
    """Run a flow, such as one that fetches a token, under the deadline of the call that needs it."""
    if deadline is None:
        return (yield from flow)
    try:
        effect = next(flow)
        while True:
            try:
                result = yield _limited(effect, deadline)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        value: T = end.value
        return value


def _limited(effect: Effect, deadline: Deadline) -> Effect:
    if isinstance(effect, Send):
        return Send(evolve(effect.request, deadline=deadline))
    if isinstance(effect, Alone):
        return Alone(within(effect.flow, deadline), deadline)
    return effect


def _available(content: bytes | Content | None) -> bool:
    return not isinstance(content, Content) or content.available


def _history(attempts: list[Attempt]) -> str:
    told = [" ".join(str(part) for part in (each.status, each.error) if part is not None) for each in attempts]
    return f"after {len(told)} requests: {', '.join(told)}"
