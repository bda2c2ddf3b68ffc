"""Model check of submission: every outcome of the request, a crash at every failpoint, and a recovery after it.

No task is begun twice, and none is lost silently. The flows are the real ones; the vendor and the journal are in
memory and outlive the process, which ends at each failpoint that it reaches.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.tasks.submission_harness import (
    OUTCOMES,
    SIMILAR,
    UNIQUE,
    Killed,
    LastingMemory,
    Process,
    RequestOutcome,
    Vendor,
    dying_at,
    start,
)

from taskclients_core.config import CallOptions, RetryPolicy
from taskclients_core.errors import ClientError
from taskclients_core.tasks.errors import SubmissionUnknownError
from taskclients_core.tasks.failpoints import FAILPOINTS
from taskclients_core.tasks.submission import submit as recovery

WORLDS = [
    (outcome, unique, foreign, retry)
    for outcome in OUTCOMES
    for unique in (True, False)
    for foreign in (False, True)
    for retry in (None, RetryPolicy())
]


def lived(
    outcome: RequestOutcome, unique: bool, foreign: bool, retry: RetryPolicy | None, dies: tuple[str, int] | None
) -> Any:
    """Run a submission that may crash at a failpoint, and the recovery by another process; return the results."""
    vendor = Vendor(
        outcome=lambda _: outcome, foreign="nightly" if foreign and not unique else "other" if foreign else None
    )
    journal = LastingMemory()
    submit = start(reconcile=UNIQUE if unique else SIMILAR)
    process = Process(vendor, journal, submit_=submit, options=CallOptions(retry=retry))
    known: set[str] = set()
    reported = sure = False
    with dying_at(*(dies or ("", 1))) as reached:
        try:
            known.add(process.submit().ref.id)
        except Killed:
            pass
        except SubmissionUnknownError:
            reported = True
        except ClientError:
            sure = True  # that nothing was begun
    posts = len(vendor.posts)
    after = Process(vendor, journal, submit_=submit)
    found = {ref.id for ref in after.recover()}
    unknown = after.run(recovery.unresolved(after.registry))
    # Recovery begins no task, and finds the same tasks when repeated.
    assert {ref.id for ref in after.recover()} == found
    assert len(vendor.posts) == posts
    known |= found
    return vendor, known, reported, sure, unknown, reached


def check(
    outcome: RequestOutcome, unique: bool, foreign: bool, retry: RetryPolicy | None, dies: tuple[str, int] | None
) -> list[str]:
    reached: list[str]
    vendor, known, reported, sure, unknown, reached = lived(outcome, unique, foreign, retry, dies)
    assert len(vendor.begun) <= 1, "a duplicate"
    assert "foreign" not in known, "another user's"
    if vendor.begun and not known:
        assert unknown, "lost without a word"
        assert not sure, "said to be refused, but begun"
    if reported:
        assert known or unknown, "reported, but not recorded"
    assert len(known) + len(unknown) <= 1, "two traces of one start"
    if not unique:
        assert not (known and outcome.status is None), "adopted without an echo that is unique"
    if not vendor.posts and not known:
        # Nothing was sent; the intent may be left, and is reported as unresolved.
        assert len(unknown) <= 1
    return reached


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
def test_a_crash_at_any_point_neither_duplicates_nor_loses_a_task(outcome: RequestOutcome) -> None:
    """Invariants S1 and S2."""
    lives = 0
    passed: set[str] = set()
    for world in WORLDS:
        if world[0] is not outcome:
            continue
        undisturbed = check(*world, None)
        lives += 1
        for index, point in enumerate(undisturbed):
            number = undisturbed[: index + 1].count(point)
            check(*world, (point, number))
            lives += 1
            passed.add(point)
    assert lives >= 60
    assert passed <= set(FAILPOINTS)


def test_the_model_has_more_than_900_lives() -> None:
    lives = 0
    for world in WORLDS:
        *_, reached = lived(*world, None)
        lives += len(reached) + 1
    assert lives >= 900, lives


@pytest.mark.parametrize("unique", [True, False])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
def test_recovery_survives_a_crash_during_recovery(outcome: RequestOutcome, unique: bool) -> None:
    """Invariant S2."""
    submit = start(reconcile=UNIQUE if unique else SIMILAR)

    def crashed() -> tuple[Vendor, LastingMemory]:
        vendor, journal = Vendor(outcome=lambda _: outcome), LastingMemory()
        with dying_at("submit.responded" if outcome.status else "submit.sending"), pytest.raises(Killed):
            Process(vendor, journal, submit_=submit).submit()
        if outcome.status is None and outcome.sent:  # the request was on its way when the process died
            vendor.posts.append(None)  # type: ignore[arg-type]
            if outcome.arrives:
                vendor.tasks.append({"asyncTaskId": "task-0", "status": "REQ", "name": "nightly"})
        return vendor, journal

    vendor, journal = crashed()
    with dying_at("") as reached:
        expected = Process(vendor, journal, submit_=submit).recover()
    assert len(expected) == (outcome.arrives and unique)
    for index, point in enumerate(reached):
        vendor, journal = crashed()
        posts = len(vendor.posts)
        with dying_at(point, reached[: index + 1].count(point)), pytest.raises(Killed):
            Process(vendor, journal, submit_=submit).recover()
        after = Process(vendor, journal, submit_=submit)
        assert after.recover() == expected
        assert len(after.run(recovery.unresolved(after.registry))) == 1 - len(expected)
        assert len(vendor.posts) == posts
