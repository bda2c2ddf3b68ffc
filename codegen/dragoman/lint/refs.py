"""Checks of references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from taskclients_core.json_pointer import unescape

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .values import is_object, nearest
from .walk import SECTIONS, Node, nodes, report, resolve, root

_REMOTE: Final = re.compile(r"(?i)(?!file:)[a-z][a-z0-9+.-]+:|//")


class RefTarget(Enum):
    """Where a reference leads."""

    HERE = "this document"
    FOLDER = "another file of this folder"
    OUTSIDE = "a file outside this folder"
    REMOTE = "another machine"


def refs(document: Document, target: RefTarget) -> Iterator[tuple[Node, str]]:
    """Yield the objects in whose place a reference to `target` stands, with the reference."""
    for node in nodes(document):
        ref = node.ref
        if ref is not None and _target(ref) is target:
            yield node, ref


def _target(ref: str) -> RefTarget:
    path = unquote(ref.partition("#")[0]).replace("\\", "/")
    if _REMOTE.match(path):
        return RefTarget.REMOTE
    if not path:
        return RefTarget.HERE
    # A drive letter is one letter and a colon, which no pattern above takes for a scheme.
    if path.startswith(("/", "~")) or path[1:2] == ":" or path.lower().startswith("file:"):
        return RefTarget.OUTSIDE
    depth = 0
    for part in PurePosixPath(path).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return RefTarget.OUTSIDE
    return RefTarget.FOLDER


REF_OTHER_FILE: Final = "ref-other-file"


def check_ref_other_file(document: Document) -> Iterator[Problem]:
    """A `$ref` leads to another file.

    One spec is one file: its components are its namespace, and every name in it is spelled once.

    Write what is referred to under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.FOLDER):
        hint = "write it under components of this file, and refer to it there"
        yield report(
            document, REF_OTHER_FILE, node.at("$ref"), f"'{ref}' is another file, which is not supported", hint
        )


REF_OUTSIDE_FOLDER: Final = "ref-outside-folder"


def check_ref_outside_folder(document: Document) -> Iterator[Problem]:
    """A `$ref` leads to a file outside the folder of the spec.

    A spec that somebody hands in must not make the generator read the files of the machine that it runs on.

    Copy what is needed under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.OUTSIDE):
        hint = "copy what is needed under components, and refer to it there"
        yield report(
            document, REF_OUTSIDE_FOLDER, node.at("$ref"), f"'{ref}' leads out of the folder of the spec", hint
        )


REF_REMOTE: Final = "ref-remote"


def check_ref_remote(document: Document) -> Iterator[Problem]:
    """A `$ref` leads to another machine.

    Generating reads no network: the same spec must give the same bytes tomorrow, offline, and whatever the other
    machine answers then.

    Copy what is needed under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.REMOTE):
        hint = "copy what is needed under components, and refer to it there"
        yield report(document, REF_REMOTE, node.at("$ref"), f"'{ref}' leads to another machine", hint)


REF_UNRESOLVABLE: Final = "ref-unresolvable"


def check_ref_unresolvable(document: Document) -> Iterator[Problem]:
    """A `$ref` does not lead to a component of the right kind.

    A reference stands for a component, whose name becomes the name in Python; so it has to name a component itself, not
    a part of one, and one of the kind that belongs in its place.

    Write `$ref: '#/components/<section>/<name>'`, for example `'#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.HERE):
        found = _fault(document, node, ref)
        if found:
            message, hint = found
            yield report(document, REF_UNRESOLVABLE, node.at("$ref"), message, hint)


def _fault(document: Document, node: Node, ref: str) -> tuple[str, str] | None:
    section = SECTIONS[node.kind]
    prefix = f"#/components/{section}/"
    if not ref.startswith(prefix) or "/" in ref.removeprefix(prefix):
        return f"'{ref}' is no {node.kind} under components.{section}", f"write '{prefix}' and its name"
    name = unescape(ref.removeprefix(prefix))
    components = root(document).child("components", "components")
    known = components.data.get(section) if components else None
    names = known if is_object(known) else {}
    if name not in names:
        return f"there is no '{name}' under components.{section}", nearest(name, names, "add it, or mend the name")
    if resolve(document, node) is None:
        return f"'{ref}' leads round in a circle", "let one of them say what it is"
    return None
