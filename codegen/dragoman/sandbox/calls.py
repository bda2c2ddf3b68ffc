"""A request and an answer as plain values: what the sandbox computes with, whatever carries them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import unquote_plus

from attrs import field, frozen

from .delivery import Delivery


@frozen(kw_only=True)
class Call:
    """A request. Its body, headers and query may hold secrets, so none of them is in the repr."""

    method: str
    path: str
    """Still percent-encoded, so that an encoded slash is not taken for one that divides."""

    query: str = field(default="", repr=False)
    """Without the question mark; still percent-encoded."""

    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """By lower-case name."""

    body: bytes = field(default=b"", repr=False)
    origin: str = "http://127.0.0.1"
    """Where the sandbox is reached: scheme, host and port."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as names and values, the values still percent-encoded."""
        parts = [part.partition("=") for part in self.query.split("&") if part]
        return [(unquote_plus(name), value) for name, _, value in parts]

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies by name; those that cannot be read are none."""
        try:
            jar = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


@frozen
class Reply:
    """An answer."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str])
    delivery: Delivery | None = None
    """How it travels; None: as answers do."""


class Refused(Exception):  # noqa: N818 - says what happened, and is no error of ours
    """The request is not one that the sandbox serves; `place` is the member or parameter at fault."""

    def __init__(self, status: int, message: str, place: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.message = message
        self.place = place
        self.headers = dict(headers or {})
        super().__init__(message)


def dump(value: Any) -> bytes:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
