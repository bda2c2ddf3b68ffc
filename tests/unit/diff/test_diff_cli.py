"""Output and exit status of `dragoman diff` and `dragoman changelog`, in a real git repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.diff.git import ENVIRONMENT, commit, environment, git, new_repository
from tests.unit.diff.parcel_report import NEW, OLD

from dragoman.cli import main

SPEC = Path("specs/parcels.yaml")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the old spec in its only commit, on `main`."""
    root = new_repository(tmp_path_factory.mktemp("template"))
    (root / "specs").mkdir()
    (root / SPEC).write_text(OLD, encoding="utf-8")
    commit(root, "first")
    return root


@pytest.fixture(autouse=True)
def repo(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    root = shutil.copytree(template, tmp_path / "repo")
    monkeypatch.chdir(root)
    return root


def change() -> None:
    SPEC.write_text(NEW, encoding="utf-8")


def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--fail-on", "any"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("merge base with main (")
    assert printed.out.endswith(") -> working tree: no changes\n")
    assert printed.err == ""


def test_fail_on_decides_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    change()
    assert main(["diff"]) == 0
    assert main(["diff", "--fail-on", "breaking"]) == 1
    assert main(["diff", "--fail-on", "any"]) == 1
    assert "specs/parcels.yaml:26:9: member-removed: Parcel.brand: removed" in capsys.readouterr().out
    SPEC.write_text(OLD.replace("A parcel.", "One parcel."), encoding="utf-8")
    assert main(["diff", "--fail-on", "breaking"]) == 0
    assert main(["diff", "--fail-on", "any"]) == 1


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (["--markdown"], "### API changes: 1 breaking"),
        (["--json"], "{\n"),
        (["--html"], "<!DOCTYPE html>\n"),
        (["--format", "github"], "::error file=specs/parcels.yaml,line="),
        (["--format", "text"], "merge base with main ("),
    ],
)
def test_each_form_goes_to_standard_output(form: list[str], start: str, capsys: pytest.CaptureFixture[str]) -> None:
    change()
    assert main(["diff", *form, "--fail-on", "breaking"]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(start)
    assert printed.err == ""


def test_another_revision(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change()
    git(repo, "checkout", "--quiet", "-b", "topic")
    commit(repo, "second")
    assert main(["diff", "--against", "HEAD", "--fail-on", "any"]) == 0
    assert main(["diff", "--against", "HEAD~1", "--fail-on", "any"]) == 1
    assert main(["diff", "--fail-on", "any"]) == 1
    assert "HEAD~1 (" in capsys.readouterr().out


def test_specs_are_named_by_path_even_if_they_are_gone(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SPEC.rename("specs/packages.yaml")
    assert main(["diff", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [(spec["vendor"], spec["changes"][0]["id"]) for spec in whole["specs"]] == [
        ("packages", "spec-added"),
        ("parcels", "spec-removed"),
    ]
    assert whole["specs"][0]["changes"][0]["renamed_from"] == "parcels"
    assert main(["diff", "--json", SPEC.as_posix()]) == 0
    assert [spec["vendor"] for spec in json.loads(capsys.readouterr().out)["specs"]] == ["parcels"]
    assert main(["diff", "specs/none.yaml"]) == 2
    assert "diff: specs/none.yaml: cannot be read: No such file or directory; give" in capsys.readouterr().err


def test_two_files_are_compared_with_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change()
    old = tmp_path / "parcels-old.yaml"
    old.write_text(OLD, encoding="utf-8")
    assert main(["diff", str(old), SPEC.as_posix(), "--fail-on", "breaking"]) == 1
    assert capsys.readouterr().out.startswith(f"{old.as_posix()} -> specs/parcels.yaml: 1 breaking")
    # Two specs of the folder are two specs, and --against always means a revision.
    Path("specs/letters.yaml").write_text(OLD, encoding="utf-8")
    assert main(["diff", SPEC.as_posix(), "specs/letters.yaml"]) == 0
    assert "letters: 1 additive" in capsys.readouterr().out
    assert main(["diff", SPEC.as_posix(), str(old), "--against", "HEAD"]) == 2
    assert "is outside of the git repository" in capsys.readouterr().err


def test_two_files_need_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(OLD, encoding="utf-8")
    Path("b.yaml").write_text(NEW, encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["diff", "a.yaml", "b.yaml", "--fail-on", "breaking"]) == 1
    assert main(["diff", "a.yaml", "a.yaml", "--fail-on", "any"]) == 0


def test_names_of_vendors_are_specs_and_not_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "boster"]) == 2
    assert "diff: unknown vendor: 'boster', and no path of a spec; did you mean 'booster'?" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["diff", "booster", "lifepos"]) == 2
    assert "diff: the command git is missing" in capsys.readouterr().err


def test_outside_of_git_the_error_names_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("diff", "changelog"):
        assert main([command]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"{command}: specs: no work tree of git (not a git repository")
        assert error.endswith("; run the command in a clone, or compare two files with dragoman diff OLD NEW\n")


def test_unknown_revisions_and_tags_are_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--against", "none"]) == 2
    assert capsys.readouterr().err.startswith("diff: --against: 'none' is not a revision of ")
    assert main(["changelog", "--since=-x"]) == 2
    assert capsys.readouterr().err.startswith("changelog: --since: '-x' is not a revision of ")
    assert main(["changelog"]) == 2
    assert "changelog: HEAD has no tag before it; fetch the tags (git fetch --tags)" in capsys.readouterr().err


def test_a_folder_without_specs_is_an_error(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repo, "rm", "-r", "--quiet", "specs")
    commit(repo, "none")
    assert main(["diff"]) == 2
    assert capsys.readouterr().err.startswith("diff: no spec: there is no specs/*.yaml here or at merge base with main")


def test_an_old_spec_with_errors_names_the_revision(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SPEC.write_text(OLD.replace("parcels.getParcel", "getParcel"), encoding="utf-8")
    commit(repo, "broken")
    change()
    assert main(["diff"]) == 2
    lines = capsys.readouterr().err.splitlines()
    name = lines[0].removeprefix("diff: ").partition(":specs/")[0]
    assert lines[0] == (
        f"diff: {name}:specs/parcels.yaml: has errors, so it cannot be compared; name another revision or file"
    )
    assert lines[1].startswith(f"{name}:specs/parcels.yaml:8:7: operation-id: ")


def test_a_new_spec_with_errors_is_not_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    SPEC.write_text(NEW.replace("parcels.getParcel", "getParcel"), encoding="utf-8")
    assert main(["diff", "--fail-on", "any"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("diff: specs/parcels.yaml: has errors, so it cannot be compared; correct them\n")
    assert "specs/parcels.yaml:8:7: operation-id: " in error


def test_changelog_since_the_last_tag(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repo, "tag", "v0.3.1")
    change()
    commit(repo, "second")
    assert main(["changelog"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### Generated code"
    assert lines[2].startswith("Since `v0.3.1`. Version step: minor, 0.3.1 to 0.4.0 (")
    assert "**parcels**" in lines
    assert any(line.startswith("* Breaking: `Parcel.brand` ") for line in lines)
    assert main(["changelog", "--since", "HEAD"]) == 0
    assert capsys.readouterr().out.endswith("No changes since `HEAD`.\n")


def test_a_process_has_the_exit_status_and_a_closed_pipe_is_no_traceback() -> None:
    SPEC.unlink()  # a removed spec is compared without the engine of the models, which takes seconds to import
    command = [sys.executable, "-m", "dragoman", "diff", "--html", "--fail-on", "breaking"]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"<!DOCTYPE html>")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_help_names_the_commands_without_importing_them() -> None:
    code = """if True:
    import sys
    from dragoman.cli import main
    try:
        main(["--help"])
    finally:
        print([name for name in sys.modules if name.startswith(("dragoman.diff", "dragoman.lint", "yaml"))])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "\n    diff " in done.stdout
    assert "\n    changelog" in done.stdout
    assert done.stdout.endswith("[]\n")
