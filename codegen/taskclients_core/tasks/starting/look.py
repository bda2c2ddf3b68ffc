"""Reconciliation: find the task of a start whose outcome is unknown in the list of tasks.

A task is recognised by what it repeats of its request. It is adopted only if the spec says that no other task can
repeat the same (`unique: true`), if it is the only match in a complete list, and if it was not listed before the start.
Else the caller decides, and gets the matches as candidates.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import field, frozen

from ...exchange.deadline import Deadline
from ...exchange.flow import fetch
from ...exchange.setting import Setting
from ...json_pointer import MISSING, resolve
from ..calls import arguments
from ..definition import Listed, Reconcile, Submit
from ..effects import Flow, Work
from ..journal.entry import MOST_SEEN, Entry, fingerprint
from ..looking.sweep import for_a_look, page_arguments
from ..ref import Ref
from .expressions import Number, as_text, loads

if TYPE_CHECKING:
    from ..station import Station

_SKEW: Final = 300.0
"""Seconds by which clocks may differ."""

_MOST_CANDIDATES: Final = 20
_HEAVY: Final = 64 * 1024
"""Bytes from which on a page is searched in a thread: about 5 ms of work."""

_MANY: Final = 500
"""Ids from which on they are digested in a thread: less than 1 ms of work."""

_STEP: Final = 256
"""Items of a page between two looks at the deadline."""


@frozen
class Seen:
    """A task in the list."""

    id: str
    created: float | None
    """Time of creation in seconds since 1970, if the list shows it."""


@frozen
class Shown:
    """Matches in the list."""

    matches: Mapping[str, Mapping[Seen, None]] = field(factory=dict[str, Mapping[Seen, None]])
    """By the key of an entry, the tasks that repeat its request, in the order of the list."""

    complete: bool = False
    """True if the whole list was read."""


Filter: TypeAlias = Literal["none", "listed-before", "created"]
"""Which matches were left out of the candidates: those listed before the start, those created before it, or none."""


@frozen
class Verdict:
    """Outcome of a search."""

    own: str | None = None
    """Id of the task, if it was found."""

    candidates: tuple[str, ...] = ()
    """Ids of tasks that may be it, the latest first; at most 20."""

    total: int | None = None
    """Number of tasks that may be it; None if the list could not be read."""

    filtered: Filter = "none"


def can_look(submit: Submit[Any, Any], entry: Entry) -> bool:
    """Return True if there is a list, and something to recognise the task by."""
    known = isinstance(submit.kind.observe, Listed) and submit.reconcile is not None
    return known and all(name in entry.scope for name in submit.scope)


def mark(value: object, salt: str) -> str:
    """A fingerprint of a JSON value. Equal are those that are equal to JSON: 1 and 1.0, but not 1 and true."""
    return fingerprint(json.dumps(_plain(value), sort_keys=True, separators=(",", ":")), salt)


def _plain(value: object) -> object:
    if isinstance(value, Number):
        value = float(value) if any(sign in value for sign in ".eE") else int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return None if value is MISSING else value


def before(
    station: Station, submit: Submit[Any, Any], entry: Entry, deadline: Deadline | None
) -> Flow[tuple[str, ...] | None]:
    """Return digests of the ids that are listed before a start; None if they are unknown.

    The list is requested only where that can lead to an adoption. Otherwise the board's last snapshot serves, if there
    is one: the digests only shorten the list of candidates.
    """
    if not can_look(submit, entry) or submit.reconcile is None:
        return None
    ids = station.snapshot(submit.kind, entry.scope)
    if ids is None or len(ids) > MOST_SEEN:
        if not submit.reconcile.unique:
            return None
        shown = yield from look(station, submit, [entry], deadline)
        if shown is None or not shown.complete:
            return None
        ids = [seen.id for seen in shown.matches[entry.key]]
    if len(ids) > MOST_SEEN:
        return None
    work = Work(lambda: tuple(fingerprint(each) for each in ids), heavy=len(ids) > _MANY)
    digests: tuple[str, ...] = yield work
    return digests


def look(
    station: Station, submit: Submit[Any, Any], entries: Sequence[Entry], deadline: Deadline | None = None
) -> Flow[Shown | None]:
    """Read the list once for entries of one kind and scope; None if it cannot be read, or not before the deadline."""
    observe, reconcile = submit.kind.observe, submit.reconcile
    if not isinstance(observe, Listed) or reconcile is None:
        return None
    first = entries[0]
    ref = Ref(first.vendor, first.kind, "", first.scope)
    matches: dict[str, dict[Seen, None]] = {entry.key: {} for entry in entries}
    tokens: set[str] = set()
    token: str | None = None
    for _ in range(1 if observe.pages is None else observe.pages.most):
        if deadline is not None and deadline.passed:
            return None
        try:
            given = arguments(observe.call, ref, page_arguments(observe, token))
            setting = _limited(station, observe, deadline)
            answer = yield from fetch(setting, observe.call.operation, given, None)
        except Exception:
            return None
        work = _reading(observe, reconcile, answer.content, entries, deadline)
        page = yield Work(work, heavy=len(answer.content) > _HEAVY)
        if page is None:
            return None
        token = cast("str | None", page[0])
        found: Mapping[str, Mapping[Seen, None]] = page[1]
        for key, seen in found.items():
            matches[key] |= seen
        if token is None or observe.pages is None:
            return Shown(matches, complete=True)
        if token in tokens:
            break
        tokens.add(token)
    return Shown(matches, complete=False)


def _limited(station: Station, observe: Listed, deadline: Deadline | None) -> Setting:
    setting = station.setting
    bounds = (station.poll.attempt_timeout, setting.choices.deadline, None if deadline is None else deadline.left)
    return for_a_look(setting, min(seconds for seconds in bounds if seconds is not None), observe.max_bytes)


def _reading(
    observe: Listed, reconcile: Reconcile, content: bytes, entries: Sequence[Entry], deadline: Deadline | None
) -> Callable[[], Any]:
    def work() -> tuple[str | None, dict[str, dict[Seen, None]]] | None:
        page = loads(content)
        items = resolve(page, observe.items)
        if not isinstance(items, list):
            return None
        token = resolve(page, observe.pages.token) if observe.pages is not None else None
        found: dict[str, dict[Seen, None]] = {entry.key: {} for entry in entries}
        for number, item in enumerate(cast("list[object]", items)):
            if number % _STEP == 0 and deadline is not None and deadline.passed:
                return None
            name = as_text(resolve(item, observe.key))
            if name is None:
                return None  # it may be the one
            for entry in entries:
                if all(mark(resolve(item, at), entry.start) == expected for at, expected in entry.echo):
                    found[entry.key][Seen(name, _created(item, reconcile))] = None
        return (token if isinstance(token, str) and token else None), found

    return work


def _created(item: object, reconcile: Reconcile) -> float | None:
    text = None if reconcile.created is None else resolve(item, reconcile.created)
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.timestamp()


def judge(submit: Submit[Any, Any], entries: Sequence[Entry], shown: Shown | None) -> Flow[dict[str, Verdict]]:
    """Decide, by the keys of entries, which task each of them began."""
    if shown is None or submit.reconcile is None:
        return {entry.key: Verdict() for entry in entries}
    reconcile, many = submit.reconcile, sum(map(len, shown.matches.values())) > _MANY
    work = Work(lambda: {entry.key: _judged(reconcile, entry, shown) for entry in entries}, heavy=many)
    verdicts: dict[str, Verdict] = yield work
    return verdicts


def _judged(reconcile: Reconcile, entry: Entry, shown: Shown) -> Verdict:
    matches = shown.matches[entry.key]
    filtered: Filter = "none"
    if entry.baseline is not None:
        known, filtered = frozenset(entry.baseline), "listed-before"
        new = [seen for seen in matches if fingerprint(seen.id) not in known]
    else:
        if reconcile.created is not None:
            filtered = "created"
        new = [seen for seen in matches if seen.created is None or seen.created > entry.wall - _SKEW]
    certain = reconcile.unique and bool(entry.echo) and shown.complete
    own = new[0].id if certain and len(matches) == 1 and len(new) == 1 else None
    # Where the list shows no times, its end counts as the latest.
    order = sorted(((-inf if seen.created is None else seen.created, at) for at, seen in enumerate(new)), reverse=True)
    return Verdict(own, tuple(new[at].id for _, at in order[:_MOST_CANDIDATES]), len(new), filtered)
