"""Readers and writers of unions: discriminated ones by their tag, others by the member that fits best."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import msgspec
from attrs import define, field

from .mismatch import (
    Deviation,
    Mismatch,
    OnDeviation,
    as_int,
    items_of,
    json_mismatch,
    kind_of,
    members_of,
    shortened,
    text_member,
    value_mismatch,
)
from .node import Items, Model, Namespace, Node, Positional, Recursion, TaggedUnion, UntaggedUnion
from .reader import Reader
from .values import ANY_NODE


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


MatchScore: TypeAlias = tuple[int, int, int, int]
"""Numbers of members that are kept, declared, required, and, negative, of declared members that are absent.

Members of inner objects count too: what is read as another class drops them as well.
"""

_NO_EVIDENCE: Final = (0, 0, 0, 0)


def is_native_union(nodes: Sequence[Node]) -> bool:
    """Return True if msgspec itself can decode the union: kinds are distinct, and no member has a `lift`."""
    kinds = [kind for node in nodes for kind in node.kinds]
    plain = all(node.lift is None and node.wire != "Raw" for node in nodes)
    return plain and len(kinds) == len(set(kinds))


class _Attempts(threading.local):
    """Results of the enclosing unions of this thread, cached so that nested unions do not try 2^depth combinations."""

    depth = 0
    nesting = 0

    def __init__(self) -> None:
        self.outcomes: dict[tuple[int, bytes], Reader | Mismatch] = {}
        self.scores: dict[tuple[int, bytes], MatchScore | None] = {}
        self.decided: Set[tuple[int, bytes]] = frozenset()
        """Pairs of a node's identity and a text to decode as this node."""

        self.dropped: dict[tuple[str, tuple[str, ...]], None] | None = None
        """Pairs of a union's label and the members of an object that its class does not declare; None: not wanted."""


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


_LISTED: Final = 5
_LONGEST_NAME: Final = 60


@contextmanager
def reporting(note: OnDeviation) -> Generator[None]:
    """Call `note`, at the end of the context, with the members that unions of classes drop within it."""
    before = _attempts.dropped
    _attempts.dropped = {}
    try:
        yield
        dropped = _attempts.dropped
    finally:
        _attempts.dropped = before
    for label, names in dropped:
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        listed = ", ".join(shortened(repr(name), _LONGEST_NAME) for name in names[:_LISTED])
        note(Deviation("$", f"no class of {label} has all members of an object; dropped {listed}{more}"))


def may_drop(node: Node) -> bool:
    """Return True if a value of a node may contain a union of classes, which may drop members."""
    waiting, seen = [node], set[int]()
    while waiting:
        shape = waiting.pop().shape
        if shape is None or id(shape) in seen:
            continue
        seen.add(id(shape))
        match shape:
            case UntaggedUnion(nodes):
                if sum(map(_has_models, nodes)) > 1:
                    return True
                waiting += nodes
            case Model():
                waiting += shape.nodes.values()
                waiting += [shape.extra_node] if shape.extra_node else []
            case TaggedUnion():
                waiting += shape.nodes.values()
            case Items(inner):
                waiting.append(inner)
            case Positional(nodes, rest):
                waiting += (*nodes, *((rest,) if rest else ()))
            case Recursion():
                waiting += [shape.node] if shape.node else []
    return False


def _has_models(node: Node) -> bool:
    shape = node.shape
    return _has_models(shape.node) if isinstance(shape, Items) else isinstance(shape, (Model, TaggedUnion))


def _undeclared(node: Node, text: bytes) -> Iterator[str]:
    """Yield the members of an object, or of the objects in an array or map, that the class of a node ignores."""
    kind, shape = kind_of(text), node.shape
    if isinstance(shape, Items) and kind in ("array", "object"):
        for part in items_of(text) if kind == "array" else members_of(text).values():
            yield from _undeclared(shape.node, bytes(part))
    elif kind == "object" and isinstance(shape, (Model, TaggedUnion)):
        members = members_of(text)
        model = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
        if model is not None and not model.extra:
            yield from (name for name in members if name not in model.known)


