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
from ...http_messages import HttpResponse
from ...json_pointer import MISSING, resolve
from ...transport.call import fetch_response
from ...transport.config import ClientConfig
from ...transport.response_parser import parser_for
from ..definition import FromList, ReconcileRule, Submission
from ..expressions import NumberText, as_text, call_arguments, load_json
from ..journal.entry import MAX_BASELINE, JournalEntry, fingerprint
from ..polling.policy import first_set
from ..polling.poll_request import page_arguments, poll_config
from ..snapshot import TaskRef

if TYPE_CHECKING:
    from ..task_registry import TaskRegistry

_SKEW: Final = 300.0
"""Seconds by which clocks may differ."""

_MOST_CANDIDATES: Final = 20
_HEAVY: Final = 64 * 1024
"""Page size in bytes from which a page is searched in a thread: about 5 ms of work."""

_MANY: Final = 500
"""Number of ids from which they are hashed in a thread: about 1 ms of work."""

_STEP: Final = 256
"""Items of a page between two checks of the deadline."""


@frozen
class ListedTask:
    """Task in the list."""

    id: str
    created: float | None
    """Time of creation in seconds since 1970, if the list shows it."""


@frozen
class Candidates:
    """Matching tasks of one read of the list."""

    matches: Mapping[str, Mapping[ListedTask, None]] = field(factory=dict[str, Mapping[ListedTask, None]])
    """By the key of an entry, the tasks that repeat its request, in list order."""

    complete: bool = False
    """True if the whole list was read."""


Filter: TypeAlias = Literal["none", "listed-before", "created"]
"""Matches left out of the candidates: those listed before the submission, those created before it, or none."""


@frozen
class ReconcileResult:
    """Outcome of a search."""

    own: str | None = None
    """Id of the submission's task; None if it was not found for certain."""

    candidates: tuple[str, ...] = ()
    """Ids of tasks that the request may have begun, newest first; at most 20."""

    total: int | None = None
    """Number of tasks that the request may have begun; None if the list could not be read."""

    filtered: Filter = "none"


def can_reconcile(submission: Submission[Any, Any], entry: JournalEntry) -> bool:
    """Return True if the spec declares a list and a rule to recognise the task in it."""
    known = isinstance(submission.task_type.poll, FromList) and submission.reconcile is not None
    return known and all(name in entry.scope for name in submission.scope)


def value_fingerprint(value: object, salt: str) -> str:
    """Return a fingerprint of a JSON value. Values equal as JSON have the same one: 1 and 1.0, but not 1 and true."""
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
    registry: TaskRegistry, submission: Submission[Any, Any], entry: JournalEntry, deadline: Deadline | None
) -> TaskFlow[tuple[str, ...] | None]:
    """Return fingerprints of the ids that are listed before a submission; None if they are unknown.

    The list is requested only if a match could be resolved without the caller. Otherwise the ids of the last complete
    poll serve, if there was one: they only shorten the list of candidates.
    """
    if not can_reconcile(submission, entry) or submission.reconcile is None:
        return None
    ids = registry.listed_ids(submission.task_type, entry.scope)
    if ids is None or len(ids) > MAX_BASELINE:
        if not submission.reconcile.unique:
            return None
        candidates = yield from list_candidates(registry, submission, [entry], deadline)
        if candidates is None or not candidates.complete:
            return None
        ids = [task.id for task in candidates.matches[entry.key]]
    if len(ids) > MAX_BASELINE:
        return None
    work = RunBlocking(lambda: tuple(fingerprint(each) for each in ids), heavy=len(ids) > _MANY)
    digests: tuple[str, ...] = yield work
    return digests


