"""Completion of the command `taskclients` in real shells, at a terminal: installed, and asked with the tab key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from attrs import define

SECONDS: Final = 30.0
SHELLS: Final = {"bash": ["bash", "-i"], "zsh": ["zsh", "-i"]}


@define
class Terminal:
    """Shell at a terminal."""

    descriptor: int
    screen: str = ""

    def type(self, keys: str, expected: str) -> None:
        """Press keys and wait for a text on the screen."""
        self.screen = ""
        os.write(self.descriptor, keys.encode())
        end = time.monotonic() + SECONDS
        while expected not in self.screen:
            ready, _, _ = select.select([self.descriptor], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"expected {expected!r} after {keys!r}, found {self.screen!r}"
            self.screen += os.read(self.descriptor, 65536).decode(errors="replace")


@contextmanager
def terminal(command: list[str], environment: dict[str, str]) -> Generator[Terminal]:
    child, descriptor = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, environment)  # noqa: S606
    try:
        # Wide enough for the longest line: shells redraw a line that they have to wrap.
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
        yield Terminal(descriptor)
    finally:
        os.close(descriptor)  # ends the shell
        os.waitpid(child, 0)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Terminal]:
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"this machine has no {name}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"HOME": str(tmp_path), "PATH": path, "TERM": "dumb", "LANG": "C.UTF-8", "SHELL": name, "PS1": "$ "}
    # The shell from which it is called is the one for which it is installed.
    install = [name, "-c", "taskclients --install-completion; exit $?"]
    done = subprocess.run(install, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with terminal(SHELLS[name], environment) as found:
        found.type("echo rea''dy\n", "ready")
        yield found


def test_the_tab_key_completes_vendors_commands_options_and_values(shell: Terminal) -> None:
    shell.type("taskclients boo\t", "booster")
    shell.type("exp\t", "export")
    shell.type("sto\t", "stock")
    shell.type("--typ\t", "--type")
    shell.type("stand\t", "standard")
    shell.type("--download-h\t", "--download-host")
