"""Checks of servers, paths and path parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from ..diagnostics import Problem
from ..spec.reader import default_server
from ..spec.yaml_document import Document
from .values import is_list, listed, preview
from .walk import Node, Operation, nodes, operations, parameters, report, root

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def variables(template: str) -> list[str]:
    """Return the names in braces, in order, including repetitions; those in a fragment are not part of the request."""
    return _VARIABLE.findall(template.partition("#")[0])


def leftover(template: str) -> str:
    """Return a template without its variables and its fragment."""
    return _VARIABLE.sub("", template.partition("#")[0])


def path_parameters(document: Document, operation: Operation) -> dict[str, Node]:
    """Return the path parameters of an operation: name -> its reference or inline definition."""
    found: dict[str, Node] = {}
    for mention, parameter in parameters(document, operation):
        name = parameter.data.get("name")
        if parameter.data.get("in") == "path" and isinstance(name, str):
            found[name] = mention
    return found


PATH_PARAMETER_UNDECLARED: Final = "path-parameter-undeclared"


def check_path_parameter_undeclared(document: Document) -> Iterator[Problem]:
    """A path has an undeclared, repeated or malformed variable.

    Each variable in braces is filled from an argument, which needs a type.

    Write `parameters: [{name: <variable>, in: path, required: true, schema: {type: string}}]` on the operation or on
    its path.
    """
    for operation in operations(document):
        declared = path_parameters(document, operation)
        where, about = operation.node.pointer.rpartition("/")[0], operation.id
        named = variables(operation.path)
        for name in dict.fromkeys(named):
            if name not in declared:
                message = f"no parameter declares '{{{name}}}' of {operation.path}"
                hint = f"write parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}]"
                yield report(document, PATH_PARAMETER_UNDECLARED, where, message, hint, about=about)
            if named.count(name) > 1:
                message = f"'{{{name}}}' occurs more than once in {operation.path}"
                yield report(
                    document,
                    PATH_PARAMETER_UNDECLARED,
                    where,
                    message,
                    "give each variable a distinct name",
                    about=about,
                )
        if set("{}") & set(leftover(operation.path)):
            message = f"the braces in {operation.path} are unbalanced"
            yield report(
                document, PATH_PARAMETER_UNDECLARED, where, message, "write each variable as {name}", about=about
            )


PATH_TWICE: Final = "path-twice"


def check_path_twice(document: Document) -> Iterator[Problem]:
    """Two paths differ in the names of their variables only.

    OpenAPI defines such paths as identical: no request says which of the two is meant, even if their operations have
    different methods.

    Write the path once, with the operations of both below it.
    """
    first: dict[str, str] = {}
    for item in root(document).children("path-item", "paths"):
        known = first.setdefault(_VARIABLE.sub("{}", item.key), item.key)
        if known != item.key:
            message = f"the path differs from {known} in the names of its variables only"
            hint = f"move its operations to {known}, and rename their parameters"
            yield report(document, PATH_TWICE, item.pointer, message, hint)


PATH_PARAMETER_UNUSED: Final = "path-parameter-unused"


def check_path_parameter_unused(document: Document) -> Iterator[Problem]:
    """A path parameter is declared but is not in the path.

    Its argument would be required and never sent.

    Write `{name}` in the path, or remove the parameter.
    """
    for operation in operations(document):
        for name, mention in path_parameters(document, operation).items():
            if name not in variables(operation.path):
                message = f"the path parameter '{name}' is not in {operation.path}"
                hint = f"write {{{name}}} in the path, or remove the parameter"
                yield report(document, PATH_PARAMETER_UNUSED, mention.pointer, message, hint, about=operation.id)


PATH_QUERY: Final = "path-query"


def check_path_query(document: Document) -> Iterator[Problem]:
    """The query in a path is not one that can be sent as written.

    `/?Action=ListTasks` is sent as it is, before the query parameters. A parameter of the same name would be sent
    twice. A fragment (`/#Action=ListTasks`) is never sent; it tells apart operations whose path is the same.

    Write each name once, in the path or under `parameters`, and percent-encode other characters than `A-Z a-z 0-9` and
    `-._~!$&'()*+,;=:@/?` in the path.
    """
    for operation in operations(document):
        query = operation.path.partition("#")[0].partition("?")[2]
        where = operation.node.pointer.rpartition("/")[0]
        if not _QUERY.fullmatch(leftover(query)):
            message = f"the query {preview(query)} contains characters that must be encoded"
            yield report(
                document, PATH_QUERY, where, message, "percent-encode them: %20 for a space", about=operation.id
            )
        fixed = {pair.partition("=")[0] for pair in query.split("&")}
        for mention, parameter in parameters(document, operation):
            name = parameter.data.get("name")
            if parameter.data.get("in") == "query" and isinstance(name, str) and name in fixed:
                message = f"the query parameter '{name}' is in the path too"
                hint = f"remove the parameter, or write # instead of ? in {operation.path}"
                yield report(document, PATH_QUERY, mention.pointer, message, hint, about=operation.id)


_QUERY: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")

SERVER_UNUSABLE: Final = "server-unusable"


def check_server_unusable(document: Document) -> Iterator[Problem]:
    """No server is declared, or its URL is invalid.

    The first server, or the first one for production (`x-environment`), is the default `base_url` of the client. If it
    is relative (`/v2`), callers must pass `base_url`. That of an operation or a path is used instead; a relative one is
    relative to the base URL.

    Write `servers: [{url: 'https://api.example.com/v2'}]`: a URL without user, query and fragment, with a default for
    each `{variable}` in it.
    """
    servers = list(root(document).children("server", "servers"))
    if not servers:
        hint = "write servers: [{url: 'https://api.example.com/v2'}]"
        yield report(document, SERVER_UNUSABLE, "/servers", "no server is declared", hint, about="servers")
    for server in nodes(document, "server"):
        if "/links/" not in server.pointer:
            yield from _server(document, server)


SERVER_ENVIRONMENT: Final = "server-environment"


def check_server_environment(document: Document) -> Iterator[Problem]:
    """Some servers say `x-environment` and others beside them do not, or those of an operation are for tests only.

    Without a `base_url`, a client uses the first server for production; servers for tests are used by callers who pass
    them. A server without the word, beside others that have it, could be either. The servers of a path or an operation
    are used whatever the `base_url`, so one of them must be for production.

    Write `x-environment: production` or `x-environment: test` on each server, or on none.
    """
    for owner in nodes(document, "document", "path-item", "operation"):
        servers = list(owner.children("server", "servers"))
        marked = [server for server in servers if "x-environment" in server.data]
        if not marked:
            continue
        for server in servers:
            if server not in marked:
                message = "servers beside this one say x-environment, and this one does not"
                hint = "write x-environment: production, or x-environment: test"
                yield report(document, SERVER_ENVIRONMENT, server.pointer, message, hint)
        if owner.kind != "document" and default_server([server.data for server in servers]) is None:
            message = "no server of this operation is for production, and calls would use one for tests"
            hint = "add the server for production, or remove servers: callers then pass a base_url"
            yield report(document, SERVER_ENVIRONMENT, owner.at("servers"), message, hint)


def _server(document: Document, server: Node) -> Iterator[Problem]:
    url = server.data.get("url")
    if not isinstance(url, str):
        return
    for name in variables(url):
        variable = server.child("server-variable", "variables", name)
        default = variable.data.get("default") if variable else None
        allowed = variable.data.get("enum") if variable else None
        if not isinstance(default, str):
            hint = f"write variables: {{{name}: {{default: <value>}}}}"
            yield report(document, SERVER_UNUSABLE, server.at("url"), f"'{{{name}}}' has no default", hint)
            return
        if is_list(allowed) and default not in allowed:
            where = server.at("variables", name, "default")
            yield report(
                document,
                SERVER_UNUSABLE,
                where,
                f"the default {preview(default)} is not in enum",
                f"write {listed(allowed)}",
            )
        url = url.replace(f"{{{name}}}", default)
    fault = _fault(url)
    if fault:
        yield report(document, SERVER_UNUSABLE, server.at("url"), *fault)


def _fault(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        # The port is validated when it is read.
        absolute = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        sound = absolute or (url.startswith("/") and not url.startswith("//"))
    except ValueError:
        sound, parts = False, urlsplit("")
    if not sound or _VARIABLE.search(url) or any(character.isspace() or character in "{}" for character in url):
        return f"{preview(url)} is not an http(s) URL", "write a URL such as https://api.example.com/v2, or a path: /v2"
    if "@" in parts.netloc:
        return "the URL contains a user", "remove it: a spec must not contain credentials"
    if "?" in url or "#" in url:
        return "the URL contains a query or a fragment", "remove everything after the path"
    return None
