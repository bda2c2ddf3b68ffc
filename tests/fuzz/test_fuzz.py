"""Random specs that pass lint generate, import, type-check and round-trip. `make fuzz` tries more of them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from .run import run
from .specs import spec

SEEDS = range(50)


# One library is enough: other tests compare the two.
@pytest.mark.parametrize("library", ["httpx"], indirect=True)
def test_specs_that_pass_lint_work(tmp_path: Path, library: ModuleType) -> None:
    notes: list[str] = []
    report = run(SEEDS, tmp_path / "packages", note=notes.append)
    assert not notes, "\n\n".join(notes)
    assert len(report.passed) > 0.4 * len(SEEDS), f"lint refuses most specs: {report.refused}"
    assert report.values > 1000
    assert report.calls > 50


def test_a_seed_always_makes_the_same_spec() -> None:
    assert spec(7) == spec(7) != spec(8)
