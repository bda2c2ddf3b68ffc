# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `checks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_CHECK: Final = Operation(
    "spec.create_check",
    "POST",
    "/checks",
    returns=models.Work,
)


def create_check(client: ApiClient) -> models.Work:
    """Check a list.

    `begin_create_check` returns a handle that waits for the task.

    Returns:
        The check has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/checks/create
    """
    return client.call(CREATE_CHECK)


async def create_check_async(client: AsyncApiClient) -> models.Work:
    """Check a list.

    Async twin of `create_check`.
    """
    return await client.call(CREATE_CHECK)
