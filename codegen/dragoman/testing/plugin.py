"""Fixtures of pytest for whoever uses a client; pytest finds them by itself.

Only what pytest has already is imported here: the plugin is loaded in every run, wanted or not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from . import FakeVendor, VirtualClock

C = TypeVar("C")


@pytest.fixture
def taskclients_clock() -> VirtualClock:
    """A clock that goes only where somebody waits, and there at once; the one of the other fixtures."""
    from . import VirtualClock

    return VirtualClock()


@pytest.fixture
def taskclients_fake(taskclients_clock: VirtualClock) -> Callable[..., FakeVendor]:
    """Make the twin of a vendor: `taskclients_fake("booster", faults=[…], speed=0.0025)`. See `FakeVendor`."""
    from . import FakeVendor

    def make(*specs: str | Path, **options: Any) -> FakeVendor:
        return FakeVendor(*specs, **{"clock": taskclients_clock, **options})

    return make


@pytest.fixture
def taskclients_client(taskclients_fake: Callable[..., FakeVendor]) -> Callable[..., Any]:
    """Make a client that talks to its vendor's twin: `taskclients_client(BoosterClient, faults=[…], speed=0.0025)`.

    Of an asynchronous class too. Other options are the client's own.
    """

    def make(
        kind: Callable[..., C], *, faults: Any = (), speed: float = 1.0, spec: str | Path | None = None, **options: Any
    ) -> C:
        package = kind.__module__.rpartition(".")[0].rpartition(".")[2]
        return taskclients_fake(spec or package, faults=faults, speed=speed).client(kind, **options)

    return make
