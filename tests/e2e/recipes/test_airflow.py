"""The recipe for Airflow: operator and trigger, run as Airflow does; a stub replaces it if it is not installed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from tests.e2e.conftest import ROOT, Seen

from dragoman.mock_server import fault, running
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import TaskFailedError, TaskRef
from taskclients_core.tasks.definition import PollTiming

NAME = "tests.e2e.recipes.airflow_trigger"
EXPORT = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")


class TaskDeferred(BaseException):
    def __init__(self, trigger: Any, method_name: str) -> None:
        super().__init__()
        self.trigger, self.method_name = trigger, method_name


class BaseOperator:
    def __init__(self, **options: Any) -> None:
        pass

    def defer(self, *, trigger: Any, method_name: str) -> None:
        raise TaskDeferred(trigger, method_name)


class BaseTrigger:
    def __init__(self, **kwargs: Any) -> None:
        pass

    async def run(self) -> AsyncIterator[Any]:
        raise NotImplementedError
        yield

    def serialize(self) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError


class TriggerEvent:
    def __init__(self, payload: Any) -> None:
        self.payload = payload


QUICK = tuple(
    replace(each, task_type=replace(each.task_type, timing=PollTiming(min=0.05, max=0.05)))
    for each in BoosterClient.submissions
)
"""Submissions whose tasks are polled faster than the vendor's timing."""


class QuickClient(BoosterClient):
    submissions: ClassVar[Any] = QUICK


class AsyncQuickClient(AsyncBoosterClient):
    submissions: ClassVar[Any] = QUICK


@pytest.fixture(scope="module")
def _airflow() -> Iterator[None]:
    names = ["airflow", "airflow.models", "airflow.triggers", "airflow.triggers.base"]
    missing = find_spec("airflow") is None
    if missing:
        sys.modules.update({name: ModuleType(name) for name in names})
        vars(sys.modules["airflow.models"]).update(BaseOperator=BaseOperator)
        vars(sys.modules[names[-1]]).update(BaseTrigger=BaseTrigger, TriggerEvent=TriggerEvent)
    yield
    for name in [*names, NAME] if missing else []:
        sys.modules.pop(name, None)


