"""Small git repositories, independent of the user's configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{role}_NAME": "a" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "a@example.com" for role in ("AUTHOR", "COMMITTER")},
}
"""Variables of git's processes; those of a hook that runs the tests would lead to another repository."""


def environment() -> dict[str, str]:
    """Return the environment of a process that calls git."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | ENVIRONMENT


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment())


def new_repository(folder: Path) -> Path:
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    return folder


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", f"--message={message}")
