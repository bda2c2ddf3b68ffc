"""Output and exit status of `dragoman docs`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.docs.parcels import PAGE, SPEC

from dragoman.cli import main

SAVED = Path("list-parcels.txt")
LOCK = Path("specs/docs.lock")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    Path("specs/parcels.yaml").write_text(SPEC, encoding="utf-8")
    save(PAGE)


def save(text: str) -> None:
    SAVED.write_text(text, encoding="utf-8")


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(SAVED.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def test_a_page_that_fits_its_spec_has_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "check", "--page", str(SAVED)]) == 0
    assert capsys.readouterr() == ("", "pages compared: 1; findings: 0\n")


def test_a_finding_has_both_places_and_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    save(PAGE.replace("weight int32nullable", "weight int32"))
    assert main(["docs", "check", "--page", str(SAVED)]) == 1
    text = capsys.readouterr().err
    assert text.startswith("specs/parcels.yaml:45:9: docs-differs: parcels.listParcels: 200 items[].weight: nullable: ")
    assert f"the page says false (list-parcels.txt:{line_of('weight int32')}), the spec says true\n" in text
    assert "\n  hint: remove 'null' from its type\n" in text


@pytest.mark.parametrize("broken", [SAVED, Path("specs/parcels.yaml")], ids=["page", "spec"])
def test_files_that_cannot_be_read_are_reported_for_github(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken.write_text("", encoding="utf-8")
    assert main(["docs", "check", "--page", str(SAVED), "--format", "github"]) == 1
    assert capsys.readouterr().err.startswith(f"::error file={broken.as_posix()},line=1,")


def test_findings_for_github_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    save(PAGE.replace("characters", "signs").replace("<= 40 signs", "<= 41 characters"))
    assert main(["docs", "check", "--page", str(SAVED), "--format", "github"]) == 1
    assert "::error file=specs/parcels.yaml,line=" in capsys.readouterr().err
    assert main(["docs", "check", "--page", str(SAVED), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    (note,) = [each for each in found if each["place"] == "query note"]
    assert (note["id"], note["attribute"], note["page"]["value"], note["spec"]) == ("docs-differs", "maxLength", 41, 40)
    assert note["page"] == {"file": "list-parcels.txt", "line": line_of("<= 41"), "value": 41}
    assert note["hint"] == "write: maxLength: 41"


def test_update_writes_the_lock_and_prints_the_change_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "update", str(SAVED)]) == 0
    assert capsys.readouterr().out.startswith("Parcels: parcels.listParcels: the page is new: ")
    assert main(["docs", "update", str(SAVED)]) == 0
    assert "nothing changed since" in capsys.readouterr().out
    page = PAGE.replace("[Packed, Sent]", "[Packed, Sent, Lost]", 1).replace("    label string\n", "    tag string\n")
    save(page.replace("note string", "note stringrequired"))
    assert main(["docs", "update", str(SAVED)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Parcels: state gained Lost",
        "Parcels: note became required",
        "Parcels: items[].tag is new",
        "Parcels: items[].label was removed",
    ]


def test_the_specs_are_compared_with_the_lock(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "update", str(SAVED)]) == 0
    capsys.readouterr()
    SAVED.unlink()
    assert main(["docs", "check"]) == 0
    assert capsys.readouterr().err.startswith("pages compared: 1 (lock: 1, the oldest of ")
    Path("specs/parcels.yaml").write_text(SPEC.replace("maxLength: 40", "maxLength: 50"), encoding="utf-8")
    assert main(["docs", "check"]) == 1
    line = next(n for n, each in enumerate(LOCK.read_text(encoding="utf-8").splitlines(), 1) if "maxLength: 40" in each)
    assert f"the page says 40 (specs/docs.lock:{line}), the spec says 50" in capsys.readouterr().err


def test_a_locked_page_that_contradicts_itself_is_a_finding_until_the_spec_decides(
    capsys: pytest.CaptureFixture[str],
) -> None:
    save(f"{PAGE}POST\n/rest/parcels\n")
    assert main(["docs", "update", str(SAVED)]) == 0
    first, second = line_of("GET"), line_of("POST")
    SAVED.unlink()
    capsys.readouterr()
    assert main(["docs", "check"]) == 1
    text = capsys.readouterr().err
    line = next(n for n, each in enumerate(LOCK.read_text(encoding="utf-8").splitlines(), 1) if "first: GET" in each)
    assert "docs-page-contradicts-itself: parcels.listParcels: operation: verb: the page contradicts itself " in text
    assert f"(specs/docs.lock:{line}, lines {first} and {second} of the page): GET and POST\n" in text
    assert "x-assumed: The page contradicts itself. <why this is right>" in text
    decided = "      x-assumed: The page contradicts itself. The server accepts GET only.\n      externalDocs"
    Path("specs/parcels.yaml").write_text(SPEC.replace("      externalDocs", decided, 1), encoding="utf-8")
    assert main(["docs", "check"]) == 0


def test_without_a_lock_and_without_a_page_there_is_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "check"]) == 2
    assert capsys.readouterr().err == "docs check: there is no specs/docs.lock; give saved pages with --page\n"


def test_a_page_that_lost_its_facts_needs_accept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "update", str(SAVED)]) == 0
    before = LOCK.read_text(encoding="utf-8")
    save(PAGE[: PAGE.index("    state ParcelState (string)")])
    assert main(["docs", "update", str(SAVED)]) == 1
    captured = capsys.readouterr()
    assert "parcels.listParcels: the page lost " in captured.err
    assert "add --accept" in captured.err
    assert LOCK.read_text(encoding="utf-8") == before
    assert main(["docs", "update", str(SAVED), "--accept"]) == 0
    assert LOCK.read_text(encoding="utf-8") != before


def test_a_page_without_a_path_is_bound_by_name_and_then_by_the_lock(capsys: pytest.CaptureFixture[str]) -> None:
    save(PAGE.replace("GET\n\n/rest/parcels\n", ""))
    assert main(["docs", "update", str(SAVED)]) == 1
    assert "page-unbound" in capsys.readouterr().err
    assert main(["docs", "update", str(SAVED), "--operation", "listParcels"]) == 0
    assert main(["docs", "check", "--page", str(SAVED)]) == 0
    assert main(["docs", "update", str(SAVED), "--operation", "sendParcel"]) == 1
    assert "write one of parcels.listParcels, parcels.getParcel" in capsys.readouterr().err


def test_a_changed_path_is_found_by_the_lock(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "update", str(SAVED)]) == 0
    save(PAGE.replace("/rest/parcels", "/rest/v2/parcels"))
    assert main(["docs", "check", "--page", str(SAVED)]) == 1
    assert "operation: path: the page says /rest/v2/parcels" in capsys.readouterr().err


def test_facts_are_printed_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "facts", str(SAVED)]) == 0
    (note,) = [each for each in capsys.readouterr().out.splitlines() if "query note: " in each]
    assert note.startswith("      query note: {type: string, required: false, ")
    assert f"maxLength: 40}}  # line {line_of('note')}, maxLength {line_of('<= 40')}" in note
    assert main(["docs", "facts", "--explain"]) == 0
    assert "# docusaurus_text\n#   method: operation\n" in capsys.readouterr().out


def test_a_draft_is_printed_with_its_open_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "draft", str(SAVED)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("openapi: 3.1.0\n")
    assert "TODO: " in text


@pytest.mark.parametrize("arguments", [["docs"], ["docs", "facts"], ["docs", "read", "page.txt"], ["docs", "update"]])
def test_wrong_usage(arguments: list[str]) -> None:
    try:
        status = main(arguments)
    except SystemExit as error:
        status = int(error.code or 0)
    assert status == 2


def test_a_page_that_cannot_be_read_is_one_problem(capsys: pytest.CaptureFixture[str]) -> None:
    save("<html><title>Sign in</title><input type=password></html>")
    assert main(["docs", "facts", str(SAVED)]) == 1
    assert "login page" in capsys.readouterr().err
    assert main(["docs", "check", "--page", "missing.txt"]) == 1


def test_the_lock_names_an_operation_that_the_spec_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "update", str(SAVED)]) == 0
    LOCK.write_text(LOCK.read_text(encoding="utf-8").replace("parcels.listParcels", "parcels.list"), encoding="utf-8")
    assert main(["docs", "check"]) == 1
    assert "parcels has no operation parcels.list" in capsys.readouterr().err


def test_other_commands_import_nothing_of_it() -> None:
    code = (
        "import sys; from dragoman.cli import main; main(['lint', 'specs/parcels.yaml']); "
        "print([m for m in sys.modules if m.startswith('dragoman.docs')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
