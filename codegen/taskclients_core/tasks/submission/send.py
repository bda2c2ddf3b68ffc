"""The request that begins a task: check the arguments, compute the digest, send at most once, classify the outcome."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from attrs import define, evolve, field, frozen

from ...deadline import Deadline
from ...effects import Send, Sleep, TaskFlow
from ...errors import ApiError, ClientClosedError, ClientError, InvalidArgumentError, TransportError
from ...events import captured_responses
from ...http_messages import HttpRequest, HttpResponse, StreamedBody
from ...operation import Operation
from ...request.encoder import RequestBuilder, encoder_for
from ...request.styles import header_value
from ...transport.call import Call, start_call
from ...transport.config import ClientConfig
from ...transport.response_parser import parser_for
from ...transport.retry_policy import backoff
from ..definition import Submission
from ..expressions import (
    MAX_ID_LENGTH,
    ExpressionContext,
    UnresolvedExpressionError,
    as_text,
    evaluate,
    needs_response,
)
from ..failpoints import failpoint
from ..journal.entry import JournalEntry, boot_id, full_key
from .reconcile import value_fingerprint

if TYPE_CHECKING:
    from ...config import CallOptions
    from ..task_registry import TaskRegistry


# -- Digest of a request


def request_digest(operation: str, builder: RequestBuilder, *, whole: bool, without: str | None = None) -> str:
    """Return the digest of a request, to compare submissions under one key.

    Args:
        operation: Name of the operation.
        builder: The request.
        whole: True to include the content of a streamed body, not only its length.
        without: Header to leave out.

    Raises:
        InvalidArgumentError: `whole` is True and the body can be read only once.
    """
    sent = (*builder.headers, *builder.defaults)
    content_type = next((value for name, value in sent if name.lower() == "content-type"), "")
    left_out = {"accept", "content-type", (without or "").lower()}
    headers = sorted([name.lower(), value] for name, value in builder.headers if name.lower() not in left_out)
    label = content_type.partition("; boundary=")[0]
    head = [operation, builder.path, builder.query, headers, builder.cookies, label]
    hasher = sha256(json.dumps(head, separators=(",", ":")).encode())
    for part in _without_boundary(builder.boundary.encode(), _body(builder.content, whole)):
        hasher.update(part)
    return hasher.hexdigest()


def _body(content: bytes | StreamedBody | None, whole: bool) -> Iterable[bytes]:
    if content is None:
        return (b"none",)
    if isinstance(content, bytes):
        return (b"some", _sorted(content))
    if not whole:
        return (b"stream", str(content.length).encode())
    if content.asynchronous or not content.replayable:
        raise InvalidArgumentError(
            "idempotency_key: the body can be read only once, so it cannot be compared with a later submission; "
            "pass bytes, a path or a file"
        )
    return content.open()


def _sorted(content: bytes) -> bytes:
    if content[:1] not in (b"{", b"["):
        return content
    try:
        value: Any = json.loads(content)
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return content


def _without_boundary(boundary: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    if not boundary:
        yield from parts
        return
    buffer = b""
    for part in parts:
        buffer = (buffer + part).replace(boundary, b"")
        # The boundary may span two parts.
        keep = len(boundary) - 1
        yield buffer[:-keep]
        buffer = buffer[-keep:]
    yield buffer


# -- Checks before the request


_MAX_KEY_LENGTH: Final = 200
_MIN_LEASE, _MAX_LEASE = 30.0, 300.0
"""Minimum and maximum seconds for which the lease of a submission in progress keeps other processes away."""


@frozen(eq=False)
class PreparedSubmission:
    """Checked submission: the request to send and the journal entry for it."""

    submission: Submission[Any, Any]
    operation: Operation[Any]
    context: ExpressionContext
    builder: RequestBuilder = field(repr=False)
    entry: JournalEntry
    config: ClientConfig = field(repr=False)
    """Config of the client, with the options of the client view that was called."""

    recognised: bool
    """True if the server recognises a repetition of the request, so that it may be sent again."""

    def renewed(self) -> PreparedSubmission:
        """Return the submission with another value of its idempotency header.

        For the value that was sent before, the server would return the task that failed.
        """
        header = (self.submission.idempotency_header or "").lower()
        headers = [(name, self.entry.start if name.lower() == header else text) for name, text in self.builder.headers]
        return evolve(self, builder=evolve(self.builder, headers=headers))


def prepare(
    registry: TaskRegistry,
    submission: Submission[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    options: CallOptions | None = None,
) -> PreparedSubmission:
    """Check the arguments of a submission and build its request.

    Raises:
        InvalidArgumentError: an argument, the body or the key is invalid.
    """
    if key is not None:
        _check_key(key)
    operation = submission.operation
    builder = encoder_for(operation).build(arguments, body)
    context = ExpressionContext(operation, arguments, body)
    start = uuid.uuid4().hex
    header = submission.idempotency_header
    sent = request_digest(operation.name, builder, whole=key is not None, without=header)
    if header is not None and all(name.lower() != header.lower() for name, _ in builder.headers):
        builder.headers.append((header, start if key is None else _in_header(key)))
    recognised = header is not None or _has_client_id(submission, context)
    if recognised:
        operation = _as_idempotent(operation)
    vendor, _, task_type = submission.task_type.name.partition(".")
    config = registry.config
    entry = JournalEntry(
        key=full_key(vendor, registry.account, config.origin, start if key is None else key),
        vendor=vendor,
        task_type=task_type,
        operation=operation.name,
        account=registry.account,
        origin=config.origin,
        digest=sent,
        start=start,
        key_given=key is not None,
        echo=_echo(submission, context, start),
        scope=_scope(submission, context),
        wall=config.clock.wall(),
        boot=boot_id(),
    )
    config_used = config if options is None else evolve(config, options=options)
    return PreparedSubmission(submission, operation, context, builder, entry, config_used, recognised)


def lease_seconds(options: CallOptions) -> float:
    """Return the seconds for which the lease of a submission in progress lasts."""
    seconds = options.deadline
    if seconds is None and options.timeout is not None:
        steps = options.timeout.as_dict().values()
        seconds = sum(_MAX_LEASE if step is None else step for step in steps)
    return min(max(_MIN_LEASE, _MAX_LEASE if seconds is None else seconds + 5.0), _MAX_LEASE)


def task_scope(prepared: PreparedSubmission, response: HttpResponse) -> dict[str, str]:
    """Return the scope of the task. Values that the response lacks are left out."""
    scope = dict(prepared.entry.scope)
    context = evolve(prepared.context, response=response)
    for name, expression in prepared.submission.scope.items():
        if needs_response(expression):
            try:
                value = as_text(evaluate(expression, context))
            except UnresolvedExpressionError:
                continue
            if value is not None:
                scope[name] = value
    return scope


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise InvalidArgumentError(f"idempotency_key: expected str, got {type(key).__name__}")
    if not 0 < len(key) <= _MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidArgumentError(
            f"idempotency_key: expected 1 to {_MAX_KEY_LENGTH} printable characters, got {key!r:.80}"
        )


def _in_header(key: str) -> str:
    try:
        return header_value(key)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"idempotency_key: {error}") from None


@cache
def _as_idempotent(operation: Operation[Any]) -> Operation[Any]:
    """Return the operation marked as idempotent: the server recognises the repeated key."""
    same = copy(operation)
    object.__setattr__(same, "idempotent", True)  # the class is frozen
    return same


def _has_client_id(submission: Submission[Any, Any], context: ExpressionContext) -> bool:
    try:
        return submission.client_id is not None and as_text(evaluate(submission.client_id, context)) is not None
    except UnresolvedExpressionError:
        return False  # the caller left out the optional member


def _echo(submission: Submission[Any, Any], context: ExpressionContext, start: str) -> tuple[tuple[str, str], ...]:
    if submission.reconcile is None:
        return ()
    try:
        return tuple(
            (match.item, value_fingerprint(evaluate(match.equals, context), start))
            for match in submission.reconcile.match
        )
    except UnresolvedExpressionError:
        return ()  # the request lacks an optional member, so its task cannot be recognised


def _scope(submission: Submission[Any, Any], context: ExpressionContext) -> dict[str, str]:
    scope: dict[str, str] = {}
    for name, expression in submission.scope.items():
        if needs_response(expression):
            continue
        try:
            value = as_text(evaluate(expression, context))
        except UnresolvedExpressionError:
            value = None
        if value is None:
            raise InvalidArgumentError(
                f"{submission.operation.name}: {expression} is needed to find the task again; pass it"
            )
        scope[name] = value
    return scope


# -- The request


_MAX_ATTEMPTS: Final = 2
"""Maximum number of retries of a request that was provably not sent."""


class NoTaskIdError(ClientError):
    """A successful response without the id of a task."""


@define(eq=False)
class SubmitOutcome:
    """Outcome of a submission request, valid even when `send` raises."""

    may_have_begun: bool = False
    """True if the server may have acted on the request."""

    source_failed: bool = False
    """True if the caller's own source of the body raised the error."""

    _read: bool = field(default=False, init=False)
    """True if the body was read, so that part of it may have been sent."""

    def send(self, request: HttpRequest) -> TaskFlow[HttpResponse]:
        """Send the request and record the outcome."""
        failpoint("submit.sending")
        try:
            response: HttpResponse = yield Send(request)
        except TransportError as error:
            self.source_failed = isinstance(request.content, StreamedBody) and request.content.is_source_error(error)
            self.may_have_begun |= error.sent or self.source_failed
            raise
        except (ClientClosedError, InvalidArgumentError) as error:
            self.may_have_begun |= isinstance(error, InvalidArgumentError) and self._read
            raise
        except BaseException:
            self.may_have_begun = True
            raise
        failpoint("submit.responded")
        self.may_have_begun |= not _refused(response.status)
        return response

    def tracked(self, content: bytes | StreamedBody | None) -> bytes | StreamedBody | None:
        """Return a body that records when it is read."""
        if not isinstance(content, StreamedBody):
            return content

        def opened() -> Any:
            self._read = True
            return content.open()

        def opened_async() -> Any:
            self._read = True
            return content.open_async()

        return evolve(content, open=opened, open_async=opened_async)


