# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `checks`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

from .models import Work

CREATE_CHECK: Final = Operation(
    "spec.create_check",
    "POST",
    "/checks",
    returns=Work,
)


def create_check(client: Client) -> Work:
    """Check a list.

    Returns:
        The check has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/checks/create
    """
    return client.call(CREATE_CHECK)


async def create_check_async(client: AsyncClient) -> Work:
    """Async twin of `create_check`."""
    return await client.call(CREATE_CHECK)
