"""One poll: a request for a task, or for the pages of a list until all awaited tasks were found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec
from attrs import evolve, field, frozen

from ... import codec, json_pointer
from ...codec.mismatch import Mismatch, items_of, json_mismatch, members_of
from ...effects import RunBlocking, Sleep, TaskFlow
from ...errors import ApiError, CallTimeoutError, DecodeError
from ...http_messages import Headers, HttpResponse
from ...transport.call import fetch_response
from ...transport.config import ClientConfig
from ...transport.retry_policy import retry_after
from ..definition import FromList, TaskType
from ..expressions import call_arguments
from ..snapshot import TaskRef
from ..state import Observation, parse_observation
from .policy import RateLimiter

_NO_TASKS: Final[Mapping[str, bytes]] = MappingProxyType({})
_DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError)
_ABSENT: Final = msgspec.Raw(b"")
_DIGITS: Final = frozenset(b"-0123456789")


# -- Search of a page


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """Awaited tasks in one response of a list."""

    found: dict[str, bytes]
    """JSON text of each task by id; the first one if several have the same id."""

    token: str | None = None
    """Token of the next page; None at the end."""

    count: int = 0
    """Number of items, awaited or not."""

    repeated: tuple[str, ...] = ()
    """Ids of awaited tasks that occur more than once."""

    keys: tuple[str, ...] = ()
    """Ids of all items with a readable id, in list order."""

    unnamed: int = 0
    """Number of items without a readable id. Each may be an awaited task, so the page cannot prove a task missing."""


def scan_list_page(
    content: bytes,
    *,
    items: str,
    key: str,
    wanted: Collection[str],
    token: str | None = None,
    seen: Mapping[str, bytes] = _NO_TASKS,
) -> ListPage:
    """Find tasks in a list.

    Args:
        content: Body of the response.
        items: Pointer to the array.
        key: Pointer inside an item to its id. Text is compared exactly, a number as it is written.
        wanted: Ids to find, preferably a set.
        token: Pointer to the token of the next page.
        seen: Tasks as they were last found. A task with the same bytes is not validated again.

    Raises:
        DecodeError: the response, its envelope or an awaited task is invalid.
    """
    ids = frozenset(wanted) if isinstance(wanted, Sequence) else wanted
    return cast(
        "ListPage",
        codec.decode_with(partial(_scan_page, items=items, key=key, ids=ids, token=token, seen=seen), content),
    )


def _scan_page(
    text: bytes, *, items: str, key: str, ids: Collection[str], token: str | None, seen: Mapping[str, bytes]
) -> ListPage:
    response = _Envelope(text)
    path = json_pointer.parse(items)
    array = response.array(path)
    names = json_pointer.parse(key)
    check = codec.get_compiler().reader(Any)
    found: dict[str, bytes] = {}
    repeated: dict[str, None] = {}
    keys: list[str] = []
    for index, raw in enumerate(array):
        name = _id(raw, names)
        if name is None:
            continue
        keys.append(name)
        if name in ids:
            if name in found:
                repeated[name] = None
                continue
            item = bytes(raw)
            if seen.get(name) != item:
                try:
                    check(item)
                except Mismatch as mismatch:
                    raise mismatch.under(index, *reversed(path)) from None
            found[name] = item
    return ListPage(
        found=found,
        token=None if token is None else response.token(json_pointer.parse(token)),
        count=len(array),
        repeated=tuple(repeated),
        keys=tuple(keys),
        unnamed=len(array) - len(keys),
    )


class _Envelope:
    """Objects around the items, parsed on demand and once each."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._objects: dict[tuple[str, ...], dict[str, msgspec.Raw]] = {}

    def array(self, path: tuple[str, ...]) -> list[msgspec.Raw]:
        """Return the array at a path. Raises Mismatch if there is none."""
        raw = self._at(path)
        if raw is None:
            raise Mismatch("a required member", "nothing").under(*reversed(path))
        try:
            return items_of(raw)
        except _DECODE_ERRORS as error:
            raise _mismatch("array", raw, error).under(*reversed(path)) from None

    def token(self, path: tuple[str, ...]) -> str | None:
        """Return the text at a path; None if it is missing, null or empty. Raises Mismatch for another type."""
        if not self._text.lstrip().startswith(b"{"):
            return None
        raw: bytes | msgspec.Raw = b""
        for depth in range(1, len(path) + 1):
            raw = self._at(path[:depth]) or b"null"
            if bytes(raw) == b"null":
                return None
        try:
            return msgspec.json.decode(raw, type=str) or None
        except _DECODE_ERRORS as error:
            raise _mismatch("str | null", raw, error).under(*reversed(path)) from None

    def _at(self, path: tuple[str, ...]) -> bytes | msgspec.Raw | None:
        return self._members(path[:-1]).get(path[-1]) if path else self._text

    def _members(self, path: tuple[str, ...]) -> dict[str, msgspec.Raw]:
        if path not in self._objects:
            raw = self._at(path)
            if raw is None:
                raise Mismatch("a required member", "nothing").under(*reversed(path))
            try:
                self._objects[path] = members_of(raw)
            except _DECODE_ERRORS as error:
                raise _mismatch("object", raw, error).under(*reversed(path)) from None
        return self._objects[path]


