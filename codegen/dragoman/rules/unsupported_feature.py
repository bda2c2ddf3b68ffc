"""The spec uses a part of OpenAPI that the clients do not have.

Passing over it would give a client that lacks something without saying so.

Leave out webhooks, callbacks and shared path items; write one list of servers, at the top; and leave `Accept`,
`Content-Type` and `Authorization` to media types and security schemes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import Node, nodes, report, root

ID: Final = "unsupported-feature"

_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each part of the spec that nothing is generated for."""
    whole = root(document)
    components = whole.child("components", "components")
    yield from _members(document, whole, "webhooks", "jsonSchemaDialect")
    if components:
        yield from _members(document, components, "callbacks", "pathItems")
    for node in nodes(document, "path-item", "operation", "parameter"):
        match node.kind:
            case "parameter":
                yield from _header(document, node)
            case "path-item":
                yield from _members(document, node, "servers", "$ref")
                yield from _path(document, node)
            case _:
                yield from _members(document, node, "servers", "callbacks")


def _members(document: Document, node: Node, *names: str) -> Iterator[Problem]:
    for name in names:
        if name in node.data:
            hint = "write servers at the top of the spec" if name == "servers" else "leave it out"
            yield report(document, ID, node.at(name), f"{name} is not supported here", hint)


def _path(document: Document, item: Node) -> Iterator[Problem]:
    if any(character in item.key for character in "?#"):
        message = "a path with a query or a fragment is not supported"
        yield report(document, ID, item.pointer, message, "write query parameters as parameters")


def _header(document: Document, parameter: Node) -> Iterator[Problem]:
    name = parameter.data.get("name")
    if parameter.data.get("in") == "header" and isinstance(name, str) and name.lower() in _HEADERS:
        message = f"OpenAPI gives no meaning to a parameter for the header {name}"
        hint = "write a security scheme for Authorization, content for the other two"
        yield report(document, ID, parameter.at("name"), message, hint)
