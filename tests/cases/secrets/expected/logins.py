# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `logins`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Query

from .models import Login, Session

SIGN_IN: Final = Operation(
    "spec.sign_in",
    "POST",
    "/logins",
    parameters=(Query("signature", str),),
    body=Json(Login),
    returns=Session,
    errors={401: Session},
)


def sign_in(client: Client, body: Login, *, signature: str | None = None) -> Session:
    """Sign in.

    Args:
        body: What is sent.
        signature: Sent as the query parameter `signature`.

    Returns:
        Who it is.

    Raises:
        ApiError: the server answers 401.

    Page: https://docs.example/logins
    """
    return client.call(SIGN_IN, signature, body=body)


async def sign_in_async(client: AsyncClient, body: Login, *, signature: str | None = None) -> Session:
    """Async twin of `sign_in`."""
    return await client.call(SIGN_IN, signature, body=body)
