"""A `format` is not known, or does not belong to its type.

A format chooses the Python type and how a value is written, so one that nobody knows would be a promise that nobody
keeps.

Write one of: string `uuid date date-time byte binary decimal password uri email x-servicestack-date x-guid-n`;
integer `int32 int64`; number `float double decimal`. Other forms of text are told in the description.
`x-milliseconds: true` stands beside `format: date-time` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .formats import FORMATS
from .walk import nodes, report, types
from .wording import listed, nearest

ID: Final = "unsupported-format"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each format that is unknown or on a type that cannot have it."""
    for schema in nodes(document, "schema"):
        name = schema.data.get("format")
        if "x-milliseconds" in schema.data and name != "date-time":
            message = "x-milliseconds belongs to the format date-time only"
            yield report(
                document, ID, schema.at("x-milliseconds"), message, "write format: date-time beside it, or remove it"
            )
        if not isinstance(name, str):
            continue
        where = schema.at("format")
        if name not in FORMATS:
            hint = nearest(name, FORMATS, "remove it, and say in the description how values look")
            yield report(document, ID, where, f"the format '{name}' is not supported", hint)
            continue
        allowed = FORMATS[name][0]
        if types(schema) and not allowed & set(types(schema)):
            message = f"the format '{name}' does not belong to type {listed(types(schema))}"
            yield report(document, ID, where, message, f"write type: {listed(sorted(allowed))}")
