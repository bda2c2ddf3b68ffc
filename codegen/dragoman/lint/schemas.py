"""Checks of schemas: types, keywords, formats, allOf, inline definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from taskclients_core.json_pointer import parse

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .json_schema import FORMATS
from .keywords import SUPPORTED, UNSUPPORTED
from .shapes import OBJECT, SCALARS, Member, kinds, members, plain
from .values import is_list, is_object, listed, nearest
from .walk import GRAMMAR, Node, is_component, nodes, report, resolve, root, types

UNSUPPORTED_TYPE: Final = "unsupported-type"

# A keyword that speaks of one type -> that type.
_OF: Final = {
    "properties": "object",
    "additionalProperties": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "items": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
}


def check_unsupported_type(document: Document) -> Iterator[Problem]:
    """A schema does not say its type, or says one that Python code cannot be given.

    Every schema becomes one type. `type: [string, 'null']` is a string or None; several types are a union; a list needs
    to say what it lists.

    Write `type` beside `properties`, `items`, `enum` and `format`; `items` beside `type: array`; and for a choice
    between an object and something else `oneOf`.
    """
    for schema in nodes(document, "schema"):
        if "$ref" not in schema.data:
            yield from _types(document, schema)


def _types(document: Document, schema: Node) -> Iterator[Problem]:
    said = types(schema)
    where = schema.at("type") if said else schema.pointer
    rest = [each for each in said if each != "null"]
    if said and not rest and parse(schema.pointer)[-2] not in ("oneOf", "anyOf"):
        yield report(
            document, UNSUPPORTED_TYPE, where, "a type that is only null says nothing", "write what it is otherwise"
        )
    elif len(rest) > 1 and not SCALARS.issuperset(rest):
        message = f"a choice between {' and '.join(rest)} is not supported"
        yield report(document, UNSUPPORTED_TYPE, where, message, "write oneOf with one member for each type")
    elif {"integer", "number"} <= set(rest):
        yield report(document, UNSUPPORTED_TYPE, where, "every integer is a number too", "write type: number")
    if "array" in said and "items" not in schema.data:
        yield report(document, UNSUPPORTED_TYPE, where, "the array does not say what it lists", "write items")
    if len(rest) > 1 and "enum" in schema.data:
        message = "an enumeration of several types is not supported"
        yield report(document, UNSUPPORTED_TYPE, where, message, "write one type, and values of that type")
    yield from _misplaced(document, schema, said)


def _misplaced(document: Document, schema: Node, said: tuple[str, ...]) -> Iterator[Problem]:
    combined = {"allOf", "oneOf", "anyOf"} & schema.data.keys()
    for keyword, type_ in _OF.items():
        if keyword not in schema.data or type_ in said:
            continue
        if said:
            message = f"'{keyword}' speaks of type {type_}, and the type is {' or '.join(said)}"
            yield report(
                document, UNSUPPORTED_TYPE, schema.at(keyword), message, f"write type: {type_}, or remove {keyword}"
            )
        elif not combined:
            message = f"'{keyword}' stands without a type"
            yield report(document, UNSUPPORTED_TYPE, schema.at(keyword), message, f"write type: {type_}")
    if not said and not combined and {"enum", "format"} & schema.data.keys() and "const" not in schema.data:
        word = "enum" if "enum" in schema.data else "format"
        yield report(
            document, UNSUPPORTED_TYPE, schema.at(word), f"'{word}' stands without a type", "write type: string"
        )


UNSUPPORTED_KEYWORD: Final = "unsupported-keyword"

_BESIDE_REF: Final = frozenset(
    {
        "$ref",
        "$comment",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)


def check_unsupported_keyword(document: Document) -> Iterator[Problem]:
    """A schema uses a keyword that code cannot be generated from, or that does not exist.

    A keyword that is passed over would give a type that is wrong without saying so.

    Write what the hint says; limits that types cannot express belong in the description.
    """
    for schema in nodes(document, "schema"):
        for keyword in schema.data:
            if not keyword.startswith("x-"):
                yield from _keyword(document, schema, keyword)


def _keyword(document: Document, schema: Node, keyword: str) -> Iterator[Problem]:
    where = schema.at(keyword)
    if keyword in UNSUPPORTED:
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is not supported", UNSUPPORTED[keyword])
    elif keyword not in SUPPORTED:
        hint = nearest(keyword, SUPPORTED, "remove it")
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is no keyword of JSON Schema", hint)
    elif "$ref" in schema.data and keyword not in _BESIDE_REF:
        hint = "write it in the component, or make another component with allOf"
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is not supported beside $ref", hint)
    elif keyword == "discriminator" and not {"oneOf", "anyOf"} & schema.data.keys():
        hint = "write a component with oneOf and the discriminator, and use that one"
        yield report(document, UNSUPPORTED_KEYWORD, where, "a discriminator is not supported without oneOf", hint)
    elif keyword in GRAMMAR["schema"] and keyword != "additionalProperties" and _allows_nothing(schema.data[keyword]):
        yield report(document, UNSUPPORTED_KEYWORD, where, "a schema that allows nothing is not supported", "remove it")


def _allows_nothing(part: Any) -> bool:
    inner = part.values() if is_object(part) else part if is_list(part) else [part]
    return any(each is False for each in inner)


UNSUPPORTED_FORMAT: Final = "unsupported-format"


def check_unsupported_format(document: Document) -> Iterator[Problem]:
    """A `format` is not known, or does not belong to its type.

    A format chooses the Python type and how a value is written, so one that nobody knows would be a promise that nobody
    keeps.

    Write one of: string `uuid date date-time byte binary decimal password uri email x-servicestack-date x-guid-n`;
    integer `int32 int64`; number `float double decimal`. Other forms of text are told in the description.
    `x-milliseconds: true` stands beside `format: date-time` only.
    """
    for schema in nodes(document, "schema"):
        name = schema.data.get("format")
        if "x-milliseconds" in schema.data and name != "date-time":
            message = "x-milliseconds belongs to the format date-time only"
            yield report(
                document,
                UNSUPPORTED_FORMAT,
                schema.at("x-milliseconds"),
                message,
                "write format: date-time beside it, or remove it",
            )
        if not isinstance(name, str):
            continue
        where = schema.at("format")
        if name not in FORMATS:
            hint = nearest(name, FORMATS, "remove it, and say in the description how values look")
            yield report(document, UNSUPPORTED_FORMAT, where, f"the format '{name}' is not supported", hint)
            continue
        allowed = FORMATS[name][0]
        if types(schema) and not allowed & set(types(schema)):
            message = f"the format '{name}' does not belong to type {listed(types(schema))}"
            yield report(document, UNSUPPORTED_FORMAT, where, message, f"write type: {listed(sorted(allowed))}")


ALL_OF_SHAPE: Final = "all-of-shape"

_OWN: Final = frozenset({"properties", "required", "additionalProperties"})
_FOREIGN: Final = frozenset({"allOf", "oneOf", "anyOf", "enum", "const", "items"})


def check_all_of_shape(document: Document) -> Iterator[Problem]:
    """An `allOf` is not a class with its base and its own properties.

    The first reference becomes the base class; the members of further references, and of the one object in place,
    become the class's own. Anything else that `allOf` can say has no counterpart in a class.

    Write `allOf: [{$ref: …}, {type: object, properties: {…}}]`: references to objects, and at most one object in place.
    A property that is repeated keeps its type.
    """
    for schema in nodes(document, "schema"):
        if "allOf" in schema.data and "$ref" not in schema.data:
            yield from _parts(document, schema)
            yield from _conflicts(document, schema)


def _parts(document: Document, schema: Node) -> Iterator[Problem]:
    own = [schema] if "properties" in schema.data else []
    for part in schema.children("schema", "allOf"):
        if part.ref is not None:
            yield from _base(document, schema, part)
            continue
        own.append(part)
        foreign = sorted(_FOREIGN & part.data.keys())
        if foreign or not _OWN & part.data.keys():
            message = f"a part with {listed(foreign)} is not supported" if foreign else "a part adds no properties"
            yield report(
                document, ALL_OF_SHAPE, part.pointer, message, "write a reference, or an object with properties"
            )
    if len(own) > 1:
        message = "several objects are written in place"
        yield report(document, ALL_OF_SHAPE, own[1].pointer, message, "put their properties into one")
    for word in sorted((_FOREIGN - {"allOf"}) & schema.data.keys()):
        yield report(
            document, ALL_OF_SHAPE, schema.at(word), f"'{word}' is not supported beside allOf", "choose one of the two"
        )


def _base(document: Document, schema: Node, part: Node) -> Iterator[Problem]:
    base = resolve(document, part)
    if base is None:
        return
    if schema.pointer in _ancestors(document, base):
        message = "the schema is a part of itself"
        yield report(document, ALL_OF_SHAPE, part.pointer, message, "remove the reference that leads back")
    elif plain(document, base) is not base or kinds(document, base) != OBJECT or _is_map(base):
        message = f"'{base.key}' is no object with properties"
        yield report(document, ALL_OF_SHAPE, part.pointer, message, "refer to objects; for a choice write oneOf")


def _conflicts(document: Document, schema: Node) -> Iterator[Problem]:
    known: dict[str, Member] = {}
    for part in [*schema.children("schema", "allOf"), schema]:
        fresh = members(document, part) if part is not schema else _own(part)
        for name, member in fresh.items():
            before = known.setdefault(name, member)
            if before.node.pointer == member.node.pointer:
                continue
            one, other = kinds(document, before.node), kinds(document, member.node)
            if one and other and not other <= one:
                message = f"'{name}' is {listed(sorted(one))} in one part, {listed(sorted(other))} in another"
                inside = member.node.pointer.startswith(schema.pointer + "/")
                where = member.node.pointer if inside else part.pointer
                yield report(document, ALL_OF_SHAPE, where, message, "give it one type")


def _own(schema: Node) -> dict[str, Member]:
    return {node.key: Member(node.key, node, required=False) for node in schema.children("schema", "properties")}


def _is_map(schema: Node) -> bool:
    return "additionalProperties" in schema.data and not {"properties", "allOf"} & schema.data.keys()


def _ancestors(document: Document, schema: Node) -> set[str]:
    waiting, seen = [schema], set[str]()
    while waiting:
        whole = resolve(document, waiting.pop())
        if whole and whole.pointer not in seen:
            seen.add(whole.pointer)
            waiting += whole.children("schema", "allOf")
    return seen


REQUIRED_UNDECLARED: Final = "required-undeclared"


def check_required_undeclared(document: Document) -> Iterator[Problem]:
    """`required` names a property that the schema does not have.

    Nothing could be generated for it, and most often one of the two names is a slip.

    Write the property under `properties`, or take the name out of `required`.
    """
    for schema in nodes(document, "schema"):
        names = schema.data.get("required")
        if not is_list(names) or "$ref" in schema.data:
            continue
        known = members(document, _whole(document, schema))
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in known:
                hint = nearest(name, known, "add it to properties, or remove it here")
                yield report(
                    document, REQUIRED_UNDECLARED, schema.at("required", index), f"there is no property '{name}'", hint
                )


def _whole(document: Document, schema: Node) -> Node:
    """Return the schema that this one is a part of, if it is a part of an `allOf`."""
    names = parse(schema.pointer)
    if names[-2] != "allOf":
        return schema
    return root(document).child("schema", *names[:-2]) or schema


INLINE_ENUM: Final = "inline-enum"


def check_inline_enum(document: Document) -> Iterator[Problem]:
    """An enumeration is written in place instead of under `components.schemas`.

    An enumeration becomes a class, and the only name for it that nobody has to guess is that of a component.

    Write it under `components.schemas`, and `$ref: '#/components/schemas/<Name>'` in its place. A single fixed value is
    no enumeration: write `const`.
    """
    for schema in nodes(document, "schema"):
        if "enum" in schema.data and not is_component(schema):
            hint = "put it under components.schemas, and write $ref here; or write const for a single value"
            yield report(document, INLINE_ENUM, schema.at("enum"), "an enumeration is written in place", hint)


INLINE_OBJECT: Final = "inline-object"


def check_inline_object(document: Document) -> Iterator[Problem]:
    """An object, or a choice between objects, is written in place instead of under `components.schemas`.

    Whatever becomes a class needs a name, and the only name that nobody has to guess is that of a component.

    Write the object under `components.schemas`, and `$ref: '#/components/schemas/<Name>'` in its place. In place may
    stand: scalars, `const`, lists and maps of these or of references, `anyOf: [{$ref: …}, {type: 'null'}]`, and free
    maps (`type: object` with `additionalProperties: true` or a schema).
    """
    for schema in nodes(document, "schema"):
        if not is_component(schema) and "$ref" not in schema.data:
            yield from _in_place(document, schema)


def _in_place(document: Document, schema: Node) -> Iterator[Problem]:
    container = parse(schema.pointer)[-2]
    # Parts of allOf and members of a choice have rules of their own.
    if container == "allOf":
        return
    if "allOf" in schema.data:
        hint = "write $ref beside the description, or put the schema under components.schemas"
        yield report(document, INLINE_OBJECT, schema.at("allOf"), "allOf is written in place", hint)
    elif container not in ("oneOf", "anyOf"):
        yield from _nameless(document, schema)


def _nameless(document: Document, schema: Node) -> Iterator[Problem]:
    hint = "put it under components.schemas, and write $ref here"
    choice = next((word for word in ("oneOf", "anyOf") if word in schema.data), None)
    if "properties" in schema.data:
        yield report(document, INLINE_OBJECT, schema.pointer, "an object is written in place", hint)
    elif choice:
        several = [each for each in schema.children("schema", choice) if types(each) != ("null",)]
        if len(several) > 1 and any(_is_class(each) for each in several):
            yield report(
                document, INLINE_OBJECT, schema.at(choice), "a choice between components is written in place", hint
            )
    elif "object" in types(schema) and "additionalProperties" not in schema.data:
        message = "an object without properties is written in place"
        hint = "write additionalProperties: true for a free map, or put it under components.schemas"
        yield report(document, INLINE_OBJECT, schema.pointer, message, hint)


def _is_class(schema: Node) -> bool:
    return "$ref" in schema.data or "properties" in schema.data
