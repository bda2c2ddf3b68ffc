"""Checks of JSON pointers and conditions of task types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import at, find, items, kinds, near, values
from .tasks import TaskType
from .tasks import task_types as kinds_of_tasks
from .values import is_object, json_type, listed, nearest, shown
from .walk import Node, report

TASK_POINTER: Final = "task-pointer"

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


def check_task_pointer(document: Document) -> Iterator[Problem]:
    """A pointer of a kind of task does not lead to what it needs.

    Pointers lead into one task (or into one step, one message, one page), as its schema has it. A slip would be seen
    only when a task runs for ever, or ends without its result.

    Write what the schema has: a text at `state.at`, links, checksums and messages; a text or an integer at keys;
    numbers at `progress`, `order` and `size`; arrays of objects at `poll.items` and `steps.at`; an array at
    `messages[].in` and `some.in`; at `pages.token` a text that is not always there.
    """
    for kind in kinds_of_tasks(document):
        for want in _wants(document, kind):
            yield from _task_pointer_faults(document, kind, want)
        yield from _token(document, kind)


def _wants(document: Document, kind: TaskType) -> Iterator[Want]:
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


def _steps(document: Document, kind: TaskType) -> Iterator[Want]:
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


def _messages(document: Document, kind: TaskType) -> Iterator[Want]:
    for index, messages in enumerate(kind.node.data.get("messages", ())):
        where: tuple[str | int, ...] = ("messages", index)
        base = kind.task
        if "in" in messages:
            yield Want((*where, "in"), messages["in"], kind.task, _ARRAY)
            base = items(document, at(document, kind.task, messages["in"]))
        yield Want((*where, "text"), messages["text"], base, _TEXT)
        if is_object(messages.get("level")):
            yield Want((*where, "level", "at"), messages["level"]["at"], base, _TEXT)


def _result(kind: TaskType) -> Iterator[Want]:
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


def _task_pointer_faults(document: Document, kind: TaskType, want: Want) -> Iterator[Problem]:
    if want.base is None:
        return
    where, told = kind.node.at(*want.tokens), ".".join(map(str, want.tokens))
    found = at(document, want.base, want.pointer)
    if found is None:
        hint = nearest(want.pointer, near(document, want.base, want.pointer), "point to a member of the schema")
        yield report(document, TASK_POINTER, where, f"{told}: there is nothing at {want.pointer}", hint)
        return
    types = kinds(document, found) - {"null"}
    shown = want.pointer or "the whole"
    if want.types and types and not types <= want.types:
        message = f"{told}: {shown} is {listed(sorted(types))}, not {listed(sorted(want.types))}"
        yield report(document, TASK_POINTER, where, message, "point to a member of that type")
    elif want.objects and "object" not in kinds(document, items(document, found)):
        message = f"{told}: the items of {shown} are no objects"
        yield report(document, TASK_POINTER, where, message, "point to an array of objects")


def _token(document: Document, kind: TaskType) -> Iterator[Problem]:
    pages = kind.node.data["poll"].get("pages")
    if not is_object(pages) or kind.answer is None:
        return
    where, pointer = kind.node.at("poll", "pages", "token"), pages["token"]
    token = find(document, kind.answer, pointer)
    types = kinds(document, token.node) if token else frozenset[str]()
    if token is None:
        hint = nearest(pointer, near(document, kind.answer, pointer), "point to the token of the next page")
        yield report(document, TASK_POINTER, where, f"poll.pages.token: there is nothing at {pointer}", hint)
    elif "string" not in types:
        message = f"poll.pages.token: {pointer} is {listed(sorted(types))}, not string"
        yield report(document, TASK_POINTER, where, message, "point to the token of the next page")
    elif token.required and "null" not in types:
        message = f"poll.pages.token: {pointer} is always there, so no page is the last"
        yield report(document, TASK_POINTER, where, message, "make it optional or nullable")


TASK_TEST: Final = "task-test"

_Tokens = tuple[str | int, ...]


def check_task_test(document: Document) -> Iterator[Problem]:
    """A test about a task can never be true, or says nothing.

    Tests stand in `state.rules`, `state.partial` and `input.answered`. Equality is JSON's: 1 is not true, and "1" is
    not 1.

    Write pointers that lead to a member, and under `is` values that this member can have: of its type, and of its
    enumeration if it has one. `above` compares numbers.
    """
    for kind in kinds_of_tasks(document):
        for tokens, test in _tests(kind):
            for more, message, hint in _task_test_faults(document, kind, test):
                yield report(document, TASK_TEST, kind.node.at(*tokens, *more), message, hint)


def _tests(kind: TaskType) -> Iterator[tuple[_Tokens, Mapping[str, Any]]]:
    state = kind.node.data["state"]
    for index, rule in enumerate(state.get("rules", ())):
        yield ("state", "rules", index, "if"), rule["if"]
    if "partial" in state:
        yield ("state", "partial"), state["partial"]
    if "answered" in kind.node.data.get("input", {}):
        yield ("input", "answered"), kind.node.data["input"]["answered"]


def _task_test_faults(
    document: Document, kind: TaskType, test: Mapping[str, Any]
) -> Iterator[tuple[_Tokens, str, str]]:
    state: Mapping[str, Any] = kind.node.data["state"]
    reachable = {*state["phases"].values(), state.get("unknown", {}).get("as", "running")}
    for index, phase in enumerate(test.get("phase", ())):
        if phase not in reachable:
            message = f"no word of state.phases means {phase}"
            yield ("phase", index), message, f"write {listed(sorted(reachable))}"
    if "at" in test:
        yield from _member(document, kind.task, test, ())
    some = test.get("some")
    if some and kind.task:
        found = at(document, kind.task, some["in"])
        types = kinds(document, found) - {"null"}
        if found is None:
            yield ("some", "in"), *_nowhere(document, kind.task, some["in"])
        elif types and types != {"array"}:
            message = f"{some['in']} is {listed(sorted(types))}, not array"
            yield ("some", "in"), message, "point to an array"
        else:
            yield from _member(document, items(document, found), some, ("some",))


def _member(
    document: Document, base: Node | None, test: Mapping[str, Any], tokens: _Tokens
) -> Iterator[tuple[_Tokens, str, str]]:
    if base is None:
        return
    pointer: str = test["at"]
    found = at(document, base, pointer)
    if found is None:
        yield (*tokens, "at"), *_nowhere(document, base, pointer)
        return
    types = kinds(document, found)
    if "above" in test and types and not types & _NUMBER:
        message = f"{pointer} is {listed(sorted(types))}, which is never above a number"
        yield (*tokens, "above"), message, "write is: and values, or point to a number"
    known = values(document, found)
    for index, value in enumerate(test.get("is", ())):
        if not _fits(value, types):
            message = f"{pointer} is {listed(sorted(types))}, never {shown(value)}"
            yield (*tokens, "is", index), message, "write a value of that type"
        elif known and value is not None and value not in known:
            hint = nearest(str(value), map(str, known), f"write {listed(known)}")
            yield (*tokens, "is", index), f"{shown(value)} is no value of {pointer}", hint


def _nowhere(document: Document, base: Node, pointer: str) -> tuple[str, str]:
    hint = nearest(pointer, near(document, base, pointer), "point to a member of the schema")
    return f"there is nothing at {pointer}", hint


def _fits(value: Any, types: frozenset[str]) -> bool:
    kind = json_type(value)
    # Null stands for absence too, so it can be asked for everywhere.
    whole = kind == "number" and float(value).is_integer() and "integer" in types
    return not types or kind in types or kind == "null" or whole or (kind == "integer" and "number" in types)
