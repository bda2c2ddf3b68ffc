"""Processes killed at any failpoint: no task is begun twice, and none is lost silently."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.e2e.tasks.crashing import Log, Report, begin, born, dying_at, kills, live, recover, stats, vendor

from taskclients_core.tasks.failpoints import FAILPOINTS

NUMBERS = count()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with vendor() as found:
        yield found


def check(url: str, path: Path, name: str, report: Report, *, settling: bool = False) -> Report:
    """Compare what a process left behind with what the server knows."""
    unique = not name.startswith("drop-ask")
    posts = stats(url).posts.get(name, 0)
    after = live(lambda log: recover(url, path, log, unique=unique))
    server = stats(url)
    begun = server.begun(name)
    known = {*report.all("ref"), *after.all("ref")}
    assert server.posts.get(name, 0) == posts <= 1, "sent twice"
    assert known <= set(begun)
    if not settling:
        assert set(after.all("ref")) >= set(report.all("ref")), "lost after it was reported"
    if begun and not known:
        assert after.all("unknown"), "lost without a word"
    if not posts:
        assert not known
        assert len(after.all("unknown")) <= 1
    assert len(after.all("ref")) + len(after.all("unknown")) <= 1
    return after


def half_begun(url: str, path: Path, name: str, log: Log) -> None:
    dying_at("submit.unknown", 1)
    begin(url, path, name, log)


SCENARIOS: dict[str, Callable[[str, Path, str, Log], None]] = {
    "well": lambda url, path, name, log: begin(url, path, name, log, to_the_end=True),
    "key": lambda url, path, name, log: begin(url, path, name, log, key="k"),
    "refuse": begin,
    "drop-adopt": begin,
    "drop-ask": begin,
    "no-server": lambda url, path, name, log: begin("http://127.0.0.1:9", path, name, log),
    "drop-recover": lambda url, path, name, log: recover(url, path, log),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_killed_at_any_failpoint_loses_and_repeats_nothing(url: str, tmp_path: Path, scenario: str) -> None:
    """Invariants S1, S2."""

    def run(point: str, number: int, *, with_log: bool = False) -> tuple[Report, Path, str]:
        name = f"{scenario}-{next(NUMBERS)}"
        path = tmp_path / name
        if scenario == "drop-recover":
            first = live(lambda log: half_begun(url, path, name, log))
            assert first.killed

        def work(log: Log) -> None:
            dying_at(point, number, log if with_log else None)
            SCENARIOS[scenario](url, path, name, log)

        return live(work), path, name

    undisturbed, path, name = run("", 0, with_log=True)
    reached = undisturbed.all("at")
    check(url, path, name, undisturbed, settling=scenario == "well")
    assert set(reached) <= set(FAILPOINTS)
    for index, point in enumerate(reached):
        report, path, name = run(point, reached[: index + 1].count(point))
        assert report.killed
        check(url, path, name, report, settling=point.startswith("journal.settle"))
    _REACHED[scenario] = set(reached)


_REACHED: dict[str, set[str]] = {}


def test_every_failpoint_was_reached() -> None:
    if _REACHED.keys() != SCENARIOS.keys():
        pytest.skip("the test before this one was not run")
    assert len(FAILPOINTS) >= 25
    assert set(FAILPOINTS) == set().union(*_REACHED.values())


def test_a_process_killed_at_any_moment_loses_and_repeats_nothing(url: str, tmp_path: Path) -> None:
    """Invariant S1."""
    chance = random.Random(7)
    for number in range(20):
        kills(url, tmp_path / str(number), f"many-{next(NUMBERS)}", chance.uniform(0.0, 0.3))


def test_four_processes_and_eight_threads_start_one_task_under_one_key(url: str, tmp_path: Path) -> None:
    """Invariant S4."""
    path, name = tmp_path / "journal", f"common-{next(NUMBERS)}"

    def work(log: Log) -> None:
        lock = threading.Lock()

        def one() -> None:
            def logged(*parts: object) -> None:
                with lock:
                    log(*parts)

            begin(url, path, name, logged, key="k")

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    lives = [child.ended() for child in [born(work) for _ in range(4)]]
    assert [ref for report in lives for ref in report.all("ref")] == [f"{name}-1"] * 32
    assert stats(url).posts[name] == 1


def test_two_processes_recover_one_journal_without_sharing_an_entry(url: str, tmp_path: Path) -> None:
    """Invariant S7."""
    path = tmp_path / "journal"
    prefix = f"shared-{next(NUMBERS)}"

    def starts(log: Log) -> None:
        for number in range(10):
            begin(url, path, f"{prefix}-{number}", log)

    started = live(starts)

    def work(log: Log) -> None:
        recover(url, path, log, hold=2.0)  # until the other process has recovered too

    lives = [child.ended() for child in [born(work) for _ in range(2)]]
    held = [ref for report in lives for ref in report.all("ref")]
    assert sorted(held) == sorted(started.all("ref"))
    # Both are gone now, and a third process takes over.
    assert sorted(live(lambda log: recover(url, path, log)).all("ref")) == sorted(held)
