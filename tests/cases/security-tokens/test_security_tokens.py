"""Tokens that the caller obtains, several schemes at once, and certificates of the caller's httpx client."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest


def test_one_token_serves_all_schemes_of_oauth(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth="t0ken") as client:
        client.read_both()
        client.read_machine()
        client.read_certificate()
    assert [request.header("Authorization") for request in wire.requests] == ["Bearer t0ken"] * 3


def test_a_token_from_a_function(generated: Any, wire: Any) -> None:
    tokens = iter(["one", "two"])
    with generated.ApiClient(wire.url, auth={"connect": lambda: next(tokens)}) as client:
        client.read_both()
        client.read_certificate()
    assert [request.header("Authorization") for request in wire.requests] == ["Bearer one", "Bearer two"]


def test_client_credentials_obtain_a_token(generated: Any, wire: Any) -> None:
    wire.respond({"access_token": "fetched"})
    with generated.ApiClient(wire.url, auth=("id", "secret")) as client:
        client.read_machine()
    assert wire.requests[0].target == "/token"
    assert wire.last.header("Authorization") == "Bearer fetched"


def test_two_tokens_for_one_header_are_refused(generated: Any, wire: Any, core: Any) -> None:
    two = {"person": "a", "browser": "b"}
    message = "two schemes set the header Authorization"
    with generated.ApiClient(wire.url, auth=two) as client, pytest.raises(core.InvalidArgumentError, match=message):
        client.read_both()
    assert not wire.requests


def test_a_certificate_is_that_of_the_callers_client(generated: Any, wire: Any, core: Any, library: ModuleType) -> None:
    with generated.ApiClient(wire.url, http_client=library.Client()) as client:
        client.read_certificate_only()
    assert wire.last.header("Authorization") is None
    with generated.ApiClient(wire.url) as client, pytest.raises(core.InvalidArgumentError, match="needs credentials"):
        client.read_certificate_only()
    with pytest.raises(core.InvalidArgumentError, match="http_client= with a client certificate"):
        generated.ApiClient(wire.url, auth={"certificate": "x"})


def test_async(generated: Any, wire: Any) -> None:
    async def token() -> str:
        return "t0ken"

    async def call() -> None:
        async with generated.AsyncApiClient(wire.url, auth=token) as client:
            await client.read_both()

    asyncio.run(call())
    assert wire.last.header("Authorization") == "Bearer t0ken"


def test_the_mock_server_understands_them(generated: Any, mock_url: str, core: Any) -> None:
    with generated.ApiClient(mock_url, auth="t0ken") as client:
        client.read_both()
        client.read_certificate()
    with generated.ApiClient(mock_url, auth=lambda request: request) as client:
        client.read_certificate_only()
        with pytest.raises(core.UnauthorizedError):
            client.read_both()
