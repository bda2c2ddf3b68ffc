"""A path has a variable that no parameter declares, or that cannot be read.

What stands between braces is filled from an argument, and an argument needs a type.

Write a parameter `in: path` with that name, on the operation or on its path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .templates import leftover, path_parameters, variables
from .walk import operations, report

ID: Final = "path-parameter-undeclared"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each variable without a parameter."""
    for operation in operations(document):
        declared = path_parameters(document, operation)
        where, about = operation.node.pointer.rpartition("/")[0], operation.id
        named = variables(operation.path)
        for name in dict.fromkeys(named):
            if name not in declared:
                message = f"nothing declares '{{{name}}}' of {operation.path}"
                hint = f"add a parameter: name: {name}, in: path, required: true"
                yield report(document, ID, where, message, hint, about=about)
            if named.count(name) > 1:
                message = f"'{{{name}}}' stands twice in {operation.path}"
                yield report(document, ID, where, message, "give each variable its own name", about=about)
        if set("{}") & set(leftover(operation.path)):
            message = f"the braces of {operation.path} do not match"
            yield report(document, ID, where, message, "write {name}", about=about)
