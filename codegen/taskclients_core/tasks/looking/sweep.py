"""One look at tasks: a request, or a page after the other of a list until all that are awaited were seen.

There is no retry loop in it: a look that fails is no news, and the next one comes soon enough. Nor does it raise: what
was seen before something failed was seen all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

from attrs import evolve, field, frozen

from ...errors import ApiError, DecodeError, TimedOut
from ...exchange.again import retry_after
from ...exchange.effects import Sleep
from ...exchange.flow import fetch
from ...exchange.setting import Setting
from ...headers import Headers
from ...messages import Answer
from ..calls import arguments
from ..definition import Kind, Listed
from ..effects import Flow, Work
from ..ref import Ref
from ..state import items
from ..state.reading import Reading, read
from .throttle import Throttle

HEAVY: Final = 1024 * 1024
"""Bytes from which on an answer is taken apart in a thread."""


@frozen(eq=False, kw_only=True)
class Look:
    """What to ask."""

    kind: Kind[Any, Any]
    ref: Ref
    """One of the tasks: its scope is that of all, its id counts where a task has an address of its own."""

    wanted: Mapping[str, bytes | None]
    """Ids, each with the task as it was seen last."""

    narrowed: bool = False
    """Whether to filter by phase."""

    to_the_end: bool = False
    """Whether to read all pages, although all that are wanted were seen."""

    seconds: float = 10.0
    """For each request."""

    until: float | None = None
    """When it must be over, by the monotonic clock, as nobody is there any more to go on."""

    throttle: Throttle = field(factory=lambda: Throttle(None))


@frozen(eq=False, kw_only=True)
class Sweep:
    """What was seen."""

    found: Mapping[str, tuple[bytes, Reading | None]]
    """Tasks by id: as they are shown, and what that says; None where they are shown as before."""

    complete: bool = False
    """Whether a wanted task that was not found is not there."""

    keys: Collection[str] | None = None
    """Ids of all tasks there are, if everything was read."""

    pages: int = 0
    """Requests that were sent."""

    bytes: int = 0
    delay: float | None = None
    """Seconds that the server wants to be left alone."""

    error: Exception | None = None
    """What ended it early."""

    cut: bool = False
    """Whether that was only that nobody had the time to go on."""


def sweep(setting: Setting, look: Look) -> Flow[Sweep]:
    """Look once."""
    observe = look.kind.observe
    if isinstance(observe, Listed):
        return (yield from _list(setting, look, observe))
    clock = setting.clock
    found: dict[str, tuple[bytes, Reading | None]] = {}
    answer = None
    asked = 0
    try:
        limited = _limited(setting, look, observe.max_bytes)
        asked = 1
        answer = yield from fetch(limited, observe.call.operation, arguments(observe.call, look.ref), None)
        found = yield Work(_single(look, answer.content), heavy=len(answer.content) > HEAVY)
    except Exception as error:
        delay = _delay(setting, look, error if answer is None else answer)
        cut = _cut(error, look, clock.monotonic())
        return Sweep(found={}, pages=asked, delay=delay, error=error, cut=cut, bytes=_size(answer))
    return Sweep(
        found=found, complete=True, pages=asked, delay=_delay(setting, look, answer), bytes=len(answer.content)
    )


def _single(look: Look, content: bytes) -> Any:
    def work() -> dict[str, tuple[bytes, Reading | None]]:
        found = _object(content)
        return {
            key: (found, None if found == before else read(look.kind, found)) for key, before in look.wanted.items()
        }

    return work


def _object(content: bytes) -> bytes:
    text = content.strip(b" \t\r\n")
    if text[:1] != b"{":
        found = "markup" if text[:1] == b"<" else "something else" if text else "no content"
        raise DecodeError(path="$", expected="object", found=found, raw=content)
    return text


def _list(setting: Setting, look: Look, observe: Listed) -> Flow[Sweep]:
    clock = setting.clock
    found: dict[str, tuple[bytes, Reading | None]] = {}
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
                wait = look.throttle.page_at - clock.monotonic()
                if wait > 0:
                    if look.until is not None and clock.monotonic() + wait >= look.until:
                        cut = True
                        break
                    yield Sleep(wait, clock)
                look.throttle.sent(clock.monotonic())
            given = arguments(observe.call, look.ref, page_arguments(observe, token, narrowed=look.narrowed))
            asked += 1
            limited = _limited(setting, look, observe.max_bytes)
            answer = yield from fetch(limited, observe.call.operation, given, None)
            size += len(answer.content)
            delay = _longest(delay, _delay(setting, look, answer))
            work = Work(_page(look, observe, answer.content, missing), heavy=len(answer.content) > HEAVY)
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
        if not missing and not look.to_the_end:
            break
        if token in tokens or observe.pages is None or asked >= observe.pages.most:
            # A list that goes round in circles, or on and on, proves nothing about what it did not show.
            break
        tokens.add(token)
    whole = through and not unnamed
    return Sweep(
        found=found,
        complete=whole or not missing,
        keys=keys if whole and not look.narrowed else None,
        pages=asked,
        bytes=size,
        delay=delay,
        error=error,
        cut=cut,
    )


def _page(look: Look, observe: Listed, content: bytes, missing: Collection[str]) -> Any:
    pages = observe.pages

    def work() -> tuple[items.Page, dict[str, tuple[bytes, Reading | None]]]:
        page = items.extract(
            content,
            items=observe.items,
            key=observe.key,
            wanted=missing,
            token=None if pages is None else pages.token,
            seen=cast("Mapping[str, bytes]", look.wanted),  # None is no task either
        )
        wanted = look.wanted
        return page, {
            key: (raw, None if raw == wanted[key] else read(look.kind, raw)) for key, raw in page.found.items()
        }

    return work


def page_arguments(observe: Listed, token: str | None, *, narrowed: bool = False) -> dict[str, object]:
    """What asks for one page of a list: the first one without a token."""
    more: dict[str, object] = {}
    if observe.pages is not None:
        if observe.pages.size is not None:
            name, length = observe.pages.size
            more[name] = length
        if token is not None:
            more[observe.pages.parameter] = token
    if narrowed and observe.narrow is not None:
        more[observe.narrow.parameter] = list(observe.narrow.words)
    return more


def _limited(setting: Setting, look: Look, max_bytes: int) -> Setting:
    """The client's setting with the limits of a look in place of those of a call.

    Raises:
        TimedOut: there is no time left.
    """
    seconds = look.seconds
    if look.until is not None:
        left = look.until - setting.clock.monotonic()
        if left <= 0:
            raise TimedOut(f"{look.kind.name}: no time is left for a look", sent=False)
        seconds = min(seconds, left)
    return for_a_look(setting, seconds, max_bytes)


def for_a_look(setting: Setting, seconds: float, max_bytes: int) -> Setting:
    """A client's setting for a request that looks at tasks: in JSON, with limits of its own, sent once.

    What a task shows of its state is always read as forgivingly as can be; `lenient` is for its model (see the record).
    """
    choices = evolve(
        setting.choices,
        deadline=seconds,
        retry=None,
        media_type=None,
        lenient=False,
        max_response_bytes=max_bytes,
    )
    return evolve(setting, choices=choices)


def _cut(error: Exception, look: Look, now: float) -> bool:
    return isinstance(error, TimedOut) and look.until is not None and now >= look.until - 0.05


def _delay(setting: Setting, look: Look, told: Answer | Exception) -> float | None:
    if not look.kind.timing.retry_after:
        return None
    headers = told.headers if isinstance(told, Answer | ApiError) else Headers()
    return retry_after(headers, setting.clock.wall)


def _longest(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)


def _size(answer: Answer | None) -> int:
    return 0 if answer is None else len(answer.content)
