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


def test_secrets_behind_references_and_in_lists_and_maps_are_not_shown(part: Any, core: Any) -> None:
    models = part("models")
    safe = models.Safe(code=PIN, label=SECRET)
    assert repr(safe) == "Safe()"
    secrets = {"old": [SECRET], "keys": [SECRET], "by_name": {"a": [SECRET]}, "choice": PIN, "safe": safe}
    vault = models.Vault(pin=SECRET, name="ann", additional_properties={"x": SECRET}, **secrets)
    assert repr(vault) == "Vault(name='ann')"
    assert repr(models.Nested(vaults=[vault])) == "Nested(vaults=[Vault(name='ann')])"
    extended = models.Extended(pin=SECRET, color="red", additional_properties={"x": SECRET}, **secrets)
    assert repr(extended) == "Extended(name=None, color='red')"
    assert core.decode(core.encode(vault), models.Vault) == vault


@pytest.mark.parametrize(
    "member",
    [
        {"pin": PIN},
        {"old": [PIN]},
        {"keys": [[PIN], PIN]},
        {"byName": {"a": [PIN]}},
        {"choice": SECRET},
        {"safe": {"code": SECRET}},
        {"safe": {"label": PIN}},
        {"x": PIN},
    ],
)
@pytest.mark.parametrize("name", ["Vault", "Extended", "Nested"])
def test_no_mismatch_shows_a_secret(part: Any, core: Any, name: str, member: Any) -> None:
    body = {"pin": "", **member}
    with pytest.raises(core.DecodeError) as caught:
        core.decode(core.encode({"vaults": [body]} if name == "Nested" else body), getattr(part("models"), name))
    assert SECRET not in str(caught.value)
    assert str(PIN) not in str(caught.value)


@pytest.mark.parametrize("lenient", [False, True])
def test_a_secret_without_a_model_is_not_shown(client: Any, wire: Any, core: Any, lenient: bool) -> None:
    for pins in ([PIN, {}], ["", [PIN]], {SECRET: PIN}) if lenient else ([PIN], {SECRET: PIN}):
        wire.respond(pins)
        with pytest.raises(core.DecodeError) as caught:
            client.with_options(lenient=lenient).list_pins()
        assert str(PIN) not in str(caught.value)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("arguments", [{"pins": [f"{SECRET}\udc80"]}, {"device": float(PIN)}])
def test_a_secret_parameter_is_not_shown(client: Any, part: Any, core: Any, arguments: Any) -> None:
    login = part("models").Login(user="ann", password=SECRET)
    with pytest.raises(core.InvalidArgumentError) as caught:
        client.sign_in(login, **arguments)
    assert SECRET not in str(caught.value)
    assert str(PIN) not in str(caught.value)


def test_a_secret_alias_is_not_shown_when_it_is_sent(part: Any, core: Any) -> None:
    array: Any = list
    with pytest.raises(core.InvalidArgumentError) as caught:
        core.encode([SECRET], array[part("models").Device])
    assert SECRET not in str(caught.value)
