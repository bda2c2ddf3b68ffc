# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `copies`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

from .models import Work

CREATE_COPY: Final = Operation(
    "spec.create_copy",
    "POST",
    "/copies",
    returns=Work,
)


def create_copy(client: Client) -> Work:
    """Copy a list.

    Returns:
        The copy has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/copies/create
    """
    return client.call(CREATE_COPY)


async def create_copy_async(client: AsyncClient) -> Work:
    """Async twin of `create_copy`."""
    return await client.call(CREATE_COPY)
