"""Credentials in the form in which they are sent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from attrs import field, frozen

from ..api import ApiKey, HttpBearer
from ..errors import InvalidArgument
from ..request.styles import cookie_value, escape, header_value


@frozen(eq=False)
class Access:
    """What a request carries to be let in."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[str, ...] = field(default=(), repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)

    final: bool = True
    """Whether this is all; otherwise httpx may add the caller's own authentication."""

    parts: tuple[Access, ...] = field(default=(), repr=False)
    """What it was put together from."""

    def holds(self, other: Access) -> bool:
        """Whether the other is this one or a part of it."""
        return other is self or any(other is part for part in self.parts)


def by_secret(scheme: HttpBearer | ApiKey, name: str, secret: object) -> Access:
    """A single secret, where the scheme called `name` wants it.

    Raises:
        InvalidArgument: it cannot be sent; the message does not show it.
    """
    if not isinstance(secret, str):
        raise InvalidArgument(f"auth: the function for {name!r} returned {type(secret).__name__}, expected str")
    if not secret:
        raise InvalidArgument(f"auth: the secret for {name!r} is empty")
    try:
        if isinstance(scheme, HttpBearer):
            return Access(headers=(("Authorization", header_value(f"Bearer {secret}")),))
        if scheme.where == "header":
            return Access(headers=((scheme.name, header_value(secret)),))
        if scheme.where == "query":
            return Access(query=(f"{escape(scheme.name)}={escape(secret)}",))
        return Access(cookies=(f"{scheme.name}={cookie_value(secret)}",))
    except InvalidArgument as error:
        raise InvalidArgument(f"auth: the secret for {name!r}: {error}") from None


def by_password(name: str, pair: tuple[str, str]) -> Access:
    """User and password, as HTTP Basic has them.

    Raises:
        InvalidArgument: a colon in the user's name.
    """
    user, password = pair
    if ":" in user:
        raise InvalidArgument(f"auth: the user for {name!r} cannot contain a colon")
    encoded = b64encode(f"{user}:{password}".encode()).decode()
    return Access(headers=(("Authorization", f"Basic {encoded}"),))


def together(parts: Sequence[Access]) -> Access:
    """All of them in one request."""
    if len(parts) == 1:
        return parts[0]
    return Access(
        headers=tuple(header for part in parts for header in part.headers),
        query=tuple(pair for part in parts for pair in part.query),
        cookies=tuple(pair for part in parts for pair in part.cookies),
        parts=tuple(parts),
    )
