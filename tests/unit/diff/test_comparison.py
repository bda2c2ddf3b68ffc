"""Comparison of spec files: which are compared, and what is reported for whole files."""

from __future__ import annotations

import pytest
from tests.unit.diff.parcel_report import ADDED, CHANGES, DESCRIBED, NEW, OLD, REMOVED, comparison

from dragoman.diff.change import Change, Severity
from dragoman.diff.comparison import SpecFile, UnreadableSpecError, spec_diffs
from dragoman.spec.model import Spec


def file(name: str, text: str = OLD) -> SpecFile:
    return SpecFile(name, name.rpartition(":")[2], text.encode())


def test_equal_files_are_left_out_without_being_read() -> None:
    assert spec_diffs([(file("a.yaml", "not a spec"), file("b.yaml", "not a spec"))], lambda *_: CHANGES) == ()


def test_changes_are_ordered_by_severity_and_counted() -> None:
    found = comparison(*CHANGES)
    assert found.specs[0].changes == (REMOVED, ADDED, DESCRIBED)
    assert found.counts == {Severity.BREAKING: 1, Severity.ADDITIVE: 1, Severity.DOCUMENTATION: 1}


def test_a_removed_part_has_its_place_in_the_old_file_and_is_annotated_at_what_is_left() -> None:
    diff = comparison(*CHANGES).specs[0]
    assert str(diff.source(REMOVED)) == "v1:parcels.yaml:26:9"
    assert str(diff.annotated(REMOVED)) == "parcels.yaml:24:7"
    assert str(diff.source(ADDED)) == "parcels.yaml:27:9"


def test_a_removed_spec_breaks_callers_and_a_new_one_does_not() -> None:
    found = spec_diffs([(file("v1:b.yaml"), None), (None, file("a.yaml", NEW))], lambda *_: ())
    assert [(diff.vendor, diff.changes[0].id, diff.changes[0].severity) for diff in found] == [
        ("a", "spec-added", Severity.ADDITIVE),
        ("b", "spec-removed", Severity.BREAKING),
    ]
    assert found[0].changes[0].renamed_from == ""
    assert [str(diff.source(diff.changes[0])) for diff in found] == ["a.yaml:1:1", "v1:b.yaml:1:1"]
    assert [str(diff.annotated(diff.changes[0])) for diff in found] == ["a.yaml:1:1", "b.yaml:1:1"]


def test_a_renamed_file_is_a_likely_rename() -> None:
    found = spec_diffs([(file("b.yaml"), None), (None, file("a.yaml"))], lambda *_: ())
    assert found[0].changes[0].renamed_from == "b"


def test_the_old_file_may_have_a_name_that_no_package_can_have() -> None:
    names: list[str] = []

    def compare(old: Spec, new: Spec) -> tuple[Change, ...]:
        names.extend((old.stem, new.stem))
        return ()

    spec_diffs([(file("/copies/parcels-old (1).yaml"), file("parcels.yaml", NEW))], compare)
    assert names == ["parcels", "parcels"]


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(("text", "problem"), [("{", "yaml-syntax"), (OLD.replace("summary", "sumary"), "")])
def test_a_spec_with_errors_is_not_compared(text: str, problem: str, *, old: bool) -> None:
    broken = file("v1:parcels.yaml", text)
    sound = file("parcels.yaml")
    with pytest.raises(UnreadableSpecError) as error:
        spec_diffs([(broken, sound) if old else (sound, broken)], lambda *_: ())
    assert (error.value.file, error.value.old) == (broken, old)
    assert str(error.value.problems[0]).startswith("v1:parcels.yaml:")
    assert problem in str(error.value.problems[0])
