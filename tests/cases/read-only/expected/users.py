# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `users`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import User

ADD_USER: Final = Operation(
    "spec.add_user",
    "POST",
    "/users",
    body=Json(User),
    returns=User,
)


def add_user(client: Client, body: User) -> User:
    """Add a user.

    Args:
        body: What is sent.

    Returns:
        The user.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/users
    """
    return client.call(ADD_USER, body=body)


async def add_user_async(client: AsyncClient, body: User) -> User:
    """Async twin of `add_user`."""
    return await client.call(ADD_USER, body=body)
