"""Schemas that allow any value: `true`, `{}`, and those without a type."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

VALUES: tuple[Any, ...] = ("a", 1, 1.5, True, None, [], [None, {"a": [1]}], {}, {"b": None})


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_any_value_is_sent_and_read(client: Any, wire: Any, part: Any, value: Any) -> None:
    whole = {"value": value, "note": value, "list": [value], "list-of-lists": [[value]], "map": {"x": value}}
    thing = part("models").Thing(value=value, note=value, list_=[value], list_of_lists=[[value]], map={"x": value})
    wire.respond(whole)
    assert client.add_thing(thing) == thing
    assert wire.last.json == whole
    wire.respond([value])
    assert client.set_value(value) == [value]
    assert wire.last.json == value


def test_any_value_is_a_parameter(client: Any, wire: Any, part: Any) -> None:
    thing = part("models").Thing(value=1)
    wire.respond({"value": 1})
    client.add_thing(thing, x_hint={"a": [1]})
    assert wire.last.header("X-Hint") == '{"a":[1]}'


def test_async_against_the_mock_server(generated: Any, mock_url: str, part: Any) -> None:
    async def call() -> None:
        async with generated.AsyncApiClient(mock_url) as client:
            await client.add_thing(part("models").Thing(value=[1]))
            await client.set_value({"a": 1})

    asyncio.run(call())
