"""Readers and writers of unions: discriminated ones by their tag, others by the member that fits best."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import msgspec

from .mismatch import Mismatch, as_int, items_of, json_mismatch, kind_of, members_of, text_member, value_mismatch
from .node import Items, Model, Namespace, Node, TaggedUnion
from .reader import Reader


class TagReader:
    """Reads the raw text of a discriminated union."""

    def __init__(self, shape: TaggedUnion, label: str, namespace: Namespace) -> None:
        self._property = shape.property
        self._readers = {tag: Reader(namespace, node) for tag, node in shape.nodes.items()}
        self._other = Reader(namespace, shape.other) if shape.other else None
        self._label = label

    def __call__(self, raw: msgspec.Raw) -> Any:
        """Decode a text. Raises Mismatch for a missing or unknown tag too, unless the union has a member for these."""
        text = bytes(raw)
        if kind_of(text) != "object":
            raise json_mismatch(self._label, text)
        members = members_of(raw)
        tag = text_member(members, self._property)
        reader = self._other if tag is None else self._readers.get(tag, self._other)
        if reader is not None:
            return reader(raw)
        if self._property not in members:
            raise Mismatch("a required member", "nothing").under(self._property)
        allowed = "one of " + ", ".join(map(repr, self._readers))
        raise json_mismatch(allowed, bytes(members[self._property])).under(self._property)


class TagWriter:
    """Lowers a value of a discriminated union, including its tag."""

    def __init__(self, shape: TaggedUnion, label: str, namespace: Namespace) -> None:
        self._namespace = namespace
        self._label = label
        self._by_class: dict[type[Any], dict[str, str]] = {}
        self._attribute: dict[type[Any], str] = {}
        for tag, node in shape.nodes.items():
            for cls in node.python:
                self._by_class.setdefault(cls, {})[tag] = node.lower or "lower_any"
            model = node.shape
            if isinstance(model, Model):
                names = {member.name: member.attribute for member in model.members}
                if shape.property in names:
                    self._attribute[model.cls] = names[shape.property]

    def __call__(self, value: Any) -> Any:
        """Return the wire struct of a value. Raises Mismatch for an object of another class."""
        lowers = self._by_class.get(value.__class__)
        if lowers is None:
            raise value_mismatch(self._label, value)
        tag = next(iter(lowers))
        if len(lowers) > 1 and value.__class__ in self._attribute:
            actual = getattr(value, self._attribute[value.__class__])
            tag = next((known for known in lowers if known == actual), tag)
        lower: Callable[[Any], Any] = self._namespace[lowers[tag]]
        return lower(value)


MatchScore: TypeAlias = tuple[int, int, int]
"""Numbers of members that a class knows and requires, and, negative, of declared members that are absent."""

_NO_EVIDENCE: Final = (0, 0, 0)


def is_native_union(nodes: Sequence[Node]) -> bool:
    """Return True if msgspec itself can decode the union: kinds are distinct, and no member has a `lift`."""
    kinds = [kind for node in nodes for kind in node.kinds]
    plain = all(node.lift is None and node.wire != "Raw" for node in nodes)
    return plain and len(kinds) == len(set(kinds))


class _Attempts(threading.local):
    """Results of the enclosing unions of this thread, cached so that nested unions do not try 2^depth combinations."""

    depth = 0

    def __init__(self) -> None:
        self.outcomes: dict[tuple[int, bytes], Reader | Mismatch] = {}
        self.decided: Set[tuple[int, bytes]] = frozenset()
        """Pairs of a node's identity and a text to decode as this node."""


_attempts: Final = _Attempts()


@contextmanager
def preselected(decided: Set[tuple[int, bytes]]) -> Generator[None]:
    """Make unions decode texts as the members chosen before, within the context.

    A text that `lenient` has coerced no longer shows the member it was coerced as.

    Args:
        decided: Pairs of a node's identity and a text.
    """
    before = _attempts.decided
    _attempts.decided = decided
    try:
        yield
    finally:
        _attempts.decided = before


