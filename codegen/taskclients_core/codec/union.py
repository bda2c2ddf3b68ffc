"""Unions that nothing tells apart but their content: the member that fits best is taken.

Of classes, the one that knows most of the object's members; then the one that requires most; then the one that lacks
least; then the one declared first, which is all that is left when two fit alike. Of everything else, the tighter
type: a UUID before a str. A member that was chosen but does not read gives way to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import msgspec

from .mismatch import Mismatch, misfit, unlike
from .node import Items, Model, Node, Tagged
from .reader import Reader
from .space import Space
from .text import items_of, kind_of, members_of

Fit: TypeAlias = tuple[int, int, int]
"""How many members a class knows, how many it requires, and, negative, how many it declares that are not there."""

_NO_EVIDENCE: Final = (0, 0, 0)


def is_native(nodes: Sequence[Node]) -> bool:
    """Whether msgspec reads such a union itself: the kind of the value decides, and nothing is to be lifted."""
    kinds = [kind for node in nodes for kind in node.kinds]
    plain = all(node.lift is None and node.wire != "Raw" for node in nodes)
    return plain and len(kinds) == len(set(kinds))


class _Attempts(threading.local):
    """What the unions around the present one have already found out, lest nested unions try 2^depth combinations."""

    depth = 0

    def __init__(self) -> None:
        self.outcomes: dict[tuple[int, bytes], Reader | Mismatch] = {}
        self.decided: Set[tuple[int, bytes]] = frozenset()
        """Identities of nodes, each with a text that is to be read as it."""


_attempts: Final = _Attempts()


@contextmanager
def deciding(decided: Set[tuple[int, bytes]]) -> Generator[None]:
    """Have unions read texts as those of their members that were chosen already: identities of nodes, each with a text.

    What has been mended does not tell any more which class it was mended as.
    """
    before = _attempts.decided
    _attempts.decided = decided
    try:
        yield
    finally:
        _attempts.decided = before


class Choice:
    """Reads the raw text of a union."""

    def __init__(self, nodes: Sequence[Node], label: str, space: Space) -> None:
        self._readers = [Reader(space, node) for node in sorted(nodes, key=lambda node: node.looseness)]
        self._label = label

    def __call__(self, raw: msgspec.Raw) -> Any:
        """The value. Raises Mismatch when no member fits, with what each of them would have needed."""
        text = bytes(raw)
        kind = kind_of(text)
        candidates = [reader for reader in self._readers if _takes(reader.node, kind)]
        if not candidates:
            raise unlike(self._label, text)
        if _attempts.decided and kind in ("object", "array"):
            stripped = text.strip()
            candidates = [each for each in candidates if (id(each.node), stripped) in _attempts.decided] or candidates
        if len(candidates) > 1 and kind in ("object", "array"):
            candidates = self._ranked(candidates, text)
        if len(candidates) == 1:
            return candidates[0](text)
        outcome = _attempts.outcomes.get((id(self), text))
        if isinstance(outcome, Reader):
            return outcome(text)
        if outcome is not None:
            raise outcome.again()
        return self._tried(candidates, text)

    def _ranked(self, candidates: list[Reader], text: bytes) -> list[Reader]:
        fits = [(fit(reader.node, text), reader) for reader in candidates]
        fitting = [(found, reader) for found, reader in fits if found is not None]
        if not fitting:
            needs = "; ".join(_needs(reader.node) for reader in candidates)
            raise unlike(self._label, text, needs)
        return [reader for _, reader in sorted(fitting, key=lambda pair: pair[0], reverse=True)]

    def _tried(self, candidates: list[Reader], text: bytes) -> Any:
        reasons: list[str] = []
        fallback: tuple[Reader, Any] | None = None
        _attempts.depth += 1
        try:
            for reader in candidates:
                try:
                    value = reader(text)
                except Mismatch as mismatch:
                    reasons.append(f"{reader.node.label}: {mismatch.expected} at {mismatch.path}")
                    continue
                if getattr(value, "is_known", True):
                    self._remember(text, reader)
                    return value
                fallback = fallback or (reader, value)  # an open enum takes anything: another may know it
            if fallback:
                self._remember(text, fallback[0])
                return fallback[1]
            failure = unlike(self._label, text, "; ".join(reasons))
            self._remember(text, failure)
            raise failure
        finally:
            _attempts.depth -= 1
            if not _attempts.depth:
                _attempts.outcomes.clear()

    def _remember(self, text: bytes, outcome: Reader | Mismatch) -> None:
        if _attempts.depth > 1:  # nobody around us would ask again
            kept = outcome.again() if isinstance(outcome, Mismatch) else outcome
            _attempts.outcomes[id(self), text] = kept


def _takes(node: Node, kind: str) -> bool:
    return kind in node.kinds or (kind == "int" and "float" in node.kinds)


def ranked(nodes: Sequence[Node], text: bytes) -> list[int]:
    """Which of the nodes a text's members fit, the best first."""
    fits = [(found, index) for index, node in enumerate(nodes) if (found := fit(node, text)) is not None]
    return [index for _, index in sorted(fits, key=lambda pair: pair[0], reverse=True)]


