"""Changes of task types and of operations that begin tasks, in a case that has both."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Final

import pytest
from tests.unit.diff.parcels import Data, changed, words

from dragoman.spec import yaml_document

BASE: Final[Data] = yaml_document.load(Path(__file__).parents[2] / "cases/tasks-in-a-list/spec.yaml").data


def task_type(data: Data) -> Data:
    types: dict[str, Data] = data["components"]["x-task-types"]
    return next(iter(types.values()))


def begins(data: Data) -> Data:
    found: Data = data["paths"]["/shops/{shop}/exports"]["post"]["x-begins-task"]
    return found


def test_phase_of_a_word_is_read_by_old_clients() -> None:
    word = next(iter(task_type(BASE)["state"]["phases"]))
    found = changed(lambda data: task_type(data)["state"]["phases"].update({word: "failed"}), base=BASE)
    assert [(each.id, each.new, bool(each.wire.misread)) for each in found] == [
        ("task-state-phases-changed", "failed", True)
    ]
    assert found[0].operations == ("exports.createExport",)


def test_slower_pacing_is_refused_and_faster_pacing_is_not() -> None:
    slower = changed(lambda data: task_type(data)["timing"].update(min="PT1H", max="PT2H", first="PT1H"), base=BASE)
    assert any(each.id == "task-timing-min-raised" and each.wire.refused for each in slower)
    faster = changed(lambda data: task_type(data)["timing"].update(min="PT0.001S"), base=BASE)
    assert words(faster) == [f"additive task-timing-min-lowered {faster[0].place.words}"]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (["a.example.com"], ["a.example.com", "b.example.com"], "breaking task-result-hosts-added"),
        (["*.example.com"], ["*.example.com", "b.example.com"], "additive task-result-hosts-added"),
        ([], ["a.example.com"], "additive task-result-hosts-added"),
        (["a.example.com"], [], "breaking task-result-hosts-removed"),
        (["a.example.com", "b.example.com"], ["a.example.com"], "additive task-result-hosts-removed"),
    ],
)
def test_hosts(before: list[str], after: list[str], line: str) -> None:
    def set_hosts(data: Data, hosts: list[str]) -> None:
        link = {"at": "/url", "auth": "none"}
        task_type(data)["result"] = {"kind": "url", "urls": [link], "hosts": hosts}

    base = copy.deepcopy(BASE)
    set_hosts(base, before)
    (found,) = changed(lambda data: set_hosts(data, after), base=base)
    assert f"{found.severity.value} {found.id}" == line


def test_renamed_task_type_is_one_change() -> None:
    def rename(data: Data) -> None:
        types = data["components"]["x-task-types"]
        name = next(iter(types))
        types["renamed"] = types.pop(name)
        begins(data)["type"] = "renamed"

    found = changed(rename, base=BASE)
    assert [(each.id, each.place.words) for each in found] == [("task-type-renamed", "task type renamed")]


def test_operation_that_no_longer_begins_a_task_is_misread() -> None:
    found = changed(lambda data: data["paths"]["/shops/{shop}/exports"]["post"].pop("x-begins-task"), base=BASE)
    assert [(each.id, bool(each.wire.misread)) for each in found if each.id == "submission-removed"] == [
        ("submission-removed", True)
    ]
