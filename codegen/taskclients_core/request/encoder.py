"""Encoding of a call's arguments and body as a request; the first step of a call.

The part that does not depend on the arguments is compiled once for each operation (`encoder_for`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any, TypeAlias, cast

from attrs import define, field, frozen, has

from ..codec import encode, to_builtins
from ..errors import InvalidArgumentError
from ..http_messages import StreamedBody
from ..media import charset_of
from ..model import UNSET, accepted_classes, format_type, members
from ..operation import (
    Binary,
    Body,
    ClientParameter,
    Cookie,
    Form,
    Header,
    Json,
    Multipart,
    Operation,
    Path,
    Query,
    Text,
    Upload,
    types_by_status,
)
from . import styles
from .bodies import body_part, concat, encode_form, encode_multipart, encode_text, is_content, upload_content_type


@define(eq=False, repr=False)
class RequestBuilder:
    """Parts of a request while it is built. No repr, because the parts may be secret."""

    path: str = ""
    query: list[str] = field(factory=list[str])
    headers: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    cookies: list[str] = field(factory=list[str])
    url: str | None = None
    """Complete URL from the server, of a next page. It replaces path and query, also those of the client."""

    content: bytes | StreamedBody | None = None

    defaults: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    """Headers that are sent unless the caller sets a header of the same name."""

    boundary: str = ""
    """Boundary of a multipart body, '' for another body."""


ParameterWriter: TypeAlias = Callable[[object, RequestBuilder], None]


@frozen(eq=False)
class PathTemplate:
    """Parsed path template: literal text and parameters."""

    parts: tuple[str | tuple[int, Callable[[object], str]], ...]
    """Literal text, or the index of a value and the function that renders it."""

    def render(self, values: Sequence[object]) -> str:
        """Return the path with these values.

        Raises:
            InvalidArgumentError: a value is invalid, or a segment would be `.`, `..` or empty.
        """
        path = "".join([part if isinstance(part, str) else part[1](values[part[0]]) for part in self.parts])
        if "/." in path and not {".", ".."}.isdisjoint(path.split("/")):
            raise InvalidArgumentError("path parameters: a segment of the path cannot be '.' or '..'")
        return path


def compile_path(template: str, parameters: Sequence[Path]) -> PathTemplate:
    """Parse a path template such as `/tasks/{id}` or `/?Action=ListTasks`.

    A fragment (`/#Action=ListTasks`) is dropped: it only tells apart operations with the same path, and HTTP never
    sends it.

    Raises:
        ValueError: the parameters are not exactly those of the template.
    """
    by_name = {parameter.name: index for index, parameter in enumerate(parameters)}
    pieces = re.split(r"\{([^{}]+)\}", template.partition("#")[0])  # text and names in turn
    if sorted(pieces[1::2]) != sorted(by_name):
        raise ValueError(f"{template!r} does not have exactly the parameters {sorted(by_name)}")
    parts: list[str | tuple[int, Callable[[object], str]]] = []
    for position, piece in enumerate(pieces):
        if position % 2:
            index = by_name[piece]
            parts.append((index, _path_writer(parameters[index])))
        elif piece:
            parts.append(piece)
    return PathTemplate(tuple(parts))


def _path_writer(parameter: Path) -> Callable[[object], str]:
    name, type_, explode = parameter.name, parameter.type, parameter.explode
    style = {"simple": styles.simple, "label": styles.label, "matrix": styles.matrix}[parameter.style]
    plain = parameter.style == "simple"
    null = _accepts_null(parameter)

    def write(value: object) -> str:
        if value is None and not null:
            raise _invalid(parameter, "required, got None")
        try:
            if parameter.media_type is not None:
                return styles.escape(encode(value, type_, secret=True).decode())
            wire = _wire(value, type_)
            text = styles.escape(wire) if plain and isinstance(wire, str) else style(name, wire, explode)
        except InvalidArgumentError as error:
            raise _invalid(parameter, str(error)) from None
        if not text:
            raise _invalid(parameter, "cannot be empty")
        return text

    return write


def compile_parameter(parameter: ClientParameter) -> ParameterWriter:
    """Return a function that adds a parameter's value to a request. It raises InvalidArgumentError for a bad value."""
    put = _query_writer(parameter) if isinstance(parameter, Query) else _header_or_cookie_writer(parameter)
    required = parameter.required
    null = required and _accepts_null(parameter)

    def write(value: object, builder: RequestBuilder) -> None:
        if value is None and not null:
            if required:
                raise _invalid(parameter, "required, got None")
            return
        try:
            put(value, builder)
        except InvalidArgumentError as error:
            raise _invalid(parameter, str(error)) from None

    return write


