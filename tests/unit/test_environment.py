"""Base URL and credentials from the environment or a private file; no output contains them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from taskclients.booster import BoosterClient
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import SignInByPhoneRequest, SignInRequest
from taskclients.mykaarma import MyKaarmaClient
from taskclients_core import Api, ApiKey, InvalidArgumentError
from taskclients_core.auth.environment import Environment, environment_variable
from taskclients_core.security import ClientCredentials

SECRET = "c4n4ry"


def given(vendor: str, api: Api, file: str | None) -> Mapping[str, object] | None:
    assert api.name == vendor
    return Environment(api).credentials(file)


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TASKCLIENTS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return monkeypatch


def test_a_token_a_pair_and_a_key(known: pytest.MonkeyPatch) -> None:
    known.setenv("TASKCLIENTS_BOOSTER_TOKEN", SECRET)
    assert given("booster", BoosterClient.api, None) == {"bearerAuth": SECRET}
    known.setenv("TASKCLIENTS_MYKAARMA_USERNAME", "ann")
    assert given("mykaarma", MyKaarmaClient.api, None) is None, "half of a pair"
    known.setenv("TASKCLIENTS_MYKAARMA_PASSWORD", SECRET)
    assert given("mykaarma", MyKaarmaClient.api, None) == {"basicAuth": ("ann", SECRET)}


def test_signing_in_takes_what_the_operation_takes(known: pytest.MonkeyPatch) -> None:
    known.setenv("TASKCLIENTS_LIFEPOS_PASSWORD", SECRET)
    known.setenv("TASKCLIENTS_LIFEPOS_PHONE", "+100")
    assert given("lifepos", LifePosClient.api, None) == {
        "bearerAuth": SignInByPhoneRequest(phone="+100", password=SECRET)
    }
    known.setenv("TASKCLIENTS_LIFEPOS_FULL_USERNAME", "ann.lee")
    known.setenv("TASKCLIENTS_LIFEPOS_RESPONSE_TYPE", "Token")
    found = given("lifepos", LifePosClient.api, None)
    assert found is not None
    body = found["bearerAuth"]
    assert isinstance(body, SignInRequest)
    assert (body.full_username, body.password, str(body.response_type)) == ("ann.lee", SECRET, "Token")


def test_two_schemes_that_take_the_same_have_names_of_their_own(known: pytest.MonkeyPatch) -> None:
    api = Api(
        "x",
        schemes={
            "readKey": ApiKey("header", "X-Read"),
            "write-key": ApiKey("header", "X-Write"),
            "app": ClientCredentials("/token"),
        },
        security=(("readKey", "write-key"), ("app",)),
    )
    known.setenv("TASKCLIENTS_X_READ_KEY_API_KEY", "r")
    known.setenv("TASKCLIENTS_X_WRITE_KEY_API_KEY", "w")
    assert given("x", api, None) == {"readKey": "r", "write-key": "w"}
    assert given("x", Api("x"), None) is None, "it wants none"


def test_a_private_file(tmp_path: Path, known: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    known.setenv("TASKCLIENTS_BOOSTER_TOKEN", "of the environment")
    for text in (
        f'{{"booster": {{"token": "{SECRET}"}}}}',
        f'{{"token": "{SECRET}"}}',
        f'[booster]\ntoken = "{SECRET}"\n',
    ):
        file.write_text(text)
        file.chmod(0o600)
        assert given("booster", BoosterClient.api, str(file)) == {"bearerAuth": SECRET}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_use_is_not_read(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(f'{{"token": "{SECRET}"}}')
    file.chmod(mode)
    with pytest.raises(InvalidArgumentError, match=f"mode {mode:04o}.*chmod 600") as caught:
        given("booster", BoosterClient.api, str(file))
    assert SECRET not in str(caught.value)


def test_a_file_of_another_user_is_not_read(tmp_path: Path, known: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials.json"
    file.write_text("{}")
    file.chmod(0o600)
    user = os.geteuid()
    known.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(InvalidArgumentError, match="belongs to another user"):
        given("booster", BoosterClient.api, str(file))


@pytest.mark.parametrize(
    "content", [f"{SECRET} = ", f'{{"token": {SECRET}', '{"booster": 3}', "[[booster]]", '{"token": 3}']
)
def test_a_file_that_makes_no_sense_is_not_repeated(tmp_path: Path, content: str) -> None:
    file = tmp_path / "credentials"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(InvalidArgumentError) as caught:
        given("booster", BoosterClient.api, str(file))
    assert SECRET not in str(caught.value)


def test_no_file_and_no_directory(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot be read"):
        given("booster", BoosterClient.api, str(tmp_path / "nowhere"))
    with pytest.raises(InvalidArgumentError, match="cannot be read"):
        given("booster", BoosterClient.api, str(tmp_path))
    assert environment_variable("taskclients", "booster", "base_url") == "TASKCLIENTS_BOOSTER_BASE_URL"


def api_of(client: Any) -> str:
    return str(client._config.base_url)


def test_a_client_reads_what_it_is_not_given(known: pytest.MonkeyPatch, tmp_path: Path, library: Any) -> None:
    known.setenv("TASKCLIENTS_BOOSTER_BASE_URL", "https://booster.example/v1/")
    known.setenv("TASKCLIENTS_BOOSTER_TOKEN", SECRET)
    seen: list[Any] = []

    def record(request: Any) -> Any:
        seen.append((str(request.url), request.headers.get("authorization")))
        return library.Response(200, json=[])

    class Own(BoosterClient):
        """Client class of the caller's own."""

    def call(make: Any = BoosterClient, *given: Any, **options: Any) -> Any:
        http = library.Client(transport=library.MockTransport(record), **options.pop("http", {}))
        with http, make(*given, http_client=http, **options) as client:
            client.list_tasks()
        return seen[-1]

    assert call() == call(Own) == ("https://booster.example/v1/tasks", f"Bearer {SECRET}")
    assert call(BoosterClient, "https://other.example") == ("https://other.example/tasks", f"Bearer {SECRET}")
    assert call(auth="given")[1] == "Bearer given"
    assert call(auth=lambda request: request)[1] is None
    # What the caller's httpx client sends itself is not replaced.
    assert call(http={"headers": {"authorization": "own"}})[1] == "own"
    assert call(http={"auth": ("a", "b")})[1].startswith("Basic ")
    file = tmp_path / "credentials.toml"
    file.write_text('[booster]\ntoken = "of the file"\n')
    file.chmod(0o600)
    known.setenv("TASKCLIENTS_CREDENTIALS", str(file))
    assert call()[1] == "Bearer of the file"
    file.chmod(0o644)
    with pytest.raises(InvalidArgumentError, match="credentials: other users can access"):
        BoosterClient()


