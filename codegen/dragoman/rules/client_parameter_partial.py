"""A parameter that is set once on the client is not one that every operation takes.

`x-client-parameter: true` moves a parameter from every call to the constructor; so every operation has to take it, and it must be
the same one everywhere.

Write it once under `components.parameters`, in a header, a query or a cookie, and refer to it from every operation or
path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import Node, is_component, nodes, operations, parameters, report

ID: Final = "client-parameter-partial"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each client parameter that is no component, is in a path, or that an operation lacks."""
    shared: list[Node] = []
    for parameter in nodes(document, "parameter"):
        if parameter.data.get("x-client-parameter") is not True:
            continue
        where = parameter.at("x-client-parameter")
        if not is_component(parameter):
            hint = "write the parameter under components.parameters, and $ref here"
            yield report(document, ID, where, "a parameter of the client is written in place", hint)
        elif parameter.data.get("in") == "path":
            hint = "remove x-client-parameter, or write a server variable"
            yield report(document, ID, where, "a path parameter cannot be set on the client", hint)
        else:
            shared.append(parameter)
    for operation in operations(document):
        taken = {parameter.pointer for _, parameter in parameters(document, operation)}
        for parameter in shared:
            if parameter.pointer not in taken:
                message = f"does not take '{parameter.key}', which is set on the client"
                hint = f"add $ref: '#/components/parameters/{parameter.key}' to parameters"
                yield report(document, ID, operation.node.pointer, message, hint)
