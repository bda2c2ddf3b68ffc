"""Public Python surface of one generated package: everything that callers can name, and its types.

It is read from the same values that are printed, `ir.Client` and `fields.Model`, not from what is printed:
datamodel-code-generator takes most of the time of generation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from attrs import evolve, frozen

from ...generate import fields, ir
from ...generate.spelling import Speller
from ...spec import schema
from .python_types import ANY, MODELS, NONE, Named, Parser, Scope, Type, members, union

_BASES: Final = {"string": "str", "integer": "int", "number": "float"}
"""Base class of an enumeration, by the type of its values."""

_AUTH: Final = ir.Argument(name="auth", type="Auth | None", default="None")
"""Argument of clients without a constructor of their own, which theirs replaces."""


@frozen(kw_only=True)
class Parameter:
    """Parameter of a function or constructor, or field of a model, which is a parameter of its constructor."""

    name: str
    type: Type
    default: str
    """Source, '' if it is required."""

    positional: bool = False


@frozen(kw_only=True)
class Function:
    """Method of the clients, and the function of the same name in a module.

    The async twins differ by their names alone: templates print both from one `ir.Endpoint`.
    """

    name: str
    module: str
    parameters: tuple[Parameter, ...]
    returns: Type
    errors: Mapping[str, Type]
    """Types of the bodies of errors, by status."""


@frozen(kw_only=True)
class Model:
    """Class of `models`."""

    name: str
    bases: tuple[str, ...]
    """Names of all classes that it extends, the nearest first."""

    fields: tuple[Parameter, ...]
    """All fields, inherited ones first."""


@frozen(kw_only=True)
class Enumeration:
    """Open enumeration of `models`."""

    name: str
    base: str
    """`str`, `int` or `float`."""

    members: Mapping[str, str]
    """Source of the value, by name."""


@frozen(kw_only=True)
class Surface:
    """Names of one generated package that callers use."""

    client: str
    """Name of the sync client; the async one has `Async` before it."""

    needs_base_url: bool
    constructor: tuple[Parameter, ...]
    """Arguments of the clients that differ between vendors."""

    credentials: frozenset[str]
    """Classes of the security schemes, which decide what `auth=` accepts."""

    media_types: frozenset[str]
    """Media types from which callers may choose (`media_type=`)."""

    functions: tuple[Function, ...]
    """In the order of the client's class, functions that begin tasks last."""

    models: tuple[Model, ...]
    enumerations: tuple[Enumeration, ...]
    aliases: Mapping[str, Type]
    task_types: Mapping[str, Type]
    """Types of the constants of task types, by name."""

    handle_classes: tuple[str, ...]
    sent: frozenset[str]
    """Names of the models, enumerations and aliases that callers pass."""

    received: frozenset[str]
    """Names of those that callers get."""

    scope: Scope

    @property
    def classes(self) -> Mapping[str, Enumeration | Model | Type]:
        """Everything that `models` defines, by name."""
        enumerations = {each.name: each for each in self.enumerations}
        return {**enumerations, **{each.name: each for each in self.models}, **self.aliases}


def surface(client: ir.Client, models: Iterable[fields.Model], speller: Speller, usage: fields.SchemaUsage) -> Surface:
    """Return the surface of a package.

    Args:
        client: The package; its models are not read.
        models: The models.
        speller: Names of the spec.
        usage: Schemas that are sent and received.
    """
    parser = Parser()
    typed = evolve(speller, qualifier=MODELS)
    classes: dict[str, Model] = {}
    enumerations: list[Enumeration] = []
    aliases: dict[str, Type] = {}
    for each in models:
        shape = each.component.shape
        if isinstance(shape, schema.Object):
            # A class comes after its base.
            base = classes[speller.class_name(shape.base)] if shape.base else None
            classes[each.name] = _model(each, base, typed, parser)
        elif isinstance(shape, schema.Enumeration):
            members = {member.name: member.value for member in each.members}
            enumerations.append(Enumeration(name=each.name, base=_BASES[shape.type], members=members))
        else:
            aliases[each.name] = parser.parse(typed.annotation(shape))
    api = _arguments(client.api[2:])
    return Surface(
        client=f"{client.name}Client",
        needs_base_url=client.api[1] == "None",
        constructor=_parameters(client.arguments or (_AUTH,), parser),
        credentials=frozenset(_called(api.get("schemes"))),
        media_types=frozenset(_texts(api.get("media_types"))),
        functions=tuple(_functions(client, parser)),
        models=tuple(classes.values()),
        enumerations=tuple(enumerations),
        aliases=aliases,
        task_types={each.constant: parser.parse(f"TaskType[{each.types}]") for each in client.task_types},
        handle_classes=tuple(each.name for each in client.handle_classes),
        sent=frozenset(map(speller.class_name, usage.sent)),
        received=frozenset(map(speller.class_name, usage.received)),
        scope=Scope(
            supertypes={
                **{f"{MODELS}{name}": _named(each.bases) for name, each in classes.items()},
                **{f"{MODELS}{each.name}": (Named(each.base),) for each in enumerations},
                **{each.name: tuple(map(parser.parse, each.bases)) for each in client.handle_classes},
            },
            aliases={f"{MODELS}{name}": type_ for name, type_ in aliases.items()},
        ),
    )


