"""A start of a task, checked: all that can be wrong with it is said before anything is kept or sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from ...errors import InvalidArgument
from ...messages import Answer
from ...operation import Operation
from ...request.assembly import assembly
from ...request.parameters import Draft
from ...request.styles import header_value
from ..definition import Submit
from ..expressions import needs_response
from ..journal.entry import Entry, boot, full_key
from .digest import digest
from .expressions import Given, Unevaluated, as_text, evaluate
from .look import mark

if TYPE_CHECKING:
    from ...exchange.setting import Setting
    from ...options import Choices
    from ..station import Station

_LONGEST: Final = 200
_LEAST, _MOST = 30.0, 300.0
"""Seconds for which a start may be under way before others may look after it."""


@frozen(eq=False)
class Prepared:
    """What a start sends, and what is kept of it."""

    submit: Submit[Any, Any]
    operation: Operation[Any]
    given: Given
    draft: Draft = field(repr=False)
    entry: Entry
    setting: Setting = field(repr=False)
    """The client's, with the options of the view through which it was called."""


def prepare(
    station: Station,
    submit: Submit[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    choices: Choices | None = None,
) -> Prepared:
    """Check the arguments of a start.

    Raises:
        InvalidArgument: they do not fit.
    """
    if key is not None:
        _check_key(key)
    operation = submit.operation
    draft = assembly(operation).draft(arguments, body)
    given = Given(operation, arguments, body)
    start = uuid.uuid4().hex
    header = submit.idempotency_header
    sent = digest(operation.name, draft, whole=key is not None, without=header)
    if header is not None:
        if all(name.lower() != header.lower() for name, _ in draft.headers):
            draft.headers.append((header, start if key is None else _in_header(key)))
        operation = _once(operation)
    vendor, _, kind = submit.kind.name.partition(".")
    setting = station.setting
    entry = Entry(
        key=full_key(vendor, station.account, setting.origin, start if key is None else key),
        vendor=vendor,
        kind=kind,
        operation=operation.name,
        account=station.account,
        origin=setting.origin,
        digest=sent,
        start=start,
        named=key is not None,
        echo=_echo(submit, given, start),
        scope=_scope(submit, given),
        wall=setting.clock.wall(),
        boot=boot(),
    )
    seen = setting if choices is None else evolve(setting, choices=choices)
    return Prepared(submit, operation, given, draft, entry, seen)


def lease_seconds(choices: Choices) -> float:
    """For how long a start may be under way before others look after it."""
    seconds = choices.deadline
    if seconds is None and choices.timeout is not None:
        steps = choices.timeout.as_dict().values()
        seconds = sum(_MOST if step is None else step for step in steps)
    return min(max(_LEAST, _MOST if seconds is None else seconds + 5.0), _MOST)


def scope_of(prepared: Prepared, answer: Answer) -> dict[str, str]:
    """What must be known to find the task again. What the answer should say of it and does not is left out."""
    scope = dict(prepared.entry.scope)
    given = evolve(prepared.given, answer=answer)
    for name, expression in prepared.submit.scope.items():
        if needs_response(expression):
            try:
                value = as_text(evaluate(expression, given))
            except Unevaluated:
                continue
            if value is not None:
                scope[name] = value
    return scope


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise InvalidArgument(f"key: expected str, got {type(key).__name__}")
    if not 0 < len(key) <= _LONGEST or not key.isprintable():
        raise InvalidArgument(f"key: expected 1 to {_LONGEST} printable characters, got {key!r:.80}")


def _in_header(key: str) -> str:
    try:
        return header_value(key)
    except InvalidArgument as error:
        raise InvalidArgument(f"key: {error}") from None


@cache
def _once(operation: Operation[Any]) -> Operation[Any]:
    """The operation as one that the server does once though it is asked twice, as it knows the key."""
    same = copy(operation)
    object.__setattr__(same, "idempotent", True)  # the class is frozen
    return same


def _echo(submit: Submit[Any, Any], given: Given, start: str) -> tuple[tuple[str, str], ...]:
    if submit.reconcile is None:
        return ()
    try:
        return tuple((match.item, mark(evaluate(match.equals, given), start)) for match in submit.reconcile.match)
    except Unevaluated:
        return ()  # an optional member that this request does not have: the task cannot be told from others


def _scope(submit: Submit[Any, Any], given: Given) -> dict[str, str]:
    scope: dict[str, str] = {}
    for name, expression in submit.scope.items():
        if needs_response(expression):
            continue
        try:
            value = as_text(evaluate(expression, given))
        except Unevaluated:
            value = None
        if value is None:
            raise InvalidArgument(f"{submit.operation.name}: {expression} is needed to find the task again")
        scope[name] = value
    return scope
