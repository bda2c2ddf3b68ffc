"""Mutated answers over real sockets end in a value or a documented error. `make fuzz-answers` tries more of them."""

from __future__ import annotations

from types import ModuleType

import pytest

from .mutations import answer_of
from .run import run


# One library is enough: other tests compare the two.
@pytest.mark.serial
@pytest.mark.parametrize("library", ["httpx"], indirect=True)
def test_every_response_ends_in_a_value_or_a_documented_error(library: ModuleType) -> None:
    report = run(range(300), deadline=0.15)  # most of the time is spent waiting for it
    assert not report.problems, report.text()
    assert len(report.outcomes) > 5


def test_a_seed_always_makes_the_same_bytes() -> None:
    first, second, other = (b"".join(answer_of(seed, {"a": [1, 2]}).pieces()) for seed in (7, 7, 8))
    assert first == second != other
