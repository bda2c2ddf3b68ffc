"""Writing a file tree: all files or none."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from dragoman.generate import file_tree

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
    with pytest.raises(OSError, match="No space left"):
        file_tree.write(_tree(a="x", b="y", d="z"), folder, owned=ALL)
    assert _state(tmp_path) == before


def test_only_what_is_owned_is_removed(tmp_path: Path) -> None:
    file_tree.write(_tree(mine__a="1", theirs__b="2"), tmp_path, owned=ALL)
    file_tree.write(_tree(mine__c="3"), tmp_path, owned=[PurePosixPath("mine")])
    assert _state(tmp_path) == {"mine/c.py": "3", "theirs/b.py": "2"}


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
