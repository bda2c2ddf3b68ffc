"""A digest of a request: two starts of one key must be of one request. It says nothing about what was sent.

JSON is digested regardless of the order of members, and multipart without the text that parts are cut with, which is
another one each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from ...errors import InvalidArgument
from ...messages import Content
from ...request.parameters import Draft


def digest(operation: str, draft: Draft, *, whole: bool, without: str | None = None) -> str:
    """The digest of a request but for one header. Its body is read if it must be `whole`.

    Raises:
        InvalidArgument: its body can be read only once, so that nothing would be left to send.
    """
    content_type = next((value for name, value in draft.headers if name.lower() == "content-type"), "")
    boundary = content_type.partition("boundary=")[2].encode()
    left_out = {"accept", "content-type", (without or "").lower()}
    headers = sorted([name.lower(), value] for name, value in draft.headers if name.lower() not in left_out)
    label = content_type.partition("; boundary=")[0]
    head = [operation, draft.path, draft.query, headers, draft.cookies, label]
    found = sha256(json.dumps(head, separators=(",", ":")).encode())
    for piece in _without(boundary, _body(draft.content, whole)):
        found.update(piece)
    return found.hexdigest()


def _body(content: bytes | Content | None, whole: bool) -> Iterable[bytes]:
    if content is None:
        return (b"none",)
    if isinstance(content, bytes):
        return (b"some", _sorted(content))
    if not whole:
        return (b"stream", str(content.length).encode())
    if content.asynchronous or not content.replayable:
        raise InvalidArgument(
            "key: the body can be read only once, so nobody could tell whether it is the same another time; "
            "give bytes, a path or a file"
        )
    return content.open()


def _sorted(content: bytes) -> bytes:
    if content[:1] not in (b"{", b"["):
        return content
    try:
        value: Any = json.loads(content)
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return content


def _without(boundary: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    if not boundary:
        yield from pieces
        return
    held = b""
    for piece in pieces:
        held = (held + piece).replace(boundary, b"")
        # The boundary may be cut in two.
        keep = len(boundary) - 1
        yield held[:-keep]
        held = held[-keep:]
    yield held
