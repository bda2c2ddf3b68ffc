"""Faults of bodies, links and files: an invalid body with a successful status, expired links, changed files."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any, Final

from attrs import evolve

from ...spec.samples import is_list, is_object
from .. import files
from ..messages import HttpError, Reply, dump
from ..request_context import RequestContext
from .registry import Option, fault

_MARK: Final = "\x01"
"""Marks texts that are replaced in the encoded bytes by values that JSON cannot represent."""

_MARK_IN_JSON: Final = rb"\u0001"
_PIECE: Final = 1 << 16


def _body(context: RequestContext, change: Callable[[bytes], bytes], **headers: str) -> None:
    def changed(reply: Reply) -> Reply:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return evolve(reply, body=change(reply.body), headers={**reply.headers, **named})

    context.reply_hooks.append(changed)


def _json(context: RequestContext, change: Callable[[Any], Any], postprocess: Callable[[bytes], bytes] = bytes) -> None:
    """Change the data of a JSON body; other bodies are not changed."""

    def changed(body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            return body
        return postprocess(dump(change(value)))

    _body(context, changed)


@fault("body", text=Option("text", ""), media_type=Option("text", "application/json"))
def _text(context: RequestContext, text: str, media_type: str) -> None:
    """Replace the body with `text`."""
    _body(context, lambda _: text.encode(), content_type=media_type)


@fault("html")
def _html(context: RequestContext) -> None:
    """Replace the body with an HTML page."""
    page = b"<!doctype html><title>Sign in</title><p>Please sign in to continue."
    _body(context, lambda _: page, content_type="text/html; charset=utf-8")


@fault("empty")
def _empty(context: RequestContext) -> None:
    """Send an empty body."""
    _body(context, lambda _: b"")


@fault("truncated", at=Option("share", 0.5))
def _truncated(context: RequestContext, at: float) -> None:
    """Truncate the body at the fraction `at`, with a matching Content-Length."""
    _body(context, lambda body: body[: int(len(body) * at)])


@fault("bom")
def _bom(context: RequestContext) -> None:
    """Send a byte order mark before the body."""
    _body(context, lambda body: b"\xef\xbb\xbf" + body)


@fault("latin-1")
def _latin_1(context: RequestContext) -> None:
    """Add a Latin-1 letter, which is not UTF-8, to every text."""
    _json(context, lambda value: _texts(value, _MARK), lambda body: body.replace(_MARK_IN_JSON, b"\xe9"))


@fault("nan")
def _nan(context: RequestContext) -> None:
    """Replace every number with NaN."""
    _json(context, lambda value: _numbers(value, f"{_MARK}NaN"), _unquoted)


@fault("huge-number")
def _huge_number(context: RequestContext) -> None:
    """Replace every number with 1e400, which is out of range for a float."""
    _json(context, lambda value: _numbers(value, f"{_MARK}1e400"), _unquoted)


@fault("duplicate-member")
def _duplicate_member(context: RequestContext) -> None:
    """Send the first member of each object twice, first as null."""
    _json(context, _doubled, lambda body: body.replace(_MARK_IN_JSON, b""))


@fault("deep", levels=Option("count", 100_000))
def _deep(context: RequestContext, levels: int) -> None:
    """Replace the body with arrays nested `levels` deep."""
    _body(context, lambda _: b"[" * levels + b"]" * levels)


@fault("oversize", size=Option("count", 8 * 1024 * 1024 + 1))
def _oversize(context: RequestContext, size: int) -> None:
    """Pad the body with white space to at least `size` bytes."""
    _body(context, lambda body: body.ljust(size))


@fault("gzip-bomb", size=Option("count", 256 * 1024 * 1024))
def _gzip_bomb(context: RequestContext, size: int) -> None:
    """Send a gzip body that decompresses to `size` additional bytes of white space."""
    _body(context, lambda body: _packed(body, size), content_encoding="gzip")


@fault("media-type", media_type=Option("text", "text/plain"))
def _media_type(context: RequestContext, media_type: str) -> None:
    """Send a Content-Type that does not match the body."""
    _body(context, bytes, content_type=media_type)


@fault("other-shape")
def _other_shape(context: RequestContext) -> None:
    """Send an array instead of an object, and an object instead of an array."""
    _json(context, lambda value: {"items": value} if is_list(value) else [value])


@fault("null")
def _null(context: RequestContext) -> None:
    """Replace the body with null."""
    _body(context, lambda _: b"null")


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
    """Compress a body and white space in parts, to limit memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [packer.compress(body)]
    parts += [packer.compress(b" " * min(_PIECE, size - start)) for start in range(0, size, _PIECE)]
    return b"".join([*parts, packer.flush()])


@fault("link-dead")
def _link_dead(context: RequestContext) -> None:
    """Return download links that have already expired."""
    context.link_age = files.LIFETIME + 1


@fault("link-host", lasting=True, origin=Option("text"))
def _link_host(context: RequestContext, origin: str) -> None:
    """Return download links with this scheme and host."""
    context.link_origin = origin


@fault("link-expired")
def _link_expired(context: RequestContext) -> None:
    """Refuse the download because its link has expired."""
    context.error = HttpError(403, "The link has expired.")


@fault("other-file", needs="file", lasting=True)
def _other_file(context: RequestContext) -> None:
    """Send a file with other content than before."""
    context.other_file = True


@fault("range-ignored", needs="file", lasting=True)
def _range_ignored(context: RequestContext) -> None:
    """Ignore Range headers and send the whole file."""
    headers = {name: value for name, value in context.call.headers.items() if name != "range"}
    context.call = evolve(context.call, headers=headers)


@fault("etag", lasting=True, etag=Option("text", ""))
def _etag(context: RequestContext, etag: str) -> None:
    """Send this ETag with the file, such as `W/"1"`; none if it is empty."""

    def marked(reply: Reply) -> Reply:
        headers = {name: value for name, value in reply.headers.items() if name != "ETag"}
        return evolve(reply, headers={**headers, "ETag": etag} if etag else headers)

    context.reply_hooks.append(marked)
