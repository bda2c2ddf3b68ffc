"""References of all kinds, and references to references."""

from __future__ import annotations

import asyncio
from typing import Any


def test_what_a_path_declares_holds_for_its_operations(generated: Any, wire: Any, part: Any) -> None:
    thing = part("models").Thing(name="lamp")
    with generated.ApiClient(wire.url, auth={"token": "t0ken"}) as client:
        wire.respond({"name": "lamp"})
        assert client.put_thing("7", thing, depth=1, x_trace="t") == thing
    assert wire.last.target == "/things/7?depth=1"
    assert wire.last.header("X-Trace") == "t"
    assert wire.last.header("Authorization") == "Bearer t0ken"


def test_async_against_the_mock_server(generated: Any, mock_url: str, part: Any) -> None:
    async def call() -> Any:
        async with generated.AsyncApiClient(mock_url, auth={"token": "t0ken"}) as client:
            return await client.put_thing("7", part("models").Thing(name="a"), depth=1)

    assert asyncio.run(call()).name == "lamp"
