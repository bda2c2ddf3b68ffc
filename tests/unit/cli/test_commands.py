"""Command tree of the command line, without a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path, PurePosixPath

import pytest

import taskclients
from dragoman import pipeline
from dragoman.generate import file_tree
from taskclients_core.cli import main
from taskclients_core.cli.actions import ACTIONS
from taskclients_core.cli.commands import RESERVED
from taskclients_core.cli.discovery import Vendors
from taskclients_core.cli.output import cli_message
from taskclients_core.version import VERSION

PARCELS = Path(__file__).parents[2] / "e2e/tasks/parcels.yaml"

EXPORT = ("booster", "export", "customer", "--brand", "CAR", "--pos-code", "1", "--download-request-id", "d")
NOWHERE = ("--base-url", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKCLIENTS_BOOSTER_TOKEN", "token")
    monkeypatch.setenv("TASKCLIENTS_BOOSTER_BASE_URL", NOWHERE[1])
    monkeypatch.delenv("TASKCLIENTS_CREDENTIALS", raising=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "No such command"),
        (("boster", "tasks"), "No such command 'boster'. Did you mean 'booster'?"),
        (("booster", "exprt"), "No such command 'exprt'. Did you mean 'export'?"),
        (("booster", "export", "custmer"), "No such command 'custmer'. Did you mean 'customer'?"),
        ((*EXPORT, "--idempotency-key", "k"), "--idempotency-key: needs --journal"),
        ((*EXPORT, "--restart"), "--restart: requires an --idempotency-key"),
        (("booster", "nonsense"), "No such command"),
        (("booster", "export"), "Usage:"),
        (("booster", "watch"), "Missing argument"),
        (("booster", "watch", "7afaa346"), "RESUME-TOKEN: not a token of a task, or incomplete; `tasks --wide` prints"),
        (("booster", "tasks", "--limit", "few"), "--limit: expected int, found 'few'"),
        (("booster", "tasks", "--limit", "-1"), "--limit: expected a number from 1 on, found -1"),
        (
            (*EXPORT, "--download-host", "https://a.example/f"),
            "--download-host: expected the name of a host, got a URL",
        ),
        (("booster", "cancel", "t1.bad"), "No such command"),
        (("mykaarma", "download", "t1.bad", "x"), "No such command"),
        ((*EXPORT, "--timeout", "soon"), "--timeout: expected seconds"),
        ((*EXPORT, "--timeout", "-1"), "--timeout: expected seconds"),
        ((*EXPORT, "--timeout", "inf"), "--timeout: expected seconds"),
        ((*EXPORT, "--body", "/nowhere.json"), "--body: /nowhere.json cannot be read"),
        ((*EXPORT, "--birthdate-month", "May"), "--birthdate-month: expected int, found 'May'"),
        ((*EXPORT, "--download", "-", "--json"), "cannot both go to stdout"),
        ((*EXPORT, "--base-url", "nonsense"), "--base-url: expected http"),
        (("booster", "recover"), "journal"),
    ],
)
def test_usage(arguments: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    printed = capfd.readouterr()
    assert message in printed.err + printed.out


def test_a_path_that_cannot_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["booster", "recover", *NOWHERE, "--journal", str(tmp_path / "none" / "x.journal")]) in (1, 7)
    assert "Traceback" not in capfd.readouterr().err


def test_help_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "booster" in capfd.readouterr().out
    assert main(["booster", "--help"]) == 0
    shown = capfd.readouterr().out
    assert "export" in shown
    assert "cancel" not in shown, "no page of this vendor documents it"
    assert main(["booster", "export", "customer", "--help"]) == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert "--pos-code, --pos-codes TEXT Legacy codes of the points of sale. [required] Can be repeated." in shown
    assert "TASKCLIENTS_BOOSTER_TOKEN" in shown
    assert "token" not in shown.replace("TOKEN", "").split(), "the credential itself is not in the help"


@pytest.mark.parametrize(
    "words", [(), ("booster",), ("booster", "export"), ("booster", "export", "stock"), ("vendors",)]
)
def test_every_level_has_a_short_help_option(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "-h"]) == 0
    short = capfd.readouterr().out
    assert main([*words, "--help"]) == 0
    assert capfd.readouterr().out == short
    assert "-h, --help" in short


def test_the_version_is_that_of_the_distribution(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"taskclients {VERSION}\n"
    assert taskclients.__version__ == VERSION
    with pytest.raises(AttributeError, match="module 'taskclients' has no attribute 'nonsense'"):
        _ = taskclients.nonsense  # type: ignore[attr-defined]


def test_every_fixed_command_is_implemented() -> None:
    assert ACTIONS.keys() == RESERVED


def test_two_packages_are_served_in_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file_tree.write(pipeline.assemble([PARCELS]), tmp_path / "depot", owned=[PurePosixPath()])
    monkeypatch.syspath_prepend(str(tmp_path))
    parcels, booster = Vendors("depot").get("parcels"), Vendors("taskclients").get("booster")
    assert parcels is not None
    assert booster is not None
    assert parcels.variable("api_key") == "DEPOT_PARCELS_API_KEY"
    assert booster.variable("token") == "TASKCLIENTS_BOOSTER_TOKEN"
    for name, expected in (("depot", ["parcels"]), ("taskclients", ["booster", "lifepos", "mykaarma"])):
        assert main(["vendors", "--json"], package=name) == 0
        assert [json.loads(line)["vendor"] for line in capfd.readouterr().out.splitlines()] == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("name it, as in download_hosts=['files.example']", "name it, as in --download-host files.example"),
        ("it is not among the download_hosts", "it is not among the --download-host"),
        ("base_url: takes no query", "--base-url: takes no query"),
        ("idempotency_key: pass another key", "--idempotency-key: pass another key"),
        ("the task of idempotency_key 'k' has failed", "the task of --idempotency-key 'k' has failed"),
        ("pass restart=True, or free it with `tasks.discard('k')`", "pass --restart, or free it with `discard 'k'`"),
        (
            "needs credentials; pass auth=, or set A, or B",
            "needs credentials; set A, or B, or name a file with --credentials",
        ),
        (
            "more than the 9 bytes that max_response_bytes allows: 10 were announced; increase it",
            "more than the 9 bytes that this command reads: 10 were announced; read it in Python, where you can allow"
            " more",
        ),
        (
            "more than the 9 bytes that PollPolicy.max_bytes allows: 10",
            "more than the 9 bytes that this command reads: 10",
        ),
        ("credentials: f is not UTF-8", "--credentials: f is not UTF-8"),
        ("key: the journal has none; see `tasks.unresolved()`", "KEY: the journal has none; see `recover`"),
        ("resume_token: not a token of a task", "RESUME-TOKEN: not a token of a task"),
        ("it succeeded with errors; partial='accept' takes it", "it succeeded with errors; --accept-partial takes it"),
    ],
)
def test_messages_name_options_of_the_command_line(message: str, expected: str) -> None:
    assert cli_message(ValueError(message)) == expected


def test_shell_completion_knows_vendors_commands_and_options(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_TASKCLIENTS_COMPLETE", "complete_bash")
    for words, expected in {
        "taskclients bo": ["booster"],
        "taskclients booster w": ["wait", "watch"],
        "taskclients booster export customer --downl": ["--download", "--download-host", "--download-request-id"],
        "taskclients booster export stock --type con": ["consigned"],
    }.items():
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
        assert main([]) == 0
        assert sorted(capfd.readouterr().out.split()) == expected


@pytest.mark.parametrize(
    ("started", "program"), [("/usr/bin/acme-clients", "acme-clients"), ("/lib/taskclients/__main__.py", "taskclients")]
)
def test_the_command_has_the_name_under_which_it_was_started(
    started: str, program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise shells would complete a command that does not exist."""
    monkeypatch.setattr(sys, "argv", [started, "booster", "-h"])
    assert main() == 0
    assert f"Usage: {program} booster " in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_descriptions_in_shell_completion_keep_brackets(
    shell: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """typer shows them through rich, for which `[required]` is markup, and a closing tag alone an error."""
    monkeypatch.setenv("_TASKCLIENTS_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "taskclients booster export stock --br")
    assert main([]) == 0
    assert "Brand trigram. [required]" in capfd.readouterr().out
    monkeypatch.setattr("taskclients.booster.exports.export_stock.__doc__", "Stock [/all].")
    monkeypatch.setattr("taskclients.booster.async_tasks.begin_export_stock.__doc__", "Stock [/all].")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "taskclients booster export sto")
    assert main([]) == 0
    assert "Stock [/all]." in capfd.readouterr().out
