"""Compressed bodies, opened piece by piece: a few kilobytes of gzip can hold gigabytes, so no piece is ever large.

httpx 0.28 decompresses whatever has arrived in one go, so bodies are taken from it as they came over the wire, and what
cannot be opened here is not opened at all.

Openers yield after each step, an empty piece where nothing has come of it, so that whoever reads can look at the time
between two of them. And no layer may swallow much more than it gives: an honest one never does, and the one around it
could feed it for hours.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

PIECE = 256 * 1024
"""Bytes of the largest piece."""

ACCEPTED = b"gzip, deflate"
"""What to ask servers for."""

_GZIP_MAGIC = b"\x1f"
_LAYERS = 3
_MOUTHFUL = 64 * 1024
"""Bytes to open at once: what is left of them after a step is copied."""

_IDLE = 1024 * 1024
"""Bytes that a layer may swallow besides twice what it gives: headers, and padding at its end."""

_KNOWN = {"gzip": True, "x-gzip": True, "deflate": False, "x-deflate": False}
_NOTHING = ("", "identity", "aws-chunked")
"""Words for what does nothing to a body. Stores keep the last from uploads that came in chunks, and unpack them."""


class Damaged(Exception):  # noqa: N818 - as in `errors`
    """The body is not compressed as its label says, or breaks off."""


class Unknown(Exception):  # noqa: N818
    """Nobody here can open the body."""


class Decoder(Protocol):
    """What opens a body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes of some more of it, step by step; a piece may be empty. Raises Damaged or Unknown."""
        ...

    def finish(self) -> None:
        """There is no more of it. Raises Damaged if there should be."""
        ...


class _Zlib:
    """One layer of gzip or deflate."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._opener = zlib.decompressobj(zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS)
        self._begun = False
        self._head: bytes = b""
        """The first byte of deflate, until there is another: whether it is wrapped shows in two."""

        self._taken = 0
        self._given = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _MOUTHFUL):
            yield from self._feed(data[start : start + _MOUTHFUL])

    def _feed(self, data: bytes) -> Iterator[bytes]:
        self._taken += len(data)
        full = False
        while data or full:
            # Other clients do not mind it either.
            padding = self._opener.eof and not (self._gzip and data.startswith(_GZIP_MAGIC))
            if self._opener.eof and not padding:
                self._opener = zlib.decompressobj(zlib.MAX_WBITS | 16)  # RFC 1952, 2.2: a gzip file has members
            piece = b"" if padding else self._open(data)
            self._given += len(piece)
            if self._taken > 2 * self._given + _IDLE:
                raise Damaged
            yield piece
            if padding:
                return
            full = len(piece) == PIECE  # there may be more to come though all input is used up
            data = self._opener.unused_data if self._opener.eof else self._opener.unconsumed_tail

    def _open(self, data: bytes) -> bytes:
        begun = self._begun
        if not begun and not self._gzip:
            data = self._head + data
            self._head = data if len(data) < 2 else b""
            if self._head:
                return b""
        self._begun = True
        try:
            return self._opener.decompress(data, PIECE)
        except zlib.error as error:
            if self._gzip or begun:
                raise Damaged from error
        # Some servers send deflate without the wrapping that RFC 9110 asks for.
        self._opener = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._open(data)

    def finish(self) -> None:
        if self._head or (self._begun and not self._opener.eof):
            raise Damaged


class _Layers:
    """One layer in another."""

    def __init__(self, outer: Decoder, inner: Decoder) -> None:
        self._outer = outer
        self._inner = inner

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(data):
            if piece:
                yield from self._inner.feed(piece)
            else:
                yield piece

    def finish(self) -> None:
        self._outer.finish()
        self._inner.finish()


class _Closed:
    """What nobody can open; that matters only if there is something in it."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if data:
            raise Unknown
        return iter(())

    def finish(self) -> None:
        pass


def encodings(raw_headers: tuple[tuple[bytes, bytes], ...]) -> tuple[str, ...]:
    """What was done to a body, in that order, by its `Content-Encoding`."""
    found: list[str] = []
    for name, value in raw_headers:
        if name.lower() == b"content-encoding":
            found += [word.strip().lower() for word in value.decode("latin-1").split(",")]
    return tuple(word for word in found if word not in _NOTHING)


def decoder(words: Sequence[str]) -> Decoder | None:
    """What opens a body that these were done to; None if nothing was."""
    if len(words) > _LAYERS or any(word not in _KNOWN for word in words):
        return _Closed()
    opener: Decoder | None = None
    for word in words:  # the last one is the outermost
        layer = _Zlib(gzip=_KNOWN[word])
        opener = layer if opener is None else _Layers(layer, opener)
    return opener


def understood(accepted: str) -> bool:
    """Whether all that an `Accept-Encoding` asks for can be opened here."""
    words = [word.partition(";")[0].strip().lower() for word in accepted.split(",")]
    return all(word in _KNOWN or word in _NOTHING for word in words)


WHAT_IS_UNDERSTOOD = f"gzip and deflate, at most {_LAYERS} times"
