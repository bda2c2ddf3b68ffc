"""Connections between client and server: reuse, concurrency, paths, and the caller's own httpx client."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportStock, Task
from taskclients.lifepos import LifePosClient
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core import ClientClosedError, NotFoundError, Response

if TYPE_CHECKING:
    from .conftest import Seen


def test_one_connection_serves_one_thread(booster: BoosterClient, seen: list[Seen]) -> None:
    for _ in range(10):
        booster.list_tasks()
    assert len(seen) == 10
    assert len({each.connection for each in seen}) == 1


def test_eight_threads_share_one_client(booster: BoosterClient, seen: list[Seen]) -> None:
    def work(thread: int) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for number in range(20):
            brand = f"B{thread}-{number}"
            body = ExportStock(brand=brand, download_request_id="nightly")
            found.append((brand, booster.get_task(booster.export_stock(body).async_task_id).brand))
        return found

    with ThreadPoolExecutor(8) as threads:
        pairs = [pair for found in threads.map(work, range(8)) for pair in found]
    assert len(pairs) == 160
    assert all(sent == received for sent, received in pairs)
    assert len(seen) == 320
    assert len({each.connection for each in seen}) <= 8


def test_fifty_calls_at_once(url: str, seen: list[Seen]) -> None:
    async def run() -> list[tuple[str, str]]:
        async with AsyncBoosterClient(f"{url}/booster", auth="token") as client:

            async def one(number: int) -> tuple[str, str]:
                body = ExportStock(brand=f"B{number}", download_request_id="nightly")
                started = await client.export_stock(body)
                return body.brand, (await client.get_task(started.async_task_id)).brand

            return await asyncio.gather(*map(one, range(50)))

    pairs = asyncio.run(run())
    assert len(pairs) == 50
    assert all(sent == received for sent, received in pairs)
    assert len(seen) == 100
    assert len({each.connection for each in seen}) <= 50


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("%2F", "%252F"),
        ("ä 中", "%C3%A4%20%E4%B8%AD"),
        ("a;b=c", "a%3Bb%3Dc"),
        ("line\nbreak", "line%0Abreak"),
    ],
)
def test_a_path_parameter_stays_within_its_segment(
    mykaarma: MyKaarmaClient, seen: list[Seen], text: str, path: str
) -> None:
    with pytest.raises(NotFoundError):
        mykaarma.get_async_process(text)
    assert seen[0].path == f"/mykaarma/v2/asyncProcesses/{path}"


@pytest.mark.parametrize("text", ["..", "."])
def test_a_path_parameter_never_climbs(mykaarma: MyKaarmaClient, seen: list[Seen], text: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        mykaarma.get_async_process(text)
    assert seen == []


def test_options_of_the_client_apply_to_every_request(lifepos: LifePosClient, seen: list[Seen]) -> None:
    organization = UUID("00000000-0000-4000-8000-000000000014")
    list(lifepos.list_nomenclature_import_tasks(organization))
    assert len(seen) == 3
    for each in seen:
        assert each.headers["accept-language"] == "en-US"
        assert each.headers["x-lp-client-identifier"] == "till 7"
        assert each.headers["x-lp-client-type"] == "App"
        assert "x-lp-client-name" not in each.headers
        assert each.headers["authorization"] == "Bearer token"


@pytest.mark.usefixtures("both_installed")
def test_the_callers_own_httpx_client_is_used_and_left_open(url: str, seen: list[Seen]) -> None:
    statuses: list[int] = []
    hooks = {"response": [lambda response: statuses.append(response.status_code)]}
    with httpx.Client(headers={"X-Team": "ours"}, event_hooks=hooks) as http:
        with BoosterClient(f"{url}/booster", auth="token", http_client=http) as client:
            client.list_tasks()
        assert not http.is_closed
        with pytest.raises(ClientClosedError):
            client.list_tasks()
    assert statuses == [200]
    assert seen[0].headers["x-team"] == "ours"


@pytest.mark.usefixtures("both_installed")
def test_the_callers_own_async_client_is_used_and_left_open(url: str, seen: list[Seen]) -> None:
    async def run() -> None:
        async with httpx.AsyncClient(headers={"X-Team": "ours"}) as http:
            async with AsyncBoosterClient(f"{url}/booster", auth="token", http_client=http) as client:
                await client.list_tasks()
            assert not http.is_closed

    asyncio.run(run())
    assert seen[0].headers["x-team"] == "ours"


def test_response_returns_the_http_response(booster: BoosterClient, lifepos: LifePosClient) -> None:
    task = booster.list_tasks()[0]
    response: Response[Task] = booster.response(booster.get_task, task.async_task_id)
    assert (response.value.async_task_id, response.status) == (task.async_task_id, 200)
    assert response.headers["content-type"] == "application/json"
    assert task.async_task_id.hex.encode() in response.raw
    paged = lifepos.response(lifepos.list_revenue_exports(task.async_task_id).page)
    assert paged.value.page_number == 1


def test_response_async_returns_the_http_response(url: str) -> None:
    async def run() -> Response[list[Task]]:
        async with AsyncBoosterClient(f"{url}/booster", auth="token") as client:
            return await client.response(client.list_tasks)

    response = asyncio.run(run())
    assert response.status == 200
    assert response.value


def test_a_base_url_may_end_with_a_slash(url: str) -> None:
    with MyKaarmaClient(f"{url}/mykaarma/", auth=("user", "password")) as client:
        assert client.create_dealer(CreateDealerRequest()).request_uuid
    with BoosterClient(f"{url}/nowhere", auth="token") as client, pytest.raises(NotFoundError):
        client.list_tasks()
