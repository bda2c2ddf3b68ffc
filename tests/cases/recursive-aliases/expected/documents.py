# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `documents`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_DOCUMENT: Final[Operation[models.Json]] = Operation(
    "spec.add_document",
    "POST",
    "/documents",
    body=Json(models.Json),
    returns=models.Json,
)


def add_document(client: ApiClient, body: models.Json | None) -> models.Json:
    """Add a document.

    Args:
        body: Any JSON value; it refers to itself through a list, a map and null.

    Returns:
        The document.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/documents
    """
    return client.call(ADD_DOCUMENT, body=body)


async def add_document_async(client: AsyncApiClient, body: models.Json | None) -> models.Json:
    """Add a document.

    Async twin of `add_document`.

    Args:
        body: Any JSON value; it refers to itself through a list, a map and null.
    """
    return await client.call(ADD_DOCUMENT, body=body)


ADD_FOREST: Final = Operation(
    "spec.add_forest",
    "POST",
    "/forests",
    body=Json(list[models.Forest]),
    returns=models.Holder,
)


def add_forest(client: ApiClient, body: list[models.Forest]) -> models.Holder:
    """Add a forest.

    Args:
        body: Add a forest.

    Returns:
        A holder.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/forests
    """
    return client.call(ADD_FOREST, body=body)


async def add_forest_async(client: AsyncApiClient, body: list[models.Forest]) -> models.Holder:
    """Add a forest.

    Async twin of `add_forest`.

    Args:
        body: Add a forest.
    """
    return await client.call(ADD_FOREST, body=body)
