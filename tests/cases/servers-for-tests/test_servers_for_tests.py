"""Servers for tests only: none is used unless the caller or the environment names it."""

from __future__ import annotations

from typing import Any

import pytest

PROBLEM = (
    r"base_url: required, .*pass one, or set \w+_SPEC_BASE_URL; "
    r"known for tests: https://eu.dev.api.example, https://test.api.example/v1"
)


def test_no_server_for_tests_is_the_default(generated: Any, core: Any) -> None:
    for client in (generated.ApiClient, generated.AsyncApiClient):
        with pytest.raises(core.InvalidArgumentError, match=PROBLEM):
            client()


def test_an_operation_uses_its_server_for_production(generated: Any, library: Any) -> None:
    urls: list[str] = []

    def answer(request: Any) -> Any:
        urls.append(str(request.url))
        return library.Response(204)

    with library.Client(transport=library.MockTransport(answer)) as http:
        client = generated.ApiClient("https://test.api.example/v1", http_client=http)
        client.list_things()
        client.upload()
    assert urls == ["https://test.api.example/v1/things", "https://upload.eu.example/things"]
