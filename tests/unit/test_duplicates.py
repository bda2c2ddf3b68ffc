"""An object with two members of one name is refused, whatever the text looks like, and nothing else is."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import pytest
from attrs import define, field
from hypothesis import example, given
from hypothesis import strategies as st

from taskclients_core.codec import compiler, decode, decoder, mending_decoder, once
from taskclients_core.codec.mismatch import Mismatch
from taskclients_core.errors import DecodeError
from taskclients_core.formats import DecimalNumber, GuidN
from taskclients_core.model import OneOf, extra, wire_member

LONG = b" " * 20_000
"""Long texts are looked at in another way."""


@define(kw_only=True)
class Cat:
    lives: int | None = None


@define(kw_only=True)
class Dog:
    barks: bool | None = None


@define(kw_only=True)
class Open:
    others: dict[str, Any] = field(factory=dict, metadata=extra())


@define(kw_only=True)
class Box:
    name: str | None = None
    size: int | float | None = None
    note: str | None = field(default=None, metadata=wire_member(nullable=True))
    label: str | None = field(default=None, metadata=wire_member("x-label, or so"))
    boxes: list[Box] | None = None
    by_name: dict[str, Box] | None = None
    anything: Any = None


@define(kw_only=True)
class House(Box):
    price: DecimalNumber | None = None
    pet: Annotated[Cat | Dog, OneOf("kind", {"cat": Cat, "dog": Dog})] | None = None
    cats: Annotated[Cat, OneOf("kind", {"cat": Cat})] | None = None
    either: Cat | Dog | None = None
    open: Open | None = None


@define(kw_only=True)
class Job:
    id: GuidN
    done: int | None = None


@define(kw_only=True)
class Basket:
    cat: Annotated[Cat, OneOf("kind", {"cat": Cat})] | None = None
    size: int | None = None


HINTS = [Any, Box, House, dict[str, Any], Open]


@pytest.mark.parametrize("hint", HINTS, ids=str)
@pytest.mark.parametrize("padding", [b"", LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b'{"name":"a","name":"a"}', "$.name"),
        (b'{"note":null,"note":null}', "$.note"),
        (b'{ "name" : "a" ,\n"size":1, "name" : "b" }', "$.name"),
        (b'\xef\xbb\xbf{"name":"a","name":"b"}', "$.name"),
        (b'{"name":"a","na\\u006de":"b"}', "$.name"),
        (b'{"unknown":1,"unknown":2}', "$.unknown"),
        (b'{"boxes":[{},{"name":"a"},{"boxes":[{"size":1,"size":2}]}]}', "$.boxes[2].boxes[0].size"),
        (b'{"boxes":[],"boxes":[]}', "$.boxes"),
        (b'{"byName":{"a":{},"b":{},"a":{}}}', "$.byName.a"),
        (b'{"by_name":{"a b":{},"b":{},"a b":{}}}', "$.by_name[…]"),
        (b'{"anything":[[1,2],[3,{"a":1,"b":[1,2],"a":{}}]]}', "$.anything[1][1].a"),
        (b'{"price":1.5,"price":1.5}', "$.price"),
        (b'{"pet":{"kind":"cat","kind":"cat"}}', "$.pet.kind"),
        (b'{"cats":{"kind":"cat","lives":1,"lives":2}}', "$.cats.lives"),
        (b'{"either":{"lives":1,"lives":2}}', "$.either.lives"),
        (b'{"open":{"a":1,"a":2}}', "$.open.a"),
        ('{"é":1,"\\u00e9":2}'.encode(), "$['é']"),
        (b'{"\\"":1,"\\u0022":2}', "$[…]"),
        (b'{"":1,"":2}', "$[…]"),
        # Commas that come and commas that go.
        (b'{"size":1,"size":2,"name":"\\u002c"}', "$.size"),
        (b'{"size":1,"size":2,"name":"\\u002C"}', "$.size"),
        (b'{"name":",","name":"","x-label, or so":"\\u002c\\u002c"}', "$.name"),
        (b'{"size":1e15,"size":100000000000000.0}', "$.size"),
        (b'{"cats":{},"size":1,"size":2}', "$.size"),
    ],
)
def test_the_first_of_them_is_named(text: bytes, path: str, padding: bytes, hint: Any) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(text + padding, hint)
    error = caught.value
    assert (error.path, error.expected, error.found) == (path, "one member of each name", "a member given twice")
    assert error.raw == text + padding


@pytest.mark.parametrize("padding", [b"", LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b'{"unknown":1e400,"size":1,"size":2}', "$.size"),
        (b'{"unknown":{"a":1%s,"a":2}}' % (b"0" * 5000), "$.unknown.a"),
        (b'{"unknown":"\xff","unknown":1}', "$.unknown"),
        (b'{"unknown":{"\xff":1,"\xff":1}}', "$.unknown[…]"),
    ],
)
def test_it_is_found_beside_what_nobody_can_hold(text: bytes, path: str, padding: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(text + padding, Box)
    assert (caught.value.path, caught.value.found) == (path, "a member given twice")


def test_a_tag_that_is_not_there_hides_nothing() -> None:
    with pytest.raises(DecodeError, match="given twice"):
        decode(b'{"cat":{"lives":9},"size":1,"size":2}' + LONG, Basket)


@pytest.mark.parametrize(
    "text",
    [
        b'{"name":"a","Name":"b","name ":"c"}',
        b'{"boxes":[{"name":"a"},{"name":"b"}],"name":"c","anything":{"name":"name"}}',
        b'{"name":"\\u002c","size":1}',
        b'{"name":"{\\"a\\":1,\\"a\\":2}"}',
        b'{"name":"a\\\\","size":1,"anything":"\\\\\\""}',
        b'{"unknown":1e400}',
        b'{"unknown":"\xff"}',
        b'{"unknown":{"\xff":1,"\xfe":2}}',
        b'{"unknown":%s}' % (b"9" * 5000),
        b'{"unknown":%d}' % 2**100,
    ],
)
@pytest.mark.parametrize("padding", [b"", LONG], ids=["short", "long"])
def test_all_else_is_read(text: bytes, padding: bytes) -> None:
    read = once(compiler().reader(Box))
    assert isinstance(read(text + padding), Box)
    assert isinstance(read(text + padding), Box)


def test_pages_are_told_apart_however_their_guids_are_spelled() -> None:
    ids = [UUID(int=number << 90) for number in range(400)]
    dashed, undashed = [str(each) for each in ids], [each.hex for each in ids]
    mixed = [(dashed, undashed)[number % 2][number] for number in range(len(ids))]
    read = decoder(list[Job])
    for spelled_ids in (undashed, dashed, mixed, undashed, undashed, dashed, mixed):
        jobs = [f'{{"id":"{each}","done":{number}}}' for number, each in enumerate(spelled_ids)]
        assert [job.id for job in read(f"[{','.join(jobs)}]")] == ids
        jobs[300] = jobs[300].replace('"done"', '"done":1,"done"')
        with pytest.raises(DecodeError, match=r"given twice at \$\[300\].done"):
            read(f"[{','.join(jobs)}]")


def test_texts_and_arrays_have_no_members() -> None:
    assert decode(b'["a","a"]', list[str]) == ["a", "a"]
    assert decode(b'"{\\"a\\":1,\\"a\\":2}"', str) == '{"a":1,"a":2}'


def test_lenient_readers_refuse_it_too() -> None:
    text = b'{"size":null,"size":2}'
    with pytest.raises(DecodeError, match=r"given twice at \$.size"):
        decoder(Box, lenient=True)(text)
    with pytest.raises(DecodeError, match=r"given twice at \$.size"):
        mending_decoder(Box)(text.replace(b"2", b'"2"'), lambda _: None)


@pytest.mark.parametrize("depth", [100, 900, 950, 1_000, 1_000_000])
@pytest.mark.parametrize("hint", [Any, Box, Open])
@pytest.mark.parametrize("inner", [b'{"a":', b'{"a":1,"a":', b'{"a":[{"a":1,"a":'])
def test_depth_is_no_harm(inner: bytes, hint: Any, depth: int) -> None:
    for text in (inner * depth, inner * depth + b"1" + (b"}]}" if b"[" in inner else b"}") * depth):
        with contextlib.suppress(DecodeError):
            decode(text, hint)
            assert b"," not in inner


# -- For every text, as far as hypothesis can find one ----------------------------------------------------------------

Written: TypeAlias = "list[Written] | dict[int, tuple[str, Written]] | str"
NAMES = ["name", "size", "x-label, or so", "boxes", "by_name", "anything", "price", "pet", "kind", ",", "é", "😀"]


def as_text(value: str) -> st.SearchStrategy[str]:
    """The same text in some of its spellings."""
    return st.sampled_from([json.dumps(value), json.dumps(value, ensure_ascii=False), spelled(value)])


def spelled(value: str) -> str:
    units = value.encode("utf-16-be")
    escapes = (f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2))
    return f'"{"".join(escapes)}"'


texts = st.text(st.sampled_from('a,"\\:{}[]é\n/😀')).flatmap(as_text)
numbers = st.sampled_from(["0", "-1", "1.0", "1e15", "100000000000000.0", "1E2", "18446744073709551616", "-0.0"])
scalars = texts | numbers | st.sampled_from(["null", "true", "false"])
gaps = st.sampled_from(["", "", "", " ", "\n\t"])


def container(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.tuples(st.lists(inner, max_size=4), gaps).map(lambda made: f"[{f'{made[1]},{made[1]}'.join(made[0])}]")
    member = st.tuples(st.sampled_from(NAMES).flatmap(as_text), gaps, inner).map(lambda m: f"{m[0]}{m[1]}:{m[1]}{m[2]}")
    return items | objects(member)


def objects(member: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(member, max_size=6), gaps).map(lambda made: f"{{{f'{made[1]},'.join(made[0])}}}")


anything = st.recursive(scalars, container, max_leaves=20)


def box(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An object that is a Box, if no member is given twice."""

    def member(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(as_text(name), gaps, value).map(lambda made: f"{made[0]}{made[1]}:{made[2]}")

    listed = st.lists(inner, max_size=3).map(lambda made: f"[{','.join(made)}]")
    named = st.lists(st.tuples(st.sampled_from("a,é").flatmap(as_text), inner), max_size=3)
    return objects(
        member("name", texts)
        | member("size", numbers)
        | member("note", texts | st.just("null"))
        | member("x-label, or so", texts)
        | member("boxes", listed)
        | member("by_name", named.map(lambda made: f"{{{','.join(f'{name}:{value}' for name, value in made)}}}"))
        | member("anything", anything)
        | member("unknown", anything)
    )


boxes = st.recursive(st.just("{}"), box, max_leaves=12)


def has_twins(text: str) -> bool:
    """The slow and certain way."""
    found: list[bool] = []
    json.loads(text, object_pairs_hook=lambda pairs: found.append(len(dict(pairs)) < len(pairs)))
    return any(found)


def refused(text: str, hint: Any, padding: bytes) -> bool:
    try:
        once(compiler().reader(hint))(text.encode() + padding)
    except Mismatch as mismatch:
        assert mismatch.found == "a member given twice"  # noqa: PT017
        return True
    return False


@given(anything)
@example('{"a":1,"a":"\\u002c"}')
@example('{"a":[1,{"b":1}],"a":",,"}')
def test_any_text_is_refused_if_and_only_if_there_are_twins(text: str) -> None:
    assert refused(text, Any, b"") is refused(text, Any, LONG) is has_twins(text)


@given(boxes)
@example('{"name":"\\u002c","size":1,"size":2}')
@example('{"note":null,"size":1,"size":2}')
def test_any_model_is_refused_if_and_only_if_there_are_twins(text: str) -> None:
    assert refused(text, Box, b"") is refused(text, Box, LONG) is refused(text, House, LONG) is has_twins(text)
