"""The recipe for APScheduler: a real scheduler, for some ticks."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from tests.e2e.conftest import ROOT, Seen
from tests.e2e.recipes import apscheduler_jobs as recipe

from dragoman.mock_server import Fault, fault, running
from taskclients.booster.models import ExportCustomer

TICK = timedelta(milliseconds=50)
EXPORT = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")


class Persistent(MemoryJobStore):  # type: ignore[misc]
    """Accepts only what a store in a database accepts."""

    def add_job(self, job: Any) -> None:
        pickle.dumps(job.__getstate__())
        super().add_job(job)


@contextmanager
def scheduled() -> Iterator[None]:
    scheduler = BackgroundScheduler(jobstores={"default": Persistent()})
    recipe.follow(scheduler, TICK)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)  # see `follow`


@pytest.fixture(autouse=True)
def _environment(library: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"JOURNAL": tmp_path / "journal", "FOLDER": tmp_path, "TOKEN": "token", "SANDBOX": 1}.items():
        monkeypatch.setenv(f"BOOSTER_{name}", str(value))
    yield
    anew()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def point(url: str) -> None:
        monkeypatch.setenv("BOOSTER_URL", f"{url}/booster")
        monkeypatch.setenv("BOOSTER_FILES", urlsplit(url).netloc)

    return point


def anew() -> None:
    """The folder and the environment that a new process starts with."""
    recipe.client().close()
    recipe.client.cache_clear()


def becomes_true(question: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not question() and time.monotonic() < end:
        time.sleep(0.02)
    return question()


def test_files_of_tasks_begun_by_another_process_are_downloaded(
    url: str, seen: list[Seen], at: Callable[[str], None], tmp_path: Path
) -> None:
    at(url)
    files = [
        tmp_path / f"{recipe.client().begin_export_customer(EXPORT, idempotency_key=key).ref.id}.csv"
        for key in ("monday", "tuesday", "wednesday")
    ]
    anew()
    with scheduled():
        assert becomes_true(lambda: all(file.exists() for file in files))
        assert becomes_true(lambda: not recipe.client().tasks.recover())
    assert all(file.read_text().startswith("number,name,email") for file in files)
    assert sum(each.method == "POST" for each in seen) == 3


@pytest.mark.parametrize(
    "failed",
    [
        fault("exports.exportCustomer", "ends", phase="failed"),
        fault("tasks.listTasks", "link-host", origin="https://elsewhere.test"),
    ],
    ids=["failed", "refused-host"],
)
def test_a_task_without_a_file_is_reported_once(
    at: Callable[[str], None], tmp_path: Path, caplog: pytest.LogCaptureFixture, failed: Fault
) -> None:
    caplog.set_level(logging.WARNING, recipe.__name__)
    with running([ROOT / "specs" / "booster.yaml"], speed=50, faults=[failed]) as url:
        at(url)
        token = recipe.client().begin_export_customer(EXPORT).resume_token()
        with scheduled():
            assert becomes_true(lambda: any(tmp_path.glob("*.failed")))
            time.sleep(3 * TICK.total_seconds())
    assert [token in each.getMessage() for each in caplog.records if each.name == recipe.__name__] == [True]
    assert [token in path.read_text() for path in tmp_path.glob("*.failed")] == [True]
    assert not list(tmp_path.glob("*.csv"))
