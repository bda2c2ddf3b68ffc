"""Checks of the JSON Pointers and conditions of task types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from ..diagnostics import Problem
from ..spec.keywords import json_type
from ..spec.yaml_document import Document
from .shapes import at, find, items, kinds, near, values
from .tasks import TaskType, task_types
from .values import is_object, listed, nearest, preview
from .walk import Node, report

TASK_POINTER: Final = "task-pointer"

_TEXT: Final = frozenset({"string"})
_KEY: Final = frozenset({"string", "integer"})
_NUMBER: Final = frozenset({"integer", "number"})
_ARRAY: Final = frozenset({"array"})
_ANY: Final[frozenset[str]] = frozenset()


@frozen
class Requirement:
    """A pointer of a task type, and the required type of its target."""

    tokens: tuple[str | int, ...]
    """Place of the pointer in the task type."""

    pointer: str
    base: Node | None
    """Schema to which the pointer applies; None if that is invalid itself."""

    types: frozenset[str]
    """Allowed JSON types of the target; empty for any."""

    objects: bool = False
    """True if the target must be an array of objects."""


def check_task_pointer(document: Document) -> Iterator[Problem]:
    """The target of a pointer in a task type is missing or has the wrong type.

    Pointers apply to the schema of a task, or of a step, a message or a page. Without this check, a typo would be found
    only when a task never ends, or ends without its result.

    Write a pointer to a string at `state.at`, `messages[].text`, links and checksums; to a string or an integer at
    `key`; to a number at `progress`, `order` and `size`; to an array of objects at `poll.items` and `steps.at`; to an
    array at `messages[].in`; and to an optional or nullable string at `pages.token`.
    """
    for task_type in task_types(document):
        for requirement in _requirements(document, task_type):
            yield from _task_pointer_faults(document, task_type, requirement)
        yield from _token(document, task_type)


def _requirements(document: Document, task_type: TaskType) -> Iterator[Requirement]:
    poll: Mapping[str, Any] = task_type.node.data["poll"]
    if task_type.listed:
        yield Requirement(("poll", "items"), poll["items"], task_type.response, _ARRAY, objects=True)
    if "key" in poll:
        yield Requirement(("poll", "key"), poll["key"], task_type.task, _KEY)
    yield Requirement(("state", "at"), task_type.node.data["state"]["at"], task_type.task, _TEXT)
    for member, pointer in task_type.node.data.get("progress", {}).items():
        if member != "from":
            yield Requirement(("progress", member), pointer, task_type.task, _NUMBER)
    yield from _steps(document, task_type)
    yield from _messages(document, task_type)
    yield from _result(task_type)


def _steps(document: Document, task_type: TaskType) -> Iterator[Requirement]:
    steps = task_type.node.data.get("steps")
    if not is_object(steps):
        return
    yield Requirement(("steps", "at"), steps["at"], task_type.task, _ARRAY, objects=True)
    step = items(document, at(document, task_type.task, steps["at"]))
    step = step if "object" in kinds(document, step) else None
    yield Requirement(("steps", "key"), steps["key"], step, _KEY)
    yield Requirement(("steps", "state", "at"), steps["state"]["at"], step, _TEXT)
    for member, types in (("name", _TEXT), ("order", _NUMBER)):
        if member in steps:
            yield Requirement(("steps", member), steps[member], step, types)


def _messages(document: Document, task_type: TaskType) -> Iterator[Requirement]:
    for index, messages in enumerate(task_type.node.data.get("messages", ())):
        where: tuple[str | int, ...] = ("messages", index)
        base = task_type.task
        if "in" in messages:
            yield Requirement((*where, "in"), messages["in"], task_type.task, _ARRAY)
            base = items(document, at(document, task_type.task, messages["in"]))
        yield Requirement((*where, "text"), messages["text"], base, _TEXT)
        if is_object(messages.get("level")):
            yield Requirement((*where, "level", "at"), messages["level"]["at"], base, _TEXT)


def _result(task_type: TaskType) -> Iterator[Requirement]:
    result: Mapping[str, Any] = task_type.node.data.get("result", {})
    if result.get("kind") == "inline":
        yield Requirement(("result", "at"), result["at"], task_type.task, _ANY)
    for index, url in enumerate(result.get("urls", ())):
        yield Requirement(("result", "urls", index, "at"), url["at"], task_type.task, _TEXT)
        expires = url.get("expires")
        if isinstance(expires, str) and expires != "url":
            yield Requirement(("result", "urls", index, "expires"), expires, task_type.task, _TEXT)
    for member, types in (("size", _NUMBER), ("sha256", _TEXT), ("md5", _TEXT)):
        if member in result:
            yield Requirement(("result", member), result[member], task_type.task, types)


def _task_pointer_faults(document: Document, task_type: TaskType, requirement: Requirement) -> Iterator[Problem]:
    if requirement.base is None:
        return
    where, member = task_type.node.at(*requirement.tokens), ".".join(map(str, requirement.tokens))
    found = at(document, requirement.base, requirement.pointer)
    if found is None:
        hint = nearest(
            requirement.pointer,
            near(document, requirement.base, requirement.pointer),
            "write the pointer of a member of the schema",
        )
        yield report(
            document, TASK_POINTER, where, f"{member}: the schema has no member at {requirement.pointer}", hint
        )
        return
    types = kinds(document, found) - {"null"}
    target = requirement.pointer or "the whole value"
    if requirement.types and types and not types <= requirement.types:
        message = f"{member}: {target} is {listed(sorted(types))}, not {listed(sorted(requirement.types))}"
        yield report(
            document,
            TASK_POINTER,
            where,
            message,
            f"write the pointer of a member of type {listed(sorted(requirement.types))}",
        )
    elif requirement.objects and "object" not in kinds(document, items(document, found)):
        message = f"{member}: the items of {target} are not objects"
        yield report(document, TASK_POINTER, where, message, "write the pointer of an array of objects")


def _token(document: Document, task_type: TaskType) -> Iterator[Problem]:
    pages = task_type.node.data["poll"].get("pages")
    if not is_object(pages) or task_type.response is None:
        return
    where, pointer = task_type.node.at("poll", "pages", "token"), pages["token"]
    token = find(document, task_type.response, pointer)
    types = kinds(document, token.node) if token else frozenset[str]()
    if token is None:
        hint = nearest(
            pointer, near(document, task_type.response, pointer), "write the pointer of the token of the next page"
        )
        yield report(document, TASK_POINTER, where, f"poll.pages.token: the response has no member at {pointer}", hint)
    elif "string" not in types:
        message = f"poll.pages.token: {pointer} is {listed(sorted(types))}, not string"
        yield report(document, TASK_POINTER, where, message, "write the pointer of the token of the next page")
    elif token.required and "null" not in types:
        message = f"poll.pages.token: {pointer} is required and not nullable, so there is no last page"
        yield report(document, TASK_POINTER, where, message, "remove it from required, or make it nullable")


TASK_TEST: Final = "task-test"

_Tokens = tuple[str | int, ...]


def check_task_test(document: Document) -> Iterator[Problem]:
    """A condition of a task type can never be true.

    Conditions are in `state.rules[].if`, `state.partial` and `input.answered`. Values are equal as in JSON: `1` equals
    neither `true` nor `'1'`.

    Write `{at: /errors/count, above: 0}` for a number; `{at: /result, is: [partial]}` with values of the type and the
    enum of the member; `{phase: [needs-input]}` with phases in `state.phases`; or
    `{some: {in: /steps, at: /status, is: [failed]}}` for an item of an array.
    """
    for task_type in task_types(document):
        for tokens, test in _tests(task_type):
            for more, message, hint in _task_test_faults(document, task_type, test):
                yield report(document, TASK_TEST, task_type.node.at(*tokens, *more), message, hint)


def _tests(task_type: TaskType) -> Iterator[tuple[_Tokens, Mapping[str, Any]]]:
    state = task_type.node.data["state"]
    for index, rule in enumerate(state.get("rules", ())):
        yield ("state", "rules", index, "if"), rule["if"]
    if "partial" in state:
        yield ("state", "partial"), state["partial"]
    if "answered" in task_type.node.data.get("input", {}):
        yield ("input", "answered"), task_type.node.data["input"]["answered"]


def _task_test_faults(
    document: Document, task_type: TaskType, test: Mapping[str, Any]
) -> Iterator[tuple[_Tokens, str, str]]:
    state: Mapping[str, Any] = task_type.node.data["state"]
    reachable = {*state["phases"].values(), state.get("unknown", {}).get("as", "running")}
    for index, phase in enumerate(test.get("phase", ())):
        if phase not in reachable:
            message = f"no status value in state.phases means {phase}"
            yield ("phase", index), message, f"write {listed(sorted(reachable))}"
    if "at" in test:
        yield from _member(document, task_type.task, test, ())
    some = test.get("some")
    if some and task_type.task:
        found = at(document, task_type.task, some["in"])
        types = kinds(document, found) - {"null"}
        if found is None:
            yield ("some", "in"), *_no_member(document, task_type.task, some["in"])
        elif types and types != {"array"}:
            message = f"{some['in']} is {listed(sorted(types))}, not array"
            yield ("some", "in"), message, "write the pointer of an array"
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
        yield (*tokens, "at"), *_no_member(document, base, pointer)
        return
    types = kinds(document, found)
    if "above" in test and types and not types & _NUMBER:
        message = f"{pointer} is {listed(sorted(types))}, which cannot be above a number"
        yield (*tokens, "above"), message, "write is: [<value>], or the pointer of a number"
    known = values(document, found)
    for index, value in enumerate(test.get("is", ())):
        if not _fits(value, types):
            message = f"{pointer} is {listed(sorted(types))}, so it is never {preview(value)}"
            yield (*tokens, "is", index), message, f"write values of type {listed(sorted(types))}"
        elif known and value is not None and value not in known:
            hint = nearest(str(value), map(str, known), f"write {listed(known)}")
            yield (*tokens, "is", index), f"{preview(value)} is not a value of {pointer}", hint


def _no_member(document: Document, base: Node, pointer: str) -> tuple[str, str]:
    hint = nearest(pointer, near(document, base, pointer), "write the pointer of a member of the schema")
    return f"the schema has no member at {pointer}", hint


def _fits(value: Any, types: frozenset[str]) -> bool:
    of = json_type(value)
    # Null also means that the member is missing, so it is allowed for every member.
    return not types or of in types or of == "null" or (of == "integer" and "number" in types)