def _accepts_null(parameter: Path | ClientParameter) -> bool:
    """Return True if None is sent as null, which only JSON can express."""
    return parameter.media_type is not None and NoneType in accepted_classes(parameter.type)


def _query_writer(parameter: Query) -> ParameterWriter:
    name, type_ = parameter.name, parameter.type
    safe = styles.RESERVED if parameter.allow_reserved else ""
    key = styles.escape(name)
    if parameter.media_type is not None:
        return lambda value, builder: builder.query.append(
            f"{key}={styles.escape(encode(value, type_, secret=True).decode(), safe)}"
        )
    style, explode = parameter.style, parameter.explode

    def put(value: object, builder: RequestBuilder) -> None:
        written = styles.query(name, _wire(value, type_), style, explode, safe)
        if not written and parameter.required:
            raise InvalidArgumentError("required, got an empty value")
        builder.query += written

    return put


def _header_or_cookie_writer(parameter: Header | Cookie) -> ParameterWriter:
    name, type_, explode = parameter.name, parameter.type, parameter.explode
    as_json = parameter.media_type is not None

    def put_header(value: object, builder: RequestBuilder) -> None:
        text = (
            styles.header_value(encode(value, type_, secret=True).decode())
            if as_json
            else styles.header(_wire(value, type_), explode)
        )
        builder.headers.append((name, text))

    def put_cookie(value: object, builder: RequestBuilder) -> None:
        wire = encode(value, type_, secret=True).decode() if as_json else _wire(value, type_)
        builder.cookies += styles.form(name, wire, explode)

    return put_header if isinstance(parameter, Header) else put_cookie


def _wire(value: object, type_: object) -> object:
    """Return a parameter's value as the styles write it: a scalar, list or dict in its wire form, null as text."""
    if type(value) is str or type(value) is int:  # fast path
        return value
    wire = to_builtins(value, type_, secret=True)
    return "null" if wire is None else wire


def _invalid(parameter: Path | ClientParameter, problem: str) -> InvalidArgumentError:
    # Do not show the value: it may be a key or a token.
    return InvalidArgumentError(f"{type(parameter).__name__.lower()} parameter {parameter.name!r}: {problem}")


def resolve_pointer(body: object, pointer: str) -> object:
    """Return the value at a JSON pointer (of wire names) in a request body, without encoding the body."""
    from ..json_pointer import parse  # seldom needed

    for name in parse(pointer):
        body = _member(body, name)
        if body is None:
            return None
    return body


def _member(owner: object, name: str) -> object:
    if styles.is_mapping(owner):
        return owner.get(name)
    if styles.is_list(owner):
        from ..json_pointer import array_index

        index = array_index(name)
        return owner[index] if index is not None and index < len(owner) else None
    attribute = _attributes(cast("Hashable", type(owner))).get(name)
    return None if attribute is None else getattr(owner, attribute)


@cache
def _attributes(model: Any) -> Mapping[str, str]:
    if not has(model):
        return {}
    return {each.name: each.attribute for each in members(model)}


EncodedBody: TypeAlias = tuple[str, bytes | StreamedBody]
"""Media type and content."""

BodyWriter: TypeAlias = Callable[[object], EncodedBody]


def compile_body(declared: Sequence[Body], required: bool) -> Callable[[object], EncodedBody | None]:
    """Return a function that encodes a body in the first declared form that accepts the value.

    None is a missing body unless a form accepts null; UNSET always is. The function raises InvalidArgumentError if a
    required body is missing, no form accepts the value, or it cannot be encoded.
    """
    nullable = any(isinstance(body, Json) and _type_check(body)(None) for body in declared)
    forms = [(_type_check(body), _body_writer(body)) for body in declared]
    expected = " or ".join(dict.fromkeys(_expected(body) for body in declared))

    def write(value: object) -> EncodedBody | None:
        if value is UNSET or (value is None and not nullable):
            if forms and required:
                raise InvalidArgumentError(f"body: required, expected {expected}")
            return None
        for accepts, encode_value in forms:
            if accepts(value):
                try:
                    return encode_value(value)
                except InvalidArgumentError as error:
                    raise InvalidArgumentError(f"body: {error}") from None
        if not forms:
            raise InvalidArgumentError(f"body: expected none, got {type(value).__name__}")
        raise InvalidArgumentError(f"body: expected {expected}, got {type(value).__name__}")

    return write


def _expected(body: Body) -> str:
    if isinstance(body, Binary):
        return "bytes, a file open for reading bytes, a path, an iterable of bytes or an Upload"
    return format_type(body.type)


def _type_check(body: Body) -> Callable[[object], bool]:
    if isinstance(body, Binary):
        return is_content
    classes = accepted_classes(body.type)
    return lambda value: isinstance(value, classes)


