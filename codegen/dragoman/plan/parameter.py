"""Parameters: how one is declared for the runtime, and what a caller passes for it."""

from __future__ import annotations

from typing import cast

from taskclients_core.operation import Cookie, Header, Path, PathStyle, Query, QueryStyle
from taskclients_core.request.styles import STYLES

from .. import ir, names
from ..quoting import literal, sentence
from ..schema import MISSING
from ..spec import Parameter
from ..spelling import Speller
from .struct_source import Symbol, source


def declaration(parameter: Parameter, speller: Speller) -> str:
    """Return what tells the runtime how the value goes over the wire; what is usual is left out."""
    type_ = Symbol(speller.annotation(parameter.shape, exact=True))
    name, required, explode = parameter.name, parameter.required, parameter.explode
    media_type = parameter.media_type or None
    match parameter.place:
        case "path":
            style, body = cast("PathStyle", parameter.style), parameter.body_pointer or None
            return source(Path(name, type_, style=style, explode=explode, media_type=media_type, body=body))
        case "query":
            query = Query(
                name,
                type_,
                required=required,
                style=cast("QueryStyle", parameter.style),
                explode=None if explode == STYLES[parameter.style].explode else explode,
                allow_reserved=parameter.allow_reserved,
                media_type=media_type,
            )
            return source(query)
        case "header":
            return source(Header(name, type_, required=required, explode=explode, media_type=media_type))
        case "cookie":
            return source(Cookie(name, type_, required=required, explode=explode, media_type=media_type))


def argument(parameter: Parameter, speller: Speller) -> ir.Argument:
    """Return the argument that carries a parameter.

    A required one is always sent, so its default is the caller's; the default of an optional one is the server's, and
    what the caller leaves out stays out.
    """
    type_ = speller.annotation(parameter.shape)
    if parameter.required:
        default = "" if parameter.default is MISSING else speller.value(parameter.shape, parameter.default)
        return ir.Argument(name=argument_name(parameter), type=type_, default=default)
    optional = type_ if type_ == "Any" or type_.endswith("| None") else f"{type_} | None"
    return ir.Argument(name=argument_name(parameter), type=optional, default="None")


def argument_name(parameter: Parameter) -> str:
    """Return the Python name of a parameter."""
    return parameter.spelling or names.argument(parameter.name)


def argument_doc(parameter: Parameter, speller: Speller, *, assumed: bool = True) -> str:
    """Return the line of a docstring that documents a parameter."""
    parts = [sentence(parameter.description) or f"Sent as the {parameter.place} parameter `{parameter.name}`."]
    if parameter.default is not MISSING and not parameter.required:
        parts.append(f"Left out, the server takes {literal(parameter.default)}.")
    if parameter.deprecated:
        parts.append("Deprecated.")
    if parameter.assumed and assumed:
        parts.append(f"Assumed: {sentence(parameter.assumed)}")
    return f"{argument(parameter, speller).name}: {' '.join(' '.join(parts).split())}"
