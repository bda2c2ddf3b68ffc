"""There is no server, or its address cannot be called.

The first server is where a client goes when it is told nothing else.

Write `servers: [{url: 'https://api.example.com/v2'}]`: an absolute http(s) address without user, query and fragment,
each `{variable}` in it with a default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from ..problem import Problem
from ..source import Document
from .data import is_list
from .templates import leftover, variables
from .walk import Node, report, root
from .wording import shown

ID: Final = "server-unusable"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each server that cannot be called, and one when there is none."""
    servers = list(root(document).children("server", "servers"))
    if not servers:
        hint = "write servers: [{url: 'https://…'}]"
        yield report(document, ID, "/servers", "no server is given", hint, about="servers")
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
            yield report(document, ID, server.at("url"), f"'{{{name}}}' has no default", hint)
            return
        if is_list(choices) and default not in choices:
            where = server.at("variables", name, "default")
            yield report(document, ID, where, f"{shown(default)} is not in enum", "write one of these")
        url = url.replace(f"{{{name}}}", default)
    fault = _fault(url)
    if fault:
        yield report(document, ID, server.at("url"), *fault)


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
