"""Time to compare two specs of 1,000 operations, beyond loading them: equal ones, and ones that differ everywhere.

    python tests/bench/diff.py [--runs N] [--operations N]

The specs are those of `large_spec.py`. In the second pair, each operation has another parameter and each schema another
member. Prints milliseconds of CPU, the median of N runs; the goal is less than 1,000.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from attrs import evolve
from large_spec import spec

from dragoman.diff import surface_of
from dragoman.diff.callers.attribution import attribute
from dragoman.diff.callers.effects import effects
from dragoman.diff.wire.changes import changes
from dragoman.spec import reader, yaml_document
from dragoman.spec.model import Spec


def read(data: dict[str, Any]) -> Spec:
    """Return the spec of data that lint would accept."""
    return reader.read(evolve(yaml_document.parse(b"openapi: 3.1.0", Path("large.yaml")), data=data))


def different(data: dict[str, Any]) -> dict[str, Any]:
    """Return data in which every operation and every schema differ."""
    data = copy.deepcopy(data)
    for item in data["paths"].values():
        item["get"]["parameters"][1]["name"] = "most"
    for schema in data["components"]["schemas"].values():
        schema.setdefault("properties", {})["added"] = {"type": "string"}
    return data


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--operations", type=int, default=1_000)
    arguments = parser.parse_args()
    data = spec(arguments.operations)
    old = read(data)
    before = surface_of(old)
    for name, new in (("equal", read(copy.deepcopy(data))), ("different", read(different(data)))):
        after = surface_of(new)
        found = changes(old, new)
        wire = median(partial(changes, old, new), arguments.runs)
        callers = median(lambda: attribute(found, effects(before, after), old, new), arguments.runs)  # noqa: B023
        loading = median(partial(surface_of, new), arguments.runs)
        print(
            f"{arguments.operations} operations, {name}: {wire:.0f} ms, {len(found)} changes; "
            f"{callers:.0f} ms for callers, after {loading:.0f} ms to read the names of each package"
        )


def median(run: Callable[[], object], runs: int) -> float:
    """Return the median time of some runs, in milliseconds of CPU."""
    times: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        run()
        times.append((time.process_time() - start) * 1_000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
