"""Fixture for tests of clients: a client with its server."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from tests.unit.tasks.client_harness import ClientHarness


@pytest.fixture(params=["sync", "async"])
def harness(request: Any, library: ModuleType) -> Iterator[ClientHarness]:
    """Return a client and its server, once in sync and once in async."""
    found = ClientHarness(request.param, library)
    yield found
    found.end()
