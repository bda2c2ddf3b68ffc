"""A pointer of a kind of task does not lead to what it needs.

Pointers lead into one task (or into one step, one message, one page), as its schema has it. A slip would be seen only
when a task runs for ever, or ends without its result.

Write what the schema has: a text at `state.at`, links, checksums and messages; a text or an integer at keys; numbers at
`progress`, `order` and `size`; arrays of objects at `poll.items` and `steps.at`; an array at `messages[].in` and
`some.in`; at `pages.token` a text that is not always there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from ..problem import Problem
from ..source import Document
from .data import is_object
from .shapes import at, find, items, kinds, near
from .tasks import Kind
from .tasks import kinds as kinds_of_tasks
from .walk import Node, report
from .wording import listed, nearest

ID: Final = "task-pointer"

_TEXT: Final = frozenset({"string"})
_KEY: Final = frozenset({"string", "integer"})
_NUMBER: Final = frozenset({"integer", "number"})
_ARRAY: Final = frozenset({"array"})
_ANY: Final[frozenset[str]] = frozenset()


@frozen
class Want:
    """A pointer, and what must be where it leads."""

    tokens: tuple[str | int, ...]
    """Where the pointer stands in the kind."""

    pointer: str
    base: Node | None
    """Schema that it leads into; None if that is at fault itself."""

    types: frozenset[str]
    objects: bool = False
    """Whether the items of the array must be objects."""


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each pointer that does not fit."""
    for kind in kinds_of_tasks(document):
        for want in _wants(document, kind):
            yield from _faults(document, kind, want)
        yield from _token(document, kind)


def _wants(document: Document, kind: Kind) -> Iterator[Want]:
    observe: Mapping[str, Any] = kind.node.data["poll"]
    if kind.listed:
        yield Want(("poll", "items"), observe["items"], kind.answer, _ARRAY, objects=True)
    if "key" in observe:
        yield Want(("poll", "key"), observe["key"], kind.task, _KEY)
    yield Want(("state", "at"), kind.node.data["state"]["at"], kind.task, _TEXT)
    for word, pointer in kind.node.data.get("progress", {}).items():
        if word != "from":
            yield Want(("progress", word), pointer, kind.task, _NUMBER)
    yield from _steps(document, kind)
    yield from _messages(document, kind)
    yield from _result(kind)


def _steps(document: Document, kind: Kind) -> Iterator[Want]:
    steps = kind.node.data.get("steps")
    if not is_object(steps):
        return
    yield Want(("steps", "at"), steps["at"], kind.task, _ARRAY, objects=True)
    step = items(document, at(document, kind.task, steps["at"]))
    step = step if "object" in kinds(document, step) else None
    yield Want(("steps", "key"), steps["key"], step, _KEY)
    yield Want(("steps", "state", "at"), steps["state"]["at"], step, _TEXT)
    for word, types in (("name", _TEXT), ("order", _NUMBER)):
        if word in steps:
            yield Want(("steps", word), steps[word], step, types)


def _messages(document: Document, kind: Kind) -> Iterator[Want]:
    for index, messages in enumerate(kind.node.data.get("messages", ())):
        where: tuple[str | int, ...] = ("messages", index)
        base = kind.task
        if "in" in messages:
            yield Want((*where, "in"), messages["in"], kind.task, _ARRAY)
            base = items(document, at(document, kind.task, messages["in"]))
        yield Want((*where, "text"), messages["text"], base, _TEXT)
        if is_object(messages.get("level")):
            yield Want((*where, "level", "at"), messages["level"]["at"], base, _TEXT)


def _result(kind: Kind) -> Iterator[Want]:
    result: Mapping[str, Any] = kind.node.data.get("result", {})
    if result.get("kind") == "inline":
        yield Want(("result", "at"), result["at"], kind.task, _ANY)
    for index, url in enumerate(result.get("urls", ())):
        yield Want(("result", "urls", index, "at"), url["at"], kind.task, _TEXT)
        expires = url.get("expires")
        if isinstance(expires, str) and expires != "url":
            yield Want(("result", "urls", index, "expires"), expires, kind.task, _TEXT)
    for word, types in (("size", _NUMBER), ("sha256", _TEXT), ("md5", _TEXT)):
        if word in result:
            yield Want(("result", word), result[word], kind.task, types)


def _faults(document: Document, kind: Kind, want: Want) -> Iterator[Problem]:
    if want.base is None:
        return
    where, told = kind.node.at(*want.tokens), ".".join(map(str, want.tokens))
    found = at(document, want.base, want.pointer)
    if found is None:
        hint = nearest(want.pointer, near(document, want.base, want.pointer), "point to a member of the schema")
        yield report(document, ID, where, f"{told}: there is nothing at {want.pointer}", hint)
        return
    types = kinds(document, found) - {"null"}
    shown = want.pointer or "the whole"
    if want.types and types and not types <= want.types:
        message = f"{told}: {shown} is {listed(sorted(types))}, not {listed(sorted(want.types))}"
        yield report(document, ID, where, message, "point to a member of that type")
    elif want.objects and "object" not in kinds(document, items(document, found)):
        message = f"{told}: the items of {shown} are no objects"
        yield report(document, ID, where, message, "point to an array of objects")


def _token(document: Document, kind: Kind) -> Iterator[Problem]:
    pages = kind.node.data["poll"].get("pages")
    if not is_object(pages) or kind.answer is None:
        return
    where, pointer = kind.node.at("poll", "pages", "token"), pages["token"]
    token = find(document, kind.answer, pointer)
    types = kinds(document, token.node) if token else frozenset[str]()
    if token is None:
        hint = nearest(pointer, near(document, kind.answer, pointer), "point to the token of the next page")
        yield report(document, ID, where, f"poll.pages.token: there is nothing at {pointer}", hint)
    elif "string" not in types:
        message = f"poll.pages.token: {pointer} is {listed(sorted(types))}, not string"
        yield report(document, ID, where, message, "point to the token of the next page")
    elif token.required and "null" not in types:
        message = f"poll.pages.token: {pointer} is always there, so no page is the last"
        yield report(document, ID, where, message, "make it optional or nullable")
