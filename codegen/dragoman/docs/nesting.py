"""Nesting of members whose text lost it: from the example beside them, or from a tree that is known otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import evolve, frozen

from .facts import ITEMS, VALUES, Part, Place, Row

Tree: TypeAlias = Mapping[Place, Part]
"""Parts of a body by their places, as of a spec."""


@frozen
class Placed:
    """Rows in their places."""

    parts: tuple[Part, ...]
    ambiguous: tuple[int, ...] = ()
    """Lines of rows whose place is a guess."""


def from_example(rows: Sequence[Row], section: str, example: Any) -> Placed | None:
    """Place rows by an example of the body: its keys, from the outside in, are in the order of the rows.

    Members that only the example has (their rows are collapsed) are left out, and their owner is incomplete.

    Returns:
        None if the rows do not follow the example.
    """
    parts: list[Part] = []
    waiting = list(rows)
    open_: set[Place] = set()
    for place, value in _keys(Place(section), example):
        fits = waiting and waiting[0].part.place.names[-1] == place.names[-1] and _fits(waiting[0].part, value)
        if not fits:
            open_.add(_owner(place))
            continue
        if _owner(place) in open_ and any(each.place.parent == _owner(place) for each in parts):
            return None  # rows in the middle are missing
        parts.append(evolve(waiting.pop(0).part, place=place))
    if waiting:
        return None
    placed = tuple(evolve(each, complete=each.complete and not _is_open(each.place, open_)) for each in parts)
    return Placed(placed)


def _is_open(place: Place, open_: set[Place]) -> bool:
    return place in open_ or place.inside(ITEMS) in open_


def _owner(place: Place) -> Place:
    return Place(place.section, place.names[:-1])


def _keys(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    """Yield the members of an example, each before its own members."""
    stack: list[Iterator[tuple[Place, Any]]] = [_below(place, value)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        yield found
        stack.append(_below(*found))


def _below(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    while isinstance(value, list):
        value, place = (value[0] if value else None), place.inside(ITEMS)
    return iter([(place.inside(name), each) for name, each in value.items()] if isinstance(value, dict) else [])


_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


def _fits(part: Part, value: Any) -> bool:
    """Return True if the type of a row can be that of a value in an example."""
    stated = part.stated.get("type")
    kinds = stated.value if stated else ()
    if not isinstance(kinds, tuple) or not kinds:
        return True
    if isinstance(value, dict):
        return "object" in kinds
    if isinstance(value, list):
        return "array" in kinds
    return value is None or not _SCALARS.isdisjoint(kinds)


def from_tree(rows: Sequence[Row], section: str, tree: Tree) -> Placed:
    """Place rows by a tree that knows most of them: each row belongs to the innermost open object that has its name.

    A row that the tree does not know belongs to the object of the row before it, which is a guess.
    """
    root = Place(section)
    while root.inside(ITEMS) in tree:
        root = root.inside(ITEMS)
    known: dict[Place, dict[str, Place]] = {}
    for place in tree:
        if place.names and place.names[-1] not in (ITEMS, VALUES):
            known.setdefault(_owner(place), {})[place.names[-1]] = place
    parts: list[Part] = []
    ambiguous: list[int] = []
    stack, lists = [root], [0]
    for row in rows:
        for _ in range(row.closed):
            del stack[lists.pop() if len(lists) > 1 else 1 :]
        if row.opened:
            lists += [len(stack) - 1] * row.opened
        name = row.part.place.names[-1]
        level = next((i for i in reversed(range(len(stack))) if name in known.get(stack[i], ())), None)
        if level is None or level < lists[-1]:
            place = stack[-1].inside(name)
            ambiguous.append(row.part.line)
        else:
            del stack[level + 1 :]
            place = known[stack[level]][name]
        parts.append(evolve(row.part, place=place))
        inner = _content(place, tree)
        if inner in known or _may_contain(row.part):
            stack.append(inner)
    return Placed(tuple(parts), tuple(ambiguous))


def _content(place: Place, tree: Tree) -> Place:
    """Return the place of the object in a member: its items, if it is a list."""
    while place.inside(ITEMS) in tree:
        place = place.inside(ITEMS)
    return place


def _may_contain(part: Part) -> bool:
    stated = part.stated.get("type")
    return stated is not None and isinstance(stated.value, tuple) and not {"object", "array"}.isdisjoint(stated.value)
