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
    """Location of the target of a reference."""

    HERE = "this document"
    FOLDER = "another file of this folder"
    OUTSIDE = "a file outside this folder"
    REMOTE = "a URL"


def refs(document: Document, target: RefTarget) -> Iterator[tuple[Node, str]]:
    """Yield the reference objects with a target at `target`, and their `$ref`."""
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
    # A drive letter (`c:`) is too short to match as a scheme above.
    if path.startswith(("/", "~")) or path[1:2] == ":" or path.lower().startswith("file:"):
        return RefTarget.OUTSIDE
    depth = 0
    for part in PurePosixPath(path).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return RefTarget.OUTSIDE
    return RefTarget.FOLDER


def _hint(node: Node) -> str:
    section = SECTIONS[node.kind]
    return f"copy the target to components.{section}, and write $ref: '#/components/{section}/<Name>'"


REF_OTHER_FILE: Final = "ref-other-file"


def check_ref_other_file(document: Document) -> Iterator[Problem]:
    """A `$ref` points to another file.

    A spec is one file, and its components are its namespace.

    Copy the target to `components`. Write `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.FOLDER):
        hint = _hint(node)
        yield report(
            document, REF_OTHER_FILE, node.at("$ref"), f"'{ref}' points to another file, which is not supported", hint
        )


REF_OUTSIDE_FOLDER: Final = "ref-outside-folder"


def check_ref_outside_folder(document: Document) -> Iterator[Problem]:
    """A `$ref` points to a file outside the folder of the spec.

    An untrusted spec must not make the generator read other files of the machine.

    Copy the target to `components`. Write `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.OUTSIDE):
        hint = _hint(node)
        yield report(
            document,
            REF_OUTSIDE_FOLDER,
            node.at("$ref"),
            f"'{ref}' points to a file outside the folder of the spec",
            hint,
        )


REF_REMOTE: Final = "ref-remote"


def check_ref_remote(document: Document) -> Iterator[Problem]:
    """A `$ref` points to a URL.

    The generator makes no network requests, so that the same spec always gives the same code, offline too.

    Copy the target to `components`. Write `$ref: '#/components/schemas/Task'`.
    """
    for node, ref in refs(document, RefTarget.REMOTE):
        hint = _hint(node)
        yield report(
            document, REF_REMOTE, node.at("$ref"), f"'{ref}' is a remote reference, which is not supported", hint
        )


REF_UNRESOLVABLE: Final = "ref-unresolvable"


def check_ref_unresolvable(document: Document) -> Iterator[Problem]:
    """The target of a `$ref` is not a component of the required kind.

    The name of the component becomes the name in Python. So the target must be a component, not a part of one, and of
    the kind that is required where the reference is.

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
        return f"'{ref}' is not a component of components.{section}", f"write $ref: '{prefix}<Name>'"
    name = unescape(ref.removeprefix(prefix))
    components = root(document).child("components", "components")
    known = components.data.get(section) if components else None
    names = known if is_object(known) else {}
    if name not in names:
        return f"components.{section} has no '{name}'", nearest(name, names, "add it, or correct the name")
    if isinstance(names[name], bool):
        # `unsupported-keyword` reports the component.
        return None
    if resolve(document, node) is None:
        return f"'{ref}' is a circular reference", f"replace one $ref of the circle with the {node.kind} itself"
    return None
