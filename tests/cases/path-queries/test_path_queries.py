"""Queries and fragments in path templates."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from dragoman.mock_server import Call, Sandbox


def test_a_query_is_sent_as_written(client: Any, wire: Any) -> None:
    client.list_tasks(limit=5)
    assert wire.last.target == "/?Action=ListTasks&Version=2&limit=5"
    client.list_tasks()
    assert wire.last.target == "/?Action=ListTasks&Version=2"


def test_a_parameter_in_the_query_of_a_path_is_escaped(client: Any, wire: Any) -> None:
    client.read_acl("a?b", "me&acl=you#x")
    assert wire.last.target == "/a%3Fb?acl&owner=me%26acl%3Dyou%23x"


def test_a_fragment_is_not_sent(client: Any, wire: Any, part: Any) -> None:
    wire.respond("started")
    assert client.start(action=part("models").StartAction.START) == "started"
    assert wire.last.target == "/?Action=Start"
    wire.respond("stopped")
    assert client.stop() == "stopped"
    assert wire.last.target == "/"
    assert wire.last.header("X-Amz-Target") == "Service.Stop"


def test_the_mock_server_distinguishes_them_apart(generated: Any, mock_url: str, part: Any) -> None:
    async def call() -> None:
        async with generated.AsyncApiClient(mock_url) as client:
            await client.list_tasks(limit=5)
            await client.read_acl("b", "o")
            assert await client.start(action=part("models").StartAction.START) == "started"
            assert await client.stop() == "stopped"

    asyncio.run(call())


@pytest.mark.parametrize(
    ("method", "query", "status", "allow"),
    [
        ("PUT", "Action=Start", 405, "POST"),
        ("GET", "Action=Start", 405, "POST"),
        ("PUT", "Action=Other", 405, "GET, POST"),
        ("POST", "Action=Other", 400, None),
    ],
)
def test_the_mock_server_allows_the_methods_of_a_query(method: str, query: str, status: int, allow: str | None) -> None:
    reply = Sandbox([Path(__file__).with_name("spec.yaml")]).answer(Call(method=method, path="/", query=query))
    assert (reply.status, reply.headers.get("Allow")) == (status, allow)
