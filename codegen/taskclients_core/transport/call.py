"""One call of an endpoint as a flow: credentials, attempts, retries, events and deadline.

`call` decodes the response, `call_page` also returns it, `fetch_response` returns it undecoded, and `open_row_stream`
streams its rows. Clients run these flows with a driver.
"""

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
    without_frames,
)
from ..events import Event, EventKind, captured_responses, emit, is_enabled
from ..http_messages import Headers, HttpRequest, HttpResponse, StreamedBody
from ..media.charset import Transcoder
from ..model import format_type
from ..operation import Operation
from ..request.encoder import RequestBuilder, encoder_for
from ..request.secret_parts import secret_parts
from ..server_text import hide
from .config import ClientConfig, split_base_url
from .response_parser import DEFAULT_PARSE_OPTIONS, ParseOptions, operation_row_type, parse_options, parser_for
from .retry_policy import backoff, is_idempotent, is_transient, retry_after

if TYPE_CHECKING:
    from ..media.decoders import RowReader

T = TypeVar("T")


class ResponseHead(Protocol):
    """Status and headers of a response, read or still open."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def raw_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Headers as received."""
        ...


A = TypeVar("A", bound=ResponseHead)

_CALL_NUMBERS: Final = count(1)


# -- Entry points


def call(config: ClientConfig, operation: Operation[T], arguments: Sequence[object], body: object) -> Flow[T]:
    """Call an endpoint and return its decoded result.

    Raises:
        InvalidArgumentError: an argument or the body is invalid; nothing was sent.
        TransportError: no response was received.
        ApiError: the response is not a success.
        DecodeError: the response is a success, but its body does not have the declared type.
    """
    return (yield from call_page(config, operation, arguments, body))[0]


def call_page(
    config: ClientConfig, operation: Operation[T], arguments: Sequence[object], body: object, url: str | None = None
) -> Flow[tuple[T, HttpResponse, HttpRequest]]:
    """Call an endpoint and return its decoded result, the response and the request; raises what `call` raises.

    A `url` replaces path and query of the request. It comes from the server, so the caller has checked its origin.
    """
    call = start_call(config, operation)
    options = _parse_options(call)
    builder = encoder_for(operation).build(arguments, body, options.accept)
    builder.url = url
    return (yield from call.run(_call(call, operation, builder, options)))


def _call(
    call: Call, operation: Operation[T], builder: RequestBuilder, options: ParseOptions
) -> Flow[tuple[T, HttpResponse, HttpRequest]]:
    response, request = yield from call.send(builder, send_request)
    seen = captured_responses.get()
    if seen is not None:
        seen.append(response)
    value: T = parser_for(operation).parse(response, request, options)
    return value, response, request


def fetch_response(
    config: ClientConfig, operation: Operation[Any], arguments: Sequence[object], body: object
) -> Flow[tuple[HttpResponse, HttpRequest]]:
    """Call an endpoint and return its 2xx response undecoded, and the request.

    The body may report a failure all the same; see `ResponseParser.check`.

    Raises:
        InvalidArgumentError: an argument or the body is invalid; nothing was sent.
        TransportError: no response was received.
        ApiError: the response is not a success.
    """
    call = start_call(config, operation)
    builder = encoder_for(operation).build(arguments, body)
    return (yield from call.run(_fetch(call, operation, builder)))


def _fetch(call: Call, operation: Operation[Any], builder: RequestBuilder) -> Flow[tuple[HttpResponse, HttpRequest]]:
    response, request = yield from call.send(builder, send_request)
    if not 200 <= response.status <= 299:
        raise parser_for(operation).api_error(response, request)
    return response, request


def open_row_stream(
    config: ClientConfig, operation: Operation[Any], arguments: Sequence[object], body: object
) -> Flow[RowStream]:
    """Call an endpoint that returns a list and open its response, to read it row by row.

    The call ends when the `RowStream` does. Raises what `call` raises.
    """
    row = operation_row_type(operation)
    call = start_call(config, operation)
    options = _parse_options(call)
    builder = encoder_for(operation).build(arguments, body, options.accept)
    return (yield from call.open(_open_rows(call, operation, builder, options, row)))


def _open_rows(
    call: Call, operation: Operation[Any], builder: RequestBuilder, options: ParseOptions, row: Any
) -> Flow[RowStream]:
    response, request = yield from call.send(builder, send_streaming)
    if isinstance(response, HttpResponse):
        raise parser_for(operation).api_error(response, request, options)
    return RowStream(response, call, row, options)


