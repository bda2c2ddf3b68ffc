"""Output and exit status of the command `dragoman`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman.cli import main
from dragoman.mock_server import FAULTS
from taskclients_core.version import VERSION

SOUND = """\
openapi: 3.1.0
info: {title: Parcels, version: '1'}
servers: [{url: 'https://api.example.com', x-assumed: The page names no host.}]
tags: [{name: parcels, description: Parcels.}]
paths:
  /parcels/{id}:
    get:
      operationId: parcels.getParcel
      tags: [parcels]
      externalDocs: {url: 'https://example.com/docs'}
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: There is one.}}
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("parcels.yaml")
    path.write_text(SOUND, encoding="utf-8")
    return path


def test_a_sound_spec_passes_silently(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(spec)]) == 0
    assert capsys.readouterr() == ("", "")


def test_all_problems_of_all_specs_are_reported_together(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(SOUND.replace("parcels.getParcel", "getParcel").replace("      externalDocs", "      # "), "utf-8")
    Path("empty.yaml").write_text("", encoding="utf-8")
    assert main(["lint", str(spec), "empty.yaml"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if not line.startswith("  hint: ")] == [
        "empty.yaml:1:1: yaml-file: the file is empty",
        "parcels.yaml:7:5: missing-page: getParcel: externalDocs.url is missing",
        "parcels.yaml:8:7: operation-id: getParcel: operationId 'getParcel' is not <tag>.<verbNoun>",
    ]
    assert len(lines) == 6


def test_problems_can_be_annotations(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(SOUND.replace("parcels.getParcel", "'100%,\\nx'"), encoding="utf-8")
    assert main(["lint", "--format", "github", str(spec)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("::error file=parcels.yaml,line=8,col=7,title=") for line in lines)
    assert "100%25" in lines[0]


def test_warnings_fail_only_if_strict(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(SOUND.replace("{type: string}", "{type: string, format: guid, default: x}"), encoding="utf-8")
    assert main(["lint", str(spec)]) == 0
    warning = "parcels.yaml:11:80: warning: unknown-format: parcels.getParcel: the format 'guid' is unknown"
    assert capsys.readouterr().err.startswith(warning)
    assert main(["lint", "--strict", "--format", "github", str(spec)]) == 1
    assert capsys.readouterr().err.startswith("::warning file=parcels.yaml,line=11,col=80,title=unknown-format::")
    assert main(["generate", str(spec), "--out", "out"]) == 0
    assert "warning" not in capsys.readouterr().err


def test_generate_reports_errors_without_warnings(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(
        SOUND.replace("{type: string}", "{type: string, format: guid}").replace("      externalDocs", "      # "),
        "utf-8",
    )
    assert main(["generate", str(spec), "--out", "out"]) == 1
    assert capsys.readouterr().err.splitlines()[::2] == [
        "parcels.yaml:7:5: missing-page: parcels.getParcel: externalDocs.url is missing"
    ]


def test_assumptions_are_a_table(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--assumptions", str(spec)]) == 0
    assert capsys.readouterr().out == "parcels.yaml:3:11  /servers/0  The page names no host.\n1 assumptions\n"


def test_check_shows_the_difference(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", str(spec), "--out", "out"]) == 0
    assert main(["check", str(spec), "--out", "out"]) == 0
    tag = Path("out/taskclients/parcels/parcels.py")
    tag.write_text(tag.read_text(encoding="utf-8").replace("GET", "PUT"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(spec), "--out", "out"]) == 1
    printed = capsys.readouterr()
    assert '-    "PUT",' in printed.out
    assert '+    "GET",' in printed.out
    assert "run dragoman generate with the same arguments" in printed.err


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (
            ["generate", "--package", "not a name", "parcels.yaml"],
            "'not a name' is not a valid name for a Python package",
        ),
        (["generate", "--package", "class", "parcels.yaml"], "'class' is not a valid name for a Python package"),
        (["generate", "--package", "a.b", "parcels.yaml"], "'a.b' is not a valid name for a Python package"),
        (["generate", "--package", "typing", "parcels.yaml"], "'typing' would hide a module that clients need"),
        (["generate", "--package", "httpx", "parcels.yaml"], "'httpx' would hide a module that clients need"),
        (["generate"], "no spec: there is no specs/*.yaml here; give the path of a spec, or one of booster, lifepos,"),
        (
            ["sandbox", "boster"],
            "unknown vendor: 'boster', and no path of a spec; did you mean 'booster'?",
        ),
        (["lint", "parcels.yaml", "other/parcels.yaml"], "two specs would make the package parcels"),
        (["generate", "parcels.yaml", "parcels.yml"], "two specs would make the package parcels"),
        (["genrate"], "unknown: 'genrate'; did you mean 'generate'?"),
        (["docs", "chek"], "unknown: 'chek'; did you mean 'check'?"),
        (["lint", "--stict"], "dragoman lint: error: unknown: --stict; did you mean '--strict'?"),
    ],
)
def test_wrong_usage_is_status_two(
    spec: Path, arguments: list[str], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert printed in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (".hidden.yaml", "hidden.yaml"),
        ("._x.yaml", "x.yaml"),
        ("a.v2.yaml", "a_v2.yaml"),
        ("a-b.yaml", "a_b.yaml"),
        ("Parcels.yaml", "parcels.yaml"),
        ("class.yaml", "class_.yaml"),
        ("core.yaml", "core_.yaml"),
        ("vendors.yaml", "vendors_.yaml"),
        (".yaml", "yaml.yaml"),
        ("é.yaml", "booster.yaml"),
    ],
)
def test_a_file_whose_name_is_no_package_is_refused(
    spec: Path, name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(SOUND, encoding="utf-8")
    assert main(["generate", str(spec), name, "--out", "out"]) == 1
    problem, remedy = capsys.readouterr().err.splitlines()
    assert problem.startswith(f"{name}:1:1: unspellable-name: ")
    assert remedy == f"  hint: rename the file to {hint}"
    assert not Path("out").exists()


def test_a_missing_spec_is_a_problem_like_others(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "nowhere.yaml", "--out", "out"]) == 1
    assert "nowhere.yaml:1:1: yaml-file: cannot be read: No such file or directory" in capsys.readouterr().err
    assert not Path("out").exists()


def test_vendors_of_the_package_are_specs_by_name(spec: Path) -> None:
    assert main(["generate", "mykaarma", "--out", "out"]) == 0
    assert Path("out/taskclients/mykaarma/client.py").is_file()


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert (stop.value.code, capsys.readouterr().out) == (0, f"dragoman {VERSION}\n")


def test_all_faults_are_listed_with_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines if line[:1].islower()} >= FAULTS.keys()
    at = lines.index("late seconds")
    assert lines[at + 1] == f"    {FAULTS['late'].meaning}"
