"""Calls of the LIFE POS client as users write them, with the types that a type checker must infer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import assert_type
from uuid import UUID

from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import (
    AsyncTaskOrdering,
    AsyncTaskStatuses,
    ClientType,
    NomenclatureImportTask,
    NomenclatureImportTaskList,
    RevenueExportParameters,
    RevenueExportTask,
    RevenueExportTaskList,
    SignInByPhoneRequest,
    SignInRequest,
    SignInResult,
)
from taskclients_core import AsyncPages, FileContent, Pages, Upload


def client() -> LifePosClient:
    return LifePosClient(accept_language="en-US", client_identifier="a", client_type=ClientType.UNKNOWN, auth="token")


def sign_in(body: SignInRequest | SignInByPhoneRequest) -> LifePosClient:
    LifePosClient(
        accept_language="en-US", client_identifier="a", client_type=ClientType.UNKNOWN, auth={"bearerAuth": body}
    )
    return LifePosClient(accept_language="en-US", client_identifier="a", client_type=ClientType.UNKNOWN, auth=body)


def read_pages(client: LifePosClient, org: UUID, since: datetime) -> None:
    imports = client.list_nomenclature_import_tasks(
        org,
        created_from=since,
        order_by=AsyncTaskOrdering.CREATED_AT_ASC,
        task_status=[AsyncTaskStatuses.IN_QUEUE],
    )
    assert_type(imports, Pages[NomenclatureImportTaskList, NomenclatureImportTask])
    assert_type(iter(imports), Iterator[NomenclatureImportTask])
    assert_type(imports.page(), NomenclatureImportTaskList)
    assert_type(imports.pages(), Iterator[NomenclatureImportTaskList])
    assert_type(imports.page().next_page_token, str | None)
    for task in imports:
        assert_type(task, NomenclatureImportTask)
    for export in client.list_revenue_exports(org):
        assert_type(export, RevenueExportTask)
        assert_type(export.status, AsyncTaskStatuses | None)
        assert_type(export.created_at, datetime | None)
        assert_type(export.file, UUID | None)


def start_tasks(client: LifePosClient, org: UUID) -> None:
    assert_type(client.create_nomenclature_import_task(org, b"PK"), NomenclatureImportTask)
    assert_type(client.create_nomenclature_import_task(org, BytesIO(), use_good_name=True), NomenclatureImportTask)
    with open("goods.xlsx", "rb") as file:
        assert_type(client.create_nomenclature_import_task(org, file), NomenclatureImportTask)
        client.create_nomenclature_import_task(org, Upload(file, on_progress=lambda sent, total: None))
    client.create_nomenclature_import_task(org, Path("goods.xlsx"))
    client.create_nomenclature_import_task(org, Upload(Path("goods.xlsx"), "goods.xlsx"))
    client.create_nomenclature_import_task(org, (piece for piece in [b"P", b"K"]))
    assert_type(client.create_revenue_export(org, RevenueExportParameters()), RevenueExportTask)
    assert_type(client.sign_in(SignInRequest(full_username="ann", password="secret")), SignInResult)


async def upload(client: AsyncLifePosClient, org: UUID, pieces: AsyncIterator[bytes], content: FileContent) -> None:
    assert_type(await client.create_nomenclature_import_task(org, pieces), NomenclatureImportTask)
    await client.create_nomenclature_import_task(org, Upload(pieces))
    await client.create_nomenclature_import_task(org, content)


async def read_pages_async(org: UUID) -> None:
    async with AsyncLifePosClient(
        accept_language="en-US", client_identifier="a", client_type=ClientType.UNKNOWN
    ) as client:
        exports = client.list_revenue_exports(org)
        assert_type(exports, AsyncPages[RevenueExportTaskList, RevenueExportTask])
        assert_type(await exports.page(), RevenueExportTaskList)
        assert_type(exports.pages(), AsyncIterator[RevenueExportTaskList])
        async for task in exports:
            assert_type(task, RevenueExportTask)
        async for page in exports.pages():
            assert_type(page.items, list[RevenueExportTask] | None)
        assert_type(await client.create_revenue_export(org, RevenueExportParameters()), RevenueExportTask)
