from __future__ import annotations

import enum
import json
import subprocess
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any, Literal, TypeAlias, Union
from uuid import UUID

import msgspec
import pytest
from attrs import Factory, define, field, frozen

from taskclients_core.codec import MemberValue, decode, decoder, encode, to_builtins, to_text, wire_members
from taskclients_core.errors import DecodeError, InvalidArgumentError
from taskclients_core.formats import DateTimeMs, DecimalNumber, GuidN, ServiceStackDate
from taskclients_core.model import UNSET, OpenInt, OpenStr, Unset, extra, wire_member

ID = UUID(int=1)
HEX = ID.hex


class Status(OpenStr):
    REQUESTED = "REQ"


class Level(OpenInt):
    LOW = 1


class Closed(enum.Enum):
    A = "a"
    B = "b"


@define(kw_only=True)
class Owner:
    name: str


@define(kw_only=True)
class Task:
    task_id: GuidN = field(metadata=wire_member("asyncTaskId"))
    status: Status
    level: Level | None = None
    date: date | None = None
    created: ServiceStackDate | None = field(default=None, metadata=wire_member("createdAt"))
    url: str | None = field(default=None, repr=False, metadata=wire_member("signedUrl"))
    expires: ServiceStackDate | None = field(default=None, repr=False)
    tags: list[str] | None = None
    owner: Owner | None = None
    subtasks: list[Task] | None = None
    by_name: dict[str, Task] | None = field(default=None, metadata=wire_member("byName"))
    kind: Literal["task"] = "task"


@define(kw_only=True)
class Absent:
    """One field for each way to be absent or null."""

    required: int
    required_nullable: int | None = field(metadata=wire_member("requiredNullable"))
    optional: int | None = None
    optional_nullable: int | None = field(default=None, metadata=wire_member("optionalNullable", nullable=True))
    unset: int | Unset | None = UNSET
    defaulted: int = 3
    limits: Owner = Factory(lambda: Owner(name="default"))
    dates: list[ServiceStackDate | None] | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Animal:
    name: str
    legs: int = 4


@define(kw_only=True)
class Dog(Animal):
    born: ServiceStackDate | None = None


@define(kw_only=True)
class Zoo:
    star: Animal
    all: list[Animal] = Factory(list)


@define(kw_only=True)
class Limits:
    soft: int
    hard: GuidN | None = None
    others: dict[str, GuidN] = field(factory=dict, metadata=extra())


@frozen(kw_only=True)
class Point:
    x: int
    y: DecimalNumber | None = None


Json: TypeAlias = Union[str, int, list["Json"], dict[str, "Json"], None]  # noqa: UP007 - as generated
Tree: TypeAlias = ServiceStackDate | list["Branch"]
Branch: TypeAlias = dict[str, "Tree"]


@define(kw_only=True)
class Document:
    content: Json
    tree: Tree | None = None
    anything: Any = None


def task(**members: Any) -> Task:
    given: dict[str, Any] = {"task_id": ID, "status": Status.REQUESTED} | members
    return Task(**given)


def failure(data: bytes | str, hint: Any, *, lenient: bool = False) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decoder(hint, lenient=lenient)(data)
    return caught.value


# -- Models -----------------------------------------------------------------------------------------------------


def test_a_model_crosses_both_ways_under_its_wire_names() -> None:
    text = (
        f'{{"asyncTaskId":"{HEX}","status":"REQ","level":1,"date":"2024-01-31","createdAt":"/Date(0)/",'
        f'"signedUrl":"https://x","tags":["a"],"owner":{{"name":"o"}},'
        f'"subtasks":[{{"asyncTaskId":"{HEX}","status":"REQ","kind":"task"}}],'
        f'"byName":{{"k":{{"asyncTaskId":"{HEX}","status":"REQ","kind":"task"}}}},"kind":"task"}}'
    )
    value = task(
        level=Level.LOW,
        date=date(2024, 1, 31),
        created=datetime(1970, 1, 1, tzinfo=UTC),
        url="https://x",
        tags=["a"],
        owner=Owner(name="o"),
        subtasks=[task()],
        by_name={"k": task()},
    )
    assert decode(text, Task) == value
    assert encode(value) == text.encode()
    assert to_builtins(value)["subtasks"] == [{"asyncTaskId": HEX, "status": "REQ", "kind": "task"}]


