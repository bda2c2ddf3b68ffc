"""One poll: a request for a task, or for the pages of a list until all awaited tasks were seen."""

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
from ...headers import Headers
from ...http_messages import HttpResponse
from ...transport.call import fetch_response
from ...transport.config import ClientConfig
from ...transport.retry_policy import retry_after
from ..definition import FromList, TaskType
from ..expressions import call_arguments
from ..snapshot import TaskRef
from ..state import Observation, parse_observation
from .policy import RateLimiter

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})
_UNFIT: Final = (msgspec.DecodeError, UnicodeDecodeError)
_ABSENT: Final = msgspec.Raw(b"")
_DIGITS: Final = frozenset(b"-0123456789")


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer shows of the awaited tasks."""

    found: dict[str, bytes]
    """By id, the task as it is written there; the first one, if several have that id."""

    token: str | None = None
    """Of the next page."""

    count: int = 0
    """How many items there are, awaited or not."""

    repeated: tuple[str, ...] = ()
    """Ids of awaited tasks that more than one item has."""

    keys: tuple[str, ...] = ()
    """Ids of all items that have one that can be read, in the order of the list."""

    unnamed: int = 0
    """How many items have no id that can be read. Any of them may be an awaited task: not to see one proves nothing."""


def scan_list_page(
    content: bytes,
    *,
    items: str,
    key: str,
    wanted: Collection[str],
    token: str | None = None,
    seen: Mapping[str, bytes] = _NOTHING,
) -> ListPage:
    """Find tasks in a list.

    Args:
        content: The answer's body.
        items: Pointer to the array.
        key: Pointer inside an item to its id. Text is compared exactly, a number as it is written.
        wanted: Ids, best as a set.
        token: Pointer to the token of the next page.
        seen: Tasks as they were seen before. One that is the same byte for byte is not checked again.

    Raises:
        DecodeError: the answer, its envelope or an awaited task is not what it must be.
    """
    ids = frozenset(wanted) if isinstance(wanted, Sequence) else wanted
    return cast(
        "ListPage",
        codec.decode_with(partial(_scan_page, items=items, key=key, ids=ids, token=token, seen=seen), content),
    )


def _scan_page(
    text: bytes, *, items: str, key: str, ids: Collection[str], token: str | None, seen: Mapping[str, bytes]
) -> ListPage:
    answer = _Envelope(text)
    place = json_pointer.parse(items)
    array = answer.array(place)
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
                    raise mismatch.under(index, *reversed(place)) from None
            found[name] = item
    return ListPage(
        found=found,
        token=None if token is None else answer.token(json_pointer.parse(token)),
        count=len(array),
        repeated=tuple(repeated),
        keys=tuple(keys),
        unnamed=len(array) - len(keys),
    )


class _Envelope:
    """What is around the items: opened only where something is looked for, and each part once."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._objects: dict[tuple[str, ...], dict[str, msgspec.Raw]] = {}

    def array(self, place: tuple[str, ...]) -> list[msgspec.Raw]:
        """The array at a place. Raises Mismatch if it is none."""
        raw = self._at(place)
        if raw is None:
            raise Mismatch("a required member", "nothing").under(*reversed(place))
        try:
            return items_of(raw)
        except _UNFIT as error:
            raise _misfit("array", raw, error).under(*reversed(place)) from None

    def token(self, place: tuple[str, ...]) -> str | None:
        """The text at a place; None if it is missing, null or empty. Raises Mismatch if it is something else."""
        if not self._text.lstrip().startswith(b"{"):
            return None
        raw: bytes | msgspec.Raw = b""
        for depth in range(1, len(place) + 1):
            raw = self._at(place[:depth]) or b"null"
            if bytes(raw) == b"null":
                return None
        try:
            return msgspec.json.decode(raw, type=str) or None
        except _UNFIT as error:
            raise _misfit("str | null", raw, error).under(*reversed(place)) from None

    def _at(self, place: tuple[str, ...]) -> bytes | msgspec.Raw | None:
        return self._members(place[:-1]).get(place[-1]) if place else self._text

    def _members(self, place: tuple[str, ...]) -> dict[str, msgspec.Raw]:
        if place not in self._objects:
            raw = self._at(place)
            if raw is None:
                raise Mismatch("a required member", "nothing").under(*reversed(place))
            try:
                self._objects[place] = members_of(raw)
            except _UNFIT as error:
                raise _misfit("object", raw, error).under(*reversed(place)) from None
        return self._objects[place]


