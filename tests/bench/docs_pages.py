"""CPU time of `dragoman docs check --page`, beyond start-up and loading specs; and time and memory for hostile pages.

    TASKCLIENTS_PAGES=FOLDER python tests/bench/docs_pages.py [--rounds 5]

Each round is a new process, which reads each page once and compares it with the specs. Without a folder of saved pages,
the pages are those that the tests write, compared with the documents of their operations. The goals are 100 ms
for four pages; 500 ms and 100 MB for a hostile page.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
FOLDER = os.environ.get("TASKCLIENTS_PAGES", "")
WRITTEN = ("JavaScript", "table as Markdown", "flat text", "HTML")


def steps() -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield what is measured: loading the specs, and then each page with the number of its findings."""
    return _saved() if FOLDER else _written()


def _saved() -> Iterator[tuple[str, Callable[[], int]]]:
    from dragoman.docs import binding, compare, lock, page, readers, report

    specs = []
    entries = lock.load(ROOT / "specs" / "docs.lock")

    def load() -> int:
        specs.extend(binding.load(sorted((ROOT / "specs").glob("*.yaml"))))
        return 0

    def elsewhere(spec: binding.Spec, url: str) -> Iterator[compare.LockedPage]:
        for entry in entries:
            known = spec.operation(entry.operation)
            if entry.spec == spec.name and entry.url != url and known:
                yield compare.LockedPage(url=entry.url, operation=entry.operation_facts, known=known)

    def check(path: Path) -> int:
        facts = readers.read(page.load(path))
        found = []
        for bound in binding.bind(facts, specs, entries):
            others = elsewhere(bound.spec, bound.spec.urls[bound.known.name])
            assumed = bound.spec.assumed
            several = compare.compare(facts, bound.operation, bound.known, assumed, elsewhere=others)
            found += [report.report(each, facts.source, bound.spec.document) for each in compare.merged(several)]
        return sum(not each.is_note for each in found)

    yield "specs", load
    for path in sorted(Path(FOLDER).iterdir()):
        yield path.name, lambda path=path: check(path)


def _written() -> Iterator[tuple[str, Callable[[], int]]]:
    from tests.unit.docs.mutations import Rendering, findings
    from tests.unit.docs.renderings import RENDERINGS
    from tests.unit.docs.writers.openapi import as_json

    from dragoman.docs import readers
    from dragoman.docs.facts import OperationFacts

    chosen = [each for each in RENDERINGS if each.name in WRITTEN]
    pages = {each.name: each.write(each.operations[0]).page for each in chosen}
    documents = {each.name: as_json(each.operations[0]).page for each in chosen}
    known: dict[str, OperationFacts] = {}

    def load() -> int:
        known.update({name: readers.read(each).operations[0] for name, each in documents.items()})
        return 0

    def check(each: Rendering) -> int:
        return len(findings(readers.read(pages[each.name]), known[each.name]))

    yield "specs", load
    for each in chosen:
        yield each.name, lambda each=each: check(each)


def measure() -> dict[str, float]:
    """Return the CPU seconds of each step, each done once."""
    found: dict[str, float] = {}
    for name, step in steps():
        start = time.process_time()
        if step():
            raise SystemExit(f"{name}: the page and the spec differ; run dragoman docs check --page")
        found[name] = time.process_time() - start
    return found


def hostile() -> None:
    """Print the pages that take most time and memory."""
    from tests.unit.docs.hostile import PAGES

    from dragoman.docs.page import PageError, parse
    from dragoman.docs.readers import read

    def refuse(raw: bytes) -> None:
        try:
            read(parse(raw, "page"))
        except PageError:
            return
        raise SystemExit("a hostile page was read")

    times: dict[str, float] = {}
    memory: dict[str, int] = {}
    for name, write in PAGES.items():
        raw = write().encode()
        start = time.process_time()
        refuse(raw)
        times[name] = time.process_time() - start
        tracemalloc.start()
        refuse(raw)
        memory[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    slowest, largest = max(times, key=times.__getitem__), max(memory, key=memory.__getitem__)
    print(f"\n{len(times)} hostile pages: at most {times[slowest] * 1e3:.0f} ms of CPU ({slowest}; goal: 500 ms)")
    print(f"and {memory[largest] / 1e6:.0f} MB ({largest}; goal: 100 MB)")


def main() -> None:
    """Measure the pages in new processes, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="processes (default: 5)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure()))
        return
    rounds: list[dict[str, float]] = []
    for _ in range(options.rounds):
        command = [sys.executable, __file__, "--child"]
        rounds.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    medians = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    specs = medians.pop("specs")
    whole = statistics.median(sum(each.values()) - each["specs"] for each in rounds)
    for name, seconds in medians.items():
        print(f"{name:44}{seconds * 1e3:8.1f} ms")
    print(f"{f'{len(medians)} pages, read and compared (goal: 100 ms)':44}{whole * 1e3:8.1f} ms")
    print(f"{'specs, loaded':44}{specs * 1e3:8.1f} ms; pages / specs: {whole / specs:.2f}")
    hostile()


if __name__ == "__main__":
    main()
