"""`x-client-parameter`: arguments that are the same in every call are given once, to the client."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest


def test_the_client_sends_its_parameters_with_each_call(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, accept_language="de", tenant="acme") as client:
        client.get_thing(1, depth=2)
        client.get_thing(2)
    assert [request.target for request in wire.requests] == [
        "/things/1?api-version=2024-05-01&depth=2",
        "/things/2?api-version=2024-05-01",
    ]
    assert {request.header("Accept-Language") for request in wire.requests} == {"de"}
    assert {request.header("Cookie") for request in wire.requests} == {"tenant=acme"}


def test_optional_ones_may_be_left_out(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, accept_language="de", api_version=date(2025, 1, 1)) as client:
        client.get_thing(1)
    assert wire.last.query == "api-version=2025-01-01"
    assert wire.last.header("Cookie") is None


def test_required_ones_may_not(generated: Any, core: Any) -> None:
    with pytest.raises(TypeError, match="accept_language"):
        generated.ApiClient()
    with pytest.raises(core.InvalidArgumentError, match="Accept-Language"):
        generated.ApiClient(accept_language=None)


def test_async(generated: Any, wire: Any) -> None:
    async def call() -> None:
        async with generated.AsyncApiClient(wire.url, accept_language="fr") as client:
            await client.get_thing(1)

    asyncio.run(call())
    assert wire.last.header("Accept-Language") == "fr"
