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
from ..errors import ClientError, DecodeError, InvalidArgumentError
from ..http_messages import HttpResponse
from ..json_pointer import MISSING, resolve
from ..media.charset import to_utf8
from ..operation import Operation, Parameter, Path
from ..request.encoder import resolve_pointer
from .definition import BoundCall, JsonScalar
from .snapshot import TaskRef

Source: TypeAlias = Literal["request", "response", "task", "scope", "method", "statusCode"]
Part: TypeAlias = Literal["", "body", "path", "query", "header"]

TASK_ID: Final = "$task.id"

_EXPRESSION_FORM: Final = re.compile(
    r"\$(?:(request|response)\.(?:(body)(?:#(/.*)?)?|(path|query|header)\.(.+))|(task)\.(id)|(scope)\.(.+)|(method|statusCode))",
    re.DOTALL,
)


# -- Parsing


class Expression(Struct, frozen=True):
    """A parsed expression: `$response.body#/id` is `Expression("response", "body", "/id")`."""

    source: Source
    part: Part = ""
    """Part of a request or a response."""

    name: str = ""
    """JSON pointer into a body, or the name of a parameter, a header or a scope value."""

    def __str__(self) -> str:
        """Return the expression as written in a spec."""
        match self:
            case Expression(source, "body", ""):
                return f"${source}.body"
            case Expression(source, "body", pointer):
                return f"${source}.body#{pointer}"
            case Expression(source, part, name):
                return "$" + ".".join(filter(None, (source, part, name)))


def is_expression(value: object) -> TypeGuard[str]:
    """Return True if a value has the form of an expression, not a constant."""
    return isinstance(value, str) and value.startswith("$")


def parse_expression(value: object) -> Expression | None:
    """Parse an expression; None for a constant, and for a text with `$` of unknown form."""
    return _parsed(value) if is_expression(value) else None


def needs_response(value: object) -> bool:
    """Return True if a value is an expression that can only be evaluated with a response."""
    expression = parse_expression(value)
    return expression is not None and expression.source in ("response", "statusCode")


@lru_cache(1024)
def _parsed(text: str) -> Expression | None:
    found = _EXPRESSION_FORM.fullmatch(text)
    if found is None:
        return None
    source, *rest = (group for group in found.groups() if group is not None)
    if source in ("request", "response"):
        return Expression(cast("Source", source), cast("Part", rest[0]), "".join(rest[1:]))
    return Expression(cast("Source", source), name="".join(rest))


# -- Arguments of calls for a task


def call_arguments(bound: BoundCall, ref: TaskRef, more: Mapping[str, object] | None = None) -> tuple[object, ...]:
    """Return the arguments of a call for a task, in the order of the operation's parameters.

    Raises:
        InvalidArgumentError: the task's scope lacks a value, or a value does not fit its parameter.
    """
    values: dict[str, object] = {name: task_expression(value, ref) for name, value in bound.arguments.items()}
    if more:
        values.update(more)
    return tuple(_convert(each, values.get(each.name)) for each in bound.operation.parameters if _takes_argument(each))


def task_expression(value: object, ref: TaskRef) -> object:
    """Return a constant unchanged, and the value of `$task.id` or `$scope.<name>`.

    Raises:
        InvalidArgumentError: the task's scope has no such value.
    """
    expression = parse_expression(value)
    if expression is None or expression.source not in ("task", "scope"):
        return value
    found = task_value(expression, ref)
    if found is None:
        message = f"{ref}: its scope has no '{expression.name}'; use the resume_token of its submission"
        raise InvalidArgumentError(message)
    return found


def task_value(expression: Expression, ref: TaskRef) -> str | None:
    """Return the value of `$task.id` or `$scope.<name>`; None if the scope has no such name."""
    return ref.id if expression.source == "task" else ref.scope.get(expression.name)


def _takes_argument(parameter: Parameter) -> bool:
    # A parameter that the body repeats is taken from the body.
    return getattr(parameter, "from_body", None) is None


