"""The specs of this repository against the lock, and against saved pages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from tests.documentation import ROOT

from dragoman.cli import main
from dragoman.docs import lock
from dragoman.docs.page import load
from dragoman.docs.readers import read

FOLDER: Final = os.environ.get("TASKCLIENTS_PAGES", "")
"""Folder of saved pages, which are not part of the repository."""


def test_the_specs_state_what_the_locked_pages_state(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["docs", "check"]) == 0, capsys.readouterr().err


def test_the_lock_is_as_the_command_writes_it() -> None:
    path = ROOT / "specs" / "docs.lock"
    assert lock.dump(lock.load(path)) == path.read_text(encoding="utf-8")


@pytest.mark.skipif(not FOLDER, reason="TASKCLIENTS_PAGES names no folder with saved pages")
def test_the_specs_state_what_the_saved_pages_state(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [str(each.resolve()) for each in sorted(Path(FOLDER).glob("*.txt"))]
    monkeypatch.chdir(ROOT)
    assert main(["docs", "check", "--page", *pages]) == 0, capsys.readouterr().err


@pytest.mark.skipif(not FOLDER, reason="TASKCLIENTS_PAGES names no folder with saved pages")
def test_the_saved_pages_are_read_without_rest() -> None:
    for path in sorted(Path(FOLDER).glob("*.txt")):
        found = read(load(path))
        assert (path.name, found.unread, found.contradictions) == (path.name, (), ())
