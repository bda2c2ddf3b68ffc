# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `copies`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_COPY: Final = Operation(
    "spec.create_copy",
    "POST",
    "/copies",
    returns=models.Work,
)


def create_copy(client: ApiClient) -> models.Work:
    """Copy a list.

    `begin_create_copy` returns a handle that waits for the task and returns its result.

    Returns:
        The copy has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/copies/create
    """
    return client.call(CREATE_COPY)


async def create_copy_async(client: AsyncApiClient) -> models.Work:
    """Copy a list.

    Async twin of `create_copy`.
    """
    return await client.call(CREATE_COPY)
