# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import ErrorCondition, Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_LABELS: Final = Operation(
    "spec.list_labels",
    "GET",
    "/labels",
    returns=models.Labels,
    error_when=ErrorCondition(filled="faults", absent="labels"),
)


def list_labels(client: ApiClient) -> models.Labels:
    """List labels.

    Returns:
        The labels, or what is wrong.

    Raises:
        ApiError: a successful response that reports an error.

    Source: https://docs.example/labels/list
    """
    return client.call(LIST_LABELS)


async def list_labels_async(client: AsyncApiClient) -> models.Labels:
    """List labels.

    Async twin of `list_labels`.
    """
    return await client.call(LIST_LABELS)


PRINT_LABEL: Final = Operation(
    "spec.print_label",
    "POST",
    "/labels",
    body=Json(models.LabelOrder),
    returns=models.Label,
    error_when=ErrorCondition(filled="faults", absent="state"),
)


def print_label(client: ApiClient, body: models.LabelOrder) -> models.Label:
    """Print a label.

    `begin_print_label` returns a handle that waits for the task.

    Args:
        body: Order for a label.

    Returns:
        The label is printed, or what is wrong.

    Raises:
        ApiError: a successful response that reports an error.

    Source: https://docs.example/labels/print
    """
    return client.call(PRINT_LABEL, body=body)


async def print_label_async(client: AsyncApiClient, body: models.LabelOrder) -> models.Label:
    """Print a label.

    Async twin of `print_label`.

    Args:
        body: Order for a label.
    """
    return await client.call(PRINT_LABEL, body=body)
