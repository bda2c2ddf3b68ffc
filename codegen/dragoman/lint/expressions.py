"""What a runtime expression of OpenAPI can be on what an operation declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from taskclients_core.json_pointer import from_names
from taskclients_core.json_pointer import parse as parse_pointer
from taskclients_core.tasks.expressions import Expression, parse_expression

from ..spec.model import is_json
from ..spec.yaml_document import Document
from .shapes import at, find, kinds, near, plain
from .tasks import Start, accepting
from .values import listed, nearest
from .walk import Node, bodies, json_schema, parameters, resolve


@frozen
class Evaluated:
    """What an expression gives."""

    types: frozenset[str]
    """JSON types without null; empty if the spec does not say."""

    secret: bool = False
    optional: bool = False
    """Whether a request can be made without it."""


def evaluate(document: Document, submit: Start, expression: str) -> Evaluated | tuple[str, str]:
    """Return what an expression gives on an operation that starts a task, or what is wrong with it and a hint."""
    match parse_expression(expression):
        case Expression("response", "body", pointer):
            return _member(document, expression, _response_bodies(document, submit), pointer, "response")
        case Expression("request", "body", pointer):
            return _member(document, expression, _request_bodies(document, submit), pointer, "request")
        case Expression("response", "header", name):
            return _response_header(document, submit, expression, name)
        case Expression("response", part):
            return f"{expression}: an answer has no {part}", "name its body or a header"
        case Expression("request", part, name):
            return _parameter(document, submit, expression, part, name)
        case _:
            return f"{expression} is not known here", "name a part of the request or of its response"


def _member(
    document: Document, expression: str, schemas: Iterable[Node | None], pointer: str, source: str
) -> Evaluated | tuple[str, str]:
    types: frozenset[str] = frozenset()
    secret = optional = False
    several = list(schemas)
    if not several or None in several:
        what = "answer" if source == "response" else "body"
        return (
            f"{expression} needs JSON, and the {what} is none",
            f"write content: {{application/json: …}} for the {what}",
        )
    for schema in several:
        found = at(document, schema, pointer)
        if found is None:
            hint = nearest(pointer, near(document, schema, pointer), "point to a member of the schema")
            return f"{expression}: there is nothing at {pointer}", hint
        types |= kinds(document, found) - {"null"}
        target = plain(document, found)
        secret = secret or any(_is_secret(each) for each in (found, target) if each)
        optional = optional or (source == "request" and not _is_there(document, schema, pointer))
    return Evaluated(types, secret, optional)


def _is_there(document: Document, schema: Node | None, pointer: str) -> bool:
    """Tell whether every member on the way to a value is required."""
    names = parse_pointer(pointer)
    ways = (from_names(names[:end]) for end in range(1, len(names) + 1))
    return all(found is not None and found.required for found in (find(document, schema, way) for way in ways))


def _is_secret(schema: Node) -> bool:
    return schema.data.get("x-secret") is True or schema.data.get("format") == "password"


def _response_bodies(document: Document, submit: Start) -> Iterator[Node | None]:
    return (json_schema(answer) for answer in accepting(document, submit))


def _request_bodies(document: Document, submit: Start) -> Iterator[Node | None]:
    for content in bodies(document, submit.operation):
        yield content.child("schema", "schema") if is_json(content.key) else None


def _response_header(document: Document, submit: Start, expression: str, name: str) -> Evaluated | tuple[str, str]:
    types: frozenset[str] = frozenset()
    answers = accepting(document, submit)
    for answer in answers:
        headers = list(answer.children("header", "headers"))
        header = next((resolve(document, each) for each in headers if each.key.lower() == name.lower()), None)
        if header is None:
            hint = nearest(name, (each.key for each in headers), "declare it under headers: of the answer")
            return f"{expression}: the answer declares no header '{name}'", hint
        types |= kinds(document, header.child("schema", "schema")) - {"null"}
    return Evaluated(types)


def _parameter(
    document: Document, submit: Start, expression: str, place: str, name: str
) -> Evaluated | tuple[str, str]:
    known = {
        str(each.data.get("name")): each
        for _, each in parameters(document, submit.operation)
        if each.data.get("in") == place
    }
    # Names of headers have no case.
    alike = [each for each in known if each == name or (place == "header" and each.lower() == name.lower())]
    if not alike:
        hint = nearest(name, known, f"write {listed(known)}" if known else "remove it")
        return f"{expression}: {submit.operation.id} has no {place} parameter '{name}'", hint
    found = known[alike[0]]
    if found.data.get("x-client-parameter"):
        return (
            f"{expression}: '{name}' is set once on the client (x-client-parameter)",
            "name what a request has of its own",
        )
    schema = found.child("schema", "schema")
    secret = found.data.get("x-secret") is True or bool(schema and _is_secret(schema))
    required = place == "path" or found.data.get("required") is True
    return Evaluated(kinds(document, schema) - {"null"}, secret, optional=not required)
