"""Trees of files as values: format, write and compare them. The last stage, and the only one that writes."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final, TypeAlias

FileTree: TypeAlias = Mapping[PurePosixPath, str]

_STYLE: Final = ("--isolated", "--line-length", "120", "--target-version", "py311")
_SORT: Final = ("--config", "lint.isort.split-on-trailing-comma=false")
_IGNORED: Final = frozenset({"__pycache__"})


def polish(tree: FileTree) -> FileTree:
    """Return a tree without unused imports, with sorted imports, and formatted.

    Raises:
        RuntimeError: a file is not Python, which is a bug of the templates.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in tree.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _ruff("check", "--fix", "--quiet", "--no-cache", "--select", "F401", *_STYLE, folder=folder)
        # Sort after unused names are removed: the rest of a long import may fit on one line.
        _ruff("check", "--fix", "--quiet", "--no-cache", "--select", "I", *_SORT, *_STYLE, folder=folder)
        _ruff("format", "--quiet", "--no-cache", *_STYLE, folder=folder)
        return {path: (folder / path).read_text(encoding="utf-8") for path in tree}


def write(tree: FileTree, folder: Path, *, owned: Sequence[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    """Write a tree to a folder and return the paths that changed.

    Files are staged beside `folder` first, so that a full disk leaves it as it was. Unchanged files are not touched.

    Args:
        tree: Files to write.
        folder: Folder to write to; created if it does not exist.
        owned: Paths in `folder` that belong to the tree alone: other files below them are removed.

    Raises:
        OSError: a file cannot be written; `folder` is as it was.
    """
    changed = {path: text for path, text in tree.items() if _read(folder / path) != text}
    stale = tuple(_stale(tree, folder, owned))
    if not changed and not stale:
        return ()
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, text in changed.items():
            target = stage / "new" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _swap(stage, folder, tuple(changed), stale)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    _prune(folder, owned)
    return tuple(sorted((*changed, *stale)))


def compare(tree: FileTree, folder: Path, *, owned: Sequence[PurePosixPath]) -> str:
    """Return the difference between a folder and a tree as a unified diff, '' for none; `owned` as for `write`."""
    pieces: list[str] = []
    for path, text in sorted(tree.items()):
        found = _read(folder / path)
        if found != text:
            pieces += _diff(found, text, (folder / path).as_posix())
    pieces += [
        f"only on disk, no spec makes it: {(folder / path).as_posix()}\n" for path in _stale(tree, folder, owned)
    ]
    return "".join(pieces)


def _swap(stage: Path, folder: Path, changed: tuple[PurePosixPath, ...], stale: tuple[PurePosixPath, ...]) -> None:
    """Move new files in and old ones out; move everything back if one move fails."""
    moved: list[tuple[PurePosixPath, bool]] = []
    try:
        for path in (*changed, *stale):
            target, kept = folder / path, stage / "old" / path
            kept.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            existed = target.exists()
            if existed:
                shutil.copy2(target, kept)
            moved.append((path, existed))
            if path in stale:
                target.unlink()
            else:
                os.replace(stage / "new" / path, target)
    except OSError:
        for path, existed in reversed(moved):
            if existed:
                os.replace(stage / "old" / path, folder / path)
            else:
                with contextlib.suppress(FileNotFoundError):
                    (folder / path).unlink()
        raise


def _stale(tree: FileTree, folder: Path, owned: Sequence[PurePosixPath]) -> Iterator[PurePosixPath]:
    for root in owned:
        base = folder / root
        for file in sorted(base.rglob("*")) if base.is_dir() else ():
            path = PurePosixPath(file.relative_to(folder).as_posix())
            if file.is_file() and path not in tree and not _IGNORED & set(path.parts):
                yield path


def _prune(folder: Path, owned: Sequence[PurePosixPath]) -> None:
    """Remove folders that contain nothing but bytecode."""
    for root in owned:
        base = folder / root
        directories = sorted((d for d in base.rglob("*") if d.is_dir()), reverse=True) if base.is_dir() else []
        for directory in [*directories, base]:
            if directory.is_dir() and not any(f.is_file() and f.suffix != ".pyc" for f in directory.rglob("*")):
                shutil.rmtree(directory)


def _read(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _diff(found: str | None, wanted: str, name: str) -> Iterable[str]:
    old = (found or "").splitlines(keepends=True)
    before = name if found is not None else "/dev/null"
    return difflib.unified_diff(old, wanted.splitlines(keepends=True), before, f"{name} (generated)")


def _ruff(*arguments: str, folder: Path) -> None:
    beside = Path(sysconfig.get_path("scripts")) / "ruff"
    command = [str(beside)] if beside.exists() else [sys.executable, "-m", "ruff"]
    done = subprocess.run([*command, *arguments, "."], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"ruff {arguments[0]}: generated code is invalid:\n{done.stdout}{done.stderr}")
