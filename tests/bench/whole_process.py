"""Timing of whole processes, in turns, so that a slow phase of the machine affects all of them."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = Path(sys.executable).parent


def medians(commands: Mapping[str, Sequence[Sequence[str]]], *, runs: int, **environment: str) -> dict[str, float]:
    """Return the median wall time in seconds of each named sequence of commands, over `runs` rounds after a warm-up."""
    env = os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"} | environment
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, sequence in commands.items():
            started = time.perf_counter()
            for command in sequence:
                subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(each[1:]) for name, each in times.items()}


def cpu_seconds(command: Sequence[str], **environment: str) -> float:
    """Return the CPU time in seconds of a command and the processes that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"} | environment
    subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(title: str, rows: Mapping[str, float], *, one: str) -> None:
    """Print times with their ratio to the row `one`."""
    width = max(map(len, rows))
    print(f"{title}\n  {'':<{width}}  {'seconds':>9}  {'ratio':>6}")
    for name, seconds in rows.items():
        print(f"  {name:<{width}}  {seconds:9.3f}  {seconds / rows[one]:6.2f}")
