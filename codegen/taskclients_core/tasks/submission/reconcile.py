"""Search of a list for the task of a submission whose outcome is unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import field, frozen

from ...deadline import Deadline
from ...effects import RunBlocking, TaskFlow
from ...json_pointer import MISSING, resolve
from ...transport.call import fetch_response
from ...transport.config import ClientConfig
from ..definition import FromList, ReconcileRule, Submission
from ..expressions import NumberText, as_text, call_arguments, load_json
from ..journal.entry import MAX_BASELINE, JournalEntry, fingerprint
from ..polling.poll_request import page_arguments, poll_config
from ..snapshot import TaskRef

if TYPE_CHECKING:
    from ..task_registry import TaskRegistry

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
class ListedTask:
    """A task in the list."""

    id: str
    created: float | None
    """Time of creation in seconds since 1970, if the list shows it."""


@frozen
class Candidates:
    """Matches in the list."""

    matches: Mapping[str, Mapping[ListedTask, None]] = field(factory=dict[str, Mapping[ListedTask, None]])
    """By the key of an entry, the tasks that repeat its request, in the order of the list."""

    complete: bool = False
    """True if the whole list was read."""


Filter: TypeAlias = Literal["none", "listed-before", "created"]
"""Which matches were left out of the candidates: those listed before the start, those created before it, or none."""


@frozen
class ReconcileResult:
    """Outcome of a search."""

    own: str | None = None
    """Id of the task, if it was found."""

    candidates: tuple[str, ...] = ()
    """Ids of tasks that may be it, the latest first; at most 20."""

    total: int | None = None
    """Number of tasks that may be it; None if the list could not be read."""

    filtered: Filter = "none"


def can_reconcile(submit: Submission[Any, Any], entry: JournalEntry) -> bool:
    """Return True if there is a list, and something to recognise the task by."""
    known = isinstance(submit.task_type.poll, FromList) and submit.reconcile is not None
    return known and all(name in entry.scope for name in submit.scope)


def value_fingerprint(value: object, salt: str) -> str:
    """A fingerprint of a JSON value. Equal are those that are equal to JSON: 1 and 1.0, but not 1 and true."""
    return fingerprint(json.dumps(_plain(value), sort_keys=True, separators=(",", ":")), salt)


def _plain(value: object) -> object:
    if isinstance(value, NumberText):
        value = float(value) if any(sign in value for sign in ".eE") else int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return None if value is MISSING else value


def list_baseline(
    station: TaskRegistry, submit: Submission[Any, Any], entry: JournalEntry, deadline: Deadline | None
) -> TaskFlow[tuple[str, ...] | None]:
    """Return digests of the ids that are listed before a start; None if they are unknown.

    The list is requested only where that can lead to an adoption. Otherwise the board's last snapshot serves, if there
    is one: the digests only shorten the list of candidates.
    """
    if not can_reconcile(submit, entry) or submit.reconcile is None:
        return None
    ids = station.listed_ids(submit.task_type, entry.scope)
    if ids is None or len(ids) > MAX_BASELINE:
        if not submit.reconcile.unique:
            return None
        shown = yield from list_candidates(station, submit, [entry], deadline)
        if shown is None or not shown.complete:
            return None
        ids = [seen.id for seen in shown.matches[entry.key]]
    if len(ids) > MAX_BASELINE:
        return None
    work = RunBlocking(lambda: tuple(fingerprint(each) for each in ids), heavy=len(ids) > _MANY)
    digests: tuple[str, ...] = yield work
    return digests


def list_candidates(
    station: TaskRegistry,
    submit: Submission[Any, Any],
    entries: Sequence[JournalEntry],
    deadline: Deadline | None = None,
) -> TaskFlow[Candidates | None]:
    """Read the list once for entries of one kind and scope; None if it cannot be read, or not before the deadline."""
    observe, reconcile = submit.task_type.poll, submit.reconcile
    if not isinstance(observe, FromList) or reconcile is None:
        return None
    first = entries[0]
    ref = TaskRef(first.vendor, first.task_type, "", first.scope)
    matches: dict[str, dict[ListedTask, None]] = {entry.key: {} for entry in entries}
    tokens: set[str] = set()
    token: str | None = None
    for _ in range(1 if observe.pages is None else observe.pages.max_pages):
        if deadline is not None and deadline.expired:
            return None
        try:
            given = call_arguments(observe.call, ref, page_arguments(observe, token))
            setting = _limited(station, observe, deadline)
            answer = yield from fetch_response(setting, observe.call.operation, given, None)
        except Exception:
            return None
        work = _reading(observe, reconcile, answer.content, entries, deadline)
        page = yield RunBlocking(work, heavy=len(answer.content) > _HEAVY)
        if page is None:
            return None
        token = cast("str | None", page[0])
        found: Mapping[str, Mapping[ListedTask, None]] = page[1]
        for key, seen in found.items():
            matches[key] |= seen
        if token is None or observe.pages is None:
            return Candidates(matches, complete=True)
        if token in tokens:
            break
        tokens.add(token)
    return Candidates(matches, complete=False)


def _limited(station: TaskRegistry, observe: FromList, deadline: Deadline | None) -> ClientConfig:
    setting = station.config
    bounds = (station.poll.attempt_timeout, setting.options.deadline, None if deadline is None else deadline.remaining)
    return poll_config(setting, min(seconds for seconds in bounds if seconds is not None), observe.max_bytes)


def _reading(
    observe: FromList,
    reconcile: ReconcileRule,
    content: bytes,
    entries: Sequence[JournalEntry],
    deadline: Deadline | None,
) -> Callable[[], Any]:
    def work() -> tuple[str | None, dict[str, dict[ListedTask, None]]] | None:
        page = load_json(content)
        items = resolve(page, observe.items)
        if not isinstance(items, list):
            return None
        token = resolve(page, observe.pages.token) if observe.pages is not None else None
        found: dict[str, dict[ListedTask, None]] = {entry.key: {} for entry in entries}
        for number, item in enumerate(cast("list[object]", items)):
            if number % _STEP == 0 and deadline is not None and deadline.expired:
                return None
            name = as_text(resolve(item, observe.key))
            if name is None:
                return None  # it may be the one
            for entry in entries:
                if all(value_fingerprint(resolve(item, at), entry.start) == expected for at, expected in entry.echo):
                    found[entry.key][ListedTask(name, _created(item, reconcile))] = None
        return (token if isinstance(token, str) and token else None), found

    return work


def _created(item: object, reconcile: ReconcileRule) -> float | None:
    text = None if reconcile.created is None else resolve(item, reconcile.created)
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.timestamp()


def pick_candidate(
    submit: Submission[Any, Any], entries: Sequence[JournalEntry], shown: Candidates | None
) -> TaskFlow[dict[str, ReconcileResult]]:
    """Decide, by the keys of entries, which task each of them began."""
    if shown is None or submit.reconcile is None:
        return {entry.key: ReconcileResult() for entry in entries}
    reconcile, many = submit.reconcile, sum(map(len, shown.matches.values())) > _MANY
    work = RunBlocking(lambda: {entry.key: _judged(reconcile, entry, shown) for entry in entries}, heavy=many)
    verdicts: dict[str, ReconcileResult] = yield work
    return verdicts


def _judged(reconcile: ReconcileRule, entry: JournalEntry, shown: Candidates) -> ReconcileResult:
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
    return ReconcileResult(own, tuple(new[at].id for _, at in order[:_MOST_CANDIDATES]), len(new), filtered)
