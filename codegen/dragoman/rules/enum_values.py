"""The values of an enumeration, or the names and texts beside them, do not belong together.

An enumeration becomes a class of strings or of integers with one member for each value.

Write values of one type (`type: string` or `type: integer`), each once; and in `x-enum-varnames` (UPPER_CASE) and
`x-enum-descriptions` one entry for each value, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .. import names
from ..problem import Problem
from ..source import Document
from .data import is_list, json_type
from .walk import Node, nodes, report, types
from .wording import listed, shown

ID: Final = "enum-values"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault in the values of an enumeration, and in what describes them."""
    for schema in nodes(document, "schema"):
        values = schema.data.get("enum")
        if is_list(values):
            yield from _values(document, schema, values)
        for word in ("x-enum-varnames", "x-enum-descriptions"):
            if word in schema.data:
                yield from _beside(document, schema, word, len(values) if is_list(values) else None)


def _values(document: Document, schema: Node, values: list[Any]) -> Iterator[Problem]:
    allowed = [each for each in types(schema) if each in ("string", "integer", "null")]
    if types(schema) and not {"string", "integer"} & set(allowed):
        message = f"an enumeration of type {listed(types(schema))} is not supported"
        yield report(document, ID, schema.at("type"), message, "write type: string or type: integer")
        return
    seen: set[tuple[str, str]] = set()
    for index, value in enumerate(values):
        where, kind = schema.at("enum", index), json_type(value)
        if kind not in (allowed or ("string", "integer")):
            hint = "quote it" if allowed == ["string"] else f"write values of type {listed(allowed or ['string'])}"
            yield report(document, ID, where, f"{shown(value)} is not of type {listed(allowed or ['string'])}", hint)
        elif (kind, str(value)) in seen:
            yield report(document, ID, where, f"{shown(value)} is written twice", "remove one of the two")
        seen.add((kind, str(value)))


def _beside(document: Document, schema: Node, word: str, count: int | None) -> Iterator[Problem]:
    entries = schema.data[word]
    if count is None:
        yield report(document, ID, schema.at(word), f"{word} stands without enum", "write enum, or remove it")
    elif not is_list(entries) or len(entries) != count:
        given = f"{len(entries)} entries" if is_list(entries) else shown(entries)
        message = f"{word} has {given}, enum has {count}"
        yield report(document, ID, schema.at(word), message, "write one entry for each value")
    else:
        for index, entry in enumerate(entries):
            fault = _fault(word, entry)
            if fault:
                yield report(document, ID, schema.at(word, index), *fault)


def _fault(word: str, entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, str):
        return f"{shown(entry)} is not a text", "quote it"
    if word == "x-enum-varnames" and not names.is_member(entry):
        return f"{shown(entry)} is no name of a member", f"write {names.upper(entry) or 'UPPER_CASE'}"
    return None
