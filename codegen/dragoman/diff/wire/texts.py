"""Comparison of what no message contains: descriptions, and assumptions (`x-assumed`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import define, field, frozen

from taskclients_core.json_pointer import from_names

from ...spec.model import Operation, Spec
from ...spec.schema import Component, Enumeration, Object
from ..change import Change, Direction, Place
from .operations import Operations
from .shapes import Comparer
from .sides import literal

_LISTED: Final = 3
"""Number of changed descriptions that are named."""


@frozen(kw_only=True)
class Text:
    """Texts about one part."""

    subject: tuple[str, ...]
    words: str
    path: tuple[str, ...]
    """Names that lead to it in the document."""

    exact: str = ""
    """JSON pointer to it, if it is not at the end of these names."""

    description: str = ""
    assumed: str = ""
    operation: str = ""
    """Id of the operation of which it is a part."""

    @property
    def pointer(self) -> str:
        """JSON pointer to it."""
        return self.exact or from_names(self.path)

    @property
    def shared(self) -> tuple[str, ...]:
        """Subject, without the operation of a part that several may share."""
        return (self.subject[0], *self.subject[2:]) if len(self.subject) > 2 and self.operation else self.subject


def compare_texts(comparer: Comparer, operations: Operations) -> Iterator[Change]:
    """Yield a change for each assumption that changed, and one for all descriptions."""
    moved = _moved(comparer, operations)
    old = {moved.get(each.subject, each.subject): each for each in _texts(comparer.old.spec)}
    new = {each.subject: each for each in _texts(comparer.new.spec)}
    yield from _assumptions(old, new)
    in_both = ((old[subject], each) for subject, each in new.items() if subject in old)
    different = [after for before, after in in_both if before.description != after.description]
    if different:
        names = list(dict.fromkeys(each.words for each in different))
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        noun = "description" if len(names) == 1 else "descriptions"
        yield Change(
            id="documentation-changed",
            place=Place(words="documentation", pointer=different[0].pointer, subject=("api",)),
            direction=Direction.NONE,
            old="",
            new="",
            summary=f"{len(names)} {noun} changed: {', '.join(names[:_LISTED])}{more}",
        )


def _moved(comparer: Comparer, operations: Operations) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return the new subjects of parts of the old spec that have another name or owner now."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for kind, *names in comparer.graph.by_key:
        if kind == "renamed":
            found.setdefault(("member", *names[:2]), ("member", *names[2:]))
        elif kind == "schema":
            a, b = names
            if a != b:
                found.setdefault(("schema", a), ("schema", b))
            if comparer.old.object(a) and comparer.new.object(b):
                members = comparer.new.whole(b).members
                for name, each in comparer.old.whole(a).members.items():
                    if name in members and members[name].owner != each.owner:
                        found.setdefault(("member", each.owner, name), ("member", members[name].owner, name))
    for name in comparer.new.components:
        found.pop(("schema", name), None)
        own = comparer.new.object(name)
        for member in own.properties if own else ():
            found.pop(("member", name, member.name), None)
    for before, after in operations.pairs.items():
        if before != after:
            operation = comparer.old.operations[before]
            for text in _of_operation(operation):
                found[text.subject] = (text.subject[0], after, *text.subject[2:])
    return found


@define
class _Assumption:
    """Assumption that one side only has, or that differs."""

    old: Text | None
    new: Text | None
    operations: list[str] = field(factory=list[str])


def _assumptions(old: Mapping[tuple[str, ...], Text], new: Mapping[tuple[str, ...], Text]) -> Iterator[Change]:
    found: dict[object, _Assumption] = {}
    for subject in dict.fromkeys((*new, *old)):
        before, after = old.get(subject), new.get(subject)
        a, b = before.assumed if before else "", after.assumed if after else ""
        if a == b:
            continue
        text = after or before
        key = a, b, text and text.shared
        one = found.setdefault(key, _Assumption(before if a else None, after if b else None))
        if text and text.operation:
            one.operations.append(text.operation)
    dropped = {each.old.assumed: each for each in found.values() if each.old and not each.new}
    for each in found.values():
        if each.new and not each.old:
            # The same reason at another place: the subject changed.
            same = dropped.pop(each.new.assumed, None)
            each.old = same.old if same else None
    left = {id(each) for each in dropped.values()}
    for each in found.values():
        if each.new or id(each) in left:
            yield _assumption(each)


def _assumption(found: _Assumption) -> Change:
    old, new = found.old, found.new
    text = new or old or Text(subject=("api",), words="", path=())
    if old and new and old.assumed == new.assumed:
        how, summary = "changed", f"assumption moved here from {old.words}: {new.assumed}"
    elif old and new:
        how, summary = "changed", f"assumption changed: {new.assumed}"
    elif new:
        how, summary = "added", f"assumption added: {new.assumed}"
    else:
        how, summary = "removed", f"assumption dropped: {old.assumed if old else ''}"
    several = len(found.operations) > 1
    words = f"{text.words} of {len(found.operations)} operations" if several else text.words
    return Change(
        id=f"assumption-{how}",
        place=Place(words=words, pointer=text.pointer, gone=new is None, subject=text.subject),
        direction=Direction.NONE,
        old=old.assumed if old else "",
        new=new.assumed if new else "",
        summary=summary,
        operations=tuple(dict.fromkeys(found.operations)),
    )


def _texts(spec: Spec) -> Iterator[Text]:
    yield Text(subject=("api",), words="the API", path=("info",), description=spec.description, assumed=spec.assumed)
    yield Text(subject=("title",), words="title", path=("info", "title"), description=spec.title)
    for index, server in enumerate(spec.servers):
        yield Text(
            subject=("server", server.template),
            words=f"server {server.template}",
            path=("servers", str(index)),
            description="\n".join((server.description, *(each.description for each in server.variables))),
            assumed=server.assumed,
        )
    for scheme in spec.schemes:
        yield Text(
            subject=("scheme", scheme.name),
            words=f"security scheme {scheme.name}",
            path=("components", "securitySchemes", scheme.name),
            description=scheme.description,
            assumed=scheme.assumed,
        )
    for tag in spec.tags:
        yield Text(subject=("tag", tag.name), words=f"tag {tag.name}", path=("tags",), description=tag.description)
    for operation in spec.operations:
        yield from _of_operation(operation)
    for component in spec.components:
        yield from _of_component(component)
    for declared in spec.task_types:
        name = declared.definition.name
        yield Text(
            subject=("task type", name),
            words=f"task type {name}",
            path=("components", "x-task-types", name),
            description=declared.description,
            assumed=declared.assumed,
        )


def _of_operation(operation: Operation) -> Iterator[Text]:
    title = f"{operation.method} {operation.path}"
    path = "paths", operation.path, operation.method.lower()
    yield Text(
        subject=("operation", operation.id),
        words=title,
        path=path,
        description="\n".join((operation.summary, operation.description, operation.source)),
        assumed=operation.assumed,
        operation=operation.id,
    )
    if operation.submission:
        yield Text(
            subject=("submission", operation.id),
            words=f"{title}, task",
            path=(*path, "x-begins-task"),
            assumed=operation.submission.assumed,
            operation=operation.id,
        )
    for each in operation.parameters:
        yield Text(
            subject=("parameter", operation.id, each.place, each.name),
            words=f"{each.place} parameter {each.name}",
            path=path,
            exact=each.pointer,
            description=each.description,
            assumed=each.assumed,
            operation=operation.id,
        )
    if operation.bodies:
        yield Text(
            subject=("body", operation.id),
            words=f"{title}, request body",
            path=(*path, "requestBody"),
            description=operation.body_description,
            operation=operation.id,
        )
    for response in operation.responses:
        yield Text(
            subject=("response", operation.id, response.status),
            words=f"response {response.status}",
            path=(*path, "responses", response.status),
            description=response.description,
            assumed=response.assumed,
            operation=operation.id,
        )


def _of_component(component: Component) -> Iterator[Text]:
    shape, name = component.shape, component.name
    path = "components", "schemas", name
    yield Text(
        subject=("schema", name),
        words=name,
        path=path,
        description=component.description,
        assumed=component.assumed,
    )
    if isinstance(shape, Enumeration):
        for value, text in zip(shape.values, shape.descriptions or ("",) * len(shape.values), strict=True):
            written = literal(value)
            yield Text(subject=("value", name, written), words=f"{name} {written}", path=path, description=text)
    for each in shape.properties if isinstance(shape, Object) else ():
        yield Text(
            subject=("member", name, each.name),
            words=f"{name}.{each.name}",
            path=path,
            exact=each.pointer,
            description=each.description,
            assumed=each.assumed,
        )
