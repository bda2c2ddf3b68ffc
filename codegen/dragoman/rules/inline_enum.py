"""An enumeration is written in place instead of under `components.schemas`.

An enumeration becomes a class, and the only name for it that nobody has to guess is that of a component.

Write it under `components.schemas`, and `$ref: '#/components/schemas/<Name>'` in its place. A single fixed value is
no enumeration: write `const`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import is_component, nodes, report

ID: Final = "inline-enum"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each enumeration that is no component."""
    for schema in nodes(document, "schema"):
        if "enum" in schema.data and not is_component(schema):
            hint = "put it under components.schemas, and write $ref here; or write const for a single value"
            yield report(document, ID, schema.at("enum"), "an enumeration is written in place", hint)
