"""A process that dies at a named place: what a client has promised to survive."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

from taskclients_core.tasks import failpoints
from taskclients_core.tasks.failpoints import FAILPOINTS

_KILLED = 137
"""The status of a process that was killed with SIGKILL, as shells have it."""


class Crashed(BaseException):
    """The process would be dead now. Nothing that a program catches by accident."""


@contextmanager
def crashing(at: str, *, kill: bool = False) -> Generator[None]:
    """Crash when a client reaches a place, one of `FAILPOINTS`.

        with crashing("submit.responded"), pytest.raises(Crashed):
            client.begin_export_customer(body, key="nightly")

    Args:
        at: Where.
        kill: End the process itself, at once and without any cleaning up (status 137), instead of raising `Crashed`.
            After that exception every further place raises it too, as nothing is done by a process that is dead.

    Raises:
        ValueError: there is no such place.
    """
    if at not in FAILPOINTS:
        raise ValueError(f"there is no place {at!r}: one of {', '.join(FAILPOINTS)}")
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