def send_submission(
    config: ClientConfig, prepared: PreparedSubmission, outcome: SubmitOutcome, deadline: Deadline | None
) -> TaskFlow[tuple[str, HttpResponse, float]]:
    """Send a submission; return the task's id, the response, and the monotonic time of the last attempt.

    `deadline` is that of the whole submission, part of which may have passed.

    Raises:
        ApiError: the response is not a success.
        TransportError: no response arrived.
        DecodeError: the response does not match the spec and has no id.
        NoTaskIdError: the response matches the spec and has no id.
    """
    call = start_call(config, prepared.operation)
    call.deadline = deadline
    return (yield from call.run(_send_until_known(call, prepared, outcome)))


def _send_until_known(
    call: Call, prepared: PreparedSubmission, outcome: SubmitOutcome
) -> TaskFlow[tuple[str, HttpResponse, float]]:
    builder, clock = prepared.builder, call.config.clock
    builder.content = outcome.tracked(builder.content)
    retry = call.config.options.retry
    if not prepared.recognised:
        # Even an idempotent method begins a task each time, so the transport must not retry.
        call.config = evolve(call.config, options=evolve(call.config.options, retry=None))
    tries = 0
    while True:
        sent = clock.monotonic()
        try:
            response, request = yield from call.send(builder, outcome.send)
            break
        except TransportError as error:
            can_resend = not prepared.recognised and not outcome.may_have_begun and error.transient
            if retry is None or not can_resend or tries >= min(_MAX_ATTEMPTS, retry.attempts - 1):
                raise
            tries += 1
            delay = backoff(retry, tries, clock.random())
            too_late = call.deadline is not None and delay >= call.deadline.remaining
            if too_late or not call.config.budget.acquire(retry):
                raise
            call.emit("retry", attempt=len(call.attempts), delay=delay, detail=type(error).__name__)
            yield Sleep(delay, clock)
    config_used = captured_responses.get()
    if config_used is not None:
        config_used.append(response)
    return _task_id(prepared, response, request, outcome), response, sent


