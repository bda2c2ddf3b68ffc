"""One poll: a request for a task, or for the pages of a list until all awaited tasks were found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from attrs import evolve, field, frozen

from ...effects import RunBlocking, Sleep, TaskFlow
from ...errors import ApiError, CallTimeoutError, ClientError, DecodeError, without_frames
from ...http_messages import Headers, HttpRequest, HttpResponse
from ...media.charset import to_utf8
from ...model import accepted_classes
from ...operation import Operation
from ...transport.call import fetch_response
from ...transport.config import ClientConfig
from ...transport.response_parser import parser_for
from ...transport.retry_policy import retry_after
from ..definition import DEFAULT_MAX_POLL_BYTES, FromList, StatusFilter, TaskType
from ..expressions import call_arguments
from ..snapshot import TaskRef
from ..state import Observation, parse_observation
from .list_page import ListPage, scan_list_page
from .policy import RateLimiter

LARGE_BODY: Final = 1024 * 1024
"""Body size in bytes from which a response is parsed in a thread."""


@frozen(eq=False, kw_only=True)
class PollRequest:
    """Description of one poll."""

    task_type: TaskType[Any, Any]
    ref: TaskRef
    """One of the tasks. All have its scope; its id matters only for a poll of a single task."""

    wanted: Mapping[str, bytes | None]
    """Ids of the awaited tasks, each with the JSON text last found."""

    filtered: bool = False
    """True to use the status filter of the list."""

    read_all_pages: bool = False
    """True to read all pages even if all awaited tasks were found."""

    timeout: float = 10.0
    """Timeout of each request, in seconds."""

    max_bytes: int = DEFAULT_MAX_POLL_BYTES
    """Maximum size of each response, in bytes."""

    until: float | None = None
    """Time of the monotonic clock at which the poll must end, because its leader's deadline passes."""

    throttle: RateLimiter = field(factory=lambda: RateLimiter(None))


@frozen(eq=False, kw_only=True)
class PollResult:
    """Outcome of one poll."""

    found: Mapping[str, tuple[bytes, Observation | None]]
    """Tasks by id: the JSON text and its parsed form, None if the text is unchanged."""

    complete: bool = False
    """True if the poll proves that an awaited task that was not found is missing."""

    gap: str = ""
    """Reason why the list may contain an awaited task that was not found, if no error ended the poll."""

    keys: Collection[str] | None = None
    """Ids of all tasks in the list; None if not all pages were read without a filter."""

    pages: int = 0
    """Number of requests sent."""

    bytes: int = 0
    """Size of the responses."""

    retry_after: float | None = None
    """`Retry-After` of the server, in seconds."""

    error: Exception | None = None
    """Error that ended the poll early."""

    interrupted: bool = False
    """True if the poll ended early only because its leader's deadline passed."""


def poll_tasks(config: ClientConfig, request: PollRequest) -> TaskFlow[PollResult]:
    """Poll once. Errors are in `PollResult.error`; they are not raised."""
    source = request.task_type.poll
    if isinstance(source, FromList):
        return (yield from _poll_list(config, request, source))
    clock = config.clock
    found: dict[str, tuple[bytes, Observation | None]] = {}
    response = None
    requests = 0
    try:
        request_config = _request_config(config, request)
        requests = 1
        response, sent = yield from fetch_response(
            request_config, source.call.operation, call_arguments(source.call, request.ref), None
        )
        found = yield RunBlocking(_parse_item(request, response, sent), heavy=len(response.content) > LARGE_BODY)
    except Exception as error:
        delay = _retry_delay(config, request, error if response is None else response)
        interrupted = _is_interrupted(error, request, clock.monotonic())
        return PollResult(
            found={},
            pages=requests,
            retry_after=delay,
            error=_kept(error),
            interrupted=interrupted,
            bytes=_size(response),
        )
    return PollResult(
        found=found,
        complete=True,
        pages=requests,
        retry_after=_retry_delay(config, request, response),
        bytes=len(response.content),
    )


def _parse_item(request: PollRequest, response: HttpResponse, sent: HttpRequest) -> Any:
    def parse() -> dict[str, tuple[bytes, Observation | None]]:
        parser_for(request.task_type.poll.call.operation).check(response, sent)
        found = _json_object(to_utf8(response.content, response.content_type))
        return {
            key: (found, None if found == before else parse_observation(request.task_type, found))
            for key, before in request.wanted.items()
        }

    return parse


def _json_object(content: bytes) -> bytes:
    text = content.strip(b" \t\r\n")
    if text[:1] != b"{":
        found = "markup" if text[:1] == b"<" else "something else" if text else "no content"
        raise DecodeError(path="$", expected="object", found=found, raw=content)
    return text


