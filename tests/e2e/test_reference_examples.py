"""The examples of the reference pages, run against the mock server over a socket, and what the pages promise."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.documentation import REFERENCE, examples

from dragoman.testing import FakeVendor
from taskclients_core.auth.environment import Environment, credential_forms
from taskclients_core.security import Api

SETTINGS = {
    "booster": {"TOKEN": "token"},
    "lifepos": {"TOKEN": "token"},
    "mykaarma": {"USERNAME": "u", "PASSWORD": "p"},
}
KNOWN = {"booster": "0" * 32, "mykaarma": "example-process"}
"""Ids of tasks that the examples read."""


def _vendor(page: Path) -> str:
    return page.parent.name


def _client_class(page: Path) -> type[Any]:
    package = import_module(f"taskclients.{_vendor(page)}")
    (name,) = (each for each in package.__all__ if each.endswith("Client") and f"Async{each}" in package.__all__)
    found: type[Any] = getattr(package, name)
    return found


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("page", REFERENCE, ids=_vendor)
def test_all_examples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    vendor = _vendor(page)
    fake = FakeVendor(vendor)
    make, *calls = examples(page)
    with fake.serving() as url:
        monkeypatch.setenv(f"TASKCLIENTS_{vendor.upper()}_BASE_URL", f"{url}/{vendor}")
        for name, value in SETTINGS[vendor].items():
            monkeypatch.setenv(f"TASKCLIENTS_{vendor.upper()}_{name}", value)
        # Files are on the same host; time is that of the fake vendor.
        make = make.replace("files.example.com", url.removeprefix("http://"))
        make = make.replace("Client(", "Client(clock=clock, allow_private_downloads=True, ")
        names: dict[str, Any] = {"clock": fake.clock}
        exec(compile(make, page.name, "exec"), names)  # noqa: S102 - our own pages
        with names["client"]:
            begin = [call for call in calls if "client.begin_" in call]
            for call in begin:
                exec(compile(call, page.name, "exec"), names)  # noqa: S102
            if vendor in KNOWN:
                (store,) = fake.sandbox.mounts[vendor].stores.values()
                store.rename(next(iter(store)), KNOWN[vendor])
            for call in calls:
                if call not in begin:
                    exec(compile(call, page.name, "exec"), names)  # noqa: S102
    downloads = sum("task.download(" in call for call in calls)
    assert len([path for path in tmp_path.iterdir() if path.stat().st_size]) == downloads


@pytest.mark.parametrize("page", REFERENCE, ids=_vendor)
def test_every_method_of_a_vendor_is_on_its_page_and_each_operation_has_an_example(page: Path) -> None:
    text, client = page.read_text(encoding="utf-8"), _client_class(page)
    methods = [name for name, value in vars(client).items() if inspect.isfunction(value) and not name.startswith("__")]
    assert [name for name in methods if f"def {name}(" not in text] == []
    headings = re.findall(r"^### `(\w+)`$", text, re.MULTILINE)
    assert set(headings) == {name for name in methods if not name.startswith("begin_")}
    assert len(headings) == len(set(headings))
    calls = "".join(examples(page))
    assert [name for name in headings if f"client.{name}(" not in calls and f"client.begin_{name}(" not in calls] == []


@pytest.mark.parametrize("page", REFERENCE, ids=_vendor)
def test_environment_variables_are_those_that_clients_read(page: Path) -> None:
    api: Api = _client_class(page).api
    environment = Environment(api)
    read = {environment.variable(name) for form in credential_forms(api) for name in form.names}
    named = set(re.findall(r"`(TASKCLIENTS_\w+)`", page.read_text(encoding="utf-8")))
    assert named == {*read, environment.variable("base_url"), "TASKCLIENTS_CREDENTIALS"}
