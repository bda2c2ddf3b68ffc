"""Random specs that pass lint generate, import, type-check and round-trip. `make fuzz` tries more of them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from .run import run, written

NAMES = [f"s{seed}" for seed in range(25)] + [f"t{seed}" for seed in range(4)]


# One library is enough: other tests compare the two.
@pytest.mark.parametrize("library", ["httpx"], indirect=True)
def test_specs_that_pass_lint_work(tmp_path: Path, library: ModuleType) -> None:
    notes: list[str] = []
    report = run(NAMES, tmp_path / "packages", note=notes.append, mutated=2)
    assert not notes, "\n\n".join(notes)
    assert len(report.passed) > 0.4 * len(NAMES), f"lint refuses most specs: {report.refused}"
    assert report.values > 500
    assert report.calls > 20
    assert report.scenarios > 10
    assert report.mutations > report.accepted


def test_a_name_always_means_the_same_spec() -> None:
    assert written("s7") == written("s7") != written("s8")
    assert written("t7") == written("t7") != written("t8")
