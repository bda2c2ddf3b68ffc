"""Durations in specs."""

from __future__ import annotations

import pytest

from dragoman.spec.task_types import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("PT30S", 30), ("PT1M30S", 90), ("PT0.5S", 0.5), ("P1D", 86400), ("P1DT1H1M1.5S", 90061.5), ("PT0S", 0)],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "30S", "P1M", "P1Y", "PT-1S", "PT1S ", "PT1,5S", "PT\u0661S"])
def test_what_is_none(text: str) -> None:
    assert seconds(text) is None
