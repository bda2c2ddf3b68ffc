"""Facts of a spec, each with the JSON pointer to its place: what the spec says that a page could say too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..lint.children import children
from ..lint.shapes import items, kinds, members, plain, values
from ..lint.values import is_list, is_number
from ..lint.walk import Node, Operation, operations, parameters, resolve, responses, root, types
from ..spec.model import is_json
from ..spec.yaml_document import Document
from .facts import ITEMS, PARAMETERS, REQUEST, VALUES, Attribute, Collector, Facts, OperationFacts, Part, Place, merged

NAME: Final = "spec"

MAX_DEPTH: Final = 40
MAX_UNIONS: Final = 5
MAX_PARTS: Final = 5000
"""Parts of one operation. References can multiply without end, so what is beyond is left open."""

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
        operations=tuple(operation_facts(document, each) for each in operations(document)),
    )


def operation_facts(
    document: Document, operation: Operation, *, is_silent_about_security: bool = False
) -> OperationFacts:
    """Return the facts of one operation.

    Args:
        document: The spec, or a vendor's OpenAPI 3.1 document.
        operation: One of its operations.
        is_silent_about_security: A document without `security` does not state whether an operation needs
            authentication: vendors leave it out.
    """
    node = operation.node
    line = document.where(node.pointer).line
    reader = _Reader(document, Collector(line, operation.id))
    reader.add(Place(), node, method=operation.method.upper(), path=operation.path)
    secured = node.data.get("security", root(document).data.get("security"))
    if secured is not None or not is_silent_about_security:
        is_required = is_list(secured) and bool(secured) and all(secured)
        reader.collector.state(Place(), "authentication", is_required, line)
    for _, parameter in parameters(document, operation):
        reader.parameter(parameter)
    request = node.child("request-body", "requestBody")
    whole = resolve(document, request) if request else None
    if whole is not None:
        reader.body(REQUEST, whole)
    for status, response in responses(document, operation):
        reader.body(status, response)
    return reader.collector.operation()


def page_format(name: str) -> str:
    """Return the format that a page prints for a format of the dialect."""
    return _PAGE_FORMATS.get(name, name)


class _Reader:
    """Reads the parameters and bodies of one operation."""

    def __init__(self, document: Document, collector: Collector) -> None:
        self.document = document
        self.collector = collector
        self.count = 0
        self.unions = 0
        """Number of unions around."""

    def add(self, place: Place, node: Node, **attributes: Any) -> None:
        """Name a part; attributes without a value are not stated."""
        line = self.document.where(node.pointer).line
        self.collector.add(place, line, **{key: each for key, each in attributes.items() if each is not None})
        self.collector.locate(place, node.pointer)

    def parameter(self, node: Node) -> None:
        """Read a parameter."""
        place = Place(str(node.data.get("in")), (str(node.data.get("name")),))
        if place.section not in PARAMETERS:
            return
        self.add(place, node, required=_is(node, "required"), deprecated=_is(node, "deprecated"))
        schema = node.child("schema", "schema")
        if schema is not None:
            self._schema(place, schema, frozenset())

    def body(self, section: str, node: Node) -> None:
        """Read a request or a response; of media types with several schemas, JSON counts."""
        place = Place(section)
        contents = list(node.children("media-type", "content"))
        required = _is(node, "required") if section == REQUEST else None
        self.add(place, node, required=required, mediaTypes=tuple(each.key for each in contents))
        schemas = [(each.key, found) for each in contents if (found := each.child("schema", "schema")) is not None]
        schema = next((each for key, each in schemas if is_json(key)), schemas[0][1] if schemas else None)
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
            format=form if isinstance(form := said.get("format"), str) else None,
            schema=_name(schema),
            values=tuple(map(str, listed)) if listed else None,
            maxLength=longest if is_number(longest := said.get("maxLength")) else None,
        )
        self.count += 1
        alternatives = self._alternatives(schema) if whole is None else ()
        if alternatives and self.unions <= MAX_UNIONS and len(above) <= MAX_DEPTH and self.count <= MAX_PARTS:
            self._union(place, alternatives, above)
            return
        if whole is None or whole.pointer in above or len(above) > MAX_DEPTH or self.count > MAX_PARTS:
            self.collector.leave_open(place)
            return
        within = above | {whole.pointer}
        for member in members(document, whole).values():
            inner = place.inside(member.name)
            self.add(inner, member.node, required=member.required, deprecated=_is(member.node, "deprecated"))
            self._schema(inner, member.node, within)
        item = items(document, whole)
        if item is not None:
            self._schema(place.inside(ITEMS), item, within)
        others = whole.child("schema", "additionalProperties")
        if others is not None:
            self._schema(place.inside(VALUES), others, within)
        below = children(document, whole) if self.unions <= MAX_UNIONS else ()
        self._union(place, below, within)

    def _alternatives(self, schema: Node) -> tuple[Node, ...]:
        """Return the alternatives of a union; none of one with properties of its own."""
        whole = resolve(self.document, schema)
        if whole is None or {"properties", "allOf"} & whole.data.keys():
            return ()
        several = [each for word in ("oneOf", "anyOf") for each in whole.children("schema", word)]
        return tuple(each for each in several if types(each) != ("null",))

    def _union(self, place: Place, alternatives: Iterable[Node], above: frozenset[str]) -> None:
        """Read the parts inside of alternatives; those of a body that is read already are known."""
        several: list[list[Part]] = []
        is_whole = True
        for each in alternatives:
            whole = resolve(self.document, each)
            if whole is None or whole.pointer in above:
                self.collector.leave_open(place)
                is_whole = False
                continue
            inner = _Reader(self.document, Collector(1))
            inner.count, inner.unions = self.count, self.unions + 1
            inner._schema(place, each, above | {whole.pointer} if plain(self.document, each) is None else above)
            parts = inner.collector.operation().parts
            self.count = inner.count + len(parts)  # these are read once more
            several.append([part for part in parts if part.place.names[: len(place.names)] == place.names])
            if any(part.place == place and not part.complete for part in parts):
                self.collector.leave_open(place)
        for part in merged(several, is_whole=is_whole):
            if part.place not in (place, Place()) and not self.collector.has(part.place):
                self.collector.put(part)


def _is(node: Node, word: str) -> bool:
    return node.data.get(word) is True


def _name(schema: Node) -> str | None:
    return schema.ref.rpartition("/")[2] if schema.ref else None
