"""Empty virtual environments, into which tests install what users install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


@cache
def find_uv() -> str | None:
    """Return the path of uv; None if there is none, and pip made this environment."""
    found = shutil.which("uv")
    if found is None and find_spec("pip") is None:  # uv made it, and is no longer on the PATH
        found = run("bash", str(ROOT / ".ci" / "find-uv")).stdout.strip()
    return found


def environment(folder: Path, *requirements: str) -> str:
    """Install requirements into an empty environment and return its Python."""
    target = folder / "venv"
    python = target / ("Scripts" if os.name == "nt" else "bin") / "python"
    if uv := find_uv():
        run(uv, "venv", "--quiet", "--python", sys.executable, str(target))
    else:
        run(sys.executable, "-m", "venv", "--without-pip", str(target))
    pip(str(python), "install", *requirements)
    return str(python)


def pip(python: str, what: str, *packages: str) -> None:
    """Install or uninstall in an environment."""
    if uv := find_uv():
        run(uv, "pip", what, "--quiet", "--python", python, *packages)
    else:
        more = ["--yes"] if what == "uninstall" else ["--no-compile"]  # most modules are never imported
        command = [sys.executable, "-m", "pip", "--python", python, what, "--quiet", "--disable-pip-version-check"]
        run(*command, *more, *packages)


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed, outside this environment."""
    variables = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done
