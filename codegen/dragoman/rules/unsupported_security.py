"""A security scheme is of a kind that the clients cannot use.

Authenticating is code in the runtime, and a scheme that it does not have would send requests that must fail.

Write `http` with scheme `basic` or `bearer`, `apiKey` in a header, a query or a cookie, or `oauth2` with the flow
`clientCredentials` alone. Where a token is got by other means, `http` with `bearer` takes that token.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .data import is_list, is_object
from .walk import Node, nodes, report, root

ID: Final = "unsupported-security"

_HINT: Final = "write http with basic or bearer, apiKey, or oauth2 with clientCredentials"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each security scheme that is not supported."""
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
                yield report(document, ID, where, f"the http scheme '{name}' is not supported", _HINT)
        case "mutualTLS" | "openIdConnect" as kind:
            yield report(document, ID, scheme.at("type"), f"{kind} is not supported", _HINT)
        case "oauth2":
            for flow in scheme.children("flow", "flows"):
                if flow.key != "clientCredentials" and not flow.key.startswith("x-"):
                    message = f"the OAuth2 flow {flow.key} is not supported"
                    hint = "write clientCredentials, or http with bearer for a token got elsewhere"
                    yield report(document, ID, flow.pointer, message, hint)
            if not any(True for _ in scheme.children("flow", "flows")):
                yield report(document, ID, scheme.at("flows"), "no OAuth2 flow is given", "write clientCredentials")
        case _:
            pass


def _scopes(document: Document, requirement: Node) -> Iterator[Problem]:
    for name, scopes in requirement.data.items():
        flow = root(document).child("flow", "components", "securitySchemes", name, "flows", "clientCredentials")
        known = flow.data.get("scopes") if flow else None
        for index, scope in enumerate(scopes if is_list(scopes) else ()):
            if is_object(known) and scope not in known:
                where = requirement.at(name, index)
                yield report(document, ID, where, f"the flow does not know the scope '{scope}'", "add it to scopes")
