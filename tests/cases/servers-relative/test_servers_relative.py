"""A relative server: the caller passes the base URL."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_base_url_is_required(generated: Any, core: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match=r"base_url: required.*\(/v1\).*'https://<host>/v1'"):
        generated.ApiClient()
    with pytest.raises(core.InvalidArgumentError, match="base_url: required"):
        generated.AsyncApiClient()


def test_the_base_url_is_used_whole(generated: Any, wire: Any) -> None:
    with generated.ApiClient(f"{wire.url}/v1") as client:
        client.list_things()
    assert wire.last.target == "/v1/things"


def test_the_mock_server_understands_it(generated: Any, mock_url: str) -> None:
    with generated.ApiClient(mock_url) as client:
        assert client.list_things() is None
