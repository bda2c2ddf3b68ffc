"""Contents of model classes: right-hand sides and docstrings of fields, members of enumerations. For `datamodel`.

`codegen/README.md` explains where absent and null differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any, Final, get_args

from attrs import frozen

from taskclients_core.model import RenameRule, renamed

from ..spec import naming
from ..spec.model import Operation, Spec
from ..spec.schema import (
    MISSING,
    Anything,
    Array,
    Component,
    Const,
    Discriminator,
    Enumeration,
    Map,
    Object,
    Property,
    Shape,
    Tuple,
    Union,
    alternatives,
    circles,
    post_order,
    references,
)
from . import ir
from .literals import docstring, literal, paragraphs, sentence
from .spelling import EXTRA, Speller

_RULES: Final[tuple[RenameRule, ...]] = get_args(RenameRule)


@frozen(kw_only=True)
class Field:
    """Field of a model class."""

    attribute: str
    shape: Shape
    optional: bool
    """True if its type includes None because the member may be absent."""

    nullable: bool
    """True if its type includes None because the member may be null."""

    unset: bool
    """True if its type includes UNSET besides None."""

    right: str
    """Source after the `=`, '' for none."""

    doc: str
    """Its docstring as a literal, '' for none."""


@frozen(kw_only=True)
class Model:
    """Class or alias of `models.py`."""

    name: str
    component: Component
    doc: str
    rename: str = ""
    """Rule of its wire names, '' if no rule fits better than the attributes' own names."""

    fields: tuple[Field, ...] = ()
    members: tuple[ir.Member, ...] = ()
    alias: str = ""
    """Source of the type of an alias, '' for a class."""

    children: str = ""
    """Arguments of the decorator that names the classes that a discriminator selects, '' for none."""


def models(speller: Speller, usage: SchemaUsage) -> tuple[Model, ...]:
    """Return the model of each component schema, in an order in which Python can define them.

    Args:
        speller: Python names of the spec.
        usage: Schemas that are sent and received.
    """
    recursive = _recursive(speller.components)
    return tuple(_model(component, speller, usage, recursive) for component in _ordered(speller.components, recursive))


def _model(component: Component, speller: Speller, usage: SchemaUsage, recursive: frozenset[str]) -> Model:
    shape = component.shape
    sent = component.name in usage.sent
    received = component.name in usage.received or not sent
    fields: tuple[Field, ...] = ()
    rule: RenameRule | None = None
    if isinstance(shape, Object):
        rule = _rule(shape, speller)
        fields = tuple(_field(each, speller, rule, sent=sent, received=received) for each in shape.properties)
        if shape.extra is not None:
            fields += (_extra(shape.extra, secret=shape.secret_extra),)
    return Model(
        name=speller.class_name(component.name),
        component=component,
        doc=_doc(
            component.description or _fallback(component, shape),
            component.assumed,
            deprecated=component.deprecated,
            indent=4 if isinstance(shape, Object | Enumeration) else 0,
        ),
        rename=rule or "",
        fields=fields,
        members=_members(shape, speller) if isinstance(shape, Enumeration) else (),
        alias="" if isinstance(shape, Object | Enumeration) else _alias(component, speller, recursive),
        children=_children(shape.children, speller) if isinstance(shape, Object) and shape.children else "",
    )


def _rule(shape: Object, speller: Speller) -> RenameRule | None:
    """Return the rule that gives most members of a class their wire name; of equal ones, no rule or the first rule."""
    spelled = [(speller.attribute(member), member.name) for member in shape.properties]

    def named(rule: RenameRule | None) -> int:
        return sum(renamed(attribute, rule) == name for attribute, name in spelled)

    return max((None, *_RULES), key=named)


