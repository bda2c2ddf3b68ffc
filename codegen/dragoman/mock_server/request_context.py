"""One request and everything that shall go wrong with it: faults put in here what they want changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define, evolve, field

from .messages import Call, Refused, Reply
from .requests import Arguments
from .tasks import Lifecycle, Observer, Store, Task


@define(kw_only=True)
class RequestContext:
    """A request under way."""

    call: Call
    now: float
    instead: Reply | None = None
    """What is answered without anything being done."""

    refused: Refused | None = None
    """The same, in the vendor's own words."""

    starts: list[Callable[[Store, Task, Callable[[], Task]], None]] = field(factory=list)
    """What happens to a task that the request begins; the last argument begins another one like it."""

    looks: list[Callable[[Observer, Arguments], None]] = field(factory=list)
    """What happens to a request that asks for tasks. May raise Refused."""

    hidden: list[Callable[[Task], bool]] = field(factory=list)
    """Which tasks are not seen."""

    courses: list[Callable[[Lifecycle], Lifecycle]] = field(factory=list)
    """What a task's course looks like."""

    items: list[Callable[[Task, dict[str, Any]], None]] = field(factory=list)
    """What becomes of a task as it is shown."""

    pages: list[Callable[[Observer, Arguments, Any], None]] = field(factory=list)
    """What becomes of a list as it is shown."""

    replies: list[Callable[[Reply], Reply]] = field(factory=list)
    """What becomes of the answer."""

    link_origin: str = ""
    """Where links lead; the sandbox itself, if it is empty."""

    link_age: float = 0.0
    """Seconds for which links are already in the world."""

    other_file: bool = False
    """Whether a file has other content than it had."""

    def is_hidden(self, task: Task) -> bool:
        """Tell whether a task is not to be seen."""
        return any(hides(task) for hides in self.hidden)

    def seen(self, task: Task) -> Task:
        """Return a task as it seems to be."""
        course = task.course
        for bend in self.courses if task.begun else ():
            course = bend(course)
        return task if course is task.course else evolve(task, course=course)

    def shown(self, task: Task, item: dict[str, Any]) -> dict[str, Any]:
        """Return what is shown of a task."""
        for bend in self.items if task.begun else ():
            bend(task, item)
        return item

    def listed(self, observer: Observer, arguments: Arguments, value: Any) -> Any:
        """Return what is shown of a list."""
        for bend in self.pages:
            bend(observer, arguments, value)
        return value

    def answered(self, reply: Reply) -> Reply:
        """Return what is sent for an answer."""
        for change in self.replies:
            reply = change(reply)
        return reply
