"""The recipe for Celery: a real worker with a prefork pool and beat, and a broker in files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.e2e.conftest import ROOT, SPEED, Recorder

from dragoman.mock_server import Sandbox, serving
from taskclients.booster import BoosterClient

pytest.importorskip("celery")

TASKS, HELD = 12, 3
APP = """
from pathlib import Path
import celery_jobs
from celery_jobs import app

folder = Path(__file__).parent
app.conf.update(
    broker_transport_options=dict.fromkeys(["data_folder_in", "data_folder_out"], str(folder / "queue")),
)
app.conf.beat_schedule["poll"]["schedule"] = 0.5
celery_jobs.client().list_tasks()  # the parent of the pool uses the client first
"""
WEB = f"""
import time
from celery_jobs import ExportCustomer, client

export = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")
held = [client().begin_export_customer(export) for _ in range({HELD})]
time.sleep(600)
"""


class Worker:
    """A worker process, its folder and environment."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        (folder / "queue").mkdir()
        (folder / "worker.py").write_text(APP, encoding="utf-8")
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{Path(__file__).parent}{os.pathsep}{folder}",
            "BOOSTER_URL": f"{url}/booster",
            "BOOSTER_TOKEN": "token",
            "BOOSTER_JOURNAL": str(folder / "journal"),
            "BOOSTER_FOLDER": str(folder),
            "BOOSTER_FILES": urlsplit(url).netloc,
            "BOOSTER_BROKER": "filesystem://",
            "BOOSTER_SANDBOX": "1",
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        options = ["worker", "--beat", "--pool=prefork", "--concurrency=4", "--loglevel=INFO"]
        command = [sys.executable, "-m", "celery", "--app", "worker", *options]
        with (self.folder / "log").open("ab") as log:
            worker = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0

    def python(self, code: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", code], cwd=self.folder, env=self.environment)


def until(question: Callable[[], bool], seconds: float = 240) -> bool:
    end = time.monotonic() + seconds
    while not question() and time.monotonic() < end:
        time.sleep(0.1)
    return question()


@pytest.mark.serial
def test_files_of_tasks_that_any_process_began_are_downloaded(tmp_path: Path) -> None:
    recorder = Recorder(Sandbox([ROOT / "specs" / "booster.yaml"], speed=SPEED))
    with serving(recorder) as url:
        worker = Worker(tmp_path, url)
        web = worker.python(WEB)  # begins tasks and holds their handles
        with worker.running():
            keys = [f"key-{number}" for number in range(TASKS)]
            worker.python(f"from worker import app\nfor key in {[*keys, *keys]}: app.send_task('begin', [key])").wait(
                60
            )
            files = until(lambda: len(list(tmp_path.glob("*.csv"))) == TASKS + HELD)
        assert files, (tmp_path / "log").read_text()
        web.kill()
        web.wait()
    assert sum(each.method == "POST" for each in recorder.seen) == TASKS + HELD
    assert all(path.read_text().startswith("number,name,email") for path in tmp_path.glob("*.csv"))
    with BoosterClient("https://nowhere.test", auth="t", journal=tmp_path / "journal") as client:
        assert not client.tasks.from_journal()
