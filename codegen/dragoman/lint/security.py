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
    """A security requirement refers to an undeclared scheme.

    The client could not authenticate.

    Write the scheme under `components.securitySchemes`, or correct the name.
    """
    declared = [scheme.key for scheme in root(document).children("security-scheme", "components", "securitySchemes")]
    for requirement in nodes(document, "requirement"):
        for name in requirement.data:
            if name not in declared:
                hint = nearest(
                    name,
                    declared,
                    f"write {name}: {{type: http, scheme: bearer}} (or another scheme) there",
                )
                yield report(
                    document,
                    SECURITY_UNDECLARED,
                    requirement.at(name),
                    f"components.securitySchemes has no '{name}'",
                    hint,
                )


UNSUPPORTED_SECURITY: Final = "unsupported-security"

_UNSUPPORTED_SECURITY_HINT: Final = (
    "write type: http with scheme: basic or bearer, type: apiKey, oauth2, openIdConnect or mutualTLS"
)


def check_unsupported_security(document: Document) -> Iterator[Problem]:
    """A security scheme, a scope or a combination of schemes is not supported by the clients.

    The runtime implements authentication. With another scheme, every request would fail. A header is sent once, so two
    schemes of one requirement cannot both set it, unless both are tokens: then one token serves both.

    Write `type: http` with `scheme: basic` or `bearer`, `type: apiKey` with `in: header`, `query` or `cookie`,
    `oauth2`, `openIdConnect` or `mutualTLS`. With the OAuth 2 flow `clientCredentials` the client obtains tokens
    itself; users pass those of other flows, and the certificate of `mutualTLS` belongs to their httpx client.
    """
    for scheme in nodes(document, "security-scheme"):
        yield from _scheme(document, scheme)
    for holder in [root(document), *nodes(document, "operation")]:
        for requirement in holder.children("requirement", "security"):
            yield from _scopes(document, requirement)
            yield from _headers(document, requirement)


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
        case "oauth2":
            if not any(True for _ in scheme.children("flow", "flows")):
                yield report(
                    document,
                    UNSUPPORTED_SECURITY,
                    scheme.at("flows"),
                    "no OAuth2 flow is declared",
                    "write flows: {clientCredentials: {tokenUrl: 'https://<url>', scopes: {}}}",
                )
        case _:
            pass


def _scopes(document: Document, requirement: Node) -> Iterator[Problem]:
    for name, scopes in requirement.data.items():
        scheme = _scheme_of(document, name)
        if scheme is None or scheme.data.get("type") != "oauth2":
            continue
        declared = [flow.data.get("scopes") for flow in scheme.children("flow", "flows")]
        known = [scope for each in declared if is_object(each) for scope in each]
        for index, scope in enumerate(scopes if is_list(scopes) else ()):
            if scope not in known:
                where = requirement.at(name, index)
                yield report(
                    document,
                    UNSUPPORTED_SECURITY,
                    where,
                    f"no flow declares the scope '{scope}'",
                    f"write scopes: {{{scope}: <description>}} in the flow",
                )


def _headers(document: Document, requirement: Node) -> Iterator[Problem]:
    found: dict[str, tuple[str, str]] = {}
    for name in requirement.data:
        scheme = _scheme_of(document, name)
        header, form = _header(scheme) if scheme else ("", "")
        if not header:
            continue
        other, taken = found.setdefault(header.lower(), (name, form))
        if other != name and not form == taken == "a token":
            message = f"'{other}' and '{name}' both set the header {header}"
            hint = "write them as alternatives: one item of the list for each"
            yield report(document, UNSUPPORTED_SECURITY, requirement.at(name), message, hint)


def _header(scheme: Node) -> tuple[str, str]:
    """Return the header that a scheme sets, and what is in it; '' for none."""
    match scheme.data.get("type"):
        case "apiKey" if scheme.data.get("in") == "header":
            return str(scheme.data.get("name")), "a key"
        case "http":
            return "Authorization", "a token" if str(scheme.data.get("scheme")).lower() == "bearer" else "a pair"
        case "oauth2" | "openIdConnect":
            return "Authorization", "a token"
        case _:
            return "", ""


def _scheme_of(document: Document, name: str) -> Node | None:
    scheme = root(document).child("security-scheme", "components", "securitySchemes", name)
    return resolve(document, scheme) if scheme else None


SIGN_IN: Final = "sign-in"

_MEMBERS: Final = ("operations", "token")
_SIGN_IN_HINT: Final = "write x-sign-in: {operations: [auth.signIn], token: /token}"

_Fault = tuple[str, str, str]


