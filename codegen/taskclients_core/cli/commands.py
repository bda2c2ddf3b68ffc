"""Tree of commands: the package's vendors, their fixed commands, and a command for each operation that begins a task.

The only module that imports typer. Vendors and commands are built when they are named, implementations are imported
when they run: `--help` needs neither a client nor a task.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

import typer
from attrs import frozen
from typer.main import get_command

from ..auth.environment import credential_forms, environment_variable, kebab
from ..tasks.definition import DownloadLinks
from ..version import package_version
from .discovery import BeginCommand, Vendor, Vendors
from .exit_codes import SUCCESS, USAGE
from .options import Option, operation_options, with_unique_flags
from .values import choices, metavar

_HELP: Final = """Begin tasks, follow them, resume them later, and download their files.

Exit codes: 0 success, 1 usage, 2 failed, 3 succeeded with errors, 4 needs input, 5 timeout (the task goes on),
6 start of unknown outcome, 7 refused or no response, 130 interrupted.
"""

_JSON: Final = Option(
    name="json", flags=("--json",), switch=True, default=False, help="One JSON object a line on stdout, for programs."
)
_TIMEOUT: Final = Option(
    name="timeout",
    flags=("--timeout",),
    default="1h",
    metavar="TIME",
    help="Longest time to wait: seconds, or 15m, 1h, none. The task itself goes on.",
)
_ACCEPT_PARTIAL: Final = Option(
    name="accept_partial",
    flags=("--accept-partial",),
    switch=True,
    default=False,
    help="Treat a success with errors as a success.",
)
_ANY: Final = Option(name="any", flags=("--any/--all",), switch=True, default=False, help="Wait for one task, or all.")
_LIMIT: Final = Option(
    name="limit",
    flags=("--limit",),
    hint=int,
    default="100",
    metavar="INTEGER",
    help="Largest number of tasks of each list of the server.",
)
_WIDE: Final = Option(
    name="wide",
    flags=("--wide",),
    switch=True,
    default=False,
    help="Print whole ids and texts, and the resume tokens.",
)
_WAIT: Final = Option(
    name="wait", flags=("--wait",), switch=True, default=False, help="Wait for the task and print its result."
)
_DOWNLOAD: Final = Option(
    name="download",
    flags=("--download",),
    metavar="PATH",
    help="Wait for the task and download its file to this path; `-` is stdout.",
)
_IDEMPOTENCY_KEY: Final = Option(
    name="idempotency_key",
    flags=("--idempotency-key",),
    metavar="KEY",
    help="Your own name for this start: with a journal, a second start with it sends nothing.",
)
_RESTART: Final = Option(
    name="restart",
    flags=("--restart",),
    switch=True,
    default=False,
    help="Begin another task if the one of --idempotency-key failed or was cancelled.",
)
_KEY: Final = Option(name="idempotency_key", flags=(), metavar="KEY", help="Idempotency key, as `recover` prints it.")
_RESUME_TOKEN: Final = Option(
    name="resume_token", flags=(), metavar="RESUME-TOKEN", help="Resume token, printed when the task was begun."
)
_RESUME_TOKENS: Final = Option(
    name="resume_tokens",
    flags=(),
    many=True,
    metavar="RESUME-TOKEN...",
    help="Resume tokens that were printed when the tasks were begun.",
)
_PATH: Final = Option(name="path", flags=(), metavar="PATH", help="Path of the file to write; `-` is stdout.")

_FIXED: Final[Mapping[str, tuple[str, tuple[Option, ...]]]] = {
    "tasks": ("Print the tasks that the server lists; where it lists none, those in the journal.", (_LIMIT, _WIDE)),
    "watch": ("Print the changes of tasks until all have ended.", (_RESUME_TOKENS, _TIMEOUT, _ACCEPT_PARTIAL)),
    "wait": ("Wait for tasks and print how they ended.", (_RESUME_TOKENS, _ANY, _TIMEOUT, _ACCEPT_PARTIAL)),
    "result": ("Wait for a task and print its result.", (_RESUME_TOKEN, _TIMEOUT, _ACCEPT_PARTIAL)),
    "download": ("Wait for a task and download its file.", (_RESUME_TOKEN, _PATH, _TIMEOUT)),
    "recover": ("Poll the open tasks of the journal once, and list the unresolved starts.", (_TIMEOUT,)),
    "resolve": ("Record which task an unresolved start began.", (_KEY, _RESUME_TOKEN)),
    "discard": (
        "Remove a start that began nothing, or whose task failed, from the journal; its key is free then.",
        (_KEY,),
    ),
    "cancel": ("Ask the vendor to cancel a task.", (_RESUME_TOKEN,)),
    "confirm": ("Confirm a task that waits for input.", (_RESUME_TOKEN,)),
}
"""Commands of every vendor: help text and options. Their implementations are `actions.ACTIONS`."""

RESERVED: Final = frozenset(_FIXED)

_MARKUP: Final = re.compile(r"(\\*)(\[[a-z#/@][^\[]*?\])")


class _Ended(SystemExit):
    """End of a command with an exit code of ours; typer's own 2 for usage would be our "failed"."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@frozen(eq=False)