class UnionReader:
    """Reads the raw text of a union without a discriminator."""

    def __init__(self, nodes: Sequence[Node], label: str, namespace: Namespace) -> None:
        self._readers = [Reader(namespace, node) for node in sorted(nodes, key=lambda node: node.looseness)]
        self._label = label
        self._drops = sum(_has_models(node) for node in nodes) > 1
        """True if the choice of a class may drop the data of another one."""

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
        outcome = _attempts.outcomes.get((id(self), text)) if len(candidates) > 1 else candidates[0]
        if isinstance(outcome, Reader):
            return self._read(outcome, text)
        if outcome is not None:
            raise outcome.copy()
        _attempts.nesting += 1
        try:
            if kind in ("object", "array"):
                candidates = self._ranked(candidates, text)
            return self._read(candidates[0], text) if len(candidates) == 1 else self._try_each(candidates, text)
        finally:
            _attempts.nesting -= 1
            if not _attempts.nesting:
                _attempts.scores.clear()

    def _read(self, reader: Reader, text: bytes) -> Any:
        value = reader(text)
        if self._drops and _attempts.dropped is not None:
            names = list(dict.fromkeys(_undeclared(reader.node, text)))
            if names:
                _attempts.dropped[self._label, tuple(names)] = None
        return value

    def _ranked(self, candidates: list[Reader], text: bytes) -> list[Reader]:
        scores = _Scores(_attempts.scores)
        fits = [(scores.of(reader.node, text), reader) for reader in candidates]
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
                dropped = dict(_attempts.dropped or {})
                try:
                    value = self._read(reader, text)
                except Mismatch as mismatch:
                    _attempts.dropped = None if _attempts.dropped is None else dropped
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
    return _Scores(allow_missing=allow_missing).of(node, text)


@define(eq=False)
class _Scores:
    """Scores of the parts of one text. Cached, because classes that contain the same union try each part twice."""

    cache: dict[tuple[int, bytes], MatchScore | None] = field(factory=dict[tuple[int, bytes], "MatchScore | None"])
    allow_missing: bool = False

    def of(self, node: Node, text: bytes) -> MatchScore | None:
        kind, shape = kind_of(text), node.shape
        if isinstance(shape, Recursion) and shape.node is not None:
            node, shape = shape.node, shape.node.shape
        if not _takes(node, kind):
            return None
        if kind not in ("object", "array"):
            return _NO_EVIDENCE
        key = (id(node), text)
        if key not in self.cache:
            try:
                self.cache[key] = self._of_parts(node, text, kind)
            except (msgspec.DecodeError, UnicodeDecodeError):  # malformed, which is found when the text is decoded
                self.cache[key] = _NO_EVIDENCE
        return self.cache[key]

    def _of_parts(self, node: Node, text: bytes, kind: str) -> MatchScore | None:
        shape = node.shape
        if isinstance(shape, UntaggedUnion):
            return max(filter(None, (self.of(each, text) for each in shape.nodes)), default=None)
        if kind == "object" and isinstance(shape, (Model, TaggedUnion)):
            members = members_of(text)
            model = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
            return None if model is None else self._of_model(model, members)
        parts = items_of(text) if kind == "array" else list(members_of(text).values())
        total = (len(parts) if kind == "object" else 0, 0, 0, 0)
        for index, part in enumerate(parts):
            inner = shape.at(index) if isinstance(shape, (Items, Positional)) else ANY_NODE
            found = self.of(inner, bytes(part)) if inner else None
            if found is None:
                return None
            total = _sum(total, found)
        return total

    def _of_model(self, model: Model, members: Mapping[str, msgspec.Raw]) -> MatchScore | None:
        missing = len(model.required - members.keys())
        if missing and (not self.allow_missing or missing == len(model.required)):
            return None
        known = len(model.known & members.keys())
        kept = len(members) if model.extra else known
        total = (kept - missing, known - missing, len(model.required), known - len(model.known))
        for name, part in members.items():
            node = model.nodes.get(name) or (model.extra_node if name not in model.known else None)
            # An inner part that does not fit is found when the text is decoded.
            total = _sum(total, (self.of(node, bytes(part)) if node else None) or _NO_EVIDENCE)
        return total


def _sum(one: MatchScore, other: MatchScore) -> MatchScore:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]


def _requirements(node: Node) -> str:
    model = node.shape
    if not isinstance(model, Model):
        return node.label
    return f"{node.label} needs {', '.join(sorted(model.required))}"


class UnionWriter:
    """Lowers a value of a union without a discriminator, by the member of its class."""

    def __init__(self, nodes: Sequence[Node], label: str, namespace: Namespace) -> None:
        # A list member without `lower` accepts any list, so try it after members that lower their items.
        self._nodes = sorted(nodes, key=lambda node: (node.lower is None and list in node.python, node.looseness))
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
