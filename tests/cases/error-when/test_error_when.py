"""`x-error-when`: a 200 whose body reports a failure is an error."""

from __future__ import annotations

from typing import Any

import pytest

ERRORS = [{"errorCode": 7, "errorMessage": "no such dealer"}]


@pytest.mark.parametrize("body", [{"errors": ERRORS}, {"errors": ERRORS, "requestUuid": None}], ids=["absent", "null"])
def test_a_failure(client: Any, wire: Any, part: Any, core: Any, body: Any) -> None:
    models = part("models")
    wire.respond(body)
    with pytest.raises(core.ApiError, match="200 OK") as caught:
        client.create_dealer()
    assert caught.value.status == 200
    assert caught.value.body == models.Created(errors=[models.Fault(error_code=7, error_message="no such dealer")])


@pytest.mark.parametrize(
    "body", [{"requestUuid": "a"}, {"requestUuid": "a", "errors": ERRORS}, {"errors": []}, {}], ids=str
)
def test_a_success(client: Any, wire: Any, body: Any) -> None:
    wire.respond(body)
    assert client.create_dealer().request_uuid == body.get("requestUuid")
