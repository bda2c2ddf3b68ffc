"""Checks of security schemes and sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec.model import is_json
from ..spec.yaml_document import Document
from .shapes import find, kinds, members
from .values import is_list, is_object, nearest
from .walk import Node, Operation, bodies, json_schema, nodes, operations, parameters, report, resolve, responses, root

SECURITY_UNDECLARED: Final = "security-undeclared"


def check_security_undeclared(document: Document) -> Iterator[Problem]:
    """A security requirement names a scheme that is not declared.

    Write the scheme under `components.securitySchemes`, or mend the name.
    """
    declared = [scheme.key for scheme in root(document).children("security-scheme", "components", "securitySchemes")]
    for requirement in nodes(document, "requirement"):
        for name in requirement.data:
            if name not in declared:
                hint = nearest(name, declared, "add it to components.securitySchemes")
                yield report(
                    document, SECURITY_UNDECLARED, requirement.at(name), f"there is no security scheme '{name}'", hint
                )


UNSUPPORTED_SECURITY: Final = "unsupported-security"

_UNSUPPORTED_SECURITY_HINT: Final = "write http with basic or bearer, apiKey, or oauth2 with clientCredentials"


def check_unsupported_security(document: Document) -> Iterator[Problem]:
    """A security scheme is of a kind that the clients cannot use.

    Authenticating is code in the runtime, and a scheme that it does not have would send requests that must fail.

    Write `http` with scheme `basic` or `bearer`, `apiKey` in a header, a query or a cookie, or `oauth2` with the flow
    `clientCredentials` alone. Where a token is got by other means, `http` with `bearer` takes that token.
    """
    for scheme in nodes(document, "security-scheme"):
        yield from _scheme(document, scheme)
    for holder in [root(document), *nodes(document, "operation")]:
        for requirement in holder.children("requirement", "security"):
            yield from _scopes(document, requirement)


def _scheme(document: Document, scheme: Node) -> Iterator[Problem]:
    match scheme.data.get("type"):
        case "http":
            name = scheme.data.get("scheme")
            if not isinstance(name, str) or name.lower() not in ("basic", "bearer"):
                where = scheme.at("scheme")
                yield report(
                    document,
                    UNSUPPORTED_SECURITY,
                    where,
                    f"the http scheme '{name}' is not supported",
                    _UNSUPPORTED_SECURITY_HINT,
                )
        case "mutualTLS" | "openIdConnect" as kind:
            yield report(
                document,
                UNSUPPORTED_SECURITY,
                scheme.at("type"),
                f"{kind} is not supported",
                _UNSUPPORTED_SECURITY_HINT,
            )
        case "oauth2":
            for flow in scheme.children("flow", "flows"):
                if flow.key != "clientCredentials" and not flow.key.startswith("x-"):
                    message = f"the OAuth2 flow {flow.key} is not supported"
                    hint = "write clientCredentials, or http with bearer for a token got elsewhere"
                    yield report(document, UNSUPPORTED_SECURITY, flow.pointer, message, hint)
            if not any(True for _ in scheme.children("flow", "flows")):
                yield report(
                    document,
                    UNSUPPORTED_SECURITY,
                    scheme.at("flows"),
                    "no OAuth2 flow is given",
                    "write clientCredentials",
                )
        case _:
            pass


def _scopes(document: Document, requirement: Node) -> Iterator[Problem]:
    for name, scopes in requirement.data.items():
        flow = root(document).child("flow", "components", "securitySchemes", name, "flows", "clientCredentials")
        known = flow.data.get("scopes") if flow else None
        for index, scope in enumerate(scopes if is_list(scopes) else ()):
            if is_object(known) and scope not in known:
                where = requirement.at(name, index)
                yield report(
                    document,
                    UNSUPPORTED_SECURITY,
                    where,
                    f"the flow does not know the scope '{scope}'",
                    "add it to scopes",
                )


SIGN_IN: Final = "sign-in"

_WORDS: Final = ("operations", "token")
_SIGN_IN_HINT: Final = "write operations and token"

_Fault = tuple[str, str, str]


def check_sign_in(document: Document) -> Iterator[Problem]:
    """An `x-sign-in` does not say how a client gets a token by itself.

    Where an operation of the API answers with the token that a security scheme takes, the client can call it: users
    give what the operation takes as body (`auth=SignInRequest(…)`), and the client signs in when the first call needs a
    token.

    Write `x-sign-in: {operations: [auth.signIn], token: /token}` on a scheme that takes a single secret (`http` with
    `bearer`, `apiKey`). Each operation is a POST with `security: []`, with one JSON body that is a component of its own
    and required, without required parameters (`x-client-parameter` ones aside), and answers with a text at `token`.
    """
    taken: dict[str, str] = {}
    for scheme in nodes(document, "security-scheme"):
        if "x-sign-in" in scheme.data:
            word = scheme.data["x-sign-in"]
            faults = list(_form(scheme, word))
            for pointer, message, hint in faults or _meaning(document, word, taken):
                yield report(document, SIGN_IN, scheme.at("x-sign-in") + pointer, message, hint)


def _form(scheme: Node, word: Any) -> Iterator[_Fault]:
    bearer = str(scheme.data.get("scheme")).lower() == "bearer" and scheme.data.get("type") == "http"
    if not bearer and scheme.data.get("type") != "apiKey":
        yield "", "only a scheme that takes a single secret can be signed in for", "write it on http bearer or apiKey"
    if not is_object(word):
        yield "", "x-sign-in is no object", _SIGN_IN_HINT
        return
    for name in _WORDS:
        if name not in word:
            yield "", f"'{name}' is missing", _SIGN_IN_HINT
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
