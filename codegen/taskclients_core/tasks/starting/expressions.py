"""Values of runtime expressions (see `tasks.expressions`) in a request, its response and a task's reference.

An expression without a value is an error, not None: a task would have begun, and its id would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from ...codec import to_builtins
from ...errors import ClientError, InvalidArgument
from ...json_pointer import MISSING, resolve
from ...messages import Answer
from ...operation import Operation, Path
from ...request.parameters import pick
from ..calls import of_task
from ..definition import Json
from ..expressions import Expression, is_expression, parse
from ..ref import Ref


class Unevaluated(ClientError):  # noqa: N818 - it reads better as what happened
    """An expression leads nowhere."""


class Number(str):
    """A number of a JSON text as it is written there: ids are compared as texts."""

    __slots__ = ()


@frozen(eq=False)
class Given:
    """What an expression may speak of."""

    operation: Operation[Any] | None = None
    arguments: Sequence[object] = field(default=(), repr=False)
    """In the order of the operation's parameters."""

    body: object = field(default=None, repr=False)
    answer: Answer | None = None
    ref: Ref | None = None


def evaluate(expression: Json, given: Given) -> Any:
    """The value that an expression stands for, as JSON has it. Numbers of answers are `Number`.

    Raises:
        Unevaluated: there is none.
    """
    if not is_expression(expression):
        return expression
    found = _evaluate(parse(expression), given)
    if found is MISSING or found is None:
        raise Unevaluated(f"{expression}: there is no such value")
    return found


def as_text(value: object) -> str | None:
    """A value as ids and scopes have it; None if it is no text and no number."""
    if isinstance(value, str):
        return str(value) if value and "\ufffd" not in value else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _evaluate(expression: Expression | None, given: Given) -> Any:
    match expression:
        case Expression("request", "body", pointer) if given.operation is not None:
            return resolve(_plain(given.body, Any), pointer)
        case Expression("request", place, name) if given.operation is not None:
            return _argument(given.operation, given, place, name)
        case Expression("response", "body", pointer) if given.answer is not None:
            return resolve(loads(given.answer.content), pointer)
        case Expression("response", "header", name) if given.answer is not None:
            return given.answer.headers.get(name, MISSING)
        case Expression("task" | "scope") if given.ref is not None:
            return of_task(expression, given.ref)
        case Expression("statusCode") if given.answer is not None:
            return given.answer.status
        case Expression("method") if given.operation is not None:
            return given.operation.method
        case _:
            return MISSING


def _argument(operation: Operation[Any], given: Given, place: str, name: str) -> Any:
    at = 0
    for parameter in operation.parameters:
        in_body = parameter.body if isinstance(parameter, Path) else None
        # Names of headers have no case.
        known = parameter.name.lower() == name.lower() if place == "header" else parameter.name == name
        if known and type(parameter).__name__.lower() == place:
            try:
                value = given.arguments[at] if in_body is None else pick(given.body, in_body)
            except (IndexError, InvalidArgument):
                return MISSING
            return _plain(value, parameter.type)
        at += in_body is None
    return MISSING


def _plain(value: object, hint: Any) -> Any:
    try:
        return to_builtins(value, hint)
    except ClientError:
        return MISSING  # a file, say


def loads(content: bytes) -> Any:
    """What a JSON text says, with its numbers as they are written; MISSING if it is none.

    As lenient as can be about everything else in it: a task whose id can be read has been begun.
    """
    try:
        text = content.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_nothing)
    except (ValueError, RecursionError):
        return MISSING


def _nothing(_: str) -> object:
    return MISSING
