"""What generated code says about itself, as help for commands and options."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Final

_ARGUMENT: Final = re.compile(r"^(\w+): (.*)$")


def summary(documented: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(documented) or "").partition("\n")[0] if documented is not None else ""


def argument_docs(documented: object) -> Mapping[str, str]:
    """What a docstring's section `Args:` says, by argument, without what is assumed."""
    found: dict[str, str] = {}
    lines = (inspect.getdoc(documented) or "").partition("\nArgs:\n")[2].splitlines() if documented else []
    name = ""
    for line in lines:
        if not line.startswith("    "):
            break
        text = line[4:]
        if not text.startswith(" ") and (match := _ARGUMENT.match(text)):
            name = match[1]
            found[name] = match[2]
        elif name:
            found[name] += f" {text.strip()}"
    return {name: _first_sentences(text) for name, text in found.items()}


def member_docs(model: type) -> Mapping[str, str]:
    """What stands below the fields of a model, by attribute; nothing where the source is not at hand."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        found.update(_fields_of(each.__module__).get(each.__qualname__, {}))
    return found


@cache
def _fields_of(module: str) -> Mapping[str, Mapping[str, str]]:
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, SyntaxError, KeyError):
        return {}
    return {node.name: _texts(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _texts(node: ast.ClassDef) -> Mapping[str, str]:
    found: dict[str, str] = {}
    name = ""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and name:
            found[name] = _first_sentences(inspect.cleandoc(str(statement.value.value)))
            name = ""
        else:
            name = ""
    return found


def _first_sentences(text: str) -> str:
    kept = re.split(r"\s*\bAssumed: |\n\n", text, maxsplit=1)[0]
    return " ".join(kept.split())
