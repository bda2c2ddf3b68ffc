"""Each directory is a test: a spec and its generated code, or a spec and the problems that lint reports.

    tests/cases/<idea>/spec.yaml + expected/         the generated code
    tests/cases/bad-<id>/spec.yaml + problems.txt    the output of lint; with warnings alone, code is generated

`make golden` rewrites the expected files. Behaviour of the generated code is tested beside it, in `test_<idea>.py`.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path, PurePosixPath

import pytest

from dragoman import SpecError, lint
from dragoman.cache import build
from dragoman.diagnostics import Problem
from dragoman.generate import file_tree
from dragoman.spec import yaml_document

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(folder.parent for folder in CASES.glob("*/spec.yaml"))
UPDATE = "to accept it, run: make golden"


@pytest.mark.parametrize("folder", [f for f in FOLDERS if not f.name.startswith("bad-")], ids=lambda f: f.name)
def test_a_spec_becomes(folder: Path, request: pytest.FixtureRequest) -> None:
    made = {PurePosixPath(*path.parts[1:]): text for path, text in build(folder / "spec.yaml").items()}
    expected = folder / "expected"
    if request.config.getoption("--update"):
        file_tree.write(made, expected, owned=[PurePosixPath()])
    difference = file_tree.compare(made, expected, owned=[PurePosixPath()])
    assert not difference, f"\n{difference}\n{UPDATE}"


@pytest.mark.parametrize("folder", [f for f in FOLDERS if f.name.startswith("bad-")], ids=lambda f: f.name)
def test_a_spec_has_problems(folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    problems = _problems(Path("spec.yaml"))
    found = "".join(f"{problem}\n" for problem in problems)
    assert found, f"{folder.name}: nothing is wrong with this spec"
    listed = folder / "problems.txt"
    if request.config.getoption("--update"):
        listed.write_text(found, encoding="utf-8")
    expected = listed.read_text(encoding="utf-8") if listed.exists() else ""
    difference = "".join(
        difflib.unified_diff(
            expected.splitlines(keepends=True), found.splitlines(keepends=True), "problems.txt", "found"
        )
    )
    assert not difference, f"\n{difference}\n{UPDATE}"
    if not lint.errors(problems):
        assert build(Path("spec.yaml"))


def test_every_check_has_a_case() -> None:
    shown = "".join((folder / "problems.txt").read_text(encoding="utf-8") for folder in CASES.glob("bad-*"))
    ids = [check.__name__.removeprefix("check_").replace("_", "-") for check in lint.CHECKS]
    unshown = [each for each in ids if f": {each}: " not in shown]
    assert not unshown, f"no case under tests/cases shows {unshown}"


def test_cases_are_not_updated_in_ci(request: pytest.FixtureRequest) -> None:
    assert not (os.environ.get("CI") and request.config.getoption("--update"))


def _problems(path: Path) -> tuple[Problem, ...]:
    try:
        return lint.check(yaml_document.load(path))
    except SpecError as error:
        return error.problems
