"""Cache of generated packages, so that a run without changes is fast. `pipeline` builds through it.

The name of an entry is a digest of everything that shapes it: the spec, every file of the generator and of the core,
and the versions of the libraries that print code. So an entry is never stale, and the cache can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final

from .generate.file_tree import FileTree, is_inside

CORE: Final = Path(__file__).parent.parent / "taskclients_core"
"""Folder of the core, a sibling in the same distribution. Importing it would take longer than the rest of a run."""

_ABANDONED: Final = 60.0
"""Seconds after which an incomplete entry belongs to a run that was killed."""

_PRINTERS: Final = ("datamodel-code-generator", "jinja2", "ruff")
"""Libraries whose version can change generated code."""


def build(path: Path, *, package: str = "taskclients", fresh: bool = False) -> FileTree:
    """Return the package of one spec inside `package`, from the cache unless `fresh`.

    Raises:
        SpecError: the spec has problems, as `dragoman.build` reports them.
    """
    entry: Path | None = None
    # An entry that is missing or damaged is made again; building reports why a spec cannot be read.
    with contextlib.suppress(OSError, ValueError, RecursionError):
        # Compute the name first: if the spec changes while it is built, the old tree must not get the new name.
        entry = _folder() / f"{_digest(path, package)}.json"
        if not fresh:
            return _load(entry)
    from . import build as build_now

    tree = build_now(path, package=package)
    if entry is not None:
        with contextlib.suppress(OSError):
            _store(tree, entry)
    return tree


def _folder() -> Path:
    if own := os.environ.get("DRAGOMAN_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(base) / "dragoman"


def _digest(path: Path, package: str) -> str:
    return hashlib.sha256(repr((path.name, package, _generator())).encode() + path.read_bytes()).hexdigest()


@cache
def _generator() -> str:
    """Return the digest of Python's version, generator, core and libraries, which all specs of a run share."""
    digest = hashlib.sha256(repr((sys.version_info[:2], *map(version, _PRINTERS))).encode())
    # The core is included because printed code leaves out the core's defaults.
    for package in (Path(__file__).parent, CORE):
        for file in sorted(package.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                content = file.read_bytes()
                digest.update(f"{len(content)}:".encode() + content)
    return digest.hexdigest()


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _load(entry: Path) -> FileTree:
    """Return the files of an entry.

    Raises:
        ValueError: the entry is damaged, or a path leads out of the package.
    """
    digest, _, text = entry.read_text(encoding="utf-8").partition("\n")
    if digest != _digest_of(text):
        raise ValueError("the entry is damaged")
    files: dict[str, str] = json.loads(text)
    if not all(is_inside(path) and "/" in path for path in files):
        raise ValueError("a path leads out of the package")
    return {PurePosixPath(path): content for path, content in files.items()}


def _store(tree: FileTree, entry: Path) -> None:
    """Write an entry, complete or not at all: other runs may read it at the same time."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    for left in entry.parent.glob("*.partial"):
        # A run that was killed left it.
        if time.time() - left.stat().st_mtime > _ABANDONED:
            left.unlink()
    partial = entry.with_suffix(f".{os.getpid()}.partial")
    text = json.dumps({path.as_posix(): content for path, content in tree.items()})
    partial.write_text(f"{_digest_of(text)}\n{text}", encoding="utf-8")
    partial.replace(entry)
