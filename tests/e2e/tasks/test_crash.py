"""Processes killed at any failpoint: no task is begun twice, and none is lost silently."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.e2e.tasks.crashing import Life, Say, begin, born, dying_at, kills, live, recover, stats, vendor

from taskclients_core.tasks.failpoints import FAILPOINTS

NUMBERS = count()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with vendor() as found:
        yield found


def check(url: str, path: Path, name: str, life: Life, *, settling: bool = False) -> Life:
    """Compare what a process left behind with what the server knows."""
    unique = not name.startswith("drop-ask")
    posts = stats(url).posts.get(name, 0)
    after = live(lambda say: recover(url, path, say, unique=unique))
    server = stats(url)
    begun = server.begun(name)
    known = {*life.all("ref"), *after.all("ref")}
    assert server.posts.get(name, 0) == posts <= 1, "sent twice"
    assert known <= set(begun)
    if not settling:
        assert set(after.all("ref")) >= set(life.all("ref")), "lost after it was told of"
    if begun and not known:
        assert after.all("unknown"), "lost without a word"
    if not posts:
        assert not known
        assert len(after.all("unknown")) <= 1
    assert len(after.all("ref")) + len(after.all("unknown")) <= 1
    return after


def half_begun(url: str, path: Path, name: str, say: Say) -> None:
    dying_at("submit.unknown", 1)
    begin(url, path, name, say)


SCENARIOS: dict[str, Callable[[str, Path, str, Say], None]] = {
    "well": lambda url, path, name, say: begin(url, path, name, say, to_the_end=True),
    "key": lambda url, path, name, say: begin(url, path, name, say, key="k"),
    "refuse": begin,
    "drop-adopt": begin,
    "drop-ask": begin,
    "no-server": lambda url, path, name, say: begin("http://127.0.0.1:9", path, name, say),
    "drop-recover": lambda url, path, name, say: recover(url, path, say),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_killed_at_any_named_point_loses_and_repeats_nothing(url: str, tmp_path: Path, scenario: str) -> None:
    """Invariants S1, S2."""

    def run(point: str, number: int, *, telling: bool = False) -> tuple[Life, Path, str]:
        name = f"{scenario}-{next(NUMBERS)}"
        path = tmp_path / name
        if scenario == "drop-recover":
            first = live(lambda say: half_begun(url, path, name, say))
            assert first.killed

        def work(say: Say) -> None:
            dying_at(point, number, say if telling else None)
            SCENARIOS[scenario](url, path, name, say)

        return live(work), path, name

    undisturbed, path, name = run("", 0, telling=True)
    reached = undisturbed.all("at")
    check(url, path, name, undisturbed, settling=scenario == "well")
    assert set(reached) <= set(FAILPOINTS)
    for index, point in enumerate(reached):
        life, path, name = run(point, reached[: index + 1].count(point))
        assert life.killed
        check(url, path, name, life, settling=point.startswith("journal.settle"))
    _REACHED[scenario] = set(reached)


_REACHED: dict[str, set[str]] = {}


def test_every_named_place_was_come_to() -> None:
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

    def work(say: Say) -> None:
        lock = threading.Lock()

        def one() -> None:
            def said(*words: object) -> None:
                with lock:
                    say(*words)

            begin(url, path, name, said, key="k")

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    lives = [child.ended() for child in [born(work) for _ in range(4)]]
    assert [ref for life in lives for ref in life.all("ref")] == [f"{name}-1"] * 32
    assert stats(url).posts[name] == 1


def test_two_processes_recover_one_journal_without_sharing_an_entry(url: str, tmp_path: Path) -> None:
    """Invariant S7."""
    path = tmp_path / "journal"
    prefix = f"shared-{next(NUMBERS)}"

    def starts(say: Say) -> None:
        for number in range(10):
            begin(url, path, f"{prefix}-{number}", say)

    started = live(starts)

    def work(say: Say) -> None:
        recover(url, path, say)
        time.sleep(0.5)  # keep it alive until the other process has polled

    lives = [child.ended() for child in [born(work) for _ in range(2)]]
    held = [ref for life in lives for ref in life.all("ref")]
    assert sorted(held) == sorted(started.all("ref"))
    # Both are gone now, and a third process takes over.
    assert sorted(live(lambda say: recover(url, path, say)).all("ref")) == sorted(held)
