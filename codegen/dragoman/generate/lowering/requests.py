"""Lowering of parameters and request bodies: their declarations for the core, and the arguments of functions."""

from __future__ import annotations

from typing import Final, cast

from attrs import evolve

from taskclients_core.operation import Cookie, Header, Path, PathStyle, Query, QueryStyle
from taskclients_core.request.styles import STYLES

from ...spec import naming
from ...spec.model import Content, ContentKind, Operation, Parameter, content_kind
from ...spec.schema import MISSING
from .. import ir
from ..literals import call, entry, literal, sentence, tuple_of
from ..spelling import SECRET, Speller
from .responses import attribute_path, text_type, undecoded
from .struct_source import Symbol, source


def declaration(parameter: Parameter, speller: Speller) -> str:
    """Return the declaration of a parameter, as source without defaults."""
    type_ = Symbol(speller.expression(parameter.shape))
    if parameter.secret and SECRET not in type_:
        type_ = Symbol(f"Annotated[{type_}, {SECRET}]")
    name, required, explode = parameter.name, parameter.required, parameter.explode
    media_type = parameter.media_type or None
    match parameter.place:
        case "path":
            style, body = cast("PathStyle", parameter.style), parameter.body_pointer or None
            return source(Path(name, type_, style=style, explode=explode, media_type=media_type, from_body=body))
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
    """Return the argument for a parameter.

    A required parameter is always sent, so its default becomes that of the argument. The default of an optional one
    stays on the server: an omitted argument is not sent.
    """
    type_ = speller.annotation(parameter.shape)
    if parameter.required:
        default = "" if parameter.default is MISSING else speller.value(parameter.shape, parameter.default)
        return ir.Argument(name=argument_name(parameter), type=type_, default=default)
    optional = type_ if type_ == "Any" or type_.endswith("| None") else f"{type_} | None"
    return ir.Argument(name=argument_name(parameter), type=optional, default="None")


def argument_name(parameter: Parameter) -> str:
    """Return the Python name of a parameter."""
    return parameter.spelling or naming.argument(parameter.name)


def argument_doc(parameter: Parameter, speller: Speller, *, assumed: bool = True) -> str:
    """Return the line of a docstring that documents a parameter."""
    parts = [sentence(parameter.description) or f"Sent as the {parameter.place} parameter `{parameter.name}`."]
    if parameter.default is not MISSING and not parameter.required and not parameter.secret:
        parts.append(f"If omitted, the server uses {literal(parameter.default)}.")
    if parameter.deprecated:
        parts.append("Deprecated.")
    if parameter.assumed and assumed:
        parts.append(f"Assumed: {sentence(parameter.assumed)}")
    return f"{argument(parameter, speller).name}: {entry(parts)}"


def body_declaration(operation: Operation, speller: Speller) -> str:
    """Return the declaration of the body as source, '' for an operation without one."""
    declared = [_declaration(content, speller) for content in _distinct(operation, speller)]
    if not declared:
        return ""
    return declared[0] if len(declared) == 1 else tuple_of(declared)


def body_argument(operation: Operation, speller: Speller) -> ir.Argument | None:
    """Return the argument for the body; None for an operation without one."""
    contents = _distinct(operation, speller)
    types = list(dict.fromkeys(_type(content, speller).removesuffix(" | None") for content in contents))
    if not types:
        return None
    as_json = (content for content in contents if content_kind(content.media_type) is ContentKind.JSON)
    nullable = any(speller.accepts_null(content.shape) for content in as_json)
    if nullable or not operation.body_required:
        types = [*types, "None"] if types != ["Any"] and types != ["None"] else types
    if operation.body_required:
        return ir.Argument(name="body", type=" | ".join(types), default="")
    # None is sent as null if the schema allows it, so another value means that there is no body.
    types, default = ([*types, "Unset"], "UNSET") if nullable else (types, "None")
    return ir.Argument(name="body", type=" | ".join(types), default=default)


def body_doc(operation: Operation, speller: Speller) -> str:
    """Return the description of the body in one line, '' if the spec has none."""
    contents = _distinct(operation, speller)
    described = [_described(each, speller) for each in contents]
    if len(described) > 1 and all(described):
        plain = evolve(speller, qualifier="")
        described = [f"`{_type(each, plain)}`: {text}" for each, text in zip(contents, described, strict=True)]
    # Several bodies are described only if each has a description.
    text = operation.body_description or (" ".join(map(sentence, described)) if all(described) else "")
    filled = [
        f"`{attribute_path(operation.bodies[0].shape, each.body_pointer, speller)}`"
        for each in operation.parameters
        if each.body_pointer
    ]
    if text and filled:
        verb = "fills" if len(filled) == 1 else "fill"
        text = f"{sentence(text)} Its {' and '.join(filled)} also {verb} the path."
    return entry([sentence(text)])


def _described(content: Content, speller: Speller) -> str:
    described = speller.description(content.shape) or _sent_as(content)
    return " ".join(
        filter(None, [sentence(described), undecoded("Pass", content, speller) if _is_raw(content) else ""])
    )


def _is_raw(content: Content) -> bool:
    return content_kind(content.media_type) in (ContentKind.TEXT, ContentKind.BINARY)


def _sent_as(content: Content) -> str:
    if not _is_raw(content):
        return ""
    if "*" in content.media_type and content_kind(content.media_type) is ContentKind.BINARY:
        return f"Pass an `Upload` with its media type (`{content.media_type}`)."
    return f"Sent as `{content.media_type}`."


def _distinct(operation: Operation, speller: Speller) -> list[Content]:
    """Return one body for each Python type: the type of the argument selects it. Of several media types, the first."""
    chosen: dict[str, Content] = {}
    for content in operation.bodies:
        chosen.setdefault(_type(content, speller), content)
    return list(chosen.values())


_USUAL: Final = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def _declaration(content: Content, speller: Speller) -> str:
    media_type, type_ = content.media_type, speller.expression(content.shape)
    named = [] if media_type in _USUAL else [f"media_type={literal(media_type)}"]
    if content.encoding:
        named.append(f"encoding={source(content.encoding)}")
    match content_kind(media_type):
        case ContentKind.JSON:
            return call("Json", type_, *named)
        case ContentKind.FORM:
            return call("Form", type_, *named)
        case ContentKind.MULTIPART:
            return call("Multipart", type_, *named)
        case ContentKind.TEXT:
            text = text_type(content, speller, exact=True)
            return call("Text", literal(media_type), *([] if text == "str" else [text]))
        case ContentKind.BINARY:
            return call("Binary", literal(media_type))


def _type(content: Content, speller: Speller) -> str:
    match content_kind(content.media_type):
        case ContentKind.TEXT:
            return text_type(content, speller)
        case ContentKind.BINARY:
            return "FileContent | Upload"
        case _:
            return speller.annotation(content.shape)
