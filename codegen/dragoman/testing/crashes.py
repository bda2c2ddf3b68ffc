"""A process that dies at a named place: what a client has promised to survive."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ..runtime.tasks.crash import POINTS

_KILLED = 137
"""The status of a process that was killed with SIGKILL, as shells have it."""


class Crashed(BaseException):
    """The process would be dead now. Nothing that a program catches by accident."""


@contextmanager
def crashing(client: Callable[..., Any], at: str, *, kill: bool = False) -> Generator[None]:
    """Crash when a client of this class reaches a place, one of `POINTS`.

        with crashing(BoosterClient, "submit.answered"), pytest.raises(Crashed):
            client.start_export_customer(body, key="nightly")

    Args:
        client: A class of clients; all clients of its package are meant.
        at: Where.
        kill: End the process itself, at once and without any cleaning up (status 137), instead of raising `Crashed`.
            After that exception every further place raises it too, as nothing is done by a process that is dead.

    Raises:
        ValueError: there is no such place.
    """
    if at not in POINTS:
        raise ValueError(f"there is no place {at!r}: one of {', '.join(POINTS)}")
    crash = _module(client)
    before, dead = crash.hook, False

    def reached(point: str) -> None:
        nonlocal dead
        if point == at and kill:
            os._exit(_KILLED)
        dead = dead or point == at
        if dead:
            raise Crashed(at)
        if before is not None:
            before(point)

    crash.hook = reached
    try:
        yield
    finally:
        crash.hook = before


def _module(client: Callable[..., Any]) -> Any:
    """Return the module with the hook, of the package that a class belongs to: each has a runtime of its own."""
    for kind in getattr(client, "__mro__", ()):
        package, _, module = kind.__module__.rpartition(".runtime.")
        if module in ("client", "async_client"):
            return import_module(f"{package}.runtime.tasks.crash")
    raise ValueError(f"{client!r} is no class of clients")
