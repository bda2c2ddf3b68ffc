"""A `$ref` leads to another file.

One spec is one file: its components are its namespace, and every name in it is spelled once.

Write what is referred to under `components`, and refer to it there: `$ref: '#/components/schemas/Task'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .refs import Target, refs
from .walk import report

ID: Final = "ref-other-file"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each reference to another file."""
    for node, ref in refs(document, Target.FOLDER):
        hint = "write it under components of this file, and refer to it there"
        yield report(document, ID, node.at("$ref"), f"'{ref}' is another file, which is not supported", hint)
