"""Command line of a generated package: `taskclients booster export customer --brand CAR --download out.csv`.

    main
    └── commands      tree of commands, built when they are named
        ├── discovery     vendors of the package, the tasks that each can begin, docstrings as help texts
        ├── options       parameters and body of an operation as options, and back
        ├── values        names, and text of the command line as values
        ├── credentials   from the environment or a private file, never from the command line
        └── session       one run of a command: client, timeout, exit code
            ├── actions       implementations of the commands
            ├── output        results on stdout, as text or JSON
            ├── table         tasks as a table
            ├── progress      bars or lines on stderr
            └── exit_codes

No other module of the core imports it, and only it imports typer and rich.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_EXTRA: Final = frozenset({"click", "rich", "typer"})


def main(arguments: Sequence[str] | None = None, *, package: str | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Arguments of the command line; None stands for those of the process.
        package: Name of the generated package that contains the vendors; None stands for `taskclients`.

    Returns:
        An exit code of `exit_codes`.
    """
    from .exit_codes import INTERRUPTED, USAGE

    package = package or "taskclients"
    # The name under which it was started: shells complete the command of that name, which need not be the package's.
    started = Path(sys.argv[0]).name if arguments is None else ""
    program = package if started in ("", "-c", "__main__.py") else started
    try:
        from .commands import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print(f"{program}: the command line needs {error.name}; run pip install 'taskclients[cli]'", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return run(sys.argv[1:] if arguments is None else arguments, package, program)
