"""The request that begins a task: arguments checked, digest, sent once, and the outcome told apart."""

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
from ..expressions import ExpressionContext, UnresolvedExpressionError, as_text, evaluate, needs_response
from ..failpoints import failpoint
from ..journal.entry import JournalEntry, boot_id, full_key
from .reconcile import value_fingerprint

if TYPE_CHECKING:
    from ...config import CallOptions
    from ..task_registry import TaskRegistry


def request_digest(operation: str, draft: RequestBuilder, *, whole: bool, without: str | None = None) -> str:
    """The digest of a request but for one header. Its body is read if it must be `whole`.

    Raises:
        InvalidArgument: its body can be read only once, so that nothing would be left to send.
    """
    content_type = next((value for name, value in draft.headers if name.lower() == "content-type"), "")
    boundary = content_type.partition("boundary=")[2].encode()
    left_out = {"accept", "content-type", (without or "").lower()}
    headers = sorted([name.lower(), value] for name, value in draft.headers if name.lower() not in left_out)
    label = content_type.partition("; boundary=")[0]
    head = [operation, draft.path, draft.query, headers, draft.cookies, label]
    found = sha256(json.dumps(head, separators=(",", ":")).encode())
    for piece in _without(boundary, _body(draft.content, whole)):
        found.update(piece)
    return found.hexdigest()


