"""Short form of `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.soak.jobs import soak


@pytest.mark.serial
def test_jobs_among_faults_and_kills_run_once_and_get_their_files(tmp_path: Path) -> None:
    result = soak(tmp_path, jobs=10, seconds=4.0, seed=2)
    assert (result.twice, result.lost, result.wrong) == ([], [], []), result
    assert result.kills, result
    assert result.faults, result
