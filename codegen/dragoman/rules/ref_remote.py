"""A `$ref` leads to another machine.

Generating reads no network: the same spec must give the same bytes tomorrow, offline, and whatever the other machine
answers then.

Copy what is needed under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .refs import Target, refs
from .walk import report

ID: Final = "ref-remote"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each reference to another machine."""
    for node, ref in refs(document, Target.REMOTE):
        hint = "copy what is needed under components, and refer to it there"
        yield report(document, ID, node.at("$ref"), f"'{ref}' leads to another machine", hint)
