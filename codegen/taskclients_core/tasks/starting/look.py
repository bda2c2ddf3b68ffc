"""Looking for a task of ours in a list of tasks, when it is not known whether it was begun.

A task is known by what it repeats of its request. It is taken for ours only if the spec says that no other can repeat
the same, and if it is the only one in all of the list, and was not there before. Else somebody must be asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import field, frozen

from ...exchange.flow import fetch
from ...exchange.setting import Setting
from ...json_pointer import MISSING, resolve
from ..calls import arguments
from ..definition import Listed, Reconcile, Submit
from ..effects import Flow, Work
from ..journal.entry import MOST_SEEN, Entry, fingerprint
from ..looking.sweep import HEAVY, for_a_look, page_arguments
from ..ref import Ref
from .expressions import Number, as_text, loads

if TYPE_CHECKING:
    from ..station import Station

_SKEW: Final = 300.0
"""Seconds by which clocks may differ."""


@frozen
class Seen:
    """A task in the list."""

    id: str
    created: float | None
    """In seconds since 1970, if it says so."""


@frozen
class Shown:
    """What a list shows."""

    matches: Mapping[str, Sequence[Seen]] = field(factory=dict[str, Sequence[Seen]])
    """By the key of an entry, all tasks that repeat what its request had."""

    complete: bool = False
    """Whether that is all there is to see."""


@frozen
class Verdict:
    """What came of looking."""

    own: str | None = None
    """Id of the task, if it was found."""

    candidates: tuple[str, ...] = ()
    """Ids of tasks that may be it."""


def can_look(submit: Submit[Any, Any], entry: Entry) -> bool:
    """Whether there is a list to look at, and something to look for."""
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


def before(station: Station, submit: Submit[Any, Any], entry: Entry) -> Flow[tuple[str, ...] | None]:
    """Fingerprints of the ids that are there before a start, as far as they matter; None if that is not known."""
    if not can_look(submit, entry):
        return None
    keys = station.snapshot(submit.kind, entry.scope)
    if keys is None or len(keys) > MOST_SEEN:
        shown = yield from look(station, submit, [entry])
        if shown is None or not shown.complete:
            return None
        keys = [seen.id for seen in shown.matches[entry.key]]
    if len(keys) > MOST_SEEN:
        return None
    return tuple(fingerprint(key) for key in keys)


def look(station: Station, submit: Submit[Any, Any], entries: Sequence[Entry]) -> Flow[Shown | None]:
    """Read the list once for entries of one kind and scope; None if it cannot be read."""
    observe, reconcile = submit.kind.observe, submit.reconcile
    if not isinstance(observe, Listed) or reconcile is None:
        return None
    first = entries[0]
    ref = Ref(first.vendor, first.kind, "", first.scope)
    setting = _limited(station, observe)
    matches: dict[str, list[Seen]] = {entry.key: [] for entry in entries}
    tokens: set[str] = set()
    token: str | None = None
    for _ in range(1 if observe.pages is None else observe.pages.most):
        try:
            given = arguments(observe.call, ref, page_arguments(observe, token))
            answer = yield from fetch(setting, observe.call.operation, given, None)
        except Exception:
            return None
        work = _reading(observe, reconcile, answer.content, entries)
        page = yield Work(work, heavy=len(answer.content) > HEAVY)
        if page is None:
            return None
        token = cast("str | None", page[0])
        found: Mapping[str, Sequence[Seen]] = page[1]
        for key, seen in found.items():
            matches[key].extend(each for each in seen if each not in matches[key])
        if token is None or observe.pages is None:
            return Shown(matches, complete=True)
        if token in tokens:
            break
        tokens.add(token)
    return Shown(matches, complete=False)


def _limited(station: Station, observe: Listed) -> Setting:
    setting = station.setting
    whole = setting.choices.deadline
    seconds = station.poll.attempt_timeout
    return for_a_look(setting, seconds if whole is None else min(seconds, whole), observe.max_bytes)


def _reading(observe: Listed, reconcile: Reconcile, content: bytes, entries: Sequence[Entry]) -> Callable[[], Any]:
    def work() -> tuple[str | None, dict[str, list[Seen]]] | None:
        page = loads(content)
        items = resolve(page, observe.items)
        if not isinstance(items, list):
            return None
        token = resolve(page, observe.pages.token) if observe.pages is not None else None
        found: dict[str, list[Seen]] = {entry.key: [] for entry in entries}
        for item in cast("list[object]", items):
            name = as_text(resolve(item, observe.key))
            if name is None:
                return None  # it may be the one
            for entry in entries:
                if all(mark(resolve(item, at), entry.start) == expected for at, expected in entry.echo):
                    found[entry.key].append(Seen(name, _created(item, reconcile)))
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


def judge(submit: Submit[Any, Any], entry: Entry, shown: Shown | None) -> Verdict:
    """Which task an entry began, if that can be told."""
    if shown is None or submit.reconcile is None:
        return Verdict()
    matches = shown.matches[entry.key]
    if entry.baseline is not None:
        new = [seen for seen in matches if fingerprint(seen.id) not in entry.baseline]
    else:
        new = [seen for seen in matches if seen.created is None or seen.created > entry.wall - _SKEW]
    certain = submit.reconcile.unique and bool(entry.echo) and shown.complete
    own = new[0].id if certain and len(matches) == 1 and len(new) == 1 else None
    return Verdict(own, tuple(seen.id for seen in new))
