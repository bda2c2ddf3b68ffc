"""Generated code and user code pass mypy and pyright in their strictest modes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from tests.documentation import PAGES, REFERENCE, as_module, examples, page_name

from dragoman import cache, pipeline
from dragoman.generate import file_tree

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
CASES = sorted(spec for spec in (REPOSITORY / "tests/cases").glob("*/spec.yaml") if spec.parent.name[:4] != "bad-")
CALLS = sorted(HERE.glob("*_calls.py"))
UNTYPED = ("testing.md",)
"""Pages whose examples are pytest functions without annotations; another test runs them."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every golden case, one copy of the runtime, the call sites, and the pages.

    The examples of a page are one module, because they build on each other.
    """
    root = tmp_path_factory.mktemp("typing")
    files = dict(pipeline.assemble([]))
    for spec in CASES:
        name = spec.parent.name.replace("-", "_")
        files |= {PurePosixPath(name, *path.parts[1:]): text for path, text in cache.build(spec).items()}
    file_tree.write(files, root / "cases", owned=[PurePosixPath()])
    for calls in CALLS:
        (root / calls.name).write_text(calls.read_text(encoding="utf-8"), encoding="utf-8")
    for spec in CASES:
        calls = spec.with_name("calls.py")  # they import the package `cases.<name of the case>`
        if calls.exists():
            name = f"{spec.parent.name.replace('-', '_')}_calls.py"
            (root / name).write_text(calls.read_text(encoding="utf-8"), encoding="utf-8")
    (root / "pages").mkdir()
    for page in PAGES:
        if page.name not in UNTYPED:
            module = re.sub(r"\W", "_", page_name(page))
            (root / "pages" / f"{module}.py").write_text("\n\n".join(examples(page)), encoding="utf-8")
    for page in REFERENCE:
        (root / "pages" / f"{page.parent.name}.py").write_text(as_module(page), encoding="utf-8")
    for page in (root / "cases").glob("*/README.md"):
        module = as_module(page).replace("from taskclients.spec ", f"from cases.{page.parent.name} ")
        (root / "pages" / f"case_{page.parent.name}.py").write_text(module, encoding="utf-8")
    return root


def test_mypy_finds_nothing(project: Path) -> None:
    found = _mypy(project, project, ".")
    assert found.startswith("Success: no issues found"), f"\n{found}"


def test_pyright_finds_nothing(project: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": ["."],
        "exclude": ["pages"],
        "extraPaths": [str(REPOSITORY / "generated")],
    }
    (project / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--project", str(project), "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"
    assert done.stdout.rstrip().endswith("0 errors, 0 warnings, 0 informations")


def test_wrong_calls_are_errors(project: Path) -> None:
    calls = (HERE / "wrong_calls.py").read_text(encoding="utf-8")
    marked = re.compile(r"  # type: ignore\[([a-z-]+)\]")
    bare = project / "bare"
    bare.mkdir()
    (bare / "bare_calls.py").write_text(marked.sub("", calls), encoding="utf-8")
    found = re.findall(
        r"^bare_calls\.py:([0-9]+): error: .*\[([a-z-]+)\]$", _mypy(project, bare, "bare_calls.py"), re.MULTILINE
    )
    expected = {
        (str(number), mark[1])
        for number, line in enumerate(calls.splitlines(), start=1)
        for mark in marked.finditer(line)
    }
    assert set(found) == expected
    assert len(found) == len(expected), "one error a line"


def _mypy(project: Path, folder: Path, target: str) -> str:
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "mypy", "--strict", "--python-version", "3.11", "--config-file", ""),
            *("--no-pretty", "--no-error-summary" if target != "." else "--no-color-output"),
            *("--cache-dir", str(project / ".mypy_cache"), target),
        ],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(REPOSITORY / "generated")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