def list_candidates(
    registry: TaskRegistry,
    submission: Submission[Any, Any],
    entries: Sequence[JournalEntry],
    deadline: Deadline | None = None,
) -> TaskFlow[Candidates | None]:
    """Read the list once for entries of one task type and scope.

    Return None if it cannot be read before the deadline.
    """
    source, reconcile = submission.task_type.poll, submission.reconcile
    if not isinstance(source, FromList) or reconcile is None:
        return None
    first = entries[0]
    ref = TaskRef(first.vendor, first.task_type, "", first.scope)
    matches: dict[str, dict[ListedTask, None]] = {entry.key: {} for entry in entries}
    tokens: set[str] = set()
    token: str | None = None
    for _ in range(1 if source.pages is None else source.pages.max_pages):
        if deadline is not None and deadline.expired:
            return None
        try:
            arguments = call_arguments(source.call, ref, page_arguments(source, token))
            config = _request_config(registry, source, deadline)
            response, request = yield from fetch_response(config, source.call.operation, arguments, None)
            parser_for(source.call.operation).check(response, request)
        except Exception:
            return None
        read = _page_reader(source, reconcile, response, entries, deadline)
        page = yield RunBlocking(read, heavy=len(response.content) > _HEAVY)
        if page is None:
            return None
        token = cast("str | None", page[0])
        found: Mapping[str, Mapping[ListedTask, None]] = page[1]
        for key, task in found.items():
            matches[key] |= task
        if token is None or source.pages is None:
            return Candidates(matches, complete=True)
        if token in tokens:
            break
        tokens.add(token)
    return Candidates(matches, complete=False)


def _request_config(registry: TaskRegistry, source: FromList, deadline: Deadline | None) -> ClientConfig:
    config = registry.config
    bounds = (registry.poll.attempt_timeout, config.options.deadline, None if deadline is None else deadline.remaining)
    most = first_set("max_bytes", source.max_bytes, registry.poll)
    return poll_config(config, min(seconds for seconds in bounds if seconds is not None), most)


def _page_reader(
    source: FromList,
    reconcile: ReconcileRule,
    response: HttpResponse,
    entries: Sequence[JournalEntry],
    deadline: Deadline | None,
) -> Callable[[], Any]:
    def read() -> tuple[str | None, dict[str, dict[ListedTask, None]]] | None:
        page = load_json(response.content, response.content_type)
        items = resolve(page, source.items)
        if not isinstance(items, list):
            return None
        token = resolve(page, source.pages.token) if source.pages is not None else None
        found: dict[str, dict[ListedTask, None]] = {entry.key: {} for entry in entries}
        for number, item in enumerate(cast("list[object]", items)):
            if number % _STEP == 0 and deadline is not None and deadline.expired:
                return None
            name = as_text(resolve(item, source.key))
            if name is None:
                return None  # an item without a readable id may be the task
            name = source.id_text(name)
            for entry in entries:
                if all(value_fingerprint(resolve(item, at), entry.start) == expected for at, expected in entry.echo):
                    found[entry.key][ListedTask(name, _created(item, reconcile))] = None
        return (token if isinstance(token, str) and token else None), found

    return read


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
    submission: Submission[Any, Any], entries: Sequence[JournalEntry], candidates: Candidates | None
) -> TaskFlow[dict[str, ReconcileResult]]:
    """Return the result of the search for each entry, by its key."""
    if candidates is None or submission.reconcile is None:
        return {entry.key: ReconcileResult() for entry in entries}
    reconcile, many = submission.reconcile, sum(map(len, candidates.matches.values())) > _MANY
    work = RunBlocking(lambda: {entry.key: _decide(reconcile, entry, candidates) for entry in entries}, heavy=many)
    results: dict[str, ReconcileResult] = yield work
    return results


def _decide(reconcile: ReconcileRule, entry: JournalEntry, candidates: Candidates) -> ReconcileResult:
    matches = candidates.matches[entry.key]
    filtered: Filter = "none"
    if entry.baseline is not None:
        known, filtered = frozenset(entry.baseline), "listed-before"
        new = [task for task in matches if fingerprint(task.id) not in known]
    else:
        if reconcile.created is not None:
            filtered = "created"
        new = [task for task in matches if task.created is None or task.created > entry.wall - _SKEW]
    certain = reconcile.unique and bool(entry.echo) and candidates.complete
    own = new[0].id if certain and len(matches) == 1 and len(new) == 1 else None
    # Without creation times, the end of the list counts as newest.
    order = sorted(((-inf if task.created is None else task.created, at) for at, task in enumerate(new)), reverse=True)
    return ReconcileResult(own, tuple(new[at].id for _, at in order[:_MOST_CANDIDATES]), len(new), filtered)
