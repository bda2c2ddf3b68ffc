"""An operation does not have exactly one tag, the one that its operationId starts with.

A tag is a module, and a function lives in one module.

Write `tags: [tasks]` for `operationId: tasks.listTasks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import operations, report
from .wording import shown

ID: Final = "one-tag"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each operation whose tags are not the prefix of its name."""
    for operation in operations(document):
        tags = operation.node.data.get("tags")
        # Without a dot in the name there is no prefix; `operation-id` says so.
        if operation.name and tags != [operation.tag]:
            where = operation.node.at("tags")
            said = "has no tag" if not tags else f"tags are {shown(tags)}"
            yield report(document, ID, where, said, f"write tags: [{operation.tag}]")
