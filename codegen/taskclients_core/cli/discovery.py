"""Vendors of a generated package, the tasks that each can begin, and the docstrings that become help texts.

Every package in the generated one is a vendor; a vendor is imported when it is named.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final, cast

from attrs import frozen

from ..auth.environment import environment_variable, kebab
from ..client import AsyncClient
from ..operation import ClientParameter
from ..security import Api
from ..tasks.definition import FromList, Submission, TaskType
from ..tasks.expressions import parse_expression

_ARGUMENT: Final = re.compile(r"^(\w+): (.*)$")


@frozen(eq=False)
class BeginCommand:
    """A command that begins a task."""

    words: tuple[str, ...]
    """One or two words, such as `export`, `customer`."""

    submission: Submission[Any, Any]
    summary: str
    arguments: Mapping[str, str]
    """Help texts of the operation's arguments, by their names in Python."""


@frozen(eq=False)
class Vendor:
    """A vendor of the generated package."""

    package: str
    name: str
    client: type[AsyncClient]
    client_parameters: tuple[tuple[str, ClientParameter, str], ...]
    """Parameters that the API takes with every call: argument of the client, parameter, help text."""

    begins: tuple[BeginCommand, ...]

    @property
    def api(self) -> Api:
        """API of the vendor."""
        return self.client.api

    @property
    def title(self) -> str:
        """Title of the API, from the docstring of its client's module."""
        text = sys.modules[self.client.__module__].__doc__ or self.name
        return text.partition("\n")[0].partition(": ")[0]

    @property
    def task_types(self) -> tuple[TaskType[Any, Any], ...]:
        """Types of the vendor's tasks."""
        return tuple({each.submission.task_type.name: each.submission.task_type for each in self.begins}.values())

    @property
    def scopes(self) -> tuple[str, ...]:
        """Names of the values that the lists of tasks require, such as an organization."""
        return tuple(dict.fromkeys(name for task_type in self.task_types for name in scope_names(task_type)))

    def variable(self, name: str) -> str:
        """Return the environment variable of one of the vendor's values."""
        return environment_variable(self.package, self.name, name)


@frozen(eq=False)
class Vendors:
    """The vendors of a generated package."""

    package: str
    reserved: frozenset[str] = frozenset()
    """Words that no begin command takes, because they are commands themselves."""

    def names(self) -> list[str]:
        """Return the names of the vendors, without importing any of them."""
        found = pkgutil.iter_modules(import_module(self.package).__path__)
        return sorted(module.name for module in found if module.ispkg and module.name != "core")

    def get(self, name: str) -> Vendor | None:
        """Import a vendor; return None if there is no such vendor or it has no client."""
        if name not in self.names():
            return None
        client = _client(import_module(f"{self.package}.{name}"))
        if client is None:
            return None
        return Vendor(self.package, name, client, _client_parameters(client), _begins(client, self.reserved))


def scope_names(task_type: TaskType[Any, Any]) -> Iterator[str]:
    """Yield the names of the values that a list of tasks of this type requires; none if there is no list."""
    if not isinstance(task_type.poll, FromList):
        return
    values: Iterable[object] = task_type.poll.call.arguments.values()
    for value in values:
        expression = parse_expression(value)
        if expression is not None and expression.source == "scope":
            yield expression.name


def _client(home: ModuleType) -> type[AsyncClient] | None:
    for name in cast("list[str]", getattr(home, "__all__", [])):
        found: object = getattr(home, name, None)
        if isinstance(found, type) and issubclass(found, AsyncClient):
            return found
    return None


def _client_parameters(client: type[AsyncClient]) -> tuple[tuple[str, ClientParameter, str], ...]:
    if not client.api.parameters:
        return ()
    given = inspect.signature(client.__init__).parameters.values()
    named = [each.name for each in given if each.kind is each.KEYWORD_ONLY and each.name != "auth"]
    # The docstring of the async client refers to the synchronous class, which has the texts.
    twin = getattr(import_module(client.__module__), client.__name__.removeprefix("Async"), client)
    about = argument_docs(twin)
    pairs = zip(named, client.api.parameters, strict=True)
    return tuple((name, parameter, about.get(name, "")) for name, parameter in pairs)


def _begins(client: type[AsyncClient], reserved: frozenset[str]) -> tuple[BeginCommand, ...]:
    submissions = cast("tuple[Submission[Any, Any], ...]", getattr(client, "submissions", ()))
    names = [submission.operation.name.rpartition(".")[2] for submission in submissions]
    home = import_module(f"{client.__module__.rpartition('.')[0]}.async_tasks") if submissions else None
    found: list[BeginCommand] = []
    for submission, name, words in zip(submissions, names, command_words(names, reserved), strict=True):
        function: object = getattr(home, f"begin_{name}", None)
        found.append(BeginCommand(words, submission, summary(function), argument_docs(function)))
    return tuple(found)


def command_words(names: list[str], reserved: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the words of the commands of operations: `export customer` for `export_customer`.

    An operation whose first word is a reserved word, or an operation itself, becomes one word: a group `sync` would
    hide the command `sync`.
    """
    parted = [tuple(name.strip("_").split("_", 1)) for name in names]
    alone = {words[0] for words in parted if len(words) == 1}
    found: list[tuple[str, ...]] = []
    for name, words in zip(names, parted, strict=True):
        joined = kebab(name)
        if len(words) == 2 and words[0] not in reserved and words[0] not in alone:
            found.append((words[0], kebab(words[1])))
        else:
            found.append((f"begin-{joined}" if joined in reserved else joined,))
    return found


# -- Docstrings of generated code


def summary(documented: object) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(documented) or "").partition("\n")[0] if documented is not None else ""


def argument_docs(documented: object) -> Mapping[str, str]:
    """Return the texts of a docstring's section `Args:` by argument, without assumptions."""
    found: dict[str, str] = {}
    lines = (inspect.getdoc(documented) or "").partition("\nArgs:\n")[2].splitlines() if documented else []
    name = ""
    for line in lines:
        if not line:
            continue
        if not line.startswith("    "):
            break
        text = line[4:]
        if not text.startswith(" ") and (match := _ARGUMENT.match(text)):
            name = match[1]
            found[name] = match[2]
        elif name:
            found[name] += f" {text.strip()}"
    return {name: _without_assumptions(text) for name, text in found.items()}


def member_docs(model: type) -> Mapping[str, str]:
    """Return the docstrings of a model's fields by attribute; empty if the source is not available.

    Python keeps no docstrings of attributes, so they are read from the source.
    """
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
    return {node.name: _field_docs(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _field_docs(node: ast.ClassDef) -> Mapping[str, str]:
    found: dict[str, str] = {}
    name = ""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and name:
            found[name] = _without_assumptions(inspect.cleandoc(str(statement.value.value)))
            name = ""
        else:
            name = ""
    return found


def _without_assumptions(text: str) -> str:
    kept = re.split(r"\s*\bAssumed: |\n\n", text, maxsplit=1)[0]
    return " ".join(kept.split())
