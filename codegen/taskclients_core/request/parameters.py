"""Parameters: from a caller's arguments to the path, query, headers and cookies of a request.

A path value stays in its segment whatever it is: everything reserved is percent-encoded, and what would make a segment
`.`, `..` or empty is refused, since servers and proxies resolve those, encoded or not. None is "not sent", and so is
an empty list in a query; a required parameter needs a value. Whatever cannot be sent raises InvalidArgument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias, cast

from attrs import define, field, fields, frozen, has

from ..codec import encode, to_builtins
from ..errors import InvalidArgument
from ..messages import Content
from ..model import wire_name
from ..operation import ClientParameter, Cookie, Header, Path, Query
from . import styles


@define(eq=False, repr=False)
class Draft:
    """A request in the making. It has no repr of its own: what it holds may be secret."""

    path: str = ""
    query: list[str] = field(factory=list[str])
    headers: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    cookies: list[str] = field(factory=list[str])
    content: bytes | Content | None = None


Writer: TypeAlias = Callable[[object, Draft], None]


@frozen(eq=False)
class PathTemplate:
    """A path, taken apart once: texts and the parameters between them."""

    parts: tuple[str | tuple[int, Callable[[object], str]], ...]
    """Literal text, or the place of a value and the function that renders it."""

    def render(self, values: Sequence[object]) -> str:
        """The path with these values.

        Raises:
            InvalidArgument: a segment would become `.`, `..` or empty.
        """
        path = "".join([part if isinstance(part, str) else part[1](values[part[0]]) for part in self.parts])
        if "/." in path and not {".", ".."}.isdisjoint(path.split("/")):
            raise InvalidArgument("path parameters: a segment of the path cannot be '.' or '..'")
        return path


def compile_path(template: str, parameters: Sequence[Path]) -> PathTemplate:
    """Take a path template such as `/tasks/{id}` apart.

    Raises:
        ValueError: the template and its parameters do not agree.
    """
    by_name = {parameter.name: index for index, parameter in enumerate(parameters)}
    pieces = re.split(r"\{([^{}]+)\}", template)  # text and names in turn
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

    def write(value: object) -> str:
        if value is None:
            raise _invalid(parameter, "required, got None")
        try:
            if parameter.media_type is not None:
                return styles.escape(encode(value, type_).decode())
            wire = _wire(value, type_)
            text = styles.escape(wire) if plain and isinstance(wire, str) else style(name, wire, explode)
        except InvalidArgument as error:
            raise _invalid(parameter, str(error)) from None
        if not text:
            raise _invalid(parameter, "cannot be empty")
        return text

    return write


def compile_parameter(parameter: ClientParameter) -> Writer:
    """The function that writes a parameter's value to a draft. It raises InvalidArgument for what cannot be sent."""
    put = _query(parameter) if isinstance(parameter, Query) else _field(parameter)
    required = parameter.required

    def write(value: object, draft: Draft) -> None:
        if value is None:
            if required:
                raise _invalid(parameter, "required, got None")
            return
        try:
            put(value, draft)
        except InvalidArgument as error:
            raise _invalid(parameter, str(error)) from None

    return write


def _query(parameter: Query) -> Writer:
    name, type_ = parameter.name, parameter.type
    safe = styles.RESERVED if parameter.allow_reserved else ""
    key = styles.escape(name)
    if parameter.media_type is not None:
        return lambda value, draft: draft.query.append(f"{key}={styles.escape(encode(value, type_).decode(), safe)}")
    usual = styles.STYLES[parameter.style]
    explode = usual.explode if parameter.explode is None else parameter.explode
    style = {
        "form": partial(styles.form, name, explode=explode, safe=safe),
        "spaceDelimited": partial(styles.separated, usual.delimiter, name, explode=explode, safe=safe),
        "pipeDelimited": partial(styles.separated, usual.delimiter, name, explode=explode, safe=safe),
        "deepObject": partial(styles.deep_object, name, safe=safe),
    }[parameter.style]

    def put(value: object, draft: Draft) -> None:
        wire = _wire(value, type_)
        written = style(value=wire)
        if not written and parameter.required:
            raise InvalidArgument("required, got nothing to send")
        draft.query += written

    return put


def _field(parameter: Header | Cookie) -> Writer:
    name, type_, explode = parameter.name, parameter.type, parameter.explode
    as_json = parameter.media_type is not None

    def put_header(value: object, draft: Draft) -> None:
        text = (
            styles.header_value(encode(value, type_).decode())
            if as_json
            else styles.header(_wire(value, type_), explode)
        )
        draft.headers.append((name, text))

    def put_cookie(value: object, draft: Draft) -> None:
        wire = encode(value, type_).decode() if as_json else _wire(value, type_)
        draft.cookies += styles.form(name, wire, explode)

    return put_header if isinstance(parameter, Header) else put_cookie


def _wire(value: object, type_: object) -> object:
    if type(value) is str or type(value) is int:  # most of them
        return value
    wire = to_builtins(value, type_)
    return "null" if wire is None else wire


def _invalid(parameter: Path | ClientParameter, why: str) -> InvalidArgument:
    # The value itself is not shown: it may be a key or a token.
    return InvalidArgument(f"{type(parameter).__name__.lower()} parameter {parameter.name!r}: {why}")


def pick(body: object, pointer: str) -> object:
    """The value at a JSON pointer within a request body, by wire names, without encoding the rest of it."""
    from ..json_pointer import parse  # few operations read a parameter from the body

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
    return {wire_name(model, one): one.name for one in fields(model)}
