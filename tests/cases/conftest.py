"""Fixtures for a case's own tests: the package generated from its spec, and a server."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import pytest

import taskclients_core
from dragoman import pipeline
from dragoman.generate import file_tree
from dragoman.testing import FakeVendor

from .wire import Wire, listening


@pytest.fixture(scope="module")
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return the package generated from the `spec.yaml` beside the test: `generated.models`, `generated.ApiClient`."""
    folder = Path(request.path).parent
    name = f"case_{folder.name.replace('-', '_')}"
    root = tmp_path_factory.mktemp(name)
    file_tree.write(pipeline.assemble([folder / "spec.yaml"]), root / name, owned=[PurePosixPath()])
    yield from _imported(root, f"{name}.spec")


@pytest.fixture
def core() -> ModuleType:
    """Return the core."""
    return taskclients_core


@pytest.fixture(scope="module")
def part(generated: ModuleType) -> Callable[[str], ModuleType]:
    """Return a module of `generated` by name."""
    return lambda name: importlib.import_module(f"{generated.__name__}.{name}")


@pytest.fixture
def wire(library: ModuleType) -> Iterator[Wire]:
    """Return a server that records requests and sends queued responses."""
    with listening() as found:
        yield found


@pytest.fixture
def mock_url(request: pytest.FixtureRequest, library: ModuleType) -> Iterator[str]:
    """Return the base URL of a mock server for the `spec.yaml` beside the test."""
    vendor = FakeVendor(Path(request.path).parent / "spec.yaml", real_time=True)
    with vendor.serving() as url:
        yield f"{url}/spec"


@pytest.fixture
def client(generated: Any, wire: Wire) -> Iterator[Any]:
    """Return the generated client, connected to `wire`."""
    with generated.ApiClient(wire.url, **_anonymous(generated)) as found:
        yield found


@pytest.fixture
def fake(request: pytest.FixtureRequest, library: ModuleType) -> FakeVendor:
    """Return a fake vendor that serves the `spec.yaml` beside the test."""
    return FakeVendor(Path(request.path).parent / "spec.yaml")


def _anonymous(generated: ModuleType) -> dict[str, Any]:
    """Return options of a client that sends no credentials although its API has some."""
    return {"auth": lambda request: request} if generated.ApiClient.api.schemes else {}


def _imported(root: Path, name: str) -> Iterator[ModuleType]:
    sys.path.insert(0, str(root))
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(root))
        top = name.partition(".")[0]
        for each in [each for each in sys.modules if each == top or each.startswith(f"{top}.")]:
            del sys.modules[each]