def _mismatch(expected: str, raw: bytes | msgspec.Raw, error: Exception) -> Mismatch:
    if isinstance(error, msgspec.ValidationError):
        try:
            return json_mismatch(expected, bytes(raw))
        except _DECODE_ERRORS:  # the rest of the text is not JSON
            return Mismatch("JSON", "malformed text")
    return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: "))


def _id(raw: msgspec.Raw, names: tuple[str, ...]) -> str | None:
    try:
        for name in names:
            raw = _member(name)(raw)
        return _text(bytes(raw))
    except _DECODE_ERRORS:
        return None


@lru_cache(64)
def _member(name: str) -> Callable[[msgspec.Raw], msgspec.Raw]:
    """Return a function that extracts one member of an object, three times as fast as decoding all members."""
    if '"' in name or "\\" in name or not name.isprintable():  # names that msgspec does not accept
        return lambda raw: members_of(raw).get(name, _ABSENT)
    one = msgspec.defstruct("One", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
    decode = msgspec.json.Decoder(one).decode
    return lambda raw: cast("Any", decode(raw)).value


def _text(raw: bytes) -> str | None:
    if raw[:1] == b'"':
        return msgspec.json.decode(raw, type=str) if b"\\" in raw else raw[1:-1].decode()
    return raw.decode("ascii") if raw and raw[0] in _DIGITS else None


# -- Requests of a poll


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
        request_config = _request_config(config, request, source.max_bytes)
        requests = 1
        response = yield from fetch_response(
            request_config, source.call.operation, call_arguments(source.call, request.ref), None
        )
        found = yield RunBlocking(_parse_item(request, response.content), heavy=len(response.content) > LARGE_BODY)
    except Exception as error:
        delay = _retry_delay(config, request, error if response is None else response)
        interrupted = _is_interrupted(error, request, clock.monotonic())
        return PollResult(
            found={}, pages=requests, retry_after=delay, error=error, interrupted=interrupted, bytes=_size(response)
        )
    return PollResult(
        found=found,
        complete=True,
        pages=requests,
        retry_after=_retry_delay(config, request, response),
        bytes=len(response.content),
    )


def _parse_item(request: PollRequest, content: bytes) -> Any:
    def parse() -> dict[str, tuple[bytes, Observation | None]]:
        found = _json_object(content)
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
            request_config = _request_config(config, request, source.max_bytes)
            response = yield from fetch_response(request_config, source.call.operation, given, None)
            size += len(response.content)
            delay = _longer(delay, _retry_delay(config, request, response))
            parse = RunBlocking(
                _parse_page(request, source, response.content, missing), heavy=len(response.content) > LARGE_BODY
            )
            page, observations = yield parse
        except Exception as failure:
            error = failure
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
        if token in tokens or source.pages is None or requests >= source.pages.max_pages:
            # A repeated token, or too many pages: the list cannot prove a task missing.
            break
        tokens.add(token)
    whole = at_end and not unnamed
    return PollResult(
        found=found,
        complete=whole or not missing,
        keys=keys if whole and not request.filtered else None,
        pages=requests,
        bytes=size,
        retry_after=delay,
        error=error,
        interrupted=interrupted,
    )


def _parse_page(request: PollRequest, source: FromList, content: bytes, missing: Collection[str]) -> Any:
    pages = source.pages

    def parse() -> tuple[ListPage, dict[str, tuple[bytes, Observation | None]]]:
        page = scan_list_page(
            content,
            items=source.items,
            key=source.key,
            wanted=missing,
            token=None if pages is None else pages.token,
            seen=cast("Mapping[str, bytes]", request.wanted),  # None equals no task's bytes
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
        more[source.filter.parameter] = list(source.filter.words)
    return more


def _request_config(config: ClientConfig, request: PollRequest, max_bytes: int) -> ClientConfig:
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
    return poll_config(config, seconds, max_bytes)


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
    return evolve(config, options=options)


def _is_interrupted(error: Exception, request: PollRequest, now: float) -> bool:
    return isinstance(error, CallTimeoutError) and request.until is not None and now >= request.until - 0.05


def _retry_delay(config: ClientConfig, request: PollRequest, outcome: HttpResponse | Exception) -> float | None:
    if not request.task_type.timing.retry_after:
        return None
    headers = outcome.headers if isinstance(outcome, HttpResponse | ApiError) else Headers()
    return retry_after(headers, config.clock.wall)


def _longer(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)


def _size(response: HttpResponse | None) -> int:
    return 0 if response is None else len(response.content)