def _convert(parameter: Parameter, value: object) -> object:
    """Convert a value to the parameter's type: ids are kept as text, but the type may be a UUID or a number."""
    if value is None or parameter.type is str:
        return value
    try:
        return decode(encode(value), parameter.type)
    except ClientError:
        pass
    try:
        return decode(str(value).encode(), parameter.type)
    except ClientError:
        raise InvalidArgumentError(
            f"{parameter.name}: {value!r:.80} does not fit the parameter's type; check the resume_token"
        ) from None


# -- Evaluation


class UnresolvedExpressionError(ClientError):
    """An expression that has no value."""


class NumberText(str):
    """Number of a JSON text with its original spelling, because ids are compared as text."""

    __slots__ = ()


@frozen(eq=False)
class ExpressionContext:
    """Values that an expression can refer to."""

    operation: Operation[Any] | None = None
    arguments: Sequence[object] = field(default=(), repr=False)
    """Arguments in the order of the operation's parameters."""

    body: object = field(default=None, repr=False)
    response: HttpResponse | None = None
    ref: TaskRef | None = None


def evaluate(expression: JsonScalar, context: ExpressionContext) -> Any:
    """Return the value of an expression, in JSON types. Numbers from responses are `NumberText`.

    Raises:
        UnresolvedExpressionError: the expression has no value.
    """
    if not is_expression(expression):
        return expression
    found = _evaluate(parse_expression(expression), context)
    if found is MISSING or found is None:
        raise UnresolvedExpressionError(f"{expression}: the expression has no value")
    return found


MAX_ID_LENGTH: Final = 2048
"""Maximum number of characters of an id: it becomes part of URLs, resume tokens, log lines and messages."""

_DAMAGED: Final = re.compile("[\ud800-\udfff\ufffd]")
"""Bytes that were no text, and escaped halves of characters, which no request and no file can contain."""


def as_text(value: object) -> str | None:
    """Return a value as the text of an id; None if it is too long or damaged, or neither text nor an integer."""
    if isinstance(value, str):
        return str(value) if 0 < len(value) <= MAX_ID_LENGTH and not _DAMAGED.search(value) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _evaluate(expression: Expression | None, context: ExpressionContext) -> Any:
    match expression:
        case Expression("request", "body", pointer) if context.operation is not None:
            return resolve(_plain(context.body, Any), pointer)
        case Expression("request", part, name) if context.operation is not None:
            return _argument(context.operation, context, part, name)
        case Expression("response", "body", pointer) if context.response is not None:
            return resolve(load_json(context.response.content, context.response.content_type), pointer)
        case Expression("response", "header", name) if context.response is not None:
            return context.response.headers.get(name, MISSING)
        case Expression("task" | "scope") if context.ref is not None:
            return task_value(expression, context.ref)
        case Expression("statusCode") if context.response is not None:
            return context.response.status
        case Expression("method") if context.operation is not None:
            return context.operation.method
        case _:
            return MISSING


def _argument(operation: Operation[Any], context: ExpressionContext, part: str, name: str) -> Any:
    index = 0
    for parameter in operation.parameters:
        in_body = parameter.from_body if isinstance(parameter, Path) else None
        # Header names are case-insensitive.
        known = parameter.name.lower() == name.lower() if part == "header" else parameter.name == name
        if known and type(parameter).__name__.lower() == part:
            try:
                value = context.arguments[index] if in_body is None else resolve_pointer(context.body, in_body)
            except (IndexError, InvalidArgumentError):
                return MISSING
            return _plain(value, parameter.type)
        index += in_body is None
    return MISSING


def _plain(value: object, hint: Any) -> Any:
    try:
        return to_builtins(value, hint)
    except ClientError:
        return MISSING  # for example a file


def load_json(content: bytes, content_type: str = "") -> Any:
    """Parse a JSON text, with numbers as `NumberText`; MISSING if it is not JSON.

    The parser is as lenient as possible: a response with a readable id proves that the task was begun.
    """
    try:
        text = to_utf8(content, content_type).decode("utf-8-sig", "replace")
        return json.loads(
            text, strict=False, parse_int=NumberText, parse_float=NumberText, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError, DecodeError):
        return MISSING


def _not_a_number(_: str) -> object:
    return MISSING
