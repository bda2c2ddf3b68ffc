# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `exports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


START_EXPORT: Final = Operation(
    "spec.start_export",
    "POST",
    "/exports",
    idempotent=True,
)


def start_export(client: ApiClient) -> None:
    """Start an export, or find it started.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/exports
    """
    return client.call(START_EXPORT)


async def start_export_async(client: AsyncApiClient) -> None:
    """Start an export, or find it started.

    Async twin of `start_export`.
    """
    return await client.call(START_EXPORT)
