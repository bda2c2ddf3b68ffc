"""Compared parts as a graph, from operations down to members: each part is compared once, and knows who uses it."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from typing import Final, TypeAlias

from attrs import define, field, frozen

from taskclients_core.json_pointer import escape

from ...spec.schema import post_order
from ..change import Change, Direction, Place
from .rules import Row, effect

Key: TypeAlias = tuple[str, ...]
"""Kind of a part, and the names of its owners and itself in both specs."""


@frozen(kw_only=True)
class Spot:
    """Part in both specs, or in one of them."""

    words: str
    """Place for people, without its operation."""

    operation: str = ""
    """The operation in words (`GET /tasks`), for a part of one operation."""

    old: str = ""
    """JSON pointer into the old spec."""

    new: str = ""
    """JSON pointer into the new spec."""

    old_subject: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """Names that lead on from both pointers."""

    def inside(self, words: str, *segments: str) -> Spot:
        """Return the spot of a part of this one."""
        return Spot(
            words=f"{self.words}, {words}" if self.words else words,
            operation=self.operation,
            old=self.old,
            new=self.new,
            old_subject=self.old_subject,
            subject=self.subject,
            steps=self.steps + segments,
        )

    def place(self, *, gone: bool, words: str = "") -> Place:
        """Return the place of a change; `gone` if the part is left in the old spec only."""
        return Place(
            words=words or ", ".join(filter(None, (self.operation, self.words))),
            pointer=(self.old if gone else self.new) + "".join(f"/{escape(each)}" for each in self.steps),
            gone=gone,
            subject=self.old_subject if gone else self.subject,
        )


@frozen(kw_only=True)
class Difference:
    """Change of a part, before it is known who uses it."""

    id: str
    rows: tuple[Row, ...]
    """Rows of the table that apply; a rename is a removal and an addition."""

    spot: Spot
    summary: str
    old: str = ""
    new: str = ""
    gone: bool = False
    only: Direction = Direction.BOTH
    """Messages in which it matters, if the part is sent and received."""

    renamed_from: str = ""


@define(eq=False)
class Node:
    """Pair of parts that are compared with each other."""

    found: dict[Difference, None] = field(factory=dict[Difference, None], init=False)
    """Differences, each once."""

    parts: list[tuple[Node, bool, bool]] = field(factory=list["tuple[Node, bool, bool]"], init=False)
    """Nodes inside, and if they are sent and received where this one is."""

    requests: int = field(default=0, init=False)
    """Set of the operations that send it: bit `n` for the operation with the index `n`."""

    responses: int = field(default=0, init=False)

    def report(
        self,
        spot: Spot,
        what: str,
        how: str,
        summary: str,
        *,
        promise: str = "",
        old: str = "",
        new: str = "",
        gone: bool = False,
        only: Direction = Direction.BOTH,
        renamed_from: str = "",
        rows: tuple[Row, ...] = (),
    ) -> None:
        """Add a difference, with the row of the table that its id names, or with others."""
        difference = Difference(
            id=f"{what}-{how}",
            rows=rows or (Row(what, how, promise),),
            spot=spot,
            summary=summary,
            old=old,
            new=new,
            gone=gone,
            only=only,
            renamed_from=renamed_from,
        )
        self.found[difference] = None


@define(eq=False)
class Graph:
    """Nodes by the parts that they compare."""

    nodes: list[Node] = field(factory=list[Node], init=False)
    by_key: dict[Key, Node] = field(factory=dict[Key, Node], init=False)

    def root(self, *, requests: int = 0, responses: int = 0) -> Node:
        """Add a node for a part of operations themselves."""
        node = Node()
        node.requests, node.responses = requests, responses
        self.nodes.append(node)
        return node

    def shared(self, key: Key) -> tuple[Node, bool]:
        """Return the node of a key, and True if it is new."""
        found = self.by_key.get(key)
        if found is not None:
            return found, False
        node = self.by_key[key] = Node()
        self.nodes.append(node)
        return node, True

    def propagate(self) -> None:
        """Pass on who uses each node, from the roots down."""
        if not any(node.found for node in self.nodes):
            return
        index = {id(node): number for number, node in enumerate(self.nodes)}
        names = [str(number) for number in range(len(self.nodes))]
        order = post_order(names, lambda name: [names[index[id(each)]] for each, _, _ in self.nodes[int(name)].parts])
        top_down = [self.nodes[int(name)] for name in reversed(order)]
        waiting = deque(top_down)
        queued = {id(node) for node in waiting}
        while waiting:
            node = waiting.popleft()
            queued.discard(id(node))
            for part, request, response in node.parts:
                requests = part.requests | (node.requests if request else 0)
                responses = part.responses | (node.responses if response else 0)
                if (requests, responses) != (part.requests, part.responses):
                    part.requests, part.responses = requests, responses
                    if id(part) not in queued:  # only in a circle; otherwise it comes later anyway
                        queued.add(id(part))
                        waiting.append(part)


def ways(*, request: bool, response: bool) -> Direction:
    """Return the direction of what is sent, received, or both."""
    if request:
        return Direction.BOTH if response else Direction.REQUEST
    return Direction.RESPONSE if response else Direction.NONE


SENT: Final = frozenset({Direction.REQUEST, Direction.BOTH})
RECEIVED: Final = frozenset({Direction.RESPONSE, Direction.BOTH})


def changes_of(graph: Graph, ids: tuple[str, ...]) -> Iterator[Change]:
    """Yield the differences as changes. Equal ones of several operations are one change.

    Args:
        graph: Compared parts, with their users.
        ids: Operations by their bits; a further bit stands for the whole API.
    """
    merged: dict[Hashable, tuple[Difference, Direction, int]] = {}
    for number, node in enumerate(graph.nodes):
        for difference in node.found:
            requests = node.requests if difference.only in SENT else 0
            responses = node.responses if difference.only in RECEIVED else 0
            direction, users = ways(request=requests > 0, response=responses > 0), requests | responses
            if direction is Direction.NONE:  # no operation uses the part
                continue
            spot = difference.spot
            alone = (number, len(merged)) if not (spot.operation and spot.words) else ()
            key = (
                difference.id,
                difference.rows,
                direction,
                spot.words,
                difference.old,
                difference.new,
                difference.summary,
                difference.renamed_from,
                difference.gone,
                alone,
            )
            first, _, known = merged.get(key, (difference, direction, 0))
            merged[key] = (first, direction, known | users)
    for difference, direction, users in merged.values():
        operations = tuple(ids[index] for index in _bits(users) if index < len(ids))
        spot = difference.spot
        several = spot.operation and spot.words and len(operations) > 1
        yield Change(
            id=difference.id,
            place=spot.place(
                gone=difference.gone, words=f"{spot.words} of {len(operations)} operations" if several else ""
            ),
            direction=direction,
            old=difference.old,
            new=difference.new,
            summary=difference.summary,
            wire=effect(difference.rows, direction),
            operations=operations,
            renamed_from=difference.renamed_from,
        )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
