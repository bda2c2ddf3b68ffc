# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LOGIN: Final = Operation(
    "spec.login",
    "POST",
    "/login",
    body=Json(models.Login),
    returns=models.Opened,
    security=(),
)


def login(client: ApiClient, body: models.Login) -> models.Opened:
    """Sign in.

    Args:
        body: Who signs in.

    Returns:
        Signed in.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/login
    """
    return client.call(LOGIN, body=body)


async def login_async(client: AsyncApiClient, body: models.Login) -> models.Opened:
    """Sign in.

    Async twin of `login`.

    Args:
        body: Who signs in.
    """
    return await client.call(LOGIN, body=body)
