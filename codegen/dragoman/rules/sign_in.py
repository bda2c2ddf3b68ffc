"""An `x-sign-in` does not say how a client gets a token by itself.

Where an operation of the API answers with the token that a security scheme takes, the client can call it: users give
what the operation takes as body (`auth=SignInRequest(…)`), and the client signs in when the first call needs a token.

Write `x-sign-in: {operations: [auth.signIn], token: /token}` on a scheme that takes a single secret (`http` with
`bearer`, `apiKey`). Each operation is a POST with `security: []`, with one JSON body that is a component of its own
and required, without required parameters (`x-client-parameter` ones aside), and answers with a text at `token`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..media_types import is_json
from ..problem import Problem
from ..source import Document
from .data import is_list, is_object
from .shapes import find, kinds, members
from .walk import (
    Node,
    Operation,
    bodies,
    json_schema,
    nodes,
    operations,
    parameters,
    report,
    resolve,
    responses,
)
from .wording import nearest

ID: Final = "sign-in"

_WORDS: Final = ("operations", "token")
_HINT: Final = "write operations and token"

_Fault = tuple[str, str, str]


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of an `x-sign-in`."""
    taken: dict[str, str] = {}
    for scheme in nodes(document, "security-scheme"):
        if "x-sign-in" in scheme.data:
            word = scheme.data["x-sign-in"]
            faults = list(_form(scheme, word))
            for pointer, message, hint in faults or _meaning(document, word, taken):
                yield report(document, ID, scheme.at("x-sign-in") + pointer, message, hint)


def _form(scheme: Node, word: Any) -> Iterator[_Fault]:
    bearer = str(scheme.data.get("scheme")).lower() == "bearer" and scheme.data.get("type") == "http"
    if not bearer and scheme.data.get("type") != "apiKey":
        yield "", "only a scheme that takes a single secret can be signed in for", "write it on http bearer or apiKey"
    if not is_object(word):
        yield "", "x-sign-in is no object", _HINT
        return
    for name in _WORDS:
        if name not in word:
            yield "", f"'{name}' is missing", _HINT
    for name in word:
        if name not in _WORDS:
            yield f"/{name}", f"'{name}' is not known here", nearest(name, _WORDS, "remove it")
    ids, token = word.get("operations", ["-"]), word.get("token", "/")
    if not is_list(ids) or not ids or not all(isinstance(each, str) for each in ids):
        yield "/operations", "'operations' is no list of operationIds", "write it like [auth.signIn]"
    if not isinstance(token, str) or not token.startswith("/"):
        yield "/token", "'token' is no JSON Pointer", "write it like /token"


def _meaning(document: Document, word: dict[str, Any], taken: dict[str, str]) -> Iterator[_Fault]:
    known = {operation.id: operation for operation in operations(document)}
    for index, name in enumerate(word["operations"]):
        where = f"/operations/{index}"
        operation = known.get(name)
        if operation is None:
            yield where, f"there is no operation {name}", nearest(name, known, "write the operationId of one")
            continue
        for message, hint in _operation(document, operation, taken):
            yield where, message, hint
        if not _has_token(document, operation, word["token"]):
            yield "/token", f"{name} answers with no text at {word['token']}", "point to the token in its answer 2xx"


def _operation(document: Document, operation: Operation, taken: dict[str, str]) -> Iterator[tuple[str, str]]:
    name = operation.id
    if operation.method != "post":
        yield f"{name} is no POST", "write the operation that answers with the token"
    if operation.node.data.get("security") != []:
        yield f"{name} takes the credentials that it is to fetch", "write security: [] there"
    required = [each for _, each in parameters(document, operation) if each.data.get("required") and not _is_free(each)]
    for each in required:
        yield f"{name} requires the parameter {each.data.get('name')}", "only its body is known when a client signs in"
    contents = list(bodies(document, operation))
    schema = contents[0].child("schema", "schema") if contents else None
    if schema is None or not is_json(contents[0].key) or not schema.ref or not members(document, schema):
        yield f"{name} takes no JSON object of a component", "write a $ref to a component of type object"
    elif len(contents) > 1:
        yield f"{name} takes its body in several media types", "keep application/json"
    elif taken.setdefault(schema.ref, name) != name:
        yield f"{name} takes the same body as {taken[schema.ref]}", "give it a component of its own"
    elif not _is_required(document, operation):
        yield f"the body of {name} is optional", "write required: true on its requestBody"


def _is_free(parameter: Node) -> bool:
    """Tell whether a parameter has its value from elsewhere."""
    return bool(parameter.data.get("x-client-parameter") or parameter.data.get("x-from-body"))


def _is_required(document: Document, operation: Operation) -> bool:
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    return bool(whole and whole.data.get("required"))


def _has_token(document: Document, operation: Operation, pointer: str) -> bool:
    successes = [answer for status, answer in responses(document, operation) if status.startswith("2")]
    schemas = [json_schema(answer) for answer in successes]
    found = [find(document, schema, pointer) if schema else None for schema in schemas]
    return bool(found) and all(each is not None and "string" in kinds(document, each.node) for each in found)