class _Commands(Mapping[str, Any]):
    """Commands of a group, as click expects them; each is built when it is named."""

    builders: Mapping[str, Callable[[], Any]]

    def __getitem__(self, name: str) -> Any:
        return self.builders[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self.builders)

    def __len__(self) -> int:
        return len(self.builders)


def run(arguments: Sequence[str], package: str, program: str) -> int:
    """Run the command line of a generated package and return its exit code.

    Args:
        arguments: Arguments of the command line.
        package: Name of the package.
        program: Name of the command, for help and for completion in shells.
    """
    try:
        _tree(Vendors(package, RESERVED), program)(list(arguments), prog_name=program)
    except _Ended as ended:
        return ended.exit_code
    except SystemExit as ended:
        return SUCCESS if ended.code in (None, 0) else USAGE
    return SUCCESS


def _tree(vendors: Vendors, program: str) -> Any:
    """Return the root of the tree."""

    def list_vendors(values: Mapping[str, Any]) -> int:
        from .output import Output

        output = Output(bool(values["json"]))
        for name in vendors.names():
            vendor = vendors.get(name)
            if vendor is not None:
                commands = [" ".join(begin.words) for begin in vendor.begins]
                output.record(
                    "vendor",
                    "\n".join((f"{name}\t{vendor.title}", *(f"  {command}" for command in commands))),
                    vendor=name,
                    title=vendor.title,
                    base_url=vendor.api.base_url,
                    commands=commands,
                )
        return SUCCESS

    about = "List the vendors, and what each can begin."
    builders: dict[str, Callable[[], Any]] = {"vendors": lambda: _command("vendors", [_JSON], list_vendors, about)}
    for name in vendors.names():
        builders.setdefault(name, partial(_vendor_group, vendors, name))
    return _group(None, _HELP, builders, root=_root(vendors.package, program))


def _vendor_group(vendors: Vendors, name: str) -> Any:
    vendor = vendors.get(name)
    if vendor is None:
        return None
    unavailable = {
        "cancel": not any(task_type.cancel for task_type in vendor.task_types),
        "confirm": not any("confirm" in task_type.actions for task_type in vendor.task_types),
        "download": not any(isinstance(task_type.result, DownloadLinks) for task_type in vendor.task_types),
    }
    builders: dict[str, Callable[[], Any]] = {
        word: partial(_fixed_command, vendor, word)
        for word in (_FIXED if vendor.begins else ())
        if not unavailable.get(word)
    }
    groups: dict[str, dict[str, Callable[[], Any]]] = {}
    for begin in vendor.begins:
        first, *rest = begin.words
        build = partial(_begin_command, vendor, begin)
        if rest:
            groups.setdefault(first, {})[rest[0]] = build
        else:
            builders[first] = build
    for word, commands in groups.items():
        builders[word] = partial(_group, word, f"Begin a task: {word} …", commands)
    return _group(name, f"Tasks of {vendor.title}.", builders)


def _fixed_command(vendor: Vendor, word: str) -> Any:
    def run(values: Mapping[str, Any]) -> int:
        from .actions import ACTIONS
        from .session import perform

        return perform(vendor, values, ACTIONS[word])

    about, options = _FIXED[word]
    scopes = [
        Option(
            name=f"scope_{name}",
            flags=(f"--{kebab(name)}",),
            metavar="TEXT",
            help="Value with which the tasks were begun.",
        )
        for name in (vendor.scopes if word == "tasks" else ())
    ]
    ours = with_unique_flags((*options, *scopes, *_client_options(vendor)), {"--help"})
    return _command(word, ours, run, about)


def _begin_command(vendor: Vendor, begin: BeginCommand) -> Any:
    submission = begin.submission
    files = (_DOWNLOAD,) if isinstance(submission.task_type.result, DownloadLinks) else ()
    fixed = (*files, _WAIT, _TIMEOUT, _ACCEPT_PARTIAL, _IDEMPOTENCY_KEY, _RESTART, *_client_options(vendor))
    ours = tuple(with_unique_flags(fixed, {"--help"}))
    reserved = {"--help", *(each for option in ours for flag in option.flags for each in flag.split("/"))}
    found = operation_options(submission.operation, begin.arguments, reserved)

    def run(values: Mapping[str, Any]) -> int:
        from . import actions
        from .session import perform

        return perform(vendor, values, actions.begin(submission, found))

    return _command(begin.words[-1], (*found.options, *ours), run, begin.summary)


