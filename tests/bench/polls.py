"""Cost of waiting for many tasks of one account, compared with the pollers of other libraries.

    python tests/bench/polls.py [--waits 200 1000] [--rate 500] [--intervals 5]

A server in its own process counts the requests. The tasks end evenly over the given number of intervals. One interval
is the time in which polling each task by itself takes `--rate` requests a second, so that most peers keep up: real
time, scaled down. Each case runs in its own process; its CPU time is that of waiting, without imports and without
starting the tasks. Lag is the time from the end of a task until its caller knows: half an interval on average for a
poller that keeps up. Ratios are to our waits in one event loop. A peer that is not installed is skipped.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from statistics import quantiles
from typing import Any

from pollers import CASES
from task_server import control, serving


def measured(name: str, url: str, count: int, interval: float, intervals: int) -> dict[str, Any]:
    """Prepare a case and run it."""
    control(url, "begin", count, 3600, 0)
    wait = CASES[name](url, count, interval)
    seen: dict[int, float] = {}
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = control(url, "begin", count, interval, interval * (intervals - 1))
    wait(lambda number: seen.setdefault(number, time.monotonic()))
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert len(seen) == count, f"{count - len(seen)} waits did not end"
    return {
        **control(url, "counts"),
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak": after.ru_maxrss / 1024,
        "lags": [seen[number] - end for number, end in enumerate(begun["ends"])],
    }


def _in_a_process(name: str, *options: object) -> dict[str, Any] | None:
    command = [sys.executable, __file__, "--case", name, *map(str, options)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().rsplit("\n", 1)[-1]
        if "Error: No module named" not in reason:
            print(done.stderr, file=sys.stderr)
        print(f"{name}: left out ({reason})", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print, or measure one case in a child process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waits", type=int, nargs="+", default=[200, 1000], help="how many (default: 200 1000)")
    parser.add_argument("--rate", type=float, default=500, help="requests in a second at first (default: 500)")
    parser.add_argument("--intervals", type=int, default=5, help="until the last task ends (default: 5)")
    parser.add_argument("--case", nargs=3, metavar=("NAME", "URL", "WAITS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        name, url, count = options.case
        print(json.dumps(measured(name, url, int(count), int(count) / options.rate, options.intervals)))
        return
    pace = "--rate", options.rate, "--intervals", options.intervals
    for count in options.waits:
        seconds = count / options.rate
        print(f"{count} waits on one account, polled every {seconds:.2g} s for {options.intervals} intervals")
        heads = f"{'requests':>10}{'ratio':>8}{'CPU':>9}{'ratio':>8}{'received':>11}{'lag p50':>10}{'p99':>9}{'RSS':>8}"
        print(f"{'':36}{heads}")
        base: dict[str, Any] | None = None
        for name in CASES:
            with serving() as url:
                found = _in_a_process(name, url, count, *pace)
            if found is None:
                continue
            base = base or found
            sent, cpu = found["requests"], found["cpu"]
            percents = quantiles(found["lags"], n=100)
            row = f"{sent:>10}{sent / base['requests']:>8.1f}{cpu:>7.2f} s{cpu / base['cpu']:>8.1f}"
            row += f"{found['bytes'] / 1e6:>8.1f} MB{percents[49]:>8.2f} s{percents[98]:>7.2f} s"
            row += f"{found['peak']:>5.0f} MB"
            print(f"{name:36}{row}", flush=True)
        print()


if __name__ == "__main__":
    main()
