# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `users`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_USER: Final = Operation(
    "spec.add_user",
    "POST",
    "/users",
    body=Json(models.User),
    returns=models.User,
)


def add_user(client: ApiClient, body: models.User) -> models.User:
    """Add a user.

    Args:
        body: Travels both ways, with members that travel one way only.

    Returns:
        The user.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/users
    """
    return client.call(ADD_USER, body=body)


async def add_user_async(client: AsyncApiClient, body: models.User) -> models.User:
    """Add a user.

    Async twin of `add_user`.

    Args:
        body: Travels both ways, with members that travel one way only.
    """
    return await client.call(ADD_USER, body=body)
