"""The references of a spec, sorted by where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from ..source import Document
from .walk import Node, nodes

_REMOTE: Final = re.compile(r"(?i)(?!file:)[a-z][a-z0-9+.-]+:|//")


class Target(Enum):
    """Where a reference leads."""

    HERE = "this document"
    FOLDER = "another file of this folder"
    OUTSIDE = "a file outside this folder"
    REMOTE = "another machine"


def refs(document: Document, target: Target) -> Iterator[tuple[Node, str]]:
    """Yield the objects in whose place a reference to `target` stands, with the reference."""
    for node in nodes(document):
        ref = node.ref
        if ref is not None and _target(ref) is target:
            yield node, ref


def _target(ref: str) -> Target:
    path = unquote(ref.partition("#")[0]).replace("\\", "/")
    if _REMOTE.match(path):
        return Target.REMOTE
    if not path:
        return Target.HERE
    # A drive letter is one letter and a colon, which no pattern above takes for a scheme.
    if path.startswith(("/", "~")) or path[1:2] == ":" or path.lower().startswith("file:"):
        return Target.OUTSIDE
    depth = 0
    for part in PurePosixPath(path).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return Target.OUTSIDE
    return Target.FOLDER
