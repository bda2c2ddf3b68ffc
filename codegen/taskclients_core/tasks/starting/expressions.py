"""OpenAPI's runtime expressions: where a value stands in a request, its answer, or what is kept of a task.

`$request.body#/name`, `$request.query.org`, `$request.path.id`, `$request.header.X-Id`, `$response.body#/id`,
`$response.header.Location`, `$statusCode`, `$method`, and of ours `$task.id` and `$scope.name`. What begins with no `$`
is a constant. One that leads nowhere is an error, not None.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from ...codec import to_builtins
from ...errors import ClientError, InvalidArgument
from ...messages import Answer
from ...operation import Operation, Path
from ...request.parameters import pick
from ..calls import of_task
from ..definition import Json
from ..ref import Ref
from ..state import pointers


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
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    found = _evaluate(expression, given)
    if found is pointers.MISSING or found is None:
        raise Unevaluated(f"{expression}: there is no such value")
    return found


def as_text(value: object) -> str | None:
    """A value as ids and scopes have it; None if it is no text and no number."""
    if isinstance(value, str):
        return str(value) if value and "\ufffd" not in value else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def needs_answer(expression: Json) -> bool:
    """Whether only an answer says it."""
    return isinstance(expression, str) and expression.startswith(("$response.", "$statusCode"))


def _evaluate(expression: str, given: Given) -> Any:
    head, _, rest = expression.partition(".")
    if head == "$request" and given.operation is not None:
        return _of_request(given.operation, given, rest)
    if head == "$response" and given.answer is not None:
        return _of_answer(given.answer, rest)
    if (expression == "$task.id" or head == "$scope") and given.ref is not None:
        return of_task(expression, given.ref)
    if expression == "$statusCode" and given.answer is not None:
        return given.answer.status
    if expression == "$method" and given.operation is not None:
        return given.operation.method
    return pointers.MISSING


def _of_request(operation: Operation[Any], given: Given, rest: str) -> Any:
    place, _, name = rest.partition(".")
    if rest == "body" or rest.startswith("body#"):
        return pointers.find(_plain(given.body, Any), rest.partition("#")[2])
    at = 0
    for parameter in operation.parameters:
        in_body = parameter.body if isinstance(parameter, Path) else None
        # Names of headers have no case.
        known = parameter.name.lower() == name.lower() if place == "header" else parameter.name == name
        if known and type(parameter).__name__.lower() == place:
            try:
                value = given.arguments[at] if in_body is None else pick(given.body, in_body)
            except (IndexError, InvalidArgument):
                return pointers.MISSING
            return _plain(value, parameter.type)
        at += in_body is None
    return pointers.MISSING


def _plain(value: object, hint: Any) -> Any:
    try:
        return to_builtins(value, hint)
    except ClientError:
        return pointers.MISSING  # a file, say


def _of_answer(answer: Answer, rest: str) -> Any:
    if rest == "body" or rest.startswith("body#"):
        return pointers.find(loads(answer.content), rest.partition("#")[2])
    place, _, name = rest.partition(".")
    return answer.headers.get(name, pointers.MISSING) if place == "header" else pointers.MISSING


def loads(content: bytes) -> Any:
    """What a JSON text says, with its numbers as they are written; MISSING if it is none.

    As lenient as can be about everything else in it: a task whose id can be read has been begun.
    """
    try:
        text = content.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_nothing)
    except (ValueError, RecursionError):
        return pointers.MISSING


def _nothing(_: str) -> object:
    return pointers.MISSING
