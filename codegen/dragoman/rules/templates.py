"""The variables of path templates."""

from __future__ import annotations

import re
from typing import Final

from ..source import Document
from .walk import Node, Operation, parameters

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def variables(template: str) -> list[str]:
    """Return the names between braces, in order, with repetitions."""
    return _VARIABLE.findall(template)


def leftover(template: str) -> str:
    """Return a template without its variables."""
    return _VARIABLE.sub("", template)


def path_parameters(document: Document, operation: Operation) -> dict[str, Node]:
    """Return the path parameters of an operation by name, each where the operation mentions it."""
    found: dict[str, Node] = {}
    for mention, parameter in parameters(document, operation):
        name = parameter.data.get("name")
        if parameter.data.get("in") == "path" and isinstance(name, str):
            found[name] = mention
    return found
