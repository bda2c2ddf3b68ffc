"""Facts of a spec, each with the JSON pointer to its place: what the spec says that a page could say too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..lint.shapes import items, kinds, members, plain, values
from ..lint.walk import Node, Operation, operations, parameters, resolve, responses, root
from ..spec.yaml_document import Document
from .facts import ITEMS, REQUEST, VALUES, Attribute, Collector, Facts, OperationFacts, Place

NAME: Final = "spec"

_EVERY: Final[frozenset[Attribute]] = frozenset(
    {"type", "format", "schema", "required", "nullable", "values", "maxLength", "deprecated"}
)
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path", "authentication"}),
    "parameter": _EVERY,
    "member": _EVERY,
    "body": frozenset({"mediaTypes", "type", "format", "schema", "required", "nullable", "values"}),
}

_PAGE_FORMATS: Final = {"x-guid-n": "uuid", "x-servicestack-date": "date-time"}
"""Formats of the dialect that say more about the wire than a page does -> the format of a page."""


def facts(document: Document) -> Facts:
    """Return the facts of a spec that passes lint."""
    return Facts(
        source=document.path.as_posix(),
        reader=NAME,
        expressible=EXPRESSIBLE,
        operations=tuple(_operation(document, each) for each in operations(document)),
    )


def page_format(name: str) -> str:
    """Return the format that a page prints for a format of the dialect."""
    return _PAGE_FORMATS.get(name, name)


def _operation(document: Document, operation: Operation) -> OperationFacts:
    node = operation.node
    reader = _Reader(document, Collector(document.where(node.pointer).line, operation.id))
    reader.add(Place(), node, method=operation.method.upper(), path=operation.path)
    secured = node.data.get("security", root(document).data.get("security", []))
    reader.collector.state(Place(), "authentication", bool(secured), document.where(node.pointer).line)
    for _, parameter in parameters(document, operation):
        reader.parameter(parameter)
    request = node.child("request-body", "requestBody")
    whole = resolve(document, request) if request else None
    if whole is not None:
        reader.body(REQUEST, whole)
    for status, response in responses(document, operation):
        reader.body(status, response)
    return reader.collector.operation()


class _Reader:
    """Reads the parameters and bodies of one operation."""

    def __init__(self, document: Document, collector: Collector) -> None:
        self.document = document
        self.collector = collector

    def add(self, place: Place, node: Node, **attributes: Any) -> None:
        """Name a part; attributes without a value are not stated."""
        line = self.document.where(node.pointer).line
        self.collector.add(place, line, **{key: each for key, each in attributes.items() if each is not None})
        self.collector.locate(place, node.pointer)

    def parameter(self, node: Node) -> None:
        """Read a parameter."""
        place = Place(str(node.data.get("in")), (str(node.data.get("name")),))
        self.add(place, node, required=node.data.get("required", False), deprecated=node.data.get("deprecated", False))
        schema = node.child("schema", "schema")
        if schema is not None:
            self._schema(place, schema, frozenset())

    def body(self, section: str, node: Node) -> None:
        """Read a request or a response; media types that share a schema are one."""
        place = Place(section)
        contents = list(node.children("media-type", "content"))
        required = node.data.get("required", False) if section == REQUEST else None
        self.add(place, node, required=required, mediaTypes=tuple(each.key for each in contents))
        schema = next((each.child("schema", "schema") for each in contents), None)
        if schema is not None:
            self._schema(place, schema, frozenset())

    def _schema(self, place: Place, schema: Node, above: frozenset[str]) -> None:
        """Read a schema; `above` has the pointers of the objects around it."""
        document = self.document
        found = kinds(document, schema)
        listed = values(document, schema)
        whole = plain(document, schema)
        said = whole.data if whole else {}
        self.add(
            place,
            schema,
            type=tuple(sorted(found - {"null"})) or None,
            nullable="null" in found,
            format=said.get("format"),
            schema=_name(schema),
            values=tuple(map(str, listed)) if listed else None,
            maxLength=said.get("maxLength"),
        )
        if whole is None or whole.pointer in above:
            self.collector.leave_open(place)
            return
        within = above | {whole.pointer}
        for member in members(document, whole).values():
            inner = place.inside(member.name)
            self.add(inner, member.node, required=member.required, deprecated=member.node.data.get("deprecated", False))
            self._schema(inner, member.node, within)
        item = items(document, whole)
        if item is not None:
            self._schema(place.inside(ITEMS), item, within)
        others = whole.child("schema", "additionalProperties")
        if others is not None:
            self._schema(place.inside(VALUES), others, within)


def _name(schema: Node) -> str | None:
    return schema.ref.rpartition("/")[2] if schema.ref else None
