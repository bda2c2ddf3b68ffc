"""`const`: the caller may leave the value out, and a response with another value is an error."""

from __future__ import annotations

from typing import Any

import pytest

SENT = {"kind": "order.placed", "version": 2, "final": True, "subject": "42"}


def test_constants_are_sent(client: Any, wire: Any, part: Any) -> None:
    event = part("models").Event(subject="42")
    wire.respond(SENT)
    assert client.send_event(event) == event
    assert wire.last.json == SENT


def test_an_optional_constant(client: Any, wire: Any, part: Any) -> None:
    wire.respond(SENT | {"channel": "web"})
    assert client.send_event(part("models").Event(subject="42", channel="web")).channel == "web"
    assert wire.last.json == SENT | {"channel": "web"}


@pytest.mark.parametrize("wrong", [{"kind": "order.lost"}, {"version": 3}, {"final": False}, {"channel": "phone"}])
def test_another_value_is_refused(part: Any, core: Any, wrong: Any) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode(core.encode(SENT | wrong), part("models").Event)
    assert caught.value.path == f"$.{next(iter(wrong))}"
