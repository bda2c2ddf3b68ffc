"""Checks of servers, paths and path parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .values import is_list, shown
from .walk import Node, Operation, operations, parameters, report, root

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


PATH_PARAMETER_UNDECLARED: Final = "path-parameter-undeclared"


def check_path_parameter_undeclared(document: Document) -> Iterator[Problem]:
    """A path has a variable that no parameter declares, or that cannot be read.

    What stands between braces is filled from an argument, and an argument needs a type.

    Write a parameter `in: path` with that name, on the operation or on its path.
    """
    for operation in operations(document):
        declared = path_parameters(document, operation)
        where, about = operation.node.pointer.rpartition("/")[0], operation.id
        named = variables(operation.path)
        for name in dict.fromkeys(named):
            if name not in declared:
                message = f"nothing declares '{{{name}}}' of {operation.path}"
                hint = f"add a parameter: name: {name}, in: path, required: true"
                yield report(document, PATH_PARAMETER_UNDECLARED, where, message, hint, about=about)
            if named.count(name) > 1:
                message = f"'{{{name}}}' stands twice in {operation.path}"
                yield report(
                    document, PATH_PARAMETER_UNDECLARED, where, message, "give each variable its own name", about=about
                )
        if set("{}") & set(leftover(operation.path)):
            message = f"the braces of {operation.path} do not match"
            yield report(document, PATH_PARAMETER_UNDECLARED, where, message, "write {name}", about=about)


PATH_PARAMETER_UNUSED: Final = "path-parameter-unused"


def check_path_parameter_unused(document: Document) -> Iterator[Problem]:
    """A path parameter is declared that its path does not mention.

    Its argument would be asked for and go nowhere.

    Write `{name}` in the path, or remove the parameter.
    """
    for operation in operations(document):
        for name, mention in path_parameters(document, operation).items():
            if name not in variables(operation.path):
                message = f"{operation.path} does not mention the path parameter '{name}'"
                hint = f"write {{{name}}} in the path, or remove the parameter"
                yield report(document, PATH_PARAMETER_UNUSED, mention.pointer, message, hint, about=operation.id)


SERVER_UNUSABLE: Final = "server-unusable"


def check_server_unusable(document: Document) -> Iterator[Problem]:
    """There is no server, or its address cannot be called.

    The first server is where a client goes when it is told nothing else.

    Write `servers: [{url: 'https://api.example.com/v2'}]`: an absolute http(s) address without user, query and
    fragment, each `{variable}` in it with a default.
    """
    servers = list(root(document).children("server", "servers"))
    if not servers:
        hint = "write servers: [{url: 'https://…'}]"
        yield report(document, SERVER_UNUSABLE, "/servers", "no server is given", hint, about="servers")
    for server in servers:
        yield from _server(document, server)


def _server(document: Document, server: Node) -> Iterator[Problem]:
    url = server.data.get("url")
    if not isinstance(url, str):
        return
    for name in variables(url):
        variable = server.child("server-variable", "variables", name)
        default = variable.data.get("default") if variable else None
        choices = variable.data.get("enum") if variable else None
        if not isinstance(default, str):
            hint = f"write variables: {{{name}: {{default: …}}}}"
            yield report(document, SERVER_UNUSABLE, server.at("url"), f"'{{{name}}}' has no default", hint)
            return
        if is_list(choices) and default not in choices:
            where = server.at("variables", name, "default")
            yield report(document, SERVER_UNUSABLE, where, f"{shown(default)} is not in enum", "write one of these")
        url = url.replace(f"{{{name}}}", default)
    fault = _fault(url)
    if fault:
        yield report(document, SERVER_UNUSABLE, server.at("url"), *fault)


def _fault(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound, parts = False, urlsplit("")
    if not sound or leftover(url) != url or any(character.isspace() or character in "{}" for character in url):
        return f"{shown(url)} is no absolute http(s) address", "write it like https://api.example.com/v2"
    if "@" in parts.netloc:
        return "the address holds a user", "remove it: secrets never stand in a spec"
    if "?" in url or "#" in url:
        return "the address holds a query or a fragment", "end it with the path"
    return None
