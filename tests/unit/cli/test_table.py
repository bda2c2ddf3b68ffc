"""Table of tasks that `tasks` prints."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from taskclients.booster.async_tasks import TASK
from taskclients.lifepos.async_tasks import NOMENCLATURE_IMPORT, REVENUE_EXPORT
from taskclients_core.cli.output import Output
from taskclients_core.cli.table import table
from taskclients_core.codec import decode
from taskclients_core.tasks.definition import TaskType
from taskclients_core.tasks.snapshot import TaskRef, TaskSnapshot
from taskclients_core.tasks.state import LazyModel, SnapshotData, make_snapshot, parse_observation

FIRST, SECOND = "7afaa346b4bf42bf9dc21e9ae8098874", "7afaa346b4ff42bf9dc21e9ae8098874"


def snapshot(task_type: TaskType[Any, Any], id_: str, raw: bytes) -> TaskSnapshot[Any]:
    vendor, _, name = task_type.name.partition(".")
    data = SnapshotData(
        observation=parse_observation(task_type, raw),
        lost=False,
        model=LazyModel(decode, raw, task_type.model),
        best_fraction=None,
        stalled_seconds=0.0,
        at=0.0,
        date=0.0,
        sequence=1,
    )
    return make_snapshot(TaskRef(vendor, name, id_), data, lambda: 0.0)


def export(id_: str, **more: object) -> TaskSnapshot[Any]:
    task = {"asyncTaskId": id_, "type": "crm", "requestDate": "2026-01-31", "status": "INP", "percentage": 40}
    return snapshot(TASK, id_, json.dumps({**task, "brand": "CAR", **more}).encode())


def test_the_table_has_a_header_type_date_brand_and_counts_and_ids_as_short_as_they_differ() -> None:
    rows = [export(FIRST, totalResults=50, signedDownloadUrl="https://files.example/secret"), export(SECOND)]
    assert table(rows, [TASK], wide=False) == [
        "ID           PHASE    STATUS  PROGRESS  TYPE  REQUEST-DATE  BRAND  TOTAL-RESULTS",
        "7afaa346b4b  running  INP          40%  crm   2026-01-31    CAR               50",
        "7afaa346b4f  running  INP          40%  crm   2026-01-31    CAR",
    ]


def test_a_wide_table_has_whole_ids_and_resume_tokens() -> None:
    header, row = table([export(FIRST, type="x" * 40)], [TASK], wide=True)
    assert header.endswith("RESUME-TOKEN")
    assert row.startswith(f"{FIRST}  running")
    assert "x" * 40 in row
    assert row.endswith(TaskRef("booster", "task", FIRST).resume_token())
    assert f"{'x' * 31}…  2026" in table([export(FIRST, type="x" * 40)], [TASK], wide=False)[1]


def test_tasks_of_several_types_share_a_table() -> None:
    raw = b'{"status": "Completed", "created_at": "2026-01-31T08:00:00Z"}'
    rows = [snapshot(NOMENCLATURE_IMPORT, "1", raw), snapshot(REVENUE_EXPORT, "2", raw)]
    assert table(rows, [NOMENCLATURE_IMPORT, REVENUE_EXPORT], wide=False) == [
        "ID  TASK-TYPE            PHASE      STATUS     PROGRESS  CREATED-AT",
        "1   nomenclature_import  succeeded  Completed         -  2026-01-31T08:00:00Z",
        "2   revenue_export       succeeded  Completed         -  2026-01-31T08:00:00Z",
    ]


def test_a_task_whose_model_does_not_fit_is_in_the_table() -> None:
    broken = snapshot(TASK, FIRST, b'{"status": "COM"}')
    assert table([broken], [TASK], wide=False)[1].split() == [FIRST[:8], "succeeded", "COM", "-"]


@define(kw_only=True)
class Part:
    made_at: datetime
    link: str = field(repr=False)


def test_json_has_the_model_without_what_its_repr_hides() -> None:
    lines: list[str] = []
    output = Output(json=True, write=lambda text, *, result: lines.append(text))
    output.task(export(FIRST, signedDownloadUrl="https://files.example/secret"))
    part = Part(made_at=datetime(2026, 1, 31, tzinfo=UTC), link="https://files.example/secret")
    made = {"observed_at": part.made_at, "sequence": 1, "model": lambda: [part], "since": lambda: 0.0}
    output.task(TaskSnapshot(ref=TaskRef("a", "b", "c"), phase=export(FIRST).phase, status=None, **made))  # type: ignore[arg-type]
    output.task(snapshot(TASK, FIRST, b'{"status": "COM"}'))
    assert "secret" not in "".join(lines)
    models = [json.loads(line)["model"] for line in lines]
    assert models[0]["request_date"] == "2026-01-31"
    assert (models[0]["brand"], models[0]["total_results"], models[0]["status"]) == ("CAR", None, "INP")
    assert models[1:] == [[{"made_at": "2026-01-31T00:00:00+00:00"}], None]
