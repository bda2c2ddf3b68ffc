"""`x-secret`: the value is sent, and never shown."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import Any

import pytest

SECRET = "hunter2"
PIN = 271828


def test_a_model_does_not_show_it(part: Any) -> None:
    models = part("models")
    assert repr(models.Login(user="ann", password=SECRET, pin=PIN)) == "Login(user='ann')"
    assert repr(models.Session(user="ann", download_url=f"https://a.example/?sig={SECRET}")) == "Session(user='ann')"


def test_secrets_are_sent(generated: Any, wire: Any, part: Any) -> None:
    _sign_in(generated, wire, part, {"user": "ann", "downloadUrl": SECRET})
    assert wire.last.json == {"user": "ann", "password": SECRET, "pin": PIN}
    assert wire.last.query == f"signature={SECRET}"
    assert wire.last.header("Authorization") == f"Bearer {SECRET}"


def test_no_log_contains_the_secret(generated: Any, wire: Any, part: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _sign_in(generated, wire, part, {"user": "ann", "downloadUrl": SECRET})
    assert SECRET not in caplog.text
    assert str(PIN) not in caplog.text


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"user": "ann", "downloadUrl": SECRET}),
        (500, {"downloadUrl": SECRET}),
        (200, {"user": "ann", "downloadUrl": [SECRET]}),
        (200, {"user": "ann", "downloadUrl": PIN}),
    ],
)
def test_no_error_contains_the_secret(generated: Any, wire: Any, part: Any, core: Any, status: int, body: Any) -> None:
    with pytest.raises(core.ClientError) as caught:
        _sign_in(generated, wire, part, body, status)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):  # noqa: S301
        # A traceback shows lines of code, including this file's; none contains the secret itself.
        for shown in (str(error), repr(error), *traceback.format_exception(error)):
            assert SECRET not in shown
            assert str(PIN) not in shown


def test_no_client_contains_the_secret(generated: Any) -> None:
    with generated.ApiClient(auth=SECRET) as client:
        assert SECRET not in repr(client)
        assert SECRET not in repr(vars(client))


def test_an_invalid_argument_is_not_quoted(client: Any, part: Any, core: Any) -> None:
    login = part("models").Login(user="ann", password=SECRET)
    with pytest.raises(core.InvalidArgumentError) as caught:
        client.sign_in(login, signature=f"{SECRET}\udc80")
    assert SECRET not in str(caught.value)
    with pytest.raises(core.InvalidArgumentError) as caught:
        client.sign_in(part("models").Login(user="ann", password=f"{SECRET}\udc80"))
    assert SECRET not in str(caught.value)


def _sign_in(generated: Any, wire: Any, part: Any, body: Any, status: int = 200) -> Any:
    wire.respond(body, status)
    with generated.ApiClient(wire.url, auth=SECRET) as client:
        return client.sign_in(part("models").Login(user="ann", password=SECRET, pin=PIN), signature=SECRET)
