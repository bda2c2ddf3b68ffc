"""Fixtures of the pytest plugin, which a `conftest.py` names; the examples of the guide use them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.documentation import GUIDE, examples

from dragoman.testing import FAULTS, spec_of

PAGE = GUIDE / "testing.md"
LOADED = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if "pytest_plugins" in line)


def run_pytest(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(f"{LOADED.strip()}\n", encoding="utf-8")
    (folder / "test_mine.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_mine.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_examples_of_the_guide_pass(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "\n".join(examples(PAGE)))
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b5 passed", done.stdout)


def test_the_fixtures_share_a_clock_and_take_specs_of_ones_own(tmp_path: Path) -> None:
    text = f"""\
from pathlib import Path
import pytest
from taskclients.booster import BoosterClient
from taskclients_core import ServerError

def test_fake(taskclients_fake, taskclients_clock):
    fake = taskclients_fake(Path({str(spec_of("booster"))!r}))
    assert fake.clock is taskclients_clock
    with fake.client(BoosterClient, auth="other") as booster:
        assert booster.list_tasks()

def test_own_options(taskclients_client):
    for spec in ("booster", {str(spec_of("booster"))!r}, Path({str(spec_of("booster"))!r})):
        with taskclients_client(BoosterClient, deadline=5, spec=spec) as booster:
            assert booster.list_tasks()

def test_faults_in_a_file(taskclients_fake, tmp_path):
    (tmp_path / "faults.yaml").write_text("- {{request: tasks.listTasks, fault: status, status: 503}}")
    for faults in (tmp_path / "faults.yaml", str(tmp_path / "faults.yaml")):
        with taskclients_fake("booster", faults=faults).client(BoosterClient) as booster, pytest.raises(ServerError):
            booster.list_tasks()
"""
    done = run_pytest(tmp_path, text)
    assert done.returncode == 0, done.stdout


def test_the_plugin_costs_a_run_nothing_that_does_not_want_it(tmp_path: Path) -> None:
    text = """\
import sys

def test_light():
    heavy = {"httpx", "httpx2", "starlette", "uvicorn", "jsonschema", "dragoman.mock_server", "taskclients_core"}
    assert not heavy & sys.modules.keys()
"""
    done = run_pytest(tmp_path, text)
    assert done.returncode == 0, done.stdout


def test_guide_names_all_faults() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in FAULTS if f"`{name}`" not in text] == []