def _parse_options(call: Call) -> ParseOptions:
    call_options = call.config.options
    plain = call_options.media_type is None and not call_options.lenient
    if plain and not parser_for(call.operation).may_drop:
        return DEFAULT_PARSE_OPTIONS

    def report(deviation: Deviation) -> None:
        call.emit("deviation", path=deviation.path, detail=deviation.detail)

    return parse_options(call.operation, call.config.media_types, call_options, report)


# -- Attempts and events of a call


def send_request(request: HttpRequest) -> Flow[HttpResponse]:
    """Send a request and read its response."""
    response: HttpResponse = yield Send(request)
    return response


def send_streaming(request: HttpRequest) -> Flow[Any]:
    """Send a request; return a StreamingResponse for 2xx, else an HttpResponse that was read."""
    response = yield SendStreaming(request)
    if 200 <= response.status <= 299:
        return response
    return (yield ReadResponse(response))


def start_call(config: ClientConfig, operation: Operation[Any]) -> Call:
    """Create a call; its deadline starts now."""
    clock = config.clock
    deadline = deadline_after(config.options.deadline, clock.monotonic).bounded
    return Call(config, operation, deadline, clock.monotonic())


@define(eq=False)
class Call:
    """State of one call: its attempts, credentials and events."""

    config: ClientConfig
    operation: Operation[Any]
    deadline: Deadline | None
    started: float
    """Time of the client's monotonic clock."""

    attempts: list[Attempt] = field(factory=list[Attempt], init=False)
    """Requests so far, the current one excluded."""

    _number: int = field(factory=lambda: next(_CALL_NUMBERS), init=False)
    _tries: int = field(default=0, init=False)
    """Requests, without those that only replaced a refused token."""

    _auth: AuthParts = field(factory=AuthParts, init=False, repr=False)
    """Credentials of the current attempt."""

    _token_renewed: bool = field(default=False, init=False)
    """True once a refused token was dropped; the call does not drop another."""

    _refused: AuthParts | None = field(default=None, init=False, repr=False)
    """Credentials that were refused and are to be replaced for the next attempt."""

    _reconnected: bool = field(default=False, init=False)
    """True once a request was sent again because its connection had been closed."""

    _sending: bool = field(default=False, init=False)
    """True once the current attempt has its credentials and the request is being sent."""

    _may_have_sent: bool = field(default=False, init=False)
    """True if the server may have received one of the attempts."""

    _source_error: BaseException | None = field(default=None, init=False, repr=False)
    """Error raised by the source of the body."""

    def run(self, flow: Flow[T]) -> Flow[T]:
        """Run the flow of the call and emit the events of its start and end.

        Raises:
            ClientError: the error of the flow, with `attempts` set.
        """
        value = yield from self.open(flow)
        self.succeed()
        return value

    def open(self, flow: Flow[T]) -> Flow[T]:
        """Run the first part of a call and emit its start event; then `succeed` or `fail_after_response` ends it.

        Raises:
            ClientError: the error of the flow, with `attempts` set; the call has ended then.
        """
        if is_enabled(self.config.options.on_event):
            self.emit("call")
        try:
            return (yield from flow)
        except GeneratorExit:
            raise
        except DecodeError as error:
            self.fail(error)
            without_frames(error)
            raise
        except BaseException as error:
            self.fail(error)
            raise

    def succeed(self) -> None:
        """Emit the `success` event."""
        if is_enabled(self.config.options.on_event):
            self.emit("success", attempt=len(self.attempts), elapsed=self._since(self.started))

    def fail(self, error: BaseException) -> None:
        """Emit the `failure` event, and add the call's attempts to the error."""
        if isinstance(error, ClientError) and error is not self._source_error and self.attempts:
            error.attempts = tuple(self.attempts)
            if len(self.attempts) > 1:
                error.add_note(_history(self.attempts))
        if isinstance(error, TransportError) and error is not self._source_error:
            error.sent |= self._may_have_sent
        self.emit(
            "failure",
            status=error.status if isinstance(error, ApiError) else None,
            attempt=max(1, len(self.attempts)),
            elapsed=self._since(self.started),
            detail=type(error).__name__,
        )

    def fail_after_response(self, error: BaseException) -> None:
        """End the call with an error that occurred while its response was streamed."""
        if isinstance(error, TransportError) and self.attempts:
            self.attempts[-1] = evolve(self.attempts[-1], error=type(error).__name__)
        self.fail(error)

    def send(self, builder: RequestBuilder, send: Callable[[HttpRequest], Flow[A]]) -> Flow[tuple[A, HttpRequest]]:
        """Send a request, with retries, and return the last response with its request.

        Raises:
            TransportError: no response was received.
            ClientError: the credentials could not be obtained.
        """
        source = self.config.credentials.source(self.operation.security)
        while True:
            self._tries += 1
            started = self.config.clock.monotonic()
            self._sending = False
            try:
                request = yield from self._prepare(builder, source)
                response = yield from self._send(request, send)
            except (TransportError, ApiError) as error:  # ApiError: no token was issued
                status, reason = error.status, type(error).__name__
                if isinstance(builder.content, StreamedBody) and builder.content.is_source_error(error):
                    self._source_error = error
                    self._record(started, None, reason, None, "")
                    raise
                if self._sending and isinstance(error, TransportError):
                    self._may_have_sent |= error.sent
                    if self._should_renew(status, source, builder) or self._should_reconnect(error, builder):
                        self._record(started, status, reason, 0.0, "")
                        continue
                delay, stopped = self._next_delay(error, status, error.headers, builder)
                self._record(started, status, reason, delay, stopped)
                if delay is None:
                    raise
            else:
                self._may_have_sent = True
                if self._should_renew(response.status, source, builder):
                    self._record(started, response.status, None, 0.0, "")
                    continue
                delay, stopped = self._next_delay(None, response.status, Headers(response.raw_headers), builder)
                self._record(started, response.status, None, delay, stopped)
                if delay is None:
                    if self.config.options.retry is not None and not is_transient(response.status):
                        self.config.budget.release()
                    return response, request
                status, reason = response.status, str(response.status)
            self.emit("retry", status=status, attempt=len(self.attempts), delay=delay, detail=reason)
            yield Sleep(delay, self.config.clock)

    def _prepare(self, builder: RequestBuilder, source: AuthSource) -> Flow[HttpRequest]:
        if source.missing and not self.config.carries_credentials(builder):
            raise InvalidArgumentError(f"{self.operation.name}: {source.missing}")
        auth = source.static
        if auth is None:
            flow = source.obtain(self.deadline, self.config.options.on_event, self._refused)
            self._refused = None
            auth = yield from with_deadline(flow, self.deadline)
        self._auth = auth
        return self.config.build_request(self.operation, builder, auth, self.deadline)

    def _send(self, request: HttpRequest, send: Callable[[HttpRequest], Flow[A]]) -> Flow[A]:
        self._sending = True
        enabled = is_enabled(self.config.options.on_event)
        number = len(self.attempts) + 1
        if enabled:
            self.emit("request", attempt=number)
        started = self.config.clock.monotonic()
        response = yield from send(request)
        if enabled:
            size = len(response.content) if isinstance(response, HttpResponse) else None
            self.emit("response", status=response.status, attempt=number, elapsed=self._since(started), bytes=size)
        return response

    def _should_renew(self, status: int | None, source: AuthSource, builder: RequestBuilder) -> bool:
        """Return True, and drop the token, if a request with a new token may help: once per call, after a 401."""
        if status != 401 or not source.renewable or self._token_renewed:
            return False
        self._token_renewed = True
        self._refused = self._auth
        source.invalidate(self._auth)
        if not _available(builder.content):
            return False
        self._tries -= 1
        return True

    def _should_reconnect(self, error: TransportError, builder: RequestBuilder) -> bool:
        """Return True if a GET was sent while the server closed the idle connection: once per call.

        That is no sign of trouble, so it neither waits nor counts as a retry.
        """
        safe = self.operation.method in ("GET", "HEAD") and builder.content is None
        if not (safe and error.on_old_connection) or self._reconnected:
            return False
        self._reconnected = True
        self._tries -= 1
        return True

    def _next_delay(
        self, error: ClientError | None, status: int | None, headers: Headers, builder: RequestBuilder
    ) -> tuple[float | None, str]:
        """Return the seconds until the next attempt; or None and, after a transient failure, `Attempt.stopped`."""
        retry = self.config.options.retry
        if retry is None:
            return None, ""
        # A response that breaks off may succeed on a retry, whatever its status.
        if not (error.transient if isinstance(error, TransportError) else status is not None and is_transient(status)):
            return None, ""
        may_have_sent = self._sending and not (isinstance(error, TransportError) and not error.sent)
        if may_have_sent and not is_idempotent(self.operation):
            return None, "unsafe"
        if self._sending and not _available(builder.content):
            return None, "body"
        if self._tries >= retry.attempts:
            return None, "attempts"
        clock = self.config.clock
        delay = backoff(retry, self._tries, clock.random())
        requested = retry_after(headers, clock.wall)
        if requested is not None:
            if requested > retry.max_delay:
                return None, "retry-after"
            # Add the jitter, so that clients with the same Retry-After do not all return at the same time.
            delay = min(requested + delay, max(requested, retry.max_delay))
        if self.deadline is not None and delay >= self.deadline.remaining:
            return None, "deadline"
        if not self.config.budget.acquire(retry):
            return None, "budget"
        return delay, ""

    def emit(self, kind: EventKind, **more: Any) -> None:
        """Emit an event of this call."""
        operation = self.operation
        origin, base_path = split_base_url(self.config.base_url_of(operation))
        event = Event(
            kind=kind,
            operation=operation.name,
            call=self._number,
            method=operation.method,
            origin=origin,
            base_path=base_path,
            template=operation.path,
            **more,
        )
        emit(self.config.options.on_event, event)

    def _record(self, started: float, status: int | None, error: str | None, delay: float | None, stopped: str) -> None:
        self.attempts.append(Attempt(status, error, self._since(started), delay, stopped))

    def _since(self, started: float) -> float:
        return self.config.clock.monotonic() - started


