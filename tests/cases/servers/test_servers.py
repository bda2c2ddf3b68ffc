"""Servers: variables of the API's own, and those of single operations."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

UPLOAD = "https://upload.{region}.files.example/v1"


@pytest.fixture
def recorded(library: Any) -> tuple[Any, list[Any]]:
    """Return an httpx client that answers every request with 204, and the requests."""
    requests: list[Any] = []

    def answer(request: Any) -> Any:
        requests.append(request)
        return library.Response(204)

    return library.Client(transport=library.MockTransport(answer)), requests


def _sent(requests: list[Any]) -> list[tuple[str, str | None]]:
    return [(str(request.url), request.headers.get("Authorization")) for request in requests]


def test_variables_have_the_defaults_of_the_spec(generated: Any, recorded: Any) -> None:
    http, requests = recorded
    with generated.ApiClient(auth="t", http_client=http) as client:
        client.list_things()
        client.upload()
        client.read_status()
        client.set_status()
    assert _sent(requests) == [
        ("https://eu.api.example/v1/things", "Bearer t"),
        ("https://upload.eu.files.example/v1/things", "Bearer t"),
        ("https://eu.api.example/admin/status", "Bearer t"),
        ("https://eu.api.example/v1/status", "Bearer t"),
    ]


def test_variables_are_arguments_of_the_client(generated: Any, recorded: Any) -> None:
    http, requests = recorded
    with generated.ApiClient(region="us", api_version="v2", auth="t", http_client=http) as client:
        client.list_things()
        client.upload()
    assert [url for url, _ in _sent(requests)] == [
        "https://us.api.example/v2/things",
        "https://upload.us.files.example/v1/things",
    ]


@pytest.mark.parametrize("values", [{"region": "asia"}, {"api_version": "v1?x"}, {"api_version": "{x}"}])
def test_a_value_that_the_spec_does_not_allow(generated: Any, core: Any, values: dict[str, str]) -> None:
    with pytest.raises(core.InvalidArgumentError, match="expected"):
        generated.ApiClient(**values)


def test_a_base_url_replaces_the_apis_own_server_only(generated: Any, recorded: Any) -> None:
    http, requests = recorded
    with generated.ApiClient("https://proxy.example/x", auth="t", http_client=http) as client:
        client.list_things()
        client.upload()
        client.read_status()
    assert _sent(requests) == [
        ("https://proxy.example/x/things", "Bearer t"),
        ("https://upload.eu.files.example/v1/things", None),  # the token is for the caller's own server
        ("https://proxy.example/admin/status", "Bearer t"),
    ]


def test_a_server_that_the_caller_names_gets_credentials(generated: Any, recorded: Any, core: Any) -> None:
    http, requests = recorded
    urls = {UPLOAD: "https://upload.proxy.example"}
    with generated.ApiClient("https://proxy.example", auth="t", server_urls=urls, http_client=http) as client:
        client.upload()
    assert _sent(requests) == [("https://upload.proxy.example/things", "Bearer t")]
    with pytest.raises(core.InvalidArgumentError, match="server_urls: expected 'https://upload"):
        generated.ApiClient(server_urls={"https://upload.example": "https://x.example"})
    with pytest.raises(core.InvalidArgumentError, match="server_urls: expected http"):
        generated.ApiClient(server_urls={UPLOAD: "x.example"})


def test_async_against_the_mock_server(generated: Any, mock_url: str) -> None:
    async def call() -> None:
        urls = dict.fromkeys(generated.ApiClient.api.servers, mock_url)
        async with generated.AsyncApiClient(mock_url, auth="t", server_urls=urls) as client:
            await client.list_things()
            await client.upload()
            await client.read_status()

    asyncio.run(call())
