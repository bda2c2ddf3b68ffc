"""Parameters: how one is declared for the runtime, and what a caller passes for it."""

from __future__ import annotations

from typing import Final

from .. import ir, names
from ..quoting import literal, sentence
from ..schema import MISSING
from ..spec import Parameter
from ..spelling import Speller
from .source import call, entries

_KINDS: Final = {"path": "Path", "query": "Query", "header": "Header", "cookie": "Cookie"}
_STYLES: Final = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


def declaration(parameter: Parameter, speller: Speller) -> str:
    """Return what tells the runtime how the value goes over the wire; what is usual is left out."""
    usual = _STYLES[parameter.place]
    style = "" if parameter.style == usual or parameter.media_type else literal(parameter.style)
    explode = parameter.explode != (parameter.style == "form") and not parameter.media_type
    return call(
        _KINDS[parameter.place],
        literal(parameter.name),
        speller.annotation(parameter.shape, exact=True),
        *entries(
            required="True" if parameter.required and parameter.place != "path" else "",
            style=style,
            explode=literal(parameter.explode) if explode else "",
            allow_reserved="True" if parameter.allow_reserved else "",
            media_type=literal(parameter.media_type) if parameter.media_type else "",
            body=literal(parameter.body_pointer) if parameter.body_pointer else "",
        ),
    )


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