def test_undeclared_members_are_ignored() -> None:
    assert decode('{"name": "o", "zzz": [{"deep": 1}]}', Owner) == Owner(name="o")


def test_a_value_newer_than_the_client_keeps_its_text() -> None:
    found = decode(f'{{"asyncTaskId":"{HEX}","status":"NEW","level":9}}', Task)
    assert (found.status, found.level) == ("NEW", 9)
    assert not found.status.is_known
    assert b'"status":"NEW","level":9' in encode(found)


def test_inherited_fields_come_along_and_a_subclass_keeps_its_own() -> None:
    dog = Dog(name="Rex", born=datetime(1970, 1, 1))
    text = b'{"name":"Rex","legs":4,"born":"/Date(0-0000)/"}'
    assert encode(dog) == text
    assert decode(text, Dog) == dog
    assert encode(Zoo(star=dog, all=[dog])) == b'{"star":%s,"all":[%s]}' % (text, text)
    assert decode(encode(Zoo(star=dog)), Zoo).star == Animal(name="Rex")


def test_frozen_models_are_read_too() -> None:
    point = decode('{"x": 1, "y": 2.50}', Point)
    assert encode(point) == b'{"x":1,"y":2.50}'
    assert hash(point) == hash(decode('{"x": 1, "y": 2.5}', Point))


def test_recursive_aliases_hold_any_depth() -> None:
    text = '{"content":["a",1,null,{"k":[[]]}],"tree":[{"t":[{"u":"/Date(0)/"}]}]}'
    found = decode(text, Document)
    assert found.content == ["a", 1, None, {"k": [[]]}]
    assert found.tree == [{"t": [{"u": datetime(1970, 1, 1, tzinfo=UTC)}]}]
    assert encode(found).decode() == text
    assert decode("[[1]]", Json) == [[1]]
    assert decode('[{"a":"/Date(0)/"}]', Tree) == [{"a": datetime(1970, 1, 1, tzinfo=UTC)}]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with Python 3.12")
def test_recursive_type_statements_are_aliases_too(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("has_a_type_statement")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec("type Nest = str | int | None | list[Nest]", vars(module))  # noqa: S102 - older Pythons cannot parse it
    assert decode('[["a",[1,null]]]', module.Nest) == [["a", [1, None]]]
    failure("[[1.5]]", module.Nest)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (list[Owner], '[{"name":"o"}]'),
        (dict[str, Owner], '{"k":{"name":"o"}}'),
        (Owner | None, "null"),
        (Owner | list[Owner], '[{"name":"o"}]'),
        (dict[Status, int], '{"NEW":1}'),
        (list[list[GuidN | None]], f'[["{HEX}",null]]'),
        (Status, '"REQ"'),
        (Literal[True], "true"),
        (Literal["a", 1, None], "1"),
        (Any, '{"a":[1,2.5,"x",null,true]}'),
        (None, "null"),
        (int, "123456789012345678901234567890"),
    ],
)
def test_any_type_may_stand_at_the_top(hint: Any, text: str) -> None:
    assert encode(decode(text, hint), hint).decode() == text


def test_models_are_found_inside_of_plain_containers_and_any() -> None:
    text = b'{"a":[{"name":"o"},1],"b":[{"name":"o"},{"name":"o"}]}'
    value = {"a": (Owner(name="o"), 1), "b": [Owner(name="o")] * 2}
    assert encode(value) == text
    assert encode(Document(content=None, anything=value)) == b'{"content":null,"anything":%s}' % text


