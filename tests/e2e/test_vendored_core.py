"""A package with a copy of the core works where our distribution is not installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.e2e.environments import environment, run

from dragoman.testing import FakeVendor
from taskclients_core.version import CORE_API, VERSION, CoreMismatchError, require_core_api

ROOT = Path(__file__).parents[2]
EXPORT = """
import asyncio, importlib.util, sys
from acmeclients.booster import AsyncBoosterClient, BoosterClient
from acmeclients.booster.models import ExportCustomer
from acmeclients.core import ClientError, UNSET

url, host, target = sys.argv[1:]
options = dict(auth="token", download_hosts=[host], allow_private_downloads=True)
body = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
with BoosterClient(url, **options) as booster:
    task = booster.begin_export_customer(body)
    task.wait(timeout=60)
    task.download(target, timeout=60)

async def status():
    async with AsyncBoosterClient(url, **options) as booster:
        return (await booster.get_task(task.ref.id)).status

assert asyncio.run(status()) == "COM"
for name in ("dragoman", "taskclients", "taskclients_core"):
    assert importlib.util.find_spec(name) is None, name
print(open(target).readline().strip())
"""


@pytest.fixture
def trusted() -> None:
    """Trust the authorities of this machine: packages are downloaded."""


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder, apart from where it was generated, that contains the package `acmeclients`."""
    made = tmp_path_factory.mktemp("made")
    command = [sys.executable, "-m", "dragoman", "generate", "--vendor-core", "--out", str(made)]
    run(*command, "--package", "acmeclients", "specs/booster.yaml", cwd=ROOT)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.move(made / "acmeclients", elsewhere)
    return elsewhere


def test_a_vendored_copy_runs_with_three_libraries_alone(vendored: Path, tmp_path: Path) -> None:
    python = environment(tmp_path, "httpx", "attrs", "msgspec")
    with FakeVendor("booster", speed=50, real_time=True).serving() as url:
        host = url.removeprefix("http://")
        program = [python, "-W", "error", "-c", EXPORT, f"{url}/booster", host, str(tmp_path / "customers.csv")]
        assert run(*program, cwd=vendored).stdout.strip()


def test_a_vendored_copy_has_a_command_line_of_its_own(vendored: Path) -> None:
    assert run(sys.executable, "-m", "acmeclients", "vendors", cwd=vendored).stdout.split()[0] == "booster"


def test_a_vendored_copy_names_the_core_nowhere_by_its_own_name(vendored: Path) -> None:
    sources = [path for path in (vendored / "acmeclients").rglob("*.py") if path.parent.name != "core"]
    named = [path.name for path in sources if "import taskclients" in path.read_text(encoding="utf-8")]
    assert not named
    page = (vendored / "acmeclients" / "booster" / "README.md").read_text(encoding="utf-8")
    assert "from acmeclients.booster import BoosterClient" in page
    assert "`ACMECLIENTS_BOOSTER_TOKEN`" in page
    assert "taskclients_core" not in page


def test_another_core_api_is_an_error_with_both_numbers_and_the_version() -> None:
    require_core_api("acmeclients", CORE_API)
    for number, remedy in ((CORE_API + 1, "upgrade taskclients"), (CORE_API - 1, "generate the package again")):
        with pytest.raises(CoreMismatchError, match=f"core API {number}.*{VERSION} has core API {CORE_API}; {remedy}"):
            require_core_api("acmeclients", number)
