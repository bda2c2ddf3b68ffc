"""One call of an endpoint as a flow: attempts, retries, events, deadline; with its response read whole or by rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from attrs import define, evolve, field

from ..auth.credentials import AuthSource
from ..auth.tokens import AuthParts
from ..codec import Deviation
from ..deadline import Deadline, deadline_after
from ..effects import Effect, Exclusive, Flow, ReadResponse, Send, SendStreaming, Sleep, StreamingResponse
from ..errors import (
    ApiError,
    Attempt,
    ClientError,
    DecodeError,
    InvalidArgumentError,
    ResponseTooLargeError,
    TransportError,
)
from ..events import Event, EventKind, captured_responses, emit, is_enabled
from ..headers import Headers
from ..http_messages import HttpRequest, HttpResponse, StreamedBody
from ..operation import Operation
from ..request.encoder import RequestBuilder, encoder_for
from ..type_check import format_type
from .config import ClientConfig
from .response_parser import DEFAULT_PARSE_OPTIONS, ParseOptions, operation_row_type, parse_options, parser_for
from .retry_policy import backoff, is_idempotent, is_transient, retry_after

if TYPE_CHECKING:
    from ..media.decoders import RowReader

T = TypeVar("T")


class ResponseHead(Protocol):
    """An answer, read or opened."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def raw_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Its headers as received."""
        ...


A = TypeVar("A", bound=ResponseHead)

_NUMBERS: Final = count(1)


def send_request(request: HttpRequest) -> Flow[HttpResponse]:
    """Send a request and read its answer."""
    answer: HttpResponse = yield Send(request)
    return answer


def send_streaming(request: HttpRequest) -> Flow[Any]:
    """Send a request; the answer is an OpenAnswer if it is a success, else an Answer."""
    answer = yield SendStreaming(request)
    if 200 <= answer.status <= 299:
        return answer
    return (yield ReadResponse(answer))


def start_call(setting: ClientConfig, operation: Operation[Any]) -> Call:
    """Start a call: its deadline counts from now."""
    clock = setting.clock
    deadline = deadline_after(setting.options.deadline, clock.monotonic).bounded
    return Call(setting, operation, deadline, clock.monotonic())


