"""Console blocks of the documentation show what the commands print; `make golden` writes it.

Each page with such a block has a scenario: a generator that prepares the folder, and goes on before each block.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from tests.documentation import GUIDE, ROOT, page_name
from tests.test_documentation import LINKED
from tests.unit.diff.git import ENVIRONMENT, new_repository
from tests.unit.diff.parcel_report import NEW, OLD
from tests.unit.docs.parcels import PAGE, SPEC

from dragoman.cli import main
from dragoman.mock_server import Sandbox, serving

CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
INDENTED = re.compile(r"^ +\$ ", re.MULTILINE)


def docs_changes(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Save a page of an invented vendor again, with two changes."""
    specs = Path("specs")
    specs.mkdir()
    spec = specs / "parcels.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    page = Path("list-parcels.txt")
    page.write_text(PAGE, encoding="utf-8")
    for command in ("dragoman docs update list-parcels.txt", "dragoman generate", "git init -q", "git add specs"):
        run(command)
    changed = PAGE.replace("[Packed, Sent]", "[Packed, Sent, Lost]")
    changed = changed.replace("weight int32nullable", "weight int32nullable\n    insured booleanrequired")
    page.write_text(changed, encoding="utf-8")
    yield  # update
    yield  # diff
    yield  # check
    text = SPEC.replace("[Packed, Sent]", "[Packed, Sent, Lost]").replace("on its way.]", "on its way., It is lost.]")
    text = text.replace("[id, state]", "[id, state, insured]")
    spec.write_text(
        text.replace("        label:", "        insured: {type: boolean, description: Insured.}\n        label:"),
        encoding="utf-8",
    )
    yield  # generate


def command_line(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Serve Booster's spec; its tasks stand still."""
    with serving(Sandbox([ROOT / "specs" / "booster.yaml"], speed=1e-6)) as url:
        monkeypatch.setenv("TASKCLIENTS_BOOSTER_BASE_URL", f"{url}/booster")
        monkeypatch.setenv("TASKCLIENTS_BOOSTER_TOKEN", "any")
        yield  # vendors
        yield  # tasks


def reviewing_changes(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Change the spec of an invented vendor after its release."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    dates = {f"GIT_{role}_DATE": "2026-01-01T00:00:00Z" for role in ("AUTHOR", "COMMITTER")}  # part of a commit's id
    for name, value in {**ENVIRONMENT, **dates}.items():
        monkeypatch.setenv(name, value)
    spec = new_repository(Path.cwd()) / "specs" / "parcels.yaml"
    spec.parent.mkdir()
    spec.write_text(OLD, encoding="utf-8")
    for command in ("git add --all", "git commit --quiet --message=release", "git tag v0.1.0"):
        run(command)
    spec.write_text(NEW, encoding="utf-8")
    yield  # diff
    yield  # changelog


def no_output(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """A page without a block that shows output."""
    yield from ()


SCENARIOS = {
    GUIDE / "command-line.md": command_line,
    GUIDE / "docs-changes.md": docs_changes,
    GUIDE / "reviewing-changes.md": reviewing_changes,
}


def prints(block: str) -> bool:
    """Return True if a console block shows what its commands print."""
    return block != "".join(f"$ {command}\n" for command in COMMAND.findall(block))


def run(command: str) -> str:
    """Run a command and return what it prints; `dragoman` in this process, because it takes seconds to import."""
    name, *arguments = shlex.split(command)
    if name != "dragoman":
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        bash = ["bash", "-c", command]
        return subprocess.run(bash, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True).stdout
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        main(arguments)
    return printed.getvalue()


@pytest.mark.parametrize("page", LINKED, ids=page_name)
def test_console_blocks_show_what_commands_print(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    text = page.read_text(encoding="utf-8")
    assert INDENTED.findall(text) == [], "put commands with what they print into a block ```console"
    monkeypatch.chdir(tmp_path)
    shown = [block for block in CONSOLE.findall(text) if prints(block)]
    scenario = SCENARIOS.get(page, no_output)(monkeypatch)
    stale = {}
    for block in shown:
        next(scenario)
        printed = "".join(f"$ {command}\n{run(command)}" for command in COMMAND.findall(block))
        if DATE.sub("", printed) != DATE.sub("", block):
            stale[block] = printed
    scenario.close()
    if pytestconfig.getoption("--update"):
        page.write_text(
            CONSOLE.sub(lambda block: f"```console\n{stale.get(block[1], block[1])}```", text), encoding="utf-8"
        )
    else:
        assert stale == {}
