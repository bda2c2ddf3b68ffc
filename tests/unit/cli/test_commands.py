"""The tree of commands, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskclients_core.cli import main

EXPORT = ("booster", "export", "customer", "--brand", "CAR", "--pos-code", "1", "--download-request-id", "d")
NOWHERE = ("--base-url", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASKCLIENTS_BOOSTER_TOKEN", "token")
    monkeypatch.delenv("TASKCLIENTS_CREDENTIALS", raising=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "No such command"),
        (("booster", "nonsense"), "No such command"),
        (("booster", "export"), "Usage:"),
        (("booster", "watch"), "Missing argument"),
        (("booster", "watch", "t1.bad"), "no token of a task"),
        (("booster", "tasks", "--limit", "few"), "--limit: expected int, found 'few'"),
        (("booster", "cancel", "t1.bad"), "No such command"),
        (("mykaarma", "download", "t1.bad", "x"), "No such command"),
        ((*EXPORT, "--timeout", "soon"), "--timeout: expected seconds"),
        ((*EXPORT, "--timeout", "-1"), "--timeout: expected seconds"),
        ((*EXPORT, "--timeout", "inf"), "--timeout: expected seconds"),
        ((*EXPORT, "--body", "/nowhere.json"), "/nowhere.json: it cannot be read"),
        ((*EXPORT, "--birthdate-month", "May"), "--birthdate-month: expected int, found 'May'"),
        ((*EXPORT, "--download", "-", "--json"), "cannot both go to stdout"),
        ((*EXPORT, "--base-url", "nonsense"), "base_url"),
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
    assert "--pos-code, --pos-codes TEXT Legacy codes of the points of sale. [needed] Can be repeated." in shown
    assert "TASKCLIENTS_BOOSTER_TOKEN" in shown
    assert "token" not in shown.replace("TOKEN", "").split(), "the credential itself is not in the help"
