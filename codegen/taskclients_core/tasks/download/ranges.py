"""What an answer means to a file of which a part is there already: pure, so that all of it can be tested as a table.

A part is only continued where the server proves that the rest belongs to it: a strong ETag that is still the same, a
length that is still the same, a range that begins where we are or before. Whatever else a server says costs the part,
not the file.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from attrs import frozen

from ...exchange.inflate import encodings
from ...headers import Headers

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

_RANGE: Final = re.compile(r"bytes[ \t]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.I | re.ASCII)
_NO_RANGE: Final = re.compile(r"bytes[ \t]+\*/([0-9]{1,18})", re.I | re.ASCII)
_STRONG: Final = re.compile(r'"[!#-~\x80-\xff]{0,512}"')


@frozen
class Asked:
    """What was asked for."""

    offset: int = 0
    """Bytes that are there; 0: all of it was asked for."""

    etag: str | None = None
    """Of what is there; strong."""

    total: int | None = None
    """How many there will be."""


@frozen
class Body:
    """The body is the file, or the rest of it."""

    skip: int = 0
    """Bytes at its beginning that are there already."""

    length: int | None = None
    """Of the body; None if that is not known."""

    total: int | None = None
    """Of the file."""

    etag: str | None = None
    """Strong; None: another request cannot go on from the middle of this one."""

    whole: bool = False
    """Whether it is the file from its first byte on, so that what is there goes."""


@frozen
class Restart:
    """The answer cannot be used; ask for all of it."""

    why: str


@frozen
class Complete:
    """All of it is there."""


@frozen
class Unusable:
    """Asking again would not help."""

    why: str


Verdict: TypeAlias = Body | Restart | Complete | Unusable


def headers_for(asked: Asked) -> tuple[tuple[str, str], ...]:
    """The headers that ask for what is missing."""
    if not asked.offset or asked.etag is None:
        return ()
    return ("Range", f"bytes={asked.offset}-"), ("If-Range", asked.etag)


def judge(asked: Asked, status: int, raw_headers: RawHeaders) -> Verdict:
    """What an answer means. Statuses other than 200, 203, 206 and 416 are not for here."""
    headers = Headers(raw_headers)
    if status == 416:
        return _past_the_end(asked, headers)
    if status == 206:
        return _part(asked, headers, raw_headers)
    if status not in (200, 203):
        return Unusable(f"its host answered {status}")
    if not asked.offset or "Content-Range" not in headers:
        return _whole(headers, raw_headers)
    # Some servers send a range and call it 200. If it does not say how long it is, it may be either.
    length = _length(headers)
    part = _part(asked, headers, raw_headers)
    if isinstance(part, Body) and length is not None and length == part.length:
        return part
    found = _RANGE.fullmatch(headers["Content-Range"].strip())
    if found is not None and length is not None and found[3] == str(length):
        return _whole(headers, raw_headers)
    return Restart("a 200 with a range that does not fit")


def strong(etag: str | None) -> str | None:
    """An ETag that vouches for every byte; None for others."""
    etag = None if etag is None else etag.strip()
    return etag if etag and _STRONG.fullmatch(etag) else None


def _length(headers: Headers) -> int | None:
    told = headers.get("Content-Length", "")
    return int(told) if re.fullmatch("[0-9]{1,18}", told, re.ASCII) else None


def _whole(headers: Headers, raw_headers: RawHeaders) -> Verdict:
    packed = encodings(raw_headers)
    if not packed:
        length = _length(headers)
        return Body(length=length, total=length, etag=strong(headers.get("ETag")), whole=True)
    # Asked not to pack it, some stores send what they have. It is unpacked, so places in it mean nothing to them.
    if any(word.removeprefix("x-") not in ("gzip", "deflate") for word in packed):
        return Unusable(f"its host sends it packed with {', '.join(packed)}, which is not known here")
    return Body(whole=True)


def _part(asked: Asked, headers: Headers, raw_headers: RawHeaders) -> Verdict:
    again: type[Restart | Unusable] = Restart if asked.offset else Unusable
    found = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if headers.get("Content-Type", "").strip().lower().startswith("multipart/"):
        return again("several ranges in one answer")
    if found is None:
        return again("a part that does not say which")
    if encodings(raw_headers):
        return again("a part of something packed")
    first, last = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    length = last - first + 1
    if length < 1 or (total is not None and last >= total):
        return again("a range that cannot be")
    if _length(headers) not in (None, length):
        return again("a range of another length than it says")
    etag = strong(headers.get("ETag"))
    if not asked.offset:
        if first or total is None or length != total:
            return Unusable("a part where all was asked for")
        return Body(length=length, total=total, etag=etag, whole=True)
    if etag is None or etag != asked.etag:
        return Restart("a part of something else")
    if asked.total is not None and total not in (None, asked.total):
        return Restart("a part of something of another length")
    total = asked.total if total is None else total
    if total is None or last >= total:
        return Restart("a part of something of unknown length")
    if first > asked.offset:
        return Restart("a part that begins too late")
    if last < asked.offset:
        return Restart("a part that ends too early")
    return Body(skip=asked.offset - first, length=length, total=total, etag=etag)


def _past_the_end(asked: Asked, headers: Headers) -> Verdict:
    if not asked.offset:
        return Unusable("its host answered 416")
    found = _NO_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    told = strong(headers.get("ETag"))
    same = told is None or told == asked.etag
    if found is not None and same and int(found[1]) == asked.offset and asked.total in (None, asked.offset):
        return Complete()
    return Restart("no such range")