def _field(member: Property, speller: Speller, rule: RenameRule | None, *, sent: bool, received: bool) -> Field:
    # `readOnly` members are not required in requests, `writeOnly` members not in responses.
    required = member.required and not (member.read_only and sent) and not (member.write_only and received)
    # The server fills in the default of an optional request field: document it, do not send it.
    default = member.default if required or not sent else MISSING
    constant = isinstance(member.shape, Const)
    unset = sent and not required and member.nullable and default is MISSING
    optional = not required and default is MISSING
    if required and constant and default is MISSING and not member.nullable:
        default = member.shape.value if isinstance(member.shape, Const) else MISSING
    attribute = speller.attribute(member)
    return Field(
        attribute=attribute,
        shape=member.shape,
        optional=optional,
        nullable=member.nullable,
        unset=unset,
        right=_right(
            member,
            speller,
            default,
            name="" if renamed(attribute, rule) == member.name else member.name,
            optional=optional,
            unset=unset,
        ),
        doc=_member_doc(member, by_server=member.default is not MISSING and default is MISSING),
    )


def _member_doc(member: Property, *, by_server: bool) -> str:
    """Return the docstring of a field; `by_server` if the server fills in its default."""
    left_out = f"If omitted, the server uses {literal(member.default)}." if by_server and not member.secret else ""
    return _doc(paragraphs([sentence(member.description), left_out]), member.assumed, deprecated=member.deprecated)


def _right(member: Property, speller: Speller, default: Any, *, name: str, optional: bool, unset: bool) -> str:
    """Return the source after the `=`; `name` is the wire name if the rule of the class does not give it."""
    arguments: dict[str, str] = {}
    if unset:
        arguments["default"] = speller.imported("UNSET")
    elif optional:
        arguments["default"] = "None"
    elif default is not MISSING:
        source = speller.value(member.shape, default)
        container = speller.resolved(member.shape)
        if _is_untyped(member.shape, default, speller):
            # Not to its own type: mypy and pyright report a cast to a type that they infer, and infer different ones.
            source = f"cast({literal(speller.imported('Any'))}, {source})"
        elif default and member.nullable and isinstance(container, Array | Map):
            # Beside None, mypy takes the type of the items from the value: `list[str]` is no `list[str | None]`.
            source = f"{speller.annotation(container)}({source})"
        if isinstance(default, list | dict) or (default is None and member.required):
            # A lambda, because pyright cannot infer the item type of `list` or `dict`, and because a default of None
            # would mean that None is left out.
            arguments["factory"] = f"lambda: {source}"
        else:
            arguments["default"] = source
    if member.secret:
        arguments["repr"] = "False"
    wire = [literal(name)] if name else []
    if member.nullable and member.shape != Anything() and not unset and arguments.keys() & {"default", "factory"}:
        wire.append("nullable=True")
    if wire:
        arguments["metadata"] = f"wire_member({', '.join(wire)})"
    if arguments.keys() == {"default"}:
        return arguments["default"]
    return f"field({', '.join(f'{key}={each}' for key, each in arguments.items())})" if arguments else ""


def _is_untyped(shape: Shape, value: Any, speller: Speller) -> bool:
    """Return True if type checkers cannot infer the type of a list or object from its declaration: in a union."""
    if not isinstance(value, list | dict):
        return False
    match speller.resolved(shape):
        case Array(inner) | Map(inner):
            return any(
                _is_untyped(inner, each, speller) for each in (value.values() if isinstance(value, dict) else value)
            )
        case Tuple(items, rest):
            return any(
                _is_untyped(inner, each, speller) for inner, each in zip_longest(items, value, fillvalue=rest) if inner
            )
        case Union(members):
            several = {speller.annotation(each) for each in members if not speller.is_null(each)}
            # The source of an object with a class is a call.
            return len(several) > 1 and speller.value(shape, value)[0] in "[{"
        case _:
            return False


def _extra(shape: Shape, *, secret: bool) -> Field:
    hidden = "repr=False, " if secret else ""
    return Field(
        attribute=EXTRA,
        shape=Map(shape),
        optional=False,
        nullable=False,
        unset=False,
        right=f"field(factory=lambda: {{}}, {hidden}metadata=extra())",
        doc=docstring("Members without an attribute of their own, by wire name."),
    )


def _members(shape: Enumeration, speller: Speller) -> tuple[ir.Member, ...]:
    docs = shape.descriptions or ("",) * len(shape.values)
    return tuple(
        ir.Member(
            name=speller.member_name(shape, index),
            value=literal(value),
            doc=docstring(sentence(doc)) if doc else "",
        )
        for index, (value, doc) in enumerate(zip(shape.values, docs, strict=True))
    )


