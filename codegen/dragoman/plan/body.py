"""Request bodies."""

from __future__ import annotations

from .. import ir
from ..media_types import is_json
from ..quoting import literal
from ..spec import Content, Operation
from ..spelling import Speller
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
