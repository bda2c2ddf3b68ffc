"""Checks of pagination and of errors under a success status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import Member, find, kinds
from .values import is_object, nearest
from .walk import Node, Operation, json_schema, nodes, operations, parameters, report, responses

ERROR_WHEN_POINTERS: Final = "error-when-pointers"

_ERROR_WHEN_POINTERS_WORDS: Final = ("filled", "absent")


def check_error_when_pointers(document: Document) -> Iterator[Problem]:
    """`x-error-when` does not describe a success that is a failure.

    Some servers answer 200 with a list of errors. With `x-error-when` such an answer becomes an `ApiError`: when the
    array at `filled` holds something, and the member at `absent` is missing or null.

    Write `x-error-when: {filled: /errors, absent: /requestUuid}` on a JSON answer with status 2xx.
    """
    for response in nodes(document, "response"):
        if "x-error-when" in response.data:
            faults = list(_error_when_pointers_form(response.data["x-error-when"]))
            for pointer, message, hint in faults or _error_when_pointers_meaning(
                document, response, response.data["x-error-when"]
            ):
                yield report(document, ERROR_WHEN_POINTERS, response.at("x-error-when") + pointer, message, hint)
    for operation in operations(document):
        for status, response in responses(document, operation):
            if "x-error-when" in response.data and not status.startswith("2"):
                where = response.at("x-error-when")
                message = f"status {status} is a failure anyway"
                yield report(
                    document,
                    ERROR_WHEN_POINTERS,
                    where,
                    message,
                    "write x-error-when on answers 2xx only",
                    about=operation.id,
                )


def _error_when_pointers_form(failure: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(failure):
        yield "", "x-error-when is no object", "write filled and absent"
        return
    for word in _ERROR_WHEN_POINTERS_WORDS:
        if word not in failure:
            yield "", f"'{word}' is missing", "write filled and absent"
        elif not isinstance(failure[word], str) or not failure[word].startswith("/"):
            yield f"/{word}", f"'{word}' is no JSON Pointer", "write it like /errors"
    for word in failure:
        if word not in _ERROR_WHEN_POINTERS_WORDS:
            yield f"/{word}", f"'{word}' is not known here", nearest(word, _ERROR_WHEN_POINTERS_WORDS, "remove it")


def _error_when_pointers_meaning(
    document: Document, response: Node, failure: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
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


PAGINATION_POINTERS: Final = "pagination-pointers"

_PAGINATION_POINTERS_WORDS: Final = ("items", "token", "parameter")


def check_pagination_pointers(document: Document) -> Iterator[Problem]:
    """`x-pagination` does not describe a paged list.

    The pages of such an operation are fetched one after the other: the items are taken from one member, the token from
    another, and the token is sent again in a query parameter until none comes.

    Write `x-pagination: {items: /items, token: /next_page_token, parameter: page_token}` on a GET whose JSON answer has
    an array at `items` and an optional or nullable string at `token`, and which takes the query parameter.
    """
    for operation in operations(document):
        if "x-pagination" not in operation.node.data:
            continue
        where, page = operation.node.at("x-pagination"), operation.node.data["x-pagination"]
        if operation.method != "get":
            hint = "remove x-pagination, and page by hand"
            yield report(
                document, PAGINATION_POINTERS, where, f"only a GET is paged, this is a {operation.method.upper()}", hint
            )
        faults = list(_pagination_pointers_form(page))
        for pointer, message, hint in faults or _pagination_pointers_meaning(document, operation, page):
            yield report(document, PAGINATION_POINTERS, where + pointer, message, hint)


def _pagination_pointers_form(page: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(page):
        yield "", "x-pagination is no object", "write items, token and parameter"
        return
    for word in _PAGINATION_POINTERS_WORDS:
        if word not in page:
            yield "", f"'{word}' is missing", "write items, token and parameter"
        elif not isinstance(page[word], str) or not page[word].startswith("/" if word != "parameter" else ""):
            yield (
                f"/{word}",
                f"'{word}' is no {'name' if word == 'parameter' else 'JSON Pointer'}",
                "write it like /items",
            )
    for word in page:
        if word not in _PAGINATION_POINTERS_WORDS:
            yield f"/{word}", f"'{word}' is not known here", nearest(word, _PAGINATION_POINTERS_WORDS, "remove it")


def _pagination_pointers_meaning(
    document: Document, operation: Operation, page: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    answers = [answer for status, answer in responses(document, operation) if status.startswith("2")]
    schemas = [schema for schema in map(json_schema, answers) if schema]
    if not schemas:
        yield "", "there is no JSON answer to take pages from", "write content: {application/json: …} in a 2xx answer"
    for schema in schemas:
        items, token = find(document, schema, page["items"]), find(document, schema, page["token"])
        if items is None or "array" not in kinds(document, items.node):
            yield "/items", f"the answer has no array at {page['items']}", "point to the member that lists the items"
        if token is None or "string" not in kinds(document, token.node):
            yield "/token", f"the answer has no string at {page['token']}", "point to the token of the next page"
        elif not _can_end(document, token):
            yield "/token", f"{page['token']} is always there, so no page is the last", "make it optional or nullable"
    if not any(_is_token(document, each, page["parameter"]) for _, each in parameters(document, operation)):
        message = f"there is no query parameter '{page['parameter']}' that takes a string"
        yield "/parameter", message, "name the query parameter that takes the token"


def _can_end(document: Document, token: Member) -> bool:
    return not token.required or "null" in kinds(document, token.node)


def _is_token(document: Document, parameter: Node, name: str) -> bool:
    schema = parameter.child("schema", "schema")
    named = parameter.data.get("in") == "query" and parameter.data.get("name") == name
    return named and "string" in kinds(document, schema)
