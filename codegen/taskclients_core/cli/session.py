"""One run of a vendor's command: its client, its timeout, and how it ends."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from attrs import define, field

from ..auth.environment import Environment, kebab
from ..client import AsyncClient
from ..errors import ClientError, InvalidArgumentError
from ..events import Event
from ..http_messages import DEFAULT_MAX_RESPONSE_BYTES
from ..operation import Path
from ..tasks.handles import AsyncTaskHandle
from ..tasks.polling.policy import PollPolicy
from ..tasks.snapshot import TaskRef
from .discovery import Vendor
from .exit_codes import CLOSED, INTERRUPTED, UNAVAILABLE, code_of
from .output import Output, write_line
from .progress import Display, display
from .values import python_value

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}


@define(eq=False)
class Session:
    """State of one run of a command."""

    vendor: Vendor
    client: AsyncClient
    values: Mapping[str, Any]
    """Values of the options, by name."""

    output: Output
    display: Display
    deadline: float | None
    """End of the timeout on the monotonic clock."""

    refs: list[TaskRef] = field(factory=list[TaskRef])
    """Tasks that the command began or resumed, for the message after Ctrl-C."""

    @property
    def remaining(self) -> float | None:
        """Seconds until the timeout expires."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def resume(self, resume_token: str) -> AsyncTaskHandle[Any, Any]:
        """Return the handle of a resume token's task. Raises InvalidArgumentError if the token is invalid."""
        task = self.client.tasks.resume(resume_token)
        self.refs.append(task.ref)
        return task


Action: TypeAlias = Callable[[Session], Awaitable[int]]
"""Implementation of a command; it returns the exit code."""


def perform(vendor: Vendor, values: Mapping[str, Any], action: Action) -> int:
    """Run a command and return its exit code. Errors of the client are printed, not raised."""
    output = Output(bool(values.get("json")))
    refs: list[TaskRef] = []

    async def run() -> int:
        deadline = _deadline(values.get("timeout"))
        shown = display(quiet=output.json)
        async with _client(vendor, values, shown.event) as client:
            with shown:
                output.write = shown.write
                try:
                    return await action(Session(vendor, client, values, output, shown, deadline, refs))
                finally:
                    output.write = write_line

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        output.interrupted(list(dict.fromkeys(refs)))
        return INTERRUPTED
    except ClientError as error:
        output.error(error)
        return code_of(error)
    except BrokenPipeError:
        # Python would report the broken pipe once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except OSError as error:
        output.error(error)
        return UNAVAILABLE


def _client(vendor: Vendor, values: Mapping[str, Any], on_event: Callable[[Event], None]) -> AsyncClient:
    # A command is alone in its process, and has no option that would increase the smaller limit of polls.
    poll = PollPolicy(max_bytes=DEFAULT_MAX_RESPONSE_BYTES)
    options: dict[str, Any] = {"on_event": on_event, "poll": poll}
    for name, parameter, _ in vendor.client_parameters:
        flag = f"--{kebab(name)}"
        text = values.get(f"client_{name}")
        if text is not None:
            options[name] = python_value(text, parameter.type, flag)
        elif isinstance(parameter, Path) or parameter.required:
            raise InvalidArgumentError(f"{flag}: is required; give the option or set {vendor.variable(name)}")
    if values.get("journal") is not None:
        options["journal"] = values["journal"]
    if values.get("account") is not None:
        options["account"] = values["account"]
    if values.get("download_host"):
        options["download_hosts"] = tuple(values["download_host"])
    if values.get("allow_private_downloads"):
        options["allow_private_downloads"] = True
    if values.get("credentials") is not None:
        # The type of `auth` depends on the vendor; the client checks it.
        options["auth"] = Environment(vendor.api, vendor.package).credentials(values["credentials"])
    return vendor.client(values.get("base_url"), **options)


def _deadline(text: str | None) -> float | None:
    """Return the end of a timeout on the monotonic clock; None if there is no timeout."""
    if text is None or text == "none":
        return None
    number, unit = (text[:-1], _UNITS[text[-1]]) if text[-1:] in _UNITS else (text, 1.0)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise InvalidArgumentError(f"--timeout: expected seconds, 15m, 1h or none, found {text!r:.80}")
    return time.monotonic() + seconds
