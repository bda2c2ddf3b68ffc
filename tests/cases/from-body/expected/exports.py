# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `exports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Path

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


START_EXPORT: Final = Operation(
    "spec.start_export",
    "POST",
    "/brands/{brand}/points/{point}/exports/{kind}",
    parameters=(
        Path("brand", str, from_body="/brand"),
        Path("point", int, from_body="/place/pointNumber"),
        Path("kind", str),
    ),
    body=Json(models.Export),
)


def start_export(client: ApiClient, kind: str, body: models.Export) -> None:
    """Start an export.

    Args:
        kind: Sent as the path parameter `kind`.
        body: What to export. Its `brand` and `place.point_number` also fill the path.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/exports
    """
    return client.call(START_EXPORT, kind, body=body)


async def start_export_async(client: AsyncApiClient, kind: str, body: models.Export) -> None:
    """Start an export.

    Async twin of `start_export`.

    Args:
        kind: Sent as the path parameter `kind`.
        body: What to export. Its `brand` and `place.point_number` also fill the path.
    """
    return await client.call(START_EXPORT, kind, body=body)
