"""The request that begins a task: sent once, and what became of it told apart as far as it can be.

The fates of a request: it was answered and the answer has the task's id; it was refused; it never left; or nobody
knows. Only what never left is sent again, at most twice. A spec may say that the server knows a repeated request by a
key in a header: then it is sent again as any call that may be made twice.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import define, evolve, field

from ...asking import answers_seen
from ...errors import ApiError, ClientClosed, ClientError, InvalidArgument, TransportError
from ...exchange.again import backoff
from ...exchange.answers import reader
from ...exchange.course import Course, begin
from ...exchange.deadline import Deadline
from ...exchange.effects import Send, Sleep
from ...exchange.setting import Setting
from ...messages import Answer, Content, Request
from ..crash import crashpoint
from ..effects import Flow
from .expressions import Unevaluated, as_text, evaluate
from .prepared import Prepared

_MOST: Final = 2
"""How often what never left is sent again."""


class NoTask(ClientError):  # noqa: N818 - it reads better as what happened
    """The answer is one of success, and names no task."""


@define(eq=False)
class Fate:
    """What is known of a request, whatever is raised."""

    begun_maybe: bool = False
    """Whether the server may have acted on it."""

    theirs: bool = False
    """Whether an error that looks like one of sending is what the source of the body raised."""

    _read: bool = field(default=False, init=False)
    """Whether its body was asked for, so that part of it may have left."""

    def send(self, request: Request) -> Flow[Answer]:
        """Send it, and note what becomes of it."""
        crashpoint("submit.sending")
        try:
            answer: Answer = yield Send(request)
        except TransportError as error:
            self.theirs = isinstance(request.content, Content) and request.content.failed_with(error)
            self.begun_maybe |= error.sent or self.theirs
            raise
        except (ClientClosed, InvalidArgument) as error:
            self.begun_maybe |= isinstance(error, InvalidArgument) and self._read
            raise
        except BaseException:
            self.begun_maybe = True
            raise
        crashpoint("submit.responded")
        self.begun_maybe |= not _refused(answer.status)
        return answer

    def watched(self, content: bytes | Content | None) -> bytes | Content | None:
        """A body that tells when it is read."""
        if not isinstance(content, Content):
            return content

        def opened() -> Any:
            self._read = True
            return content.open()

        def opened_async() -> Any:
            self._read = True
            return content.open_async()

        return evolve(content, open=opened, open_async=opened_async)


def post(
    setting: Setting, prepared: Prepared, fate: Fate, deadline: Deadline | None
) -> Flow[tuple[str, Answer, float]]:
    """Send a start; return the task's id, the answer, and when (monotonic) it was sent last.

    The deadline is that of the whole start, part of which may have passed.

    Raises:
        ApiError: the answer is not a success.
        TransportError: there is none.
        DecodeError: it is not what the API promises, and has no id.
        NoTask: it is, and has none.
    """
    course = begin(setting, prepared.operation)
    course.deadline = deadline
    return (yield from course.run(_post(course, prepared, fate)))


def _post(course: Course, prepared: Prepared, fate: Fate) -> Flow[tuple[str, Answer, float]]:
    draft, clock = prepared.draft, course.setting.clock
    draft.content = fate.watched(draft.content)
    retry = course.setting.choices.retry
    if prepared.submit.idempotency_header is None:
        # A PUT may be done twice, but each time it begins a task.
        course.setting = evolve(course.setting, choices=evolve(course.setting.choices, retry=None))
    tries = 0
    while True:
        sent = clock.monotonic()
        try:
            answer, request = yield from course.exchange(draft, fate.send)
            break
        except TransportError as error:
            again = prepared.submit.idempotency_header is None and not fate.begun_maybe and error.may_pass
            if retry is None or not again or tries >= min(_MOST, retry.attempts - 1):
                raise
            tries += 1
            delay = backoff(retry, tries, clock.random())
            late = course.deadline is not None and delay >= course.deadline.left
            if late or not course.setting.budget.take(retry):
                raise
            course.tell("retry", attempt=len(course.attempts), delay=delay, detail=type(error).__name__)
            yield Sleep(delay, clock)
    seen = answers_seen.get()
    if seen is not None:
        seen.append(answer)
    return _id(prepared, answer, request, fate), answer, sent


def _id(prepared: Prepared, answer: Answer, request: Request, fate: Fate) -> str:
    submit, status = prepared.submit, answer.status
    good = status in submit.accepted if submit.accepted else 200 <= status <= 299
    known = reader(submit.operation)
    if good:
        try:
            found = as_text(evaluate(submit.id, evolve(prepared.given, answer=answer)))
        except Unevaluated:
            found = None
        if found is not None:
            return found
        try:
            known.read(answer, request)
        except ApiError:
            fate.begun_maybe = False  # a failure that the API declares, in an answer of success
            raise
        raise NoTask(f"{submit.operation.name}: the answer ({status}) names no task")
    error = known.error(answer, request)
    if status == 409 and error.body is None:
        fate.begun_maybe = True  # it may contradict the task that it has begun
    raise error


def _refused(status: int) -> bool:
    return 400 <= status <= 499 and status != 408
