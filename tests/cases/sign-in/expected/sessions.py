# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


OPEN: Final = Operation(
    "spec.open",
    "POST",
    "/sessions",
    parameters=(Query("note", str),),
    body=Json(models.Login),
    returns=models.Opened,
    errors={401: models.Refusal},
    security=(),
)


def open(client: ApiClient, body: models.Login, *, note: str | None = None) -> models.Opened:
    """Sign in.

    Args:
        body: Who signs in.
        note: Sent as the query parameter `note`.

    Returns:
        Signed in.

    Raises:
        ApiError: 401.

    Source: https://docs.example/sessions
    """
    return client.call(OPEN, note, body=body)


async def open_async(client: AsyncApiClient, body: models.Login, *, note: str | None = None) -> models.Opened:
    """Sign in.

    Async twin of `open`.

    Args:
        body: Who signs in.
        note: Sent as the query parameter `note`.
    """
    return await client.call(OPEN, note, body=body)


OPEN_BY_CODE: Final = Operation(
    "spec.open_by_code",
    "POST",
    "/sessions/by-code",
    body=Json(models.Code),
    returns=models.Opened,
    security=(),
)


def open_by_code(client: ApiClient, body: models.Code) -> models.Opened:
    """Sign in with a code.

    Args:
        body: A code that was sent to somebody.

    Returns:
        Signed in.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/sessions
    """
    return client.call(OPEN_BY_CODE, body=body)


async def open_by_code_async(client: AsyncApiClient, body: models.Code) -> models.Opened:
    """Sign in with a code.

    Async twin of `open_by_code`.

    Args:
        body: A code that was sent to somebody.
    """
    return await client.call(OPEN_BY_CODE, body=body)
