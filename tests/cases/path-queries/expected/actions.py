# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `actions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from taskclients_core import Header, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_TASKS: Final = Operation(
    "spec.list_tasks",
    "GET",
    "/?Action=ListTasks&Version=2",
    parameters=(Query("limit", int),),
)


def list_tasks(client: ApiClient, *, limit: int | None = None) -> None:
    """List, by the query in the path.

    Args:
        limit: Sent as the query parameter `limit`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/list
    """
    return client.call(LIST_TASKS, limit)


async def list_tasks_async(client: AsyncApiClient, *, limit: int | None = None) -> None:
    """List, by the query in the path.

    Async twin of `list_tasks`.

    Args:
        limit: Sent as the query parameter `limit`.
    """
    return await client.call(LIST_TASKS, limit)


READ_ACL: Final = Operation(
    "spec.read_acl",
    "GET",
    "/{bucket}?acl&owner={owner}",
    parameters=(Path("bucket", str), Path("owner", str)),
)


def read_acl(client: ApiClient, bucket: str, owner: str) -> None:
    """Read, with a parameter in the query of the path.

    Args:
        bucket: Sent as the path parameter `bucket`.
        owner: Sent as the path parameter `owner`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/acl
    """
    return client.call(READ_ACL, bucket, owner)


async def read_acl_async(client: AsyncApiClient, bucket: str, owner: str) -> None:
    """Read, with a parameter in the query of the path.

    Async twin of `read_acl`.

    Args:
        bucket: Sent as the path parameter `bucket`.
        owner: Sent as the path parameter `owner`.
    """
    return await client.call(READ_ACL, bucket, owner)


START: Final = Operation(
    "spec.start",
    "POST",
    "/#Action=Start",
    parameters=(Query("Action", models.StartAction, required=True),),
    returns=str,
    accept="application/json",
)


def start(client: ApiClient, *, action: models.StartAction = models.StartAction.START) -> str:
    """Start, by a query parameter.

    Args:
        action: Sent as the query parameter `Action`.

    Returns:
        It started.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/start
    """
    return client.call(START, action)


async def start_async(client: AsyncApiClient, *, action: models.StartAction = models.StartAction.START) -> str:
    """Start, by a query parameter.

    Async twin of `start`.

    Args:
        action: Sent as the query parameter `Action`.
    """
    return await client.call(START, action)


STOP: Final = Operation(
    "spec.stop",
    "POST",
    "/#X-Amz-Target=Stop",
    parameters=(Header("X-Amz-Target", Literal["Service.Stop"], required=True),),
    returns=str,
    accept="application/json",
)


def stop(client: ApiClient, *, x_amz_target: Literal["Service.Stop"] = "Service.Stop") -> str:
    """Stop, by a header.

    Args:
        x_amz_target: Sent as the header parameter `X-Amz-Target`.

    Returns:
        It stopped.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/stop
    """
    return client.call(STOP, x_amz_target)


async def stop_async(client: AsyncApiClient, *, x_amz_target: Literal["Service.Stop"] = "Service.Stop") -> str:
    """Stop, by a header.

    Async twin of `stop`.

    Args:
        x_amz_target: Sent as the header parameter `X-Amz-Target`.
    """
    return await client.call(STOP, x_amz_target)
