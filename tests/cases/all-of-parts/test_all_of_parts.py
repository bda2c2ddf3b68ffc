"""`allOf` keeps what each part says, whatever the part is: an alias, an inline part, a map, a narrower type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

EVERYTHING = {
    "narrowed": {"a": "1", "z": 3},
    "plain": {"x": "1", "z": "2"},
    "nullable": {"x": "1", "z": "2"},
    "several": {"x": "1", "late": "2", "day": "2024-05-01", "beside": False, "a": "3", "other": 4},
    "merged": {"id": 1, "kind": "m", "note": "n"},
    "free": {"a": "1", "list": [None, {"b": 1.5}], "none": None},
    "freer": {"a": "1", "z": 3},
    "manager": {"x": "1", "owner": {"name": "Ann", "number": 7}},
    "renamed": "done",
    "noted": "later",
    "owner": {"x": "1"},
}


def test_nothing_is_lost_on_the_way(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond(EVERYTHING)
    found = client.add_thing(models.Everything())
    assert found.narrowed == models.Narrowed(a="1", additional_properties={"z": 3})
    assert found.several.day == date(2024, 5, 1)
    assert found.several.additional_properties == {"other": 4}
    assert found.free.additional_properties == {"list": [None, {"b": 1.5}], "none": None}
    assert found.manager.owner == models.Employee(name="Ann", number=7)
    assert (found.renamed, found.noted.is_known) == (models.State.DONE, False)
    wire.respond({})
    client.add_thing(found)
    assert wire.last.json == EVERYTHING


@pytest.mark.parametrize("child", ["ThroughAlias", "OverNullable", "Several"])
def test_a_base_by_another_name_is_a_base_class(part: Any, child: str) -> None:
    models = part("models")
    assert issubclass(getattr(models, child), models.Base)


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("narrowed", {"z": 3}, "$.narrowed.a"),
        ("narrowed", {"a": "1", "z": "3"}, "$.narrowed[…]"),
        ("several", {"late": "2", "day": "2024-05-01", "beside": False}, "$.several.x"),
        ("several", {"x": "1", "day": "2024-05-01", "beside": False}, "$.several.late"),
        ("several", {"x": "1", "late": "2", "beside": False}, "$.several.day"),
        ("several", {"x": "1", "late": "2", "day": "2024-05-01", "beside": True, "other": "4"}, "$.several[…]"),
        ("merged", {"id": "1"}, "$.merged.id"),
        ("merged", {"id": 1, "note": None}, "$.merged.note"),
        ("freer", {"a": "1", "z": "3"}, "$.freer[…]"),
        ("nullable", None, "$.nullable"),
    ],
)
def test_each_part_is_checked(part: Any, core: Any, name: str, value: Any, path: str) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode(core.codec.encode({name: value}), part("models").Everything)
    assert caught.value.path == path


def test_an_undeclared_member_cannot_replace_a_declared_one(part: Any, core: Any) -> None:
    free = part("models").Free(a="1", additional_properties={"a": "2"})
    with pytest.raises(core.InvalidArgumentError):
        core.codec.encode(free)


def test_the_mock_server_reads_the_whole_as_the_client_does(
    generated: Any, mock_url: str, wire: Any, client: Any, part: Any
) -> None:
    models = part("models")
    wire.respond({**EVERYTHING, "noted": "new"})
    everything = client.add_thing(models.Everything())
    with generated.ApiClient(mock_url) as mocked:
        assert mocked.add_thing(everything).several.late == "example"
