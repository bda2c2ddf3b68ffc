"""From an operation and a caller's arguments to a request. What does not depend on the arguments is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from attrs import frozen

from ..errors import InvalidArgument
from ..operation import ClientParameter, Header, Operation, Path, types_by_status
from .bodies import Encoded, compile_body
from .parameters import Draft, PathTemplate, Writer, compile_parameter, compile_path, pick


@frozen(eq=False)
class Assembly:
    """What turns arguments into a request, for one operation."""

    name: str

    count: int
    """How many arguments it takes, its body aside."""

    template: PathTemplate

    path_values: tuple[int | str, ...]
    """For each path parameter, the place of its argument or a pointer into the body."""

    writers: tuple[tuple[int, Writer], ...]
    """The other parameters: place of the argument, and what writes it."""

    encode: Callable[[object], Encoded | None]

    accept: str | None
    """The `Accept` header, unless a parameter is one."""

    def draft(self, arguments: Sequence[object], body: object, accept: str | None = None) -> Draft:
        """Put arguments and body in their places. `accept` is what the caller chose to be answered in.

        Raises:
            InvalidArgument: one of them is missing or cannot be sent.
        """
        if len(arguments) != self.count:
            raise InvalidArgument(f"{self.name}: takes {self.count} arguments, got {len(arguments)}")
        draft = Draft()
        if self.accept is not None:
            draft.headers.append(("Accept", accept or self.accept))
        try:
            encoded = self.encode(body)
            values = [arguments[at] if isinstance(at, int) else pick(body, at) for at in self.path_values]
            draft.path = self.template.render(values)
            for index, write in self.writers:
                write(arguments[index], draft)
        except InvalidArgument as error:
            raise InvalidArgument(f"{self.name}: {error}") from None
        if encoded is not None:
            media_type, draft.content = encoded
            draft.headers.append(("Content-Type", media_type))
        return draft


@cache
def assembly(operation: Operation[Any]) -> Assembly:
    """The assembly of an operation; made at its first call, kept for good as operations are constants."""
    paths: list[Path] = []
    path_values: list[int | str] = []
    writers: list[tuple[int, Writer]] = []
    count = 0
    for parameter in operation.parameters:
        if isinstance(parameter, Path):
            paths.append(parameter)
            path_values.append(count if parameter.body is None else parameter.body)
        else:
            writers.append((count, compile_parameter(parameter)))
        count += not (isinstance(parameter, Path) and parameter.body is not None)
    own = any(
        isinstance(parameter, Header) and parameter.name.lower() == "accept" for parameter in operation.parameters
    )
    return Assembly(
        name=operation.name,
        count=count,
        template=compile_path(operation.path, paths),
        path_values=tuple(path_values),
        writers=tuple(writers),
        encode=compile_body(operation.body, operation.body_required),
        accept=None if own else accept_header(operation),
    )


def client_draft(parameters: Sequence[ClientParameter], values: Sequence[object]) -> Draft:
    """What a client sends with every request.

    Raises:
        InvalidArgument: a value is missing or cannot be sent.
    """
    if len(values) != len(parameters):
        raise InvalidArgument(f"parameters: expected {len(parameters)} values, got {len(values)}")
    draft = Draft()
    for parameter, value in zip(parameters, values, strict=True):
        compile_parameter(parameter)(value, draft)
    return draft


def accept_header(operation: Operation[Any]) -> str:
    """Return the `Accept` header of an operation: what the spec declares, else by the types that it returns."""
    if operation.accept is not None:
        return operation.accept
    hints = [hint for hint in types_by_status(operation.returns).values() if hint is not None]
    if not hints or bytes in hints:
        return "*/*"
    return ", ".join(dict.fromkeys("text/plain" if hint is str else "application/json" for hint in hints))
