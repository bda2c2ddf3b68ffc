"""Simulated crashes at named failpoints, to test that a program recovers after its process was killed."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

from taskclients_core.tasks import failpoints
from taskclients_core.tasks.failpoints import FAILPOINTS

_KILLED = 137
"""Exit status that shells report for a process killed with SIGKILL."""


class Crashed(BaseException):
    """Raised where the process would be killed. A BaseException, so that `except Exception` does not catch it."""


@contextmanager
def crashing(at: str, *, kill: bool = False) -> Generator[None]:
    """Crash when a client reaches a failpoint.

        with crashing("submit.responded"), pytest.raises(Crashed):
            client.begin_export_customer(body, idempotency_key="nightly")

    Args:
        at: One of `FAILPOINTS`.
        kill: Exit the process immediately, without cleanup (status 137), instead of raising `Crashed`.
            Without it, every failpoint reached after the first `Crashed` raises it too, because a process that was
            killed does nothing more.

    Raises:
        ValueError: The failpoint does not exist.
    """
    if at not in FAILPOINTS:
        raise ValueError(f"crashing: unknown failpoint: {at!r}; use one of {', '.join(FAILPOINTS)}")
    before, dead = failpoints.failpoint_hook, False

    def reached(point: str) -> None:
        nonlocal dead
        if point == at and kill:
            os._exit(_KILLED)
        dead = dead or point == at
        if dead:
            raise Crashed(at)
        if before is not None:
            before(point)

    failpoints.failpoint_hook = reached
    try:
        yield
    finally:
        failpoints.failpoint_hook = before
