"""An operation has no name, or one that is not `<tag>.<verbNoun>`.

The name is the function in Python, and its tag the module: `tasks.listTasks` becomes `list_tasks` in `tasks.py`.

Write `operationId: tasks.listTasks`, each only once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import Operation, operations, report

ID: Final = "operation-id"

_FORM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\.[a-z][A-Za-z0-9]*")


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each operation whose name is missing, malformed or taken."""
    first: dict[str, Operation] = {}
    for operation in operations(document):
        name = operation.node.data.get("operationId")
        where = operation.node.at("operationId")
        if not isinstance(name, str):
            yield report(document, ID, where, "operationId is missing", "write operationId: <tag>.<verbNoun>")
        elif not _FORM.fullmatch(name):
            message = f"operationId '{name}' is not <tag>.<verbNoun>"
            yield report(document, ID, where, message, "write it like tasks.listTasks")
        elif name in first:
            line = document.where(first[name].node.at("operationId")).line
            message = f"operationId '{name}' is taken by {first[name].method.upper()} {first[name].path}"
            yield report(document, ID, where, message, f"name one of them otherwise; the first is at line {line}")
        else:
            first[name] = operation