def check_sign_in(document: Document) -> Iterator[Problem]:
    """An `x-sign-in` does not describe how a client obtains a token.

    If an operation of the API responds with the token of a security scheme, the client can call it: users pass the body
    of the operation (`auth=SignInRequest(…)`), and the client signs in when the first call needs a token.

    Write `x-sign-in: {operations: [auth.signIn], token: /token}` on a scheme with a single secret (`type: http` with
    `scheme: bearer`, or `type: apiKey`). Each operation must be a POST with `security: []` and a required JSON body
    that is a component of its own. It must have no required parameters (except with `x-client-parameter`) and respond
    with a string at `token`.
    """
    bodies_in_use: dict[str, str] = {}
    for scheme in nodes(document, "security-scheme"):
        if "x-sign-in" in scheme.data:
            sign_in = scheme.data["x-sign-in"]
            faults = list(_form(scheme, sign_in))
            for pointer, message, hint in faults or _meaning(document, sign_in, bodies_in_use):
                yield report(document, SIGN_IN, scheme.at("x-sign-in") + pointer, message, hint)


def _form(scheme: Node, sign_in: Any) -> Iterator[_Fault]:
    bearer = str(scheme.data.get("scheme")).lower() == "bearer" and scheme.data.get("type") == "http"
    if not bearer and scheme.data.get("type") != "apiKey":
        yield (
            "",
            "x-sign-in needs a scheme with a single secret",
            "write type: http with scheme: bearer, or type: apiKey",
        )
    if not is_object(sign_in):
        yield "", "x-sign-in is not an object", _SIGN_IN_HINT
        return
    for name in _MEMBERS:
        if name not in sign_in:
            yield "", f"'{name}' is missing", _SIGN_IN_HINT
    for name in sign_in:
        if name not in _MEMBERS:
            message = f"'{name}' is unknown here; allowed: {', '.join(_MEMBERS)}"
            yield f"/{name}", message, nearest(name, _MEMBERS, "remove it")
    ids, token = sign_in.get("operations", ["-"]), sign_in.get("token", "/")
    if not is_list(ids) or not ids or not all(isinstance(each, str) for each in ids):
        yield "/operations", "'operations' is not a list of operationIds", "write operations: [auth.signIn]"
    if not isinstance(token, str) or not token.startswith("/"):
        yield "/token", "'token' is not a JSON Pointer", "write token: /token"


def _meaning(document: Document, sign_in: dict[str, Any], bodies_in_use: dict[str, str]) -> Iterator[_Fault]:
    known = {operation.id: operation for operation in operations(document)}
    for index, name in enumerate(sign_in["operations"]):
        where = f"/operations/{index}"
        operation = known.get(name)
        if operation is None:
            yield (
                where,
                f"there is no operation '{name}'",
                nearest(name, known, "write the operationId of an operation"),
            )
            continue
        for message, hint in _operation(document, operation, bodies_in_use):
            yield where, message, hint
        if not _has_token(document, operation, sign_in["token"]):
            message = f"the response of {name} has no string at {sign_in['token']}"
            yield "/token", message, "write the pointer of the token in its 2xx response"


def _operation(document: Document, operation: Operation, bodies_in_use: dict[str, str]) -> Iterator[tuple[str, str]]:
    name = operation.id
    if operation.method != "post":
        yield f"{name} is not a POST", "write the operationId of a POST that responds with the token"
    if operation.node.data.get("security") != []:
        yield f"{name} requires credentials itself", f"write security: [] on {name}"
    required = [each for _, each in parameters(document, operation) if each.data.get("required") and not _is_free(each)]
    for each in required:
        message = f"{name} requires the parameter '{each.data.get('name')}', but signing in passes a body only"
        yield message, "write required: false on the parameter, or x-client-parameter: true"
    contents = list(bodies(document, operation))
    schema = contents[0].child("schema", "schema") if contents else None
    if schema is None or not is_json(contents[0].key) or not schema.ref or not members(document, schema):
        hint = "write content: {application/json: {schema: {$ref: '#/components/schemas/<Name>'}}}"
        yield f"the body of {name} is not a JSON object of a component", hint
    elif len(contents) > 1:
        yield f"the body of {name} has several media types", "keep application/json only"
    elif bodies_in_use.setdefault(schema.ref, name) != name:
        yield f"{name} has the same body schema as {bodies_in_use[schema.ref]}", "write a component of its own for each"
    elif not _is_required(document, operation):
        yield f"the body of {name} is optional", "write required: true in its requestBody"


def _is_free(parameter: Node) -> bool:
    """Return True if the client itself provides the value of a parameter."""
    return bool(parameter.data.get("x-client-parameter") or parameter.data.get("x-from-body"))


def _is_required(document: Document, operation: Operation) -> bool:
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    return bool(whole and whole.data.get("required"))


def _has_token(document: Document, operation: Operation, pointer: str) -> bool:
    successes = [response for status, response in responses(document, operation) if status.startswith("2")]
    schemas = [json_schema(response) for response in successes]
    found = [find(document, schema, pointer) if schema else None for schema in schemas]
    return bool(found) and all(each is not None and "string" in kinds(document, each.node) for each in found)
