"""Comparison of operations: paths, parameters, bodies, responses, security."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from attrs import define, evolve, field

from taskclients_core.json_pointer import escape

from ...spec.model import Content, Operation, Parameter, Response, content_kind, is_json
from ...spec.schema import Array, Map, Object, Ref, Shape, Tuple
from ..change import renames
from .graph import Node, Spot
from .rules import Row
from .schemes import Schemes
from .shapes import Comparer, defaults, deprecation, secrecy
from .sides import Side
from .structs import differences, report_field

K = TypeVar("K")
T = TypeVar("T")

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@define(eq=False)
class Operations:
    """Operations of both specs, matched."""

    old: Side
    new: Side
    pairs: dict[str, str] = field(init=False)
    """Ids of the old spec -> ids of the new one."""

    renamed: dict[str, str] = field(init=False)
    """Pairs that have only their form in common."""

    ids: tuple[str, ...] = field(init=False)
    """Ids of the new spec, then those of operations that only the old one has."""

    index: dict[str, int] = field(init=False)
    """Position in `ids` of each operation, by its ids in both specs."""

    def __attrs_post_init__(self) -> None:
        pairs = {name: name for name in self.old.operations if name in self.new.operations}
        gone = {name: each for name, each in self.old.operations.items() if name not in pairs}
        came = {name: each for name, each in self.new.operations.items() if name not in pairs}
        by_call = renames(_each(gone, _call), _each(came, _call))
        pairs |= by_call
        gone = {name: each for name, each in gone.items() if name not in by_call}
        taken = set(by_call.values())
        came = {name: each for name, each in came.items() if name not in taken}
        self.renamed = renames(
            _each(gone, lambda each: _form(each, self.old)), _each(came, lambda each: _form(each, self.new))
        )
        self.pairs = pairs
        self.ids = (*self.new.operations, *(each for each in self.old.operations if each not in pairs))
        self.index = {name: index for index, name in enumerate(self.ids)}
        self.index |= {old: self.index[new] for old, new in pairs.items()}


def compare_operations(comparer: Comparer, operations: Operations, schemes: Schemes) -> None:
    """Compare all operations."""
    old, new = comparer.old, comparer.new
    bits = {name: 1 << index for name, index in operations.index.items()}
    back = {after: before for before, after in (operations.pairs | operations.renamed).items()}
    moved = set(operations.renamed.values())
    for name, operation in new.operations.items():
        if name in moved:
            before = old.operations[back[name]]
            node = comparer.graph.root(requests=bits[name])
            a, b = _title(before), _title(operation)
            rows = (Row("operation", "removed"), Row("operation", "added"))
            summary = f"likely renamed from {before.id} ({a})"
            spot = operation_spot(before, operation)
            node.report(spot, "operation", "renamed", summary, old=a, new=b, rows=rows, renamed_from=before.id)
        elif name in back:
            _Pair(comparer, schemes, old.operations[back[name]], operation, bits[name]).compare()
        else:
            node = comparer.graph.root(requests=bits[name])
            node.report(
                operation_spot(operation, operation), "operation", "added", f"{name} added", new=_title(operation)
            )
    for name, operation in old.operations.items():
        if name not in operations.pairs and name not in operations.renamed:
            node = comparer.graph.root(requests=bits[name])
            spot, title = operation_spot(operation, operation), _title(operation)
            node.report(spot, "operation", "removed", f"{name} removed", old=title, gone=True)


@define(eq=False)
class _Pair:
    """Comparison of an operation with itself."""

    comparer: Comparer
    schemes: Schemes
    old: Operation
    new: Operation
    bit: int
    spot: Spot = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.spot = operation_spot(self.old, self.new)

    def compare(self) -> None:
        old, new, spot = self.old, self.new, self.spot
        node = self._sent()
        if old.id != new.id:
            summary = f"operationId changed from {old.id} to {new.id}"
            node.report(spot, "operation-id", "changed", summary, old=old.id, new=new.id, renamed_from=old.id)
        if _wire_path(old) != _wire_path(new):
            summary = f"path changed from {old.path} to {new.path}"
            node.report(spot, "path", "changed", summary, old=old.path, new=new.path)
        if old.method != new.method:
            summary = f"verb changed from {old.method} to {new.method}"
            node.report(spot, "verb", "changed", summary, old=old.method, new=new.method)
        if old.server != new.server:
            a, b = old.server or "that of the API", new.server or "that of the API"
            summary = f"server changed from {a} to {b}"
            node.report(spot, "operation-server", "changed", summary, old=old.server, new=new.server)
        before, after = (each.idempotent or each.method in _SAFE_TO_REPEAT for each in (old, new))
        if before != after and old.method == new.method:
            text = "may now be sent again" if after else "must no longer be sent again"
            node.report(spot, "idempotent", "added" if after else "removed", text)
        if old.deprecated != new.deprecated:
            deprecation(node, spot, added=new.deprecated)
        self._security()
        self._parameters()
        self._bodies()
        self._responses()
        self._pagination()

    def _sent(self) -> Node:
        return self.comparer.graph.root(requests=self.bit)

    def _received(self) -> Node:
        return self.comparer.graph.root(responses=self.bit)

    def _security(self) -> None:
        how, a, b = self.schemes.compare(self.old.security, self.new.security)
        if how:
            spot = evolve(self.spot, words="security")
            self._sent().report(spot, "security", how, f"changed from {a} to {b}", old=a, new=b)

    def _pagination(self) -> None:
        old, new, spot = self.old.pagination, self.new.pagination, self.spot.inside("pagination", "x-pagination")
        if old and new:
            for each in differences(old, new, str.__eq__):
                report_field(self._received(), spot, each, "pagination")
        elif old or new:
            how = "removed" if old else "added"
            self._received().report(spot, "pagination", how, how, gone=how == "removed")

    # Parameters

    def _parameters(self) -> None:
        before, after = _keyed(self.old), _keyed(self.new)
        removed = {key: each for key, each in before.items() if key not in after}
        added = {key: each for key, each in after.items() if key not in before}
        moved = renames(_each(removed, lambda each: each.name), _each(added, lambda each: each.name))
        old, new = self.comparer.old, self.comparer.new
        left = {key: each for key, each in removed.items() if key not in moved}
        rest = {key: each for key, each in added.items() if key not in moved.values()}
        renamed = renames(
            _each(left, lambda each: (each.place, old.form(each.shape))),
            _each(rest, lambda each: (each.place, new.form(each.shape))),
        )
        for key, parameter in before.items():
            other = moved.get(key) or key
            if other in after:
                self._parameter(parameter, after[other])
            elif key in renamed:
                self._renamed(parameter, after[renamed[key]])
            else:
                spot = self._parameter_spot(parameter, parameter)
                self._sent().report(spot, "parameter", "removed", "removed", gone=True)
        known = {*moved.values(), *renamed.values()}
        for key, parameter in rest.items():
            if key not in known:
                need = _need(required=parameter.required)
                spot, text = self._parameter_spot(parameter, parameter), f"added: {new.words(parameter.shape)}, {need}"
                self._sent().report(spot, "parameter", "added", text, promise=need)

    def _parameter_spot(self, old: Parameter, new: Parameter) -> Spot:
        return Spot(
            words=f"{new.place} parameter {new.name}",
            operation=self.spot.operation,
            old=old.pointer,
            new=new.pointer,
            old_subject=("parameter", self.old.id, old.place, old.name),
            subject=("parameter", self.new.id, new.place, new.name),
        )

    def _renamed(self, old: Parameter, new: Parameter) -> None:
        self._sent().report(
            self._parameter_spot(old, new),
            "parameter",
            "renamed",
            f"likely renamed from {old.name}",
            old=old.name,
            new=new.name,
            rows=(Row("parameter", "removed"), Row("parameter", "added", _need(required=new.required))),
            renamed_from=old.name,
        )

    def _parameter(self, old: Parameter, new: Parameter) -> None:
        node, spot = self._sent(), self._parameter_spot(old, new)
        if old.name.lower() != new.name.lower() or (old.name != new.name and old.place != "header"):
            summary = f"renamed from {old.name}"
            node.report(spot, "parameter-name", "changed", summary, old=old.name, new=new.name, renamed_from=old.name)
        if old.place != new.place:
            summary = f"moved from {old.place} to {new.place}"
            node.report(spot, "parameter-place", "changed", summary, old=old.place, new=new.place)
        elif _style(old, self.comparer.old) != _style(new, self.comparer.new):
            a, b = _style_words(old), _style_words(new)
            node.report(spot, "parameter-style", "changed", f"style changed from {a} to {b}", old=a, new=b)
        if old.required != new.required:
            a, b = _need(required=old.required), _need(required=new.required)
            node.report(spot, "parameter", b, f"is now {b}", old=a, new=b)
        defaults(node, spot, old.default, new.default, promise=_need(required=old.required))
        if old.client != new.client:
            text = "is now set on the client" if new.client else "is no longer set on the client"
            node.report(spot, "client-parameter", "added" if new.client else "removed", text)
        if old.body_pointer != new.body_pointer:
            a, b = old.body_pointer, new.body_pointer
            how = "changed" if a and b else "added" if b else "removed"
            text = f"is now taken from {b} of the body" if b else "is no longer taken from the body"
            node.report(spot, "from-body", how, text, old=a, new=b)
        if old.deprecated != new.deprecated:
            deprecation(node, spot, added=new.deprecated)
        if old.secret != new.secret:
            secrecy(node, spot, added=new.secret)
        # A value in a style is left out if it is null.
        written = bool(old.media_type or new.media_type)
        before, after = self.comparer.old.accepts_null(old.shape), self.comparer.new.accepts_null(new.shape)
        if before != after and not written:
            how, text = ("added", "may be null") if after else ("removed", "may no longer be null")
            node.report(spot, "null", how, text, promise="left out")
        self.comparer.compare(node, spot, old.shape, new.shape, null=written)

    # Bodies and responses

    def _bodies(self) -> None:
        old, new = self.old, self.new
        node = self._sent()
        spot = Spot(
            words="request body",
            operation=self.spot.operation,
            old=f"{old.pointer}/requestBody",
            new=f"{new.pointer}/requestBody",
            old_subject=("body", old.id),
            subject=("body", new.id),
        )
        if not old.bodies and not new.bodies:
            return
        if not old.bodies:
            need = _need(required=new.body_required)
            node.report(spot, "body", "added", f"added, {need}", promise=need)
            return
        if not new.bodies:
            node.report(spot, "body", "removed", "removed", gone=True)
            return
        if old.body_required != new.body_required:
            a, b = _need(required=old.body_required), _need(required=new.body_required)
            node.report(spot, "body", b, f"is now {b}", old=a, new=b)
        for content, other in self._contents(node, spot, old.bodies, new.bodies):
            inside = evolve(spot, words=f"request body ({other.media_type})" if len(new.bodies) > 1 else spot.words)
            for name in dict.fromkeys((*content.encoding, *other.encoding)):
                if content.encoding.get(name) != other.encoding.get(name):
                    node.report(inside, "encoding", "changed", f"encoding of {name} changed")
            self.comparer.compare(node, inside, content.shape, other.shape)

    def _contents(
        self, node: Node, spot: Spot, old: tuple[Content, ...], new: tuple[Content, ...]
    ) -> Iterator[tuple[Content, Content]]:
        """Report media types that one side only has, and yield the others in pairs."""
        before, after = ({each.media_type: each for each in contents} for contents in (old, new))
        removed = [each for each in before if each not in after]
        added = [each for each in after if each not in before]
        # JSON is read as such, whatever its media type is called.
        renamed = renames(
            {each: "" for each in removed if is_json(each)}, {each: "" for each in added if is_json(each)}
        )
        known = set(renamed.values())
        for media_type in removed:
            if media_type in renamed:
                other = renamed[media_type]
                summary = f"media type changed from {media_type} to {other}"
                node.report(spot, "media-type", "changed", summary, old=media_type, new=other)
            else:
                summary = f"media type {media_type} removed"
                node.report(spot, "media-type", "removed", summary, old=media_type, gone=True)
        for media_type in added:
            if media_type not in known:
                node.report(spot, "media-type", "added", f"media type {media_type} added", new=media_type)
        for media_type, content in before.items():
            match = renamed.get(media_type, media_type)
            if match in after:
                yield content, after[match]

    def _responses(self) -> None:
        before = {each.status: each for each in self.old.responses}
        after = {each.status: each for each in self.new.responses}
        node = self._received()
        for status, response in before.items():
            spot = self._response_spot(status)
            if status in after:
                self._response(node, spot, response, after[status])
            else:
                node.report(spot, "status", "removed", "removed", gone=True)
        known = _successes(self.old)
        for status, response in after.items():
            if status in before:
                continue
            spot, promise = self._response_spot(status), "error"
            if _is_success(status, self.new):
                promise = self._success(node, spot, known, response)
            node.report(spot, "status", "added", "added", promise=promise)

    def _success(self, node: Node, spot: Spot, known: list[Response], response: Response) -> str:
        """Compare a new success with the only one that clients know: they read each success like that one."""
        bodies: list[Content | None] = []
        for each in map(_main, known):
            if not any((each and each.shape) == (other and other.shape) for other in bodies):
                bodies.append(each)
        main = _main(response)
        if len(bodies) != 1 or (bodies[0] is not None and main is None):
            return "success"
        if bodies[0] is not None and main is not None:
            self._content(node, spot, bodies[0], main)
        return "readable"

    def _response_spot(self, status: str) -> Spot:
        return Spot(
            words=f"response {status}",
            operation=self.spot.operation,
            old=f"{self.old.pointer}/responses/{escape(status)}",
            new=f"{self.new.pointer}/responses/{escape(status)}",
            old_subject=("response", self.old.id, status),
            subject=("response", self.new.id, status),
        )

    def _response(self, node: Node, spot: Spot, old: Response, new: Response) -> None:
        a, b = old.error_when, new.error_when
        if a != b:
            how = "changed" if a and b else "added" if b else "removed"
            node.report(spot, "error-when", how, f"condition of an error {how}")
        if not old.contents or not new.contents:
            if old.contents:
                promise = "success" if _is_success(old.status, self.old) else "error"
                node.report(spot, "response-body", "removed", "body removed", promise=promise)
            elif new.contents:
                node.report(spot, "response-body", "added", "body added")
            return
        for _ in self._contents(node, spot, old.contents, new.contents):
            pass
        # All media types of a response have one schema.
        main, other = _main(old), _main(new)
        if main is not None and other is not None:
            self._content(node, spot, main, other)

    def _content(self, node: Node, spot: Spot, old: Content, new: Content) -> None:
        if content_kind(old.media_type) is content_kind(new.media_type):
            self.comparer.compare(node, spot, old.shape, new.shape)


def operation_spot(old: Operation, new: Operation) -> Spot:
    """Return the place of an operation."""
    return Spot(
        words="",
        operation=_title(new),
        old=old.pointer,
        new=new.pointer,
        old_subject=("operation", old.id),
        subject=("operation", new.id),
    )


def _title(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _wire_path(operation: Operation) -> str:
    """Return a path without the names of its variables, and without its fragment, which is not sent."""
    return _VARIABLE.sub("{}", operation.path.partition("#")[0])


def _call(operation: Operation) -> object:
    return operation.method, _VARIABLE.sub("{}", operation.path)


def _form(operation: Operation, side: Side) -> object:
    """Return what an operation sends and receives, as values to compare."""
    return (
        operation.method,
        tuple(sorted((each.place, each.name, side.form(each.shape)) for each in operation.parameters)),
        tuple((each.media_type, side.form(each.shape)) for each in operation.bodies),
        tuple((each.status, tuple(side.form(c.shape) for c in each.contents)) for each in _successes(operation)),
    )


def _keyed(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Return the parameters by what a server sees: place and name; in a path its position, in a header any case."""
    positions = {name: f"{{{index}}}" for index, name in enumerate(_VARIABLE.findall(operation.path))}
    return {
        (each.place, positions.get(each.name, each.name) if each.place == "path" else each.name.lower())
        if each.place in ("path", "header")
        else (each.place, each.name): each
        for each in operation.parameters
    }


