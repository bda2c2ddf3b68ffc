"""Reader of JSON text as one type, and the location of the error when the text does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import RLock
from typing import Any, Final, Protocol

import msgspec
from attrs import define, field

from .mismatch import MapKey, Mismatch, PathStep, json_mismatch, kind_of, member_step, members_of, with_last_members
from .node import Items, Model, Namespace, Node, TaggedUnion

_SHORT: Final = 64 * 1024
_OPEN: Final = re.compile(rb"\s*\[\s*")
_RUN: Final = re.compile(rb'(?:[^]["{}:,]*+(?:"[^"\\,]*+"\s*+)?,){1,4096}+')
"""Numbers, words and strings that have no comma, each with the one that follows it."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{},]', re.DOTALL)


class _First(msgspec.Struct, array_like=True):
    """An array of which only the first item is of interest: msgspec passes over the others."""

    item: msgspec.Raw


_decode_all: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_first: Final = msgspec.json.Decoder(_First).decode


def array_item(text: bytes, index: int) -> bytes:
    """The text of an item. Raises LookupError or msgspec.DecodeError where there is none."""
    if len(text) < _SHORT:
        return bytes(_decode_all(text)[index])
    opened = _OPEN.match(text)
    if opened is None:
        raise LookupError(index)
    at = opened.end()
    while index:
        run = _RUN.match(text, at)
        if run:
            passed = run[0].split(b",", index)
            index -= len(passed) - 1
            at = run.end() - len(passed[-1])
        else:
            at = _after_item(text, at)
            index -= 1
    return bytes(_decode_first(b"[" + text[at:]).item)


def _after_item(text: bytes, at: int) -> int:
    """Where the next item begins."""
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
        """Tell if msgspec reads a text."""
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
        The mismatch; and whether another value was refused than the one found at that place. Then the place is in a
        member that is given again further on, unless the text is malformed there.
    """
    if isinstance(error, UnicodeDecodeError):
        reason = f"{error.reason}: 0x{error.object[error.start]:02x}"
        return Mismatch("JSON in UTF-8", "malformed text", "", reason), False
    if not isinstance(error, msgspec.ValidationError):
        return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: ")), False
    message, path = _parted(str(error))
    expected, kind = _said(message)
    walk = _Walk(node, text)
    try:
        mismatch = walk.along(path, reader)
        superseded = mismatch is None and walk.fits(kind, reader)
        mismatch = mismatch or _mismatch(message, walk)
    except (msgspec.DecodeError, ValueError, LookupError):  # not to be found again
        return Mismatch(expected, kind or "something else", "", f"at ${path}" if path else ""), True
    return mismatch.under(*reversed(walk.steps), secret=walk.secret), superseded


def _parted(message: str) -> tuple[str, str]:
    said, mark, place = message.rpartition(" - at `")
    if not mark:
        return message, ""
    return said, place.removesuffix("`").removeprefix("key` in `").removeprefix("$")


def _mismatch(message: str, walk: _Walk) -> Mismatch:
    missing = _MISSING.fullmatch(message)
    if missing:
        return Mismatch("a required member", "nothing").under(missing[1])
    expected, _ = _said(message)
    return json_mismatch(expected if message in _RANGES or walk.node is None else walk.node.label, walk.text)


def _said(message: str) -> tuple[str, str]:
    match = _EXPECTED.fullmatch(message)
    # Without the value that msgspec may quote: it may be a secret.
    return (match[1], match[2] or "") if match else (_RANGES.get(message, message.partition(" '")[0]), "")


@define
class _Walk:
    """From the root to the place that a path of msgspec's names."""

    node: Node | None
    """What is expected here; None where only msgspec knows."""
    text: bytes
    steps: list[PathStep] = field(factory=list[PathStep])
    secret: bool = False

    def along(self, path: str, reader: Callable[[Node], Read]) -> Mismatch | None:
        """Walk there. Below a map msgspec does not say which key it is: the first whose value does not read."""
        while path:
            if path.startswith("[...]"):
                return self._search(reader)
            index = _INDEX.match(path)
            path = self._into_item(int(index[1]), path[index.end() :]) if index else self._into_member(path[1:])
        return None

    def fits(self, kind: str, reader: Callable[[Node], Read]) -> bool:
        """Tell if the value here is not the refused one, which was of `kind` ("" if msgspec does not say)."""
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
        self.node = shape.node if isinstance(shape, Items) else None
        self.text = array_item(self.text, index)
        self.steps.append(index)
        return rest

    def _into_member(self, path: str) -> str:
        members = members_of(self.text)
        # The longest of the names that fit: a name may itself contain dots and brackets.
        name = max((name for name in members if path == name or path.startswith((f"{name}.", f"{name}["))), key=len)
        shape = self.node.shape if self.node else None
        if isinstance(shape, TaggedUnion) and name == shape.property:
            self.node = Node("str", frozenset({"str"}), "one of " + ", ".join(map(repr, shape.models)))
            step: PathStep = name
        else:
            model = shape.model_of(members) if isinstance(shape, TaggedUnion) else shape
            self.node = model.nodes.get(name) if isinstance(model, Model) else None
            step = member_step(model, name)
            self.secret = self.secret or (isinstance(model, Model) and model.secret(name))
        self.text = bytes(members[name])
        self.steps.append(step)
        return path[len(name) :]


_PREPARING: Final = RLock()
"""msgspec prepares a struct for its first decoder, and the process crashes if two threads have it do that at once."""


class Reader:
    """The reader of one node. Its decoder is made at first use: until then not all mirrors need to exist."""

    __slots__ = ("_decode", "_lift", "node", "space")

    def __init__(self, space: Namespace, node: Node) -> None:
        self.space = space
        self.node = node
        self._decode: Callable[[bytes | msgspec.Raw], Any] | None = None
        self._lift: Callable[[Any], Any] | None = None

    def __call__(self, text: bytes | msgspec.Raw) -> Any:
        """The value that the text says. Raises Mismatch, and RecursionError when the text nests too deeply."""
        decode = self._decode or self._prepared()
        try:
            value = decode(text)
            return value if self._lift is None else self._lift(value)
        # From lifting too: what msgspec skipped as raw text it has not checked down to its escapes and bytes.
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            mismatch, superseded = locate_error(error, raw := bytes(text), self.node, self._part)
        if superseded and (last := with_last_members(raw)) != raw:
            return self(last)
        raise mismatch

    def fits(self, text: bytes) -> bool:
        """Whether msgspec reads the text."""
        try:
            self._prepared()(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return True

    def _prepared(self) -> Callable[[bytes | msgspec.Raw], Any]:
        with _PREPARING:
            if self._decode is None:
                if self.node.lift is not None:
                    self._lift = self.space[self.node.lift]
                self._decode = msgspec.json.Decoder(self.space.type(self.node.wire)).decode
            return self._decode

    def _part(self, node: Node) -> Reader:
        return Reader(self.space, node)