def _body_writer(body: Body) -> BodyWriter:
    media_type = body.media_type
    if isinstance(body, Json):
        json_type = "application/json" if "*" in media_type else media_type
        return lambda value: (json_type, encode(value, body.type))
    if isinstance(body, Form):
        return lambda value: (media_type, encode_form(to_builtins(value, body.type), body.encoding))
    if isinstance(body, Multipart):
        return lambda value: encode_multipart(value, media_type, body.encoding)
    if isinstance(body, Text):
        text_type = "text/plain" if "*" in media_type else media_type
        charset = charset_of(media_type)
        typed = text_type if charset else f"{text_type}; charset=utf-8"
        return lambda value: (typed, encode_text(styles.scalar(_wire(value, body.type)), charset or "utf-8"))
    return lambda value: _binary(value, media_type)


def _binary(value: object, media_type: str) -> EncodedBody:
    own_type = upload_content_type(value) if isinstance(value, Upload) else ""
    if isinstance(value, Upload) and value.headers:
        raise InvalidArgumentError(
            "headers of an upload: only a part of a multipart body has its own; pass them as parameters"
        )
    return own_type or ("application/octet-stream" if "*" in media_type else media_type), concat([body_part(value)])


@frozen(eq=False)
class RequestEncoder:
    """Encoder of the arguments and body of one operation."""

    name: str

    argument_count: int
    """Number of arguments, without the body."""

    template: PathTemplate

    path_values: tuple[int | str, ...]
    """For each path parameter, the index of its argument or a pointer into the body."""

    writers: tuple[tuple[int, ParameterWriter], ...]
    """For each other parameter, the index of its argument and the function that adds it."""

    encode_body: Callable[[object], EncodedBody | None]

    accept: str
    """`Accept` header, unless the caller sets one."""

    def build(self, arguments: Sequence[object], body: object, accept: str | None = None) -> RequestBuilder:
        """Encode the arguments and the body of one call.

        Args:
            arguments: Values in the order of the operation's parameters.
            body: Request body.
            accept: Media type that the caller chose; None: the operation's own.

        Raises:
            InvalidArgumentError: an argument or the body is missing or invalid.
        """
        if len(arguments) != self.argument_count:
            raise InvalidArgumentError(f"{self.name}: takes {self.argument_count} arguments, got {len(arguments)}")
        builder = RequestBuilder()
        builder.defaults.append(("Accept", accept or self.accept))
        try:
            encoded = self.encode_body(body)
            values = [
                arguments[source] if isinstance(source, int) else resolve_pointer(body, source)
                for source in self.path_values
            ]
            # Values are escaped, so a question mark is the template's own.
            builder.path, _, query = self.template.render(values).partition("?")
            if query:
                builder.query.append(query)
            for index, write in self.writers:
                write(arguments[index], builder)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{self.name}: {error}") from None
        if encoded is not None:
            media_type, builder.content = encoded
            builder.boundary = media_type.partition("; boundary=")[2]
            builder.defaults.append(("Content-Type", media_type))
        return builder


@cache
def encoder_for(operation: Operation[Any]) -> RequestEncoder:
    """Return the encoder of an operation; created at its first call and cached, as operations are constants."""
    paths: list[Path] = []
    path_values: list[int | str] = []
    writers: list[tuple[int, ParameterWriter]] = []
    count = 0
    for parameter in operation.parameters:
        if isinstance(parameter, Path):
            paths.append(parameter)
            path_values.append(count if parameter.from_body is None else parameter.from_body)
        else:
            writers.append((count, compile_parameter(parameter)))
        count += not (isinstance(parameter, Path) and parameter.from_body is not None)
    return RequestEncoder(
        name=operation.name,
        argument_count=count,
        template=compile_path(operation.path, paths),
        path_values=tuple(path_values),
        writers=tuple(writers),
        encode_body=compile_body(operation.body, operation.body_required),
        accept=accept_header(operation),
    )


def encode_client_parameters(parameters: Sequence[ClientParameter], values: Sequence[object]) -> RequestBuilder:
    """Encode the client parameters, which are sent with every request.

    Raises:
        InvalidArgumentError: a value is missing or invalid.
    """
    if len(values) != len(parameters):
        raise InvalidArgumentError(f"parameters: expected {len(parameters)} values, got {len(values)}")
    builder = RequestBuilder()
    for parameter, value in zip(parameters, values, strict=True):
        compile_parameter(parameter)(value, builder)
    return builder


def accept_header(operation: Operation[Any]) -> str:
    """Return the `Accept` header of an operation: its own, or one for the types that it returns."""
    if operation.accept is not None:
        return operation.accept
    hints = [hint for hint in types_by_status(operation.returns).values() if hint is not None]
    if not hints or bytes in hints:
        return "*/*"
    return ", ".join(dict.fromkeys("text/plain" if hint is str else "application/json" for hint in hints))
