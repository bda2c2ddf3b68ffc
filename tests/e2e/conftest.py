"""Fixtures: the sandbox, started once, and a record of every request that reaches it."""

from __future__ import annotations

from collections.abc import Generator, MutableMapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import define, field, frozen

from dragoman.mock_server import Sandbox, serving
from taskclients.booster import BoosterClient
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import ClientType
from taskclients.mykaarma import MyKaarmaClient

ROOT = Path(__file__).parents[2]
SPEED = 50.0
"""Speed of the sandbox; at speed 1 a task takes six seconds."""


@frozen
class Seen:
    """A received request."""

    method: str
    path: str
    """Percent-encoded."""

    query: str
    headers: dict[str, str]
    body: bytes
    connection: tuple[str, int]
    """Address and port of the caller."""


@define
class Recorder:
    """ASGI application that records every request before another application answers it."""

    application: Any
    seen: list[Seen] = field(factory=list[Seen])

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        body = b"".join(message.get("body", b"") for message in messages)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path, query = scope["raw_path"].decode(), scope["query_string"].decode()
        self.seen.append(Seen(scope["method"], path, query, headers, body, scope["client"]))

        async def replay() -> Any:
            return messages.pop(0) if messages else await receive()

        await self.application(scope, replay, send)


@pytest.fixture(scope="session")
def _server() -> Generator[tuple[str, Recorder]]:
    recorder = Recorder(Sandbox(sorted((ROOT / "specs").glob("*.yaml")), speed=SPEED))
    with serving(recorder) as url:
        yield url, recorder


@pytest.fixture
def url(_server: tuple[str, Recorder], library: ModuleType) -> str:
    return _server[0]


@pytest.fixture
def seen(_server: tuple[str, Recorder]) -> list[Seen]:
    """Return the requests of this test."""
    _server[1].seen.clear()
    return _server[1].seen


@pytest.fixture
def booster(url: str) -> Generator[BoosterClient]:
    with BoosterClient(f"{url}/booster", auth="token") as client:
        yield client


@pytest.fixture
def mykaarma(url: str) -> Generator[MyKaarmaClient]:
    with MyKaarmaClient(f"{url}/mykaarma", auth=("user", "password")) as client:
        yield client


@pytest.fixture
def lifepos(url: str) -> Generator[LifePosClient]:
    with LifePosClient(
        f"{url}/lifepos",
        accept_language="en-US",
        client_identifier="till 7",
        client_type=ClientType.APP,
        auth="token",
    ) as client:
        yield client
