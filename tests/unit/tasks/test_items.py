"""Finding tasks in a list: a fault of the content is an exact error, or the task is not found."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.errors import DecodeError
from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import BoundCall, FromList
from taskclients_core.tasks.polling.list_page import ListPage, scan_list_page

LIST: Operation[Any] = Operation("demo.list", "GET", "/tasks", returns=Any)


def booster(content: bytes, *wanted: str) -> ListPage:
    return scan_list_page(content, items="", key="/id", wanted=wanted)


def lifepos(content: bytes, *wanted: str) -> ListPage:
    return scan_list_page(content, items="/data/items", key="/guid", wanted=set(wanted), token="/data/next")


def test_awaited_items_are_returned_byte_for_byte() -> None:
    page = booster(b' [{"id": "a", "x": 1.0}, {"id":"b"} , {"id":"c"}]', "a", "c", "d")
    assert page.found == {"a": b'{"id": "a", "x": 1.0}', "c": b'{"id":"c"}'}
    assert (page.count, page.token, page.repeated, page.unnamed) == (3, None, (), 0)
    assert page.keys == ("a", "b", "c")


def test_a_list_inside_an_envelope_has_the_token_of_the_next_page_beside_it() -> None:
    page = lifepos(b'{"data":{"next":"n\\u0032","items":[{"guid":"a"}]},"more":[]}', "a")
    assert (page.found, page.token) == ({"a": b'{"guid":"a"}'}, "n2")


@pytest.mark.parametrize("token", [b'"next":null,', b'"next":"",', b""])
def test_without_a_token_the_list_ends(token: bytes) -> None:
    assert lifepos(b'{"data":{' + token + b'"items":[]}}').token is None


def test_a_token_beside_no_items_is_one() -> None:
    page = lifepos(b'{"data":{"items":[],"next":"n"}}', "a")
    assert (page.found, page.count, page.token) == ({}, 0, "n")


def test_the_token_may_be_somewhere_that_is_not_there() -> None:
    for envelope in (b'{"items":[]}', b'{"items":[],"page":null}', b'{"items":[],"page":{}}'):
        assert scan_list_page(envelope, items="/items", key="/id", wanted=(), token="/page/next").token is None


DEEP = b"[" * 1_000_000 + b"]" * 1_000_000


@pytest.mark.parametrize(
    ("content", "expected", "found", "path"),
    [
        (b"", "JSON", "malformed text", "$"),
        (b"<html>busy</html>", "JSON", "malformed text", "$"),
        (b'[{"id":"a"},{"id"', "JSON", "malformed text", "$"),
        (b'[{"id":"a"}]]', "JSON", "malformed text", "$"),
        (b'[{"id":"a","x":NaN}]', "JSON", "malformed text", "$"),
        (gzip.compress(b"[]", mtime=0), "JSON", "malformed text", "$"),
        ("[]".encode("utf-16"), "JSON", "malformed text", "$"),
        (b"null", "array", "null", "$"),
        (b'{"error":"busy"}', "array", "object", "$"),
        (b'"none"', "array", "str", "$"),
        (b"17", "array", "int 17", "$"),
        (DEEP, "JSON", "text nested too deeply", "$"),
        (b'[{"id":"a","x":' + DEEP + b"}]", "JSON", "text nested too deeply", "$"),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, bytes) else "",
)
def test_what_is_no_list_is_an_exact_error(content: bytes, expected: str, found: str, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        booster(content, "a")
    assert (caught.value.expected, caught.value.path) == (expected, path)
    assert caught.value.found.partition(" (")[0] == found
    assert caught.value.raw == content


@pytest.mark.parametrize(
    ("content", "expected", "found", "path"),
    [
        (b"[]", "object", "array", "$"),
        (b"null", "object", "null", "$"),
        (b"{}", "a required member", "nothing", "$.data"),
        (b'{"data":null}', "object", "null", "$.data"),
        (b'{"data":[]}', "object", "array", "$.data"),
        (b'{"data":{}}', "a required member", "nothing", "$.data.items"),
        (b'{"data":{"items":null}}', "array", "null", "$.data.items"),
        (b'{"data":{"items":{"a":1}}}', "array", "object", "$.data.items"),
        (b'{"data":{"items":[],"next":7}}', "str", "int 7", "$.data.next"),
        (b'{"data":{"items":[],"next":["n"]}}', "str", "array", "$.data.next"),
        (b'{"data":{"items":[]},"\\u0064ata":{}}', "a required member", "nothing", "$.data.items"),
    ],
)
def test_what_is_no_envelope_is_an_exact_error(content: bytes, expected: str, found: str, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        lifepos(content, "a")
    assert (caught.value.path, caught.value.found) == (path, found)
    assert caught.value.expected.startswith(expected)


def test_malformed_items_that_are_not_awaited_are_ignored() -> None:
    page = booster(b'[{"id":"b","x":1,"x":2},{"id":"c","x":1e400,"y":"\xe9"},{"id":"a"}]', "a")
    assert page.found == {"a": b'{"id":"a"}'}
    assert page.unnamed == 0


@pytest.mark.parametrize(
    "value", [b"NaN", b"-Infinity", b"undefined", b".5", b"+1", b"01", b'"\\ud800"', b'"a\tb"', b'"\\x"', b"'x'"]
)
def test_what_is_not_json_in_another_task_hides_no_awaited_task(value: bytes) -> None:
    ours = b'{"id":"a","x":"NaN \\\\ud800","y":-1.5e+3}'
    page = booster(b'[{"id":"b","x":' + value + b"}, " + ours + b',{"id":' + value + b"}]", "a")
    assert page.found == {"a": ours}
    assert (page.keys, page.count, page.unnamed) == (("b", "a"), 3, 1)
    with pytest.raises(DecodeError) as caught:
        booster(b'[{"id":"b"},{"id":"a","x":' + value + b"}]", "a")
    assert caught.value.found.startswith("malformed text")


def test_guids_are_compared_without_dashes_and_case() -> None:
    content = b'[{"id":"6F9619FF-8B86-D011-B42D-00CF4FC964FF"},{"id":"x-Y"},{"id":7}]'
    for form, id_ in (("N", "6f9619ff8b86d011b42d00cf4fc964ff"), ("D", "6f9619ff-8b86-d011-b42d-00cf4fc964ff")):
        source = FromList(call=BoundCall(LIST), items="", key="/id", guid=form)  # type: ignore[arg-type]
        page = scan_list_page(content, items="", key="/id", wanted=[id_, "x-Y", "7"], id_text=source.id_text)
        assert page.keys == (id_, "x-Y", "7")
        assert set(page.found) == {id_, "x-Y", "7"}


@pytest.mark.parametrize("member", [b"1e400", b'"\xe9"', b'"\\ud800"'])
def test_an_awaited_task_that_cannot_be_read_is_an_error_and_names_the_item(member: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        booster(b'[{"id":"b"},{"id":"a","x":' + member + b"}]", "a")
    assert caught.value.path.startswith("$[1]") or caught.value.expected == "JSON"


def test_a_byte_order_mark_is_skipped() -> None:
    assert booster(b'\xef\xbb\xbf[{"id":"a"}]', "a").found == {"a": b'{"id":"a"}'}


def test_of_two_items_with_one_id_the_first_counts_and_it_is_noted() -> None:
    page = booster(b'[{"id":"a","n":1},{"id":"a","n":2},{"id":"a","n":3},{"id":"b"},{"id":"b"}]', "a")
    assert page.found == {"a": b'{"id":"a","n":1}'}
    assert page.repeated == ("a",)


@pytest.mark.parametrize(
    "task",
    ["a/b", "../a", ".", "..", 'a"b', "a'b", "a\\b", "\u00e9", "e\u0301", "\U0001f600", "x" * 300, " a ", "",
     "a\u0000b", "17", "null"],
)  # fmt: skip
@pytest.mark.parametrize("escaped", [True, False])
def test_ids_are_compared_as_exact_text(task: str, escaped: bool) -> None:
    others = [task + "x", task.upper() + "X", f"{task}/", "\u00e8"]
    content = json.dumps([{"id": other} for other in (*others, task)], ensure_ascii=escaped).encode()
    page = booster(content, task)
    assert list(page.found) == [task]
    assert json.loads(page.found[task]) == {"id": task}


def test_ids_of_different_json_types_are_different_ids() -> None:
    assert booster(json.dumps([{"id": "e\u0301"}, {"id": "A"}, {"id": "a "}]).encode(), "\u00e9", "a").found == {}


@pytest.mark.parametrize(
    ("written", "wanted", "there"),
    [("17", "17", True), ("17.0", "17", False), ("1.70e1", "17", False), ("-0", "-0", True), ("017", "017", None)],
)
def test_a_number_as_id_is_compared_as_it_is_written(written: str, wanted: str, there: bool | None) -> None:
    content = f'[{{"id":{written}}}]'.encode()
    if there is None:  # neither a number nor JSON
        with pytest.raises(DecodeError):
            booster(content, wanted)
    else:
        assert (wanted in booster(content, wanted).found) is there


def test_a_number_of_400_digits_is_an_id_like_another() -> None:
    digits = "9" * 400
    assert booster(f'[{{"id":{digits}}}]'.encode(), "9" * 399).found == {}


@pytest.mark.parametrize(
    "item", ['{"id":null}', '{"id":true}', '{"id":["a"]}', '{"id":{"a":1}}', "{}", "null", '"a"', "7", "[]"]
)
def test_items_without_an_id_never_match_and_are_counted(item: str) -> None:
    page = booster(f'[{item},{{"id":"b"}}]'.encode(), "a", "null", "true", "None", "7", "")
    assert (page.found, page.count, page.unnamed) == ({}, 2, 1)


def test_the_id_may_lie_deeper_or_have_a_strange_name() -> None:
    assert scan_list_page(b'[{"ref":{"id":"a"}}]', items="", key="/ref/id", wanted=["a"]).found
    assert scan_list_page(b'[{"ref":null},{"ref":[]}]', items="", key="/ref/id", wanted=["a"]).unnamed == 2
    assert scan_list_page(b'[{"i\\"d":"a"}]', items="", key='/i"d', wanted=["a"]).found
    assert scan_list_page(b'[{"a/b":"a"}]', items="", key="/a~1b", wanted=["a"]).found
    assert scan_list_page(b'["a"]', items="", key="", wanted=["a"]).found == {"a": b'"a"'}


def test_a_task_that_was_seen_before_is_not_checked_again() -> None:
    broken = b'{"id":"a","x":"\xff"}'
    assert scan_list_page(b"[" + broken + b"]", items="", key="/id", wanted=["a"], seen={"a": broken}).found == {
        "a": broken
    }
    with pytest.raises(DecodeError):
        scan_list_page(b"[" + broken + b"]", items="", key="/id", wanted=["a"], seen={"a": broken + b" "})


def test_the_last_of_members_of_one_name_counts() -> None:
    assert booster(b'[{"id":"b","id":"a","x":1,"x":2}]', "a", "b").found == {"a": b'{"id":"b","id":"a","x":1,"x":2}'}
    page = lifepos(b'{"data":{"items":[],"items":[{"guid":"a"}],"next":7,"next":"n"}}', "a")
    assert (page.found, page.token) == ({"a": b'{"guid":"a"}'}, "n")
    assert lifepos(b'{"data":[],"\\u0064ata":{"items":[{"guid":null,"guid":"a"}]}}', "a").keys == ("a",)


@given(st.binary())
def test_any_bytes_are_a_page_or_a_decode_error(content: bytes) -> None:
    for find in (booster, lifepos):
        with suppress(DecodeError):
            find(content, "a")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["data", "items", "next", "guid"]), inner),
    )
)
def test_any_json_is_a_page_or_a_decode_error(value: Any) -> None:
    content = json.dumps(value).encode()
    try:
        page = lifepos(content, "a")
    except DecodeError:
        return
    assert page.count == len(value["data"]["items"])


def test_a_list_of_eight_megabytes_is_scanned_without_being_decoded() -> None:
    item = {"id": "", "status": "COM", "url": "https://files.example.com/" + "x" * 250}
    content = json.dumps([{**item, "id": f"{number:032x}"} for number in range(25_000)]).encode()
    assert len(content) > 8 * 1024 * 1024
    tracemalloc.start()
    try:
        page = booster(content, f"{24_999:032x}", f"{7:032x}", "other")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(content) / 2  # decoded, it is three times as large as its text
    assert (len(page.found), page.count) == (2, 25_000)