def _style(parameter: Parameter, side: Side) -> object:
    """Return the form of a parameter on the wire, as far as its shape depends on it."""
    if parameter.media_type:
        return "JSON"
    several = any(_is_container(each, side) for each in side.resolved(parameter.shape).arms)
    if several:
        return parameter.style, parameter.explode
    return parameter.style if parameter.style in ("label", "matrix") else "plain"


def _is_container(shape: Shape, side: Side) -> bool:
    if isinstance(shape, Ref):
        return isinstance(side.components[shape.name].shape, Object)
    return isinstance(shape, Array | Tuple | Map)


def _style_words(parameter: Parameter) -> str:
    return parameter.media_type or f"{parameter.style}{', explode' if parameter.explode else ''}"


def _successes(operation: Operation) -> list[Response]:
    return [each for each in operation.responses if _is_success(each.status, operation)]


def _is_success(status: str, operation: Operation) -> bool:
    """Return True if a response is read as a result: `default` only if there is no other one."""
    if status == "default":
        return not any(each.status.startswith("2") for each in operation.responses)
    return status.startswith("2")


def _main(response: Response) -> Content | None:
    """Return the content that is read: JSON, if it is there."""
    contents = response.contents
    return next((each for each in contents if is_json(each.media_type)), contents[0] if contents else None)


def _need(*, required: bool) -> str:
    return "required" if required else "optional"


def _each(parts: Mapping[K, T], key: Callable[[T], object]) -> dict[K, object]:
    return {name: key(part) for name, part in parts.items()}