def _named(bases: Iterable[str]) -> tuple[Type, ...]:
    return tuple(Named(f"{MODELS}{base}") for base in bases)


def _model(model: fields.Model, base: Model | None, speller: Speller, parser: Parser) -> Model:
    found = {each.name: each for each in base.fields} if base else {}
    for each in model.fields:
        found[each.attribute] = Parameter(
            name=each.attribute, type=_type(each, speller, parser), default=_default(each.right)
        )
    return Model(name=model.name, bases=(base.name, *base.bases) if base else (), fields=tuple(found.values()))


def _type(field: fields.Field, speller: Speller, parser: Parser) -> Type:
    """Return the type of a field, as `datamodel` lets it be printed."""
    type_ = parser.parse(speller.annotation(field.shape))
    if (field.nullable or field.optional) and ANY not in members(type_):
        type_ = union((type_, NONE))
    return union((type_, Named("Unset"))) if field.unset else type_


def _functions(client: ir.Client, parser: Parser) -> Iterator[Function]:
    for module in client.modules:
        shared = _by_status(_expression(module.errors), parser) if module.errors else {}
        for each in module.operations:
            declared = _arguments(each.entries[3:]).get("errors")
            yield Function(
                name=each.function,
                module=module.name,
                parameters=_signature(each, parser),
                returns=parser.parse(f"Pages[{each.paged}]" if each.paged else each.returns),
                errors=shared if isinstance(declared, ast.Name) else _by_status(declared, parser),
            )
    for begin in client.begin_functions:
        yield Function(
            name=begin.function,
            module="async_tasks",
            parameters=_signature(begin, parser),
            returns=parser.parse(begin.handle),
            errors={},
        )


def _signature(endpoint: ir.Endpoint, parser: Parser) -> tuple[Parameter, ...]:
    positional = (evolve(each, positional=True) for each in _parameters(endpoint.positional, parser))
    return (*positional, *_parameters(endpoint.keyword, parser))


def _parameters(arguments: Iterable[ir.Argument], parser: Parser) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name=each.name, type=parser.parse(each.type), default=_normal(each.default)) for each in arguments
    )


@lru_cache(maxsize=4096)
def _default(right: str) -> str:
    """Return the default of a field, given the source after its `=`; '' for none."""
    match _expression(right) if right else None:
        case None:
            return ""
        case ast.Call(ast.Name("field"), _, keywords):
            given = {each.arg: each.value for each in keywords}
            factory = given.get("factory")
            found = factory.body if isinstance(factory, ast.Lambda) else given.get("default")
            return ast.unparse(found) if found else ""
        case value:
            return ast.unparse(value)


@lru_cache(maxsize=4096)
def _normal(default: str) -> str:
    """Return a default as the parser prints it, so that it can be compared and looks like those of fields."""
    return ast.unparse(_expression(default)) if default else ""


def _arguments(entries: Iterable[str]) -> Mapping[str, ast.expr]:
    """Return the keyword arguments among entries of a call, by name."""
    call = _expression(f"_({', '.join(each for each in entries if each)})")
    return {each.arg: each.value for each in call.keywords if each.arg} if isinstance(call, ast.Call) else {}


def _by_status(node: ast.expr | None, parser: Parser) -> Mapping[str, Type]:
    """Return types by status; `by_status(…)` stands around several ones."""
    if isinstance(node, ast.Call):
        node = node.args[0]
    if not isinstance(node, ast.Dict):
        return {}
    return {
        str(ast.literal_eval(key)): parser.type_of(value)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None
    }


def _called(node: ast.expr | None) -> Iterator[str]:
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            yield each.func.id


def _texts(node: ast.expr | None) -> tuple[str, ...]:
    return tuple(ast.literal_eval(node)) if node else ()


def _expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body
