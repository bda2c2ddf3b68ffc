"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import httpx
import httpx2
import pytest

LIBRARIES: Final[dict[str, ModuleType]] = {"httpx": httpx, "httpx2": httpx2}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


def pytest_configure(config: pytest.Config) -> None:
    # A run in the background (CI) may ignore interrupts, and so would the processes that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A test run must not be answered from what earlier runs left on the machine.
    folder = tempfile.mkdtemp(prefix="dragoman-cache-")
    os.environ["DRAGOMAN_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The HTTP library that clients of our own use, and that goes by the name `httpx` in the test's module.

    Each stands in for the other: for httpx2 it is as if httpx were not installed. Every server that tests may ask for
    asks for it, so what is sent to one is sent by both libraries, and a test that sends nothing runs once.
    """
    found = LIBRARIES[request.param]
    if found is not httpx:
        monkeypatch.setitem(sys.modules, "httpx", None)
    if hasattr(request.module, "httpx"):
        monkeypatch.setattr(request.module, "httpx", found)
    return found


@pytest.fixture
def both_installed(library: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a client that the caller brings along: it is not of the only library that is there."""
    monkeypatch.setitem(sys.modules, "httpx", httpx)


@pytest.fixture(autouse=True)
def _all_is_sent_by_both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that sends by one library and is not run with the other too."""
    used: set[str] = set()

    def noted(name: str, send: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*arguments: Any, **options: Any) -> Any:
            used.add(name)
            return send(*arguments, **options)

        return noting

    for name, each in LIBRARIES.items():
        for kind in (each.Client, each.AsyncClient):
            monkeypatch.setattr(kind, "send", noted(name, kind.send))
    yield
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    allowed = {parameters["library"]} if "library" in parameters else set()
    assert used <= allowed, f"sent by {', '.join(used)}: such a test uses the fixture `library` and what that gives it"
