"""Checks of names that become Python identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from taskclients_core.json_pointer import parse

from ..diagnostics import Problem
from ..spec import naming
from ..spec.yaml_document import Document
from .shapes import members
from .values import is_list, is_object, shown
from .walk import Node, hashable, nodes, operations, parameters, report, root

NAME_COLLISION: Final = "name-collision"

_CLIENT: Final = "a name that every client has"
_EXTRA: Final = "additional_properties"


@frozen
class Named:
    """Something of the spec that gets a name in Python."""

    what: str
    wire: str
    name: str
    pointer: str


def check_name_collision(document: Document) -> Iterator[Problem]:
    """Two things of one place would have the same name in Python, or a name that the client needs itself.

    A generator that appends numbers gives names that nobody chose, and that change when the spec is reordered. So it
    asks.

    Write `x-name: <spelling>` on one of the two (`x-enum-varnames` beside an `enum`); name a tag otherwise.
    """
    yield from _schemas(document)
    yield from _modules(document)
    yield from _operations(document)
    yield from _kinds(document)
    yield from _arguments(document)
    yield from _client_arguments(document)
    for schema in nodes(document, "schema"):
        yield from _attributes(document, schema)
        yield from _enumeration(document, schema)


def _schemas(document: Document) -> Iterator[Problem]:
    info = root(document).child("info", "info")
    title = info.spelling or info.data.get("title") if info else None
    base = naming.pascal(title) if isinstance(title, str) else ""
    taken = {f"{base}Client": "the client", f"Async{base}Client": "the client"} if base else {}
    schemas = root(document).children("schema", "components", "schemas")
    named = (Named("schema", n.key, n.spelling or naming.class_name(n.key), n.pointer) for n in schemas)
    yield from _collisions(document, named, taken, "write x-name on one of the two")


def _modules(document: Document) -> Iterator[Problem]:
    tags = {operation.tag: operation.node.at("tags") for operation in operations(document) if operation.name}
    named = (Named("tag", tag, naming.module(tag), pointer) for tag, pointer in tags.items())
    taken = dict.fromkeys(naming.OWN_MODULES, "a module that every client has")
    yield from _collisions(document, named, taken, "name the tag otherwise")


def _operations(document: Document) -> Iterator[Problem]:
    # An operationId that is written twice is for `operation-id` to say.
    distinct = {each.id: each for each in reversed(list(operations(document))) if each.name}
    named = [
        Named("operation", id_, each.node.spelling or naming.function(each.name), each.node.at("operationId"))
        for id_, each in reversed(distinct.items())
    ]
    taken = dict.fromkeys(naming.CLIENT_ATTRIBUTES, _CLIENT)
    hint = "write x-name on the operation"
    yield from _collisions(document, named, taken, hint)
    made = dict(beside for each in named for beside in _made(each, distinct[each.wire].node))
    for each in named:
        if each.name in made:
            yield _name_collision_problem(document, each, made[each.name], hint)


def _made(named: Named, operation: Node) -> Iterator[tuple[str, str]]:
    """Yield the functions that stand beside an operation's own."""
    if named.name:
        yield naming.twin(named.name), f"the async twin of operation '{named.wire}'"
    if named.name and "x-begins-task" in operation.data:
        starting = naming.begin(named.name)
        yield starting, f"what starts the task of operation '{named.wire}'"
        yield naming.twin(starting), f"the async twin of what starts the task of operation '{named.wire}'"


def _kinds(document: Document) -> Iterator[Problem]:
    """Kinds of tasks and what starts them have constants in one module."""
    taken = dict.fromkeys(naming.RESERVED_CONSTANTS, "a name that the module has")
    taken["SUBMITS"] = "the list of what starts tasks"
    for each in operations(document):
        if "x-begins-task" in each.node.data and each.name:
            name = naming.constant(each.node.spelling or naming.function(each.name))
            taken[name] = f"the constant of operation '{each.id}'"
    components = root(document).child("components", "components")
    nodes_of_kinds = components.children("task", "x-task-types") if components else ()
    named = (Named("kind of task", each.key, naming.upper(each.key), each.pointer) for each in nodes_of_kinds)
    yield from _collisions(document, named, taken, "name the kind otherwise")


def _arguments(document: Document) -> Iterator[Problem]:
    for operation in operations(document):
        named = [
            Named("parameter", node.data["name"], node.spelling or naming.argument(node.data["name"]), mention.pointer)
            for mention, node in parameters(document, operation)
            if hashable(node) and not node.data.get("x-client-parameter") and "x-from-body" not in node.data
        ]
        taken = {"key": "the argument that names a start"} if "x-begins-task" in operation.node.data else {}
        for problem in _collisions(document, named, taken, "write x-name on one of the two"):
            yield Problem(problem.source, NAME_COLLISION, operation.id, problem.message, problem.hint)