@pytest.fixture
def recipe(library: ModuleType, _airflow: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    found = import_module(NAME)
    monkeypatch.setattr(found, "BoosterClient", QuickClient)
    monkeypatch.setattr(found, "AsyncBoosterClient", AsyncQuickClient)
    monkeypatch.setenv("BOOSTER_TOKEN", "secret-token")
    return found


@pytest.fixture
def recipe_here(recipe: Any, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    given = {"URL": f"{url}/booster", "JOURNAL": tmp_path / "journal", "FILES": urlsplit(url).netloc, "SANDBOX": 1}
    for name, value in given.items():
        monkeypatch.setenv(f"BOOSTER_{name}", str(value))
    return recipe


def moved(trigger: Any) -> Any:
    """Return the trigger as another triggerer gets it: made anew from its serialized form."""
    path, arguments = trigger.serialize()
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)(**arguments)


async def fired(trigger: Any) -> dict[str, Any]:
    """Return its only event."""
    events = [event.payload async for event in trigger.run()]
    assert len(events) == 1
    return dict(events[0])


def test_triggers_of_many_tasks_share_their_polls_and_fire_once(
    recipe_here: Any, booster: BoosterClient, seen: list[Seen]
) -> None:
    tokens = [booster.begin_export_customer(EXPORT).resume_token() for _ in range(20)]
    seen.clear()

    async def triggerer() -> list[dict[str, Any]]:
        return await asyncio.gather(*[fired(moved(recipe_here.TaskTrigger(token))) for token in tokens])

    assert asyncio.run(triggerer()) == [
        {"resume_token": token, "phase": "succeeded", "status": "COM"} for token in tokens
    ]
    assert {each.path for each in seen} == {"/booster/tasks"}
    assert len(seen) < len(tokens)
    assert not recipe_here._shared


def test_what_is_stored_is_the_token(recipe_here: Any, booster: BoosterClient) -> None:
    task = booster.begin_export_customer(EXPORT)
    assert recipe_here.TaskTrigger(task.resume_token()).serialize() == (
        f"{NAME}.TaskTrigger",
        {"resume_token": task.resume_token()},
    )


def test_a_trigger_that_is_cancelled_takes_nothing_from_the_others(recipe_here: Any, booster: BoosterClient) -> None:
    token = booster.begin_export_customer(EXPORT).resume_token()
    never = TaskRef("booster", "task", "0" * 32).resume_token()

    async def triggerer() -> dict[str, Any]:
        cancelled = asyncio.create_task(fired(recipe_here.TaskTrigger(never)))
        other = asyncio.create_task(fired(recipe_here.TaskTrigger(token)))
        await asyncio.sleep(0.05)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        assert cancelled.cancelled()
        return await other

    assert asyncio.run(triggerer())["phase"] == "succeeded"
    assert not recipe_here._shared


def test_a_wait_that_is_of_no_use_fires_with_the_reason(recipe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = fault("tasks.listTasks", "status", status=403, times="always")
    token = TaskRef("booster", "task", "0" * 32).resume_token()
    with running([ROOT / "specs" / "booster.yaml"], faults=[refused]) as url:
        monkeypatch.setenv("BOOSTER_URL", f"{url}/booster")
        event = asyncio.run(fired(recipe.TaskTrigger(token)))
    assert (event["resume_token"], event["phase"]) == (token, "unknown")
    assert "403" in event["error"]
    assert "secret-token" not in str(event)


def instance(map_index: int) -> dict[str, Any]:
    """Return the context of a mapped task; all of them are of one run."""
    run = "manual__2026-11-22"
    found = SimpleNamespace(dag_id="exports", task_id="customers", run_id=run, map_index=map_index, try_number=1)
    return {"ti": found, "run_id": run}


def deferred(operator: Any, context: dict[str, Any]) -> Any:
    """Execute an operator and return what it is deferred to."""
    try:
        operator.execute(context)
    except BaseException as error:
        if type(error).__name__ != "TaskDeferred":
            raise
        return error
    pytest.fail("it was not deferred")


def test_each_mapped_task_begins_its_own_export_once_and_downloads_its_file(
    recipe_here: Any, seen: list[Seen], tmp_path: Path
) -> None:
    operators = [recipe_here.ExportCustomers(pos_code=f"00{number}", folder=str(tmp_path)) for number in range(20)]
    waiting = [deferred(operator, instance(number)) for number, operator in enumerate(operators)]
    again = [deferred(operator, instance(number)) for number, operator in enumerate(operators)]  # a worker was lost
    assert [each.trigger.serialize() for each in again] == [each.trigger.serialize() for each in waiting]
    assert sum(each.method == "POST" for each in seen) == 20

    async def triggerer() -> list[dict[str, Any]]:
        return await asyncio.gather(*[fired(moved(each.trigger)) for each in waiting])

    events = asyncio.run(triggerer())
    paths = [
        getattr(operator, each.method_name)(instance(number), event)
        for number, (operator, each, event) in enumerate(zip(operators, waiting, events, strict=True))
    ]
    assert len({Path(path).read_text() and path for path in paths}) == 20
    with recipe_here.client() as booster:
        assert not booster.tasks.from_journal()


def test_a_retry_after_a_failure_begins_anew(recipe_here: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = fault("exports.exportCustomer", "ends", phase="failed", times=1)
    with running([ROOT / "specs" / "booster.yaml"], speed=50, faults=[failed]) as url:
        monkeypatch.setenv("BOOSTER_URL", f"{url}/booster")
        monkeypatch.setenv("BOOSTER_FILES", urlsplit(url).netloc)
        operator = recipe_here.ExportCustomers(pos_code="0042", folder=str(tmp_path))
        first = deferred(operator, instance(0)).trigger
        with pytest.raises(TaskFailedError):
            operator.fetch(instance(0), asyncio.run(fired(first)))
        second = deferred(operator, instance(0)).trigger
        assert second.resume_token != first.resume_token
        assert Path(operator.fetch(instance(0), asyncio.run(fired(second)))).exists()