def test_parts_are_what_a_model_would_send() -> None:
    found = list(wire_members(Limits(soft=1, others={"a": ID})))
    assert found == [MemberValue("soft", 1, int), MemberValue("a", ID, GuidN)]
    assert [part.name for part in wire_members(Absent(required=1, required_nullable=None))] == [
        "required",
        "requiredNullable",
        "defaulted",
        "limits",
    ]


# -- Absent, null, UNSET ------------------------------------------------------------------------------------------


def test_absent_members_get_their_defaults() -> None:
    found = decode('{"required":1,"requiredNullable":null}', Absent)
    assert found == Absent(required=1, required_nullable=None)
    assert found.unset is UNSET
    assert found.limits is not decode('{"required":1,"requiredNullable":null}', Absent).limits


def test_null_is_accepted_where_it_is_declared() -> None:
    text = '{"required":1,"requiredNullable":null,"optionalNullable":null,"unset":null,"dates":[null]}'
    found = decode(text, Absent)
    assert (found.optional_nullable, found.unset, found.dates) == (None, None, [None])
    assert decode('{"required":1,"requiredNullable":2,"dates":null}', Absent).dates is None


@pytest.mark.parametrize(
    ("member", "expected"), [("required", "int"), ("optional", "int"), ("defaulted", "int"), ("limits", "Owner object")]
)
def test_null_is_refused_elsewhere(member: str, expected: str) -> None:
    text = json.dumps({"required": 1, "requiredNullable": None, member: None})
    error = failure(text, Absent)
    assert (error.path, error.expected, error.found) == (f"$.{member}", expected, "null")
    assert getattr(decoder(Absent, lenient=True)(text), member) is None


@pytest.mark.parametrize("member", ["required", "requiredNullable"])
def test_a_required_member_must_be_there(member: str) -> None:
    text = '{"required":1,"requiredNullable":null}'.replace(member + '"', "gone" + '"')
    error = failure(text, Absent)
    assert (error.path, error.expected, error.found) == (f"$.{member}", "a required member", "nothing")
    assert decoder(Absent, lenient=True)(text).defaulted == 3


def test_none_is_left_out_where_it_means_absent_and_null_where_it_does_not() -> None:
    value = Absent(required=1, required_nullable=None)
    assert encode(value) == b'{"required":1,"requiredNullable":null,"defaulted":3,"limits":{"name":"default"}}'
    value = Absent(required=1, required_nullable=2, unset=None, optional=4, dates=[None])
    assert to_builtins(value) == {
        "required": 1,
        "requiredNullable": 2,
        "optional": 4,
        "unset": None,
        "defaulted": 3,
        "limits": {"name": "default"},
        "dates": [None],
    }


# -- Undeclared members -----------------------------------------------------------------------------------------------


def test_errors_of_extra_members_name_type_and_path() -> None:
    text = f'{{"soft":1,"hard":"{HEX}","a":"{HEX}"}}'
    found = decode(text, Limits)
    assert found == Limits(soft=1, hard=ID, others={"a": ID})
    assert encode(found).decode() == text
    assert encode(Limits(soft=1)) == b'{"soft":1}'


def test_extra_members_are_checked() -> None:
    assert str(failure('[{"soft":1,"a b":"x"}]', list[Limits])) == (
        "expected GUID (32 hex digits), found str 'x' at $[0][…]"
    )
    assert str(failure('{"soft":"1"}', Limits)) == "expected int, found str '1' at $.soft"
    with pytest.raises(InvalidArgumentError, match=r"at \$\.soft"):
        encode(Limits(soft=1, others={"soft": ID}))


