"""Checks of responses: `x-error-when` and `x-pagination`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec.model import has_body
from ..spec.yaml_document import Document
from .shapes import Member, find, kinds
from .values import is_object, nearest
from .walk import Node, Operation, json_schema, nodes, operations, parameters, report, responses

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


PAGINATION_POINTERS: Final = "pagination-pointers"

_PAGINATION_MEMBERS: Final = ("items", "token", "parameter")
_PAGINATION_HINT: Final = "write x-pagination: {items: /items, token: /next_page_token, parameter: page_token}"
_PAGINATION_EXAMPLES: Final = {"items": "/items", "token": "/next_page_token", "parameter": "page_token"}


def check_pagination_pointers(document: Document) -> Iterator[Problem]:
    """`x-pagination` does not describe a paginated list.

    The client requests the pages of such an operation one after the other. It takes the items from one member and the
    token of the next page from another, and sends the token in a query parameter until a page has no token.

    Write `x-pagination: {items: /items, token: /next_page_token, parameter: page_token}` on a GET operation with that
    query parameter, whose JSON response has an array at `items` and an optional or nullable string at `token`.
    """
    for operation in operations(document):
        if "x-pagination" not in operation.node.data:
            continue
        where, page = operation.node.at("x-pagination"), operation.node.data["x-pagination"]
        if operation.method != "get":
            hint = "remove x-pagination"
            yield report(
                document,
                PAGINATION_POINTERS,
                where,
                f"x-pagination needs a GET, not a {operation.method.upper()}",
                hint,
            )
        faults = list(_pagination_form(page))
        for pointer, message, hint in faults or _pagination_meaning(document, operation, page):
            yield report(document, PAGINATION_POINTERS, where + pointer, message, hint)


def _pagination_form(page: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(page):
        yield "", "x-pagination is not an object", _PAGINATION_HINT
        return
    for member in _PAGINATION_MEMBERS:
        if member not in page:
            yield "", f"'{member}' is missing", _PAGINATION_HINT
        elif not isinstance(page[member], str) or not page[member].startswith("/" if member != "parameter" else ""):
            form = "the name of a parameter" if member == "parameter" else "a JSON Pointer"
            yield f"/{member}", f"'{member}' is not {form}", f"write {member}: {_PAGINATION_EXAMPLES[member]}"
    for member in page:
        if member not in _PAGINATION_MEMBERS:
            yield f"/{member}", *_unknown(member, _PAGINATION_MEMBERS)


def _pagination_meaning(
    document: Document, operation: Operation, page: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    successes = [response for status, response in responses(document, operation) if status.startswith("2")]
    schemas = [schema for schema in map(json_schema, successes) if schema]
    if not schemas:
        yield "", "no 2xx response has JSON content", "write content: {application/json: {schema: …}} in a 2xx response"
    for schema in schemas:
        items, token = find(document, schema, page["items"]), find(document, schema, page["token"])
        if items is None or "array" not in kinds(document, items.node):
            yield "/items", f"the response has no array at {page['items']}", "write the pointer of the list of items"
        if token is None or "string" not in kinds(document, token.node):
            yield (
                "/token",
                f"the response has no string at {page['token']}",
                "write the pointer of the token of the next page",
            )
        elif not _can_end(document, token):
            message = f"{page['token']} is required and not nullable, so there is no last page"
            yield "/token", message, "remove it from required, or make it nullable"
    if not any(_is_token(document, each, page["parameter"]) for _, each in parameters(document, operation)):
        message = f"the operation has no query parameter '{page['parameter']}' of type string"
        yield "/parameter", message, "write the name of the query parameter for the token"


def _can_end(document: Document, token: Member) -> bool:
    return not token.required or "null" in kinds(document, token.node)


def _is_token(document: Document, parameter: Node, name: str) -> bool:
    schema = parameter.child("schema", "schema")
    named = parameter.data.get("in") == "query" and parameter.data.get("name") == name
    return named and "string" in kinds(document, schema)