def nearest(nodes: Sequence[Node], text: bytes) -> int | None:
    """Which of the nodes a text is meant as though a member is missing; None where none or more than one may be."""
    fits = [(found[0], index) for index, node in enumerate(nodes) if (found := fit(node, text, short=True)) is not None]
    best = max(fits, default=(0, 0))[0]
    alike = [index for known, index in fits if known == best]
    return alike[0] if len(alike) == 1 else None


def fit(node: Node, text: bytes, *, short: bool = False) -> Fit | None:
    """How well the members of an object, or of the objects in an array or map, fit the node; None: they cannot.

    `short` takes those that lack some of what is required too, and counts it against them.
    """
    kind, shape = kind_of(text), node.shape
    if kind == "object" and isinstance(shape, (Model, Tagged)):
        members = members_of(text)
        model = shape.model_of(members) if isinstance(shape, Tagged) else shape
        if model is None:
            return None
        missing = 0
        if not model.required <= members.keys():
            if not short:
                return None
            missing = len(model.required - members.keys())
            if missing == len(model.required):
                return None
        known = len(model.known & members.keys())
        return known - missing, len(model.required), known - len(model.known)
    if not _takes(node, kind):
        return None
    if not isinstance(shape, Items) or kind not in ("object", "array"):
        return _NO_EVIDENCE
    parts = items_of(text) if kind == "array" else members_of(text).values()
    total = _NO_EVIDENCE
    for part in parts:
        found = fit(shape.node, bytes(part), short=short)
        if found is None:
            return None
        total = (total[0] + found[0], total[1] + found[1], total[2] + found[2])
    return total


def _needs(node: Node) -> str:
    model = node.shape
    if not isinstance(model, Model):
        return node.label
    return f"{node.label} needs {', '.join(sorted(model.required))}"


class ChoiceWriter:
    """Lowers a value of a union by the member whose class it is of."""

    def __init__(self, nodes: Sequence[Node], label: str, space: Space) -> None:
        # What is sent as it is would take any list, also one whose items another member knows how to write.
        self._nodes = sorted(nodes, key=lambda node: (node.lower is None, node.looseness))
        self._label = label
        self._space = space

    def __call__(self, value: Any) -> Any:
        """What to send. Raises Mismatch when no member takes the value."""
        last = misfit(self._label, value)
        for node in self._nodes:
            if isinstance(value, node.python):
                lower: Callable[[Any], Any] | None = self._space[node.lower] if node.lower else None
                try:
                    return value if lower is None else lower(value)
                except Mismatch as mismatch:
                    last = mismatch
        raise last


def label_of(nodes: Sequence[Node]) -> str:
    """The union's name in messages."""
    return " | ".join(dict.fromkeys(node.label for node in nodes))
