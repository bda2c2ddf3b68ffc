"""Return values and errors by HTTP status."""

from __future__ import annotations

from typing import Any

import pytest


def test_each_success_has_its_type(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"number": 1})
    assert client.place_order() == models.Order(number=1)
    wire.respond({"ticket": "a"}, status=202)
    assert client.place_order() == models.Ticket(ticket="a")
    assert client.place_order() is None


def test_an_unknown_success_is_no_guess(client: Any, wire: Any, core: Any) -> None:
    wire.respond({"number": 1}, status=206)
    with pytest.raises(core.DecodeError, match=r"status 200 or 202 or 204.*status 206"):
        client.place_order()


@pytest.mark.parametrize(
    ("status", "error", "body", "expected"),
    [
        (409, "ConflictError", {"other": 7}, "Conflict(other=7)"),
        (400, "BadRequestError", {"title": "no"}, "Problem(title='no')"),
        (418, "ApiError", {"title": "tea"}, "Problem(title='tea')"),
        (500, "ServerError", {"why": "because"}, "{'why': 'because'}"),
        (409, "ConflictError", {"title": "not what was promised"}, "None"),
        (400, "BadRequestError", b"<html>", "None"),
    ],
)
def test_errors(client: Any, wire: Any, core: Any, status: int, error: str, body: Any, expected: str) -> None:
    wire.respond(body, status=status)
    with pytest.raises(core.ApiError) as caught:
        client.place_order()
    assert type(caught.value) is getattr(core, error)
    assert caught.value.status == status
    assert repr(caught.value.body) == expected
    assert caught.value.raw, "what came is never lost"


def test_no_content(client: Any, wire: Any, core: Any) -> None:
    assert client.cancel_order(1) is None
    wire.respond(b"Never mind.", media_type="text/plain")
    assert client.cancel_order(1) is None, "where nothing is promised, whatever comes is ignored"
    wire.respond(status=404)
    with pytest.raises(core.NotFoundError):
        client.cancel_order(1)


def test_the_text_of_an_error(client: Any, wire: Any, core: Any) -> None:
    wire.respond("On its way to Zürich.".encode(), status=409, media_type="text/plain")
    with pytest.raises(core.ConflictError) as caught:
        client.cancel_order(1)
    assert caught.value.body == "On its way to Zürich."


def test_default_describes_success_and_error(client: Any, wire: Any, core: Any, part: Any) -> None:
    problem = part("models").Problem
    wire.respond({"title": "none"})
    assert client.read_health() == problem(title="none")
    wire.respond({"title": "full disk"}, status=503)
    with pytest.raises(core.ServerError) as caught:
        client.read_health()
    assert caught.value.body == problem(title="full disk")