def _misfit(expected: str, raw: bytes | msgspec.Raw, error: Exception) -> Mismatch:
    if isinstance(error, msgspec.ValidationError):
        try:
            return json_mismatch(expected, bytes(raw))
        except _UNFIT:  # it is not even JSON, further on
            return Mismatch("JSON", "malformed text")
    return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: "))


def _id(raw: msgspec.Raw, names: tuple[str, ...]) -> str | None:
    try:
        for name in names:
            raw = _member(name)(raw)
        return _text(bytes(raw))
    except _UNFIT:
        return None


@lru_cache(64)
def _member(name: str) -> Callable[[msgspec.Raw], msgspec.Raw]:
    """What takes one member out of an object, three times as quick as a dict of all."""
    if '"' in name or "\\" in name or not name.isprintable():  # names that msgspec does not take
        return lambda raw: members_of(raw).get(name, _ABSENT)
    one = msgspec.defstruct("One", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
    decode = msgspec.json.Decoder(one).decode
    return lambda raw: cast("Any", decode(raw)).value


def _text(raw: bytes) -> str | None:
    if raw[:1] == b'"':
        return msgspec.json.decode(raw, type=str) if b"\\" in raw else raw[1:-1].decode()
    return raw.decode("ascii") if raw and raw[0] in _DIGITS else None


LARGE_BODY: Final = 1024 * 1024
"""Bytes from which on an answer is taken apart in a thread."""


@frozen(eq=False, kw_only=True)
class PollRequest:
    """What to ask."""

    task_type: TaskType[Any, Any]
    ref: TaskRef
    """One of the tasks: its scope is that of all, its id counts where a task has an address of its own."""

    wanted: Mapping[str, bytes | None]
    """Ids, each with the task as it was seen last."""

    filtered: bool = False
    """Whether to filter by phase."""

    read_all_pages: bool = False
    """Whether to read all pages, although all that are wanted were seen."""

    timeout: float = 10.0
    """For each request."""

    until: float | None = None
    """When it must be over, by the monotonic clock, as nobody is there any more to go on."""

    throttle: RateLimiter = field(factory=lambda: RateLimiter(None))


@frozen(eq=False, kw_only=True)
class PollResult:
    """What was seen."""

    found: Mapping[str, tuple[bytes, Observation | None]]
    """Tasks by id: as they are shown, and what that says; None where they are shown as before."""

    complete: bool = False
    """Whether a wanted task that was not found is not there."""

    keys: Collection[str] | None = None
    """Ids of all tasks there are, if everything was read."""

    pages: int = 0
    """Requests that were sent."""

    bytes: int = 0
    retry_after: float | None = None
    """Seconds that the server wants to be left alone."""

    error: Exception | None = None
    """What ended it early."""

    interrupted: bool = False
    """Whether that was only that nobody had the time to go on."""


def poll_tasks(setting: ClientConfig, look: PollRequest) -> TaskFlow[PollResult]:
    """Look once."""
    observe = look.task_type.poll
    if isinstance(observe, FromList):
        return (yield from _list(setting, look, observe))
    clock = setting.clock
    found: dict[str, tuple[bytes, Observation | None]] = {}
    answer = None
    asked = 0
    try:
        limited = _limited(setting, look, observe.max_bytes)
        asked = 1
        answer = yield from fetch_response(
            limited, observe.call.operation, call_arguments(observe.call, look.ref), None
        )
        found = yield RunBlocking(_single(look, answer.content), heavy=len(answer.content) > LARGE_BODY)
    except Exception as error:
        delay = _delay(setting, look, error if answer is None else answer)
        cut = _cut(error, look, clock.monotonic())
        return PollResult(found={}, pages=asked, retry_after=delay, error=error, interrupted=cut, bytes=_size(answer))
    return PollResult(
        found=found, complete=True, pages=asked, retry_after=_delay(setting, look, answer), bytes=len(answer.content)
    )


def _single(look: PollRequest, content: bytes) -> Any:
    def work() -> dict[str, tuple[bytes, Observation | None]]:
        found = _object(content)
        return {
            key: (found, None if found == before else parse_observation(look.task_type, found))
            for key, before in look.wanted.items()
        }

    return work


def _object(content: bytes) -> bytes:
    text = content.strip(b" \t\r\n")
    if text[:1] != b"{":
        found = "markup" if text[:1] == b"<" else "something else" if text else "no content"
        raise DecodeError(path="$", expected="object", found=found, raw=content)
    return text


def _list(setting: ClientConfig, look: PollRequest, observe: FromList) -> TaskFlow[PollResult]:
    clock = setting.clock
    found: dict[str, tuple[bytes, Observation | None]] = {}
    missing = set(look.wanted)
    keys: list[str] = []
    tokens: set[str] = set()
    token: str | None = None
    asked = size = unnamed = 0
    delay: float | None = None
    error: Exception | None = None
    through = cut = False
    while True:
        answer = None
        try:
            if asked:
                wait = look.throttle.next_page_at - clock.monotonic()
                if wait > 0:
                    if look.until is not None and clock.monotonic() + wait >= look.until:
                        cut = True
                        break
                    yield Sleep(wait, clock)
                look.throttle.record_request(clock.monotonic())
            given = call_arguments(observe.call, look.ref, page_arguments(observe, token, narrowed=look.filtered))
            asked += 1
            limited = _limited(setting, look, observe.max_bytes)
            answer = yield from fetch_response(limited, observe.call.operation, given, None)
            size += len(answer.content)
            delay = _longest(delay, _delay(setting, look, answer))
            work = RunBlocking(_page(look, observe, answer.content, missing), heavy=len(answer.content) > LARGE_BODY)
            page, readings = yield work
        except Exception as failure:
            error = failure
            cut = _cut(failure, look, clock.monotonic())
            if answer is None:
                delay = _longest(delay, _delay(setting, look, failure))
            break
        found |= readings
        missing -= readings.keys()
        keys.extend(page.keys)
        unnamed += page.unnamed
        token = page.token
        if token is None:
            through = True
            break
        if not missing and not look.read_all_pages:
            break
        if token in tokens or observe.pages is None or asked >= observe.pages.max_pages:
            # A list that goes round in circles, or on and on, proves nothing about what it did not show.
            break
        tokens.add(token)
    whole = through and not unnamed
    return PollResult(
        found=found,
        complete=whole or not missing,
        keys=keys if whole and not look.filtered else None,
        pages=asked,
        bytes=size,
        retry_after=delay,
        error=error,
        interrupted=cut,
    )


def _page(look: PollRequest, observe: FromList, content: bytes, missing: Collection[str]) -> Any:
    pages = observe.pages

    def work() -> tuple[ListPage, dict[str, tuple[bytes, Observation | None]]]:
        page = scan_list_page(
            content,
            items=observe.items,
            key=observe.key,
            wanted=missing,
            token=None if pages is None else pages.token,
            seen=cast("Mapping[str, bytes]", look.wanted),  # None is no task either
        )
        wanted = look.wanted
        return page, {
            key: (raw, None if raw == wanted[key] else parse_observation(look.task_type, raw))
            for key, raw in page.found.items()
        }

    return work


def page_arguments(observe: FromList, token: str | None, *, narrowed: bool = False) -> dict[str, object]:
    """What asks for one page of a list: the first one without a token."""
    more: dict[str, object] = {}
    if observe.pages is not None:
        if observe.pages.size is not None:
            name, length = observe.pages.size
            more[name] = length
        if token is not None:
            more[observe.pages.parameter] = token
    if narrowed and observe.filter is not None:
        more[observe.filter.parameter] = list(observe.filter.words)
    return more


def _limited(setting: ClientConfig, look: PollRequest, max_bytes: int) -> ClientConfig:
    """The client's setting with the limits of a look in place of those of a call.

    Raises:
        TimedOut: there is no time left.
    """
    seconds = look.timeout
    if look.until is not None:
        left = look.until - setting.clock.monotonic()
        if left <= 0:
            raise CallTimeoutError(f"{look.task_type.name}: no time is left for a look", sent=False)
        seconds = min(seconds, left)
    return poll_config(setting, seconds, max_bytes)


def poll_config(setting: ClientConfig, seconds: float, max_bytes: int) -> ClientConfig:
    """A client's setting for a request that looks at tasks: in JSON, with limits of its own, sent once.

    What a task shows of its state is always read as forgivingly as can be; `lenient` is for its model (see the record).
    """
    choices = evolve(
        setting.options,
        deadline=seconds,
        retry=None,
        media_type=None,
        lenient=False,
        max_response_bytes=max_bytes,
    )
    return evolve(setting, options=choices)


def _cut(error: Exception, look: PollRequest, now: float) -> bool:
    return isinstance(error, CallTimeoutError) and look.until is not None and now >= look.until - 0.05


def _delay(setting: ClientConfig, look: PollRequest, told: HttpResponse | Exception) -> float | None:
    if not look.task_type.timing.retry_after:
        return None
    headers = told.headers if isinstance(told, HttpResponse | ApiError) else Headers()
    return retry_after(headers, setting.clock.wall)


def _longest(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)


def _size(answer: HttpResponse | None) -> int:
    return 0 if answer is None else len(answer.content)