def _task_id(prepared: PreparedSubmission, response: HttpResponse, request: HttpRequest, outcome: SubmitOutcome) -> str:
    submission, status = prepared.submission, response.status
    success = status in submission.accepted if submission.accepted else 200 <= status <= 299
    parser = parser_for(submission.operation)
    if success:
        try:
            task_id = as_text(evaluate(submission.id, evolve(prepared.context, response=response)))
        except UnresolvedExpressionError:
            task_id = None
        # An id of the response proves that the task was begun; one of the request does not.
        if task_id is not None and needs_response(submission.id):
            return submission.task_type.id_text(task_id)
        try:
            parser.check(response, request) if task_id is not None else parser.parse(response, request)
        except ApiError:
            outcome.may_have_begun = False  # an error that the API declares in a response with a success status
            raise
        if task_id is None:
            message = f"the response ({status}) has no task id of 1 to {MAX_ID_LENGTH} characters"
            raise NoTaskIdError(f"{submission.operation.name}: {message}")
        return submission.task_type.id_text(task_id)
    error = parser.api_error(response, request)
    if status == 409 and error.body is None:
        outcome.may_have_begun = True  # the conflict may be with the task that this very request began
    raise error


def _refused(status: int) -> bool:
    return 400 <= status <= 499 and status != 408
