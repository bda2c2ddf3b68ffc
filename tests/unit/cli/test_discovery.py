"""Discovery of vendors, and command words of their operations."""

from __future__ import annotations

import pytest

from taskclients.booster import models
from taskclients_core.auth.environment import environment_variable, kebab
from taskclients_core.cli.discovery import Vendors, argument_docs, command_words, member_docs, summary
from taskclients_core.cli.exit_codes import code_of, worst
from taskclients_core.cli.values import printable, singular
from taskclients_core.errors import ConnectionFailedError, InvalidArgumentError
from taskclients_core.tasks.errors import (
    DownloadError,
    JournalError,
    PollingError,
    TaskCancelledError,
    TaskFailedError,
    TaskInputRequiredError,
    TaskLostError,
    TaskPartialError,
    TaskTimeoutError,
    UnknownStatusError,
)

VENDORS = Vendors("taskclients")


def test_the_vendors_of_this_package() -> None:
    assert VENDORS.names() == ["booster", "lifepos", "mykaarma"]
    assert VENDORS.get("core") is None
    assert VENDORS.get("os") is None
    booster = VENDORS.get("booster")
    assert booster is not None
    words = {begin.words: begin.summary for begin in booster.begins}
    assert words["export", "customer"] == "Start an export of customers."
    assert ("export", "sell-out") in words
    assert [task_type.name for task_type in booster.task_types] == ["booster.task"]


def test_what_a_client_must_know_has_the_texts_of_its_class() -> None:
    lifepos = VENDORS.get("lifepos")
    assert lifepos is not None
    name, parameter, about = lifepos.client_parameters[1]
    assert (name, parameter.name, parameter.required) == ("client_identifier", "X-LP-Client-Identifier", True)
    assert about == "Id of the program that calls, for example a UUID."


def test_commands_do_not_collide() -> None:
    """An operation collides with a built-in command, or a group with a command."""
    names = ["wait_list", "sync", "sync_all", "watch", "export_a_b", "export_c"]
    found = command_words(names, frozenset({"wait", "watch"}))
    assert found == [("wait-list",), ("sync",), ("sync-all",), ("begin-watch",), ("export", "a-b"), ("export", "c")]


@pytest.mark.parametrize(
    ("many", "one"),
    [("pos-codes", "pos-code"), ("hobbies", "hobby"), ("customer-status", "customer-status"), ("addresses", "address"),
     ("statuses", "status"), ("boxes", "box"), ("uuids", "uuid"), ("class", "class"), ("ids", "id"), ("as", "as")],
)  # fmt: skip
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


def test_spelling_of_options_and_variables_and_printable_text() -> None:
    assert (kebab("posCodes"), kebab("pos_codes_"), kebab("X-LP-Client")) == ("pos-codes", "pos-codes", "x-lp-client")
    assert environment_variable("taskclients", "my-vendor", "api_key") == "TASKCLIENTS_MY_VENDOR_API_KEY"
    assert printable("a\x1b[31m\r\nb\tc\x07‮d é") == "a�[31m b c��d é"


def test_docstrings_of_generated_code_become_help() -> None:
    assert member_docs(models.ExportStock)["brand"] == "Brand trigram."
    assert member_docs(models.ExportStock)["include_extra_info"].endswith("it counts as false.")
    assert member_docs(int) == {}

    def documented() -> None:
        """Do it.

        Args:
            one: First
                of all. Assumed: Not documented.
            two: Second.

        Returns:
            three: Nothing.
        """

    assert summary(documented) == "Do it."
    assert argument_docs(documented) == {"one": "First of all.", "two": "Second."}
    assert (summary(None), dict(argument_docs(None))) == ("", {})


def test_exit_codes() -> None:
    codes = {
        InvalidArgumentError: 1, TaskFailedError: 2, TaskCancelledError: 2, TaskLostError: 2, TaskPartialError: 3,
        TaskInputRequiredError: 4, TaskTimeoutError: 5, PollingError: 7, UnknownStatusError: 7, DownloadError: 7,
        JournalError: 7, ConnectionFailedError: 7,
    }  # fmt: skip
    assert {kind: code_of(kind("x")) for kind in codes} == codes
    assert code_of(None) == 0
    assert (worst([0, 5, 3, 4, 2]), worst([5, 3, 0]), worst([0, 0]), worst([])) == (2, 3, 0, 0)
