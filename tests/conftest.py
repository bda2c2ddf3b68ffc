"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from importlib import import_module
from types import ModuleType

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


def pytest_configure(config: pytest.Config) -> None:
    # A run in the background (CI) may ignore interrupts, and so would the processes that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A test run must not be answered from what earlier runs left on the machine.
    folder = tempfile.mkdtemp(prefix="dragoman-cache-")
    os.environ["DRAGOMAN_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The HTTP library that clients of our own use, and that goes by the name `httpx` in the test's module.

    Each stands in for the other: for httpx2 it is as if httpx were not installed.
    """
    found = import_module("httpx")
    if request.param == "httpx2":
        found = pytest.importorskip("httpx2")
        monkeypatch.setitem(sys.modules, "httpx", None)
    if hasattr(request.module, "httpx"):
        monkeypatch.setattr(request.module, "httpx", found)
    return found
