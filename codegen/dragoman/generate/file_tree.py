"""Trees of files as values: format, write and compare them. The last stage, and the only one that writes."""

from __future__ import annotations

import difflib
import errno
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Final, TypeAlias

from .folders import exchange, locked, scratch

FileTree: TypeAlias = Mapping[PurePosixPath, str]

_STYLE: Final = ("--isolated", "--line-length", "120", "--target-version", "py311")
_PAGE_STYLE: Final = (
    "--isolated",
    "--preview",
    "--exclude",
    "*.py",
    "--line-length",
    "88",
    "--target-version",
    "py311",
)
"""Style of the code on pages, which are narrower. Only the preview of ruff formats it."""

_SORT: Final = ("--config", "lint.isort.split-on-trailing-comma=false")
_STAGE: Final = ".dragoman"
_HEADER: Final = "# Files in this folder that dragoman generates and removes. Other files are yours.\n"
GENERATED: Final = ("# Generated", "<!-- Generated")
"""Beginnings of every generated module and page."""

MANIFEST: Final = PurePosixPath(".dragoman")
"""List of the files of a package that were generated: those that a later run may overwrite and remove."""


def polish(tree: FileTree) -> FileTree:
    """Return a tree without unused imports, with sorted imports, and formatted.

    Raises:
        RuntimeError: a file is not Python, which is a bug of the templates.
    """
    with scratch() as folder:
        for path, text in tree.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _ruff("check", "--fix", "--quiet", "--no-cache", "--select", "F401", *_STYLE, folder=folder)
        # Sort after unused names are removed: the rest of a long import may fit on one line.
        _ruff("check", "--fix", "--quiet", "--no-cache", "--select", "I", *_SORT, *_STYLE, folder=folder)
        _ruff("format", "--quiet", "--no-cache", *_STYLE, folder=folder)
        if any(path.suffix == ".md" for path in tree):
            _ruff("format", "--quiet", "--no-cache", *_PAGE_STYLE, folder=folder)
        return {path: (folder / path).read_text(encoding="utf-8") for path in tree}


def with_manifest(tree: FileTree, folder: Path, *, whole: bool) -> tuple[FileTree, tuple[PurePosixPath, ...]]:
    """Return a tree with its manifest, and the files in a folder that belong to it.

    Args:
        tree: Files of a package.
        folder: Folder of the package.
        whole: The tree is the whole package; otherwise vendors that are not in the tree remain.
    """
    before = listed(folder)
    parts = {path.parts[0] for path in tree}
    owned = tuple(path for path in before if whole or path.parts[0] in parts)
    names = sorted(path.as_posix() for path in {*tree, *before} - {*owned} | {*tree})
    return {**tree, MANIFEST: _HEADER + "".join(f"{name}\n" for name in names)}, owned


def listed(folder: Path) -> tuple[PurePosixPath, ...]:
    """Return the files that the manifest of a package lists, without those outside its folder."""
    lines = (_read(folder / MANIFEST) or "").splitlines()
    return tuple(PurePosixPath(line) for line in lines if is_inside(line) and not line.startswith("#"))


def is_inside(path: str) -> bool:
    """Return True if a path names something inside its folder, on every system."""
    return bool(path) and not {"", ".", ".."} & {*path.split("/")} and not {"\\", ":", "\0"} & {*path}


def foreign(tree: FileTree, folder: Path) -> Iterator[PurePosixPath]:
    """Yield the files that a tree would overwrite although they were not generated."""
    known = {MANIFEST, *listed(folder)}
    for path, text in tree.items():
        found = _read(folder / path)
        if found not in (None, text) and path not in known and not str(found).startswith(GENERATED):
            yield path


