"""Checks of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from taskclients_core.json_pointer import from_names, parse
from taskclients_core.request.styles import STYLES, StyleName

from ..diagnostics import Problem
from ..spec.model import is_json
from ..spec.yaml_document import Document
from .shapes import SCALARS, Member, find, kinds, members, plain
from .values import listed
from .walk import Node, Operation, bodies, is_component, nodes, operations, parameters, report, resolve

CLIENT_PARAMETER_PARTIAL: Final = "client-parameter-partial"


def check_client_parameter_partial(document: Document) -> Iterator[Problem]:
    """A parameter that is set once on the client is not one that every operation takes.

    `x-client-parameter: true` moves a parameter from every call to the constructor; so every operation has to take it,
    and it must be the same one everywhere.

    Write it once under `components.parameters`, in a header, a query or a cookie, and refer to it from every operation
    or path.
    """
    shared: list[Node] = []
    for parameter in nodes(document, "parameter"):
        if parameter.data.get("x-client-parameter") is not True:
            continue
        where = parameter.at("x-client-parameter")
        if not is_component(parameter):
            hint = "write the parameter under components.parameters, and $ref here"
            yield report(
                document, CLIENT_PARAMETER_PARTIAL, where, "a parameter of the client is written in place", hint
            )
        elif parameter.data.get("in") == "path":
            hint = "remove x-client-parameter, or write a server variable"
            yield report(
                document, CLIENT_PARAMETER_PARTIAL, where, "a path parameter cannot be set on the client", hint
            )
        else:
            shared.append(parameter)
    for operation in operations(document):
        taken = {parameter.pointer for _, parameter in parameters(document, operation)}
        for parameter in shared:
            if parameter.pointer not in taken:
                message = f"does not take '{parameter.key}', which is set on the client"
                hint = f"add $ref: '#/components/parameters/{parameter.key}' to parameters"
                yield report(document, CLIENT_PARAMETER_PARTIAL, operation.node.pointer, message, hint)


FROM_BODY_POINTER: Final = "from-body-pointer"


def check_from_body_pointer(document: Document) -> Iterator[Problem]:
    """`x-from-body` does not lead from a path parameter to a required scalar of the JSON request body.

    The caller says such a value once, in the body, and it is sent in both places; so it must always be there, and be
    something that a path can hold.

    Write `x-from-body: /brand` on a parameter `in: path`, where the body of every operation that takes it is required,
    is JSON, and has a required member `brand` of the same scalar type.
    """
    for parameter in nodes(document, "parameter"):
        if "x-from-body" in parameter.data and parameter.data.get("in") != "path":
            hint = "remove it, or write in: path"
            yield report(
                document,
                FROM_BODY_POINTER,
                parameter.at("x-from-body"),
                "x-from-body stands on no path parameter",
                hint,
            )
    for operation in operations(document):
        for _, parameter in parameters(document, operation):
            pointer = parameter.data.get("x-from-body")
            if isinstance(pointer, str) and parameter.data.get("in") == "path":
                for message, hint in _faults(document, operation, parameter, pointer):
                    yield report(
                        document, FROM_BODY_POINTER, parameter.at("x-from-body"), message, hint, about=operation.id
                    )


def _faults(document: Document, operation: Operation, parameter: Node, pointer: str) -> Iterator[tuple[str, str]]:
    schemas = [each.child("schema", "schema") for each in bodies(document, operation) if is_json(each.key)]
    if not schemas or len(schemas) != len(list(bodies(document, operation))):
        yield "the body that x-from-body points into is not JSON", "write a requestBody in application/json"
        return
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole and whole.data.get("required") is not True:
        yield "the body that x-from-body points into is optional", "write required: true in requestBody"
    wanted = kinds(document, parameter.child("schema", "schema"))
    for schema in schemas:
        found = _kinds_on_the_way(document, schema, pointer)
        if found is None:
            yield f"the body has no required member at {pointer}", "point to a required member of the body"
        elif len(found) != 1 or not found <= SCALARS:
            yield f"{pointer} is {listed(sorted(found))}, not a scalar", "point to a text, a number or a boolean"
        elif found != wanted:
            message = f"{pointer} is {listed(sorted(found))}, the parameter {listed(sorted(wanted))}"
            yield message, "give both the same type"


def _kinds_on_the_way(document: Document, schema: Node | None, pointer: str) -> frozenset[str] | None:
    """Return the types at `pointer`, None when it, or a member on the way to it, is not always there."""
    names = parse(pointer)
    member: Member | None = None
    for end in range(1, len(names) + 1):
        member = find(document, schema, from_names(names[:end]))
        if member is None or not member.required:
            return None
        if end < len(names) and plain(document, member.node) is None:
            return None
    return kinds(document, member.node) if member else None


UNSUPPORTED_STYLE: Final = "unsupported-style"

_NESTED: Final = frozenset({"array", "object"})
_AS_JSON: Final = "write content: {application/json: {schema: …}} instead of schema"


def check_unsupported_style(document: Document) -> Iterator[Problem]:
    """A parameter is written in a style that does not fit its type.

    A style says how a value becomes text; to values of other types, OpenAPI gives it no meaning.

    Write `deepObject` for objects, `spaceDelimited` and `pipeDelimited` for arrays; otherwise leave `style` out. A
    value that no style can carry is written as JSON: `content: {application/json: {schema: …}}`.
    """
    for parameter in nodes(document, "parameter"):
        if parameter.ref is None:
            yield from _style(document, parameter)
            yield from _value(document, parameter)


def _style(document: Document, parameter: Node) -> Iterator[Problem]:
    style = parameter.data.get("style")
    known = STYLES.get(cast("StyleName", style)) if isinstance(style, str) else None
    wanted = known.only if known else None
    if wanted and wanted not in kinds(document, parameter.child("schema", "schema")):
        message = f"style {style} is for values of type {wanted}"
        yield report(
            document, UNSUPPORTED_STYLE, parameter.at("style"), message, "write another style, or leave it out"
        )
    elif wanted and parameter.data.get("explode", wanted == "object") is not (wanted == "object"):
        message = f"style {style} cannot be exploded otherwise"
        yield report(
            document, UNSUPPORTED_STYLE, parameter.at("explode"), message, "leave it out: the style has one form"
        )
    if parameter.data.get("allowEmptyValue"):
        hint = "leave it out, and say in the description what an empty value does"
        yield report(
            document, UNSUPPORTED_STYLE, parameter.at("allowEmptyValue"), "allowEmptyValue is not supported", hint
        )


def _value(document: Document, parameter: Node) -> Iterator[Problem]:
    for content in parameter.children("media-type", "content"):
        if not is_json(content.key):
            message = f"a parameter in {content.key} is not supported"
            yield report(
                document, UNSUPPORTED_STYLE, content.pointer, message, "write schema, or content in application/json"
            )
    schema = plain(document, parameter.child("schema", "schema"))
    if schema is None:
        return
    inner = [schema.child("schema", "items"), schema.child("schema", "additionalProperties")]
    if "properties" in schema.data or "allOf" in schema.data:
        inner += [each.node for each in members(document, schema).values()]
    if any(kinds(document, each) & _NESTED for each in inner) and parameter.data.get("style") != "deepObject":
        message = "no style can carry a list or an object within another"
        yield report(document, UNSUPPORTED_STYLE, parameter.at("schema"), message, _AS_JSON)
