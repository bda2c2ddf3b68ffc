"""Compressed bodies, opened piece by piece: a few kilobytes of gzip can hold gigabytes, so no piece is ever large.

httpx 0.28 decompresses whatever has arrived in one go, so bodies are taken from it as they came over the wire.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

PIECE = 256 * 1024
"""Bytes of the largest piece."""

ACCEPTED = b"gzip, deflate"
"""What to ask servers for."""

_GZIP_MAGIC = b"\x1f"
_LAYERS = 3


class Damaged(Exception):  # noqa: N818 - as in `errors`
    """The body is not compressed as its label says, or breaks off."""


class Decoder(Protocol):
    """What opens a body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes of some more of it. Raises Damaged."""
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

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = False
        while data or full:
            if self._opener.eof:
                if not (self._gzip and data.startswith(_GZIP_MAGIC)):
                    return  # padding, as other clients see it too
                self._opener = zlib.decompressobj(zlib.MAX_WBITS | 16)  # RFC 1952, 2.2: a gzip file has members
            piece = self._open(data)
            if piece:
                yield piece
            full = len(piece) == PIECE  # there may be more to come though all input is used up
            data = self._opener.unused_data if self._opener.eof else self._opener.unconsumed_tail

    def _open(self, data: bytes) -> bytes:
        begun, self._begun = self._begun, True
        try:
            return self._opener.decompress(data, PIECE)
        except zlib.error as error:
            if self._gzip or begun:
                raise Damaged from error
        # Some servers send deflate without the wrapping that RFC 9110 asks for.
        self._opener = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._open(data)

    def finish(self) -> None:
        if self._begun and not self._opener.eof:
            raise Damaged


class _Layers:
    """One layer in another."""

    def __init__(self, outer: Decoder, inner: Decoder) -> None:
        self._outer = outer
        self._inner = inner

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(data):
            yield from self._inner.feed(piece)

    def finish(self) -> None:
        self._outer.finish()
        self._inner.finish()


def encodings(raw_headers: tuple[tuple[bytes, bytes], ...]) -> tuple[str, ...]:
    """What was done to a body, in that order, by its `Content-Encoding`."""
    found: list[str] = []
    for name, value in raw_headers:
        if name.lower() == b"content-encoding":
            found += [word.strip().lower() for word in value.decode("latin-1").split(",")]
    return tuple(word for word in found if word and word != "identity")


def decoder(words: tuple[str, ...]) -> Decoder | None:
    """What opens a body that these were done to; None if that is not known here, or there are too many.

    Raises:
        ValueError: nothing was done.
    """
    known = [word.removeprefix("x-") for word in words]
    if len(known) > _LAYERS or any(word not in ("gzip", "deflate") for word in known):
        return None
    opener: Decoder | None = None
    for word in known:  # the last one is the outermost
        layer = _Zlib(gzip=word == "gzip")
        opener = layer if opener is None else _Layers(layer, opener)
    if opener is None:
        raise ValueError("nothing to open")
    return opener
