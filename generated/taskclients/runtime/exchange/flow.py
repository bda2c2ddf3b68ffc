"""A call of an endpoint, from arguments to result, without doing any of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import TypeVar

from ..messages import Answer
from ..operation import Operation
from ..request.assembly import assembly
from .answers import reader
from .effects import Flow, Send
from .setting import Setting

T = TypeVar("T")

answers_seen: ContextVar[list[Answer] | None] = ContextVar("answers_seen", default=None)
"""Where calls leave their answers for `Client.response`; None when nobody asked."""


def call(setting: Setting, operation: Operation[T], arguments: Sequence[object], body: object) -> Flow[T]:
    """One call of an endpoint.

    Raises:
        InvalidArgument: the arguments do not fit; nothing was sent.
        TransportError: no answer came.
        ApiError: the answer is not a success.
        DecodeError: it is, but is not what the API promises.
    """
    draft = assembly(operation).draft(arguments, body)
    source = setting.credentials.source(operation.security)
    request = setting.request(operation, draft, source.fixed or (yield from source.obtain()))
    answer: Answer = yield Send(request)
    if answer.status == 401 and source.renewable:
        # A token can be revoked before its time, so a new one is worth one more try.
        source.forget(request)
        request = setting.request(operation, draft, (yield from source.obtain()))
        answer = yield Send(request)
    seen = answers_seen.get()
    if seen is not None:
        seen.append(answer)
    value: T = reader(operation).read(answer, request)
    return value