@define(eq=False)
class Call:
    """One call under way."""

    setting: ClientConfig
    operation: Operation[Any]
    deadline: Deadline | None
    started: float

    attempts: list[Attempt] = field(factory=list[Attempt], init=False)
    _told: int = field(factory=lambda: next(_NUMBERS), init=False)
    _tries: int = field(default=0, init=False)
    """Requests, without those that only a new token asked for."""

    _access: AuthParts = field(factory=AuthParts, init=False, repr=False)
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
        if is_enabled(self.setting.options.on_event):
            self.emit("call")
        try:
            return (yield from flow)
        except GeneratorExit:
            raise
        except BaseException as error:
            self.fail(error)
            raise

    def succeed(self) -> None:
        """Tell that the call has ended well."""
        if is_enabled(self.setting.options.on_event):
            self.emit("success", attempt=len(self.attempts), elapsed=self._since(self.started))

    def fail(self, error: BaseException) -> None:
        """Tell that the call has ended with an error, and the error what came before it."""
        if isinstance(error, ClientError) and error is not self._theirs and self.attempts:
            error.attempts = tuple(self.attempts)
            if len(self.attempts) > 1:
                error.add_note(_history(self.attempts))
        if isinstance(error, TransportError) and error is not self._theirs:
            error.sent |= self._left
        self.emit(
            "failure",
            status=error.status if isinstance(error, ApiError) else None,
            attempt=max(1, len(self.attempts)),
            elapsed=self._since(self.started),
            detail=type(error).__name__,
        )

    def fail_after_response(self, error: BaseException) -> None:
        """Tell that the call has failed though its answer had begun."""
        if isinstance(error, TransportError) and self.attempts:
            self.attempts[-1] = evolve(self.attempts[-1], error=type(error).__name__)
        self.fail(error)

    def send(self, draft: RequestBuilder, send: Callable[[HttpRequest], Flow[A]]) -> Flow[tuple[A, HttpRequest]]:
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
                if isinstance(draft.content, StreamedBody) and draft.content.is_source_error(error):
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
                    if self.setting.options.retry is not None and not is_transient(answer.status):
                        self.setting.budget.release()
                    return answer, request
                status, what = answer.status, str(answer.status)
            self.emit("retry", status=status, attempt=len(self.attempts), delay=delay, detail=what)
            yield Sleep(delay, self.setting.clock)

    def _prepare(self, draft: RequestBuilder, source: AuthSource) -> Flow[HttpRequest]:
        access = source.static
        if access is None:
            wanted = source.obtain(self.deadline, self.setting.options.on_event)
            access = yield from with_deadline(wanted, self.deadline)
        self._access = access
        return self.setting.build_request(self.operation, draft, access, self.deadline)

    def _send(self, request: HttpRequest, send: Callable[[HttpRequest], Flow[A]]) -> Flow[A]:
        self._out = True
        told = is_enabled(self.setting.options.on_event)
        number = len(self.attempts) + 1
        if told:
            self.emit("request", attempt=number)
        started = self.setting.clock.monotonic()
        answer = yield from send(request)
        if told:
            size = len(answer.content) if isinstance(answer, HttpResponse) else None
            self.emit("response", status=answer.status, attempt=number, elapsed=self._since(started), bytes=size)
        return answer

    def _renews(self, status: int | None, source: AuthSource, draft: RequestBuilder) -> bool:
        """Whether a new token is worth one more request, as one can be revoked before its time."""
        if status != 401 or not source.renewable or self._renewed:
            return False
        self._renewed = True
        source.invalidate(self._access)
        if not _available(draft.content):
            return False
        self._tries -= 1
        return True

    def _verdict(
        self, error: ClientError | None, status: int | None, headers: Headers, draft: RequestBuilder
    ) -> tuple[float | None, str]:
        """Seconds until the next request, if there is one; else why not, if that needs to be said."""
        retry = self.setting.options.retry
        if retry is None:
            return None, ""
        # What breaks off may be whole another time, whatever its status.
        if not (error.transient if isinstance(error, TransportError) else status is not None and is_transient(status)):
            return None, ""
        left_here = self._out and not (isinstance(error, TransportError) and not error.sent)
        if left_here and not is_idempotent(self.operation):
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
        if self.deadline is not None and delay >= self.deadline.remaining:
            return None, "deadline"
        if not self.setting.budget.acquire(retry):
            return None, "budget"
        return delay, ""

    def emit(self, kind: EventKind, **more: Any) -> None:
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
        emit(self.setting.options.on_event, event)

    def _note(self, started: float, status: int | None, error: str | None, delay: float | None, stopped: str) -> None:
        self.attempts.append(Attempt(status, error, self._since(started), delay, stopped))

    def _since(self, started: float) -> float:
        return self.setting.clock.monotonic() - started


def with_deadline(flow: Flow[T], deadline: Deadline | None) -> Flow[T]:
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
    if isinstance(effect, Exclusive):
        return Exclusive(with_deadline(effect.flow, deadline), deadline)
    return effect


def _available(content: bytes | StreamedBody | None) -> bool:
    return not isinstance(content, StreamedBody) or content.can_send


def _history(attempts: list[Attempt]) -> str:
    told = [" ".join(str(part) for part in (each.status, each.error) if part is not None) for each in attempts]
    return f"after {len(told)} requests: {', '.join(told)}"


