"""The recipe for cron: a script that is run again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from runpy import run_path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from attrs import define
from tests.e2e.conftest import ROOT, Recorder

from dragoman.mock_server import Fault, Sandbox, fault, serving
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import TaskRef

SCRIPT = Path(__file__).with_name("cron.py")


@define
class Vendor:
    """Sandbox with a manual clock, and runs of the script against it."""

    folder: Path
    url: str = ""
    now: float = 1_800_000_000.0

    @contextmanager
    def serving(self, *faults: Fault) -> Iterator[Recorder]:
        recorder = Recorder(Sandbox([ROOT / "specs" / "booster.yaml"], clock=lambda: self.now, faults=faults))
        with serving(recorder) as url:
            self.url = f"{url}/booster"
            yield recorder

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TASKCLIENTS_BOOSTER_BASE_URL": self.url,
            "TASKCLIENTS_BOOSTER_TOKEN": "secret-token",
            "BOOSTER_FILES": self.host,
            "BOOSTER_JOURNAL": str(self.folder.with_name("booster.journal")),
            "BOOSTER_SANDBOX": "1",
        }

    def start(self, name: str) -> str:
        """Begin a task and leave its token."""
        body = json.dumps({"brand": "CAR", "posCodes": [], "downloadRequestId": name}).encode()
        headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
        request = Request(f"{self.url}/customer/CAR/export", body, headers)
        with urlopen(request) as response:
            token = TaskRef("booster", "task", json.load(response)["asyncTaskId"]).resume_token()
        (self.folder / f"{name}.token").write_text(token)
        return token

    def cron(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, SCRIPT, self.folder],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def vendor(tmp_path: Path) -> Vendor:
    folder = tmp_path / "spool"
    folder.mkdir()
    return Vendor(folder)


def test_each_run_polls_once_for_all_tasks_and_the_last_downloads_their_files(vendor: Vendor) -> None:
    with vendor.serving() as recorder:
        vendor.start("nightly")
        vendor.start("weekly")
        recorder.seen.clear()
        first = vendor.cron()
        assert (first.returncode, first.stdout, first.stderr) == (5, "", "")
        assert [each.path for each in recorder.seen] == ["/booster/tasks"]
        assert vendor.files() == ["nightly.token", "weekly.token"]
        vendor.now += 10
        second = vendor.cron()
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        assert vendor.files() == ["nightly.csv", "weekly.csv"]
        assert (vendor.folder / "nightly.csv").read_text().startswith("number,name,email")
        assert [each.method for each in recorder.seen].count("POST") == 0
        recorder.seen.clear()
        assert vendor.cron().returncode == 0
        assert recorder.seen == []


def test_a_failed_task_stays_recorded(vendor: Vendor) -> None:
    with vendor.serving(fault("exports.exportCustomer", "ends", phase="failed")):
        token = vendor.start("nightly")
        vendor.start("weekly")
        vendor.now += 10
        run = vendor.cron()
        assert run.returncode == 2
        assert run.stderr.startswith("nightly.token: booster.task ")
        assert vendor.files() == ["nightly.failed", "weekly.csv"]
        assert (vendor.folder / "nightly.failed").read_text().startswith(f"{token}\n")
        assert vendor.cron().returncode == 0


@pytest.mark.usefixtures("library")
def test_a_failed_task_is_begun_again_under_its_name(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = run_path(str(SCRIPT))
    export = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
    with vendor.serving(fault("exports.exportCustomer", "ends", phase="failed")) as recorder:
        for name, value in vendor.environment.items():
            monkeypatch.setenv(name, value)
        recipe["begin"](vendor.folder, "nightly", export)
        recipe["begin"](vendor.folder, "nightly", export)  # it runs, so that is the same task
        assert [each.method for each in recorder.seen].count("POST") == 1
        vendor.now += 10
        assert vendor.cron().returncode == 2
        assert vendor.files() == ["nightly.failed"]
        recipe["begin"](vendor.folder, "nightly", export)
        assert [each.method for each in recorder.seen].count("POST") == 2
        vendor.now += 10
        assert vendor.cron().returncode == 0
        assert vendor.files() == ["nightly.csv", "nightly.failed"]


def test_a_refusal_is_reported_and_the_next_run_continues(vendor: Vendor) -> None:
    with vendor.serving(fault("tasks.listTasks", "status", status=403)):
        vendor.start("nightly")
        vendor.now += 10
        run = vendor.cron()
        assert run.returncode == 7
        assert "403" in run.stderr
        assert "secret-token" not in run.stderr
        assert "Traceback" not in run.stderr
        assert vendor.files() == ["nightly.token"]
        assert vendor.cron().returncode == 0


def test_a_task_without_an_end_is_given_up(vendor: Vendor) -> None:
    with vendor.serving(fault("exports.exportCustomer", "ends", phase="running")):
        token = vendor.start("nightly")
        vendor.now += 10
        assert vendor.cron().returncode == 5
        os.utime(vendor.folder / "nightly.token", (0, 0))
        assert vendor.cron().returncode == 2
        assert token in (vendor.folder / "nightly.failed").read_text()


def test_a_failing_download_is_retried_and_then_given_up(vendor: Vendor) -> None:
    with vendor.serving(fault("/_files/*", "status", status=405, times="always")):
        vendor.start("nightly")
        vendor.now += 10
        run = vendor.cron()
        assert run.returncode == 7
        assert run.stderr.startswith("nightly.token: ")
        assert "nightly.token" in vendor.files()
        os.utime(vendor.folder / "nightly.token", (0, 0))
        assert vendor.cron().returncode == 2
        assert "nightly.failed" in vendor.files()


def test_an_invalid_token_does_not_stop_the_other_tasks(vendor: Vendor) -> None:
    with vendor.serving():
        token = vendor.start("nightly")
        (vendor.folder / "cut.token").write_text(token[:-1])
        vendor.now += 10
        run = vendor.cron()
        assert run.returncode == 2
        assert run.stderr.startswith("cut.token: ")
        assert vendor.files() == ["cut.token", "nightly.csv"]
