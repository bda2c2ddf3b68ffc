"""State of one request: its data, and the changes that faults apply to its processing and its response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define, evolve, field

from .messages import Call, HttpError, Reply
from .requests import Arguments
from .tasks import Lifecycle, PollRoute, Store, Task


@define(kw_only=True)
class RequestContext:
    """One request. Faults fill in the attributes after `now`; the sandbox applies them."""

    call: Call
    now: float
    """Seconds since 1970."""

    replacement: Reply | None = None
    """Response to send without serving the request."""

    error: HttpError | None = None
    """Error to send without serving the request, in the shape of the vendor's errors."""

    start_hooks: list[Callable[[Store, Task, Callable[[], Task]], None]] = field(factory=list)
    """Called with the store, the task that the request begins, and a function that begins another equal task."""

    poll_hooks: list[Callable[[PollRoute, Arguments], None]] = field(factory=list)
    """Called before tasks are rendered. May change the arguments or raise HttpError."""

    hidden_if: list[Callable[[Task], bool]] = field(factory=list)
    """Conditions that hide a task."""

    lifecycle_hooks: list[Callable[[Lifecycle], Lifecycle]] = field(factory=list)
    """Replace the lifecycle of a task in this response."""

    item_hooks: list[Callable[[Task, dict[str, Any]], None]] = field(factory=list)
    """Change the JSON object of a task."""

    list_hooks: list[Callable[[PollRoute, Arguments, Any], None]] = field(factory=list)
    """Change the JSON value of a list of tasks."""

    reply_hooks: list[Callable[[Reply], Reply]] = field(factory=list)
    """Change the response."""

    link_origin: str = ""
    """Origin of download links; empty for the sandbox itself."""

    link_age: float = 0.0
    """Age of new download links, in seconds."""

    other_file: bool = False
    """True if the file has other content than before."""

    def is_hidden(self, task: Task) -> bool:
        """Return True if a task must not be visible."""
        return any(hides(task) for hides in self.hidden_if)

    def apply_lifecycle(self, task: Task) -> Task:
        """Return the task with the lifecycle that the hooks make of it."""
        lifecycle = task.lifecycle
        for hook in self.lifecycle_hooks if task.from_request else ():
            lifecycle = hook(lifecycle)
        return task if lifecycle is task.lifecycle else evolve(task, lifecycle=lifecycle)

    def apply_item(self, task: Task, item: dict[str, Any]) -> dict[str, Any]:
        """Apply the hooks to the JSON object of a task."""
        for hook in self.item_hooks if task.from_request else ():
            hook(task, item)
        return item

    def apply_list(self, poll_route: PollRoute, arguments: Arguments, value: Any) -> Any:
        """Apply the hooks to the JSON value of a list."""
        for hook in self.list_hooks:
            hook(poll_route, arguments, value)
        return value

    def apply_reply(self, reply: Reply) -> Reply:
        """Apply the hooks to the response."""
        for hook in self.reply_hooks:
            reply = hook(reply)
        return reply
