"""Request bodies."""

from __future__ import annotations

from attrs import evolve

from .. import ir
from ..media_types import is_json
from ..quoting import literal, sentence
from ..spec import Content, Operation
from ..spelling import Speller
from .pointer import attribute_path
from .source import call, tuple_of

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def body_declaration(operation: Operation, speller: Speller) -> str:
    """Return what tells the runtime how to send a body, '' for an operation without one."""
    declared = [_declaration(content, speller) for content in _distinct(operation, speller)]
    if not declared:
        return ""
    return declared[0] if len(declared) == 1 else tuple_of(declared)


def body_argument(operation: Operation, speller: Speller) -> ir.Argument | None:
    """Return the argument that carries the body."""
    types = list(dict.fromkeys(_type(content, speller) for content in _distinct(operation, speller)))
    if not types:
        return None
    if not operation.body_required:
        return ir.Argument(name="body", type=" | ".join([*types, "None"]), default="None")
    return ir.Argument(name="body", type=" | ".join(types), default="")


def body_doc(operation: Operation, speller: Speller) -> str:
    """Return what a caller puts into the body, in one line, '' where the spec does not describe it."""
    contents = _distinct(operation, speller)
    described = [speller.description(each.shape) or _sent_as(each) for each in contents]
    if len(described) > 1 and all(described):
        plain = evolve(speller, qualifier="")
        described = [f"`{_type(each, plain)}`: {text}" for each, text in zip(contents, described, strict=True)]
    # Of several bodies each must say which it is, or none does.
    text = operation.body_description or (" ".join(map(sentence, described)) if all(described) else "")
    filled = [
        f"`{attribute_path(operation.bodies[0].shape, each.body_pointer, speller)}`"
        for each in operation.parameters
        if each.body_pointer
    ]
    if text and filled:
        verb = "fills" if len(filled) == 1 else "fill"
        text = f"{sentence(text)} Its {' and '.join(filled)} also {verb} the path."
    return " ".join(sentence(text).split())


def _sent_as(content: Content) -> str:
    return (
        ""
        if content.media_type in {_FORM, _MULTIPART} or is_json(content.media_type)
        else f"Sent as `{content.media_type}`."
    )


def _distinct(operation: Operation, speller: Speller) -> list[Content]:
    """Return the bodies among which a value's type can choose: of several media types for one type, the first."""
    chosen: dict[str, Content] = {}
    for content in operation.bodies:
        chosen.setdefault(_type(content, speller), content)
    return list(chosen.values())


def _declaration(content: Content, speller: Speller) -> str:
    media_type = content.media_type
    type_ = speller.annotation(content.shape, exact=True)
    if media_type == "application/json":
        return call("Json", type_)
    if is_json(media_type):
        return call("Json", type_, f"media_type={literal(media_type)}")
    if media_type == _FORM:
        return call("Form", type_)
    if media_type == _MULTIPART:
        return call("Multipart", type_)
    return call("Text" if media_type.startswith("text/") else "Binary", literal(media_type))


def _type(content: Content, speller: Speller) -> str:
    media_type = content.media_type
    if is_json(media_type) or media_type in {_FORM, _MULTIPART}:
        return speller.annotation(content.shape)
    return "str" if media_type.startswith("text/") else "FileContent | Upload"
