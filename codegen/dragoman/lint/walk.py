"""Walks through a spec for the rules: objects by kind, operations, parameters, members of schemas.

Pure, and at ease with broken data: what is not as it should be is passed over here and reported by `openapi-invalid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from attrs import field, frozen

from taskclients_core.json_pointer import from_names, parse, unescape

from ..diagnostics import Problem
from ..spec.model import is_json
from ..spec.yaml_document import Document
from .values import is_list, is_object


@frozen
class Node:
    """An object of a spec: what it is, where it stands, what it says."""

    kind: str
    pointer: str
    data: Mapping[str, Any] = field(repr=False)

    @property
    def ref(self) -> str | None:
        """The reference that stands in place of the object, if one does."""
        ref = self.data.get("$ref") if self.kind in REFERABLE else None
        return ref if isinstance(ref, str) else None

    @property
    def key(self) -> str:
        """Name or index of the object where it stands."""
        return unescape(self.pointer.rpartition("/")[2])

    @property
    def spelling(self) -> str | None:
        """The name that the spec gives it in Python."""
        name = self.data.get("x-name")
        return name if isinstance(name, str) else None

    def at(self, *tokens: str | int) -> str:
        """Return the pointer of something inside the object."""
        return self.pointer + from_names(tokens)

    def child(self, kind: str, *tokens: str | int) -> Node | None:
        """Return an object that stands inside this one, None when there is none."""
        found: Any = self.data
        for token in tokens:
            if is_list(found) and isinstance(token, int) and 0 <= token < len(found):
                found = found[token]
            elif is_object(found):
                found = found.get(str(token))
            else:
                return None
        return Node(kind, self.at(*tokens), found) if is_object(found) else None

    def children(self, kind: str, *tokens: str | int) -> Iterator[Node]:
        """Yield the objects of a list or a map inside this one."""
        found: Any = self.data
        for token in tokens:
            found = found.get(str(token)) if is_object(found) else None
        for key in _keys(found):
            child = self.child(kind, *tokens, key)
            if child is not None:
                yield child


@frozen
class Operation:
    """An operation, with the path item around it."""

    node: Node
    method: str
    path: str
    item: Node

    @property
    def id(self) -> str:
        """Its operationId, or else its method and path."""
        name = self.node.data.get("operationId")
        return name if isinstance(name, str) and name else f"{self.method.upper()} {self.path}"

    @property
    def tag(self) -> str:
        """The part of the operationId before the dot."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part of the operationId after the dot."""
        return self.id.partition(".")[2]


def root(document: Document) -> Node:
    """Return the whole document as an object."""
    return Node("document", "", document.data if is_object(document.data) else {})


def nodes(document: Document, *kinds: str) -> Iterator[Node]:
    """Yield the objects of the given kinds (all of them without), references too, in the order of the file."""
    wanted = frozenset(kinds)
    return (node for node in _inside(root(document)) if not wanted or node.kind in wanted)


def resolve(document: Document, node: Node) -> Node | None:
    """Follow references to an object proper; None when one leads nowhere or round in a circle."""
    seen: set[str] = set()
    while (ref := node.ref) is not None:
        section = f"#/components/{SECTIONS[node.kind]}/"
        if ref in seen or not ref.startswith(section):
            return None
        seen.add(ref)
        target = root(document).child(node.kind, "components", SECTIONS[node.kind], unescape(ref.removeprefix(section)))
        if target is None:
            return None
        node = target
    return node


def operations(document: Document) -> Iterator[Operation]:
    """Yield every operation of `paths`."""
    for item in root(document).children("path-item", "paths"):
        whole = resolve(document, item)
        for method in METHODS if whole and not item.key.startswith("x-") else ():
            node = whole.child("operation", method) if whole else None
            if whole and node:
                yield Operation(node, method, item.key, whole)


def parameters(document: Document, operation: Operation) -> Iterator[tuple[Node, Node]]:
    """Yield the parameters of an operation, each as it is mentioned and as it is; its own win over its path's."""
    own = list(_parameters(document, operation.node))
    taken = {(each.data.get("in"), each.data.get("name")) for _, each in own if hashable(each)}
    for mention, each in _parameters(document, operation.item):
        if not hashable(each) or (each.data.get("in"), each.data.get("name")) not in taken:
            yield mention, each
    yield from own


def hashable(parameter: Node) -> bool:
    """Tell whether place and name of a parameter are the texts that they should be."""
    return isinstance(parameter.data.get("in"), str) and isinstance(parameter.data.get("name"), str)


def bodies(document: Document, operation: Operation) -> Iterator[Node]:
    """Yield the media types in which an operation takes its body."""
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole:
        yield from whole.children("media-type", "content")


def responses(document: Document, operation: Operation) -> Iterator[tuple[str, Node]]:
    """Yield the answers of an operation by status."""
    for node in operation.node.children("response", "responses"):
        whole = resolve(document, node)
        if whole and not node.key.startswith("x-"):
            yield node.key, whole


def json_schema(response: Node) -> Node | None:
    """Return the schema of the JSON that an answer or a body holds."""
    for content in response.children("media-type", "content"):
        if is_json(content.key):
            return content.child("schema", "schema")
    return None