def _body(content: bytes | StreamedBody | None, whole: bool) -> Iterable[bytes]:
    if content is None:
        return (b"none",)
    if isinstance(content, bytes):
        return (b"some", _sorted(content))
    if not whole:
        return (b"stream", str(content.length).encode())
    if content.asynchronous or not content.replayable:
        raise InvalidArgumentError(
            "key: the body can be read only once, so nobody could tell whether it is the same another time; "
            "give bytes, a path or a file"
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


def _without(boundary: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    if not boundary:
        yield from pieces
        return
    held = b""
    for piece in pieces:
        held = (held + piece).replace(boundary, b"")
        # The boundary may be cut in two.
        keep = len(boundary) - 1
        yield held[:-keep]
        held = held[-keep:]
    yield held


_MAX_KEY_LENGTH: Final = 200
_MIN_LEASE, _MAX_LEASE = 30.0, 300.0
"""Seconds for which a start may be under way before others may look after it."""


@frozen(eq=False)
class PreparedSubmission:
    """What a start sends, and what is kept of it."""

    submission: Submission[Any, Any]
    operation: Operation[Any]
    context: ExpressionContext
    draft: RequestBuilder = field(repr=False)
    entry: JournalEntry
    config: ClientConfig = field(repr=False)
    """The client's, with the options of the view through which it was called."""


def prepare(
    station: TaskRegistry,
    submit: Submission[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    choices: CallOptions | None = None,
) -> PreparedSubmission:
    """Check the arguments of a start.

    Raises:
        InvalidArgument: they do not fit.
    """
    if key is not None:
        _check_key(key)
    operation = submit.operation
    draft = encoder_for(operation).build(arguments, body)
    given = ExpressionContext(operation, arguments, body)
    start = uuid.uuid4().hex
    header = submit.idempotency_header
    sent = request_digest(operation.name, draft, whole=key is not None, without=header)
    if header is not None:
        if all(name.lower() != header.lower() for name, _ in draft.headers):
            draft.headers.append((header, start if key is None else _in_header(key)))
        operation = _once(operation)
    vendor, _, kind = submit.task_type.name.partition(".")
    setting = station.config
    entry = JournalEntry(
        key=full_key(vendor, station.account, setting.origin, start if key is None else key),
        vendor=vendor,
        task_type=kind,
        operation=operation.name,
        account=station.account,
        origin=setting.origin,
        digest=sent,
        start=start,
        key_given=key is not None,
        echo=_echo(submit, given, start),
        scope=_scope(submit, given),
        wall=setting.clock.wall(),
        boot=boot_id(),
    )
    seen = setting if choices is None else evolve(setting, options=choices)
    return PreparedSubmission(submit, operation, given, draft, entry, seen)


def lease_seconds(choices: CallOptions) -> float:
    """For how long a start may be under way before others look after it."""
    seconds = choices.deadline
    if seconds is None and choices.timeout is not None:
        steps = choices.timeout.as_dict().values()
        seconds = sum(_MAX_LEASE if step is None else step for step in steps)
    return min(max(_MIN_LEASE, _MAX_LEASE if seconds is None else seconds + 5.0), _MAX_LEASE)


def task_scope(prepared: PreparedSubmission, answer: HttpResponse) -> dict[str, str]:
    """What must be known to find the task again. What the answer should say of it and does not is left out."""
    scope = dict(prepared.entry.scope)
    given = evolve(prepared.context, response=answer)
    for name, expression in prepared.submission.scope.items():
        if needs_response(expression):
            try:
                value = as_text(evaluate(expression, given))
            except UnresolvedExpressionError:
                continue
            if value is not None:
                scope[name] = value
    return scope


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise InvalidArgumentError(f"key: expected str, got {type(key).__name__}")
    if not 0 < len(key) <= _MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidArgumentError(f"key: expected 1 to {_MAX_KEY_LENGTH} printable characters, got {key!r:.80}")


def _in_header(key: str) -> str:
    try:
        return header_value(key)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"key: {error}") from None


@cache
def _once(operation: Operation[Any]) -> Operation[Any]:
    """The operation as one that the server does once though it is asked twice, as it knows the key."""
    same = copy(operation)
    object.__setattr__(same, "idempotent", True)  # the class is frozen
    return same


def _echo(submit: Submission[Any, Any], given: ExpressionContext, start: str) -> tuple[tuple[str, str], ...]:
    if submit.reconcile is None:
        return ()
    try:
        return tuple(
            (match.item, value_fingerprint(evaluate(match.equals, given), start)) for match in submit.reconcile.match
        )
    except UnresolvedExpressionError:
        return ()  # an optional member that this request does not have: the task cannot be told from others


def _scope(submit: Submission[Any, Any], given: ExpressionContext) -> dict[str, str]:
    scope: dict[str, str] = {}
    for name, expression in submit.scope.items():
        if needs_response(expression):
            continue
        try:
            value = as_text(evaluate(expression, given))
        except UnresolvedExpressionError:
            value = None
        if value is None:
            raise InvalidArgumentError(f"{submit.operation.name}: {expression} is needed to find the task again")
        scope[name] = value
    return scope


_MAX_ATTEMPTS: Final = 2
"""How often what never left is sent again."""


class NoTaskIdError(ClientError):
    """The answer is one of success, and names no task."""


@define(eq=False)
class SubmitOutcome:
    """What is known of a request, whatever is raised."""

    may_have_begun: bool = False
    """Whether the server may have acted on it."""

    source_failed: bool = False
    """Whether an error that looks like one of sending is what the source of the body raised."""

    _read: bool = field(default=False, init=False)
    """Whether its body was asked for, so that part of it may have left."""

    def send(self, request: HttpRequest) -> TaskFlow[HttpResponse]:
        """Send it, and note what becomes of it."""
        failpoint("submit.sending")
        try:
            answer: HttpResponse = yield Send(request)
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
        self.may_have_begun |= not _refused(answer.status)
        return answer

    def tracked(self, content: bytes | StreamedBody | None) -> bytes | StreamedBody | None:
        """A body that tells when it is read."""
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
    setting: ClientConfig, prepared: PreparedSubmission, fate: SubmitOutcome, deadline: Deadline | None
) -> TaskFlow[tuple[str, HttpResponse, float]]:
    """Send a start; return the task's id, the answer, and when (monotonic) it was sent last.

    The deadline is that of the whole start, part of which may have passed.

    Raises:
        ApiError: the answer is not a success.
        TransportError: there is none.
        DecodeError: it is not what the API promises, and has no id.
        NoTask: it is, and has none.
    """
    call = start_call(setting, prepared.operation)
    call.deadline = deadline
    return (yield from call.run(_post(call, prepared, fate)))


def _post(call: Call, prepared: PreparedSubmission, fate: SubmitOutcome) -> TaskFlow[tuple[str, HttpResponse, float]]:
    draft, clock = prepared.draft, call.config.clock
    draft.content = fate.tracked(draft.content)
    retry = call.config.options.retry
    if prepared.submission.idempotency_header is None:
        # A PUT may be done twice, but each time it begins a task.
        call.config = evolve(call.config, options=evolve(call.config.options, retry=None))
    tries = 0
    while True:
        sent = clock.monotonic()
        try:
            answer, request = yield from call.send(draft, fate.send)
            break
        except TransportError as error:
            again = prepared.submission.idempotency_header is None and not fate.may_have_begun and error.transient
            if retry is None or not again or tries >= min(_MAX_ATTEMPTS, retry.attempts - 1):
                raise
            tries += 1
            delay = backoff(retry, tries, clock.random())
            late = call.deadline is not None and delay >= call.deadline.remaining
            if late or not call.config.budget.acquire(retry):
                raise
            call.emit("retry", attempt=len(call.attempts), delay=delay, detail=type(error).__name__)
            yield Sleep(delay, clock)
    seen = captured_responses.get()
    if seen is not None:
        seen.append(answer)
    return _id(prepared, answer, request, fate), answer, sent


def _id(prepared: PreparedSubmission, answer: HttpResponse, request: HttpRequest, fate: SubmitOutcome) -> str:
    submit, status = prepared.submission, answer.status
    good = status in submit.accepted if submit.accepted else 200 <= status <= 299
    known = parser_for(submit.operation)
    if good:
        try:
            found = as_text(evaluate(submit.id, evolve(prepared.context, response=answer)))
        except UnresolvedExpressionError:
            found = None
        if found is not None:
            return found
        try:
            known.parse(answer, request)
        except ApiError:
            fate.may_have_begun = False  # a failure that the API declares, in an answer of success
            raise
        raise NoTaskIdError(f"{submit.operation.name}: the answer ({status}) names no task")
    error = known.api_error(answer, request)
    if status == 409 and error.body is None:
        fate.may_have_begun = True  # it may contradict the task that it has begun
    raise error


def _refused(status: int) -> bool:
    return 400 <= status <= 499 and status != 408
