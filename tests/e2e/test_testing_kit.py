"""The testing kit: fake vendors, a virtual clock, faults, crashes."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dragoman import testing
from dragoman.testing import Crashed, FakeVendor, VirtualClock, crashing, fault
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import ClientType
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core import TransportError
from taskclients_core.tasks import Phase, TaskFailedError, TaskTimeoutError, failpoints

BODY = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
FORTY_MINUTES = 2400.0
SLOW = 6 / FORTY_MINUTES
"""At speed 1 a task takes six seconds."""

pytestmark = pytest.mark.usefixtures("library")


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_of_the_kit_can_be_imported(name: str) -> None:
    assert getattr(testing, name) is not None


def test_an_export_of_forty_minutes_takes_no_time(tmp_path: Path) -> None:
    fake = FakeVendor("booster", speed=SLOW)
    before, began = fake.clock.monotonic(), time.monotonic()
    with fake.client(BoosterClient) as booster:
        task = booster.begin_export_customer(BODY)
        seen = [(view.phase, view.progress.fraction) for view in task.watch(timeout=3600)]
        assert seen[0][0] is Phase.QUEUED
        assert seen[-1] == (Phase.SUCCEEDED, 1.0)
        assert len(seen) > 50
        assert task.wait(timeout=0).phase is Phase.SUCCEEDED
        done = task.download(tmp_path / "customers.csv", timeout=60)
    assert FORTY_MINUTES <= fake.clock.monotonic() - before < FORTY_MINUTES + 60
    assert time.monotonic() - began < FORTY_MINUTES / 60
    content = (tmp_path / "customers.csv").read_bytes()
    assert content.startswith(b"number,name,email")
    assert (done.bytes, done.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_asynchronous_one_too(tmp_path: Path) -> None:
    fake = FakeVendor("booster", speed=SLOW)

    async def main() -> bytes:
        async with fake.client(AsyncBoosterClient) as booster:
            tasks = [await booster.begin_export_customer(BODY) for _ in range(3)]
            views = await asyncio.gather(*(task.wait(timeout=3600) for task in tasks))
            assert [view.phase for view in views] == [Phase.SUCCEEDED] * 3
            phases = [view.phase async for view in tasks[0].watch(timeout=3600)]
            assert phases == [Phase.SUCCEEDED]
            await tasks[0].download(tmp_path / "customers.csv", timeout=60)
        return (tmp_path / "customers.csv").read_bytes()

    before, began = fake.clock.monotonic(), time.monotonic()
    assert fake.clock.run(main()).startswith(b"number,name,email")
    assert FORTY_MINUTES <= fake.clock.monotonic() - before < FORTY_MINUTES + 120
    assert time.monotonic() - began < FORTY_MINUTES / 60


def test_a_fake_vendor_behaves_the_same_in_each_run() -> None:
    def run() -> list[tuple[float, Any]]:
        fake = FakeVendor("booster", clock=VirtualClock(seed=7))
        with fake.client(BoosterClient) as booster:
            task = booster.begin_export_customer(BODY)
            return [(fake.clock.monotonic(), view.progress.fraction) for view in task.watch(timeout=60)]

    assert run() == run()


def test_threads_wait_together() -> None:
    fake = FakeVendor("booster", speed=0.05)
    phases: list[Phase] = []
    with fake.client(BoosterClient) as booster:
        tasks = [booster.begin_export_customer(BODY) for _ in range(4)]
        threads = [
            threading.Thread(target=lambda task=task: phases.append(task.wait(timeout=3600).phase)) for task in tasks
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
    assert phases == [Phase.SUCCEEDED] * 4


def test_faults_are_there_at_their_time() -> None:
    faults = [
        fault("tasks.listTasks", "status", status=503, nth=2, times=3),
        fault("tasks.listTasks", "truncated", nth=5),
        fault("tasks.listTasks", "reset", nth=6),
        fault("tasks.listTasks", "ignored", nth=7),
    ]
    fake = FakeVendor("booster", faults=faults)
    with fake.client(BoosterClient) as booster:
        assert booster.begin_export_customer(BODY).wait(timeout=900).phase is Phase.SUCCEEDED


def test_a_task_can_fail_and_can_take_too_long() -> None:
    faults = [
        fault("exports.exportCustomer", "ends", phase="failed"),
        fault("exports.exportCustomer", "ends", phase="running", nth=2),
    ]
    fake = FakeVendor("booster", faults=faults)
    with fake.client(BoosterClient) as booster:
        with pytest.raises(TaskFailedError):
            booster.begin_export_customer(BODY).result(timeout=60)
        before = fake.clock.monotonic()
        with pytest.raises(TaskTimeoutError):
            booster.begin_export_customer(BODY).wait(timeout=7200)
        assert fake.clock.monotonic() - before == pytest.approx(7200)


def test_fakes_of_all_vendors_require_their_credentials() -> None:
    fake = FakeVendor("mykaarma", "lifepos")
    with fake.client(MyKaarmaClient) as mykaarma:
        assert mykaarma.create_dealer(CreateDealerRequest(name="Example Motors")).request_uuid
    with fake.client(
        LifePosClient, accept_language="en-US", client_identifier="till", client_type=ClientType.APP
    ) as lifepos:
        assert list(lifepos.list_nomenclature_import_tasks(UUID(int=7)))
    with pytest.raises(ValueError, match="is not served: this vendor serves mykaarma, lifepos; add 'booster'"):
        fake.client(BoosterClient)


def test_a_fake_vendor_is_served_over_a_socket_too() -> None:
    fake = FakeVendor("booster")
    with fake.serving() as url, BoosterClient(f"{url}/booster", auth="token") as booster:
        assert booster.list_tasks()


@pytest.mark.parametrize("point", ["submit.intended", "submit.responded", "submit.accepted"])
def test_a_crash_is_survived(point: str, tmp_path: Path) -> None:
    fake = FakeVendor("booster")
    before = len(fake.client(BoosterClient).list_tasks())
    journal = tmp_path / "tasks.journal"
    with (
        fake.client(BoosterClient, journal=journal) as booster,
        crashing(point),
        pytest.raises(Crashed, match=point),
    ):
        booster.begin_export_customer(BODY, idempotency_key="nightly")
    with fake.client(BoosterClient, journal=journal) as booster:
        begun = len(booster.list_tasks()) - before
        assert begun == (0 if point == "submit.intended" else 1)
        recovered = booster.tasks.recover()
        assert len(recovered) == (1 if point == "submit.accepted" else 0)
        assert len(booster.list_tasks()) - before == begun


def test_a_crash_can_be_real(tmp_path: Path) -> None:
    program = (
        "from dragoman.testing import FakeVendor, crashing\n"
        "from taskclients.booster import BoosterClient\n"
        "from taskclients.booster.models import ExportCustomer\n"
        "with FakeVendor('booster').client(BoosterClient) as booster, "
        "crashing('submit.responded', kill=True):\n"
        "    booster.begin_export_customer(ExportCustomer(brand='CAR', pos_codes=[], download_request_id='x'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 137, done.stderr


def test_crashing_raises_at_the_named_point_only() -> None:
    with crashing("submit.intended"):
        failpoints.failpoint("submit.checked")
        with pytest.raises(Crashed, match=r"submit\.intended"):
            failpoints.failpoint("submit.intended")
    failpoints.failpoint("submit.intended")


def test_an_unknown_failpoint_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one of submit\.checked"), crashing("nowhere"):
        pass


def test_a_download_is_cut_and_its_link_expires(tmp_path: Path) -> None:
    faults = [fault("/_files/*", "cut", at=0.5), fault("/_files/*", "link-expired", nth=2)]
    fake = FakeVendor("booster", faults=faults)
    with fake.client(BoosterClient) as booster:
        task = booster.begin_export_customer(BODY)
        task.wait(timeout=60)
        done = task.download(tmp_path / "customers.csv", timeout=600)
        assert done.refreshes == 1
    again = FakeVendor("booster")
    with again.client(BoosterClient) as booster:
        task = booster.begin_export_customer(BODY)
        task.wait(timeout=60)
        whole = task.download(tmp_path / "again.csv", timeout=600)
    assert (tmp_path / "customers.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert whole.refreshes == 0


def test_errors_of_the_wire_are_errors_of_the_client() -> None:
    fake = FakeVendor("booster", faults=[fault("tasks.listTasks", "reset")])
    with fake.client(BoosterClient) as booster:
        with pytest.raises(TransportError):
            booster.list_tasks()
        assert booster.list_tasks()
