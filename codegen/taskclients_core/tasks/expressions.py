"""JSON pointers, OpenAPI runtime expressions, and the arguments of calls on behalf of a task."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias, TypeGuard, cast

from attrs import field, frozen
from msgspec import Struct

from ..codec import decode, encode, to_builtins
from ..errors import ClientError, InvalidArgumentError
from ..http_messages import HttpResponse
from ..json_pointer import MISSING, resolve
from ..operation import Operation, Parameter, Path
from ..request.encoder import resolve_pointer
from .definition import BoundCall, JsonScalar
from .snapshot import TaskRef

Source: TypeAlias = Literal["request", "response", "task", "scope", "method", "statusCode"]
Part: TypeAlias = Literal["", "body", "path", "query", "header"]

TASK_ID: Final = "$task.id"

_FORM: Final = re.compile(
    r"\$(?:(request|response)\.(?:(body)(?:#(/.*)?)?|(path|query|header)\.(.+))|(task)\.(id)|(scope)\.(.+)|(method|statusCode))",
    re.DOTALL,
)


class Expression(Struct, frozen=True):
    """A parsed expression: `$response.body#/id` is `Expression("response", "body", "/id")`."""

    source: Source
    part: Part = ""
    """Of a request or a response."""

    name: str = ""
    """JSON pointer into a body; name of a parameter, a header or a value of the scope."""

    def __str__(self) -> str:
        """Return the expression as a spec has it."""
        match self:
            case Expression(source, "body", ""):
                return f"${source}.body"
            case Expression(source, "body", pointer):
                return f"${source}.body#{pointer}"
            case Expression(source, part, name):
                return "$" + ".".join(filter(None, (source, part, name)))


def is_expression(value: object) -> TypeGuard[str]:
    """Tell whether a value claims to be an expression, not a constant."""
    return isinstance(value, str) and value.startswith("$")


def parse_expression(value: object) -> Expression | None:
    """Return the expression that a value is; None for a constant, and for a text with `$` that has no known form."""
    return _parsed(value) if is_expression(value) else None


def needs_response(value: object) -> bool:
    """Tell whether a value is an expression that has no value before the server has answered."""
    expression = parse_expression(value)
    return expression is not None and expression.source in ("response", "statusCode")


@lru_cache(1024)
def _parsed(text: str) -> Expression | None:
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    source, *rest = (group for group in found.groups() if group is not None)
    if source in ("request", "response"):
        return Expression(cast("Source", source), cast("Part", rest[0]), "".join(rest[1:]))
    return Expression(cast("Source", source), name="".join(rest))


def call_arguments(bound: BoundCall, ref: TaskRef, more: Mapping[str, object] | None = None) -> tuple[object, ...]:
    """The arguments of a call, in the order of the operation's parameters.

    Raises:
        InvalidArgument: the task's id or scope does not fit what the operation takes.
    """
    values: dict[str, object] = {name: task_expression(value, ref) for name, value in bound.arguments.items()}
    if more:
        values.update(more)
    return tuple(_fitting(each, values.get(each.name)) for each in bound.operation.parameters if _asked(each))


def task_expression(value: object, ref: TaskRef) -> object:
    """A constant, or what `$task.id` and `$scope.name` stand for.

    Raises:
        InvalidArgument: the task's scope lacks it.
    """
    expression = parse_expression(value)
    if expression is None or expression.source not in ("task", "scope"):
        return value
    found = task_value(expression, ref)
    if found is None:
        message = f"{ref}: its scope has no '{expression.name}'; use the token that it was started with"
        raise InvalidArgumentError(message)
    return found


def task_value(expression: Expression, ref: TaskRef) -> str | None:
    """Return the value of `$task.id` or `$scope.name`; None if the scope has no such name."""
    return ref.id if expression.source == "task" else ref.scope.get(expression.name)


def _asked(parameter: Parameter) -> bool:
    # A value that the body repeats is read there.
    return getattr(parameter, "from_body", None) is None


def _fitting(parameter: Parameter, value: object) -> object:
    """A value as the parameter's type has it: ids are kept as text, and may be UUIDs or numbers there."""
    if value is None or parameter.type is str:
        return value
    try:
        return decode(encode(value), parameter.type)
    except ClientError:
        pass
    try:
        return decode(str(value).encode(), parameter.type)
    except ClientError:
        raise InvalidArgumentError(f"{parameter.name}: {value!r:.80} is not what the operation takes there") from None


class UnresolvedExpressionError(ClientError):
    """An expression leads nowhere."""


class NumberText(str):
    """A number of a JSON text as it is written there: ids are compared as texts."""

    __slots__ = ()


@frozen(eq=False)
class ExpressionContext:
    """What an expression may speak of."""

    operation: Operation[Any] | None = None
    arguments: Sequence[object] = field(default=(), repr=False)
    """In the order of the operation's parameters."""

    body: object = field(default=None, repr=False)
    response: HttpResponse | None = None
    ref: TaskRef | None = None


def evaluate(expression: JsonScalar, given: ExpressionContext) -> Any:
    """The value that an expression stands for, as JSON has it. Numbers of answers are `NumberText`.

    Raises:
        Unevaluated: there is none.
    """
    if not is_expression(expression):
        return expression
    found = _evaluate(parse_expression(expression), given)
    if found is MISSING or found is None:
        raise UnresolvedExpressionError(f"{expression}: there is no such value")
    return found


def as_text(value: object) -> str | None:
    """A value as ids and scopes have it; None if it is no text and no number."""
    if isinstance(value, str):
        return str(value) if value and "\ufffd" not in value else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _evaluate(expression: Expression | None, given: ExpressionContext) -> Any:
    match expression:
        case Expression("request", "body", pointer) if given.operation is not None:
            return resolve(_plain(given.body, Any), pointer)
        case Expression("request", place, name) if given.operation is not None:
            return _argument(given.operation, given, place, name)
        case Expression("response", "body", pointer) if given.response is not None:
            return resolve(load_json(given.response.content), pointer)
        case Expression("response", "header", name) if given.response is not None:
            return given.response.headers.get(name, MISSING)
        case Expression("task" | "scope") if given.ref is not None:
            return task_value(expression, given.ref)
        case Expression("statusCode") if given.response is not None:
            return given.response.status
        case Expression("method") if given.operation is not None:
            return given.operation.method
        case _:
            return MISSING


def _argument(operation: Operation[Any], given: ExpressionContext, place: str, name: str) -> Any:
    at = 0
    for parameter in operation.parameters:
        in_body = parameter.from_body if isinstance(parameter, Path) else None
        # Names of headers have no case.
        known = parameter.name.lower() == name.lower() if place == "header" else parameter.name == name
        if known and type(parameter).__name__.lower() == place:
            try:
                value = given.arguments[at] if in_body is None else resolve_pointer(given.body, in_body)
            except (IndexError, InvalidArgumentError):
                return MISSING
            return _plain(value, parameter.type)
        at += in_body is None
    return MISSING


def _plain(value: object, hint: Any) -> Any:
    try:
        return to_builtins(value, hint)
    except ClientError:
        return MISSING  # a file, say


def load_json(content: bytes) -> Any:
    """What a JSON text says, with its numbers as they are written; MISSING if it is none.

    As lenient as can be about everything else in it: a task whose id can be read has been begun.
    """
    try:
        text = content.decode("utf-8-sig", "replace")
        return json.loads(text, parse_int=NumberText, parse_float=NumberText, parse_constant=_nothing)
    except (ValueError, RecursionError):
        return MISSING


def _nothing(_: str) -> object:
    return MISSING
