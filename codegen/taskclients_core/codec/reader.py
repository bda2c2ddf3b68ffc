"""Reads JSON text as one type: msgspec does the work, `lift` makes the public value, `diagnosis` explains failure."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Final

import msgspec

from .diagnosis import diagnosed
from .node import Node
from .space import Space
from .text import with_last_members

_PREPARING: Final = RLock()
"""msgspec prepares a struct for its first decoder, and the process crashes if two threads have it do that at once."""


class Reader:
    """The reader of one node. Its decoder is made at first use: until then not all mirrors need to exist."""

    __slots__ = ("_decode", "_lift", "node", "space")

    def __init__(self, space: Space, node: Node) -> None:
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
            mismatch, superseded = diagnosed(error, raw := bytes(text), self.node, self._part)
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