# -- Messages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ('"status":5', "expected str, found int 5 at $.subtasks[1].status"),
        ('"asyncTaskId":"abc"', "expected GUID (32 hex digits), found str 'abc' at $.subtasks[1].asyncTaskId"),
        (
            '"createdAt":"abc"',
            "expected ServiceStack date, such as /Date(1700000000000)/, found str 'abc' at …createdAt",
        ),
        ('"date":"31.1."', "expected date (yyyy-mm-dd), found str '31.1.' at …date"),
        ('"tags":["a",{"b":1}]', "expected str, found object at …tags[1]"),
        ('"owner":[]', "expected Owner object, found array at …owner"),
        (
            '"byName":{"a b":{"asyncTaskId":1}}',
            "expected GUID (32 hex digits), found int 1 at …byName[…].asyncTaskId",
        ),
        ('"kind":"job"', "expected 'task', found str 'job' at …kind"),
        ('"level":true', "expected int, found bool true at …level"),
        ('"level":1.5', "expected int, found float 1.5 at …level"),
        ('"signedUrl":12345', "expected str, found int at …signedUrl"),
        ('"expires":"secret"', "expected ServiceStack date, such as /Date(1700000000000)/, found str at …expires"),
    ],
)
def test_an_error_names_path_expected_and_found_type(members: str, message: str) -> None:
    good = f'"asyncTaskId":"{HEX}","status":"REQ"'
    text = f'{{{good},"subtasks":[{{{good}}},{{{good},{members}}}]}}'
    error = failure(text, Task)
    assert str(error) == message.replace("…", "$.subtasks[1].", 1)
    assert error.raw == text.encode()


@pytest.mark.parametrize("hint", [Owner, list[int], dict[str, int], Owner | list[Owner]])
def test_a_string_instead_of_an_object_or_array_is_not_quoted(hint: Any) -> None:
    assert "a-token" not in str(failure('"a-token"', hint))
    assert failure('"a-token"', hint).found == "str"


def test_what_was_found_is_shortened() -> None:
    error = failure(f'{{"name":{"9" * 5000}}}', Owner)
    assert error.found == f"int {'9' * 59}…"
    error = failure('["' + "x" * 1_000_000 + '"]', list[int])
    assert error.found == f"str '{'x' * 58}…"


def test_closed_enums_and_literals_name_what_they_allow() -> None:
    assert str(failure('["c"]', list[Closed])) == "expected one of 'a', 'b', found str 'c' at $[0]"
    assert str(failure("2", Literal[1, "x"])) == "expected one of 1, 'x', found int 2 at $"
    assert str(failure("[false]", list[Literal[True]])) == "expected True, found bool false at $[0]"
    assert str(failure("1", Literal[True, "x"])) == "expected one of True, 'x', found int 1 at $"


def test_an_error_drags_no_frames_along() -> None:
    error = failure("[1]", list[str])
    assert error.__cause__ is None
    assert error.__context__ is None


# -- Hostile texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "hint", "found"),
    [
        (b"", Task, "malformed text (Input data was truncated)"),
        (b'{"a":', Any, "malformed text (Input data was truncated)"),
        (b"[1] x", Any, "malformed text (trailing characters (byte 5))"),
        (b"[NaN]", list[float], "malformed text (invalid character (byte 1))"),
        (b"Infinity", Any, "malformed text (invalid character (byte 0))"),
        (b"1e400", float, "float 1e400"),
        (b'"\xff"', str, "malformed text (invalid start byte: 0xff)"),
        ('"\ud800"', str, "malformed text (a lone surrogate)"),
        (b'"\\ud800"', str, "malformed text (Input data was truncated)"),
        (b'"x":1}', Task, "str"),
        (b"\x1f\x8b\x08", Any, "malformed text (invalid character (byte 0))"),
        (b"<html>", Task, "malformed text (invalid character (byte 0))"),
        (b"9" * 5000, Any, f"int {'9' * 59}…"),
    ],
)
def test_malformed_texts_are_refused(data: bytes | str, hint: Any, found: str) -> None:
    error = failure(data, hint)
    assert (error.path, error.found) == ("$", found)


