"""Check of responses: `x-error-when`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec.model import has_body
from ..spec.yaml_document import Document
from .shapes import find, kinds
from .values import is_object, nearest
from .walk import Node, json_schema, nodes, operations, report, responses

ERROR_WHEN_POINTERS: Final = "error-when-pointers"

_ERROR_WHEN_MEMBERS: Final = ("filled", "absent")
_ERROR_WHEN_HINT: Final = "write x-error-when: {filled: /errors, absent: /requestUuid}"


def check_error_when_pointers(document: Document) -> Iterator[Problem]:
    """`x-error-when` does not describe a failure under a success status.

    Some servers respond with status 200 and a list of errors. With `x-error-when`, such a response raises `ApiError`:
    if the array at `filled` is not empty, and the member at `absent` is missing or null.

    Write `x-error-when: {filled: /errors, absent: /requestUuid}` on a JSON response with status 2xx.
    """
    for response in nodes(document, "response"):
        if "x-error-when" in response.data:
            faults = list(_error_when_form(response.data["x-error-when"]))
            for pointer, message, hint in faults or _error_when_meaning(
                document, response, response.data["x-error-when"]
            ):
                yield report(document, ERROR_WHEN_POINTERS, response.at("x-error-when") + pointer, message, hint)
    for operation in operations(document):
        for status, response in responses(document, operation):
            if "x-error-when" not in response.data:
                continue
            if not status.startswith("2"):
                message = f"status {status} is an error without x-error-when"
            elif not has_body(operation.method, status):
                message = f"a response to {operation.method.upper()} with status {status} has no body"
            else:
                continue
            where, hint = response.at("x-error-when"), "remove it, or move it to a 2xx response with a body"
            yield report(document, ERROR_WHEN_POINTERS, where, message, hint, about=operation.id)


def _error_when_form(condition: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(condition):
        yield "", "x-error-when is not an object", _ERROR_WHEN_HINT
        return
    for member in _ERROR_WHEN_MEMBERS:
        if member not in condition:
            yield "", f"'{member}' is missing", _ERROR_WHEN_HINT
        elif not isinstance(condition[member], str) or not condition[member].startswith("/"):
            yield (
                f"/{member}",
                f"'{member}' is not a JSON Pointer",
                f"write {member}: /{'errors' if member == 'filled' else 'requestUuid'}",
            )
    for member in condition:
        if member not in _ERROR_WHEN_MEMBERS:
            yield f"/{member}", *_unknown(member, _ERROR_WHEN_MEMBERS)


def _error_when_meaning(
    document: Document, response: Node, condition: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    schema = json_schema(response)
    if schema is None:
        yield "", "the response is not JSON", "write content: {application/json: {schema: …}}"
        return
    filled, absent = find(document, schema, condition["filled"]), find(document, schema, condition["absent"])
    if filled is None or "array" not in kinds(document, filled.node):
        yield (
            "/filled",
            f"the response has no array at {condition['filled']}",
            "write the pointer of the list of errors",
        )
    if absent is None:
        hint = "write the pointer of a member that only successful responses have"
        yield "/absent", f"the response has no member at {condition['absent']}", hint
    elif absent.required and "null" not in kinds(document, absent.node):
        message = f"{condition['absent']} is required and not nullable, so it is never absent"
        yield "/absent", message, "remove it from required, make it nullable, or write the pointer of another member"


def _unknown(member: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    return f"'{member}' is unknown here; allowed: {', '.join(allowed)}", nearest(member, allowed, "remove it")