class UnionReader:
    """Reads the raw text of a union without a discriminator."""

    def __init__(self, nodes: Sequence[Node], label: str, namespace: Namespace) -> None:
        self._readers = [Reader(namespace, node) for node in sorted(nodes, key=lambda node: node.looseness)]
        self._label = label

    def __call__(self, raw: msgspec.Raw) -> Any:
        """Decode a text. Raises Mismatch if no member fits; its reason lists the requirements of each member."""
        text = bytes(raw)
        kind = kind_of(text)
        candidates = [reader for reader in self._readers if _takes(reader.node, kind)]
        if not candidates:
            if kind == "float" and (whole := as_int(text)) is not text:
                return self(msgspec.Raw(whole))
            raise json_mismatch(self._label, text)
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
            raise outcome.copy()
        return self._try_each(candidates, text)

    def _ranked(self, candidates: list[Reader], text: bytes) -> list[Reader]:
        fits = [(match_score(reader.node, text), reader) for reader in candidates]
        fitting = [(found, reader) for found, reader in fits if found is not None]
        if not fitting:
            requirements = "; ".join(_requirements(reader.node) for reader in candidates)
            raise json_mismatch(self._label, text, requirements)
        return [reader for _, reader in sorted(fitting, key=lambda pair: pair[0], reverse=True)]

    def _try_each(self, candidates: list[Reader], text: bytes) -> Any:
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
                fallback = fallback or (reader, value)  # an open enum accepts any value; another member may know it
            if fallback:
                self._remember(text, fallback[0])
                return fallback[1]
            failure = json_mismatch(self._label, text, "; ".join(reasons))
            self._remember(text, failure)
            raise failure
        finally:
            _attempts.depth -= 1
            if not _attempts.depth:
                _attempts.outcomes.clear()

    def _remember(self, text: bytes, outcome: Reader | Mismatch) -> None:
        if _attempts.depth > 1:  # only an enclosing union decodes the same text again
            kept = outcome.copy() if isinstance(outcome, Mismatch) else outcome
            _attempts.outcomes[id(self), text] = kept


def _takes(node: Node, kind: str) -> bool:
    return kind in node.kinds or (kind == "int" and "float" in node.kinds)


def rank_matches(nodes: Sequence[Node], text: bytes) -> list[int]:
    """Return the indexes of the nodes that the members of a text fit, best first."""
    fits = [(found, index) for index, node in enumerate(nodes) if (found := match_score(node, text)) is not None]
    return [index for _, index in sorted(fits, key=lambda pair: pair[0], reverse=True)]


def closest_match(nodes: Sequence[Node], text: bytes) -> int | None:
    """Return the index of the node that a text with missing members fits best; None without exactly one."""
    fits = [
        (found[0], index)
        for index, node in enumerate(nodes)
        if (found := match_score(node, text, allow_missing=True)) is not None
    ]
    best = max(fits, default=(0, 0))[0]
    equal = [index for known, index in fits if known == best]
    return equal[0] if len(equal) == 1 else None


def match_score(node: Node, text: bytes, *, allow_missing: bool = False) -> MatchScore | None:
    """Score how well the members of an object, or of the objects in an array or map, fit a node.

    Args:
        node: The node.
        text: The JSON value.
        allow_missing: Accept objects that lack some required members, with a lower score.

    Returns:
        None if the value cannot be of this node.
    """
    kind, shape = kind_of(text), node.shape
    if kind == "object" and isinstance(shape, (Model, TaggedUnion)):
        members = members_of(text)
        model = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
        if model is None:
            return None
        missing = 0
        if not model.required <= members.keys():
            if not allow_missing:
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
        found = match_score(shape.node, bytes(part), allow_missing=allow_missing)
        if found is None:
            return None
        total = (total[0] + found[0], total[1] + found[1], total[2] + found[2])
    return total


def _requirements(node: Node) -> str:
    model = node.shape
    if not isinstance(model, Model):
        return node.label
    return f"{node.label} needs {', '.join(sorted(model.required))}"


class UnionWriter:
    """Lowers a value of a union without a discriminator, by the member of its class."""

    def __init__(self, nodes: Sequence[Node], label: str, namespace: Namespace) -> None:
        # A member without `lower` accepts any list, so try it after members that lower their items.
        self._nodes = sorted(nodes, key=lambda node: (node.lower is None, node.looseness))
        self._label = label
        self._namespace = namespace

    def __call__(self, value: Any) -> Any:
        """Lower a value. Raises Mismatch if no member accepts it."""
        last = value_mismatch(self._label, value)
        for node in self._nodes:
            if isinstance(value, node.python):
                lower: Callable[[Any], Any] | None = self._namespace[node.lower] if node.lower else None
                try:
                    return value if lower is None else lower(value)
                except Mismatch as mismatch:
                    last = mismatch
        raise last


def union_label(nodes: Sequence[Node]) -> str:
    """Return the union's name in messages."""
    return " | ".join(dict.fromkeys(node.label for node in nodes))
