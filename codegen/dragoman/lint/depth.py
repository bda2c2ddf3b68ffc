"""Check of the depth of schemas: the code that reads and types them recurses, and Python limits recursion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..diagnostics import Problem
from ..spec.schema import circles, post_order
from ..spec.yaml_document import Document
from .walk import Node, report, resolve, root

TOO_DEEP: Final = "too-deep"

MOST_LEVELS: Final = 100
"""Lists and maps inside each other, as in a document of YAML."""

MOST_BASES: Final = 300


def check_too_deep(document: Document) -> Iterator[Problem]:
    """Lists and maps are nested too deeply through references, or an object has too many bases.

    Python, type checkers and the codec recurse from a type to its parts, and stop at their limits of recursion. A list
    that contains itself counts once, and so does an object: its properties start again.

    Write an object with properties in between, or copy the properties of some bases.
    """
    schemas = {each.key: each for each in root(document).children("schema", "components", "schemas")}
    for word, most, message, hint in (
        ("items", MOST_LEVELS, f"more than {MOST_LEVELS} lists and maps are inside each other", "an object"),
        ("allOf", MOST_BASES, f"the object has more than {MOST_BASES} bases, one above the other", "fewer bases"),
    ):
        remedy = f"write {hint} in between" if word == "items" else f"write {hint}: copy their properties"
        for schema in _deepest(document, schemas, bases=word == "allOf", most=most):
            yield report(document, TOO_DEEP, schema.pointer, message, remedy)


def _deepest(document: Document, schemas: dict[str, Node], *, bases: bool, most: int) -> Iterator[Node]:
    """Yield the schemas that exceed a depth, without those that only contain another one."""
    parts = {name: list(_parts(document, schema, 0, bases=bases)) for name, schema in schemas.items()}
    needs = {name: {target for target, _ in found if target in schemas} for name, found in parts.items()}
    circle = circles(needs)
    depth: dict[str, int] = {}
    for name in post_order(schemas, needs.__getitem__):
        deepest = 0
        for target, level in parts[name]:
            same = target in circle and circle[target] == circle.get(name)
            deepest = max(deepest, level + (0 if same else depth.get(target, 0)))
        depth[name] = deepest
        if deepest > most and all(depth.get(target, 0) <= most for target in needs[name]):
            yield schemas[name]


def _parts(document: Document, schema: Node, level: int, *, bases: bool) -> Iterator[tuple[str, int]]:
    """Yield the component schemas in a schema, or '' for none, with the number of levels on the way."""
    if schema.ref is not None:
        target = resolve(document, schema)
        yield (schema.ref.rpartition("/")[2] if target else ""), level
    elif bases:
        for part in schema.children("schema", "allOf"):
            yield from _parts(document, part, level + 1, bases=bases)
    elif "properties" not in schema.data:
        yield "", level
        for word in ("oneOf", "anyOf", "allOf"):
            for part in schema.children("schema", word):
                yield from _parts(document, part, level, bases=bases)
        for word in ("items", "additionalProperties"):
            inner = schema.child("schema", word)
            if inner is not None:
                yield from _parts(document, inner, level + 1, bases=bases)
