"""Walks through a spec for the checks: objects by kind, operations, parameters, bodies, responses.

The functions are pure and accept invalid data: they skip what has the wrong form, and `openapi-invalid` reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from attrs import evolve, field, frozen

from taskclients_core.json_pointer import escape, from_names, parse, unescape

from ..diagnostics import Problem
from ..spec.model import has_body, is_json
from ..spec.yaml_document import Document
from .values import is_list, is_object


@frozen
class Node:
    """An object of a spec with its kind (a key of `GRAMMAR`) and its JSON Pointer."""

    kind: str
    pointer: str
    data: Mapping[str, Any] = field(repr=False)

    @property
    def ref(self) -> str | None:
        """The `$ref` of a reference object; None for the object itself."""
        ref = self.data.get("$ref") if self.kind in REFERABLE else None
        return ref if isinstance(ref, str) else None

    @property
    def key(self) -> str:
        """Last token of the pointer: name or index of the object in its container."""
        return unescape(self.pointer.rpartition("/")[2])

    @property
    def spelling(self) -> str | None:
        """The `x-name` of the object; None without one."""
        name = self.data.get("x-name")
        return name if isinstance(name, str) else None

    def at(self, *tokens: str | int) -> str:
        """Return the pointer of a part of the object."""
        return self.pointer + from_names(tokens)

    def child(self, kind: str, *tokens: str | int) -> Node | None:
        """Return the object at `tokens` inside this one; None if there is none."""
        found: Any = self.data
        for token in tokens:
            if is_list(found) and isinstance(token, int) and 0 <= token < len(found):
                found = found[token]
            elif is_object(found):
                found = found.get(str(token))
            else:
                return None
        found = _as_object(kind, found)
        return Node(kind, self.at(*tokens), found) if is_object(found) else None

    def children(self, kind: str, *tokens: str | int) -> Iterator[Node]:
        """Yield the objects of the list or map at `tokens` inside this one."""
        found: Any = self.data
        for token in tokens:
            found = found.get(str(token)) if is_object(found) else None
        pointer = self.at(*tokens)
        for key, value in found.items() if is_object(found) else enumerate(found) if is_list(found) else ():
            data = _as_object(kind, value)
            if is_object(data):
                yield Node(kind, f"{pointer}/{escape(str(key))}", data)


def _as_object(kind: str, value: Any) -> Any:
    return {} if kind == "schema" and value is True else value


@frozen
class Operation:
    """An operation with its path item."""

    node: Node
    method: str
    path: str
    item: Node

    @property
    def id(self) -> str:
        """The operationId; method and path if it has none."""
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
    """Return the document as a node."""
    return Node("document", "", document.data if is_object(document.data) else {})


def nodes(document: Document, *kinds: str) -> Iterator[Node]:
    """Yield the objects of the given kinds (default: all) in the order of the file, including reference objects."""
    by_kind = _index(document)
    if len(kinds) == 1:
        return iter(by_kind.get(kinds[0], ()))
    wanted = frozenset(kinds)
    return (node for node in by_kind[""] if not wanted or node.kind in wanted)


def _index(document: Document) -> Mapping[str, list[Node]]:
    """Return the objects of a document by kind, and all under ''; walked through once, because every check asks."""
    found = document.notes.get("nodes")
    if found is None:
        found = {"": list(_inside(root(document)))}
        for node in found[""]:
            found.setdefault(node.kind, []).append(node)
        document.notes["nodes"] = found
    return found


def resolve(document: Document, node: Node) -> Node | None:
    """Follow references to the object itself; None if a reference has no target or is circular."""
    if node.ref is None:
        return node
    known: dict[tuple[str, str], Node | None] = document.notes.setdefault("resolved", {})
    followed: dict[tuple[str, str], None] = {}
    found: Node | None = node
    while found is not None and (ref := found.ref) is not None:
        step = (node.kind, ref)
        if step in followed or step in known:
            found = known.get(step)
            break
        followed[step] = None
        found = _target(document, node.kind, ref)
    known.update(dict.fromkeys(followed, found))
    return found


def _target(document: Document, kind: str, ref: str) -> Node | None:
    section = f"#/components/{SECTIONS[kind]}/"
    if not ref.startswith(section):
        return None
    return root(document).child(kind, "components", SECTIONS[kind], unescape(ref.removeprefix(section)))


def operations(document: Document) -> Iterator[Operation]:
    """Yield every operation of `paths`."""
    found = document.notes.get("operations")
    if found is None:
        found = document.notes["operations"] = list(_operations(document))
    yield from found


def _operations(document: Document) -> Iterator[Operation]:
    for item in root(document).children("path-item", "paths"):
        whole = resolve(document, item)
        for method in METHODS if whole and not item.key.startswith("x-") else ():
            node = whole.child("operation", method) if whole else None
            if whole and node:
                yield Operation(node, method, item.key, whole)


def parameters(document: Document, operation: Operation) -> Iterator[tuple[Node, Node]]:
    """Yield the parameters of an operation: (reference or inline parameter, resolved parameter).

    The operation's own parameters override those of its path item.
    """
    own = list(_parameters(document, operation.node))
    taken = {(each.data.get("in"), each.data.get("name")) for _, each in own if hashable(each)}
    for mention, each in _parameters(document, operation.item):
        if not hashable(each) or (each.data.get("in"), each.data.get("name")) not in taken:
            yield mention, each
    yield from own


def hashable(parameter: Node) -> bool:
    """Return True if `in` and `name` of a parameter are strings, so that they can be compared."""
    return isinstance(parameter.data.get("in"), str) and isinstance(parameter.data.get("name"), str)


def bodies(document: Document, operation: Operation) -> Iterator[Node]:
    """Yield the media type objects of the request body of an operation."""
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole:
        yield from whole.children("media-type", "content")


def responses(document: Document, operation: Operation) -> Iterator[tuple[str, Node]]:
    """Yield the responses of an operation: (status, resolved response), without content where HTTP has no body."""
    for node in operation.node.children("response", "responses"):
        whole = resolve(document, node)
        if whole and not node.key.startswith("x-"):
            if not has_body(operation.method, node.key):
                whole = evolve(whole, data={name: each for name, each in whole.data.items() if name != "content"})
            yield node.key, whole


def json_schema(response: Node) -> Node | None:
    """Return the schema of the JSON content of a response; None if it has no JSON content."""
    for content in response.children("media-type", "content"):
        if is_json(content.key):
            return content.child("schema", "schema")
    return None


def is_component(node: Node) -> bool:
    """Return True if an object is a component and therefore has a name."""
    return node.pointer.startswith("/components/") and node.pointer.count("/") == 3


def types(node: Node) -> tuple[str, ...]:
    """Return the JSON types under `type` of a schema, including 'null'."""
    stated = node.data.get("type")
    if isinstance(stated, str):
        return (stated,)
    return tuple(each for each in stated if isinstance(each, str)) if is_list(stated) else ()


def subject(document: Document, pointer: str) -> str:
    """Return the subject of a pointer for messages, such as an operationId or `Schema.property`."""
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
    document: Document, check_id: str, pointer: str, message: str, hint: str, *, about: str | None = None
) -> Problem:
    """Return a problem at a pointer; `about` overrides the subject that follows from the pointer."""
    named = subject(document, pointer) if about is None else about
    return Problem(document.where(pointer), check_id, named, message, hint)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    if node.ref is not None and node.kind != "schema":
        return
    grammar = GRAMMAR[node.kind]
    for member in node.data:
        form = grammar.get(member) or ("" if member.startswith("x-") else grammar.get(ANY, ""))
        if not form:
            continue
        kind = form.strip("[]{}")
        if kind != form:
            for child in node.children(kind, member):
                yield from _inside(child)
        elif found := node.child(kind, member):
            yield from _inside(found)


def _parameters(document: Document, node: Node) -> Iterator[tuple[Node, Node]]:
    for mention in node.children("parameter", "parameters"):
        whole = resolve(document, mention)
        if whole:
            yield mention, whole


METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

ANY: Final = "*"
"""Key of `GRAMMAR` for every member that is not listed, except `x-` members."""

GRAMMAR: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "paths",
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
"""Kind of object -> member -> kind of the object in it; `[kind]` is a list and `{kind}` a map of such objects.

`webhooks` and `callbacks` are not listed, because nothing in them has an effect.
"""

SECTIONS: Final[Mapping[str, str]] = {kind.strip("{}"): name for name, kind in GRAMMAR["components"].items()}
"""Kind of object -> section of `components` for such objects."""

REFERABLE: Final = frozenset(SECTIONS)
"""Kinds of objects that a `$ref` can replace."""
