"""Reports of a comparison as text, annotations, JSON, Markdown and change log."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from tests.unit.diff.parcel_report import ADDED, CHANGES, DESCRIBED, NEW, OLD, REMOVED, comparison

from dragoman.diff.change import CallerEffect, Change, Direction, Place, WireEffect
from dragoman.diff.report.changelog import Step, changelog, next_version, required_step
from dragoman.diff.report.data import data
from dragoman.diff.report.markdown import MAX_CHARACTERS, caller, escaped, markdown
from dragoman.diff.report.page import page
from dragoman.diff.report.text import github, text

TEXT = """\
v1 (0123456789) -> working tree: 1 breaking, 1 additive, 1 documentation

parcels: 1 breaking, 1 additive, 1 documentation
  breaking
    v1:parcels.yaml:26:9: member-removed: Parcel.brand: removed
        on the wire: responses are misread: brand was always sent
        for callers (type check, run time): Parcel.brand removed: reading it raises AttributeError, mypy reports it
        used by: parcels.getParcel
  additive
    parcels.yaml:27:9: member-added: Parcel.fragile: added: boolean
        on the wire: clients of the old spec keep working
        for callers: nothing changes
        used by: parcels.getParcel
  documentation
    parcels.yaml:9:7: documentation-changed: documentation: 1 description changed: GET /parcels/{id}
"""
MARKDOWN = """\
### API changes: 1 breaking, 1 additive, 1 documentation

`v1 (0123456789)` → `working tree`

| spec | breaking | additive | documentation |
|---|---:|---:|---:|
| parcels | 1 | 1 | 1 |

<details open><summary><b>parcels</b>: 1 breaking</summary>

* **Parcel.brand**: removed (`v1:parcels.yaml:26:9`)
  * on the wire: responses are misread: brand was always sent
  * for callers (**type check, run time**): `Parcel.brand` removed: reading it raises AttributeError, mypy reports it
  * used by parcels.getParcel

</details>

<details><summary><b>parcels</b>: 1 additive</summary>

* **Parcel.fragile**: added: boolean (`parcels.yaml:27:9`)
  * on the wire: clients of the old spec keep working
  * for callers: nothing changes
  * used by parcels.getParcel

</details>

<details><summary><b>parcels</b>: 1 documentation</summary>

* **documentation**: 1 description changed: GET /parcels/\\{id\\} (`parcels.yaml:9:7`)

</details>
"""
CHANGELOG = """\
### Generated code

Since `v0.1.0`. Version step: minor, 0.1.0 to 0.2.0 (before 1.0.0, a breaking change raises the minor number, any \
other the patch).

**parcels**

