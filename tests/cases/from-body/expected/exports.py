# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `exports`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Path

from .models import Export

START_EXPORT: Final = Operation(
    "spec.start_export",
    "POST",
    "/brands/{brand}/points/{point}/exports/{kind}",
    parameters=(Path("brand", str, body="/brand"), Path("point", int, body="/place/pointNumber"), Path("kind", str)),
    body=Json(Export),
)


def start_export(client: Client, kind: str, body: Export) -> None:
    """Start an export.

    Args:
        kind: Sent as the path parameter `kind`.
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/exports
    """
    return client.call(START_EXPORT, kind, body=body)


async def start_export_async(client: AsyncClient, kind: str, body: Export) -> None:
    """Async twin of `start_export`."""
    return await client.call(START_EXPORT, kind, body=body)
