"""First files of a user: the spec of `dragoman init`, and the project of `dragoman generate --project`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dragoman import lint
from dragoman.cli import main
from dragoman.scaffold import first_spec
from dragoman.spec import yaml_document
from dragoman.testing import FakeVendor


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("vendor", ["acme", "my_shop", "x2", "a_very_long_name_of_a_vendor_that_sells_things"])
def test_the_first_spec_has_no_problems_and_serves_a_task(vendor: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", vendor]) == 0
    _, *commands, manual = capsys.readouterr().out.splitlines()
    assert Path(manual.removeprefix("How to write a spec: ")).read_text(encoding="utf-8").startswith("# ")
    assert commands == [
        f"  dragoman lint specs/{vendor}.yaml",
        f"  dragoman sandbox specs/{vendor}.yaml",
        f"  dragoman generate specs/{vendor}.yaml --project {vendor.replace('_', '-')}-clients",
    ]
    path = Path("specs") / f"{vendor}.yaml"
    document = yaml_document.load(path)
    assert list(lint.check(document)) == []
    assert "x-task-types" in document.data["components"]
    assert FakeVendor(f"specs/{vendor}.yaml").sandbox.mounts.keys() == {vendor}


def test_init_refuses_names_that_no_package_can_have(capsys: pytest.CaptureFixture[str]) -> None:
    for name, message in {
        "my-shop": "init: 'my-shop' cannot be the name of a vendor's package; write my_shop",
        "class": "init: 'class' cannot be the name of a vendor's package; write class_",
        "core": "init: 'core' cannot be the name of a vendor's package; write core_",
        "../x": "init: '../x' cannot be the name of a vendor's package; write x",
        "é": "init: 'é' cannot be the name of a vendor's package; write it in small letters, digits and underscores",
    }.items():
        assert main(["init", name]) == 2
        assert capsys.readouterr().err == f"{message}\n"
    assert not Path("specs").exists()


def test_init_keeps_a_spec_that_exists(capsys: pytest.CaptureFixture[str]) -> None:
    Path("specs").mkdir()
    Path("specs/acme.yaml").write_text("mine", encoding="utf-8")
    assert main(["init", "acme"]) == 2
    assert Path("specs/acme.yaml").read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().err == "init: specs/acme.yaml exists; choose another name, or edit it\n"


def test_a_project_is_written_once_and_its_package_every_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("acme.yaml").write_text(first_spec("acme"), encoding="utf-8")
    arguments = ["acme.yaml", "--project", "acme-clients"]
    assert main(["generate", *arguments]) == 0
    assert "pip install -e acme-clients" in capsys.readouterr().err
    project = folder / "acme-clients"
    files = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    assert files >= {"pyproject.toml", "README.md", "CHANGELOG.md", "src/acme_clients/py.typed"}
    assert "from acme_clients.acme import AcmeClient" in (project / "README.md").read_text(encoding="utf-8")
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (metadata["name"], metadata["scripts"]) == ("acme-clients", {"acme-clients": "acme_clients.__main__:main"})
    assert metadata["dependencies"] == ["taskclients>=0.1.0,<0.2"]
    (project / "pyproject.toml").write_text("mine", encoding="utf-8")
    models = project / "src/acme_clients/acme/models.py"
    models.write_text(models.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert main(["check", *arguments]) == 1
    assert main(["generate", *arguments]) == 0
    assert main(["check", *arguments]) == 0
    assert (project / "pyproject.toml").read_text(encoding="utf-8") == "mine"


def test_a_project_with_a_copy_of_the_core_needs_what_the_core_needs(folder: Path) -> None:
    Path("acme.yaml").write_text(first_spec("acme"), encoding="utf-8")
    assert main(["generate", "acme.yaml", "--project", "shop", "--package", "shopclients", "--vendor-core"]) == 0
    metadata = tomllib.loads((folder / "shop/pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=]", requirement)[0] for requirement in metadata["dependencies"]}
    assert (metadata["name"], names) == ("shopclients", {"anyio", "attrs", "h11", "httpx", "idna", "msgspec"})
    assert {re.split(r"[<>=]", each)[0] for each in metadata["optional-dependencies"]["cli"]} == {"rich", "typer"}
    assert (folder / "shop/src/shopclients/core/client.py").is_file()


@pytest.mark.parametrize(("project", "message"), [("taskclients", "of this distribution"), ("a b", "not a valid name")])
def test_a_project_needs_a_name_that_its_package_can_have(
    project: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("acme.yaml").write_text(first_spec("acme"), encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["generate", "acme.yaml", "--project", project])
    assert message in capsys.readouterr().err
    assert not Path(project).exists()
