"""The types of what callers may give as `auth`; `auth` says what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

S = TypeVar("S")

Secret: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""The last for asynchronous clients only."""

Credential: TypeAlias = Secret | tuple[str, str]


@runtime_checkable
class RequestAuth(Protocol):
    """An `httpx.Auth`, or its like in httpx2."""

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Yield the request with credentials on it."""
        ...


Auth: TypeAlias = Credential | Mapping[str, Credential] | RequestAuth | Callable[[Any], Any]
"""What a client takes as `auth`."""

AuthOr: TypeAlias = Auth | S | Mapping[str, Credential | S]
"""What a client takes as `auth` that can sign in with an S."""
