"""A test about a task can never be true, or says nothing.

Tests stand in `state.rules`, `state.partial` and `input.answered`. Equality is JSON's: 1 is not true, and "1" is not 1.

Write pointers that lead to a member, and under `is` values that this member can have: of its type, and of its
enumeration if it has one. `above` compares numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import json_type
from .shapes import at, items, kinds, near, values
from .tasks import Kind
from .tasks import kinds as kinds_of_tasks
from .walk import Node, report
from .wording import listed, nearest, shown

ID: Final = "task-test"

_Tokens = tuple[str | int, ...]
_NUMBER: Final = frozenset({"integer", "number"})


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of a test."""
    for kind in kinds_of_tasks(document):
        for tokens, test in _tests(kind):
            for more, message, hint in _faults(document, kind, test):
                yield report(document, ID, kind.node.at(*tokens, *more), message, hint)


def _tests(kind: Kind) -> Iterator[tuple[_Tokens, Mapping[str, Any]]]:
    state = kind.node.data["state"]
    for index, rule in enumerate(state.get("rules", ())):
        yield ("state", "rules", index, "if"), rule["if"]
    if "partial" in state:
        yield ("state", "partial"), state["partial"]
    if "answered" in kind.node.data.get("input", {}):
        yield ("input", "answered"), kind.node.data["input"]["answered"]


def _faults(document: Document, kind: Kind, test: Mapping[str, Any]) -> Iterator[tuple[_Tokens, str, str]]:
    state: Mapping[str, Any] = kind.node.data["state"]
    reachable = {*state["phases"].values(), state.get("unknown", {}).get("as", "running")}
    for index, phase in enumerate(test.get("phase", ())):
        if phase not in reachable:
            message = f"no word of state.phases means {phase}"
            yield ("phase", index), message, f"write {listed(sorted(reachable))}"
    if "at" in test:
        yield from _member(document, kind.task, test, ())
    some = test.get("some")
    if some and kind.task:
        found = at(document, kind.task, some["in"])
        types = kinds(document, found) - {"null"}
        if found is None:
            yield ("some", "in"), *_nowhere(document, kind.task, some["in"])
        elif types and types != {"array"}:
            message = f"{some['in']} is {listed(sorted(types))}, not array"
            yield ("some", "in"), message, "point to an array"
        else:
            yield from _member(document, items(document, found), some, ("some",))


def _member(
    document: Document, base: Node | None, test: Mapping[str, Any], tokens: _Tokens
) -> Iterator[tuple[_Tokens, str, str]]:
    if base is None:
        return
    pointer: str = test["at"]
    found = at(document, base, pointer)
    if found is None:
        yield (*tokens, "at"), *_nowhere(document, base, pointer)
        return
    types = kinds(document, found)
    if "above" in test and types and not types & _NUMBER:
        message = f"{pointer} is {listed(sorted(types))}, which is never above a number"
        yield (*tokens, "above"), message, "write is: and values, or point to a number"
    known = values(document, found)
    for index, value in enumerate(test.get("is", ())):
        if not _fits(value, types):
            message = f"{pointer} is {listed(sorted(types))}, never {shown(value)}"
            yield (*tokens, "is", index), message, "write a value of that type"
        elif known and value is not None and value not in known:
            hint = nearest(str(value), map(str, known), f"write {listed(known)}")
            yield (*tokens, "is", index), f"{shown(value)} is no value of {pointer}", hint


def _nowhere(document: Document, base: Node, pointer: str) -> tuple[str, str]:
    hint = nearest(pointer, near(document, base, pointer), "point to a member of the schema")
    return f"there is nothing at {pointer}", hint


def _fits(value: Any, types: frozenset[str]) -> bool:
    kind = json_type(value)
    # Null stands for absence too, so it can be asked for everywhere.
    whole = kind == "number" and float(value).is_integer() and "integer" in types
    return not types or kind in types or kind == "null" or whole or (kind == "integer" and "number" in types)
