"""One run of mypy --strict and of pyright strict over all packages of a folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

_CODEGEN: Final = Path(__file__).parents[2] / "codegen"
_LINE: Final = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): error: (?P<message>.*)")


def findings(folder: Path) -> dict[str, list[str]]:
    """Return what the type checkers report, by the name of the package."""
    found: dict[str, list[str]] = {}
    for name, path, message in (*_mypy(folder), *_pyright(folder)):
        package, _, file = path.removeprefix(f"{folder}/").partition("/")
        found.setdefault(package, []).append(f"{name}: {file}: {message}")
    return found


def _mypy(folder: Path) -> list[tuple[str, str, str]]:
    command = ["-m", "mypy", "--config-file=", "--strict", "--python-version=3.11", "--explicit-package-bases"]
    done = subprocess.run(
        [sys.executable, *command, f"--cache-dir={folder.parent / 'mypy'}", "."],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(_CODEGEN)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        ("mypy", each["path"], f"{each['line']}: {each['message']}")
        for each in map(_LINE.match, done.stdout.splitlines())
        if each
    ]
    if done.returncode and not found:
        raise RuntimeError(f"mypy failed:\n{done.stdout}{done.stderr}")
    return found


def _pyright(folder: Path) -> list[tuple[str, str, str]]:
    config = {"pythonVersion": "3.11", "typeCheckingMode": "strict", "extraPaths": [str(_CODEGEN)], "include": ["."]}
    (folder / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"pyright failed:\n{done.stdout[:2000]}{done.stderr[:2000]}") from None
    return [
        ("pyright", each["file"], f"{each['range']['start']['line'] + 1}: {each['message']}")
        for each in report["generalDiagnostics"]
    ]
