"""Bodies that are not what they should be, under a status and headers that say that all is well."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any, Final

from attrs import evolve

from .. import files
from ..api import is_list, is_object
from ..messages import Refused, Reply, dump
from ..request_context import RequestContext
from .registry import Option, fault

_MARK: Final = "\x01"
"""What JSON cannot say is written as text with this mark, and mended in the bytes."""

_MARK_IN_JSON: Final = rb"\u0001"
_PIECE: Final = 1 << 16


def _body(case: RequestContext, change: Callable[[bytes], bytes], **headers: str) -> None:
    def changed(reply: Reply) -> Reply:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return evolve(reply, body=change(reply.body), headers={**reply.headers, **named})

    case.replies.append(changed)


def _json(case: RequestContext, change: Callable[[Any], Any], mend: Callable[[bytes], bytes] = bytes) -> None:
    """Change the data of a body; one that is no JSON stays."""

    def changed(body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            return body
        return mend(dump(change(value)))

    _body(case, changed)


@fault("body", text=Option("text", ""), media_type=Option("text", "application/json"))
def _text(case: RequestContext, text: str, media_type: str) -> None:
    """The body is this text."""
    _body(case, lambda _: text.encode(), content_type=media_type)


@fault("html")
def _html(case: RequestContext) -> None:
    """The body is a page for people."""
    page = b"<!doctype html><title>Sign in</title><p>Please sign in to continue."
    _body(case, lambda _: page, content_type="text/html; charset=utf-8")


@fault("empty")
def _empty(case: RequestContext) -> None:
    """There is no body."""
    _body(case, lambda _: b"")


@fault("truncated", at=Option("share", 0.5))
def _truncated(case: RequestContext, at: float) -> None:
    """The body ends early, with a length to match."""
    _body(case, lambda body: body[: int(len(body) * at)])


@fault("bom")
def _bom(case: RequestContext) -> None:
    """A byte order mark stands before the body."""
    _body(case, lambda body: b"\xef\xbb\xbf" + body)


@fault("latin-1")
def _latin_1(case: RequestContext) -> None:
    """The texts hold a letter in Latin-1, which is not UTF-8."""
    _json(case, lambda value: _texts(value, _MARK), lambda body: body.replace(_MARK_IN_JSON, b"\xe9"))


@fault("nan")
def _nan(case: RequestContext) -> None:
    """The numbers are NaN."""
    _json(case, lambda value: _numbers(value, f"{_MARK}NaN"), _unquoted)


@fault("huge-number")
def _huge_number(case: RequestContext) -> None:
    """The numbers are 1e400, which no float holds."""
    _json(case, lambda value: _numbers(value, f"{_MARK}1e400"), _unquoted)


@fault("duplicate-member")
def _duplicate_member(case: RequestContext) -> None:
    """The first member of each object comes twice, first as null; the last one counts."""
    _json(case, _doubled, lambda body: body.replace(_MARK_IN_JSON, b""))


@fault("deep", levels=Option("count", 100_000))
def _deep(case: RequestContext, levels: int) -> None:
    """The body is nothing but brackets, so many levels deep."""
    _body(case, lambda _: b"[" * levels + b"]" * levels)


@fault("oversize", size=Option("count", 8 * 1024 * 1024 + 1))
def _oversize(case: RequestContext, size: int) -> None:
    """White space makes the body at least so many bytes long."""
    _body(case, lambda body: body.ljust(size))


@fault("gzip-bomb", size=Option("count", 256 * 1024 * 1024))
def _gzip_bomb(case: RequestContext, size: int) -> None:
    """The body is small on the wire, and unpacks to so many bytes of white space."""
    _body(case, lambda body: _packed(body, size), content_encoding="gzip")


@fault("media-type", media_type=Option("text", "text/plain"))
def _media_type(case: RequestContext, media_type: str) -> None:
    """The body is called what it is not."""
    _body(case, bytes, content_type=media_type)


@fault("other-shape")
def _other_shape(case: RequestContext) -> None:
    """An array comes where an object should be, and an object for an array."""
    _json(case, lambda value: {"items": value} if is_list(value) else [value])


@fault("null")
def _null(case: RequestContext) -> None:
    """The body is null."""
    _body(case, lambda _: b"null")


def _texts(value: Any, more: str) -> Any:
    if isinstance(value, str):
        return value + more
    if is_list(value):
        return [_texts(each, more) for each in value]
    return {name: _texts(each, more) for name, each in value.items()} if is_object(value) else value


def _numbers(value: Any, other: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return other
    if is_list(value):
        return [_numbers(each, other) for each in value]
    return {name: _numbers(each, other) for name, each in value.items()} if is_object(value) else value


def _unquoted(body: bytes) -> bytes:
    for word in (b"NaN", b"1e400"):
        body = body.replace(b'"%s%s"' % (_MARK_IN_JSON, word), word)
    return body


def _doubled(value: Any) -> Any:
    if is_list(value):
        return [_doubled(each) for each in value]
    if not is_object(value) or not value:
        return value
    return {f"{_MARK}{next(iter(value))}": None, **{name: _doubled(each) for name, each in value.items()}}


def _packed(body: bytes, size: int) -> bytes:
    """Pack a body and white space without ever holding them in full."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [packer.compress(body)]
    parts += [packer.compress(b" " * min(_PIECE, size - start)) for start in range(0, size, _PIECE)]
    return b"".join([*parts, packer.flush()])


@fault("link-dead")
def _link_dead(case: RequestContext) -> None:
    """The links that are shown have expired already."""
    case.link_age = files.LIFETIME + 1


@fault("link-host", lasting=True, origin=Option("text"))
def _link_host(case: RequestContext, origin: str) -> None:
    """The links that are shown lead to this scheme and host."""
    case.link_origin = origin


@fault("link-expired")
def _link_expired(case: RequestContext) -> None:
    """The link has expired by the time it is used."""
    case.refused = Refused(403, "The link has expired.")


@fault("other-file", lasting=True)
def _other_file(case: RequestContext) -> None:
    """The file has other content than before."""
    case.other_file = True


@fault("range-ignored", lasting=True)
def _range_ignored(case: RequestContext) -> None:
    """The file is always sent whole."""
    headers = {name: value for name, value in case.call.headers.items() if name != "range"}
    case.call = evolve(case.call, headers=headers)


@fault("etag", lasting=True, etag=Option("text", ""))
def _etag(case: RequestContext, etag: str) -> None:
    """The file has this ETag, such as `W/"1"`; none if it is empty."""

    def marked(reply: Reply) -> Reply:
        headers = {name: value for name, value in reply.headers.items() if name != "ETag"}
        return evolve(reply, headers={**headers, "ETag": etag} if etag else headers)

    case.replies.append(marked)
