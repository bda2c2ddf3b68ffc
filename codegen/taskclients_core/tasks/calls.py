"""Calls on behalf of a task: an operation of the API with the task's id and scope as its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from ..codec import decode, encode
from ..errors import ClientError, InvalidArgument
from ..operation import Parameter
from .definition import Bound
from .expressions import Expression, parse
from .ref import Ref


def arguments(bound: Bound, ref: Ref, more: Mapping[str, object] | None = None) -> tuple[object, ...]:
    """The arguments of a call, in the order of the operation's parameters.

    Raises:
        InvalidArgument: the task's id or scope does not fit what the operation takes.
    """
    values: dict[str, object] = {name: evaluated(value, ref) for name, value in bound.arguments.items()}
    if more:
        values.update(more)
    return tuple(_fitting(each, values.get(each.name)) for each in bound.operation.parameters if _asked(each))


def evaluated(value: object, ref: Ref) -> object:
    """A constant, or what `$task.id` and `$scope.name` stand for.

    Raises:
        InvalidArgument: the task's scope lacks it.
    """
    expression = parse(value)
    if expression is None or expression.source not in ("task", "scope"):
        return value
    found = of_task(expression, ref)
    if found is None:
        message = f"{ref}: its scope has no '{expression.name}'; use the token that it was started with"
        raise InvalidArgument(message)
    return found


def of_task(expression: Expression, ref: Ref) -> str | None:
    """Return the value of `$task.id` or `$scope.name`; None if the scope has no such name."""
    return ref.id if expression.source == "task" else ref.scope.get(expression.name)


def _asked(parameter: Parameter) -> bool:
    # A value that the body repeats is read there.
    return getattr(parameter, "body", None) is None


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
        raise InvalidArgument(f"{parameter.name}: {value!r:.80} is not what the operation takes there") from None