def _alias(component: Component, speller: Speller, recursive: frozenset[str]) -> str:
    """Return the source of an alias. A recursive one names its module, in which its quoted names are resolved."""
    if component.name not in recursive:
        return speller.annotation(component.shape, exact=True)
    annotation = speller.annotation(component.shape, exact=True, quoted=recursive)
    return f"{speller.imported('Annotated')}[{annotation}, {speller.imported('Scope')}(__name__)]"


def _children(children: Discriminator, speller: Speller) -> str:
    # By name, because the classes are defined below their base.
    pairs = (f"{literal(tag)}: {literal(speller.class_name(name))}" for tag, name in children.mapping)
    return f"{literal(children.property)}, {{{', '.join(pairs)}}}"


def _doc(text: str, assumed: str, *, deprecated: bool, indent: int = 4) -> str:
    parts = [
        sentence(text),
        "Deprecated." if deprecated else "",
        f"Assumed: {sentence(assumed)}" if assumed else "",
    ]
    whole = paragraphs(parts)
    return docstring(whole, indent) if whole else ""


def _fallback(component: Component, shape: Shape) -> str:
    """Return the docstring of a class that the spec does not describe."""
    kind = {Object: "object", Enumeration: "open enumeration"}.get(type(shape), "type")
    return f"The {kind} `{component.name}`"


def _ordered(components: Mapping[str, Component], recursive: frozenset[str]) -> tuple[Component, ...]:
    """Sort components so that what a definition evaluates (bases, members of an alias, enumerations) comes before it.

    Annotations are not evaluated, so nothing else moves: a new field never reorders the file. Only a class with the
    name of a built-in one, such as `Warning`, also comes before those that mention it, as mypy takes it for that.
    """
    named = {name: each.spelling or naming.class_name(name) for name, each in components.items()}
    builtin = {name for name, each in named.items() if each in naming.BUILTIN_CLASSES}

    def evaluated(name: str) -> Iterable[str]:
        shape = components[name].shape
        if isinstance(shape, Object):
            fields = (each.shape for each in shape.properties) if builtin else ()
            mentioned = (other for each in (*fields, shape.extra) for other in references(each) if other in builtin)
            return dict.fromkeys(
                (*((shape.base,) if shape.base else ()), *(each for each in mentioned if each != name))
            )
        # Recursive aliases quote each other in lists and maps.
        direct = alternatives(shape)
        return (each for each in references(shape) if each not in recursive or name not in recursive or each in direct)

    enumerations = (each.name for each in components.values() if isinstance(each.shape, Enumeration))
    return tuple(components[name] for name in post_order((*enumerations, *components), evaluated))


def _recursive(components: Mapping[str, Component]) -> frozenset[str]:
    """Return the names of the aliases that refer to themselves, directly or through others."""
    aliases = (each for each in components.values() if not isinstance(each.shape, Object | Enumeration))
    return frozenset(circles({each.name: set(references(each.shape)) for each in aliases}))


@frozen
class SchemaUsage:
    """Names of the component schemas that are sent and received, directly or as part of another."""

    sent: frozenset[str]
    received: frozenset[str]


def schema_usage(spec: Spec) -> SchemaUsage:
    """Return which component schemas a client of `spec` sends and receives."""
    components = {component.name: component for component in spec.components}
    return SchemaUsage(
        sent=_closure((shape for each in spec.operations for shape in _sent(each)), components),
        received=_closure((shape for each in spec.operations for shape in _received(each)), components),
    )


def _sent(operation: Operation) -> Iterable[Shape]:
    yield from (parameter.shape for parameter in operation.parameters)
    yield from (body.shape for body in operation.bodies)


def _received(operation: Operation) -> Iterable[Shape]:
    return (content.shape for response in operation.responses for content in response.contents)


def _closure(shapes: Iterable[Shape], components: Mapping[str, Component]) -> frozenset[str]:
    waiting = [name for shape in shapes for name in references(shape)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in components and name not in seen:
            seen.add(name)
            waiting += references(components[name].shape)
    return frozenset(seen)
