"""A sample of the mutations and refactorings of `python -m tests.diff_mutations`."""

from __future__ import annotations

from .trial import run, run_refactorings, spec_files

SMALL = frozenset({"enums", "nullable", "read-only", "unions", "paging", "tasks-cancelled-and-confirmed"})


def test_sampled_mutations_are_neither_missed_nor_falsely_breaking() -> None:
    report = run((path for path in spec_files() if path.parent.name in SMALL), share=0.3)
    assert report.kinds.total() > 150
    assert report.problems == []


def test_sampled_refactorings_are_no_changes() -> None:
    report = run_refactorings((path for path in spec_files() if path.parent.name in SMALL), share=0.5)
    assert report.kinds.total() > 20
    assert report.problems == []
