"""`x-pagination` does not describe a paged list.

The pages of such an operation are fetched one after the other: the items are taken from one member, the token from
another, and the token is sent again in a query parameter until none comes.

Write `x-pagination: {items: /items, token: /next_page_token, parameter: page_token}` on a GET whose JSON answer has an array
at `items` and an optional or nullable string at `token`, and which takes the query parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import is_object
from .shapes import Member, find, kinds
from .walk import Node, Operation, json_schema, operations, parameters, report, responses
from .wording import nearest

ID: Final = "pagination-pointers"

_WORDS: Final = ("items", "token", "parameter")


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of an `x-pagination`."""
    for operation in operations(document):
        if "x-pagination" not in operation.node.data:
            continue
        where, page = operation.node.at("x-pagination"), operation.node.data["x-pagination"]
        if operation.method != "get":
            hint = "remove x-pagination, and page by hand"
            yield report(document, ID, where, f"only a GET is paged, this is a {operation.method.upper()}", hint)
        faults = list(_form(page))
        for pointer, message, hint in faults or _meaning(document, operation, page):
            yield report(document, ID, where + pointer, message, hint)


def _form(page: Any) -> Iterator[tuple[str, str, str]]:
    if not is_object(page):
        yield "", "x-pagination is no object", "write items, token and parameter"
        return
    for word in _WORDS:
        if word not in page:
            yield "", f"'{word}' is missing", "write items, token and parameter"
        elif not isinstance(page[word], str) or not page[word].startswith("/" if word != "parameter" else ""):
            yield (
                f"/{word}",
                f"'{word}' is no {'name' if word == 'parameter' else 'JSON Pointer'}",
                "write it like /items",
            )
    for word in page:
        if word not in _WORDS:
            yield f"/{word}", f"'{word}' is not known here", nearest(word, _WORDS, "remove it")


def _meaning(document: Document, operation: Operation, page: dict[str, str]) -> Iterator[tuple[str, str, str]]:
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
