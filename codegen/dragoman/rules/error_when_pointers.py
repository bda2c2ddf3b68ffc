"""`x-error-when` does not describe a success that is a failure.

Some servers answer 200 with a list of errors. With `x-error-when` such an answer becomes an `ApiError`: when the array at
`filled` holds something, and the member at `absent` is missing or null.

Write `x-error-when: {filled: /errors, absent: /requestUuid}` on a JSON answer with status 2xx.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import is_object
from .shapes import find, kinds
from .walk import Node, json_schema, nodes, operations, report, responses
from .wording import nearest

ID: Final = "error-when-pointers"

_WORDS: Final = ("filled", "absent")


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of an `x-error-when`."""
    for response in nodes(document, "response"):
        if "x-error-when" in response.data:
            faults = list(_form(response.data["x-error-when"]))
            for pointer, message, hint in faults or _meaning(document, response, response.data["x-error-when"]):
                yield report(document, ID, response.at("x-error-when") + pointer, message, hint)
    for operation in operations(document):
        for status, response in responses(document, operation):
            if "x-error-when" in response.data and not status.startswith("2"):
                where = response.at("x-error-when")
                message = f"status {status} is a failure anyway"
                yield report(document, ID, where, message, "write x-error-when on answers 2xx only", about=operation.id)


def _form(failure: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(failure):
        yield "", "x-error-when is no object", "write filled and absent"
        return
    for word in _WORDS:
        if word not in failure:
            yield "", f"'{word}' is missing", "write filled and absent"
        elif not isinstance(failure[word], str) or not failure[word].startswith("/"):
            yield f"/{word}", f"'{word}' is no JSON Pointer", "write it like /errors"
    for word in failure:
        if word not in _WORDS:
            yield f"/{word}", f"'{word}' is not known here", nearest(word, _WORDS, "remove it")


def _meaning(document: Document, response: Node, failure: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    schema = json_schema(response)
    if schema is None:
        yield "", "the answer is not JSON", "write content: {application/json: …}"
        return
    filled, absent = find(document, schema, failure["filled"]), find(document, schema, failure["absent"])
    if filled is None or "array" not in kinds(document, filled.node):
        yield "/filled", f"the answer has no array at {failure['filled']}", "point to the list of errors"
    if absent is None:
        yield "/absent", f"the answer has no member at {failure['absent']}", "point to a member that only a success has"
    elif absent.required and "null" not in kinds(document, absent.node):
        message = f"{failure['absent']} is required, so it is never absent"
        yield "/absent", message, "make it optional or nullable, or point to another member"
