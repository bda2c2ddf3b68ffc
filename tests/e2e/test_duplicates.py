"""A server that writes a member twice, as some do when they put an object together by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from attrs import frozen

from dragoman.sandbox import Sandbox, serving
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core import DecodeError, NotFound

SPEC = Path(__file__).parents[2] / "specs" / "booster.yaml"
_MEMBER = re.compile(rb'("(?:percentage|message)"): ?([^,}]*)')


@frozen
class Stuttering:
    """An ASGI application that says some members of another's answers twice."""

    application: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        start: list[Any] = []
        body = bytearray()

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = _MEMBER.sub(rb"\1: \2, \1: \2", bytes(body))
            kept = [pair for pair in start[0]["headers"] if pair[0].lower() != b"content-length"]
            await send({**start[0], "headers": [*kept, (b"content-length", b"%d" % len(whole))]})
            await send({"type": "http.response.body", "body": whole})

        await self.application(scope, receive, hold)


@pytest.fixture
def stuttering(library: ModuleType) -> Generator[str]:
    with serving(Stuttering(Sandbox([SPEC]))) as url:
        yield f"{url}/booster"


def check(error: DecodeError, operation: str, path: str) -> None:
    assert (error.operation, error.status, error.path) == (operation, 200, path)
    assert str(error) == f"{operation}: expected one member of each name, found a member given twice at {path}"
    assert error.raw.count(b'"percentage"') % 2 == 0


def test_no_guess_is_made_which_is_meant(stuttering: str) -> None:
    with BoosterClient(stuttering, auth="token") as client:
        wanted = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
        task_id = client.export_customer(wanted).async_task_id  # has no such member, so it is read
        with pytest.raises(DecodeError) as one:
            client.get_task(task_id)
        with pytest.raises(DecodeError) as many:
            client.list_tasks()
        with pytest.raises(NotFound) as missing:
            client.get_task(uuid4())
    check(one.value, "booster.get_task", "$.percentage")
    check(many.value, "booster.list_tasks", "$[0].percentage")
    assert missing.value.body is None
    assert missing.value.raw.count(b'"message"') == 2

    async def run(task_id: UUID) -> DecodeError:
        async with AsyncBoosterClient(stuttering, auth="token") as client:
            with pytest.raises(DecodeError) as caught:
                await client.get_task(task_id)
        return caught.value

    check(asyncio.run(run(task_id)), "booster.get_task", "$.percentage")
