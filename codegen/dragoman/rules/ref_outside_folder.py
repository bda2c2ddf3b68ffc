"""A `$ref` leads to a file outside the folder of the spec.

A spec that somebody hands in must not make the generator read the files of the machine that it runs on.

Copy what is needed under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .refs import Target, refs
from .walk import report

ID: Final = "ref-outside-folder"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each reference that leaves the folder of the spec."""
    for node, ref in refs(document, Target.OUTSIDE):
        hint = "copy what is needed under components, and refer to it there"
        yield report(document, ID, node.at("$ref"), f"'{ref}' leads out of the folder of the spec", hint)
