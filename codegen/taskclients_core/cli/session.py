"""What every command of a vendor has: its client, the time it may take, and where it shows what happens."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from attrs import define, field

from ..async_client import AsyncClient
from ..errors import ClientError, InvalidArgument
from ..operation import Path
from ..tasks.handles import AsyncTask
from ..tasks.ref import Ref
from . import credentials, discovery
from .discovery import Vendor
from .exit_codes import CLOSED, INTERRUPTED, UNAVAILABLE, code_of
from .options import Option
from .output import Output, plainly
from .progress import Display, display
from .texts import metavar, python_value
from .words import kebab, screaming

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}

TIMEOUT: Final = Option(
    name="timeout",
    flags=("--timeout",),
    default="1h",
    metavar="TIME",
    help="How long to wait at most: seconds, or 15m, 1h, none. The task itself goes on.",
)
JSON: Final = Option(
    name="json", flags=("--json",), switch=True, default=False, help="One JSON object a line on stdout, for programs."
)


def connection(vendor: Vendor) -> tuple[Option, ...]:
    """The options of every command of a vendor."""
    home = vendor.api.base_url
    found = [
        Option(
            name="base_url",
            flags=("--base-url",),
            metavar="URL",
            env=credentials.variable(vendor.name, "base_url"),
            help=f"Another server than {home}." if home else "The server.",
        ),
        Option(
            name="credentials",
            flags=("--credentials",),
            metavar="FILE",
            env=screaming(discovery.package, "credentials"),
            help="JSON or TOML that only you can read; without it, the environment: "
            + ", ".join(
                credentials.variable(vendor.name, name)
                for name in dict.fromkeys(name for way in credentials.ways(vendor.api) for name in way.names)
            ),
        ),
        Option(
            name="journal",
            flags=("--journal",),
            metavar="FILE",
            env=screaming(discovery.package, "journal"),
            help="Keep starts of tasks in this file (SQLite, on a local disk), so that a crash loses none of them.",
        ),
        Option(
            name="account",
            flags=("--account",),
            env=screaming(discovery.package, "account"),
            metavar="NAME",
            help="Whose tasks these are in the journal.",
        ),
        Option(
            name="download_host",
            flags=("--download-host",),
            many=True,
            metavar="HOST",
            help="A host that files may come from. Can be repeated.",
        ),
        Option(
            name="allow_private_downloads",
            flags=("--allow-private-downloads",),
            switch=True,
            default=False,
            help="Files may come from private addresses and without TLS.",
        ),
        *(
            Option(
                name=f"client_{name}",
                flags=(f"--{kebab(name)}",),
                hint=parameter.type,
                metavar=metavar(parameter.type),
                env=credentials.variable(vendor.name, name),
                help=f"{about} [needed]" if parameter.required else about,
            )
            for name, parameter, about in vendor.client_parameters
        ),
    ]
    return (*found, JSON)


@define(eq=False)
class Session:
    """One run of a command."""

    vendor: Vendor
    client: AsyncClient
    values: Mapping[str, Any]
    output: Output
    display: Display
    ends: float | None
    """When the caller's time is over."""

    known: list[Ref] = field(factory=list[Ref])
    """Tasks that it started or was asked about."""

    @property
    def left(self) -> float | None:
        """Seconds until its time is over."""
        return None if self.ends is None else max(0.0, self.ends - time.monotonic())

    def attach(self, token: str) -> AsyncTask[Any, Any]:
        """A task by its token."""
        task = self.client.tasks.attach(token)
        self.known.append(task.ref)
        return task


Action: TypeAlias = Callable[[Session], Awaitable[int]]
"""What a command does; it returns its exit code."""


def perform(vendor: Vendor, values: Mapping[str, Any], action: Action) -> int:
    """Do what a command does, and say how it ended. No error of a client leaves this as a traceback."""
    output = Output(bool(values.get("json")))
    known: list[Ref] = []

    async def act() -> int:
        ends = _ends(values.get("timeout"))
        async with _client(vendor, values) as client:
            with display(quiet=output.json) as shown:
                output.say = shown.say
                try:
                    return await action(Session(vendor, client, values, output, shown, ends, known))
                finally:
                    output.say = plainly

    try:
        return asyncio.run(act())
    except KeyboardInterrupt:
        output.interrupted(list(dict.fromkeys(known)))
        return INTERRUPTED
    except ClientError as error:
        output.error(error)
        return code_of(error)
    except BrokenPipeError:
        # Python would complain about it once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except OSError as error:
        output.error(error)
        return UNAVAILABLE


def _client(vendor: Vendor, values: Mapping[str, Any]) -> AsyncClient:
    options: dict[str, Any] = {}
    for name, parameter, _ in vendor.client_parameters:
        flag = f"--{kebab(name)}"
        text = values.get(f"client_{name}")
        if text is not None:
            options[name] = python_value(text, parameter.type, flag)
        elif isinstance(parameter, Path) or parameter.required:
            raise InvalidArgument(f"{flag}: it is missing (or set {credentials.variable(vendor.name, name)})")
    if values.get("journal") is not None:
        options["journal"] = values["journal"]
    if values.get("account") is not None:
        options["account"] = values["account"]
    if values.get("download_host"):
        options["download_hosts"] = tuple(values["download_host"])
    if values.get("allow_private_downloads"):
        options["allow_private_downloads"] = True
    # Of what type it must be is up to the vendor; the client checks it.
    options["auth"] = credentials.given(vendor.name, vendor.api, values.get("credentials"))
    return vendor.client(values.get("base_url"), **options)


def _ends(text: str | None) -> float | None:
    """When the caller's time is over, on the monotonic clock."""
    if text is None or text == "none":
        return None
    number, unit = (text[:-1], _UNITS[text[-1]]) if text[-1:] in _UNITS else (text, 1.0)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise InvalidArgument(f"--timeout: expected seconds, 15m, 1h or none, found {text!r:.80}")
    return time.monotonic() + seconds