def _client_options(vendor: Vendor) -> Iterator[Option]:
    """Yield the options that every command of a vendor has, which are those of its client."""
    base_url = vendor.api.base_url
    names = dict.fromkeys(name for form in credential_forms(vendor.api) for name in form.names)
    yield Option(
        name="base_url",
        flags=("--base-url",),
        metavar="URL",
        variable=vendor.variable("base_url"),
        help=f"URL of the server, instead of {base_url}." if base_url else "URL of the server.",
    )
    yield Option(
        name="credentials",
        flags=("--credentials",),
        metavar="FILE",
        variable=environment_variable(vendor.package, "credentials"),
        help="JSON or TOML file that only you can access; otherwise from the environment: "
        + ", ".join(map(vendor.variable, names)),
    )
    yield Option(
        name="journal",
        flags=("--journal",),
        metavar="FILE",
        variable=environment_variable(vendor.package, "journal"),
        help="File that records what is begun (SQLite, on a local disk), so that a crash loses no task.",
    )
    yield Option(
        name="account",
        flags=("--account",),
        variable=environment_variable(vendor.package, "account"),
        metavar="NAME",
        help="Account that the tasks belong to in the journal.",
    )
    yield Option(
        name="download_host",
        flags=("--download-host",),
        many=True,
        metavar="HOST",
        help="Host that files may be downloaded from. Can be repeated.",
    )
    yield Option(
        name="allow_private_downloads",
        flags=("--allow-private-downloads",),
        switch=True,
        default=False,
        help="Download files from private addresses and without TLS too.",
    )
    yield _JSON
    for name, parameter, about in vendor.client_parameters:
        yield Option(
            name=f"client_{name}",
            flags=(f"--{kebab(name)}",),
            hint=parameter.type,
            metavar=metavar(parameter.type),
            variable=vendor.variable(name),
            help=f"{about} [required]" if parameter.required else about,
        )


# -- typer


def _root(package: str, program: str) -> Callable[..., None]:
    """Return the function whose signature gives the root its options."""

    def show_version(value: bool) -> None:
        if value:
            print(f"{program} {package_version(package)}")
            raise _Ended(SUCCESS)

    def root(**_: Any) -> None:
        pass

    shown = typer.Option("--version", is_eager=True, callback=show_version, help="Show the version and exit.")
    parameter = inspect.Parameter(
        "version", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[bool, shown], default=False
    )
    root.__annotations__ = {"version": parameter.annotation}
    root.__dict__["__signature__"] = inspect.Signature([parameter])
    return root


def _group(
    name: str | None,
    about: str,
    builders: Mapping[str, Callable[[], Any]],
    *,
    root: Callable[..., None] | None = None,
) -> Any:
    tree = typer.Typer(
        name=name,
        help=_escaped(about),
        no_args_is_help=True,
        add_completion=root is not None,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    tree.callback()(root or (lambda: None))
    group: Any = get_command(tree)
    group.commands = _Commands(builders)
    return group


def _command(name: str, options: Iterable[Option], run: Callable[[Mapping[str, Any]], int], about: str) -> Any:
    """Return a command of typer, which reads the options from the signature of a function.

    Options of click would do the same in fewer lines, but releases of typer differ in the click that they contain.
    """

    def command(**values: Any) -> None:
        raise _Ended(run(values))

    parameters = [_parameter(option) for option in options]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__dict__["__signature__"] = inspect.Signature(parameters)
    tree = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    tree.command(name, help=_escaped(about))(command)
    return get_command(tree)


def _parameter(option: Option) -> inspect.Parameter:
    type_: Any = list[str] if option.many else bool if option.switch else str
    shown: dict[str, Any] = {"help": _escaped(option.help)}
    if not option.switch:
        values = choices(option.hint)
        shown |= {"metavar": option.metavar, "autocompletion": _completion(values) if values else None}
    default: Any = inspect.Parameter.empty
    if option.flags:
        default = [] if option.many else option.default
        type_ = type_ if option.many else type_ | None
        shown |= {"envvar": option.variable, "show_default": isinstance(option.default, str)}
    info = typer.Option(*option.flags, **shown) if option.flags else typer.Argument(**shown)
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[type_, info], default=default
    )


def _completion(values: Sequence[str]) -> Callable[[str], list[str]]:
    """Return a function by which shells complete a value; typer inspects it, so it cannot be a `partial`."""

    def complete(incomplete: str) -> list[str]:
        return [value for value in values if value.startswith(incomplete)]

    return complete


def _escaped(text: str) -> str:
    """Escape what rich takes for markup: typer shows help through it when zsh, fish or PowerShell complete."""
    return _MARKUP.sub(r"\1\1\\\2", text) if "_TYPER_COMPLETE_ARGS" in os.environ else text
