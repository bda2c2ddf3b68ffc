"""Checks of examples and defaults against their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec import patterns
from ..spec.yaml_document import Document
from .json_schema import of_spec
from .media_types import ContentKind, content_kind
from .values import is_list, preview
from .walk import Node, nodes, report, resolve

DEFAULT_MISFIT: Final = "default-misfit"


def check_default_misfit(document: Document) -> Iterator[Problem]:
    """A default does not match its schema.

    It becomes the default of an argument or of an attribute, where it would have the wrong type.

    Write a value that the schema allows, in its form on the wire: `'2022-01-01'` for a date.
    """
    schemas = [schema for schema in nodes(document, "schema") if "default" in schema.data]
    checks = of_spec(document) if schemas else None
    for schema in schemas if checks else ():
        for finding in checks(schema.pointer)(schema.data["default"]) if checks else ():
            hint = "write a default that the schema allows, or correct the schema"
            yield report(document, DEFAULT_MISFIT, schema.at("default") + finding.pointer, f"default: {finding}", hint)


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
        for _, _, value in _of(document, schema, schema.pointer):
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
        for finding in checks(schema)(value) if checks else ():
            hint = "write an example that the schema allows, or correct the schema"
            yield report(document, EXAMPLE_MISFIT, where + finding.pointer, f"example: {finding}", hint)


def _examples(document: Document) -> Iterator[tuple[str, str, Any]]:
    """Yield (pointer of the schema, pointer of the example, value of the example)."""
    for node in nodes(document, "schema", "media-type", "parameter", "header"):
        if node.kind == "schema":
            yield from _of(document, node, node.pointer)
        elif node.child("schema", "schema") and not _is_raw(node):
            yield from _of(document, node, node.at("schema"))


def _of(document: Document, node: Node, schema: str) -> Iterator[tuple[str, str, Any]]:
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
