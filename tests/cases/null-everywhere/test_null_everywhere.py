"""Null, wherever OpenAPI allows it, is None, and where null and absent differ it is sent as null."""

from __future__ import annotations

from typing import Any

import pytest

NULLS = dict.fromkeys(("state", "place", "note", "notes", "places", "mixed", "animal", "nothing", "anything", "fixed"))
VALUES: dict[str, Any] = {
    "state": "away",
    "place": {"city": "Ulm"},
    "note": "x",
    "notes": ["x", None],
    "places": {"home": None, "work": {"city": "Ulm"}},
    "mixed": {"city": "Ulm"},
    "animal": {"kind": "dog"},
    "nothing": None,
    "anything": {"a": [None]},
    "fixed": "x",
}


def test_null_is_read_and_sent_in_each_place(part: Any, core: Any) -> None:
    thing = part("models").Thing
    read = core.decode(core.codec.encode(NULLS), thing)
    assert all(getattr(read, name) is None for name in NULLS)
    assert core.codec.to_builtins(read) == NULLS


def test_values_are_read_and_sent_in_each_place(part: Any, core: Any) -> None:
    models = part("models")
    whole = {**VALUES, "states": ["away", None, "on leave"], "levels": {"a": 2, "b": None, "c": 3}}
    read = core.decode(core.codec.encode(whole), models.Thing)
    assert read.state is models.State.AWAY
    assert read.places == {"home": None, "work": models.Place(city="Ulm")}
    assert (read.mixed, read.animal) == (models.Place(city="Ulm"), models.Dog())
    assert read.states == [models.State.AWAY, None, models.State("on leave")]
    assert read.levels == {"a": models.Level.HIGH, "b": None, "c": models.Level(3)}
    assert core.codec.to_builtins(read) == whole


@pytest.mark.parametrize("name", NULLS)
def test_a_required_member_may_be_null_but_not_absent(part: Any, core: Any, name: str) -> None:
    with pytest.raises(core.DecodeError, match=name):
        core.decode(core.codec.encode({key: each for key, each in VALUES.items() if key != name}), part("models").Thing)


@pytest.mark.parametrize("name", [*NULLS, "value"])
def test_a_patch_sends_null_for_none_and_nothing_for_unset(
    client: Any, wire: Any, part: Any, core: Any, name: str
) -> None:
    step = part("models").Step
    wire.respond(None)
    assert client.patch_thing([step(op="replace", path="/x", **{name: None}), step(op="remove", path="/x")]) is None
    assert wire.last.json == [{"op": "replace", "path": "/x", name: None}, {"op": "remove", "path": "/x"}]
    assert getattr(step(op="remove", path="/x"), name) is core.UNSET


def test_an_enumeration_has_no_member_for_null(part: Any) -> None:
    state = part("models").State
    assert [each.value for each in state] == ["on duty", "away"]
    assert state.ON.__doc__ is not None


@pytest.mark.parametrize("body", [None, "Place"])
def test_an_optional_body_may_be_null_or_left_out(client: Any, wire: Any, part: Any, body: str | None) -> None:
    wire.respond({})
    client.put_place()
    assert (wire.last.body, wire.last.header("Content-Type")) == (b"", None)
    wire.respond({})
    client.put_place(body and part("models").Place(city="Ulm"))
    assert wire.last.json == (body and {"city": "Ulm"})
    assert wire.last.header("Content-Type") == "application/json"


def test_a_required_body_may_be_null(client: Any, wire: Any, part: Any, core: Any) -> None:
    wire.respond(None)
    assert client.add_state(None) is None
    assert wire.last.json is None
    wire.respond("away")
    assert client.add_state(part("models").State.AWAY) is part("models").State.AWAY
    with pytest.raises(core.InvalidArgumentError, match="body: required"):
        client.add_state(core.UNSET)


def test_a_parameter_of_none_is_left_out(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond(None)
    client.list_things(page=None, state=None, filter=None).page()
    assert wire.last.query == ""
    wire.respond(None)
    client.list_things(page="2", state=models.State.AWAY, filter=models.Place(city="Ulm")).page()
    assert wire.last.query == "page=2&state=away&filter=%7B%22city%22%3A%22Ulm%22%7D"


def test_pages_end_where_anything_on_the_way_to_their_items_or_token_is_null(client: Any, wire: Any, part: Any) -> None:
    place = part("models").Place(city="Ulm")
    lasts: tuple[Any, ...] = (None, {"page": None}, {}, {"page": {"items": None, "next": None}}, {"page": {}})
    for last in lasts:
        wire.respond({"page": {"items": [{"city": "Ulm"}, None], "next": "2"}})
        wire.respond(last)
        assert list(client.list_things()) == [place, None]


def test_an_error_condition_behind_nulls(client: Any, wire: Any, core: Any) -> None:
    for fine in ({"result": None}, {}, {"result": {"id": "1", "errors": ["x"]}}, {"result": {"errors": None}}):
        wire.respond(fine)
        client.put_place()
    for failed in ({"result": {"id": None, "errors": ["x"]}}, {"result": {"errors": [None]}}):
        wire.respond(failed)
        with pytest.raises(core.ApiError):
            client.put_place()


@pytest.mark.parametrize("answer", [{"session": None}, {}, {"session": {"token": None}}])
def test_a_sign_in_without_a_token_is_an_error(generated: Any, wire: Any, part: Any, core: Any, answer: Any) -> None:
    credentials = part("models").Credentials(password="p")
    with generated.ApiClient(wire.url, auth=credentials) as client:
        wire.respond(answer)
        with pytest.raises(core.ApiError, match="no token"):
            client.list_things().page()
        wire.respond({"session": {"token": "t"}})
        wire.respond(None)
        client.list_things().page()
        assert wire.last.header("Authorization") == "Bearer t"


def test_a_required_null_by_default_is_sent(part: Any, core: Any) -> None:
    reset = part("models").Reset
    assert core.codec.to_builtins(reset()) == {"to": None}
    assert core.codec.to_builtins(reset(to="x")) == {"to": "x"}
    assert core.decode("{}", reset) == reset(to=None, by=None)


def test_null_through_a_member_of_a_discriminated_union(part: Any, core: Any) -> None:
    models = part("models")
    for text, value in (("null", None), ('{"kind":"dog"}', models.Dog()), ('{"kind":"cat"}', models.Cat())):
        assert core.decode(text, models.Pet) == value
    with pytest.raises(core.DecodeError, match="one of 'cat', 'dog'"):
        core.decode('{"kind":"cow"}', models.Pet)
