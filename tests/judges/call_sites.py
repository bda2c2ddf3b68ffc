"""Calls of a generated client as its users write them, made from its `ir.Client`: the code that a change may break.

It is written without `dragoman.diff`, whose judge it is. Each line ends in the name that the diff has for what it uses.
Code passes what requests contain and reads what responses contain; lists and maps in results are read, not changed.
No `match` ends in `assert_never`: enumerations are open, so that such code is wrong before any change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from attrs import frozen

from dragoman.generate import ir

_IMPORTS = """\
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import {package}
from {package} import {names}
from taskclients_core import Auth, AuthOr, FileContent, Upload
from taskclients_core.formats import (
    Base64, DateTimeMs, DecimalNumber, DecimalString, GuidN, IntString, ServiceStackDate, TimeOfDay,
)
from taskclients_core.model import SECRET, OneOf, OpenFloat, OpenInt, OpenStr, Scope, Unset
from taskclients_core.tasks import handles
from taskclients_core.tasks.definition import TaskType
from taskclients_core.tasks.download.links import DownloadableFile
"""


def call_sites(client: ir.Client, package: str, *, sent: frozenset[str], received: frozenset[str]) -> str:
    """Return a module that uses everything in a package.

    Args:
        client: The package.
        package: Name under which the module imports it.
        sent: Names of the models that requests contain.
        received: Names of the models that responses contain.
    """
    names = "async_tasks, models" if client.begin_functions else "models"
    models = _Models.of(client)
    lines = [
        _IMPORTS.format(package=package, names=names),
        # By their full names, because parameters may have the same names.
        *(f"import {package}.{each.name}  # {each.name}" for each in client.modules),
        *_clients(client, package),
        *(line for each in _functions(client, package) for line in each),
        *models.lines(sent, received),
        *(
            f"def type_{i}(_: TaskType[{each.types}] = async_tasks.{each.constant}) -> None: ...  "
            f"# async_tasks.{each.constant}"
            for i, each in enumerate(client.task_types)
        ),
    ]
    return "\n".join(lines) + "\n"


def _clients(client: ir.Client, package: str) -> Iterator[str]:
    arguments = client.arguments or (ir.Argument(name="auth", type="Auth | None", default="None"),)
    passed = ", ".join(f"{each.name}={each.name}" for each in arguments)
    required = ", ".join(f"{each.name}={each.name}" for each in arguments if not each.default)
    parameters = ", ".join(f"{each.name}: {each.type}" for each in arguments)
    yield f"def clients({parameters}) -> None:"
    for prefix in ("", "Async"):
        name = f"{client.name}Client"
        yield f"    {package}.{prefix}{name}('https://api.example', {passed})  # {name}"
        yield f"    {package}.{prefix}{name}('https://api.example', {required})  # {name}"


def _functions(client: ir.Client, package: str) -> Iterator[Iterator[str]]:
    for module in client.modules:
        for each in module.operations:
            result = _Reading().source(each.returns)
            yield _calls(client, each, package, module.name, result=result, page=each.paged)
    own = {each.name for each in client.handle_classes}
    for begin in client.begin_functions:
        handles = (f"async_tasks.{each}" if each in own else each for each in (begin.handle, begin.async_handle))
        yield _calls(client, begin, package, "async_tasks", result=next(handles), async_result=next(handles))


def _calls(
    client: ir.Client,
    endpoint: ir.Endpoint,
    package: str,
    module: str,
    *,
    result: str,
    async_result: str = "",
    page: str = "",
) -> Iterator[str]:
    """Yield a sync and an async function that call an endpoint with all arguments, and with required ones only."""
    arguments = (*endpoint.positional, *endpoint.keyword)
    path = f"{client.name}Client.{endpoint.function}"
    parameters = "".join(f", {each.name}: {each.type}" for each in arguments)
    every = ", ".join(f"{each.name}={each.name}" for each in arguments)
    by_position = ", ".join(
        [
            *(each.name for each in endpoint.positional if not each.default),
            *(f"{each.name}={each.name}" for each in endpoint.keyword if not each.default),
        ]
    )
    for prefix, await_, suffix in (("", "", "sync"), ("Async", "" if page else "await ", "async")):
        function = endpoint.function if not prefix else endpoint.async_function
        yield (
            f"{'async ' if prefix else ''}def {endpoint.function}_{suffix}"
            f"(client: {package}.{prefix}{client.name}Client{parameters}) -> None:"
        )
        yield f"    {await_}client.{endpoint.function}({every})  # {path}"
        call = f"{package}.{module}.{function}(client, {by_position})"
        yield f"    {await_}{call}  # {module}.{endpoint.function}, {path}"
        call = f"client.{endpoint.function}({by_position})"
        if page:
            whole, _, item = page.partition(", ")
            reading = _Reading()
            yield f"    _page: {reading.source(whole)} = {'await ' if prefix else ''}{call}.page()  # {path}"
            yield f"    {'async ' if prefix else ''}for _item in {call}:  # {path}"
            yield f"        _read: {reading.source(item)} = _item  # {path}"
        elif result == "None":
            yield f"    {await_}{call}  # {path}"
        else:
            yield f"    _result: {(prefix and async_result) or result} = {await_}{call}  # {path}"


class _Reading(ast.NodeTransformer):
    """Types of variables to which results are assigned, by code that does not change lists and maps."""

    def __init__(self, own: frozenset[str] = frozenset(), aliases: Mapping[str, ast.expr] | None = None) -> None:
        self.own = own
        self.aliases = aliases or {}
        self.open: set[str] = set()
        self.reading = True

    def source(self, annotation: str | ast.expr, *, reading: bool = True) -> str:
        """Return a type as source, with models called `models.X` and aliases expanded."""
        self.reading = reading
        node = ast.parse(annotation, mode="eval").body if isinstance(annotation, str) else annotation
        return ast.unparse(self.visit(ast.parse(ast.unparse(node), mode="eval").body))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.aliases and node.id not in self.open:
            self.open.add(node.id)
            whole: ast.expr = self.visit(ast.parse(ast.unparse(self.aliases[node.id]), mode="eval").body)
            self.open.discard(node.id)
            return whole
        if node.id in self.own:
            return ast.Attribute(ast.Name("models"), node.id)
        name = node.id.removeprefix("_")
        return ast.Name({"list": "Sequence", "dict": "Mapping"}.get(name, name) if self.reading else name)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            quoted: ast.expr = self.visit(ast.parse(node.value, mode="eval").body)
            return quoted
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = ast.unparse(node.value).removeprefix("_")
        if name == "Literal":
            return ast.Subscript(ast.Name(name), node.slice)
        if name == "Annotated":
            plain: ast.expr = self.visit(node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice)
            return plain
        visited: ast.expr = self.generic_visit(node)  # type: ignore[assignment]
        return visited


@frozen
class _Models:
    """Contents of `models.py`."""

    client: ir.Client
    classes: Mapping[str, ast.ClassDef]
    aliases: Mapping[str, ast.expr]

    @staticmethod
    def of(client: ir.Client) -> _Models:
        """Return the models of a client."""
        tree = ast.parse(client.models).body
        return _Models(
            client,
            {each.name: each for each in tree if isinstance(each, ast.ClassDef)},
            {
                each.target.id: each.value
                for each in tree
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value
            },
        )

    def lines(self, sent: frozenset[str], received: frozenset[str]) -> Iterator[str]:
        """Yield functions that construct models, read their fields, and name members of enumerations."""
        for each in self.client.enumerations:
            base = {"OpenStr": "str", "OpenInt": "int", "OpenFloat": "float"}[each.base.removeprefix("_")]
            yield f"def members_{each.name}() -> Iterable[models.{each.name}]:  # {each.name}"
            for member in each.members:
                yield f"    yield models.{each.name}.{member.name}  # {each.name}.{member.name}"
            yield f"def base_{each.name}(value: models.{each.name}) -> {base}:  # {each.name}"
            yield f"    return value  # {each.name}"
        types = _Reading(
            frozenset({*self.classes, *self.aliases, *(e.name for e in self.client.enumerations)}), self.aliases
        )
        for name, node in self.classes.items():
            fields = self._fields(name)
            if name in received or name not in sent:
                yield f"def read_{name}(value: models.{name}) -> None:  # {name}"
                for i, one in enumerate(fields):
                    path = f"{name}.{_target(one)}"
                    yield f"    read{i}: {types.source(one.annotation)} = value.{_target(one)}  # {path}"
                for base in map(ast.unparse, node.bases):
                    yield f"    base_{base}: models.{base} = value  # {name}"
                yield "    ..."
            if name in sent:
                yield from self._constructions(name, fields, types)
        for name, alias in self.aliases.items():
            if name in received or name not in sent:
                yield f"def read_{name}(value: models.{name}) -> {types.source(alias)}:  # {name}"
                yield f"    return value  # {name}"
            if name in sent:
                yield f"def pass_{name}(value: {types.source(alias, reading=False)}) -> models.{name}:  # {name}"
                yield f"    return value  # {name}"

    def _constructions(self, name: str, fields: list[ast.AnnAssign], types: _Reading) -> Iterator[str]:
        parameters = ", ".join(f"{_target(each)}: {types.source(each.annotation, reading=False)}" for each in fields)
        every = ", ".join(f"{_target(each)}={_target(each)}" for each in fields)
        required = ", ".join(f"{_target(each)}={_target(each)}" for each in fields if _is_required(each))
        yield f"def make_{name}({parameters}) -> None:"
        yield f"    models.{name}({every})  # {name}"
        yield f"    models.{name}({required})  # {name}"

    def _fields(self, name: str) -> list[ast.AnnAssign]:
        """Return all fields of a class; one that a class declares again has the later declaration."""
        node = self.classes[name]
        inherited = [each for base in node.bases for each in self._fields(ast.unparse(base))]
        own = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        return list({_target(each): each for each in (*inherited, *own)}.values())


def _target(field: ast.AnnAssign) -> str:
    return ast.unparse(field.target)


def _is_required(field: ast.AnnAssign) -> bool:
    if isinstance(field.value, ast.Call) and ast.unparse(field.value.func) == "field":
        return not {each.arg for each in field.value.keywords} & {"default", "factory"}
    return field.value is None
