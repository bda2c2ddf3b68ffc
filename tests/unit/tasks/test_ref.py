"""Task refs and resume tokens: short, printable, and refused if any part is invalid."""

from __future__ import annotations

import copy
import json
import pickle
import zlib
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.config import CallOptions
from taskclients_core.errors import InvalidArgumentError
from taskclients_core.operation import Operation, Query
from taskclients_core.security import Api
from taskclients_core.tasks.definition import BoundCall, FromItem, Phase, StatusMapping, Submission, TaskType
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.task_registry import TaskRegistry
from taskclients_core.transport.config import build_config

REF = TaskRef("lifepos", "nomenclatureImport", "8f2c/..\"'\u00e9", {"org_guid": "c0ffee", "a": ""})
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=25)


def sealed(version: str, payload: bytes) -> str:
    """Return a token as an attacker would forge it."""
    head = f"{version}.{urlsafe_b64encode(payload).decode().rstrip('=')}"
    return f"{head}.{zlib.crc32(head.encode()):08x}"


@given(st.builds(TaskRef, TEXT, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=3)))
def test_a_token_is_short_ascii_and_comes_back(ref: TaskRef) -> None:
    """Invariant S9."""
    token = ref.resume_token()
    assert token.isascii()
    written = json.dumps([ref.vendor, ref.task_type, ref.id, dict(ref.scope)])
    assert len(token) <= 16 + 4 / 3 * len(written)
    assert TaskRef.parse(token) == ref
    assert TaskRef.parse(token).resume_token() == token


def test_equal_refs_have_equal_tokens() -> None:
    """Invariant S9."""
    assert (
        TaskRef("v", "k", "i", {"a": "1", "b": "2"}).resume_token()
        == TaskRef("v", "k", "i", {"b": "2", "a": "1"}).resume_token()
    )


def test_a_token_is_a_third_longer_than_id_and_scope() -> None:
    """Invariant S9."""
    assert len(TaskRef("booster", "task", "x" * 300, {"org": "y" * 300}).resume_token()) <= 1024
    long = TaskRef("booster", "task", "x" * 900)
    assert TaskRef.parse(long.resume_token()) == long
    assert len(long.resume_token()) < 1300


def test_any_change_of_one_byte_is_refused_at_every_position() -> None:
    """Invariant S9."""
    token = REF.resume_token().encode()
    for position in range(len(token)):
        for byte in range(256):
            if byte != token[position]:
                changed = token[:position] + bytes([byte]) + token[position + 1 :]
                with pytest.raises(InvalidArgumentError):
                    TaskRef.parse(changed.decode("latin-1"))


def test_any_truncation_insertion_or_removal_is_refused() -> None:
    """Invariant S9."""
    token = REF.resume_token()
    for position in range(len(token)):
        for changed in (token[:position], token[position + 1 :], token[:position] + "A" + token[position:]):
            with pytest.raises(InvalidArgumentError):
                TaskRef.parse(changed)
    for around in (f" {token}", f"{token}\n", f"{token}\u0000", token + token, token.upper()):
        with pytest.raises(InvalidArgumentError):
            TaskRef.parse(around)


def test_a_token_of_a_later_version_is_refused_with_its_version() -> None:
    """Invariant S9."""
    with pytest.raises(InvalidArgumentError, match=r"version t2 is newer than this package, which reads t1"):
        TaskRef.parse(sealed("t2", b'["v","k","i",{}]'))


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"[]", b"null", b'["v","k","i"]', b'["v","k",1,{}]', b'["v","k","i",[]]', b'["v","k","i",{"a":1}]',
     b'["v","k","i",{"a":null}]', b'"vkis"', b'["v","k","i",{},1]', b"\xff\xff", b"[" * 700],
)  # fmt: skip
def test_a_token_with_other_content_is_refused(payload: bytes) -> None:
    """Invariant S9."""
    with pytest.raises(InvalidArgumentError, match="token: "):
        TaskRef.parse(sealed("t1", payload))


@pytest.mark.parametrize("given_token", [None, 7, b"t1.a.00000000", "", "t1", "t1..00000000", "x" * 100_000])
def test_what_is_no_token_is_refused_without_being_repeated(given_token: object) -> None:
    with pytest.raises(InvalidArgumentError, match="token: ") as caught:
        TaskRef.parse(given_token)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 100


def test_refs_are_equal_by_all_their_parts_and_can_be_keys() -> None:
    same = TaskRef("v", "k", "i", {"a": "1"})
    assert same == TaskRef("v", "k", "i", {"a": "1"})
    assert hash(same) == hash(TaskRef("v", "k", "i", {"a": "1"}))
    others = [
        TaskRef("w", "k", "i", {"a": "1"}),
        TaskRef("v", "l", "i", {"a": "1"}),
        TaskRef("v", "k", "j", {"a": "1"}),
        TaskRef("v", "k", "i"),
    ]
    assert len({same, *others}) == 5


def test_refs_cannot_be_changed_and_survive_copies_and_pickles() -> None:
    with pytest.raises(TypeError):
        REF.scope["org_guid"] = "other"  # type: ignore[index]
    for again in (pickle.loads(pickle.dumps(REF)), copy.copy(REF), copy.deepcopy(REF)):  # noqa: S301
        assert again == REF


def test_a_scope_given_as_a_dict_is_not_shared_with_the_caller() -> None:
    scope = {"a": "1"}
    ref = TaskRef("v", "k", "i", scope)
    scope["a"] = "2"
    assert ref.scope == {"a": "1"}


def test_ids_and_scopes_are_text() -> None:
    with pytest.raises(InvalidArgumentError, match=r"id: expected str, got UUID.*; pass str\(id\)"):
        TaskRef("v", "k", UUID(int=1))  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"shop: expected str, got 1; pass str\(shop\)"):
        TaskRef("v", "k", "i", {"shop": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        (TaskRef("vendor", "task", "", {"org": "o"}), "the id of vendor.task is empty"),
        (TaskRef("vendor", "task", "a"), "its scope has no 'org'"),
        (
            TaskRef("vendor", "task", "a", {"org": "o", "shop": "s"}),
            "unknown scope 'shop'; tasks of this type have org",
        ),
    ],
)
def test_a_ref_that_identifies_no_task_is_refused(ref: TaskRef, message: str) -> None:
    org = Query("org", str)
    polled: TaskType[Any, None] = TaskType(
        name="vendor.task",
        model=Any,
        poll=FromItem(BoundCall(Operation("vendor.get", "GET", "/task", parameters=(org,)), {"org": "$scope.org"})),
        state=StatusMapping(at="/status", phases={"ok": Phase.SUCCEEDED}),
    )
    begins = Operation("vendor.begin", "POST", "/task", parameters=(org,))
    scope = {"org": "$request.query.org"}
    submission = Submission(operation=begins, task_type=polled, id="$response.body#/id", scope=scope)
    api = Api("vendor", "https://api.test")
    config = build_config(api, None, auth=None, user_agent=None, parameters=(), options=CallOptions())
    registry = TaskRegistry(config=config, api=api, submissions=(submission,))
    for form in (ref, ref.resume_token()):
        with pytest.raises(InvalidArgumentError, match=message):
            registry.resume(form)
    assert registry.resume(TaskRef("vendor", "task", "a", {"org": "o"})).ref.id == "a"
