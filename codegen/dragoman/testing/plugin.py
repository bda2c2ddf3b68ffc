"""pytest plugin: fixtures for tests of programs that use a client.

    pytest_plugins = ["dragoman.testing.plugin"]        # in the top conftest.py

Loading it imports nothing beyond pytest and the standard library. It is no entry point: with one, pytest would rewrite
the assertions of all of our packages in every run on the machine.
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
    """Virtual clock, shared with the other fixtures: `sleep` returns immediately and advances the time."""
    from . import VirtualClock

    return VirtualClock()


@pytest.fixture
def taskclients_fake(taskclients_clock: VirtualClock) -> Callable[..., FakeVendor]:
    """Factory of fake vendors: `taskclients_fake("booster", faults=[…], speed=0.0025)`. See `FakeVendor`.

    A spec of your own is given by its path: `taskclients_fake("specs/acme.yaml")`.
    """
    from . import FakeVendor

    def make(*specs: str | Path, **options: Any) -> FakeVendor:
        return FakeVendor(*specs, **{"clock": taskclients_clock, **options})

    return make


@pytest.fixture
def taskclients_client(taskclients_fake: Callable[..., FakeVendor]) -> Callable[..., Any]:
    """Factory of clients of a fake vendor: `taskclients_client(BoosterClient, faults=[…], speed=0.0025)`.

    The class may be asynchronous. `spec` is the vendor's name or the path of a spec; default: the vendor of the class.
    Other options are passed to the class.
    """

    def make(
        kind: Callable[..., C], *, faults: Any = (), speed: float = 1.0, spec: str | Path | None = None, **options: Any
    ) -> C:
        package = kind.__module__.rpartition(".")[0].rpartition(".")[2]
        return taskclients_fake(spec or package, faults=faults, speed=speed).client(kind, **options)

    return make
