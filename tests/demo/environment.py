"""Environment of the demo: freshly generated code, and a sandbox in a new process."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

ROOT: Final = Path(__file__).parents[2]
SECONDS_TO_START: Final = 20.0
SECONDS_TO_STOP: Final = 5.0
SPEED: Final = 2.0
"""Speed of the sandbox; at speed 1 a task takes six seconds."""


class DemoFailed(Exception):  # noqa: N818 - the name reads as a sentence
    """A step of the demo failed; the message says which."""


def regenerate() -> str:
    """Regenerate generated/; return the proof that nothing changed.

    Raises:
        DemoFailed: the specs generate something else than the committed files, or generating fails.
    """
    before = _changes()
    _run(sys.executable, "-m", "dragoman", "generate")
    if before is None:
        _run(sys.executable, "-m", "dragoman", "check")
        return "generated/ is not in git here; dragoman check finds it equal to what the specs make"
    after = _changes()
    if after != before:
        raise DemoFailed(f"generating changed files:\n{after}")
    if before:
        return "nothing changed beside the uncommitted changes that were there before"
    return "git finds nothing changed under generated/"


@contextmanager
def sandbox() -> Generator[str]:
    """Run the sandbox in a new process while the context lasts; yield its URL.

    Raises:
        DemoFailed: it does not start.
    """
    command = [sys.executable, "-m", "dragoman", "sandbox", "--port", "0", "--speed", str(SPEED)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield _url(process, output)
        finally:
            process.terminate()
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _url(process: subprocess.Popen[bytes], output: IO[str]) -> str:
    """Wait until the sandbox prints its address."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        ended = process.poll() is not None
        output.seek(0)
        text = output.read()
        first, newline, _ = text.partition("\n")
        if newline and first.startswith("listening on "):
            return first.removeprefix("listening on ")
        if ended or time.monotonic() > deadline:
            raise DemoFailed(f"the sandbox does not start:\n{text}")
        time.sleep(0.02)


def _changes() -> str | None:
    """Return the changes that git finds under generated/; None if git does not track that folder."""
    if shutil.which("git") is None:
        return None
    tracked = subprocess.run(["git", "ls-files", "generated"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode or not tracked.stdout:
        return None
    return _run("git", "status", "--porcelain", "--untracked-files=all", "--", "generated")


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoFailed(f"{' '.join(command[-2:])} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
