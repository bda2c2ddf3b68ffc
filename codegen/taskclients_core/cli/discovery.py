"""Which vendors there are: every package in the generated one. None has to be named anywhere."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from attrs import frozen

from ..api import Api
from ..async_client import AsyncClient
from ..operation import ClientParameter
from ..tasks.definition import Kind, Submit
from .docs import argument_docs, summary
from .words import kebab

package = "taskclients"
"""The generated package; `commands.run` sets it, once a process."""


@frozen(eq=False)
class Start:
    """A command that starts a task."""

    words: tuple[str, ...]
    """Such as `export`, `customer`."""

    submit: Submit[Any, Any]
    summary: str
    arguments: Mapping[str, str]
    """What the function says about its arguments, by their names in Python."""


@frozen(eq=False)
class Vendor:
    """A vendor whose client is in this package."""

    name: str
    client: type[AsyncClient]
    client_parameters: tuple[tuple[str, ClientParameter, str], ...]
    """What the API wants with every call: argument of the client, parameter, and what is known about it."""

    starts: tuple[Start, ...]

    @property
    def api(self) -> Api:
        """Its API."""
        return self.client.api

    @property
    def kinds(self) -> tuple[Kind[Any, Any], ...]:
        """Its kinds of tasks."""
        return tuple({start.submit.kind.name: start.submit.kind for start in self.starts}.values())


def names() -> list[str]:
    """The vendors' names. Imports none of them."""
    found = pkgutil.iter_modules(import_module(package).__path__)
    return sorted(module.name for module in found if module.ispkg and module.name != "core")


def vendor(name: str, reserved: frozenset[str] = frozenset()) -> Vendor | None:
    """A vendor by its name; None if there is none, or it has no client. Its starts stay clear of reserved words."""
    if name not in names():
        return None
    client = _client(import_module(f"{package}.{name}"))
    if client is None:
        return None
    return Vendor(name, client, _client_parameters(client), _starts(client, reserved))


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
    # The twin's docstring refers to the synchronous class, which has the texts.
    twin = getattr(import_module(client.__module__), client.__name__.removeprefix("Async"), client)
    about = argument_docs(twin)
    pairs = zip(named, client.api.parameters, strict=True)
    return tuple((name, parameter, about.get(name, "")) for name, parameter in pairs)


def _starts(client: type[AsyncClient], reserved: frozenset[str]) -> tuple[Start, ...]:
    submits = cast("tuple[Submit[Any, Any], ...]", getattr(client, "submits", ()))
    names = [submit.operation.name.rpartition(".")[2] for submit in submits]
    home = import_module(f"{client.__module__.rpartition('.')[0]}.async_tasks") if submits else None
    found: list[Start] = []
    for submit, name, words in zip(submits, names, _words(names, reserved), strict=True):
        function: object = getattr(home, f"start_{name}", None)
        found.append(Start(words, submit, summary(function), argument_docs(function)))
    return tuple(found)


def _words(names: list[str], reserved: frozenset[str]) -> list[tuple[str, ...]]:
    """`export_customer` becomes `export customer`; what cannot be that becomes one word."""
    parted = [tuple(name.strip("_").split("_", 1)) for name in names]
    alone = {words[0] for words in parted if len(words) == 1}
    found: list[tuple[str, ...]] = []
    for name, words in zip(names, parted, strict=True):
        joined = kebab(name)
        if len(words) == 2 and words[0] not in reserved and words[0] not in alone:
            found.append((words[0], kebab(words[1])))
        else:
            # `wait` is a command of ours, and a group `sync` would hide the command `sync`.
            found.append((f"start-{joined}" if joined in reserved else joined,))
    return found
