"""Writing a file tree: all files or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path, PurePosixPath
from random import Random

import pytest

from dragoman.generate import file_tree, folders

ALL = [PurePosixPath()]


def _tree(**files: str) -> dict[PurePosixPath, str]:
    return {PurePosixPath(name.replace("__", "/") + ".py"): text for name, text in files.items()}


def _state(folder: Path) -> dict[str, str]:
    return {f.relative_to(folder).as_posix(): f.read_text("utf-8") for f in sorted(folder.rglob("*")) if f.is_file()}


def test_changes_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert file_tree.write(_tree(a="1", b__c="2"), folder, owned=ALL) == (
        PurePosixPath("a.py"),
        PurePosixPath("b/c.py"),
    )
    assert file_tree.write(_tree(a="1", b__c="2"), folder, owned=ALL) == ()
    assert file_tree.write(_tree(a="3"), folder, owned=ALL) == (PurePosixPath("a.py"), PurePosixPath("b/c.py"))
    assert _state(tmp_path) == {"out/a.py": "3"}
    assert not (folder / "b").exists()


def test_a_failure_in_the_middle_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    file_tree.write(_tree(a="1", b="2", c="3"), folder, owned=ALL)
    before = _state(tmp_path)
    moves = 0
    replace = os.replace

    def full_disk(source: Path, target: Path) -> None:
        nonlocal moves
        moves += 1
        if moves == 2:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full_disk)
    monkeypatch.setattr(file_tree, "exchange", lambda *_: False)
    with pytest.raises(OSError, match="No space left"):
        file_tree.write(_tree(a="x", b="y", d="z"), folder, owned=ALL)
    assert _state(tmp_path) == before


def test_only_what_is_owned_is_removed(tmp_path: Path) -> None:
    file_tree.write(_tree(mine__a="1", theirs__b="2"), tmp_path, owned=ALL)
    file_tree.write(_tree(mine__c="3"), tmp_path, owned=[PurePosixPath("mine")])
    assert _state(tmp_path) == {"mine/c.py": "3", "theirs/b.py": "2"}


@pytest.mark.parametrize("exchanges", [True, False])
def test_files_of_the_user_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exchanges: bool) -> None:
    if not exchanges:
        monkeypatch.setattr(file_tree, "exchange", lambda *_: False)
    folder = tmp_path / "out"
    made, owned = file_tree.with_manifest(_tree(a__b="1", c__d="2"), folder, whole=True)
    file_tree.write(made, folder, owned=owned)
    mine = folder / "a" / "mine.py"
    mine.write_text("mine", "utf-8")
    (folder / "a" / "link").symlink_to("mine.py")
    (folder / "c" / "__pycache__").mkdir()
    (folder / "c" / "__pycache__" / "d.pyc").write_bytes(b"")
    stamp = mine.stat().st_mtime_ns, mine.stat().st_ino
    made, owned = file_tree.with_manifest(_tree(a__e="3"), folder, whole=True)
    assert [*map(str, file_tree.write(made, folder, owned=owned))] == [".dragoman", "a/b.py", "a/e.py", "c/d.py"]
    found = _state(folder)
    assert found.pop(".dragoman").splitlines()[1:] == ["a/e.py"]
    assert found == {"a/e.py": "3", "a/link": "mine", "a/mine.py": "mine"}
    assert (folder / "a" / "link").is_symlink()
    assert (mine.stat().st_mtime_ns, mine.stat().st_ino) == stamp
    assert not (folder / "c").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_other_vendors_stay_if_only_some_are_written(tmp_path: Path) -> None:
    for tree, whole in ((_tree(a__b="1", c__d="2"), True), (_tree(c__e="3"), False)):
        made, owned = file_tree.with_manifest(tree, tmp_path / "out", whole=whole)
        file_tree.write(made, tmp_path / "out", owned=owned)
    assert file_tree.listed(tmp_path / "out") == (PurePosixPath("a/b.py"), PurePosixPath("c/e.py"))
    assert set(_state(tmp_path)) == {"out/.dragoman", "out/a/b.py", "out/c/e.py"}


@pytest.mark.parametrize("path", ["../x.py", "/x.py", "a/../../x.py", "a\\b.py", "c:x.py", ""])
def test_a_manifest_names_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".dragoman").write_text(f"# List\n{path}\na.py\n", "utf-8")
    assert file_tree.listed(tmp_path / "out") == (PurePosixPath("a.py"),)


@pytest.mark.parametrize("link", ["out", "out/a", "out/a/b.py"])
def test_symbolic_links_are_not_followed(tmp_path: Path, link: str) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(target)
    with pytest.raises(OSError, match="is a symbolic link; remove it"):
        file_tree.write(_tree(a__b="1"), tmp_path / "out", owned=[])
    assert not any(target.iterdir())


WRITER = """
import sys
from pathlib import Path, PurePosixPath
from dragoman.generate import file_tree
folder = Path(sys.argv[1])
print(flush=True)
while True:
    for one in "ab":
        tree = {PurePosixPath(f"{n}/{one if n % 3 else 'c'}.py"): f"{one}{n}" for n in range(40)}
        made, owned = file_tree.with_manifest(tree, folder, whole=True)
        file_tree.write(made, folder, owned=owned)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot exchange folders")
def test_a_killed_run_leaves_one_tree_and_blocks_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    first = {PurePosixPath(f"{number}/c.py"): f"c{number}" for number in range(40)}
    made, owned = file_tree.with_manifest(first, folder, whole=True)
    file_tree.write(made, folder, owned=owned)
    (folder / "mine.py").write_text("mine", "utf-8")
    random = Random(7)
    for number in range(16):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(random.uniform(0.005, 0.06))
            writer.send_signal((signal.SIGKILL, signal.SIGINT)[number % 2])
        found = _state(folder)
        assert found.pop("mine.py") == "mine"
        listing = found.pop(".dragoman")
        assert listing.splitlines()[1:] == sorted(found)
        assert len(found) == 40
        assert len({text[0] for text in found.values()}) == 1
    file_tree.write(_tree(a="1"), folder, owned=[])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_of_killed_runs_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("dragoman-old", "dragoman-new", "dragoman-used", "other"):
        (tmp_path / name / "file").mkdir(parents=True)
        if name != "dragoman-new":
            os.utime(tmp_path / name, (1, 1))
    with folders.locked(tmp_path / "dragoman-used"), folders.scratch() as mine:
        left = {path.name for path in tmp_path.iterdir()}
    assert left == {"dragoman-new", "dragoman-used", "other", mine.name}
    assert not mine.exists()


def test_leftovers_and_missing_files_are_differences(tmp_path: Path) -> None:
    file_tree.write(_tree(a="1\n", b="2\n"), tmp_path, owned=ALL)
    assert file_tree.compare(_tree(a="1\n", b="2\n"), tmp_path, owned=ALL) == ""
    difference = file_tree.compare(_tree(a="1\n", c="3\n"), tmp_path, owned=ALL)
    assert "--- /dev/null\n" in difference
    assert "+3\n" in difference
    assert difference.endswith(f"only on disk, no spec makes it: {(tmp_path / 'b.py').as_posix()}\n")


def test_broken_templates_are_a_fault_of_ours() -> None:
    with pytest.raises(RuntimeError, match="ruff check: generated code is invalid"):
        file_tree.polish(_tree(a="def (:\n"))
