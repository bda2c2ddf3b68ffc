"""The diff calls breaking for callers what mypy and griffe call broken, and the reverse; `python -m tests.judges`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.diff_mutations.trial import spec_files
from tests.judges.run import run


@pytest.mark.large
def test_judges_agree_with_the_diff(tmp_path: Path) -> None:
    chosen = [each for each in spec_files() if each.parent.name in ("client-parameters", "paging", "references")]
    report = run(chosen, tmp_path / "packages", each=5)
    assert not report.crashed
    assert not report.disputed, "\n".join(report.disputed)
    broken = [each for each in report.trials if each.failing]
    assert len(report.trials) > len(broken) > 3
    assert any(each.mypy for each in broken)
    assert any(each.griffe for each in broken)
