"""`x-sign-in`: the token is sent as the security scheme says."""

from __future__ import annotations

from typing import Any


def test_the_key_goes_into_its_header(generated: Any, wire: Any, part: Any) -> None:
    wire.respond({"key": "k3y"})
    wire.respond([])
    with generated.ApiClient(wire.url, auth=part("models").Login(user_name="ann", password="s3cret")) as client:
        client.list_things()
    assert [(each.target, each.header("X-Session")) for each in wire.requests] == [("/login", None), ("/things", "k3y")]
