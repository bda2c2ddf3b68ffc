"""LIFE POS: the client signs in by itself, and uploads a file without reading it into memory."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import ClientType, SignInByPhoneRequest, SignInRequest, SignInResponseType
from taskclients_core import InvalidArgumentError, UnprocessableEntityError, Upload

from .conftest import Seen

PASSWORD = "example password"
ORGANIZATION = UUID("00000000-0000-4000-8000-000000000014")
CASHIER: dict[str, Any] = {
    "accept_language": "en-US",
    "client_identifier": "till 7",
    "client_type": ClientType.APP,
    "client_name": "Till",
}
BY_NAME = SignInRequest(full_username="cashier", password=PASSWORD, response_type=SignInResponseType.TOKEN)
BY_PHONE = SignInByPhoneRequest(phone="+70000000000", password=PASSWORD)


@pytest.mark.parametrize(
    ("auth", "path"), [(BY_NAME, "/lifepos/auth/sign-in"), (BY_PHONE, "/lifepos/auth/sign-in-by-phone")]
)
def test_signing_in(url: str, seen: list[Seen], auth: Any, path: str) -> None:
    with LifePosClient(f"{url}/lifepos", auth=auth, **CASHIER) as client:
        client.list_revenue_exports(ORGANIZATION).page()
        client.list_nomenclature_import_tasks(ORGANIZATION).page()
    signing, *calls = seen
    assert signing.path == path
    assert "authorization" not in signing.headers
    for name in ("accept-language", "x-lp-client-identifier", "x-lp-client-type", "x-lp-client-name"):
        assert signing.headers[name] == calls[0].headers[name]
    assert len(calls) == 2
    assert all(each.headers["authorization"].startswith("Bearer ") for each in calls)


def test_signing_in_is_refused(url: str, seen: list[Seen]) -> None:
    auth = SignInRequest(full_username="cashier", password="short")
    with (
        LifePosClient(f"{url}/lifepos", auth=auth, **CASHIER) as client,
        pytest.raises(UnprocessableEntityError) as caught,
    ):
        client.list_revenue_exports(ORGANIZATION).page()
    assert caught.value.operation == "lifepos.sign_in"
    assert len(seen) == 1


def test_without_signing_in_nothing_is_sent(url: str, seen: list[Seen]) -> None:
    with (
        LifePosClient(f"{url}/lifepos", **CASHIER) as client,
        pytest.raises(InvalidArgumentError, match="needs credentials"),
    ):
        client.list_revenue_exports(ORGANIZATION).page()
    assert not seen


def test_an_upload(url: str, seen: list[Seen], tmp_path: Path) -> None:
    path = tmp_path / "goods.xlsx"
    path.write_bytes(bytes(200_000))
    reported: list[tuple[int, int | None]] = []

    async def main() -> None:
        async with AsyncLifePosClient(f"{url}/lifepos", auth=BY_NAME, **CASHIER) as client:
            await client.create_nomenclature_import_task(
                ORGANIZATION, Upload(path, on_progress=lambda sent, total: reported.append((sent, total)))
            )

    with LifePosClient(f"{url}/lifepos", auth="token", **CASHIER) as client, path.open("rb") as file:
        client.create_nomenclature_import_task(ORGANIZATION, file)
    asyncio.run(main())
    uploads = [each for each in seen if each.path.endswith("new.xlsx")]
    assert [len(each.body) for each in uploads] == [200_000, 200_000]
    assert [each.headers["content-length"] for each in uploads] == ["200000", "200000"]
    assert reported[-1] == (200_000, 200_000)
    assert len(reported) == 4