@pytest.mark.parametrize("hint", [Any, list[Any], Task, Json, Tree, list[Json], Document, Limits, dict[str, Any]])
@pytest.mark.parametrize(
    "text", [b"[" * 1_000_000, b'{"subtasks":[' * 200_000, b'{"content":[' * 200_000, b'{"a":' * 200_000]
)
@pytest.mark.parametrize("lenient", [False, True])
def test_a_million_brackets_are_refused(hint: Any, text: bytes, lenient: bool) -> None:
    failure(text, hint, lenient=lenient)


def test_deep_but_well_formed_values_are_read_or_refused() -> None:
    for depth in (50, 200, 500, 2_000, 50_000):
        for opening, hint in ((b'{"content":', Document), (b"[", Json), (b"[", list[Json]), (b'{"a":', Any)):
            closing = b"]" if opening == b"[" else b"}"
            text = opening * depth + b"1" + closing * depth
            try:
                decode(text, hint)
            except DecodeError as error:
                assert depth > 50 or hint is list[Json], error.found  # noqa: PT017


def test_a_byte_order_mark_is_skipped_at_the_start_only() -> None:
    assert decode(b"\xef\xbb\xbf[1]", list[int]) == [1]
    assert decode("\ufeff[1]", list[int]) == [1]
    failure(b"\xef\xbb\xbf\xef\xbb\xbf[1]", list[int])


