"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")


def pytest_configure(config: pytest.Config) -> None:
    # A test run must not be answered from what earlier runs left on the machine.
    folder = tempfile.mkdtemp(prefix="dragoman-cache-")
    os.environ["DRAGOMAN_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
