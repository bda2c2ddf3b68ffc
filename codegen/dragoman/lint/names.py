"""Checks of names that become Python identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import signature
from typing import Final

from attrs import frozen

from taskclients_core.client import AsyncClient, BaseClient, Client
from taskclients_core.config import AsyncClientOptions, ClientOptions
from taskclients_core.json_pointer import parse

from ..diagnostics import Problem
from ..spec import naming
from ..spec.reader import default_server
from ..spec.schema import circles
from ..spec.schema_reader import enum_type
from ..spec.yaml_document import Document
from .shapes import TEXT, kinds, members, parts, plain
from .values import is_list, is_object, preview
from .walk import Node, Operation, hashable, nodes, operations, parameters, report, root

NAME_COLLISION: Final = "name-collision"

CLIENT_ATTRIBUTES: Final = tuple(
    # `dir` does not list what the base class only declares.
    sorted(name for name in {*dir(Client), *dir(AsyncClient), *BaseClient.__annotations__} if not name.startswith("_"))
)
CLIENT_ARGUMENTS: Final = tuple(
    sorted(
        {
            *list(signature(Client.__init__).parameters)[1:],
            *ClientOptions.__annotations__,
            *AsyncClientOptions.__annotations__,
        }
    )
)
_EXTRA: Final = "additional_properties"
_KEY: Final = "idempotency_key"


@frozen
class Named:
    """Object of the spec with the Python name that it gets."""

    what: str
    """Kind of object, for messages: schema, parameter, …"""

    wire: str
    name: str
    pointer: str


def check_name_collision(document: Document) -> Iterator[Problem]:
    """Two names of one scope become the same Python name, or a name becomes one that the client reserves.

    Appending numbers would give meaningless names that change when the spec is reordered, so the spec has to decide.

    Write `x-name: <spelling>` on one of the two objects, or `x-enum-varnames` beside an `enum`; rename a tag or a task
    type.
    """
    yield from _clients(document)
    yield from _schemas(document)
    yield from _modules(document)
    yield from _operations(document)
    yield from _task_types(document)
    yield from _arguments(document)
    yield from _client_arguments(document)
    for schema in nodes(document, "schema"):
        yield from _attributes(document, schema)
        yield from _enumeration(document, schema)


def _clients(document: Document) -> Iterator[Problem]:
    info = root(document).child("info", "info")
    title = info.spelling or info.data.get("title") if info else None
    if info and isinstance(title, str):
        named = Named("title", title, f"{naming.pascal(title)}Client", info.at("x-name" if info.spelling else "title"))
        hint = "write x-name: <the vendor's name> in info"
        yield from _collisions(document, [named], {AsyncClient.__name__: "the base class of clients"}, hint)


def _schemas(document: Document) -> Iterator[Problem]:
    schemas = root(document).children("schema", "components", "schemas")
    named = [Named("schema", n.key, n.spelling or naming.class_name(n.key), n.pointer) for n in schemas]
    yield from _collisions(document, named, {}, "write x-name: <spelling> on one of the two")
    builtin = [each for each in named if each.name in naming.BUILTIN_CLASSES]
    recursive = _recursive(document) if builtin else frozenset[str]()
    for each in builtin:
        if each.wire in recursive:
            owner = "a built-in class, for which type checkers take it where the schema contains itself"
            yield _name_collision_problem(document, each, owner, "write x-name: <spelling> on the schema")


def _recursive(document: Document) -> frozenset[str]:
    """Return the names of schemas that refer to themselves: an alias directly, any other through another schema."""
    needs: dict[str, set[str]] = {}
    wholes = {each.key: each for each in root(document).children("schema", "components", "schemas")}
    for node in nodes(document, "schema"):
        place = parse(node.pointer)
        if node.ref and len(place) > 2 and place[:2] == ("components", "schemas"):
            target = node.ref.rpartition("/")[2]
            if target != place[2] or not {"properties", "allOf"} & wholes[place[2]].data.keys():
                needs.setdefault(place[2], set()).add(target)
    return frozenset(circles({name: needs.get(name, set[str]()) for name in wholes}))


def _modules(document: Document) -> Iterator[Problem]:
    tags = {operation.tag: operation.node.at("tags") for operation in operations(document) if operation.name}
    named = (Named("tag", tag, naming.module(tag), pointer) for tag, pointer in tags.items())
    taken = dict.fromkeys(naming.OWN_MODULES, "a module of every client")
    yield from _collisions(document, named, taken, "rename the tag")


def _operations(document: Document) -> Iterator[Problem]:
    # `operation-id` reports duplicate operationIds.
    distinct = {each.id: each for each in reversed(list(operations(document))) if each.name}
    named = [
        Named("operation", id_, each.node.spelling or naming.function(each.name), each.node.at("operationId"))
        for id_, each in reversed(distinct.items())
    ]
    taken = dict.fromkeys(CLIENT_ATTRIBUTES, "an attribute of every client")
    hint = "write x-name: <spelling> on the operation"
    yield from _collisions(document, named, taken, hint)
    derived = dict(pair for each in named for pair in _derived(each, distinct[each.wire].node))
    for each in named:
        if each.name in derived:
            yield _name_collision_problem(document, each, derived[each.name], hint)


def _derived(named: Named, operation: Node) -> Iterator[tuple[str, str]]:
    """Yield (name, description) of the functions that are generated beside the function of an operation."""
    if named.name:
        yield naming.async_function(named.name), f"the async function of operation '{named.wire}'"
    if named.name and "x-begins-task" in operation.data:
        begin = naming.begin(named.name)
        yield begin, f"the function that begins the task of operation '{named.wire}'"
        yield naming.async_function(begin), f"the async function that begins the task of operation '{named.wire}'"


def _task_types(document: Document) -> Iterator[Problem]:
    """Compare the names of `async_tasks.py`: constants of task types and submissions, and handle classes."""
    taken = dict.fromkeys(naming.RESERVED_CONSTANTS, "a constant or import of the module async_tasks")
    for each in operations(document):
        if "x-begins-task" in each.node.data and each.name:
            name = naming.constant(each.node.spelling or naming.function(each.name))
            taken[name] = f"the constant of operation '{each.id}'"
    components = root(document).child("components", "components")
    declared = list(components.children("task", "x-task-types")) if components else []
    named = [Named("task type", each.key, naming.upper(each.key), each.pointer) for each in declared]
    yield from _collisions(document, named, taken, "rename the task type")
    handles = [
        Named("task type", each.key, name, each.pointer)
        for each in declared
        if "cancel" in each.data and is_object(input_ := each.data.get("input")) and "actions" in input_
        for name in (naming.handle_class(each.key), naming.async_handle_class(each.key))
    ]
    yield from _collisions(document, handles, {}, "rename the task type")


def _arguments(document: Document) -> Iterator[Problem]:
    for operation in operations(document):
        named = [
            Named("parameter", node.data["name"], node.spelling or naming.argument(node.data["name"]), mention.pointer)
            for mention, node in parameters(document, operation)
            if hashable(node) and not node.data.get("x-client-parameter") and "x-from-body" not in node.data
        ]
        taken: dict[str, str] = {}
        if "x-begins-task" in operation.node.data:
            taken = {_KEY: "the argument for the idempotency key", "restart": "the argument to begin a task again"}
            headers = {
                mention.pointer
                for mention, node in parameters(document, operation)
                if _is_key(document, operation, node)
            }
            named = [each for each in named if not (each.name == _KEY and each.pointer in headers)]
        for problem in _collisions(document, named, taken, "write x-name: <spelling> on the parameter"):
            yield Problem(problem.source, NAME_COLLISION, operation.id, problem.message, problem.hint)


def _is_key(document: Document, operation: Operation, parameter: Node) -> bool:
    """Return True if `idempotency_key` of the function that begins the task replaces the argument of a parameter."""
    idempotency = operation.node.child("idempotency", "x-begins-task", "idempotency")
    header = idempotency.data.get("header") if idempotency else None
    schema = plain(document, parameter.child("schema", "schema"))
    return (
        hashable(parameter)
        and parameter.data["in"] == "header"
        and isinstance(header, str)
        and parameter.data["name"].lower() == header.lower()
        and schema is not None
        and kinds(document, schema) - {"null"} == TEXT
        and not {"enum", "const", "format"} & schema.data.keys()
    )


def _default_server(document: Document) -> Node | None:
    """Return the server whose variables become arguments of the client."""
    servers = list(root(document).children("server", "servers"))
    index = default_server([server.data for server in servers])
    return None if index is None else servers[index]


def _client_arguments(document: Document) -> Iterator[Problem]:
    shared = [
        Named("parameter", node.data["name"], node.spelling or naming.argument(node.data["name"]), node.pointer)
        for node in root(document).children("parameter", "components", "parameters")
        if hashable(node) and node.data.get("x-client-parameter") is True
    ]
    server = _default_server(document)
    shared += [
        Named("server variable", node.key, node.spelling or naming.argument(node.key), node.pointer)
        for node in (server.children("server-variable", "variables") if server else ())
    ]
    taken = dict.fromkeys(CLIENT_ARGUMENTS, "an argument of every client")
    yield from _collisions(document, shared, taken, "write x-name: <spelling> on it")


def _attributes(document: Document, schema: Node) -> Iterator[Problem]:
    if not ("properties" in schema.data or "allOf" in schema.data):
        return
    named = [
        Named("property", each.name, each.node.spelling or naming.attribute(each.name), each.node.pointer)
        for each in members(document, schema).values()
    ]
    kept = any(part.data.get("additionalProperties") not in (None, False) for part in parts(document, schema))
    taken = {_EXTRA: "the attribute for additional properties"} if kept else {}
    yield from _collisions(document, named, taken, "write x-name: <spelling> on one of the two")


def _enumeration(document: Document, schema: Node) -> Iterator[Problem]:
    values = schema.data.get("enum")
    if not is_list(values) or not enum_type(schema.data):
        return
    given = schema.data.get("x-enum-varnames")
    explicit = is_list(given) and len(given) == len(values)
    named: list[Named] = []
    seen: set[str | float] = set()
    for index, value in enumerate(values):
        if isinstance(value, str | int | float) and value not in seen:
            seen.add(value)
            name = given[index] if explicit and is_list(given) else naming.member(value)
            pointer = schema.at("x-enum-varnames" if explicit else "enum", index)
            named.append(Named("value", str(value), name if isinstance(name, str) else "", pointer))
    hint = (
        "rename one of the two in x-enum-varnames"
        if explicit
        else "write x-enum-varnames: [<NAME>, …] beside the enum, one entry per value"
    )
    yield from _collisions(document, named, {}, hint)


def _collisions(document: Document, named: Iterable[Named], taken: dict[str, str], hint: str) -> Iterator[Problem]:
    owners = dict(taken)
    for each in named:
        # `unspellable-name` reports empty names.
        if each.name and each.name in owners:
            yield _name_collision_problem(document, each, owners[each.name], hint)
        owners.setdefault(each.name, f"{each.what} '{each.wire}'")


def _name_collision_problem(document: Document, named: Named, owner: str, hint: str) -> Problem:
    message = f"{named.what} '{named.wire}' becomes {named.name}, the same name as {owner}"
    return report(document, NAME_COLLISION, named.pointer, message, hint)


UNSPELLABLE_NAME: Final = "unspellable-name"


def check_unspellable_name(document: Document) -> Iterator[Problem]:
    """A name contains no letter or digit for a Python name, or letters that are not ASCII.

    Python names consist of ASCII letters, digits and underscores here. The generator neither transliterates nor invents
    names, because there is more than one way to do it.

    Write `x-name: <spelling>` beside the name or `x-enum-varnames` beside an `enum`, or rename the file or the tag.
    """
    stem = document.path.stem
    package = naming.package(stem)
    if package != stem:
        message = (
            f"the package '{stem}' is reserved for the package's own use"
            if stem in naming.RESERVED_PACKAGES
            else f"the file name {preview(stem)} is not the name of a Python package"
        )
        hint = f"rename the file to {package or 'booster'}.yaml"
        yield report(document, UNSPELLABLE_NAME, "", message, hint)
    info = root(document).child("info", "info")
    title = info.data.get("title") if info else None
    if info and isinstance(title, str) and not (info.spelling or naming.pascal(title)):
        yield _unspellable_name_problem(document, info.at("title"), title, "write x-name: LifePos in info")
    for operation in operations(document):
        if operation.name and not naming.module(operation.tag):
            where = operation.node.at("operationId")
            yield _unspellable_name_problem(document, where, operation.tag, "rename the tag")
    server = _default_server(document)
    for node in server.children("server-variable", "variables") if server else ():
        if not node.spelling and not naming.argument(node.key):
            yield _unspellable_name_problem(document, node.pointer, node.key, "write x-name: <spelling> on it")
    components = root(document).child("components", "components")
    for task_type in components.children("task", "x-task-types") if components else ():
        if not naming.upper(task_type.key):
            yield _unspellable_name_problem(document, task_type.pointer, task_type.key, "rename the task type")
    for node in nodes(document, "schema", "parameter"):
        yield from _schema(document, node) if node.kind == "schema" else _parameter(document, node)


def _schema(document: Document, schema: Node) -> Iterator[Problem]:
    *_, container, _ = parse(schema.pointer)
    if container in ("properties", "schemas") and not schema.spelling and not naming.snake(schema.key):
        yield _unspellable_name_problem(document, schema.pointer, schema.key, "write x-name: <spelling> beside it")
    values = schema.data.get("enum")
    if is_list(values) and "x-enum-varnames" not in schema.data and enum_type(schema.data):
        for index, value in enumerate(values):
            if isinstance(value, str) and not naming.member(value):
                hint = "write x-enum-varnames: [<NAME>, …] beside the enum, one entry per value"
                yield _unspellable_name_problem(document, schema.at("enum", index), value, hint)


def _parameter(document: Document, parameter: Node) -> Iterator[Problem]:
    if hashable(parameter) and not parameter.spelling and not naming.argument(parameter.data["name"]):
        yield _unspellable_name_problem(
            document, parameter.at("name"), parameter.data["name"], "write x-name: <spelling> on the parameter"
        )


def _unspellable_name_problem(document: Document, pointer: str, name: str, hint: str) -> Problem:
    foreign = next((letter for letter in name if letter.isalnum() and not letter.isascii()), None)
    message = f"contains {preview(foreign)}, which is not ASCII" if foreign else "contains no ASCII letter or digit"
    return report(document, UNSPELLABLE_NAME, pointer, f"{preview(name)} {message}, for a Python name", hint)