# -- Values that cannot be sent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (task(owner=5), "expected Owner, found int 5 at $.owner"),
        (task(subtasks=[task(), "x"]), "expected Task, found str 'x' at $.subtasks[1]"),
        (task(subtasks="x"), "expected list, found str 'x' at $.subtasks"),
        (task(by_name={"a": Owner(name="")}), "expected Task, found Owner at $.byName[…]"),
        (task(task_id=HEX), f"expected UUID for GUID (32 hex digits), found str '{HEX}' at $.asyncTaskId"),
        (
            task(expires="secret"),
            "expected datetime for ServiceStack date, such as /Date(1700000000000)/, found str at $.expires",
        ),
        ({"a": [object()]}, "expected a value that JSON can represent, found object"),
        ([1.0, float("nan")], "expected finite number, found float nan at $[1]"),
        ("\ud800", "a text contains a lone surrogate, which UTF-8 cannot represent"),
    ],
)
def test_what_has_no_form_on_the_wire_is_refused(value: object, message: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        encode(value)
    assert str(caught.value) == message


@define(kw_only=True)
class Stay:
    until: DateTimeMs | Unset | None = UNSET
    key: DateTimeMs | None = field(default=None, repr=False)
    stops: list[DateTimeMs] | None = None


def test_a_date_that_its_format_cannot_express_is_refused_with_its_path() -> None:
    naive = datetime(2022, 1, 31)
    aware = naive.replace(tzinfo=UTC)
    expected = "expected date-time with an offset (RFC 3339), found datetime"
    because = " 2022-01-31 00:00:00 (a naive datetime; set its tzinfo)"
    for stay, found in (
        (Stay(until=naive), f"{because} at $.until"),
        (Stay(key=naive), " at $.key"),
        (Stay(stops=[aware, naive]), f"{because} at $.stops[1]"),
        (Stay(stops=(aware, naive)), f"{because} at $.stops[1]"),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidArgumentError) as caught:
            encode(stay)
        assert str(caught.value) == expected + found
        assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_subclass_is_written_as_its_class_is() -> None:
    class Instant(datetime):
        pass

    class Stops(list[datetime]):
        pass

    plain, own = datetime(2022, 1, 31, tzinfo=UTC), Instant(2022, 1, 31, tzinfo=UTC)
    assert encode(Stay(until=own, stops=Stops([own]))) == encode(Stay(until=plain, stops=[plain]))
    assert encode(Stay(stops=(plain,))) == encode(Stay(stops=[plain]))  # type: ignore[arg-type]


def test_a_value_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    own = task(subtasks=[])
    own.subtasks.append(own)  # type: ignore[union-attr]
    for value in (endless, own):
        with pytest.raises(InvalidArgumentError, match="contains itself"):
            encode(value)


@pytest.mark.parametrize("hint", [complex, set[int], dict[GuidN, int], list[complex], object()])
def test_a_type_that_json_cannot_hold_is_a_type_error(hint: Any) -> None:
    with pytest.raises(TypeError):
        decode("1", hint)


@define(kw_only=True)
class Broken:
    other: Unbuildable
    late: complex


@define(kw_only=True)
class Unbuildable:
    broken: Broken | None = None


def test_a_model_that_cannot_be_built_is_refused_each_time() -> None:
    for hint in (Broken, Unbuildable, list[Broken], Broken):
        with pytest.raises(TypeError, match="complex"):
            decode("{}", hint)


# -- Compilation ------------------------------------------------------------------------------------------------------


@define(kw_only=True)
class Shared:
    first: Left | None = None
    second: Right | None = None


@define(kw_only=True)
class Left:
    shared: list[Shared] | None = None


@define(kw_only=True)
class Right:
    shared: list[Shared] | None = None
    left: Left | None = None


def test_models_may_be_used_first_by_many_threads_at_once() -> None:
    hints = (Shared, Left, Right, list[Shared], dict[str, Left])
    texts = (
        '{"first":{"shared":[{}]}}',
        '{"shared":[{}]}',
        '{"left":{}}',
        '[{"second":{"left":{}}}]',
        '{"a":{"shared":[]}}',
    )
    barrier = threading.Barrier(10)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            barrier.wait()
            for _ in range(20):
                assert encode(decode(texts[number], hints[number])).decode() == texts[number]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number % 5,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


MANY_AT_ONCE = """
import sys, threading
from taskclients.booster import models
from taskclients_core import decode, encode
sys.setswitchinterval(1e-6)
together = threading.Barrier(24)
def work():
    together.wait()
    text = '[{"asyncTaskId":"%s","type":"x","requestDate":"x","status":"REQ","brand":"C","percentage":1}]' % ("0" * 32)
    assert encode(decode(text, list[models.Task]))
    assert encode(models.ExportCustomer(brand="C", pos_codes=["1"], download_request_id="x"))
threads = [threading.Thread(target=work) for _ in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_the_first_use_by_many_threads_does_not_crash_the_process() -> None:
    # A process has one first use only. One in five or so crashes if two threads have msgspec prepare a struct at once.
    for _ in range(12):
        done = subprocess.run([sys.executable, "-c", MANY_AT_ONCE], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_decoders_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    making: list[object] = []
    most: list[int] = []

    make = msgspec.json.Decoder

    def decoder(kind: Any) -> Any:
        making.append(kind)
        most.append(len(making))
        time.sleep(0.05)
        made = make(kind)
        making.remove(kind)
        return made

    monkeypatch.setattr(msgspec.json, "Decoder", decoder)
    hints = (list[list[Shared]], list[list[Left]], list[list[Right]], list[list[Shared]])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda hint: decode("[[]]", hint), hints)) == [[[]]] * 4
    assert (len(most), max(most)) == (3, 1)


def test_importing_the_codec_compiles_nothing() -> None:
    code = """if True:
        import sys, taskclients_core.codec, msgspec
        structs = vars(sys.modules["taskclients_core.codec.wire_structs"]).values()
        print(sum(isinstance(each, type) and issubclass(each, msgspec.Struct) for each in structs))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


@define(kw_only=True)
class Window:
    until: ServiceStackDate | Unset | None = UNSET


def test_an_absent_member_with_a_format_of_its_own_stays_unset() -> None:
    for text, value in ((b"{}", UNSET), (b'{"until":null}', None)):
        window = decode(text, Window)
        assert window.until is value
        assert encode(window) == text


@pytest.mark.parametrize("item", ["1,", "null ,", '"a,]",', "[[],{}],", '{"a":[1,{"b":"]"}]},'])
@pytest.mark.parametrize("before", [0, 5000, 70_000])
def test_an_item_of_a_long_array_is_found(item: str, before: int) -> None:
    text = f" [ {item * before} true , {item * 20_000} 0]"
    error = failure(text, list[None] if item.startswith("null") else list[int | str | list[Any] | dict[str, Any]])
    assert (error.path, error.found) == (f"$[{before}]", "bool true")


def test_finding_the_path_in_a_long_array_takes_little_memory() -> None:
    text = b"[" + b"1," * (1 << 20) + b"1]"
    tracemalloc.start()
    try:
        error = failure(text, list[str])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (error.path, error.found) == ("$[0]", "int 1")
    assert peak < 8 * len(text)


class Huge(OpenInt):
    ONE = 1
    HUGE = 2**63


@define(kw_only=True)
class Numbers:
    count: int
    level: Level | None = None
    huge: Huge | None = None
    fixed: Literal[7] = 7
    many: list[int] | None = None
    by_name: dict[str, int | None] | None = None
    ratio: float | None = None
    price: DecimalNumber | None = None
    mixed: int | GuidN | None = None
    flag: Literal[True, 1] | None = None
    inner: Numbers | None = None
    others: dict[str, list[int]] = field(factory=dict, metadata=extra())


@pytest.mark.parametrize("lenient", [False, True])
def test_a_number_without_a_fraction_is_an_integer_wherever_the_type_has_one(lenient: bool) -> None:
    text = (
        '{"count": 1.0, "level": 1.0, "huge": 9223372036854775808.0, "fixed": 7.00, "many": [2, 1e2, -0.0],'
        ' "by_name": {"a": 3.0, "b": null}, "ratio": 4.0, "price": 5.00, "mixed": 6.0, "flag": 1.0,'
        ' "inner": {"count": 1E1}, "x": [8.0]}'
    )
    found = decoder(Numbers, lenient=lenient)(text)
    assert found == Numbers(
        count=1,
        level=Level.LOW,
        huge=Huge.HUGE,
        many=[2, 100, 0],
        by_name={"a": 3, "b": None},
        ratio=4.0,
        price=Decimal(5),
        mixed=6,
        flag=1,
        inner=Numbers(count=10),
        others={"x": [8]},
    )
    assert [type(each) for each in (found.count, found.level, found.huge, found.ratio, found.mixed)] == [
        int,
        Level,
        Huge,
        float,
        int,
    ]
    assert str(found.price) == "5.00"


@pytest.mark.parametrize(
    ("text", "hint", "message"),
    [
        ("[1, 1.0, 1.5]", list[int], "expected int, found float 1.5 at $[2]"),
        ('[1.0, {"a": 1}]', list[int], "expected int, found object at $[1]"),
        ("1e4300", int, "expected finite number, found float 1e4300 at $"),
        ("1e99999999999999999999", int, "expected finite number, found float 1e99999999999999999999 at $"),
        ("1e-99999999999999999999", int, "expected int, found float 1e-99999999999999999999 at $"),
        ("1.5", Literal[True, 1], "expected one of True, 1, found float 1.5 at $"),
        ("[1.0, tru]", list[int], "expected int, found float (at $[0]) at $"),
    ],
)
def test_other_numbers_with_a_fraction_are_not_integers(text: str, hint: Any, message: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(text, hint)
    assert message in str(refused.value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**64, 10**400])
def test_integers_have_any_size(value: int) -> None:
    assert decode(encode(value), int) == value
    assert decode(encode(Huge(value)), Huge) == value
    assert repr(decode(str(value), Level)) == f"<Level {value} (unknown)>"
    assert to_text(value, int) == str(value)
    assert decode(f'{{"count": {value}}}', Numbers).count == value
    assert decode(str(2**63), Literal[1, 9223372036854775808]) == 2**63
    with pytest.raises(DecodeError, match="expected one of 1, 9223372036854775808, found int"):
        decode(str(value + 1), Literal[1, 9223372036854775808])