def _client_arguments(document: Document) -> Iterator[Problem]:
    shared = [
        Named("parameter", node.data["name"], node.spelling or naming.argument(node.data["name"]), node.pointer)
        for node in root(document).children("parameter", "components", "parameters")
        if hashable(node) and node.data.get("x-client-parameter") is True
    ]
    taken = dict.fromkeys(naming.CLIENT_ARGUMENTS, "an argument that every client takes")
    yield from _collisions(document, shared, taken, "write x-name on the parameter")


def _attributes(document: Document, schema: Node) -> Iterator[Problem]:
    if not ("properties" in schema.data or "allOf" in schema.data):
        return
    named = [
        Named("property", each.name, each.node.spelling or naming.attribute(each.name), each.node.pointer)
        for each in members(document, schema).values()
    ]
    typed = is_object(schema.data.get("additionalProperties"))
    taken = {_EXTRA: "the attribute of the extra members"} if typed else {}
    yield from _collisions(document, named, taken, "write x-name on one of the two")


def _enumeration(document: Document, schema: Node) -> Iterator[Problem]:
    values = schema.data.get("enum")
    if not is_list(values):
        return
    given = schema.data.get("x-enum-varnames")
    chosen = is_list(given) and len(given) == len(values)
    named: list[Named] = []
    for index, value in enumerate(values):
        if isinstance(value, str | int) and not isinstance(value, bool) and values.index(value) == index:
            name = given[index] if chosen and is_list(given) else naming.member(value)
            pointer = schema.at("x-enum-varnames" if chosen else "enum", index)
            named.append(Named("value", str(value), name if isinstance(name, str) else "", pointer))
    hint = "name one of the two otherwise" if chosen else "write x-enum-varnames beside the enum"
    yield from _collisions(document, named, {}, hint)


def _collisions(document: Document, named: Iterable[Named], taken: dict[str, str], hint: str) -> Iterator[Problem]:
    owners = dict(taken)
    for each in named:
        # What cannot be spelled at all is for `unspellable-name` to say.
        if each.name and each.name in owners:
            yield _name_collision_problem(document, each, owners[each.name], hint)
        owners.setdefault(each.name, f"{each.what} '{each.wire}'")


def _name_collision_problem(document: Document, named: Named, owner: str, hint: str) -> Problem:
    message = f"{named.what} '{named.wire}' would be called {named.name}, as {owner}"
    return report(document, NAME_COLLISION, named.pointer, message, hint)


UNSPELLABLE_NAME: Final = "unspellable-name"


def check_unspellable_name(document: Document) -> Iterator[Problem]:
    """A name holds nothing that Python can spell.

    Names in Python are made of ASCII letters, digits and underscores. Nothing is transliterated or made up: two people
    would do it differently.

    Write `x-name: <spelling>` beside it, `x-enum-varnames` beside an `enum`, or rename the file or the tag.
    """
    stem = document.path.name.partition(".")[0]
    if naming.module(stem) != stem:
        hint = f"rename it to {naming.module(stem) or 'booster'}.yaml"
        yield report(document, UNSPELLABLE_NAME, "", f"the file name '{stem}' is no name of a Python package", hint)
    info = root(document).child("info", "info")
    title = info.data.get("title") if info else None
    if info and isinstance(title, str) and not (info.spelling or naming.pascal(title)):
        yield _unspellable_name_problem(document, info.at("title"), title, "write x-name: LifePos in info")
    for operation in operations(document):
        if operation.name and not naming.module(operation.tag):
            where = operation.node.at("operationId")
            yield _unspellable_name_problem(document, where, operation.tag, "name the tag otherwise")
    for node in nodes(document, "schema", "parameter"):
        yield from _schema(document, node) if node.kind == "schema" else _parameter(document, node)


def _schema(document: Document, schema: Node) -> Iterator[Problem]:
    *_, container, _ = parse(schema.pointer)
    if container in ("properties", "schemas") and not schema.spelling and not naming.snake(schema.key):
        yield _unspellable_name_problem(document, schema.pointer, schema.key, "write x-name beside it")
    values = schema.data.get("enum")
    if is_list(values) and "x-enum-varnames" not in schema.data:
        for index, value in enumerate(values):
            if isinstance(value, str) and not naming.member(value):
                hint = "write x-enum-varnames beside the enum"
                yield _unspellable_name_problem(document, schema.at("enum", index), value, hint)


def _parameter(document: Document, parameter: Node) -> Iterator[Problem]:
    if hashable(parameter) and not parameter.spelling and not naming.argument(parameter.data["name"]):
        yield _unspellable_name_problem(
            document, parameter.at("name"), parameter.data["name"], "write x-name on the parameter"
        )


def _unspellable_name_problem(document: Document, pointer: str, name: str, hint: str) -> Problem:
    return report(
        document, UNSPELLABLE_NAME, pointer, f"{shown(name)} holds no letter or digit that Python can spell", hint
    )