def write(tree: FileTree, folder: Path, *, owned: Sequence[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    """Write a tree to a folder and return the paths that changed.

    A run that ends at any moment, also by SIGKILL, leaves the old folder or the new one, and nothing that the next run
    does not remove. Unchanged files are not touched.

    Args:
        tree: Files to write.
        folder: Folder to write to; created if it does not exist.
        owned: Files and folders in `folder` that belong to the tree alone: what is not in the tree is removed.

    Raises:
        OSError: a file cannot be written; `folder` is as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.parent):
        for left in folder.parent.glob(f".{folder.name}-*{_STAGE}"):
            shutil.rmtree(left, ignore_errors=True)
        _check_paths(tree, owned, folder)
        changed = {path: text for path, text in tree.items() if _read(folder / path) != text}
        stale = frozenset(_stale(tree, folder, owned))
        if not changed and not stale:
            return ()
        stage = Path(mkdtemp(prefix=f".{folder.name}-", suffix=_STAGE, dir=folder.parent))
        try:
            _stage(stage / "new", folder, changed, stale)
            if not folder.exists():
                os.rename(stage / "new", folder)
            elif exchange(stage / "new", folder):
                _keep_new_files(stage / "new", folder, stale)
            else:
                _move(stage / "new", folder, changed, stale)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
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


def _check_paths(tree: FileTree, owned: Iterable[PurePosixPath], folder: Path) -> None:
    """Refuse to write through symbolic links, which may lead out of the folder, and over what is no such file."""
    files = {folder / path for path in tree}
    folders = {folder, *(folder / parent for path in (*tree, *owned) for parent in path.parents)}
    for part in sorted(files | folders):
        if part.is_symlink():
            raise OSError(errno.ELOOP, "is a symbolic link; remove it", str(part))
        if part in files and part.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder; remove it", str(part))
        if part in folders and os.path.lexists(part) and not part.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "is not a folder; remove it", str(part))


def _stage(new: Path, folder: Path, changed: Mapping[PurePosixPath, str], stale: Collection[PurePosixPath]) -> None:
    """Make the folder as it shall be: changed files, and hard links to all others, generated or not."""
    new.mkdir()
    for path, text in changed.items():
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    kept = [path for path in _files(folder) if path not in changed and path not in stale]
    # Bytecode comes last: it does not keep a folder without other files.
    for path in sorted(kept, key=_is_bytecode):
        target = new / path
        if not _is_bytecode(path) or target.parent.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(folder / path, target)
    for target in (new, *(each for each in new.rglob("*") if each.is_dir() and not each.is_symlink())):
        if (old := folder / target.relative_to(new)).is_dir():
            shutil.copymode(old, target)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _keep_new_files(old: Path, folder: Path, stale: Collection[PurePosixPath]) -> None:
    """Move files into the folder that were created in the old one while the new one was made."""
    for path in _files(old):
        if path not in stale and not _is_bytecode(path) and not os.path.lexists(folder / path):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.rename(old / path, folder / path)


def _move(new: Path, folder: Path, changed: Iterable[PurePosixPath], stale: Iterable[PurePosixPath]) -> None:
    """Move the changed files one by one, for systems that cannot exchange folders; move all back if one move fails."""
    old = new.with_name("old")
    done: list[PurePosixPath] = []
    try:
        # The manifest comes last: what it no longer lists must be gone.
        for path in sorted((*changed, *stale), key=MANIFEST.__eq__):
            (old / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            done.append(path)
            if (folder / path).exists():
                shutil.copy2(folder / path, old / path)
            if (new / path).exists():
                os.replace(new / path, folder / path)
            else:
                (folder / path).unlink()
    except BaseException:
        for path in done:
            if (old / path).exists():
                os.replace(old / path, folder / path)
            else:
                (folder / path).unlink(missing_ok=True)
        raise
    for path in stale:
        _prune(folder / path.parent, folder)


def _prune(directory: Path, folder: Path) -> None:
    """Remove a directory that contains nothing but bytecode, and those around it."""
    while directory != folder and all(map(_is_bytecode, _files(directory))):
        shutil.rmtree(directory)
        directory = directory.parent


def _files(folder: Path) -> Iterator[PurePosixPath]:
    """Yield the files in a folder, symbolic links among them."""
    for base, directories, names in os.walk(folder):
        links = [name for name in directories if os.path.islink(os.path.join(base, name))]
        for name in (*names, *links):
            yield PurePosixPath(Path(base, name).relative_to(folder).as_posix())


def _is_bytecode(path: PurePosixPath) -> bool:
    return path.parent.name == "__pycache__"


def _stale(tree: FileTree, folder: Path, owned: Sequence[PurePosixPath]) -> Iterator[PurePosixPath]:
    for root in owned:
        base = folder / root
        for path in sorted(map(root.joinpath, _files(base))) if base.is_dir() else [root] if base.is_file() else ():
            if path not in tree and path != MANIFEST and not _is_bytecode(path):
                yield path


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
