"""The tree of commands. A vendor's part of it is made when that vendor is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, getdoc
from typing import Any, Final

import typer
from attrs import define
from typer.core import TyperGroup
from typer.main import get_command

from ..tasks.definition import Links
from . import discovery, following, listing
from .discovery import Start, Vendor
from .exit_codes import SUCCESS, USAGE
from .options import Option, inputs
from .output import Output
from .session import JSON, TIMEOUT, Action, connection, perform
from .signatures import taking
from .starting import starter

_TOKENS: Final = Option(
    name="tokens", flags=(), many=True, default=Parameter.empty, metavar="TOKEN...", help="What starting them printed."
)
_TOKEN: Final = Option(
    name="token", flags=(), default=Parameter.empty, metavar="TOKEN", help="What starting it printed."
)
_PATH: Final = Option(
    name="path", flags=(), default=Parameter.empty, metavar="PATH", help="Where the file goes; `-` is stdout."
)
_NAME: Final = Option(
    name="key", flags=(), default=Parameter.empty, metavar="KEY", help="Of the start, as `recover` shows it."
)
_ACCEPT: Final = Option(
    name="accept_partial",
    flags=("--accept-partial",),
    switch=True,
    default=False,
    help="A success with errors is one.",
)
_DOWNLOAD: Final = Option(
    name="download",
    flags=("--download",),
    metavar="PATH",
    help="Wait for the task's file, and fetch it to there; `-` is stdout.",
)
_STARTING: Final = (
    Option(name="wait", flags=("--wait",), switch=True, default=False, help="Wait for the task's result."),
    TIMEOUT,
    _ACCEPT,
    Option(
        name="key",
        flags=("--key",),
        metavar="NAME",
        help="Your own name for this start: with a journal, starting again under it sends nothing.",
    ),
)

_COMMANDS: Final[tuple[tuple[str, Action, tuple[Option, ...]], ...]] = (
    (
        "tasks",
        listing.tasks,
        (Option(name="limit", flags=("--limit",), hint=int, default="100", metavar="INTEGER", help="Tasks at most."),),
    ),
    ("watch", following.watch, (_TOKENS, TIMEOUT, _ACCEPT)),
    (
        "wait",
        following.wait,
        (
            _TOKENS,
            Option(
                name="any",
                flags=("--any/--all",),
                switch=True,
                default=False,
                help="Whether one of them is enough.",
            ),
            TIMEOUT,
            _ACCEPT,
        ),
    ),
    ("result", following.result, (_TOKEN, TIMEOUT, _ACCEPT)),
    ("download", following.download, (_TOKEN, _PATH, TIMEOUT)),
    ("recover", listing.recover, (TIMEOUT,)),
    ("adopt", listing.adopt, (_NAME, _TOKEN)),
    ("forget", listing.forget, (_NAME,)),
    ("cancel", following.cancel, (_TOKEN,)),
    ("confirm", following.confirm, (_TOKEN,)),
)
_RESERVED: Final = frozenset(name for name, _, _ in _COMMANDS)


@define
class _Ending:
    """How the command that ran has ended; typer's own endings are usage errors and help."""

    code: int | None = None


def run(arguments: Sequence[str], package: str) -> int:
    """Run the command line of a package; returns an exit code."""
    discovery.package = package
    ending = _Ending()
    try:
        _tree(ending)(list(arguments), prog_name=package)
    except SystemExit as stop:
        if ending.code is None:
            return SUCCESS if stop.code in (None, 0) else USAGE
    return SUCCESS if ending.code is None else ending.code


def _tree(ending: _Ending) -> Callable[..., Any]:
    class Vendors(TyperGroup):
        """A vendor is imported when it is named."""

        def list_commands(self, ctx: Any) -> list[str]:
            return [*super().list_commands(ctx), *discovery.names()]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return super().get_command(ctx, cmd_name) or _vendor_command(cmd_name, ending)

    tree = typer.Typer(
        cls=Vendors, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    tree.callback()(_about)
    tree.command("vendors", help="The vendors, and what each can start.")(
        taking([JSON], _recorded(ending, _vendors), "")
    )
    return get_command(tree)


def _about() -> None:
    """Start tasks at vendors', follow them, find them again, and fetch their files.

    Exit codes: 0 success, 1 usage, 2 failed, 3 succeeded with errors, 4 needs an answer, 5 timeout (the task goes on),
    6 start of unknown outcome, 7 refused or no answer, 130 interrupted.
    """


def _vendor_command(name: str, ending: _Ending) -> Any:
    vendor = discovery.vendor(name, _RESERVED)
    if vendor is None:
        return None
    tree = typer.Typer(
        name=name,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=f"Tasks of {_title(vendor)}.",
    )
    common = connection(vendor)
    unable = {
        "cancel": not any(kind.cancel for kind in vendor.kinds),
        "confirm": not any("confirm" in kind.actions for kind in vendor.kinds),
        "download": not any(isinstance(kind.result, Links) for kind in vendor.kinds),
    }
    for word, action, options in _COMMANDS if vendor.starts else ():
        if not unable.get(word):
            more = listing.scopes(vendor) if word == "tasks" else ()
            _add(tree, word, (*options, *more, *common), _performing(vendor, action, ending), getdoc(action) or "")
    groups: dict[str, typer.Typer] = {}
    for start in vendor.starts:
        group = tree
        if len(start.words) > 1:
            group = groups.get(start.words[0]) or typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            groups[start.words[0]] = group
        _add_start(group, vendor, start, common, ending)
    for word, group in groups.items():
        tree.add_typer(group, name=word, help=f"Start a task: {word} …")
    return get_command(tree)


def _add_start(tree: typer.Typer, vendor: Vendor, start: Start, common: tuple[Option, ...], ending: _Ending) -> None:
    files = (_DOWNLOAD,) if isinstance(start.submit.kind.result, Links) else ()
    ours = (*files, *_STARTING, *common)
    taken = {"--help", *(each for option in ours for flag in option.flags for each in flag.split("/"))}
    found = inputs(start.submit.operation, start.arguments, taken)
    _add(
        tree,
        start.words[-1],
        (*found.options, *ours),
        _performing(vendor, starter(start, found), ending),
        start.summary,
    )


def _add(
    tree: typer.Typer,
    word: str,
    options: Iterable[Option],
    perform_it: Callable[[Mapping[str, Any]], None],
    about: str,
) -> None:
    tree.command(word, help=about)(taking(options, perform_it, about))


def _performing(vendor: Vendor, action: Action, ending: _Ending) -> Callable[[Mapping[str, Any]], None]:
    return _recorded(ending, lambda values: perform(vendor, values, action))


def _recorded(ending: _Ending, command: Callable[[Mapping[str, Any]], int]) -> Callable[[Mapping[str, Any]], None]:
    def recorded(values: Mapping[str, Any]) -> None:
        ending.code = command(values)

    return recorded


def _vendors(values: Mapping[str, Any]) -> int:
    output = Output(bool(values["json"]))
    for name in discovery.names():
        vendor = discovery.vendor(name, _RESERVED)
        if vendor is not None:
            starts = [" ".join(start.words) for start in vendor.starts]
            output.record(
                "vendor",
                "\n".join((f"{name}\t{_title(vendor)}", *(f"  {each}" for each in starts))),
                vendor=name,
                title=_title(vendor),
                base_url=vendor.api.base_url,
                starts=starts,
            )
    return SUCCESS


def _title(vendor: Vendor) -> str:
    """What its package says that it is."""
    text = sys.modules[vendor.client.__module__].__doc__ or vendor.name
    return text.partition("\n")[0].partition(": ")[0]
