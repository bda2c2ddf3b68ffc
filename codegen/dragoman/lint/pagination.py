"""Check of lists in pages: `x-pagination`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import at, find, kinds, near, plain
from .values import is_number, is_object, listed, nearest
from .walk import Node, Operation, json_schema, operations, parameters, report, responses

PAGINATION_POINTERS: Final = "pagination-pointers"

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "token": ("items", "token", "parameter"),
    "page": ("items", "page", "first", "pages", "total"),
    "offset": ("items", "offset", "total"),
    "link": ("items", "link"),
    "url": ("items", "url"),
}
"""Members of `x-pagination` by the member that decides how the next page is requested."""

_OPTIONAL: Final = frozenset({"first", "pages", "total"})
_POINTERS: Final = frozenset({"items", "token", "pages", "total", "url"})
_EXAMPLES: Final[Mapping[str, str]] = {
    "token": "{items: /items, token: /next_page_token, parameter: page_token}",
    "page": "{items: /items, page: page, pages: /total_pages}",
    "offset": "{items: /items, offset: offset, total: /total}",
    "link": "{items: '', link: next}",
    "url": "{items: /items, url: /next}",
}
_VALUES: Final[Mapping[str, str]] = {
    "items": "/items",
    "token": "/next_page_token",
    "parameter": "page_token",
    "page": "page",
    "first": "1",
    "pages": "/total_pages",
    "offset": "offset",
    "total": "/total",
    "link": "next",
    "url": "/next",
}
_CONVERTED: Final = frozenset(
    {"uuid", "x-guid-n", "date", "date-time", "time", "duration", "byte", "binary", "decimal", "x-servicestack-date"}
)
"""Formats whose values are not kept as text, so that a token could be sent in another form than it was received."""
_RELATION: Final = re.compile(r"[!-~]+")

Fault: TypeAlias = tuple[str, str, str]
"""Pointer inside `x-pagination`, problem and hint."""


def check_pagination_pointers(document: Document) -> Iterator[Problem]:
    """`x-pagination` does not describe a paginated list.

    The client requests the pages of such an operation one after the other. It takes the items from the array at
    `items`; '' is the response itself. One member says how the next page is requested, and when there is none:

    - `token` is a pointer to the token of the next page, sent in the query parameter `parameter`, until it is missing,
      null or empty. Both are strings of the same format, or integers.
    - `page` is the query parameter for the number of the page. The number of the first page is `first`, or else 1.
    - `offset` is the query parameter for the number of items to skip.
    - `link` is the relation type of a link in the `Link` header, usually `next`, until there is no such link.
    - `url` is a pointer to the URL of the next page, a string, until it is missing, null or empty.

    A list by `page` or `offset` ends with its first empty page. If the response says how many items all pages have
    (`total`), or how many pages there are (`pages`, for `page`), it ends there, and needs no request more. These are
    pointers to integers.

    Write `x-pagination: {items: /items, token: /next_page_token, parameter: page_token}`, or one of the other kinds, on
    a GET operation with a JSON response.
    """
    for operation in operations(document):
        if "x-pagination" not in operation.node.data:
            continue
        where, page = operation.node.at("x-pagination"), operation.node.data["x-pagination"]
        if operation.method != "get":
            message = f"x-pagination needs a GET, not a {operation.method.upper()}"
            yield report(document, PAGINATION_POINTERS, where, message, "remove x-pagination")
        faults = list(_form(page))
        for pointer, message, hint in faults or _meaning(document, operation, page):
            yield report(document, PAGINATION_POINTERS, where + pointer, message, hint)


def kind_of(page: Mapping[str, Any]) -> str:
    """Return the member of `x-pagination` that decides how the next page is requested; '' if there is none."""
    return next((kind for kind in KINDS if kind in page), "")


def _form(page: Any) -> Iterator[Fault]:
    if not is_object(page):
        yield "", "x-pagination is not an object", f"write x-pagination: {_EXAMPLES['token']}"
        return
    found = [kind for kind in KINDS if kind in page]
    if not found:
        hint = f"write x-pagination: {_EXAMPLES['token']}"
        yield "", f"{listed(map(repr, KINDS))} is missing", hint
        return
    for other in found[1:]:
        yield f"/{other}", f"'{other}' and '{found[0]}' exclude each other", "remove one of them"
    kind = found[0]
    for member in KINDS[kind]:
        if member in page:
            form = _form_of(member, page[member])
            if form:
                yield f"/{member}", f"'{member}' is not {form}", f"write {member}: {_VALUES[member]}"
        elif member not in _OPTIONAL:
            yield "", f"'{member}' is missing", f"write x-pagination: {_EXAMPLES[kind]}"
    for member in page:
        if member not in KINDS[kind] and member not in found:
            message = f"'{member}' is unknown here; allowed: {', '.join(KINDS[kind])}"
            yield f"/{member}", message, nearest(member, KINDS[kind], "remove it")


def _form_of(member: str, value: Any) -> str:
    """Return the form that the value of a member should have; '' if it has it."""
    if member == "first":
        return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "a number of at least 0"
    if member == "link":
        return "" if isinstance(value, str) and _RELATION.fullmatch(value) else "a relation type"
    if member in _POINTERS:
        whole = member == "items" and value == ""
        return "" if whole or (isinstance(value, str) and value.startswith("/")) else "a JSON Pointer"
    return "" if isinstance(value, str) and value else "the name of a parameter"


def _meaning(document: Document, operation: Operation, page: Mapping[str, Any]) -> Iterator[Fault]:
    successes = [response for status, response in responses(document, operation) if status.startswith("2")]
    bodies = [(response, schema) for response in successes if (schema := json_schema(response))]
    if not bodies:
        yield "", "no 2xx response has JSON content", "write content: {application/json: {schema: …}} in a 2xx response"
    elif any(response.data.get("content") and not json_schema(response) for response in successes):
        yield "", "a 2xx response has no JSON content", "write content: {application/json: {schema: …}} in each of them"
    for response, schema in bodies:
        yield from _items(document, schema, page["items"])
        if "token" in page:
            yield from _next(document, schema, page, "token", "token", {"string", "integer"})
        if "url" in page:
            yield from _next(document, schema, page, "url", "URL", {"string"})
            if found := _format(document, at(document, schema, page["url"])):
                yield "/url", f"{page['url']} has the format {found}", "write format: uri there, or remove the format"
        if "link" in page and not any(each.key.lower() == "link" for each in response.children("header", "headers")):
            hint = "write headers: {Link: {schema: {type: string}}} in the response"
            yield "/link", "the response declares no Link header", hint
        for member in ("pages", "total"):
            if member in page and not _fits(document, at(document, schema, page[member]), {"integer"}):
                hint = _nearby(document, schema, page[member], member, {"integer"}, "a count")
                yield f"/{member}", f"the response has no integer at {page[member]}", hint
    if "token" in page:
        types = {kind for _, schema in bodies for kind in kinds(document, at(document, schema, page["token"]))}
        yield from _parameter(document, operation, page, "parameter", types & {"string", "integer"} or {"string"})
        formats = {_format(document, at(document, schema, page["token"])) for _, schema in bodies}
        yield from _format_of_parameter(document, operation, page, formats)
    for member in ("page", "offset"):
        if member in page:
            yield from _parameter(document, operation, page, member, {"integer"})


def _items(document: Document, schema: Node, pointer: str) -> Iterator[Fault]:
    if not _fits(document, at(document, schema, pointer), {"array"}):
        message = f"the response has no array at {pointer}" if pointer else "the response is not an array"
        if _fits(document, schema, {"array"}):
            yield "/items", message, "write items: ''"
        else:
            yield "/items", message, _nearby(document, schema, pointer, "items", {"array"}, "the list of items")


def _next(
    document: Document, schema: Node, page: Mapping[str, Any], member: str, what: str, wanted: set[str]
) -> Iterator[Fault]:
    pointer = page[member]
    found = find(document, schema, pointer)
    if found is None or not _fits(document, found.node, wanted):
        hint = _nearby(document, schema, pointer, member, wanted, f"the {what} of the next page")
        yield f"/{member}", f"the response has no {listed(sorted(wanted, reverse=True))} at {pointer}", hint
    elif found.required and "null" not in kinds(document, found.node):
        message = f"{pointer} is required and not nullable, so there is no last page"
        yield f"/{member}", message, "remove it from required, or make it nullable"


def _fits(document: Document, schema: Node | None, wanted: set[str]) -> bool:
    """Return True if the values of a schema have one of the wanted types, apart from null."""
    found = kinds(document, schema) - {"null"}
    return bool(found) and found <= wanted


def _nearby(document: Document, schema: Node, pointer: str, member: str, wanted: set[str], what: str) -> str:
    fitting = [each for each in near(document, schema, pointer) if _fits(document, at(document, schema, each), wanted)]
    return f"write {member}: {listed(fitting)}" if fitting else f"write the pointer of {what}"


def _parameter(
    document: Document, operation: Operation, page: Mapping[str, Any], member: str, wanted: set[str]
) -> Iterator[Fault]:
    name, form = page[member], listed(sorted(wanted, reverse=True))
    known = {
        each.data["name"]: each
        for _, each in parameters(document, operation)
        if each.data.get("in") == "query" and isinstance(each.data.get("name"), str)
    }
    parameter = known.get(name)
    schema = parameter.child("schema", "schema") if parameter else None
    if parameter is None or not kinds(document, schema) & wanted:
        fitting = [
            each
            for each, node in known.items()
            if kinds(document, node.child("schema", "schema")) & wanted and not node.data.get("x-client-parameter")
        ]
        declaration = f"parameters: [{{name: {name}, in: query, schema: {{type: {max(wanted)}}}}}]"
        hint = f"write {member}: {listed(fitting)}" if fitting else f"write {declaration}"
        yield f"/{member}", f"the operation has no query parameter '{name}' of type {form}", hint
    elif parameter.data.get("x-client-parameter"):
        message = f"'{name}' is set once on the client (x-client-parameter)"
        yield f"/{member}", message, "remove x-client-parameter from the parameter"
    elif schema and member != "parameter":
        yield from _first(document, schema, page, member)


def _format(document: Document, schema: Node | None) -> str:
    """Return the format of a schema, '' if its values are kept as text."""
    whole = plain(document, schema)
    found = whole.data.get("format") if whole else None
    return found if isinstance(found, str) and found in _CONVERTED else ""


def _format_of_parameter(
    document: Document, operation: Operation, page: Mapping[str, Any], formats: set[str]
) -> Iterator[Fault]:
    name = page["parameter"]
    for _, parameter in parameters(document, operation):
        if parameter.data.get("in") == "query" and parameter.data.get("name") == name:
            found = _format(document, parameter.child("schema", "schema"))
            for wanted in sorted(formats - {found}):
                message = f"'{name}' has {_stated(found)}, but {page['token']} has {_stated(wanted)}"
                yield "/parameter", message, f"give both {_stated(wanted or found)}, or none"


def _stated(found: str) -> str:
    return f"format: {found}" if found else "no format"


def _first(document: Document, schema: Node, page: Mapping[str, Any], member: str) -> Iterator[Fault]:
    """Yield a fault if the server begins with another page than the client believes, because one would be missing."""
    first, whole = (page.get("first", 1) if member == "page" else 0), plain(document, schema)
    default = whole.data.get("default") if whole else None
    if not is_number(default) or default == first:
        return
    message = f"the first page is {first}, but the default of the parameter is {default}"
    if member == "page":
        yield f"/{'first' if 'first' in page else member}", message, f"write first: {default}"
    else:
        yield f"/{member}", message, "remove the default"
