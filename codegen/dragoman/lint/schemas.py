"""Checks of schemas: types, keywords, formats, `allOf`, inline enums and objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from taskclients_core.json_pointer import from_names, parse

from ..diagnostics import Problem
from ..spec.formats import FORMATS
from ..spec.yaml_document import Document
from .keywords import SUPPORTED, UNSUPPORTED
from .shapes import OBJECT, SCALARS, Member, is_circular, kinds, members, narrows, only_part, parts, plain
from .values import is_list, is_object, listed, nearest
from .walk import GRAMMAR, Node, is_component, nodes, report, resolve, root, types

UNSUPPORTED_TYPE: Final = "unsupported-type"

# Keyword -> the only type to which it applies.
_OF: Final = {
    "properties": "object",
    "additionalProperties": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
}


def check_unsupported_type(document: Document) -> Iterator[Problem]:
    """A schema has no type, or one that has no equivalent in Python.

    Every schema becomes one Python type. `type: [string, 'null']` is a string or None; several scalar types are a
    union; an array needs the schema of its items.

    Write `type` beside `properties`, `items` and `format`; `items` beside `type: array`; and `oneOf` for a
    union with an object or an array.
    """
    for schema in nodes(document, "schema"):
        if "$ref" not in schema.data:
            yield from _types(document, schema)


def _types(document: Document, schema: Node) -> Iterator[Problem]:
    stated = types(schema)
    where = schema.at("type") if stated else schema.pointer
    rest = [each for each in stated if each != "null"]
    if stated and not rest and parse(schema.pointer)[-2] not in ("oneOf", "anyOf"):
        yield report(
            document,
            UNSUPPORTED_TYPE,
            where,
            "the only type is null",
            "write type: [string, 'null'], or another type beside null",
        )
    elif len(rest) > 1 and not SCALARS.issuperset(rest):
        message = f"a union of {' and '.join(rest)} is not supported under type"
        yield report(document, UNSUPPORTED_TYPE, where, message, "write oneOf: with one member per type")
    elif {"integer", "number"} <= set(rest):
        yield report(document, UNSUPPORTED_TYPE, where, "number includes integer", "write type: number")
    if "array" in stated and not {"items", "prefixItems"} & schema.data.keys():
        yield report(
            document,
            UNSUPPORTED_TYPE,
            where,
            "the array has no items",
            "write items: {type: string}, or another schema",
        )
    yield from _tuple(document, schema)
    yield from _misplaced(document, schema, stated)


def _tuple(document: Document, schema: Node) -> Iterator[Problem]:
    prefix = schema.data.get("prefixItems")
    if not is_list(prefix):
        return
    for keyword in ("minItems", "maxItems"):
        count = schema.data.get(keyword)
        if isinstance(count, int) and count < len(prefix):
            message = f"{keyword} is {count}, but a tuple has all of its {len(prefix)} prefixItems"
            hint = f"write {keyword}: {len(prefix)}, or items: with the schema of all items in place of prefixItems"
            yield report(document, UNSUPPORTED_TYPE, schema.at(keyword), message, hint)


def _misplaced(document: Document, schema: Node, stated: tuple[str, ...]) -> Iterator[Problem]:
    combined = {"allOf", "oneOf", "anyOf"} & schema.data.keys()
    for keyword, type_ in _OF.items():
        if keyword not in schema.data or type_ in stated:
            continue
        if stated:
            message = f"'{keyword}' needs type {type_}, but the type is {' or '.join(stated)}"
            yield report(
                document, UNSUPPORTED_TYPE, schema.at(keyword), message, f"write type: {type_}, or remove {keyword}"
            )
        elif not combined:
            message = f"'{keyword}' needs a type beside it"
            yield report(document, UNSUPPORTED_TYPE, schema.at(keyword), message, f"write type: {type_}")
    if not stated and not combined and "format" in schema.data and not {"const", "enum"} & schema.data.keys():
        message = "'format' needs a type beside it"
        yield report(document, UNSUPPORTED_TYPE, schema.at("format"), message, "write type: string")


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
    """A schema uses an unsupported or unknown keyword.

    Ignoring a keyword would silently give a wrong type.

    Write what the hint shows. State limits that a type cannot express in the description.
    """
    for schema in nodes(document, "schema"):
        for keyword in schema.data:
            if not keyword.startswith("x-"):
                yield from _keyword(document, schema, keyword)
    components = root(document).child("components", "components")
    schemas = components.data.get("schemas") if components else None
    for name, schema in schemas.items() if is_object(schemas) else ():
        if isinstance(schema, bool):
            message = f"the schema {str(schema).lower()} is not supported as a component"
            hint = f"write {name}: {{}}" if schema else "remove it: it allows no value"
            where = from_names(("components", "schemas", name))
            yield report(document, UNSUPPORTED_KEYWORD, where, message, hint)


def _keyword(document: Document, schema: Node, keyword: str) -> Iterator[Problem]:
    where = schema.at(keyword)
    if keyword in UNSUPPORTED:
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is not supported", UNSUPPORTED[keyword])
    elif keyword not in SUPPORTED:
        hint = nearest(keyword, SUPPORTED, "remove it")
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is not a keyword of JSON Schema", hint)
    elif "$ref" in schema.data and keyword not in _BESIDE_REF:
        hint = "move it to the component"
        yield report(document, UNSUPPORTED_KEYWORD, where, f"'{keyword}' is not supported beside $ref", hint)
    elif keyword in ("readOnly", "writeOnly") and schema.data[keyword] and not _is_property(schema):
        message = f"'{keyword}' has an effect on properties only"
        yield report(
            document, UNSUPPORTED_KEYWORD, where, message, "remove it, or write it beside the $ref of each property"
        )
    elif keyword == "discriminator" and not {"oneOf", "anyOf", "properties", "allOf"} & schema.data.keys():
        hint = "move it to a component with oneOf, and write $ref: '#/components/schemas/<Name>' here"
        yield report(document, UNSUPPORTED_KEYWORD, where, "a discriminator needs oneOf or properties beside it", hint)
    elif keyword == "items" and "prefixItems" in schema.data:
        return
    elif keyword in GRAMMAR["schema"] and keyword != "additionalProperties" and _allows_nothing(schema.data[keyword]):
        yield report(document, UNSUPPORTED_KEYWORD, where, "the schema false is not supported", "remove it")


def _is_property(schema: Node) -> bool:
    return schema.pointer.rpartition("/")[0].endswith("/properties")


def _allows_nothing(part: Any) -> bool:
    inner = part.values() if is_object(part) else part if is_list(part) else [part]
    return any(each is False for each in inner)


UNSUPPORTED_FORMAT: Final = "unsupported-format"


def check_unsupported_format(document: Document) -> Iterator[Problem]:
    """A `format` does not apply to its type.

    A format determines the Python type and the text on the wire.

    Write one of: string `uuid x-guid-n date date-time x-servicestack-date time duration byte binary decimal password`,
    `uri uri-reference uri-template iri iri-reference hostname idn-hostname ipv4 ipv6 email idn-email json-pointer
    relative-json-pointer regex`; integer, or string for integers in quotes, `int32 int64 uint32 uint64`; number
    `float double decimal`. Write `x-milliseconds: true` beside `format: date-time` only.
    """
    for schema in nodes(document, "schema"):
        name = schema.data.get("format")
        if "x-milliseconds" in schema.data and name != "date-time":
            message = "x-milliseconds needs format: date-time beside it"
            yield report(
                document,
                UNSUPPORTED_FORMAT,
                schema.at("x-milliseconds"),
                message,
                "write format: date-time, or remove x-milliseconds",
            )
        if not isinstance(name, str) or name not in FORMATS:
            continue
        allowed = FORMATS[name]
        if types(schema) and not allowed & set(types(schema)):
            message = f"the format '{name}' does not apply to type {listed(types(schema))}"
            hint = f"write type: {listed(sorted(allowed))}"
            yield report(document, UNSUPPORTED_FORMAT, schema.at("format"), message, hint)


UNKNOWN_FORMAT: Final = "unknown-format"


def check_unknown_format(document: Document) -> Iterator[Problem]:
    """Warning: a `format` is unknown.

    It has no effect: values are not checked, and a string is plain text. That is right for a format that only documents
    the form, and wrong for a typo (`datetime`).

    Write one of the formats of `unsupported-format`, or describe the form of the values in the description.
    """
    for schema in nodes(document, "schema"):
        name = schema.data.get("format")
        if isinstance(name, str) and name not in FORMATS:
            message = f"the format '{name}' is unknown and has no effect"
            hint = nearest(name, FORMATS, "remove it, and describe the form of the values in the description")
            yield report(document, UNKNOWN_FORMAT, schema.at("format"), message, hint)


ALL_OF_SHAPE: Final = "all-of-shape"

_FOREIGN: Final = frozenset({"allOf", "oneOf", "anyOf", "enum", "const", "items"})


def check_all_of_shape(document: Document) -> Iterator[Problem]:
    """An `allOf` cannot become a class with a base class and properties.

    The first reference becomes the base class. The properties of further references and of inline objects become
    properties of the class. A lone reference with a description is another name of what it refers to. Other uses of
    `allOf` have no equivalent in a class.

    Write `allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {…}}]`: references to objects, and
    inline objects. A repeated property keeps its type, or narrows it; so do `additionalProperties`.
    """
    for schema in nodes(document, "schema"):
        if "allOf" in schema.data and "$ref" not in schema.data:
            yield from _parts(document, schema)
            yield from _conflicts(document, schema)
            yield from _other_members(document, schema)


def _parts(document: Document, schema: Node) -> Iterator[Problem]:
    for part in schema.children("schema", "allOf"):
        if part.ref is not None:
            yield from _base(document, schema, part)
            continue
        foreign = sorted(_FOREIGN & part.data.keys())
        if foreign or (types(part) and "object" not in types(part)):
            message = f"a part with {listed(foreign)} is not supported"
            yield report(
                document,
                ALL_OF_SHAPE,
                part.pointer,
                message if foreign else f"a part of type {listed(types(part))} is not supported",
                "write {$ref: '#/components/schemas/<Name>'} or {type: object, properties: {…}}",
            )
    for keyword in sorted((_FOREIGN - {"allOf"}) & schema.data.keys()):
        yield report(
            document,
            ALL_OF_SHAPE,
            schema.at(keyword),
            f"'{keyword}' is not supported beside allOf",
            f"remove {keyword}, or move it to a component of its own",
        )


def _base(document: Document, schema: Node, part: Node) -> Iterator[Problem]:
    base = resolve(document, part)
    if base is None:
        return
    whole = plain(document, base)
    if is_circular(document, schema, base):
        message = "the schema refers to itself through allOf"
        yield report(document, ALL_OF_SHAPE, part.pointer, message, "remove the circular reference")
    elif only_part(schema) is None and (whole is None or kinds(document, whole) - {"null"} != OBJECT):
        message = f"'{base.key}' is not an object with properties"
        yield report(
            document,
            ALL_OF_SHAPE,
            part.pointer,
            message,
            "refer to an object with properties, or write oneOf: for a union",
        )


def _conflicts(document: Document, schema: Node) -> Iterator[Problem]:
    first, *others = [*schema.children("schema", "allOf"), schema]
    known = dict(members(document, first)) if others else {}
    for part in others:
        fresh = members(document, part) if part is not schema else _own(part)
        for name, member in fresh.items():
            before = known.setdefault(name, member)
            if before.node.pointer == member.node.pointer:
                continue
            inside = member.node.pointer.startswith(schema.pointer + "/")
            where = member.node.pointer if inside else part.pointer
            one, other = kinds(document, before.node), kinds(document, member.node)
            if one and other and not other <= one:
                message = f"'{name}' is {listed(sorted(one))} in one part and {listed(sorted(other))} in another"
                yield report(document, ALL_OF_SHAPE, where, message, f"write type: {sorted(one)[0]} in both")
            elif one and not narrows(document, before.node, member.node):
                message = f"'{name}' is another {listed(sorted((other or one) - {'null'}))} in each part"
                hint = "write the same schema in both, or one that extends the other by allOf"
                yield report(document, ALL_OF_SHAPE, where, message, hint)


def _other_members(document: Document, schema: Node) -> Iterator[Problem]:
    known: Node | None = None
    for part in parts(document, schema):
        found = part.child("schema", "additionalProperties")
        if found is None or not found.data:
            continue
        one = kinds(document, known)
        if known is not None and not (
            kinds(document, found) <= one and narrows(document, known, found) and _same_format(document, known, found)
        ):
            inside = found.pointer.startswith(schema.pointer + "/")
            where = found.pointer if inside else schema.at("allOf")
            message = "additionalProperties differ between the parts"
            yield report(document, ALL_OF_SHAPE, where, message, "write the same schema in both")
        known = known or found


def _same_format(document: Document, *schemas: Node) -> bool:
    """Return True if no two schemas state different formats."""
    wholes = [plain(document, each) for each in schemas]
    return len({each.data["format"] for each in wholes if each and isinstance(each.data.get("format"), str)}) < len(
        schemas
    )


def _own(schema: Node) -> dict[str, Member]:
    return {node.key: Member(node.key, node, required=False) for node in schema.children("schema", "properties")}


REQUIRED_UNDECLARED: Final = "required-undeclared"


def check_required_undeclared(document: Document) -> Iterator[Problem]:
    """`required` lists a property that the schema does not declare.

    No attribute can be generated for it. In most cases, one of the two names is a typo.

    Write the property under `properties`, or remove the name from `required`.
    """
    for schema in nodes(document, "schema"):
        names = schema.data.get("required")
        if not is_list(names) or "$ref" in schema.data:
            continue
        known = members(document, _whole(document, schema))
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in known:
                hint = nearest(name, known, "add it to properties, or remove it from required")
                yield report(
                    document,
                    REQUIRED_UNDECLARED,
                    schema.at("required", index),
                    f"the schema has no property '{name}'",
                    hint,
                )


def _whole(document: Document, schema: Node) -> Node:
    """Return the schema around a part of an `allOf`; the schema itself otherwise."""
    names = parse(schema.pointer)
    if names[-2] != "allOf":
        return schema
    return root(document).child("schema", *names[:-2]) or schema


_MOVE: Final = "move it to components.schemas, and write $ref: '#/components/schemas/<Name>' here"

INLINE_ENUM: Final = "inline-enum"


def check_inline_enum(document: Document) -> Iterator[Problem]:
    """An enum is inline instead of under `components.schemas`.

    An enum becomes a class, and a component gives it a stable name.

    Move it to `components.schemas`. Write `$ref: '#/components/schemas/<Name>'` in its place. For a single fixed
    value, write `const`.
    """
    for schema in nodes(document, "schema"):
        if "enum" in schema.data and not is_component(schema):
            hint = f"{_MOVE}; for a single value, write const"
            yield report(document, INLINE_ENUM, schema.at("enum"), "the enum is inline", hint)


INLINE_OBJECT: Final = "inline-object"


def check_inline_object(document: Document) -> Iterator[Problem]:
    """An object, or a union of objects, is inline instead of under `components.schemas`.

    An object becomes a class, and a component gives it a stable name.

    Move the object to `components.schemas`. Write `$ref: '#/components/schemas/<Name>'` in its place. Inline are
    allowed: scalars, `const`, lists and maps of these or of references, `anyOf: [{$ref: …}, {type: 'null'}]`, and free
    maps (`type: object` with `additionalProperties: true` or a schema).
    """
    for schema in nodes(document, "schema"):
        if not is_component(schema) and "$ref" not in schema.data:
            yield from _inline(document, schema)


def _inline(document: Document, schema: Node) -> Iterator[Problem]:
    container = parse(schema.pointer)[-2]
    # `all-of-shape` checks parts of allOf; `one-of-members` checks members of unions.
    if container == "allOf":
        return
    if "allOf" in schema.data and only_part(schema) is None:
        hint = f"replace it with the $ref alone, or {_MOVE}"
        yield report(document, INLINE_OBJECT, schema.at("allOf"), "allOf is inline", hint)
    elif container not in ("oneOf", "anyOf"):
        yield from _inline_class(document, schema)


def _inline_class(document: Document, schema: Node) -> Iterator[Problem]:
    union = next((keyword for keyword in ("oneOf", "anyOf") if keyword in schema.data), None)
    if "properties" in schema.data:
        yield report(document, INLINE_OBJECT, schema.pointer, "the object is inline", _MOVE)
    elif union:
        several = [each for each in schema.children("schema", union) if types(each) != ("null",)]
        if len(several) > 1 and any(_is_class(each) for each in several):
            yield report(document, INLINE_OBJECT, schema.at(union), "a union of components is inline", _MOVE)
    elif "object" in types(schema) and "additionalProperties" not in schema.data:
        message = "the object has neither properties nor additionalProperties"
        hint = f"write additionalProperties: true for a free map, or {_MOVE}"
        yield report(document, INLINE_OBJECT, schema.pointer, message, hint)


def _is_class(schema: Node) -> bool:
    return "$ref" in schema.data or "properties" in schema.data
