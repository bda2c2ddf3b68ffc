"""Turns what msgspec says about a text into a mismatch: where, what was expected, what is there.

Runs only when something is wrong. msgspec's message names the place, in wire names; walking there along the nodes
tells what the type is called, whether the value may be shown, and which key of a map `[...]` is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from attrs import define, field

from .mismatch import Key, Mismatch, Step, named, unlike
from .node import Items, Model, Node, Tagged
from .places import item_of
from .text import kind_of, members_of


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


def diagnosed(
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
    return unlike(expected if message in _RANGES or walk.node is None else walk.node.label, walk.text)


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
    steps: list[Step] = field(factory=list[Step])
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
                    return mismatch.under(Key(key))
        raise LookupError(self.steps)

    def _into_item(self, index: int, rest: str) -> str:
        shape = self.node.shape if self.node else None
        self.node = shape.node if isinstance(shape, Items) else None
        self.text = item_of(self.text, index)
        self.steps.append(index)
        return rest

    def _into_member(self, path: str) -> str:
        members = members_of(self.text)
        # The longest of the names that fit: a name may itself contain dots and brackets.
        name = max((name for name in members if path == name or path.startswith((f"{name}.", f"{name}["))), key=len)
        shape = self.node.shape if self.node else None
        if isinstance(shape, Tagged) and name == shape.property:
            self.node = Node("str", frozenset({"str"}), "one of " + ", ".join(map(repr, shape.models)))
            step: Step = name
        else:
            model = shape.model_of(members) if isinstance(shape, Tagged) else shape
            self.node = model.nodes.get(name) if isinstance(model, Model) else None
            step = named(model, name)
            self.secret = self.secret or (isinstance(model, Model) and model.secret(name))
        self.text = bytes(members[name])
        self.steps.append(step)
        return path[len(name) :]
