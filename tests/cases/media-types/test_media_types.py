"""`x-media-types`: responses in formats other than JSON, chosen by the caller."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_table(client: Any, wire: Any, part: Any) -> None:
    wire.respond(b'PETNAME,tags,age\r\nTom,"[cat,""a,b""]",3\r\nRex,[],\r\n', media_type="text/csv")
    pets = client.with_options(media_type="text/csv").list_pets()
    pet = part("models").Pet
    assert pets == [pet(pet_name="Tom", tags=["cat", "a,b"], age=3), pet(pet_name="Rex", tags=[])]
    assert wire.last.header("Accept") == "text/csv"


def test_rows(client: Any, wire: Any) -> None:
    wire.respond(b'{"petName":"Tom","tags":[]}\n{"petName":"Rex","tags":[]}\n', media_type="text/jsonl")
    rows = client.with_options(media_type="text/jsonl").stream(client.list_pets)
    assert [pet.pet_name for pet in rows] == ["Tom", "Rex"]


def test_json_without_a_choice(client: Any, wire: Any) -> None:
    wire.respond({"petName": "Tom", "tags": []})
    assert client.get_pet("Tom").pet_name == "Tom"
    assert wire.last.header("Accept") == "application/json"


def test_what_an_operation_does_not_have(client: Any, core: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match="application/json, text/csv, text/jsonl, got 'text/jsv'"):
        client.with_options(media_type="text/jsv").list_pets()
    with pytest.raises(core.InvalidArgumentError, match="application/json, text/csv, got 'text/jsonl'"):
        client.with_options(media_type="text/jsonl").get_pet("Tom")
    with pytest.raises(core.InvalidArgumentError, match="XML is not supported"):
        client.with_options(media_type="application/xml").get_pet("Tom")


def test_a_file_is_not_concerned(client: Any, wire: Any) -> None:
    wire.respond(b"\x89PNG", media_type="image/png")
    assert client.with_options(media_type="text/csv").get_picture("Tom") == b"\x89PNG"
    assert wire.last.header("Accept") == "image/png"
