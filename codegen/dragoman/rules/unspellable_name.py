"""A name holds nothing that Python can spell.

Names in Python are made of ASCII letters, digits and underscores. Nothing is transliterated or made up: two people
would do it differently.

Write `x-name: <spelling>` beside it, `x-enum-varnames` beside an `enum`, or rename the file or the tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import parse

from .. import names
from ..problem import Problem
from ..source import Document
from .data import is_list
from .walk import Node, hashable, nodes, operations, report, root
from .wording import shown

ID: Final = "unspellable-name"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each name that has no spelling."""
    stem = document.path.name.partition(".")[0]
    if names.module(stem) != stem:
        hint = f"rename it to {names.module(stem) or 'booster'}.yaml"
        yield report(document, ID, "", f"the file name '{stem}' is no name of a Python package", hint)
    info = root(document).child("info", "info")
    title = info.data.get("title") if info else None
    if info and isinstance(title, str) and not (info.spelling or names.pascal(title)):
        yield _problem(document, info.at("title"), title, "write x-name: LifePos in info")
    for operation in operations(document):
        if operation.name and not names.module(operation.tag):
            where = operation.node.at("operationId")
            yield _problem(document, where, operation.tag, "name the tag otherwise")
    for node in nodes(document, "schema", "parameter"):
        yield from _schema(document, node) if node.kind == "schema" else _parameter(document, node)


def _schema(document: Document, schema: Node) -> Iterator[Problem]:
    *_, container, _ = parse(schema.pointer)
    if container in ("properties", "schemas") and not schema.spelling and not names.snake(schema.key):
        yield _problem(document, schema.pointer, schema.key, "write x-name beside it")
    values = schema.data.get("enum")
    if is_list(values) and "x-enum-varnames" not in schema.data:
        for index, value in enumerate(values):
            if isinstance(value, str) and not names.member(value):
                hint = "write x-enum-varnames beside the enum"
                yield _problem(document, schema.at("enum", index), value, hint)


def _parameter(document: Document, parameter: Node) -> Iterator[Problem]:
    if hashable(parameter) and not parameter.spelling and not names.argument(parameter.data["name"]):
        yield _problem(document, parameter.at("name"), parameter.data["name"], "write x-name on the parameter")


def _problem(document: Document, pointer: str, name: str, hint: str) -> Problem:
    return report(document, ID, pointer, f"{shown(name)} holds no letter or digit that Python can spell", hint)
