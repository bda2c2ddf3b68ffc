# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `sessions`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Login, Opened

LOGIN: Final = Operation(
    "spec.login",
    "POST",
    "/login",
    body=Json(Login),
    returns=Opened,
    security=(),
)


def login(client: Client, body: Login) -> Opened:
    """Sign in.

    Args:
        body: What is sent.

    Returns:
        Signed in.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/login
    """
    return client.call(LOGIN, body=body)


async def login_async(client: AsyncClient, body: Login) -> Opened:
    """Async twin of `login`."""
    return await client.call(LOGIN, body=body)