@define(eq=False)
class RowStream:
    """The rows of an open answer: give it the answer's chunks, then `end` it, and close it whatever happens.

    All of that `reporting_end`: only then is it known how the call ends.
    """

    response: StreamingResponse
    _course: Call
    _row: Any
    _reading: ParseOptions
    _reader: RowReader | None = field(default=None, init=False, repr=False)

    @contextmanager
    def reporting_end(self) -> Generator[None]:
        """Tell how the call ends. Rows that nobody wants any more are no failure."""
        try:
            yield
        except GeneratorExit:
            self._course.succeed()
            raise
        except BaseException as error:
            self._course.fail_after_response(error)
            raise
        self._course.succeed()

    @property
    def close(self) -> Callable[[], Awaitable[None] | None]:
        """Give the connection back, or drop it."""
        return self.response.close

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The rows that are complete with this chunk. Raises DecodeError, ResponseTooLarge."""
        with self._naming():
            yield from self._ready(chunk).feed(chunk)

    def end(self) -> Iterator[Any]:
        """The rows that are left. Raises DecodeError, ResponseTooLarge."""
        with self._naming():
            yield from self._ready(b"").end()

    def _ready(self, chunk: bytes) -> RowReader:
        if self._reader is None:
            from ..media.decoders import row_reader  # most callers never need it

            row, reading, label = self._row, self._reading, Headers(self.response.raw_headers).get("content-type", "")
            wire, limit = reading.wire_format(label), self._course.setting.options.max_response_bytes
            try:
                self._reader = row_reader(wire, row, note=reading.on_deviation, lenient=reading.lenient, limit=limit)
            except InvalidArgumentError as error:
                found = f"{wire.upper()} ({label})" if label else wire.upper()
                raise DecodeError(
                    path="$", expected=format_type(GenericAlias(list, (row,))), found=found, raw=chunk
                ) from error
        return self._reader

    @contextmanager
    def _naming(self) -> Generator[None]:
        try:
            yield
        except (DecodeError, ResponseTooLargeError) as error:
            error.operation, error.status = self._course.operation.name, self.response.status
            raise


def call(setting: ClientConfig, operation: Operation[T], arguments: Sequence[object], body: object) -> Flow[T]:
    """One call of an endpoint.

    Raises:
        InvalidArgument: the arguments do not fit; nothing was sent.
        TransportError: no answer came.
        ApiError: the answer is not a success.
        DecodeError: it is, but is not what the API promises.
    """
    course = start_call(setting, operation)
    reading = _reading(course)
    draft = encoder_for(operation).build(arguments, body, reading.accept)
    return (yield from course.run(_call(course, operation, draft, reading)))


def _call(course: Call, operation: Operation[T], draft: RequestBuilder, reading: ParseOptions) -> Flow[T]:
    answer, request = yield from course.send(draft, send_request)
    seen = captured_responses.get()
    if seen is not None:
        seen.append(answer)
    value: T = parser_for(operation).parse(answer, request, reading)
    return value


def fetch_response(
    setting: ClientConfig, operation: Operation[Any], arguments: Sequence[object], body: object
) -> Flow[HttpResponse]:
    """One call of an endpoint whose success stays as it came.

    Raises:
        InvalidArgument: the arguments do not fit; nothing was sent.
        TransportError: no answer came.
        ApiError: the answer is not a success.
    """
    course = start_call(setting, operation)
    draft = encoder_for(operation).build(arguments, body)
    return (yield from course.run(_fetch(course, operation, draft)))


def _fetch(course: Call, operation: Operation[Any], draft: RequestBuilder) -> Flow[HttpResponse]:
    answer, request = yield from course.send(draft, send_request)
    if not 200 <= answer.status <= 299:
        raise parser_for(operation).api_error(answer, request)
    return answer


def open_row_stream(
    setting: ClientConfig, operation: Operation[Any], arguments: Sequence[object], body: object
) -> Flow[RowStream]:
    """One call of an endpoint that returns a list, to read it row by row, which is part of the call.

    Raises what `call` raises.
    """
    row = operation_row_type(operation)
    course = start_call(setting, operation)
    reading = _reading(course)
    draft = encoder_for(operation).build(arguments, body, reading.accept)
    return (yield from course.open(_open_rows(course, operation, draft, reading, row)))


def _open_rows(
    course: Call, operation: Operation[Any], draft: RequestBuilder, reading: ParseOptions, row: Any
) -> Flow[RowStream]:
    answer, request = yield from course.send(draft, send_streaming)
    if isinstance(answer, HttpResponse):
        raise parser_for(operation).api_error(answer, request, reading)
    return RowStream(answer, course, row, reading)


def _reading(course: Call) -> ParseOptions:
    choices = course.setting.options
    if choices.media_type is None and not choices.lenient:
        return DEFAULT_PARSE_OPTIONS

    def note(oddity: Deviation) -> None:
        course.emit("deviation", path=oddity.path, detail=oddity.detail)

    return parse_options(course.operation, course.setting.media_types, choices, note)