def is_component(node: Node) -> bool:
    """Tell whether an object stands directly under `components`, and so has a name."""
    return node.pointer.startswith("/components/") and node.pointer.count("/") == 3


def types(node: Node) -> tuple[str, ...]:
    """Return the JSON types that a schema names, 'null' among them."""
    said = node.data.get("type")
    if isinstance(said, str):
        return (said,)
    return tuple(each for each in said if isinstance(each, str)) if is_list(said) else ()


def subject(document: Document, pointer: str) -> str:
    """Return what a pointer is about, in the names of the spec: an operationId, a schema with its property."""
    match parse(pointer):
        case ["paths", path, method, *_] if method in METHODS:
            node = root(document).child("operation", "paths", path, method)
            return Operation(node, method, path, node).id if node else f"{method.upper()} {path}"
        case ["paths", path, *_]:
            return path
        case ["components", "schemas", name, *rest]:
            named = [after for before, after in pairwise(rest) if before == "properties"]
            return ".".join([name, *named])
        case ["components", _, name, *_]:
            return name
        case [first, *_]:
            return first
        case _:
            return ""


def report(
    document: Document, rule: str, pointer: str, message: str, hint: str, *, about: str | None = None
) -> Problem:
    """Return a problem of what stands at a pointer; `about` says what it is about, where the place does not."""
    what = subject(document, pointer) if about is None else about
    return Problem(document.where(pointer), rule, what, message, hint)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    if node.ref is not None and node.kind != "schema":
        return
    grammar = GRAMMAR[node.kind]
    for member in node.data:
        said = grammar.get(member) or ("" if member.startswith("x-") else grammar.get(ANY, ""))
        if not said:
            continue
        kind = said.strip("[]{}")
        found = node.child(kind, member) if kind == said else None
        for child in [found] if found else node.children(kind, member) if kind != said else ():
            yield from _inside(child)


def _keys(found: Any) -> Iterator[str | int]:
    if is_object(found):
        yield from found
    elif is_list(found):
        yield from range(len(found))


def _parameters(document: Document, node: Node) -> Iterator[tuple[Node, Node]]:
    for mention in node.children("parameter", "parameters"):
        whole = resolve(document, mention)
        if whole:
            yield mention, whole


METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

ANY: Final = "*"
"""Stands for every member not listed, `x-` members excepted."""

GRAMMAR: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "paths",
        "webhooks": "{path-item}",
        "components": "components",
        "security": "[requirement]",
        "tags": "[tag]",
        "externalDocs": "external-docs",
    },
    "info": {"contact": "contact", "license": "license"},
    "contact": {},
    "license": {},
    "server": {"variables": "{server-variable}"},
    "server-variable": {},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request-body}",
        "headers": "{header}",
        "securitySchemes": "{security-scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path-item}",
    },
    "paths": {ANY: "path-item"},
    "path-item": {
        **dict.fromkeys(METHODS, "operation"),
        "servers": "[server]",
        "parameters": "[parameter]",
    },
    "operation": {
        "externalDocs": "external-docs",
        "parameters": "[parameter]",
        "requestBody": "request-body",
        "responses": "responses",
        "callbacks": "{callback}",
        "security": "[requirement]",
        "servers": "[server]",
    },
    "external-docs": {},
    "parameter": {"schema": "schema", "content": "{media-type}", "examples": "{example}"},
    "header": {"schema": "schema", "content": "{media-type}", "examples": "{example}"},
    "request-body": {"content": "{media-type}"},
    "media-type": {"schema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "responses": {ANY: "response"},
    "response": {"headers": "{header}", "content": "{media-type}", "links": "{link}"},
    "callback": {ANY: "path-item"},
    "example": {},
    "link": {"server": "server"},
    "tag": {"externalDocs": "external-docs"},
    "requirement": {},
    "security-scheme": {"flows": "flows"},
    "flows": dict.fromkeys(("implicit", "password", "clientCredentials", "authorizationCode"), "flow"),
    "flow": {},
    "schema": {
        "properties": "{schema}",
        "patternProperties": "{schema}",
        "additionalProperties": "schema",
        "unevaluatedProperties": "schema",
        "propertyNames": "schema",
        "dependentSchemas": "{schema}",
        "items": "schema",
        "prefixItems": "[schema]",
        "unevaluatedItems": "schema",
        "contains": "schema",
        "allOf": "[schema]",
        "anyOf": "[schema]",
        "oneOf": "[schema]",
        "not": "schema",
        "if": "schema",
        "then": "schema",
        "else": "schema",
        "contentSchema": "schema",
        "$defs": "{schema}",
        "discriminator": "discriminator",
        "xml": "xml",
        "externalDocs": "external-docs",
    },
    "discriminator": {},
    "xml": {},
}

SECTIONS: Final[Mapping[str, str]] = {kind.strip("{}"): name for name, kind in GRAMMAR["components"].items()}
"""Kind of object -> the section of `components` that holds such objects."""

REFERABLE: Final = frozenset(SECTIONS)
"""Kinds of objects in whose place a `$ref` may stand."""
