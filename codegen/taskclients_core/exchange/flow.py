"""A call of an endpoint, from arguments to result, without doing any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..asking import answers_seen
from ..codec import Oddity
from ..messages import Answer
from ..operation import Operation
from ..request.assembly import assembly
from ..request.parameters import Draft
from .answers import PLAIN, Reading, reader, reading_for, rows_of
from .course import Course, begin, opened, whole
from .effects import Flow
from .open_rows import OpenRows
from .setting import Setting

T = TypeVar("T")


def call(setting: Setting, operation: Operation[T], arguments: Sequence[object], body: object) -> Flow[T]:
    """One call of an endpoint.

    Raises:
        InvalidArgument: the arguments do not fit; nothing was sent.
        TransportError: no answer came.
        ApiError: the answer is not a success.
        DecodeError: it is, but is not what the API promises.
    """
    course = begin(setting, operation)
    reading = _reading(course)
    draft = assembly(operation).draft(arguments, body, reading.accept)
    return (yield from course.run(_call(course, operation, draft, reading)))


def _call(course: Course, operation: Operation[T], draft: Draft, reading: Reading) -> Flow[T]:
    answer, request = yield from course.exchange(draft, whole)
    seen = answers_seen.get()
    if seen is not None:
        seen.append(answer)
    value: T = reader(operation).read(answer, request, reading)
    return value


def fetch(setting: Setting, operation: Operation[Any], arguments: Sequence[object], body: object) -> Flow[Answer]:
    """One call of an endpoint whose success stays as it came.

    Raises:
        InvalidArgument: the arguments do not fit; nothing was sent.
        TransportError: no answer came.
        ApiError: the answer is not a success.
    """
    course = begin(setting, operation)
    draft = assembly(operation).draft(arguments, body)
    return (yield from course.run(_fetch(course, operation, draft)))


def _fetch(course: Course, operation: Operation[Any], draft: Draft) -> Flow[Answer]:
    answer, request = yield from course.exchange(draft, whole)
    if not 200 <= answer.status <= 299:
        raise reader(operation).error(answer, request)
    return answer


def open_rows(setting: Setting, operation: Operation[Any], arguments: Sequence[object], body: object) -> Flow[OpenRows]:
    """One call of an endpoint that returns a list, to read it row by row, which is part of the call.

    Raises what `call` raises.
    """
    row = rows_of(operation)
    course = begin(setting, operation)
    reading = _reading(course)
    draft = assembly(operation).draft(arguments, body, reading.accept)
    return (yield from course.open(_open_rows(course, operation, draft, reading, row)))


def _open_rows(course: Course, operation: Operation[Any], draft: Draft, reading: Reading, row: Any) -> Flow[OpenRows]:
    answer, request = yield from course.exchange(draft, opened)
    if isinstance(answer, Answer):
        raise reader(operation).error(answer, request, reading)
    return OpenRows(answer, course, row, reading)


def _reading(course: Course) -> Reading:
    choices = course.setting.choices
    if choices.media_type is None and not choices.lenient:
        return PLAIN

    def note(oddity: Oddity) -> None:
        course.tell("deviation", path=oddity.path, detail=oddity.detail)

    return reading_for(course.operation, course.setting.media_types, choices, note)
