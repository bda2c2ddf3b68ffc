"""Nesting of members whose text lost it: rows are placed by a tree that is known otherwise, of an example or a spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from attrs import define, evolve, field, frozen

from .facts import ITEMS, VALUES, Part, Place, Row

Tree: TypeAlias = Mapping[Place, Part]
"""Parts of a body by their places, as of a spec."""

_DEPTH: Final = 64
"""Levels above a row that are searched for its name, and of rows that no tree knows: bounds the time for any page."""


@frozen
class Placed:
    """Rows in their places."""

    parts: tuple[Part, ...]
    ambiguous: tuple[int, ...] = ()
    """Lines of rows whose place is a guess: the tree does not know them, and several objects could contain them."""

    unknown: tuple[Part, ...] = ()
    """Rows that the tree does not know."""

    missing: tuple[Part, ...] = ()
    """Parts of the tree without a row, in objects of which other rows are shown."""


@define(eq=False)
class _Object:
    """Object whose rows are being placed."""

    place: Place
    members: Mapping[str, Place]
    order: tuple[str, ...] = field(init=False)
    positions: Mapping[str, int] = field(init=False)
    used: set[str] = field(factory=set[str])
    cursor: int = 0
    """Position behind the member that got a row last."""

    def __attrs_post_init__(self) -> None:
        self.order = tuple(self.members)
        self.positions = {name: index for index, name in enumerate(self.order)}

    def take(self, name: str) -> Place:
        """Give a member its row; return its place."""
        self.used.add(name)
        self.cursor = self.positions[name] + 1
        return self.members[name]

    def next(self, further: int = 0) -> str | None:
        """Return the member behind the last one that got a row, or one further on."""
        at = self.cursor + further
        return self.order[at] if at < len(self.order) else None

    def has(self, name: str | None) -> bool:
        """Return True for a member that has no row yet."""
        return name in self.members and name not in self.used

    @property
    def is_whole(self) -> bool:
        """True if all members have rows, or none has: its rows are collapsed."""
        return not self.used or len(self.used) >= len(self.order)


def from_tree(rows: Sequence[Row], section: str, tree: Tree) -> Placed:
    """Place rows by a tree that knows most of them: each row belongs to the innermost open object that has its name.

    A row that the tree does not know belongs to the innermost object that may have further rows. An object none of
    whose members has a row is collapsed, so it is incomplete; so are the objects around a last row that is incomplete,
    where a copy is cut off.
    """
    placing = _Placing(section, tree)
    for index, row in enumerate(rows):
        following = rows[index + 1].part.place.names[0] if index + 1 < len(rows) else None
        placing.row(row, following)
    return placing.placed(cut=bool(rows) and not rows[-1].part.complete)


class _Placing:
    """State while rows are placed."""

    def __init__(self, section: str, tree: Tree) -> None:
        self.tree = tree
        self.known: dict[Place, dict[str, Place]] = {}
        for place in tree:
            if place.names and place.names[-1] not in (ITEMS, VALUES):
                self.known.setdefault(_owner(place), {})[place.names[-1]] = place
        self.section = section
        self.stack: list[_Object] = []
        self.seen: list[_Object] = []
        self.lists = [0]
        self.parts: list[Part] = []
        self.unknown: list[Part] = []
        self.ambiguous: list[int] = []

    def row(self, row: Row, following: str | None) -> None:
        """Place a row."""
        name, *within = row.part.place.names
        if not self.stack:
            root = self._content(Place(self.section))
            self._open(root if root.names or not row.opened else root.inside(ITEMS))
        elif within:
            part = evolve(row.part, place=self._inside(within))
            self.parts.append(part)
            if part.place == self.stack[-1].place and _kinds(part) and not _may_contain(part):
                self.stack.pop()  # items that are no objects
                self.seen.pop()
            return
        for _ in range(row.closed):
            del self.stack[max(1, self.lists.pop() if len(self.lists) > 1 else 1) :]
        self.lists += [len(self.stack) - 1] * row.opened
        level = self._level(name, following)
        if level is None:
            if len(self.stack) - 1 > self.lists[-1]:
                self.ambiguous.append(row.part.line)
            del self.stack[self._guess() + 1 :]
            part = evolve(row.part, place=self.stack[-1].place.inside(name))
            self.unknown.append(part)
        else:
            del self.stack[level + 1 :]
            part = evolve(row.part, place=self.stack[-1].take(name))
        self.parts.append(part)
        inner = self._content(part.place, part)
        if inner in self.known or (_may_contain(part) and len(self.stack) < _DEPTH):
            self._open(inner)

    def _inside(self, within: Sequence[str]) -> Place:
        """Return the place of what a row says about the items or values of the member before it."""
        names = self.parts[-1].place.names
        return Place(self.section, names if names[-len(within) :] == tuple(within) else (*names, *within))

    def _open(self, place: Place) -> None:
        members = self.known.get(place, {})
        opened = _Object(place, members)
        self.stack.append(opened)
        self.seen.append(opened)

    def _content(self, place: Place, part: Part | None = None) -> Place:
        """Return the place of the object in a member: its items, if it is a list, or its values, if it is a map."""
        inner = place
        while inner.inside(ITEMS) in self.tree or inner.inside(ITEMS) in self.known:
            inner = inner.inside(ITEMS)
        if inner == place and part is not None and _kinds(part) == {"array"}:
            return place.inside(ITEMS)
        return inner.inside(VALUES) if inner not in self.known and inner.inside(VALUES) in self.known else inner

    def _level(self, name: str, following: str | None) -> int | None:
        """Return the level of the object to which a row belongs; None if no open object has its name.

        An outer object whose very next member it is comes before an inner one that has it further on, because the
        inner one may be collapsed; unless the next row belongs to the inner one too.
        """
        inner: int | None = None
        whole = True
        for level in range(len(self.stack) - 1, max(self.lists[-1], len(self.stack) - _DEPTH) - 1, -1):
            here = self.stack[level]
            if here.next() == name and here.has(name):
                if inner is None or not self.stack[inner].has(following) or here.next(1) == following:
                    return level
                return inner
            if inner is None and here.has(name):
                inner = level
            whole = whole and here.is_whole
            if inner is not None and not whole:
                return inner
        return inner

    def _guess(self) -> int:
        """Return the level of the innermost object that the tree does not know, or of which further rows follow."""
        top = len(self.stack) - 1
        for level in range(top, max(self.lists[-1], top - _DEPTH) - 1, -1):
            here = self.stack[level]
            if here.place not in self.tree or len(here.used) < len(here.order):
                return level
        return top

    def placed(self, *, cut: bool) -> Placed:
        """Return the parts, with what is known to be missing."""
        open_ = {each.place for each in self.stack} if cut else set[Place]()
        open_ |= {each.place for each in self.seen[1:] if each.members and not each.used}
        open_ |= {_owner(each) for each in open_ if each.names[-1:] in ((ITEMS,), (VALUES,))}
        unknown = {each.place.parent for each in self.unknown}
        open_ -= {each for each in unknown if not cut}
        missing = [
            self.tree[place]
            for each in self.seen
            if each.used and each.place not in open_
            for name, place in each.members.items()
            if name not in each.used
        ]
        return Placed(
            parts=tuple(_unless_open(each, open_) for each in self.parts),
            ambiguous=tuple(self.ambiguous),
            unknown=tuple(self.unknown),
            missing=tuple(missing),
        )


def _unless_open(part: Part, open_: Iterable[Place]) -> Part:
    return evolve(part, complete=part.complete and part.place not in open_)


def _owner(place: Place) -> Place:
    return Place(place.section, place.names[:-1])


def _kinds(part: Part) -> set[str]:
    stated = part.stated.get("type")
    return set(stated.value) if stated is not None and isinstance(stated.value, tuple) else set()


def _may_contain(part: Part) -> bool:
    kinds = _kinds(part)
    return "object" in kinds or "array" in kinds