def test_the_variables_of_another_package_are_its_own(known: pytest.MonkeyPatch) -> None:
    class Client(BoosterClient):
        api = Api("booster", "https://default.example")
        __module__ = "company.shop_clients.booster.client"

    known.setenv("TASKCLIENTS_BOOSTER_BASE_URL", "https://booster.example")
    assert api_of(Client()) == "https://default.example"
    known.setenv("COMPANY_SHOP_CLIENTS_BOOSTER_BASE_URL", "https://shop.example")
    assert api_of(Client()) == "https://shop.example"
    Client.__module__ = "test_something"
    assert api_of(Client()) == "https://booster.example"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"booster": {"tokn": "x"}}', r"has an unknown 'tokn'; did you mean 'token'\?"),
        ('{"Token": "x"}', r"has an unknown 'Token'; did you mean 'token'\?"),
        ('password = "x"', r"has an unknown 'password'; known are token"),
        ('[bosster]\ntoken = "x"', r"no table 'booster', but 'bosster'; did you mean 'booster'\?"),
        ("token = 3", "expected a text as token"),
    ],
)
def test_a_misspelt_member_of_the_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "credentials"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(InvalidArgumentError, match=message):
        given("booster", BoosterClient.api, str(file))
    file.write_text('[lifepos]\ntoken = "x"')
    assert given("booster", BoosterClient.api, str(file)) is None, "another vendor's"


def test_a_wrong_base_url_is_shown_with_its_variable(known: pytest.MonkeyPatch) -> None:
    known.setenv("TASKCLIENTS_BOOSTER_BASE_URL", "booster.example")
    with pytest.raises(InvalidArgumentError, match=r"^TASKCLIENTS_BOOSTER_BASE_URL: .* got 'booster\.example'"):
        BoosterClient()
    known.setenv("TASKCLIENTS_BOOSTER_BASE_URL", "ann:wrench@booster.example")
    with pytest.raises(InvalidArgumentError, match=r"a port and a path$"):
        BoosterClient()
