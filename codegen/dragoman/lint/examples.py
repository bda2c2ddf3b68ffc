"""Checks of examples and defaults against their schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import evolve

from taskclients_core.json_pointer import escape

from ..diagnostics import Problem
from ..spec import patterns
from ..spec.model import ContentKind, content_kind
from ..spec.yaml_document import MAX_DEPTH, Document
from .children import selected
from .findings import Finding
from .json_schema import Validator, of_spec
from .shapes import members
from .values import is_list, is_object, preview
from .walk import Node, nodes, report, resolve

DEFAULT_MISFIT: Final = "default-misfit"


def check_default_misfit(document: Document) -> Iterator[Problem]:
    """A default does not match its schema.

    It becomes the default of an argument or of an attribute, where it would have the wrong type. An object that leaves
    out a member with a default gets that default too, so a default must not contain itself.

    Write a value that the schema allows, in its form on the wire: `'2022-01-01'` for a date.
    """
    schemas = [schema for schema in nodes(document, "schema") if "default" in schema.data]
    checks = of_spec(document) if schemas else None
    for schema in schemas if checks else ():
        for finding in _misfits(document, checks, schema, schema.data["default"]) if checks else ():
            hint = "write a default that the schema allows, or correct the schema"
            yield report(document, DEFAULT_MISFIT, schema.at("default") + finding.pointer, f"default: {finding}", hint)
    yield from _endless(document, schemas)


def _endless(document: Document, schemas: list[Node]) -> Iterator[Problem]:
    """Report the defaults that contain themselves, through members that they leave out."""
    filled = {each.pointer: set(_filled(document, each, each.data["default"])) for each in schemas}
    for schema in schemas:
        waiting, seen = [schema.pointer], set[str]()
        while waiting:
            fresh = filled.get(waiting.pop(), set[str]()) - seen
            seen |= fresh
            waiting += fresh
        if schema.pointer in seen:
            message = "default: the object leaves out a member whose default contains this one again"
            hint = "write that member in the default, or remove the default"
            yield report(document, DEFAULT_MISFIT, schema.at("default"), message, hint)


def _filled(document: Document, schema: Node, value: Any) -> Iterator[str]:
    """Yield the pointers of the members of a value that are left out and have a default."""
    for whole, _, part in _described(document, schema, value, "", 0):
        for name, member in members(document, whole).items() if is_object(part) else ():
            if name not in part and "default" in member.node.data:
                yield member.node.pointer


def _misfits(document: Document, checks: Callable[[str], Validator], schema: Node, value: Any) -> Iterator[Finding]:
    """Yield the misfits of a value, then those of its objects as the children that their discriminators select."""
    found = list(checks(schema.pointer)(value))
    yield from found
    for whole, pointer, part in _described(document, schema, value, "", 0) if not found else ():
        child = selected(document, whole, part)
        fits = child and not any(checks(whole.pointer)(part))  # or it is a value of another member of a union
        for finding in checks(child.pointer)(part) if child and fits else ():
            yield evolve(finding, pointer=pointer + finding.pointer)


def _described(
    document: Document, schema: Node | None, value: Any, pointer: str, depth: int
) -> Iterator[tuple[Node, str, Any]]:
    """Yield the schemas of a value and of its parts without references, with the pointer and the value of the part."""
    whole = resolve(document, schema) if schema else None
    if whole is None or depth > MAX_DEPTH:
        return
    yield whole, pointer, value
    child = selected(document, whole, value)
    for part in (child,) if child else [each for word in ("oneOf", "anyOf") for each in whole.children("schema", word)]:
        yield from _described(document, part, value, pointer, depth + 1)
    if is_list(value):
        for index, item in enumerate(value):
            yield from _described(document, whole.child("schema", "items"), item, f"{pointer}/{index}", depth + 1)
    if is_object(value) and child is None:
        known, others = members(document, whole), whole.child("schema", "additionalProperties")
        for name, each in value.items():
            inner = known[name].node if name in known else others
            yield from _described(document, inner, each, f"{pointer}/{escape(name)}", depth + 1)


PATTERN_UNCHECKED: Final = "pattern-unchecked"


def check_pattern_unchecked(document: Document) -> Iterator[Problem]:
    """Warning: a `pattern` is not checked.

    It is not valid, uses a feature of ECMA-262 that Python has not, or takes too long to match an example. No code
    depends on patterns, but examples and values in requests to the mock server are then not compared with it.

    Write a simpler pattern: no repetition inside a repetition (`^a+$` instead of `^(a+)+$`).
    """
    for schema in nodes(document, "schema"):
        pattern = schema.data.get("pattern")
        if not isinstance(pattern, str):
            continue
        for _, _, value in _of(document, schema, schema):
            if isinstance(value, str):
                patterns.fits(pattern, value)
        if reason := patterns.doubt(pattern):
            message = f"the pattern {preview(pattern)} is not checked: {reason}"
            hint = "write a simpler pattern, or describe the form of the values in the description"
            yield report(document, PATTERN_UNCHECKED, schema.at("pattern"), message, hint)


EXAMPLE_MISFIT: Final = "example-misfit"


def check_example_misfit(document: Document) -> Iterator[Problem]:
    """An example does not match its schema.

    The documentation shows examples and the sandbox responds with them. A mismatch means that the example or the schema
    is wrong, which would otherwise be found only when a client decodes a real response.

    Write a value that the schema allows, in its form on the wire; or correct the schema.
    """
    examples = list(_examples(document))
    checks = of_spec(document) if examples else None
    for schema, where, value in examples if checks else ():
        for finding in _misfits(document, checks, schema, value) if checks else ():
            hint = "write an example that the schema allows, or correct the schema"
            yield report(document, EXAMPLE_MISFIT, where + finding.pointer, f"example: {finding}", hint)


def _examples(document: Document) -> Iterator[tuple[Node, str, Any]]:
    """Yield (schema, pointer of the example, value of the example)."""
    for node in nodes(document, "schema", "media-type", "parameter", "header"):
        schema = node if node.kind == "schema" else node.child("schema", "schema")
        if schema and not _is_raw(node):
            yield from _of(document, node, schema)


def _of(document: Document, node: Node, schema: Node) -> Iterator[tuple[Node, str, Any]]:
    if "example" in node.data:
        yield schema, node.at("example"), node.data["example"]
    several = node.data.get("examples")
    if node.kind == "schema":
        for index, value in enumerate(several if is_list(several) else ()):
            yield schema, node.at("examples", index), value
        return
    for example in node.children("example", "examples"):
        whole = resolve(document, example)
        if whole and "value" in whole.data:
            yield schema, whole.at("value"), whole.data["value"]


def _is_raw(node: Node) -> bool:
    # YAML cannot express the bytes of such a body.
    return node.kind == "media-type" and content_kind(node.key) in (ContentKind.BINARY, ContentKind.MULTIPART)
