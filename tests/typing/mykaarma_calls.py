"""Calls of the myKaarma client as users write them, with the types that a type checker must infer."""

from __future__ import annotations

from typing import Any, assert_type

from taskclients.mykaarma import AsyncMyKaarmaClient, MyKaarmaClient
from taskclients.mykaarma.models import (
    AsyncProcess,
    AsyncTaskType,
    CreateDealerRequest,
    CreateDealerResponse,
    ErrorDetail,
    ProcessStatus,
    ProcessStep,
)


def create(client: MyKaarmaClient) -> None:
    created = client.create_dealer(CreateDealerRequest(name="Corner", address={"city": "Ulm"}))
    assert_type(created, CreateDealerResponse)
    assert_type(created.request_uuid, str | None)
    assert_type(created.errors, list[ErrorDetail] | None)


def read(client: MyKaarmaClient) -> None:
    process = client.get_async_process("a")
    assert_type(process, AsyncProcess)
    assert_type(process.status, ProcessStatus | None)
    assert_type(process.async_task_type, AsyncTaskType | None)
    for step in process.steps or ():
        assert_type(step, ProcessStep)


def what_is_not_documented(request: CreateDealerRequest) -> None:
    assert_type(request.hours_of_operation, dict[str, Any] | None)


async def read_async() -> None:
    async with AsyncMyKaarmaClient(auth=("user", "password")) as client:
        assert_type(await client.get_async_process("a"), AsyncProcess)
        assert_type(await client.create_dealer(CreateDealerRequest()), CreateDealerResponse)
