"""The recipe for Airflow: its trigger, run as the triggerer does; a stub replaces Airflow if it is not installed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace
from tests.e2e.conftest import ROOT, Seen

from dragoman.mock_server import fault, running
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import TaskRef
from taskclients_core.tasks.definition import PollTiming

NAME = "tests.e2e.recipes.airflow_trigger"
EXPORT = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")


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


class QuickClient(AsyncBoosterClient):
    """Poll faster than the vendor's timing."""

    submissions: ClassVar[Any] = tuple(
        replace(each, task_type=replace(each.task_type, timing=PollTiming(min=0.05, max=0.05)))
        for each in AsyncBoosterClient.submissions
    )


@pytest.fixture(scope="module")
def _airflow() -> Iterator[None]:
    names = ["airflow", "airflow.triggers", "airflow.triggers.base"]
    missing = find_spec("airflow") is None
    if missing:
        sys.modules.update({name: ModuleType(name) for name in names})
        vars(sys.modules[names[-1]]).update(BaseTrigger=BaseTrigger, TriggerEvent=TriggerEvent)
    yield
    for name in [*names, NAME] if missing else []:
        sys.modules.pop(name, None)


@pytest.fixture
def recipe(library: ModuleType, _airflow: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    found = import_module(NAME)
    monkeypatch.setattr(found, "AsyncBoosterClient", QuickClient)
    monkeypatch.setenv("BOOSTER_TOKEN", "secret-token")
    return found


@pytest.fixture
def recipe_here(recipe: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("BOOSTER_URL", f"{url}/booster")
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
