"""Reader of OpenAPI 3 documents, saved as JSON or YAML; `embedded` finds such documents inside pages.

A vendor's document is brought into the form of our specs (OpenAPI 3.1, references to components), and read as they are.
Nothing outside the document is read: what another file defines is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from attrs import evolve

from taskclients_core.json_pointer import escape, parse

from ...diagnostics import Source, SpecError
from ...lint.values import is_list, is_object
from ...lint.walk import Operation, operations
from ...spec import yaml_document
from ...spec.yaml_document import Document
from ..facts import PARAMETERS, REQUEST, Facts, OperationFacts
from ..literals import Items, LiteralError, Members, scan
from ..page import Page, PageError, problem
from ..spec_facts import EXPRESSIBLE as EXPRESSIBLE
from ..spec_facts import operation_facts

NAME: Final = "openapi"
LISTS: Final = frozenset({*PARAMETERS, REQUEST, "responses"})
MAX_FACTS: Final = 100_000

_SECTIONS: Final = {"parameters": "parameters", "responses": "responses", "paths": "pathItems"}
"""Member whose items or members are references -> section of `components` of their targets; others are schemas."""


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a document; None if it is not."""
    return f"the file is an OpenAPI document in {page.kind.upper()}" if page.kind in ("json", "yaml") else None


def read(page: Page) -> Facts:
    """Return the facts of a document. Raises PageError if it cannot be read."""
    return facts(_data(page), page.source, NAME)


def facts(data: Any, source: str, reader: str, *, line: int = 1) -> Facts:
    """Return the facts of the data of a document, which `literals` scanned.

    Args:
        data: The document; it is changed.
        source: Path of the file, for messages.
        reader: Name of the reader.
        line: Line of the document in the file.

    Raises:
        PageError: it is no OpenAPI 3 document, has no operations, or states too much.
    """
    version = data.get("openapi") if isinstance(data, Members) else None
    if not isinstance(data, Members) or not isinstance(version, str) or not version.startswith("3."):
        seen = f"Swagger {data['swagger']}" if is_object(data) and "swagger" in data else f"version {version!r}"
        hint = "convert it to OpenAPI 3, such as with 'npx swagger2openapi'"
        raise problem(source, line, "page-unsupported", f"only OpenAPI 3 can be read: {seen:.60}", hint)
    _modernise(data)
    document = Document(Path(source), data, _Lines(data, source, line))
    return Facts(
        source=source,
        reader=reader,
        expressible=EXPRESSIBLE,
        operations=tuple(_operations(document, source, line)),
        lists=LISTS,
    )


def _operations(document: Document, source: str, line: int) -> Iterator[OperationFacts]:
    count = 0
    operation: Operation | None = None
    for operation in operations(document):
        found = operation_facts(document, operation, is_silent_about_security=True)
        count += len(found.parts)
        if count > MAX_FACTS:
            message = f"the document describes more than {MAX_FACTS} parts"
            raise problem(source, line, "page-too-large", message, "keep the paths that you need, and save it again")
        yield found
    if operation is None:
        raise problem(source, line, "page-unsupported", "the document has no operations", "save the whole document")


def _data(page: Page) -> Any:
    if page.kind == "json":
        return literal(page, 0)
    return yaml_data(page.text, page.source)


def yaml_data(text: str, source: str, line: int = 1, *, fixed: bool = False) -> Any:
    """Return the data of a YAML text inside of a file.

    Args:
        text: The text.
        source: Path of the file, for messages.
        line: Line of the file at which the text begins.
        fixed: Give all members this line, because the text is not that of the file.

    Raises:
        PageError: it is not YAML.
    """
    before = "" if fixed else "\n" * (line - 1)
    try:
        document = yaml_document.parse((before + text).encode(), Path(source), strict=False)
    except SpecError as error:
        raise PageError(
            evolve(error.problems[0], source=Source(source, line, 1)) if fixed else error.problems[0]
        ) from error
    return _with_lines(document, "", document.data, line if fixed else 0)


def literal(page: Page, offset: int) -> Any:
    """Return the literal at an offset of a page. Raises PageError if there is none, or if it is cut off."""
    try:
        return scan(page.text, offset, page.line(offset))[0]
    except LiteralError as error:
        line = page.line(error.offset)
        hint = "save the whole page again"
        raise problem(page.source, line, "page-unreadable", f"the document cannot be read: {error}", hint) from None


