"""A path parameter is declared that its path does not mention.

Its argument would be asked for and go nowhere.

Write `{name}` in the path, or remove the parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .templates import path_parameters, variables
from .walk import operations, report

ID: Final = "path-parameter-unused"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each path parameter that the path does not mention."""
    for operation in operations(document):
        for name, mention in path_parameters(document, operation).items():
            if name not in variables(operation.path):
                message = f"{operation.path} does not mention the path parameter '{name}'"
                hint = f"write {{{name}}} in the path, or remove the parameter"
                yield report(document, ID, mention.pointer, message, hint, about=operation.id)