def _poll_list(config: ClientConfig, request: PollRequest, source: FromList) -> TaskFlow[PollResult]:
    clock = config.clock
    found: dict[str, tuple[bytes, Observation | None]] = {}
    missing = set(request.wanted)
    keys: list[str] = []
    tokens: set[str] = set()
    token: str | None = None
    requests = size = unnamed = 0
    delay: float | None = None
    error: Exception | None = None
    at_end = interrupted = False
    gap = ""
    while True:
        response = None
        try:
            if requests:
                wait = request.throttle.next_page_at - clock.monotonic()
                if wait > 0:
                    if request.until is not None and clock.monotonic() + wait >= request.until:
                        interrupted = True
                        break
                    yield Sleep(wait, clock)
                request.throttle.record_request(clock.monotonic())
            given = call_arguments(source.call, request.ref, page_arguments(source, token, filtered=request.filtered))
            requests += 1
            request_config = _request_config(config, request)
            response, sent = yield from fetch_response(request_config, source.call.operation, given, None)
            size += len(response.content)
            delay = _longer(delay, _retry_delay(config, request, response))
            parse = RunBlocking(
                _parse_page(request, source, response, sent, missing), heavy=len(response.content) > LARGE_BODY
            )
            page, observations = yield parse
        except Exception as failure:
            error = _kept(failure)
            interrupted = _is_interrupted(failure, request, clock.monotonic())
            if response is None:
                delay = _longer(delay, _retry_delay(config, request, failure))
            break
        found |= observations
        missing -= observations.keys()
        keys.extend(page.keys)
        unnamed += page.unnamed
        token = page.token
        if token is None:
            at_end = True
            break
        if not missing and not request.read_all_pages:
            break
        if token in tokens or source.pages is None:
            gap = "the token of its next page repeats"
            break
        if requests >= source.pages.max_pages:
            gap = f"it has more than {requests} pages, the maximum of the spec (poll.pages.max)"
            break
        tokens.add(token)
    if unnamed:
        gap = f"{unnamed} of its items have no readable id"
    whole = at_end and not unnamed
    return PollResult(
        found=found,
        complete=whole or not missing,
        gap=gap,
        keys=keys if whole and not request.filtered else None,
        pages=requests,
        bytes=size,
        retry_after=delay,
        error=error,
        interrupted=interrupted,
    )


def _parse_page(
    request: PollRequest, source: FromList, response: HttpResponse, sent: HttpRequest, missing: Collection[str]
) -> Any:
    pages = source.pages

    def parse() -> tuple[ListPage, dict[str, tuple[bytes, Observation | None]]]:
        parser_for(source.call.operation).check(response, sent)
        page = scan_list_page(
            to_utf8(response.content, response.content_type),
            items=source.items,
            key=source.key,
            wanted=missing,
            token=None if pages is None else pages.token,
            seen=cast("Mapping[str, bytes]", request.wanted),  # None equals no task's bytes
            id_text=source.id_text,
        )
        wanted = request.wanted
        return page, {
            key: (raw, None if raw == wanted[key] else parse_observation(request.task_type, raw))
            for key, raw in page.found.items()
        }

    return parse


def page_arguments(source: FromList, token: str | None, *, filtered: bool = False) -> dict[str, object]:
    """Return the arguments that request one page of a list; the first page has no token."""
    more: dict[str, object] = {}
    if source.pages is not None:
        if source.pages.size is not None:
            name, length = source.pages.size
            more[name] = length
        if token is not None:
            more[source.pages.parameter] = token
    if filtered and source.filter is not None:
        more[source.filter.parameter] = _filter_value(source.call.operation, source.filter)
    return more


def _filter_value(operation: Operation[Any], status_filter: StatusFilter) -> object:
    """Return the words of a filter, or the only one if its parameter takes a single value."""
    hints = [each.type for each in operation.parameters if each.name == status_filter.parameter]
    several = any(list in accepted_classes(hint) for hint in hints)
    return list(status_filter.words) if several else status_filter.words[0]


def _request_config(config: ClientConfig, request: PollRequest) -> ClientConfig:
    """Return the client's config with the limits of a poll in place of those of a call.

    Raises:
        CallTimeoutError: `until` has passed.
    """
    seconds = request.timeout
    if request.until is not None:
        left = request.until - config.clock.monotonic()
        if left <= 0:
            raise CallTimeoutError(
                f"{request.task_type.name}: the deadline passed before the poll was sent; wait again with more time",
                sent=False,
            )
        seconds = min(seconds, left)
    return poll_config(config, seconds, request.max_bytes)


def poll_config(config: ClientConfig, seconds: float, max_bytes: int) -> ClientConfig:
    """Return the client's config for a poll: JSON, limits of its own, no retry.

    `lenient` is off, because it applies to the task's model only (see `TaskState.decode`); the state of a task is
    always parsed leniently.
    """
    options = evolve(
        config.options,
        deadline=seconds,
        retry=None,
        media_type=None,
        lenient=False,
        max_response_bytes=max_bytes,
    )
    return evolve(config, options=options, limiting_option="PollPolicy.max_bytes")


def _is_interrupted(error: Exception, request: PollRequest, now: float) -> bool:
    return isinstance(error, CallTimeoutError) and request.until is not None and now >= request.until - 0.05


def _retry_delay(config: ClientConfig, request: PollRequest, outcome: HttpResponse | Exception) -> float | None:
    if not request.task_type.timing.retry_after:
        return None
    headers = outcome.headers if isinstance(outcome, HttpResponse | ApiError) else Headers()
    return retry_after(headers, config.clock.wall)


def _longer(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)


def _kept(error: Exception) -> Exception:
    """Return an error as `PollResult` keeps it; a bug keeps its frames."""
    return without_frames(error) if isinstance(error, ClientError) else error


def _size(response: HttpResponse | None) -> int:
    return 0 if response is None else len(response.content)
