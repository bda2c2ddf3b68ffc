"""Reader of JSON text as one type, and the search for the path of an error that msgspec reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, time
from itertools import chain
from operator import is_not
from typing import Any, Final, Protocol

import msgspec
from attrs import define, field, frozen

from ..forks import ForkLock
from .mismatch import (
    MapKey,
    Mismatch,
    PathStep,
    as_int,
    items_of,
    joined,
    json_mismatch,
    kind_of,
    member_step,
    members_of,
    with_last_members,
)
from .node import MOST_AT_ONCE, Items, Model, Namespace, Node, Positional, TaggedUnion, UntaggedUnion

_SHORT: Final = 64 * 1024
_OPEN: Final = re.compile(rb"\s*\[\s*")
_RUN: Final = re.compile(rb'(?:[^]["{}:,]*+(?:"[^"\\,]*+"\s*+)?,){1,4096}+')
"""Scalars that contain no comma, each with the comma that follows it."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{},]', re.DOTALL)


class _First(msgspec.Struct, array_like=True):
    """Array of which msgspec decodes the first item and skips the others."""

    item: msgspec.Raw


_decode_all: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_first: Final = msgspec.json.Decoder(_First).decode


def array_item(text: bytes, index: int) -> bytes:
    """Return the text of an item. Raises LookupError or msgspec.DecodeError if the item does not exist."""
    if len(text) < _SHORT:
        return bytes(_decode_all(text)[index])
    opened = _OPEN.match(text)
    if opened is None:
        raise LookupError(index)
    at = opened.end()
    while index:
        run = _RUN.match(text, at)
        if run:
            skipped = run[0].split(b",", index)
            index -= len(skipped) - 1
            at = run.end() - len(skipped[-1])
        else:
            at = _after_item(text, at)
            index -= 1
    return bytes(_decode_first(b"[" + text[at:]).item)


