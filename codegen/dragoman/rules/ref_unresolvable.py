"""A `$ref` does not lead to a component of the right kind.

A reference stands for a component, whose name becomes the name in Python; so it has to name a component itself, not a
part of one, and one of the kind that belongs in its place.

Write `$ref: '#/components/<section>/<name>'`, for example `'#/components/schemas/Task'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import unescape

from ..problem import Problem
from ..source import Document
from .data import is_object
from .grammar import SECTIONS
from .refs import Target, refs
from .walk import Node, report, resolve, root
from .wording import nearest

ID: Final = "ref-unresolvable"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each reference within the document that leads nowhere, wrong, or round in a circle."""
    for node, ref in refs(document, Target.HERE):
        found = _fault(document, node, ref)
        if found:
            message, hint = found
            yield report(document, ID, node.at("$ref"), message, hint)


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
