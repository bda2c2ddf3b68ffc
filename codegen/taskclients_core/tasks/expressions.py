"""Runtime expressions of OpenAPI, and two of the project: a place at which a value stands.

    $request.body#/name  $request.path.id  $request.query.page  $request.header.X-Id  $method
    $response.body#/id  $response.header.Location  $statusCode
    $task.id  $scope.name

The last two name what a client remembers of a task. A value that is not a text, or does not begin with `$`, is a
constant. This module only parses: the runtime evaluates expressions against calls, the generator checks them against
declarations, the mock server evaluates them against the requests that it gets.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, TypeAlias, TypeGuard, cast

from msgspec import Struct

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


def parse(value: object) -> Expression | None:
    """Return the expression that a value is; None for a constant, and for a text with `$` that has no known form."""
    return _parsed(value) if is_expression(value) else None


def needs_response(value: object) -> bool:
    """Tell whether a value is an expression that has no value before the server has answered."""
    expression = parse(value)
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