def _with_lines(document: Document, pointer: str, data: Any, line: int) -> Any:
    """Return data with the lines of its members, or a single line; its depth is limited by the reader of YAML."""
    if is_object(data):
        members = Members()
        for key, value in data.items():
            inner = f"{pointer}/{escape(key)}"
            members.put(key, _with_lines(document, inner, value, line), line or document.where(inner).line)
        return members
    if is_list(data):
        items = Items()
        for index, value in enumerate(data):
            inner = f"{pointer}/{index}"
            items.put(_with_lines(document, inner, value, line), line or document.where(inner).line)
        return items
    return data


class _Lines(Mapping[str, Source]):
    """Places of the parts of a document by their JSON pointers, read from the data itself."""

    def __init__(self, data: Any, source: str, line: int) -> None:
        self.data = data
        self.source = source
        self.line = line

    def __getitem__(self, pointer: str) -> Source:
        """Return the place of a part, or of the nearest part that contains it."""
        data, line = self.data, self.line
        for name in parse(pointer):
            if isinstance(data, Members) and name in data:
                data, line = data[name], data.lines[name]
            elif isinstance(data, Items) and name.isdecimal() and int(name) < len(data):
                data, line = data[int(name)], data.lines[int(name)]
            else:
                break
        return Source(self.source, line, 1)

    def __iter__(self) -> Iterator[str]:
        return iter(("",))

    def __len__(self) -> int:
        return 1


def _modernise(root: Members) -> None:
    """Change a document to OpenAPI 3.1 with references to components only."""
    waiting: list[tuple[Any, str, str]] = [(root, "", "")]
    while waiting:
        data, name, parent = waiting.pop()
        if isinstance(data, Members):
            if isinstance(data.get("$ref"), str):
                _move(root, data, "requestBodies" if name == "requestBody" else _SECTIONS.get(parent, "schemas"))
            if data.get("nullable") is True:
                _admit_null(data)
            waiting += [(each, key, name) for key, each in data.items()]
        elif isinstance(data, Items):
            waiting += [(each, "", name) for each in data]


def _admit_null(schema: Members) -> None:
    """Write `nullable` of OpenAPI 3.0 as the type null."""
    line = schema.lines["nullable"]
    del schema["nullable"]
    if isinstance(schema.get("type"), str):
        schema.put("type", [schema["type"], "null"], schema.lines["type"])
        if is_list(schema.get("enum")):
            schema.put("enum", [*schema["enum"], None], schema.lines["enum"])
        return
    if not {"$ref", "allOf", "oneOf", "anyOf"} & schema.keys():
        return
    whole, several = Members(), Items()
    for key, value in schema.items():
        whole.put(key, value, schema.lines[key])
    several.put(whole, line)
    several.put({"type": "null"}, line)
    schema.clear()
    schema.put("anyOf", several, line)


def _move(root: Members, reference: Members, section: str) -> None:
    """Make the target of a reference a component of a section, if it is another part of the document."""
    ref: str = reference["$ref"]
    if not ref.startswith("#/"):
        return
    names = parse(unquote(ref[1:]))
    target, line = _part(root, names)
    if len(names) == 3 and names[0] == "components":
        section = names[1]
    if target is None or f"#/components/{section}/{escape(names[-1])}" == ref:
        return
    components = _member(_member(root, "components"), section)
    name = next(n for n in _names(names[-1]) if components.get(n, target) is target)
    components.put(name, target, line)
    reference.put("$ref", f"#/components/{section}/{escape(name)}", reference.lines["$ref"])


def _part(data: Any, names: Any) -> tuple[Members | None, int]:
    line = 1
    for name in names:
        if isinstance(data, Members) and name in data:
            data, line = data[name], data.lines[name]
        elif isinstance(data, Items) and name.isdecimal() and int(name) < len(data):
            data, line = data[int(name)], data.lines[int(name)]
        else:
            return None, line
    return (data if isinstance(data, Members) else None), line


def _member(data: Members, name: str) -> Members:
    if not isinstance(data.get(name), Members):
        data.put(name, Members(), 1)
    found: Members = data[name]
    return found


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{number}"
        number += 1
