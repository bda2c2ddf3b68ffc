"""The command line: `taskclients booster export customer --brand CAR --download out.csv`.

    taskclients VENDOR COMMAND …
    ├── discovery     which vendors there are, and what each of them can start
    ├── words         names of Python and of the wire as words of a command line
    ├── options       an operation's parameters and body as options, and back
    ├── texts, files  what options say, as values; what the files hold that they name
    ├── docs          what generated code says of itself, as help
    ├── credentials   who calls: from the environment or a private file, never from the command line
    ├── signatures    options as typer wants to see them
    ├── commands      the tree of commands
    ├── starting, following, listing    what the commands do
    ├── output        what goes to stdout: text for people, one JSON object a line for programs
    ├── progress, bars    what goes to stderr meanwhile
    └── exit_codes    how it ended, for scripts

Nothing else of this package imports it, and only it imports typer and rich.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

_EXTRA: Final = frozenset({"click", "rich", "typer"})


def main(arguments: Sequence[str] | None = None, *, package: str | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Those of the process, unless given.
        package: Name of the generated package whose vendors it serves; None stands for `taskclients`.

    Returns:
        An exit code of `exit_codes`.
    """
    from .exit_codes import INTERRUPTED, USAGE

    package = package or "taskclients"
    try:
        from .commands import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print(f"{package}: the command line needs {error.name}; pip install 'taskclients[cli]'", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return run(sys.argv[1:] if arguments is None else arguments, package)
