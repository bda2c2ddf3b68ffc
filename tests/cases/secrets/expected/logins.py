# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `logins`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SIGN_IN: Final = Operation(
    "spec.sign_in",
    "POST",
    "/logins",
    parameters=(Query("signature", str),),
    body=Json(models.Login),
    returns=models.Session,
    errors={401: models.Session},
)


def sign_in(client: ApiClient, body: models.Login, *, signature: str | None = None) -> models.Session:
    """Sign in.

    Args:
        body: Who wants in.
        signature: Sent as the query parameter `signature`.

    Returns:
        Who it is.

    Raises:
        ApiError: 401.

    Source: https://docs.example/logins
    """
    return client.call(SIGN_IN, signature, body=body)


async def sign_in_async(client: AsyncApiClient, body: models.Login, *, signature: str | None = None) -> models.Session:
    """Sign in.

    Async twin of `sign_in`.

    Args:
        body: Who wants in.
        signature: Sent as the query parameter `signature`.
    """
    return await client.call(SIGN_IN, signature, body=body)
