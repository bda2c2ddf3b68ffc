"""Fixtures and checks for all tests."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import certifi
import httpx
import httpx2
import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["dragoman.testing.plugin"]

# Tests run side by side, so the time of an example depends on the others.
settings.register_profile("side-by-side", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("few", settings.get_profile("side-by-side"), max_examples=10)
settings.load_profile("side-by-side")

LIBRARIES: Final[dict[str, ModuleType]] = {"httpx": httpx, "httpx2": httpx2}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite what tests/cases expect")
    parser.addoption("--all-alike", action="store_true", help="run all tests marked `alike`, not one in three")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out two of three tests that are alike."""
    if config.getoption("--all-alike"):
        return
    found: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        name = item.nodeid.partition("[")[0] if item.get_closest_marker("alike") else ""
        (left_out if found[name] % 3 else kept).append(item)
        found[name] += bool(name)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_xdist_auto_num_workers() -> int:
    """Return the number of workers for `--numprocesses=auto`: more than cores, as a third of the time is waiting."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_configure(config: pytest.Config) -> None:
    # A background run (CI) may ignore interrupts, and the processes that tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        return  # a worker shares the cache of the process that started it
    # Do not use what earlier runs left in caches of this machine.
    folder = tempfile.mkdtemp(prefix="dragoman-cache-")
    os.environ["DRAGOMAN_CACHE"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_finish() -> None:
    # The tests themselves are most of the objects of a run, and Python's collector would visit them again and again.
    gc.freeze()


@pytest.fixture(scope="session")
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with one certificate of an authority."""
    end = "-----END CERTIFICATE-----\n"
    path = tmp_path_factory.mktemp("certificates") / "one.pem"
    path.write_text(Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the certificate of 127.0.0.1 and its key."""
    found = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=found,
        check=True,
        capture_output=True,
    )
    return found


@pytest.fixture(autouse=True)
def trusted(one_certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust one authority instead of all: each client loads them, and 140 take 50 ms.

    A module whose tests connect to public hosts overrides this fixture.
    """
    monkeypatch.setenv("SSL_CERT_FILE", str(one_certificate))


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """HTTP library of the clients under test; also stands for `httpx` in the test's module.

    The other library is hidden: with httpx2, imports behave as if httpx were not installed. Every server fixture
    depends on this one, so each test that sends runs with both libraries, and other tests run once.
    """
    found = LIBRARIES[request.param]
    if found is not httpx:
        monkeypatch.setitem(sys.modules, "httpx", None)
    if hasattr(request.module, "httpx"):
        monkeypatch.setattr(request.module, "httpx", found)
    return found


@pytest.fixture
def both_installed(library: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show both libraries again, for a client given by the caller that uses the other one."""
    monkeypatch.setitem(sys.modules, "httpx", httpx)


@pytest.fixture(autouse=True)
def _all_is_sent_by_both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that sends with one library and does not run with the other."""
    used: set[str] = set()

    def recorded(name: str, send: Callable[..., Any]) -> Callable[..., Any]:
        def recording(*arguments: Any, **options: Any) -> Any:
            used.add(name)
            return send(*arguments, **options)

        return recording

    for name, each in LIBRARIES.items():
        for kind in (each.Client, each.AsyncClient):
            monkeypatch.setattr(kind, "send", recorded(name, kind.send))
    yield
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    allowed = {parameters["library"]} if "library" in parameters else set()
    assert used <= allowed, f"sent by {', '.join(used)}: such a test uses the fixture `library` and what that gives it"
