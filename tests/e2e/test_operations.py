"""Every operation of the three vendors, called through its generated method, sync and async."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from attrs import field, frozen

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster import models as booster_models
from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos import models as lifepos_models
from taskclients.mykaarma import AsyncMyKaarmaClient, MyKaarmaClient
from taskclients.mykaarma import models as mykaarma_models

ROOT = Path(__file__).parents[2]
ORGANIZATION = UUID("00000000-0000-4000-8000-000000000011")
YEAR = datetime(2024, 1, 1, tzinfo=UTC)
PASSWORD = "example password"
CASHIER = {
    "accept_language": "en-US",
    "client_identifier": "till",
    "client_type": lifepos_models.ClientType.ANDROID,
    "client_extensions": "a,b",
}
FILTERED = {
    "presentation": lifepos_models.PresentationModes.FULL,
    "order_by": lifepos_models.AsyncTaskOrdering.CREATED_AT_ASC,
    "task_status": [lifepos_models.AsyncTaskStatuses.COMPLETED, lifepos_models.AsyncTaskStatuses.CANCELED],
}
VENDORS: dict[str, tuple[type[Any], type[Any], dict[str, Any]]] = {
    "booster": (BoosterClient, AsyncBoosterClient, {"auth": "token"}),
    "mykaarma": (MyKaarmaClient, AsyncMyKaarmaClient, {"auth": ("user", "password")}),
    "lifepos": (LifePosClient, AsyncLifePosClient, {"auth": "token", **CASHIER}),
}


@frozen
class Case:
    """A call, and what it returns."""

    name: str
    returns: type[Any]
    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = field(factory=dict[str, Any])
    """Keyword arguments."""

    first: Callable[[Any], Any] | None = None
    """Returns the first argument, from earlier calls."""

    def __str__(self) -> str:
        return self.name


def shop(**more: Any) -> dict[str, Any]:
    return {"brand": "CAR", "pos_codes": ["0042"], "download_request_id": "nightly", **more}


BODIES = booster_models
CASES = [
    Case("booster.list_tasks", list),
    Case("booster.get_task", BODIES.Task, first=lambda client: client.list_tasks()[0].async_task_id),
    Case(
        "booster.request_import",
        BODIES.ImportRequestResponse,
        (BODIES.ImportRequest(brand="IWC", external_file_id="sellouts.csv", type="Sellout"),),
    ),
    Case(
        "booster.export_customer",
        BODIES.ExportCustomerResponse,
        (
            BODIES.ExportCustomer(
                **shop(creation_date_from=YEAR, creation_date_to=None, birthdate_months=[1, 12]),
                interests=[BODIES.GetCustomerInterest(interest="Cars", sap_interest_id="CA-1")],
            ),
        ),
    ),
    Case(
        "booster.export_stock",
        BODIES.ExportStockResponse,
        (BODIES.ExportStock(**shop(include_rsp=True, type=BODIES.StockType.CONSIGNED)),),
    ),
    Case("booster.export_movement", BODIES.ExportMovementResponse, (BODIES.ExportMovement(**shop(date_from=YEAR)),)),
    Case(
        "booster.export_sell_out",
        BODIES.ExportSellOutResponse,
        (
            BODIES.ExportSellOut(
                **shop(sellout_type=None, warranty_extension_status_ids=[BODIES.WarrantyExtensionStatus.ACTIVATED])
            ),
        ),
    ),
    Case(
        "booster.export_order",
        BODIES.ExportOrderResponse,
        (BODIES.ExportOrder(**shop(status=[BODIES.OrderStatus.PENDING])),),
    ),
    Case(
        "booster.export_invoice",
        BODIES.ExportInvoiceResponse,
        (BODIES.ExportInvoice(**shop(product_categories=[BODIES.ProductCategory(grand_category_id="G-1")])),),
    ),
    Case(
        "mykaarma.create_dealer",
        mykaarma_models.CreateDealerResponse,
        (mykaarma_models.CreateDealerRequest(name="Example Motors", is_test_dealer=True, address={"city": "Bern"}),),
    ),
    Case(
        "mykaarma.get_async_process",
        mykaarma_models.AsyncProcess,
        first=lambda client: client.create_dealer(mykaarma_models.CreateDealerRequest()).request_uuid,
    ),
    Case(
        "lifepos.list_nomenclature_import_tasks",
        lifepos_models.NomenclatureImportTaskList,
        (ORGANIZATION,),
        {**FILTERED, "created_from": YEAR},
    ),
    Case(
        "lifepos.create_nomenclature_import_task",
        lifepos_models.NomenclatureImportTask,
        (ORGANIZATION, b"PK\x03\x04"),
        {"import_strategy": lifepos_models.NomenclatureImportStrategies.FULL_IMPORT, "use_barcodes_local": False},
    ),
    Case("lifepos.list_revenue_exports", lifepos_models.RevenueExportTaskList, (ORGANIZATION,), FILTERED),
    Case(
        "lifepos.create_revenue_export",
        lifepos_models.RevenueExportTask,
        (
            ORGANIZATION,
            lifepos_models.RevenueExportParameters(
                filters_for_export=lifepos_models.RevenueExportFilters(processed_at_from=YEAR, outlet_guid=ORGANIZATION)
            ),
        ),
    ),
    Case(
        "lifepos.sign_in",
        lifepos_models.SignInResult,
        (lifepos_models.SignInRequest(full_username="cashier", password=PASSWORD),),
    ),
    Case(
        "lifepos.sign_in_by_phone",
        lifepos_models.SignInResult,
        (lifepos_models.SignInByPhoneRequest(phone="+70000000000", password=PASSWORD),),
    ),
]


def test_every_operation_of_every_spec_has_a_case() -> None:
    wanted: list[str] = []
    for path in (ROOT / "specs").glob("*.yaml"):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["paths"].values():
            for node in item.values():
                camel = node["operationId"].partition(".")[2]
                wanted.append(f"{path.stem}.{re.sub(r'(?<!^)(?=[A-Z])', '_', camel).lower()}")
    assert sorted(case.name for case in CASES) == sorted(wanted)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_sync(case: Case, url: str) -> None:
    vendor, _, method = case.name.partition(".")
    with VENDORS[vendor][0](f"{url}/{vendor}", **VENDORS[vendor][2]) as client:
        arguments = (case.first(client),) if case.first else case.arguments
        result = getattr(client, method)(*arguments, **case.named)
        check(case, result.page() if hasattr(result, "page") else result)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_async(case: Case, url: str) -> None:
    vendor, _, method = case.name.partition(".")
    sync, other, options = VENDORS[vendor]
    with sync(f"{url}/{vendor}", **options) as client:
        arguments = (case.first(client),) if case.first else case.arguments

    async def run() -> Any:
        async with other(f"{url}/{vendor}", **options) as client:
            result = getattr(client, method)(*arguments, **case.named)
            return await (result.page() if hasattr(result, "page") else result)

    check(case, asyncio.run(run()))


def check(case: Case, result: Any) -> None:
    assert type(result) is case.returns
    match result:
        case list():
            assert {type(item) for item in result} == {booster_models.Task}
            assert all(isinstance(item.async_task_id, UUID) for item in result)
        case booster_models.Task():
            assert result.status.is_known
        case lifepos_models.NomenclatureImportTask():
            assert result.parameters is not None
            assert result.parameters.import_strategy == lifepos_models.NomenclatureImportStrategies.FULL_IMPORT
            assert result.organization == lifepos_models.OrganizationReference(guid=ORGANIZATION)
            assert result.created_at is not None
            assert result.created_at.tzinfo is UTC
        case lifepos_models.RevenueExportTask():
            assert result.parameters == case.arguments[1]
        case lifepos_models.NomenclatureImportTaskList() | lifepos_models.RevenueExportTaskList():
            assert result.items
            assert {item.status for item in result.items} <= set(FILTERED["task_status"])
        case mykaarma_models.AsyncProcess():
            assert result.errors == []
            assert result.steps
        case _:
            pass
