"""generated/ is what the generator makes of specs/, on every machine and in every run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import pytest

from dragoman import cache, pipeline
from dragoman.generate import file_tree

ROOT = Path(__file__).parent.parent
SPECS = sorted((ROOT / "specs").glob("*.yaml"))


def test_generated_is_current() -> None:
    made = pipeline.assemble(SPECS)
    difference = file_tree.compare(made, ROOT / "generated" / "taskclients", owned=[PurePosixPath()])
    assert not difference, f"\n{difference}\nto renew it, run: make generate"


def test_generation_is_deterministic(tmp_path: Path) -> None:
    trees = []
    for seed in ("0", "1"):
        out = tmp_path / seed
        _dragoman("generate", *map(str, SPECS), "--out", str(out), "--fresh", PYTHONHASHSEED=seed)
        trees.append({f.relative_to(out): f.read_bytes() for f in out.rglob("*") if f.is_file()})
    assert trees[0]
    assert trees[0] == trees[1]


def test_one_more_optional_field_changes_at_most_three_lines(tmp_path: Path) -> None:
    field = "        estimatedSeconds:\n          type: integer\n          description: How long it may still take\n"
    changed = _changed(tmp_path, {"        percentage:\n": field + "        percentage:\n"})
    assert any("estimated_seconds: int | None" in line for line in changed)
    assert len(changed) <= 3, changed


def test_one_more_required_field_is_one_more_line_of_an_example(tmp_path: Path) -> None:
    required = "required: [brand, externalFileId, type"
    value = "                  externalFileId: sellouts.csv\n"
    member = "        externalFileId:\n          type: string\n          description: Public"
    changes = {
        f"{required}]": f"{required}, folder]",
        value: f"{value}                  folder: inbox\n",
        member: f"        folder:\n          type: string\n          description: Folder.\n{member}",
    }
    pages = [PurePosixPath("booster/README.md")]
    assert _changed(tmp_path, changes, pages) == ['+        folder="inbox",']


def _changed(folder: Path, changes: Mapping[str, str], paths: Sequence[PurePosixPath] = ()) -> list[str]:
    """Return the lines of generated files (all files or those of `paths`) that differ after changes of a spec."""
    spec = folder / "booster.yaml"
    shutil.copy(ROOT / "specs" / "booster.yaml", spec)
    before = pipeline.assemble([spec])
    text = spec.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    spec.write_text(text, encoding="utf-8")
    after = pipeline.assemble([spec])
    return [
        line
        for path in paths or before
        for line in file_tree.compare({path: after[path]}, _written(folder, path, before[path]), owned=[]).splitlines()
        if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
    ]


def test_a_broken_spec_leaves_everything_as_it_was(tmp_path: Path) -> None:
    spec, out = tmp_path / "booster.yaml", tmp_path / "out"
    shutil.copy(ROOT / "specs" / "booster.yaml", spec)
    _dragoman("generate", str(spec), "--out", str(out))
    before = _stamps(out)
    spec.write_text(spec.read_text(encoding="utf-8").replace("operationId:", "operationIdd:", 1), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _dragoman("generate", str(spec), "--out", str(out))
    assert failure.value.returncode == 1
    line = spec.read_text(encoding="utf-8").partition("operationIdd:")[0].count("\n") + 1
    assert failure.value.stderr.startswith(f"{spec.as_posix()}:{line}:7: openapi-invalid: GET /tasks: ")
    assert "did you mean operationId?" in failure.value.stderr
    assert _stamps(out) == before


def test_a_second_run_touches_nothing_and_files_of_users_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    specs = [str(tmp_path / path.name) for path in SPECS[:1]]
    shutil.copy(SPECS[0], specs[0])
    _dragoman("generate", *specs, "--out", str(out))
    before = _stamps(out)
    assert "nothing changed" in _dragoman("generate", *specs, "--out", str(out)).stderr
    assert _stamps(out) == before
    mine = out / "taskclients" / SPECS[0].stem / "mine.py"
    mine.write_text("# mine\n", encoding="utf-8")
    _dragoman("check", *specs, "--out", str(out))
    stale = mine.with_name("exports.py")
    text = Path(specs[0]).read_text(encoding="utf-8")
    Path(specs[0]).write_text(re.sub(r"\bexports\b", "transfers", text), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _dragoman("check", *specs, "--out", str(out))
    assert f"only on disk, no spec makes it: {stale.as_posix()}" in failure.value.stdout
    _dragoman("generate", *specs, "--out", str(out))
    assert not stale.exists()
    assert mine.read_text(encoding="utf-8") == "# mine\n"


def test_the_folder_of_a_renamed_spec_goes_without_files_of_users(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    shutil.copy(SPECS[0], specs / "old.yaml")
    shutil.copy(SPECS[-1], specs / "gone.yaml")
    _dragoman("generate", folder=tmp_path)
    package = tmp_path / "generated" / "taskclients"
    (package / "gone" / "mine.py").write_text("# mine\n", encoding="utf-8")
    (specs / "old.yaml").rename(specs / "new.yaml")
    (specs / "gone.yaml").unlink()
    _dragoman("generate", folder=tmp_path)
    assert sorted(path.name for path in package.iterdir() if path.is_dir()) == ["gone", "new"]
    assert [path.name for path in (package / "gone").iterdir()] == ["mine.py"]


def test_a_file_of_a_user_is_not_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "taskclients" / SPECS[0].stem / "models.py"
    _dragoman("generate", str(SPECS[-1]), "--out", str(tmp_path))
    mine.parent.mkdir()
    mine.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _dragoman("generate", str(SPECS[0]), "--out", str(tmp_path))
    assert failure.value.stderr.startswith(f"{mine.as_posix()} was not generated and would be overwritten")
    assert [*mine.parent.iterdir()] == [mine]


@pytest.mark.parametrize("kind", ["file", "link", "package", "vendor", "module"])
def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("", encoding="utf-8")
    elif kind == "link":
        out.mkdir()
        (out / "taskclients").symlink_to(tmp_path / "elsewhere")
    elif kind == "package":
        out.mkdir()
        (out / "taskclients").write_text("", encoding="utf-8")
    else:
        _dragoman("generate", str(SPECS[-1]), "--out", str(out))
        vendor = out / "taskclients" / SPECS[0].stem
        (vendor / "models.py").mkdir(parents=True) if kind == "module" else vendor.write_text("", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _dragoman("generate", str(SPECS[0]), "--out", str(out))
    assert failure.value.returncode == 2
    assert failure.value.stderr.startswith("--out: cannot write to ")
    assert failure.value.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("damage", ["", "{}", "[[", "flipped", "../x.py"])
def test_a_damaged_entry_of_the_cache_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setenv("DRAGOMAN_CACHE", str(tmp_path))
    tree = cache.build(SPECS[-1])
    (entry,) = tmp_path.iterdir()
    sound = entry.read_text(encoding="utf-8")
    if damage == "../x.py":
        text = json.dumps({damage: "x"})
        damaged = f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}"
    else:
        damaged = sound.replace("models", "modems", 1) if damage == "flipped" else damage
    entry.write_text(damaged, encoding="utf-8")
    monkeypatch.setattr("dragoman.build", lambda _, **__: tree)
    assert cache.build(SPECS[-1]) == tree
    assert entry.read_text(encoding="utf-8") == sound


def test_a_package_written_by_hand_is_not_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "taskclients" / "__init__.py"
    mine.parent.mkdir()
    mine.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        _dragoman("generate", str(SPECS[0]), "--out", str(tmp_path))
    assert failure.value.returncode == 2
    assert "was not generated" in failure.value.stderr
    assert [path.name for path in tmp_path.rglob("*.py")] == ["__init__.py"]
    assert mine.read_text(encoding="utf-8") == "# mine\n"


def test_the_package_can_have_another_name_and_folder(tmp_path: Path) -> None:
    _dragoman("generate", *map(str, SPECS), "--out", str(tmp_path), "--package", "shopclients")
    code = "from shopclients.booster import BoosterClient; print(BoosterClient.__module__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "shopclients.booster.client\n"


def test_importing_a_client_imports_no_other_and_nothing_of_the_generator() -> None:
    code = "import sys, taskclients.booster; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "taskclients.booster.exports" in loaded
    unwanted = (
        "dragoman",
        "taskclients.mykaarma",
        "taskclients.lifepos",
        "jinja2",
        "yaml",
        "jsonschema",
        "rich",
        "typer",
    )
    assert not [name for name in loaded if name.startswith(unwanted)]


def _dragoman(*arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dragoman", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )


def _stamps(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in folder.rglob("*") if f.is_file()}


def _written(folder: Path, path: PurePosixPath, text: str) -> Path:
    target = folder / "before" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return folder / "before"


def test_importing_a_client_has_no_methods_of_models_compiled() -> None:
    code = "import linecache, taskclients.booster; print('\\n'.join(linecache.cache))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "<attrs generated" in done.stdout
    assert "taskclients.booster.models" not in done.stdout
