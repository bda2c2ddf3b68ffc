"""Checks of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

from taskclients_core.json_pointer import from_names, parse
from taskclients_core.request.styles import STYLES, StyleName

from ..diagnostics import Problem
from ..spec.model import is_json
from ..spec.yaml_document import Document
from .shapes import SCALARS, Member, find, kinds, members, plain
from .values import listed, preview
from .walk import Node, Operation, bodies, hashable, is_component, nodes, operations, parameters, report, resolve

CLIENT_PARAMETER_PARTIAL: Final = "client-parameter-partial"


def check_client_parameter_partial(document: Document) -> Iterator[Problem]:
    """A parameter with `x-client-parameter` is not shared by all operations.

    `x-client-parameter: true` moves a parameter from the calls to the constructor of the client, so every operation
    must have the same parameter.

    Write it once under `components.parameters`, `in: header`, `query` or `cookie`, and refer to it from every operation
    or path item: `$ref: '#/components/parameters/<Name>'`.
    """
    shared: list[Node] = []
    for parameter in nodes(document, "parameter"):
        if parameter.data.get("x-client-parameter") is not True:
            continue
        where = parameter.at("x-client-parameter")
        if not is_component(parameter):
            hint = "move it to components.parameters, and write $ref: '#/components/parameters/<Name>' here"
            yield report(
                document,
                CLIENT_PARAMETER_PARTIAL,
                where,
                "a parameter with x-client-parameter is not under components",
                hint,
            )
        elif parameter.data.get("in") == "path":
            hint = "remove x-client-parameter, or replace the parameter with a server variable"
            yield report(
                document, CLIENT_PARAMETER_PARTIAL, where, "a path parameter cannot be set on the client", hint
            )
        else:
            shared.append(parameter)
    for operation in operations(document):
        taken = {parameter.pointer for _, parameter in parameters(document, operation)}
        for parameter in shared:
            if parameter.pointer not in taken:
                message = f"the client parameter '{parameter.key}' is missing"
                hint = f"write parameters: [{{$ref: '#/components/parameters/{parameter.key}'}}]"
                yield report(document, CLIENT_PARAMETER_PARTIAL, operation.node.pointer, message, hint)


FROM_BODY_POINTER: Final = "from-body-pointer"


def check_from_body_pointer(document: Document) -> Iterator[Problem]:
    """`x-from-body` does not point from a path parameter to a required scalar of the JSON request body.

    The caller passes the value once, in the body, and the client sends it in the body and in the path. So the value
    must always be present, and be a scalar.

    Write `x-from-body: /brand` on a parameter with `in: path`. The body of every operation with this parameter must be
    required, be JSON, and have a required member `brand` of the same scalar type.
    """
    for parameter in nodes(document, "parameter"):
        if "x-from-body" in parameter.data and parameter.data.get("in") != "path":
            hint = "write in: path, or remove x-from-body"
            yield report(
                document,
                FROM_BODY_POINTER,
                parameter.at("x-from-body"),
                "x-from-body needs a path parameter",
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
        yield (
            "x-from-body needs a JSON request body",
            "write requestBody: {required: true, content: {application/json: …}}",
        )
        return
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole and whole.data.get("required") is not True:
        yield "x-from-body needs a required request body", "write required: true in requestBody"
    wanted = kinds(document, parameter.child("schema", "schema"))
    for schema in schemas:
        found = _types_of_required(document, schema, pointer)
        if "null" in kinds(document, schema):
            yield "x-from-body needs a request body that is not null", "remove null from the schema of the body"
        elif found is None:
            yield (
                f"the body has no required member at {pointer}",
                "write the pointer of a required member, or add the member to required",
            )
        elif len(found) != 1 or not found <= SCALARS:
            yield (
                f"{pointer} is {listed(sorted(found))}, not a scalar",
                "write the pointer of a string, a number or a boolean",
            )
        elif found != wanted:
            message = f"{pointer} is {listed(sorted(found))}, but the parameter is {listed(sorted(wanted))}"
            yield message, "give both the same type"


def _types_of_required(document: Document, schema: Node | None, pointer: str) -> frozenset[str] | None:
    """Return the types at `pointer`; None if a member on its path is optional, null or missing."""
    names = parse(pointer)
    member: Member | None = None
    for end in range(1, len(names) + 1):
        member = find(document, schema, from_names(names[:end]))
        if member is None or not member.required:
            return None
        if end < len(names) and (plain(document, member.node) is None or "null" in kinds(document, member.node)):
            return None
    return kinds(document, member.node) if member else None


HEADER_NAME: Final = "header-name"

_TOKEN: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # RFC 9110, 5.6.2
_FRAMING: Final = re.compile(
    r"content-length|host|transfer-encoding|connection|te|trailer|upgrade|expect|keep-alive|proxy-.*|http2-settings",
    re.IGNORECASE,
)


def check_header_name(document: Document) -> Iterator[Problem]:
    """A request header cannot be set by a caller, or is declared twice.

    `Content-Length`, `Host`, `Transfer-Encoding`, `Connection` and others say where a message ends and which way it
    goes. The HTTP library sets them; a second value lets two servers read one request differently (request smuggling).
    Names of headers are compared without case, and each is sent once.

    Remove a parameter or key for such a header. Write a token such as `X-Api-Key` as the name of any other one.
    `User-Agent`, `Accept`, `Content-Type` and `Authorization` may be declared: the caller's value is sent instead of
    the client's.
    """
    for node in nodes(document, "parameter", "security-scheme"):
        name = node.data.get("name")
        if node.data.get("in") != "header" or not isinstance(name, str):
            continue
        if _FRAMING.fullmatch(name):
            message = f"the header {name} is set by the HTTP library"
            yield report(document, HEADER_NAME, node.at("name"), message, f"remove the {_KINDS[node.kind]}")
        elif not _TOKEN.fullmatch(name):
            message = f"{preview(name)} is not the name of a header"
            yield report(document, HEADER_NAME, node.at("name"), message, "write a name such as X-Request-Id")
    for operation in operations(document):
        found: dict[str, str] = {}
        for mention, parameter in parameters(document, operation):
            if parameter.data.get("in") == "header" and hashable(parameter):
                name = parameter.data["name"]
                if found.setdefault(name.lower(), name) != name:
                    message = f"the header {name} is declared as {found[name.lower()]} too"
                    yield report(document, HEADER_NAME, mention.pointer, message, "remove one of the two parameters")


_KINDS: Final = {"parameter": "parameter", "security-scheme": "scheme, and use an httpx.Auth"}

UNSUPPORTED_STYLE: Final = "unsupported-style"

_NESTED: Final = frozenset({"array", "object"})
_AS_JSON: Final = "replace schema with content: {application/json: {schema: …}}"


def check_unsupported_style(document: Document) -> Iterator[Problem]:
    """The style of a parameter does not match its type.

    A style defines the text of a value. OpenAPI defines each style for certain types only.

    Write `style: deepObject` for objects, `spaceDelimited` or `pipeDelimited` for arrays; otherwise remove `style`. For
    a value without a style, such as nested lists, write JSON: `content: {application/json: {schema: …}}`.
    """
    for parameter in nodes(document, "parameter"):
        if parameter.ref is None:
            yield from _style(document, parameter)
            yield from _value(document, parameter)


def _style(document: Document, parameter: Node) -> Iterator[Problem]:
    style = parameter.data.get("style")
    known = STYLES.get(cast("StyleName", style)) if isinstance(style, str) else None
    wanted = known.only if known else None
    if wanted and not wanted & kinds(document, parameter.child("schema", "schema")):
        listed_types = " or ".join(sorted(wanted, reverse=True))
        message, hint = f"style {style} needs type: {listed_types}", f"write type: {max(wanted)}, or remove style"
        yield report(document, UNSUPPORTED_STYLE, parameter.at("style"), message, hint)
    elif wanted and parameter.data.get("explode", "object" in wanted) is not ("object" in wanted):
        message = f"style {style} does not support explode: {'false' if 'object' in wanted else 'true'}"
        yield report(document, UNSUPPORTED_STYLE, parameter.at("explode"), message, "remove explode")
    if parameter.data.get("allowEmptyValue"):
        hint = "remove it, and state the meaning of an empty value in the description"
        yield report(
            document, UNSUPPORTED_STYLE, parameter.at("allowEmptyValue"), "allowEmptyValue is not supported", hint
        )


def _value(document: Document, parameter: Node) -> Iterator[Problem]:
    for content in parameter.children("media-type", "content"):
        if not is_json(content.key):
            message = f"a parameter in {content.key} is not supported"
            yield report(
                document,
                UNSUPPORTED_STYLE,
                content.pointer,
                message,
                "write schema, or content: {application/json: {schema: …}}",
            )
    schema = plain(document, parameter.child("schema", "schema"))
    if schema is None:
        return
    yield from _null(document, parameter, schema)
    inner = [
        *schema.children("schema", "prefixItems"),
        schema.child("schema", "items"),
        schema.child("schema", "additionalProperties"),
    ]
    if "properties" in schema.data or "allOf" in schema.data:
        inner += [each.node for each in members(document, schema).values()]
    if any(kinds(document, each) & _NESTED for each in inner) and parameter.data.get("style") != "deepObject":
        message = "no style supports nested lists or objects"
        yield report(document, UNSUPPORTED_STYLE, parameter.at("schema"), message, _AS_JSON)


def _null(document: Document, parameter: Node, schema: Node) -> Iterator[Problem]:
    """Report a null that no style can express: a caller leaves out an optional parameter instead."""
    where = parameter.at("schema")
    if parameter.data.get("required") is True and "null" in kinds(document, parameter.child("schema", "schema")):
        message = "a required parameter cannot be null, because no style has a text for null"
        hint = f"remove null from its type, or {_AS_JSON}"
        yield report(document, UNSUPPORTED_STYLE, where, message, hint)
    inner = (schema.child("schema", word) for word in ("items", "additionalProperties"))
    if any("null" in kinds(document, each) for each in inner):
        message = "no style has a text for null in a list or an object"
        yield report(document, UNSUPPORTED_STYLE, where, message, f"remove null, or {_AS_JSON}")
