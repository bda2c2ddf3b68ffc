"""Range requests of a download, and the decision, without I/O, if a response continues the file."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from attrs import frozen

from ...http_messages import Headers
from ...transport.bodies import content_encodings

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

_RANGE: Final = re.compile(r"bytes[ \t]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.I | re.ASCII)
_NO_RANGE: Final = re.compile(r"bytes[ \t]+\*/([0-9]{1,18})", re.I | re.ASCII)
_STRONG: Final = re.compile(r'"[!#-~\x80-\xff]{0,512}"')


@frozen
class RangeRequest:
    """Range to request."""

    offset: int = 0
    """Number of bytes received already; 0 requests the whole file."""

    etag: str | None = None
    """Strong ETag of the bytes received."""

    total: int | None = None
    """Size of the file, if known."""


@frozen
class RangeBody:
    """Decision: the body is the file, or the rest of it."""

    skip: int = 0
    """Number of bytes at the beginning of the body that were received already."""

    length: int | None = None
    """Length of the body; None if unknown."""

    total: int | None = None
    """Size of the file; None if unknown."""

    etag: str | None = None
    """Strong ETag; None: the download cannot be resumed from this response."""

    whole: bool = False
    """True if the body begins with the first byte, so that earlier bytes are discarded."""


@frozen
class RestartDownload:
    """Decision: the response is unusable; request the whole file."""

    reason: str


@frozen
class RangeComplete:
    """Decision: all bytes have been received."""


@frozen
class RangeUnusable:
    """Decision: the response is unusable, and another request would not help."""

    reason: str


RangeDecision: TypeAlias = RangeBody | RestartDownload | RangeComplete | RangeUnusable


def range_headers(request: RangeRequest) -> tuple[tuple[str, str], ...]:
    """Return the headers that request the missing bytes."""
    if not request.offset or request.etag is None:
        return ()
    return ("Range", f"bytes={request.offset}-"), ("If-Range", request.etag)


def interpret_response(request: RangeRequest, status: int, raw_headers: RawHeaders) -> RangeDecision:
    """Decide how to continue after a response with status 200, 203, 206 or 416."""
    headers = Headers(raw_headers)
    if status == 416:
        return _past_the_end(request, headers)
    if status == 206:
        return _part(request, headers, raw_headers)
    if status not in (200, 203):
        return RangeUnusable(f"the host answered {status}")
    if not request.offset or "Content-Range" not in headers:
        return _whole(headers, raw_headers)
    # Some servers send a range with status 200. Without a Content-Length, it may be either.
    length = _length(headers)
    part = _part(request, headers, raw_headers)
    if isinstance(part, RangeBody) and length is not None and length == part.length:
        return part
    found = _RANGE.fullmatch(headers["Content-Range"].strip())
    if found is not None and length is not None and found[3] == str(length):
        return _whole(headers, raw_headers)
    return RestartDownload("status 200 with a range that does not match")


def strong_etag(etag: str | None) -> str | None:
    """Return a strong ETag, which identifies every byte; None for a weak or invalid one."""
    etag = None if etag is None else etag.strip()
    return etag if etag and _STRONG.fullmatch(etag) else None


def _length(headers: Headers) -> int | None:
    text = headers.get("Content-Length", "")
    return int(text) if re.fullmatch("[0-9]{1,18}", text, re.ASCII) else None


def _whole(headers: Headers, raw_headers: RawHeaders) -> RangeDecision:
    encodings = content_encodings(raw_headers)
    if not encodings:
        length = _length(headers)
        return RangeBody(length=length, total=length, etag=strong_etag(headers.get("ETag")), whole=True)
    # Some stores send a compressed file despite `Accept-Encoding: identity`. Its offsets are of no use after
    # decompression.
    if any(word.removeprefix("x-") not in ("gzip", "deflate") for word in encodings):
        return RangeUnusable(f"the host compressed it with {', '.join(encodings)}, which is not supported")
    return RangeBody(whole=True)


def _part(request: RangeRequest, headers: Headers, raw_headers: RawHeaders) -> RangeDecision:
    fallback: type[RestartDownload | RangeUnusable] = RestartDownload if request.offset else RangeUnusable
    found = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if headers.get("Content-Type", "").strip().lower().startswith("multipart/"):
        return fallback("several ranges in one response")
    if found is None:
        return fallback("a partial response without a range")
    if content_encodings(raw_headers):
        return fallback("a range of a compressed file")
    first, last = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    length = last - first + 1
    if length < 1 or (total is not None and last >= total):
        return fallback("an invalid range")
    if _length(headers) not in (None, length):
        return fallback("a range that does not match its Content-Length")
    etag = strong_etag(headers.get("ETag"))
    if not request.offset:
        if first or total is None or length != total:
            return RangeUnusable("a range when the whole file was requested")
        return RangeBody(length=length, total=total, etag=etag, whole=True)
    if etag is None or etag != request.etag:
        return RestartDownload("a range of another version of the file")
    if request.total is not None and total not in (None, request.total):
        return RestartDownload("a range of a file of another length")
    total = request.total if total is None else total
    if total is None or last >= total:
        return RestartDownload("a range of a file of unknown length")
    if first > request.offset:
        return RestartDownload("a range that begins too late")
    if last < request.offset:
        return RestartDownload("a range that ends too early")
    return RangeBody(skip=request.offset - first, length=length, total=total, etag=etag)


def _past_the_end(request: RangeRequest, headers: Headers) -> RangeDecision:
    if not request.offset:
        return RangeUnusable("the host answered 416")
    found = _NO_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    etag = strong_etag(headers.get("ETag"))
    same = etag is None or etag == request.etag
    if found is not None and same and int(found[1]) == request.offset and request.total in (None, request.offset):
        return RangeComplete()
    return RestartDownload("no range at this offset")