* Breaking: `Parcel.brand` removed: reading it raises AttributeError, mypy reports it; old versions: responses are \
misread: brand was always sent.
* Parcel.fragile: added: boolean.
* Documentation: 1 description changed: GET /parcels/\\{id\\}.
"""


def test_text_groups_changes_and_states_both_consequences() -> None:
    assert text(comparison(*CHANGES)) == TEXT


def test_files_that_mean_the_same_are_no_change() -> None:
    found = comparison()
    assert text(found) == (
        "v1 (0123456789) -> working tree: no changes: the files differ, and mean the same\n"
        "\nparcels: the file differs, and means the same\n"
    )
    assert "no changes" in markdown(found)
    assert github(found) == ""
    assert text(comparison(new=OLD)) == "v1 (0123456789) -> working tree: no changes\n"


def test_many_operations_are_counted() -> None:
    many = evolve(ADDED, operations=tuple(f"parcels.get{number}" for number in range(10)))
    assert "parcels.get5 and 4 more\n" in text(comparison(many))


def test_effects_that_another_change_of_the_part_has_are_not_denied() -> None:
    second = evolve(REMOVED, id="null-added", callers=())
    for report in (text, markdown, github, page):
        printed = report(comparison(REMOVED, second))
        assert "ee the other change of this part" in printed
        assert "othing changes" not in printed


def test_annotations_stand_at_lines_of_the_new_spec() -> None:
    lines = github(comparison(*CHANGES)).splitlines()
    assert [line.partition("::Parcel")[0] for line in lines[:2]] == [
        "::error file=parcels.yaml,line=24,col=7,title=breaking%3A member-removed",
        "::notice file=parcels.yaml,line=27,col=9,title=additive%3A member-added",
    ]
    assert "%0Afor callers (type check, run time): Parcel.brand removed" in lines[0]
    assert lines[2].endswith("::documentation: 1 description changed: GET /parcels/{id}")


def test_json_has_stable_keys() -> None:
    found = json.loads(data(comparison(*CHANGES)))
    assert found["counts"] == {"breaking": 1, "additive": 1, "documentation": 1}
    assert found["specs"][0]["changes"][0] == {
        "id": "member-removed",
        "severity": "breaking",
        "place": {
            "words": "Parcel.brand",
            "pointer": "/components/schemas/Parcel/properties/brand",
            "gone": True,
            "file": "v1:parcels.yaml",
            "line": 26,
            "column": 9,
        },
        "direction": "response",
        "old": "string",
        "new": "",
        "summary": "removed",
        "renamed_from": "",
        "wire": {"refused": "", "misread": "brand was always sent"},
        "callers": [
            {
                "name": "Parcel.brand",
                "text": "removed: reading it raises AttributeError, mypy reports it",
                "type_check": True,
                "run_time": True,
            }
        ],
        "operations": ["parcels.getParcel"],
    }


def test_markdown_has_a_summary_and_collapsed_details() -> None:
    assert markdown(comparison(*CHANGES)) == MARKDOWN


def test_a_long_report_fits_into_a_comment_and_counts_what_is_missing() -> None:
    found = markdown(comparison(*[ADDED] * 1000, DESCRIBED))
    assert MAX_CHARACTERS * 0.9 < len(found) <= MAX_CHARACTERS + 100
    shown = found.count("\n* **")
    assert "<b>parcels</b>: 1000 additive" in found
    assert found.endswith(f"\n{1001 - shown} more are too many for a comment: run `dragoman diff` for all of them.\n")


def test_words_of_a_spec_are_no_markup_and_no_mention() -> None:
    assert escaped("<b> | *x* @team fixes #12\nand `y` \x1b[1m") == (
        "&lt;b\\> \\| \\*x\\* @&#8203;team fixes #&#8203;12 and \\`y\\` \\\\x1b\\[1m"
    )
    effect = CallerEffect(name="a `b` @team", text="is gone")
    assert caller(effect) == "``a `b` @team`` is gone"


def test_types_in_consequences_are_code() -> None:
    effect = CallerEffect(name="x", text="changed from `int` to `int | None`: <b>")
    assert caller(effect) == "`x` changed from `int` to `int | None`: &lt;b\\>"


def test_control_characters_of_a_spec_do_not_reach_the_terminal() -> None:
    hostile = evolve(ADDED, summary="added \x1b]0;x\x07::error::y")
    assert "\x1b" not in text(comparison(hostile))
    broken = comparison(evolve(hostile, summary="added\n::error::y"))
    assert github(broken).count("\n") == 1
    assert not any(line.lstrip().startswith("::") for line in text(broken).splitlines())


def test_changelog_lists_consequences_for_callers_and_documentation_in_one_line() -> None:
    assert changelog(comparison(*CHANGES), "v0.1.0") == CHANGELOG


def test_changelog_without_changes_or_without_a_version() -> None:
    assert changelog(comparison(new=OLD), "v0.1.0") == "### Generated code\n\nNo changes since `v0.1.0`.\n"
    assert "Since `main`. Version step: major (before 1.0.0: minor).\n" in changelog(comparison(REMOVED), "main")


def test_changelog_calls_breaking_what_breaks_callers() -> None:
    lines = changelog(comparison(WIRE_ONLY, REMOVED), "v1.0.0").splitlines()
    assert lines[6].startswith("* Breaking: `Parcel.brand` removed")
    assert lines[7] == "* Parcel.fragile: added: boolean; old versions: requests are refused: the path is another one."


WIRE_ONLY = evolve(ADDED, wire=WireEffect(refused="the path is another one"))
CALLERS_ONLY = evolve(ADDED, callers=(CallerEffect(name="x", text="y", type_check=True),))


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ([], None),
        ([DESCRIBED], Step.PATCH),
        ([DESCRIBED, ADDED], Step.MINOR),
        ([WIRE_ONLY], Step.MINOR),
        ([ADDED, CALLERS_ONLY], Step.MAJOR),
        ([REMOVED], Step.MAJOR),
    ],
)
def test_the_version_step_follows_from_what_callers_must_change(changes: list[Change], step: Step | None) -> None:
    assert required_step(changes) is step


@pytest.mark.parametrize(
    ("tag", "step", "expected"),
    [
        ("v1.2.3", Step.MAJOR, ("1.2.3", "2.0.0", Step.MAJOR)),
        ("1.2.3", Step.MINOR, ("1.2.3", "1.3.0", Step.MINOR)),
        ("clients-1.2.3", Step.PATCH, ("1.2.3", "1.2.4", Step.PATCH)),
        ("v0.1.9", Step.MAJOR, ("0.1.9", "0.2.0", Step.MINOR)),
        ("v0.1.9", Step.MINOR, ("0.1.9", "0.1.10", Step.PATCH)),
        ("v0.1.9", Step.PATCH, ("0.1.9", "0.1.10", Step.PATCH)),
        ("release", Step.PATCH, None),
        ("v1.2.3rc1", Step.PATCH, None),
    ],
)
def test_the_next_version(tag: str, step: Step, expected: tuple[str, str, Step] | None) -> None:
    assert next_version(tag, step) == expected


def test_a_change_of_a_whole_spec_has_a_place() -> None:
    whole = Change(
        id="title-changed",
        place=Place(words="API", pointer=""),
        direction=Direction.NONE,
        old="a",
        new="b",
        summary="title changed",
    )
    assert "parcels.yaml:1:1: title-changed: API: title changed" in text(comparison(whole, new=NEW))
