from __future__ import annotations

import copy
import pickle
from typing import Annotated, Any, get_type_hints

import pytest
from attrs import define, field, fields

from taskclients_core.codec import decode, encode
from taskclients_core.model import (
    UNSET,
    OneOf,
    OpenInt,
    OpenStr,
    RenameRule,
    Unset,
    Wire,
    extra,
    renamed,
    wire,
    wire_member,
)


class TaskStatus(OpenStr):
    REQUESTED = "REQ"
    """Accepted."""
    COMPLETED = "COM"


class Level(OpenInt):
    LOW = 1
    HIGH = 2


@pytest.mark.parametrize("known", [TaskStatus.REQUESTED, Level.LOW])
def test_a_declared_value_is_known(known: TaskStatus | Level) -> None:
    assert known.is_known
    assert type(known)(known.value) is known


@pytest.mark.parametrize(("unknown", "value"), [(TaskStatus("NEW"), "NEW"), (Level(7), 7)])
def test_an_undeclared_value_keeps_its_value(unknown: TaskStatus | Level, value: object) -> None:
    assert not unknown.is_known
    assert unknown == value
    assert unknown.value == value
    assert hash(unknown) == hash(value)
    assert str(unknown) == f"{unknown}" == str(value)


def test_a_value_that_spells_a_members_name_is_not_that_member() -> None:
    assert not TaskStatus("REQUESTED").is_known
    assert TaskStatus("REQUESTED") != TaskStatus.REQUESTED


def test_members_hash_like_their_values() -> None:
    assert {TaskStatus.REQUESTED: 1}["REQ"] == 1  # type: ignore[index]
    assert {"REQ": 1}[TaskStatus.REQUESTED] == 1
    assert {Level.LOW: 1}[1] == 1  # type: ignore[index]


def test_reprs_distinguish_known_from_unknown_values() -> None:
    assert repr(TaskStatus.REQUESTED) == "<TaskStatus.REQUESTED: 'REQ'>"
    assert repr(TaskStatus("NEW")) == "<TaskStatus 'NEW' (unknown)>"
    assert repr(Level(7)) == "<Level 7 (unknown)>"


@pytest.mark.parametrize(
    "member", [TaskStatus.REQUESTED, TaskStatus("NEW"), TaskStatus("REQUESTED"), Level.LOW, Level(7)]
)
def test_members_survive_copies_and_pickles(member: TaskStatus | Level) -> None:
    pickled = [pickle.loads(pickle.dumps(member, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301
    for copied in (*pickled, copy.copy(member), copy.deepcopy(member)):
        assert copied == member
        assert type(copied) is type(member)
        assert copied.is_known == member.is_known


def test_unknown_values_are_not_cached() -> None:
    decode(b"[" + b",".join(b'"new-%d"' % number for number in range(1000)) + b"]", list[TaskStatus])
    assert len(list(TaskStatus)) == len(TaskStatus._value2member_map_) == len(TaskStatus._member_map_) == 2


@pytest.mark.parametrize(("kind", "value"), [(TaskStatus, 5), (Level, "5"), (Level, 1.5)])
def test_a_value_of_another_kind_is_refused(kind: Any, value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        kind(value)


def test_wire_metadata_are_read_back() -> None:
    @define(kw_only=True)
    class Model:
        plain: int
        renamed: int = field(metadata=wire_member("reNamed", nullable=True))
        others: dict[str, int] = field(factory=dict, metadata=extra())

    found = [Wire.from_metadata(attribute.metadata) for attribute in fields(Model)]
    assert found == [Wire(), Wire(name="reNamed", nullable=True), Wire(extra=True)]


@pytest.mark.parametrize(
    ("rule", "name"), [(None, "pos_code_2_"), ("camel", "posCode2"), ("pascal", "PosCode2"), ("kebab", "pos-code-2")]
)
def test_a_rule_spells_attributes(rule: RenameRule | None, name: str) -> None:
    assert renamed("pos_code_2_", rule) == name


def test_a_class_names_its_own_members_by_its_rule() -> None:
    @wire(rename="camel")
    @define(kw_only=True)
    class Base:
        pos_code: int
        task_id: int = field(metadata=wire_member("taskID"))

    @define(kw_only=True)
    class Subclass(Base):
        sub_code: int

    class Plain(Base):
        """A class that attrs does not know."""

    body = b'{"posCode":1,"taskID":2,"sub_code":3}'
    assert decode(body, Subclass) == Subclass(pos_code=1, task_id=2, sub_code=3)
    assert encode(decode(body, Subclass)) == body
    assert decode(body, Plain).pos_code == 1


def test_a_hint_with_a_discriminator_is_hashable() -> None:
    hint = Annotated[int | str, OneOf("kind", {"a": int})]
    assert {hint: 1}[hint] == 1


def test_unset_is_its_types_only_value() -> None:
    assert isinstance(UNSET, Unset)
    assert not UNSET
    assert get_type_hints(test_unset_is_its_types_only_value) == {"return": type(None)}