def _after_item(text: bytes, at: int) -> int:
    """Return the offset of the next item."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        match token[0]:
            case b"," if not depth:
                return token.end()
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
                if depth < 0:
                    break
            case _:
                pass
    raise LookupError(at)


class Read(Protocol):
    """Reader of one node."""

    def __call__(self, text: bytes | msgspec.Raw) -> Any:
        """Read a text. Raises Mismatch."""
        ...

    def fits(self, text: bytes) -> bool:
        """Return True if msgspec decodes a text without an error."""
        ...


_EXPECTED: Final = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`)?.*", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_INDEX: Final = re.compile(r"\[([0-9]+)\]")
_RANGES: Final = {"Number out of range": "finite number", "Integer value out of range": "int of fewer digits"}


def locate_error(
    error: msgspec.DecodeError | UnicodeDecodeError, text: bytes, node: Node, reader: Callable[[Node], Read]
) -> tuple[Mismatch, bool]:
    """Explain an error that msgspec raised while it read `text` as `node`.

    Returns:
        The mismatch, and True if the value found at its path is not the refused one. Then a member of that path occurs
        again later in the text, or the text is malformed there.
    """
    if isinstance(error, UnicodeDecodeError):
        reason = f"{error.reason}: 0x{error.object[error.start]:02x}"
        return Mismatch("JSON in UTF-8", "malformed text", "", reason), False
    if not isinstance(error, msgspec.ValidationError):
        return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: ")), False
    message, path = _split_message(str(error))
    expected, kind = _parse_message(message)
    walk = _Walk(node, text)
    try:
        mismatch = walk.descend(path, reader)
        superseded = mismatch is None and walk.fits(kind, reader)
        mismatch = mismatch or _mismatch(message, walk)
    except (msgspec.DecodeError, ValueError, LookupError):  # the value cannot be found again
        return Mismatch(expected, kind or "something else", "", f"at ${path}" if path else ""), True
    secret = walk.secret or (walk.node is not None and walk.node.secret)
    return mismatch.under(*reversed(walk.steps), secret=secret), superseded


def _split_message(message: str) -> tuple[str, str]:
    reason, mark, path = message.rpartition(" - at `")
    if not mark:
        return message, ""
    return reason, path.removesuffix("`").removeprefix("key` in `").removeprefix("$")


def _mismatch(message: str, walk: _Walk) -> Mismatch:
    missing = _MISSING.fullmatch(message)
    if missing:
        return Mismatch("a required member", "nothing").under(missing[1])
    expected, _ = _parse_message(message)
    return json_mismatch(expected if message in _RANGES or walk.node is None else walk.node.label, walk.text)


def _parse_message(message: str) -> tuple[str, str]:
    match = _EXPECTED.fullmatch(message)
    # Drop the value that msgspec may quote: it may be a secret.
    return (match[1], match[2] or "") if match else (_RANGES.get(message, message.partition(" '")[0]), "")


@define
class _Walk:
    """Descent from the root of a text to the path in an error of msgspec."""

    node: Node | None
    """Node expected at the current position; None if only msgspec knows."""
    text: bytes
    steps: list[PathStep] = field(factory=list[PathStep])
    secret: bool = False

    def descend(self, path: str, reader: Callable[[Node], Read]) -> Mismatch | None:
        """Descend to `path`. msgspec does not name the keys of maps: take the first key whose value cannot be read."""
        while path:
            self.secret = self.secret or (self.node is not None and self.node.secret)
            if path.startswith("[...]"):
                return self._search(reader)
            index = _INDEX.match(path)
            path = self._into_item(int(index[1]), path[index.end() :]) if index else self._into_member(path[1:])
        return None

    def fits(self, kind: str, reader: Callable[[Node], Read]) -> bool:
        """Return True if the value here is not the refused one, which was of `kind` ("" if unknown)."""
        if kind and kind != kind_of(self.text):
            return True
        return self.node is not None and reader(self.node).fits(self.text)

    def _search(self, reader: Callable[[Node], Read]) -> Mismatch:
        shape = self.node.shape if self.node else None
        if isinstance(shape, Items):
            read = reader(shape.node)
            for key, part in members_of(self.text).items():
                try:
                    read(part)
                except Mismatch as mismatch:
                    return mismatch.under(MapKey(key))
        raise LookupError(self.steps)

    def _into_item(self, index: int, rest: str) -> str:
        shape = self.node.shape if self.node else None
        self.node = shape.at(index) if isinstance(shape, (Items, Positional)) else None
        self.text = array_item(self.text, index)
        self.steps.append(index)
        return rest

    def _into_member(self, path: str) -> str:
        members = members_of(self.text)
        # Take the longest match, because a name may itself contain dots and brackets.
        name = max((name for name in members if path == name or path.startswith((f"{name}.", f"{name}["))), key=len)
        shape = self.node.shape if self.node else None
        if isinstance(shape, TaggedUnion) and name == shape.property and shape.other is None:
            self.node = Node("str", frozenset({"str"}), "one of " + ", ".join(map(repr, shape.nodes)))
            step: PathStep = name
        else:
            model = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
            self.node = model.nodes.get(name) if isinstance(model, Model) else None
            step = member_step(model, name)
            self.secret = self.secret or (isinstance(model, Model) and model.secret(name))
        self.text = bytes(members[name])
        self.steps.append(step)
        return path[len(name) :]


# -- Scalars that msgspec refuses or changes

_LONG_FRACTION: Final = re.compile(rb"\.[0-9]{7}")
_FRACTION: Final = re.compile(rb"(\.[0-9]{6})[0-9]+")
_HAVE_FRACTIONS: Final = frozenset((datetime, time))


@frozen(eq=False)
class _Rewrite:
    """Change of the scalars of a text, before msgspec reads it."""

    applies: Callable[[Node], bool]
    """Return True if the values of a scalar node may have to change."""
    change: Callable[[bytes], bytes]
    """Return the text of a scalar; the same object if nothing changes."""


def _cut_fraction(text: bytes) -> bytes:
    cut = _FRACTION.sub(rb"\1", text) if text[:1] == b'"' else text
    return text if cut == text else cut


_WHOLE_NUMBERS: Final = _Rewrite(
    lambda node: "int" in node.kinds and "float" not in node.kinds,
    lambda text: as_int(text) if kind_of(text) == "float" else text,
)
"""Numbers such as 1.0 become integers where the node has an int, because msgspec refuses them."""

_CUT_FRACTIONS: Final = _Rewrite(
    lambda node: node.lift is None and not _HAVE_FRACTIONS.isdisjoint(node.python), _cut_fraction
)
"""Dates and times lose the digits after the sixth, because msgspec rounds them, which may change even the year."""


def _holds_fractions(node: Node | None, seen: set[int]) -> bool:
    """Return True if msgspec itself reads a date or time somewhere in the node."""
    if node is None or node.wire == "Raw" or id(node) in seen:
        return False
    seen.add(id(node))
    match node.shape:
        case Items(item):
            parts: Iterable[Node | None] = (item,)
        case Positional(nodes, rest):
            parts = (*nodes, rest)
        case UntaggedUnion(nodes):
            parts = nodes
        case Model():
            parts = node.shape.nodes.values()
        case TaggedUnion():
            parts = chain.from_iterable(model.nodes.values() for model in node.shape.models())
        case _:
            return _CUT_FRACTIONS.applies(node)
    return any(_holds_fractions(part, seen) for part in parts)


def _rewritten(node: Node, text: bytes, rewrite: _Rewrite) -> bytes:
    """Rewrite the scalars of a text; the same object if nothing changes."""
    try:
        found = _rewritten_part(node, text, rewrite)
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError):  # malformed
        return text
    return text if found is text else bytes(found)


def _rewritten_part(node: Node | None, raw: bytes | msgspec.Raw, rewrite: _Rewrite) -> bytes | msgspec.Raw:
    if node is None or node.wire == "Raw":  # the node's own readers do it
        return raw
    shape = node.shape
    if shape is None and not rewrite.applies(node):
        return raw
    text = bytes(raw)
    kind = kind_of(text)
    if kind == "array" and isinstance(shape, (Items, Positional)):
        items = items_of(raw)
        found = [_rewritten_part(shape.at(index), item, rewrite) for index, item in enumerate(items)]
        return joined(found) if any(map(is_not, found, items)) else raw
    if kind == "object" and isinstance(shape, (Items, Model, TaggedUnion)):
        members = members_of(raw)
        owner = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
        nodes = {} if owner is None or isinstance(owner, Items) else owner.nodes
        other = owner.node if isinstance(owner, Items) else None
        changed = {name: _rewritten_part(nodes.get(name, other), part, rewrite) for name, part in members.items()}
        return joined(changed) if any(changed[name] is not members[name] for name in changed) else raw
    if isinstance(shape, UntaggedUnion):
        wanted = {kind} if kind in node.kinds or kind != "float" else {"int"}
        return _rewritten_part(next((each for each in shape.nodes if wanted & each.kinds), None), raw, rewrite)
    changed_text = rewrite.change(text) if shape is None else text
    return raw if changed_text is text else changed_text


_PREPARE_LOCK: Final = ForkLock(reentrant=True)
"""msgspec prepares a struct for its first decoder; the process crashes if two threads do that at the same time."""


class Reader:
    """Reader of one node. It creates its decoder at first use, when all wire structs exist."""

    __slots__ = ("_decode", "_holds_fractions", "_lift", "namespace", "node")

    def __init__(self, namespace: Namespace, node: Node) -> None:
        self.namespace = namespace
        self.node = node
        self._decode: Callable[[bytes | msgspec.Raw], Any] | None = None
        self._lift: Callable[[Any], Any] | None = None
        self._holds_fractions = False

    def __call__(self, text: bytes | msgspec.Raw) -> Any:
        """Decode a text. Raises Mismatch, and RecursionError if the text is nested too deeply."""
        decode = self._decode or self._prepare()
        if self._holds_fractions and _LONG_FRACTION.search(text):
            text = _rewritten(self.node, bytes(text), _CUT_FRACTIONS)
        try:
            value = decode(text)
            return value if self._lift is None else self._lift(value)
        # Lifting raises these too: msgspec does not check the escapes and bytes of text that it skips as Raw.
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            found = self._explain(error, bytes(text))
        if isinstance(found, Mismatch):
            raise found
        return self(found)

    def _explain(self, error: msgspec.DecodeError | UnicodeDecodeError, text: bytes) -> bytes | Mismatch:
        """Return the mismatch behind an error, or an equivalent text that may be read in place of this one."""
        if "got `float`" in str(error) and (whole := _rewritten(self.node, text, _WHOLE_NUMBERS)) is not text:
            return whole
        mismatch, superseded = locate_error(error, text, self.node, self._part)
        return last if superseded and (last := with_last_members(text)) != text else mismatch

    def fits(self, text: bytes) -> bool:
        """Return True if msgspec decodes the text without an error."""
        try:
            self._prepare()(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return True

    def _prepare(self) -> Callable[[bytes | msgspec.Raw], Any]:
        with _PREPARE_LOCK:
            if self._decode is None:
                waiting = self.namespace.unprepared
                while len(waiting) > MOST_AT_ONCE:
                    msgspec.json.Decoder(waiting.popleft())
                if self.node.lift is not None:
                    self._lift = self.namespace[self.node.lift]
                self._holds_fractions = _holds_fractions(self.node, set())
                self._decode = msgspec.json.Decoder(self.namespace.type(self.node.wire)).decode
            return self._decode

    def _part(self, node: Node) -> Reader:
        return Reader(self.namespace, node)
