"""Bodies of a draft as trees, from parts of a page, or from rows whose nesting the page does not show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from ...lint.documents import TODO
from ..facts import ITEMS, VALUES, Attribute, OperationFacts, Part, Row, Value


@define
class Node:
    """Part of a body, with the parts inside it."""

    stated: Mapping[Attribute, Value] = field(factory=dict[Attribute, Value])
    complete: bool = True
    inside: dict[str, Node] = field(factory=dict[str, "Node"])
    todo: str = ""

    def at(self, names: Iterable[str]) -> Node:
        """Return the part at names below this one; it is made if there is none."""
        node = self
        for name in names:
            node = node.inside.setdefault(name, Node())
        return node

    def is_of(self, kind: str) -> bool:
        """Return True if the page states this JSON type, among others or alone."""
        kinds = self.stated.get("type")
        return isinstance(kinds, tuple) and kind in kinds

    @property
    def members(self) -> dict[str, Node]:
        """The members of an object."""
        return {name: node for name, node in self.inside.items() if name not in (ITEMS, VALUES)}


def node_of(part: Part) -> Node:
    """Return the tree of a part, without the parts inside it."""
    node = Node()
    put(node, part)
    return node


def put(node: Node, part: Part) -> None:
    """Add what a part states; what is stated already stays."""
    node.stated = {**{key: each.value for key, each in part.stated.items()}, **node.stated}
    node.complete = node.complete and part.complete


def tree_of(operation: OperationFacts, section: str) -> Node | None:
    """Return a body with its members; None if the page shows none."""
    parts = [each for each in operation.parts if each.place.section == section]
    rows = operation.rows.get(section, ())
    if not parts and not rows:
        return None
    root = Node()
    maps = {each.place.names[-2]: each for each in parts if rows and each.place.names[-1:] == (VALUES,)}
    for part in parts:
        if part not in maps.values():
            put(root.at(part.place.names), part)
    _nest(root, rows, maps)
    return root


def _nest(root: Node, rows: Sequence[Row], maps: Mapping[str, Part]) -> None:
    """Add rows whose nesting the page does not show: a row is a member of the object before it, as long as it fits.

    Only the brackets of lists are certain, so each such object gets a TODO that names the lines.
    """
    levels = [[root]]
    last = root
    guesses: dict[int, tuple[Node, str, int, list[int]]] = {}
    for row in rows:
        del levels[max(1, len(levels) - row.closed) :]
        for _ in range(row.opened):
            last = last.at([ITEMS])
            levels.append([last])
        name, line = row.part.place.names[-1], row.part.line
        level = levels[-1]
        for above in level[1:]:
            guesses[id(above)][3].append(line)
        while len(level) > 1 and name in level[-1].inside:
            level.pop()
        if name in level[-1].inside:
            level[
                -1
            ].todo = f"{TODO}the page lists {name} in line {line} once more; write the object to which it belongs"
        last = level[-1].at([name])
        put(last, row.part)
        if name in maps:
            put(last.at([VALUES]), maps[name])
        elif last.is_of("object"):
            level.append(last)
            guesses[id(last)] = (last, name, line, [])
    for node, name, line, below in guesses.values():
        if below:
            lines = f"lines {below[0]} to {below[-1]}" if len(below) > 1 else f"line {below[0]}"
            node.todo = (
                f"{TODO}the page does not show how much of {lines} belongs to {name} (line {line}); move the rest"
            )
