"""`x-from-body` does not lead from a path parameter to a required scalar of the JSON request body.

The caller says such a value once, in the body, and it is sent in both places; so it must always be there, and be
something that a path can hold.

Write `x-from-body: /brand` on a parameter `in: path`, where the body of every operation that takes it is required, is JSON,
and has a required member `brand` of the same scalar type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import from_names, parse

from ..media_types import is_json
from ..problem import Problem
from ..source import Document
from .shapes import SCALARS, Member, find, kinds, plain
from .walk import Node, Operation, bodies, nodes, operations, parameters, report, resolve
from .wording import listed

ID: Final = "from-body-pointer"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each `x-from-body` that cannot be followed."""
    for parameter in nodes(document, "parameter"):
        if "x-from-body" in parameter.data and parameter.data.get("in") != "path":
            hint = "remove it, or write in: path"
            yield report(document, ID, parameter.at("x-from-body"), "x-from-body stands on no path parameter", hint)
    for operation in operations(document):
        for _, parameter in parameters(document, operation):
            pointer = parameter.data.get("x-from-body")
            if isinstance(pointer, str) and parameter.data.get("in") == "path":
                for message, hint in _faults(document, operation, parameter, pointer):
                    yield report(document, ID, parameter.at("x-from-body"), message, hint, about=operation.id)


def _faults(document: Document, operation: Operation, parameter: Node, pointer: str) -> Iterator[tuple[str, str]]:
    schemas = [each.child("schema", "schema") for each in bodies(document, operation) if is_json(each.key)]
    if not schemas or len(schemas) != len(list(bodies(document, operation))):
        yield "the body that x-from-body points into is not JSON", "write a requestBody in application/json"
        return
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole and whole.data.get("required") is not True:
        yield "the body that x-from-body points into is optional", "write required: true in requestBody"
    wanted = kinds(document, parameter.child("schema", "schema"))
    for schema in schemas:
        found = _kinds_on_the_way(document, schema, pointer)
        if found is None:
            yield f"the body has no required member at {pointer}", "point to a required member of the body"
        elif len(found) != 1 or not found <= SCALARS:
            yield f"{pointer} is {listed(sorted(found))}, not a scalar", "point to a text, a number or a boolean"
        elif found != wanted:
            message = f"{pointer} is {listed(sorted(found))}, the parameter {listed(sorted(wanted))}"
            yield message, "give both the same type"


def _kinds_on_the_way(document: Document, schema: Node | None, pointer: str) -> frozenset[str] | None:
    """Return the types at `pointer`, None when it, or a member on the way to it, is not always there."""
    names = parse(pointer)
    member: Member | None = None
    for end in range(1, len(names) + 1):
        member = find(document, schema, from_names(names[:end]))
        if member is None or not member.required:
            return None
        if end < len(names) and plain(document, member.node) is None:
            return None
    return kinds(document, member.node) if member else None
