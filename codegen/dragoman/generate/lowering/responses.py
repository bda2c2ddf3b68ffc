"""Lowering of responses: return types by status, types of errors, pagination, and pointers as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import evolve, frozen
from msgspec.structs import replace

from taskclients_core.json_pointer import parse
from taskclients_core.operation import ErrorCondition, Pagination

from ...spec.model import ROW_TYPES, Content, ContentKind, Operation, Response, Spec, content_kind, is_json
from ...spec.schema import (
    Anything,
    Array,
    Enumeration,
    Map,
    Nullable,
    Object,
    Property,
    Ref,
    Scalar,
    Shape,
    circles,
    references,
)
from ..literals import entry, literal, sentence
from ..spelling import Speller
from .struct_source import source

# Descriptions that only repeat the status.
_PHRASES: Final = re.compile(
    r"(ok|created|accepted|success(ful(ly)?)?( (operation|request|response))?)?\.?", re.IGNORECASE
)


@frozen(kw_only=True)
class Returned:
    """Result of a successful call."""

    annotation: str
    """Type that the function returns."""

    declared: str
    """Argument of `Operation(returns=…)`, '' for none."""

    annotated: bool
    """True if the constant needs an annotation, because type checkers cannot infer it from `declared`."""

    accept: str
    """`Accept` header, '' for that which the core derives from the types."""

    media_types: tuple[str, ...]
    """Other media types that callers may choose: those that are read into the same models as JSON."""

    doc: str
    """Prose: one line, or one for each status."""


def returned(operation: Operation, speller: Speller) -> Returned:
    """Return the result of a successful call of an operation."""
    responses = _successes(operation)
    chosen = {response.status: _preferred(response) for response in responses}
    types = {status: _type(content, speller) for status, content in chosen.items()}
    # The core reads `str` as text/plain, under the name of a component too.
    plain = (speller.expression(speller.resolved(each.shape)) for each in chosen.values() if each)
    accept = _accept(responses, frozenset((*types.values(), *plain)))
    others = tuple(dict.fromkeys(other for response in responses for other in _others(response)))
    docs = {
        response.status: _described(response, chosen[response.status], speller)
        for response in responses
        if chosen[response.status] or len(types) > 1
    }
    members = [member for content in chosen.values() for member in _members_of(content, speller)]
    annotation = " | ".join(sorted(dict.fromkeys(members), key="None".__eq__)) or "None"  # None comes last
    if len(types) > 1:
        doc = "\n".join(f"{status}: {each}" for status, each in docs.items())
        declared = status_argument(types)
        return Returned(
            annotation=annotation, declared=declared, annotated=True, accept=accept, media_types=others, doc=doc
        )
    content = next(iter(chosen.values()), None)
    return Returned(
        annotation=annotation,
        declared="" if content is None else next(iter(types.values())),
        annotated=content is not None and not _is_class(content, speller),
        accept=accept,
        media_types=others,
        doc=next(iter(docs.values()), ""),
    )


def _accept(responses: Iterable[Response], types: frozenset[str]) -> str:
    """Return the declared media types that are read into the types of the result, in the order of the spec."""
    readable = dict.fromkeys(each.media_type for response in responses for each in _readable(response))
    derived = types.isdisjoint(("str", "bytes")) and list(readable) in ([], ["application/json"])
    return "" if derived else ", ".join(readable)


def _readable(response: Response) -> Iterator[Content]:
    content = _preferred(response)
    if content is not None:
        kind = content_kind(content.media_type)
        yield from (each for each in response.contents if content_kind(each.media_type) is kind)


def shared_media_types(spec: Spec) -> tuple[str, ...]:
    """Return the media types of all operations from which callers may choose; none if there is only JSON."""
    readable = tuple(each for each in spec.media_types if is_json(each) or each in ROW_TYPES)
    return readable if len(readable) > 1 else ()


def _others(response: Response) -> Iterator[str]:
    content = _preferred(response)
    if content is not None and is_json(content.media_type):
        yield from (each.media_type for each in response.contents if each.media_type in ROW_TYPES)


def _described(response: Response, content: Content | None, speller: Speller) -> str:
    """Return the description of a response in one line."""
    if content is None:
        return _line(response.description)
    if not is_json(content.media_type):
        return " ".join(filter(None, [_line(response.description), undecoded("Contains", content, speller)]))
    shape = speller.resolved(content.shape)
    # If a response has one member, such as the id of a new object, the caller wants its description.
    if isinstance(shape, Object) and len(shape.properties) == 1 and not shape.base and shape.extra is None:
        member = shape.properties[0]
        if member.description:
            return f"A response with `{speller.attribute(member)}`: {_line(member.description)}"
    described = "" if _PHRASES.fullmatch(response.description.strip()) else response.description
    return _line(described or speller.description(content.shape) or response.description)


def _line(text: str) -> str:
    return entry([sentence(text)])


def error_types(operation: Operation, speller: Speller) -> Mapping[str, str]:
    """Return the types of error bodies as source, by status."""
    return {
        response.status: _type(content, speller)
        for response in operation.responses
        if not response.status.startswith("2")
        for content in [_preferred(response)]
        if content is not None and content_kind(content.media_type) in (ContentKind.JSON, ContentKind.TEXT)
    }


def status_mapping(types: Mapping[str, str]) -> str:
    """Return types by status as source, '' for none."""
    return "{" + ", ".join(f"{_status(status)}: {each}" for status, each in types.items()) + "}" if types else ""


def status_argument(types: Mapping[str, str]) -> str:
    """Return types by status as source of an argument, where mypy needs `by_status` to accept several classes."""
    mapping = status_mapping(types)
    return f"by_status({mapping})" if len({*types.values()} - {"None"}) > 1 else mapping


def error_condition(operation: Operation, speller: Speller) -> str:
    """Return the `ErrorCondition` of an operation as source, '' for none."""
    for response in _successes(operation):
        content = _preferred(response)
        if response.error_when and content:
            filled = attribute_path(content.shape, response.error_when.filled, speller)
            absent = attribute_path(content.shape, response.error_when.absent, speller)
            return source(ErrorCondition(filled=filled, absent=absent))
    return ""


def success_shape(operation: Operation) -> Shape:
    """Return the shape of the first successful body of an operation."""
    contents = (_preferred(response) for response in _successes(operation))
    return next((content.shape for content in contents if content), Anything())


def _successes(operation: Operation) -> tuple[Response, ...]:
    found = tuple(response for response in operation.responses if response.status.startswith("2"))
    return found or tuple(response for response in operation.responses if response.status == "default")


def _preferred(response: Response) -> Content | None:
    """Return the JSON content, else the first content; None for a response without one."""
    json = (content for content in response.contents if is_json(content.media_type))
    return next(json, response.contents[0] if response.contents else None)


def _type(content: Content | None, speller: Speller) -> str:
    """Return the type into which the codec reads a body."""
    if content is None:
        return "None"
    match content_kind(content.media_type):
        case ContentKind.JSON:
            return speller.expression(content.shape)
        case ContentKind.TEXT:
            return text_type(content, speller, exact=True)
        case _:
            return "bytes"


def _members_of(content: Content | None, speller: Speller) -> tuple[str, ...]:
    """Return the members of the union that a function returns for a body."""
    kind = content_kind(content.media_type) if content is not None else None
    if content is None or (kind is ContentKind.JSON and speller.is_null(content.shape)):
        return ("None",)  # under its name, mypy reports that the function never returns a value
    if kind is ContentKind.JSON or (kind is ContentKind.TEXT and _is_scalar(content, speller)):
        return speller.members(content.shape)
    return ("str",) if kind is ContentKind.TEXT else ("bytes",)


def text_type(content: Content, speller: Speller, *, exact: bool = False) -> str:
    """Return the type of a text body: that of its schema, if it is a scalar."""
    if not _is_scalar(content, speller):
        return "str"
    return speller.expression(content.shape) if exact else speller.annotation(content.shape)


def undecoded(verb: str, content: Content, speller: Speller) -> str:
    """Return a sentence that names the schema of a body that is not decoded, '' for a scalar."""
    plain = evolve(speller, qualifier="")
    if isinstance(plain.resolved(content.shape), Anything | Scalar | Enumeration):
        return ""
    return f"{verb} `{plain.annotation(content.shape)}` in `{content.media_type}`, which the client does not convert."


def _is_scalar(content: Content, speller: Speller) -> bool:
    shape = speller.resolved(content.shape)
    return isinstance(shape, Scalar | Enumeration) and not (isinstance(shape, Scalar) and shape.format == "binary")


def _is_class(content: Content, speller: Speller) -> bool:
    """Return True if type checkers infer T from the declared type: no union, format, constant or recursive alias."""
    if not (is_json(content.media_type) or _is_scalar(content, speller)):
        return True
    if speller.accepts_null(content.shape):
        return False
    shape = speller.resolved(content.shape)
    if isinstance(shape, Scalar):
        return speller.annotation(shape) == speller.annotation(shape, exact=True)
    return isinstance(shape, Object | Enumeration) or (
        isinstance(shape, Array | Map) and not _is_recursive(shape, speller)
    )


def _is_recursive(shape: Shape, speller: Speller) -> bool:
    """Return True if a shape refers to an alias that refers to itself."""
    needs: dict[str, frozenset[str]] = {}
    waiting = list(references(shape))
    while waiting:
        name = waiting.pop()
        whole = speller.components[name].shape
        if name not in needs and not isinstance(whole, Object | Enumeration):
            needs[name] = frozenset(references(whole))
            waiting += needs[name]
    return bool(circles(needs))


def _status(status: str) -> str:
    return status if status.isdigit() else literal(status)


def attribute_path(shape: Shape, pointer: str, speller: Speller) -> str:
    """Return a JSON pointer as attributes joined by dots, '' for the whole value."""
    return ".".join(speller.attribute(member) for member in _members(shape, pointer, speller))


def shape_at(shape: Shape, pointer: str, speller: Speller) -> Shape:
    """Return the shape at a JSON pointer."""
    members = _members(shape, pointer, speller)
    return members[-1].shape if members else shape


def is_optional(shape: Shape, pointer: str, speller: Speller) -> bool:
    """Return True if the member at a JSON pointer, or one on the way to it, may be missing or null."""
    return any(not member.required or member.nullable for member in _members(shape, pointer, speller))


def item_shape(shape: Shape, speller: Speller) -> Shape:
    """Return the shape of the items of an array."""
    resolved = speller.resolved(shape)
    return resolved.items if isinstance(resolved, Array) else resolved


def _members(shape: Shape, pointer: str, speller: Speller) -> list[Property]:
    found: list[Property] = []
    for name in parse(pointer):
        member = speller.properties(_class_behind(shape, speller))[name]
        found.append(member)
        shape = member.shape
    return found


def _class_behind(shape: Shape, speller: Speller) -> str:
    """Return the component that a shape refers to, through aliases."""
    while True:
        match shape:
            case Ref(name) if isinstance(speller.components[name].shape, Ref):
                shape = speller.components[name].shape
            case Ref(name):
                return name
            case Map(inner) | Array(inner) | Nullable(inner):
                shape = inner
            case _:
                raise LookupError(f"no members in {shape}")


def page_entry(operation: Operation, speller: Speller) -> str:
    """Return the `Pagination` of an operation as source, '' for none."""
    if operation.pagination is None:
        return ""
    shape = success_shape(operation)
    pointers = {name: getattr(operation.pagination, name) for name in ("items", "token", "pages", "total", "url")}
    paths = {name: attribute_path(shape, each, speller) for name, each in pointers.items() if each is not None}
    return source(replace(operation.pagination, **paths))


def page_types(operation: Operation, page: str, speller: Speller) -> str:
    """Return the types of a page and its items, '' for an operation without pagination."""
    item = page_item(operation, speller)
    return f"{page}, {item}" if item else ""


def page_item(operation: Operation, speller: Speller) -> str:
    """Return the type of the items of a paginated operation, '' for another one."""
    if operation.pagination is None:
        return ""
    return speller.annotation(_item(operation, operation.pagination, speller))


def page_doc(operation: Operation, speller: Speller) -> str:
    """Return the text of `Returns:` for a paginated operation, '' for another one."""
    item = page_item(operation, evolve(speller, qualifier=""))
    if not item:
        return ""
    return f"Lazy `Pages` of `{item}`: iterate over the items of all pages, or fetch one page with `.page()`."


def _item(operation: Operation, paging: Pagination, speller: Speller) -> Shape:
    return item_shape(shape_at(success_shape(operation), paging.items, speller), speller)