def with_deadline(flow: Flow[T], deadline: Deadline | None) -> Flow[T]:
    """Run a flow, such as one that fetches a token, with the deadline of the call that needs it."""
    if deadline is None:
        return (yield from flow)
    try:
        effect = next(flow)
        while True:
            try:
                result = [(yield _limited(effect, deadline))]  # not the result itself, see `run_flow`
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(result.pop())
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
    outcomes = [" ".join(str(part) for part in (each.status, each.error) if part is not None) for each in attempts]
    return f"after {len(outcomes)} requests: {', '.join(outcomes)}"


# -- Rows of a response


@define(eq=False)
class RowStream:
    """Rows of an open response. Pass each chunk to `feed`, call `end` after the last one, and always `close` it.

    Do so within `reporting_end`, which emits the end event of the call.
    """

    response: StreamingResponse
    _call: Call
    _row: Any
    _options: ParseOptions
    _reader: RowReader | None = field(default=None, init=False, repr=False)
    _transcoder: Transcoder = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._transcoder = Transcoder(self._content_type)

    @property
    def _content_type(self) -> str:
        return Headers(self.response.raw_headers).get("content-type", "")

    @contextmanager
    def reporting_end(self) -> Generator[None]:
        """Emit the `success` or `failure` event at the end. Stopping before the last row is a success."""
        try:
            yield
        except GeneratorExit:
            self._call.succeed()
            raise
        except BaseException as error:
            self._call.fail_after_response(error)
            raise
        self._call.succeed()

    @property
    def close(self) -> Callable[[], Awaitable[None] | None]:
        """Function that releases or drops the connection; an async driver awaits its result."""
        return self.response.close

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """Yield the rows that this chunk completes. Raises DecodeError, ResponseTooLargeError."""
        with self._operation_in_errors():
            yield from self._ensure_reader(chunk).feed(self._transcoder.feed(chunk))

    def end(self) -> Iterator[Any]:
        """Yield the remaining rows. Raises DecodeError, ResponseTooLargeError."""
        with self._operation_in_errors():
            reader = self._ensure_reader(b"")
            yield from reader.feed(self._transcoder.feed(b"", final=True))
            yield from reader.end()

    def _ensure_reader(self, chunk: bytes) -> RowReader:
        if self._reader is None:
            from ..media.decoders import row_reader  # seldom needed

            row, options = self._row, self._options
            content_type = self._content_type
            wire, limit = options.wire_format(content_type), self._call.config.options.max_response_bytes
            try:
                self._reader = row_reader(wire, row, note=options.on_deviation, lenient=options.lenient, limit=limit)
            except InvalidArgumentError as error:
                found = f"{wire.upper()} ({content_type})" if content_type else wire.upper()
                raise DecodeError(
                    path="$", expected=format_type(GenericAlias(list, (row,))), found=found, raw=chunk
                ) from error
        return self._reader

    @contextmanager
    def _operation_in_errors(self) -> Generator[None]:
        try:
            yield
        except (DecodeError, ResponseTooLargeError) as error:
            error.operation, error.status = self._call.operation.name, self.response.status
            if isinstance(error, DecodeError):
                error.lenient = self._options.lenient
                error.found = hide(error.found, secret_parts(self._call.operation).sent(self.response.request))
            raise
