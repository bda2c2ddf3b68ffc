"""Command line of dragoman: `init`, `lint`, `generate`, `check`, `diff`, `changelog`, `sandbox`, `faults`, `docs`."""

from __future__ import annotations

import argparse
import keyword
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from .bundled import manual, spec_of, vendors
from .diagnostics import Problem, SpecError

if TYPE_CHECKING:
    from .generate.file_tree import FileTree

SPECS: Final = Path("specs")
OUT: Final = Path("generated")
PACKAGE: Final = "taskclients"

_TAKEN: Final = sys.stdlib_module_names | {
    *("anyio", "attr", "attrs", "certifi", "dragoman", "h11", "httpcore", "httpx", "httpx2", "idna", "msgspec", "rich"),
    *("taskclients_core", "typer"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 for success, 1 for problems, 2 for wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(given[0] if given else "").parse_args(given)
    run: Callable[[argparse.Namespace, list[Path]], int] = options.run
    try:
        # Look for the specs first: without any, the user need not install an extra.
        status = run(options, _specs(options) if "specs" in options else [])
        sys.stdout.flush()  # here, so that a reader who has closed the pipe is noticed here
    except SpecError as error:
        _print_problems(error.problems, github=vars(options).get("format") == "github")
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python would report the broken pipe once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("dragoman"):
            raise
        print(f"{error.name} is missing; run: pip install 'taskclients[{options.extra}]'", file=sys.stderr)
        return 2
    else:
        return status


def _init(options: argparse.Namespace, _specs: list[Path]) -> int:
    from .scaffold import first_spec, write_new

    path = SPECS / f"{options.vendor}.yaml"
    try:
        written = write_new({PurePosixPath(path.name): first_spec(options.vendor)}, SPECS)
    except ValueError as error:
        print(f"init: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"init: cannot write {path.as_posix()}: {error.strerror}", file=sys.stderr)
        return 2
    if not written:
        print(f"init: {path.as_posix()} exists; choose another name, or edit it", file=sys.stderr)
        return 2
    print(f"{path.as_posix()} describes a made-up API; replace it by what the vendor's pages say. Next:")
    for command in ("lint {}", "sandbox {}", "generate {} --project {}-clients"):
        print(f"  dragoman {command.format(path.as_posix(), options.vendor.replace('_', '-'))}")
    print(f"How to write a spec: {manual().as_posix()}")
    return 0


def _lint(options: argparse.Namespace, specs: list[Path]) -> int:
    from . import lint
    from .pipeline import table
    from .spec import yaml_document

    documents: list[yaml_document.Document] = []
    problems: list[Problem] = []
    for path in specs:
        try:
            documents.append(yaml_document.load(path))
            problems += lint.check(documents[-1])
        except SpecError as error:
            problems += error.problems
    _print_problems(problems, github=options.format == "github")
    if problems if options.strict else lint.errors(problems):
        return 1
    if options.assumptions:
        print(table(documents), end="")
    return 0


def _generate(options: argparse.Namespace, specs: list[Path]) -> int:
    from . import pipeline
    from .generate import file_tree

    folder, package = _target(options)
    made = pipeline.assemble(specs, package=package, fresh=options.fresh, vendor_core=options.vendor_core)
    try:
        _refuse_foreign(folder, made)
        # Specs given as arguments replace their own packages only.
        made, owned = file_tree.with_manifest(made, folder, whole=not options.specs)
        changed = file_tree.write(made, folder, owned=owned)
    except OSError as error:
        where = error.filename or folder
        option = "--out" if options.project is None else "--project"
        print(f"{option}: cannot write to {where}: {error.strerror}; nothing was changed", file=sys.stderr)
        return 2
    for path in changed:
        print((folder / path).as_posix())
    print(f"{len(changed)} of {len(made)} files changed" if changed else "nothing changed", file=sys.stderr)
    return 0 if options.project is None else _write_project(options, package, made)


def _write_project(options: argparse.Namespace, package: str, made: FileTree) -> int:
    """Write the files of a project that do not exist yet."""
    from .scaffold import project_files, write_new

    project: Path = options.project
    try:
        created = write_new(project_files(package, made, vendor_core=options.vendor_core), project)
    except OSError as error:
        print(f"--project: cannot write to {error.filename or project}: {error.strerror}", file=sys.stderr)
        return 2
    for path in created:
        print(path.as_posix())
    if created:
        print(f"a new project; install it with: pip install -e {project.as_posix()}", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace, specs: list[Path]) -> int:
    from . import pipeline
    from .generate import file_tree

    folder, package = _target(options)
    made = pipeline.assemble(specs, package=package, fresh=options.fresh, vendor_core=options.vendor_core)
    made, owned = file_tree.with_manifest(made, folder, whole=not options.specs)
    difference = file_tree.compare(made, folder, owned=owned)
    if difference:
        print(difference, end="")
        print(
            "check: the generated code differs from the specs; run dragoman generate with the same arguments",
            file=sys.stderr,
        )
        return 1
    return 0


def _sandbox(options: argparse.Namespace, specs: list[Path]) -> int:
    from .mock_server import serve

    faults: Path | tuple[()] = options.faults or ()
    return serve(specs, host=options.host, port=options.port, speed=options.speed, faults=faults, auth=options.auth)


def _faults(_options: argparse.Namespace, _specs: list[Path]) -> int:
    from .mock_server import FAULTS
    from .mock_server.faults.registry import REQUIRED

    for fault in FAULTS.values():
        shown = [name if option.default is REQUIRED else f"[{name}]" for name, option in fault.options.items()]
        print(" ".join((fault.name, *shown)))
        print(f"    {' '.join(fault.meaning.split())}")
    print(
        "\nEach takes the options shown, in [] optional ones, and request, nth, times, after and until. In a file for"
        "\ndragoman sandbox --faults: - {request: tasks.listTasks, fault: status, status: 503, nth: 2, times: 3}"
    )
    return 0


def _print_problems(problems: Iterable[Problem], *, github: bool = False) -> None:
    for problem in sorted(problems):
        print(problem.github() if github else problem, file=sys.stderr)


def _specs(options: argparse.Namespace) -> list[Path]:
    """Return the paths of the specs, or exit with an error if there are none or two of the same package."""
    try:
        found = [spec_of(spec) for spec in options.specs] or sorted(SPECS.glob("*.yaml"))
    except ValueError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    if not found:
        known = ", ".join(vendors())
        print(
            f"no spec: there is no {SPECS.as_posix()}/*.yaml here; give the path of a spec, or one of {known}",
            file=sys.stderr,
        )
        raise SystemExit(2)
    packages = [path.stem for path in found]
    twice = sorted({package for package in packages if packages.count(package) > 1})
    if twice:
        print(f"two specs would make the package {', '.join(twice)}; rename one of the files", file=sys.stderr)
        raise SystemExit(2)
    return found


def _target(options: argparse.Namespace) -> tuple[Path, str]:
    """Return the folder of the package and its name; a project's package has the project's name by default."""
    project: Path | None = options.project
    if project is None:
        package: str = options.package or PACKAGE
        return options.out / package, package
    try:
        package = _package(options.package or project.resolve().name.replace("-", "_"))
    except argparse.ArgumentTypeError as error:
        print(f"--project: {error}, or give --package", file=sys.stderr)
        raise SystemExit(2) from None
    if package == PACKAGE:
        print(f"--project: {PACKAGE!r} is the package of this distribution; write another --package", file=sys.stderr)
        raise SystemExit(2)
    return project / "src" / package, package


def _refuse_foreign(folder: Path, made: FileTree) -> None:
    """Exit with an error if files that were not generated would be overwritten."""
    from .generate.file_tree import GENERATED, foreign

    found = [folder / path for path in foreign(made, folder)]
    if folder.is_dir() and any(folder.iterdir()):
        head = folder / "__init__.py"
        if not head.is_file() or not head.read_text(encoding="utf-8", errors="replace").startswith(GENERATED):
            found = [folder]
    if found:
        print(
            f"{', '.join(path.as_posix() for path in found)} was not generated and would be overwritten; "
            "move it, or choose another --out, --project or --package",
            file=sys.stderr,
        )
        raise SystemExit(2)


def _parser(given: str) -> argparse.ArgumentParser:
    """Return the parser; the arguments of `diff`, `changelog` and `docs` are imported for these commands alone."""
    parser = _Parser("dragoman", description="Generate typed clients from hand-written OpenAPI specs.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    text = "Write a first spec, with comments and a task in it."
    init = _command(commands, "init", _init, "write a first spec", text)
    init.add_argument("vendor", metavar="VENDOR", help="name of the vendor's package, such as acme")

    text = (
        "Report problems of specs: errors, which prevent the generation of code, and warnings, which name what has no "
        "effect in the code. `generate` and `check` report errors only."
    )
    lint = _command(commands, "lint", _lint, "report problems of specs, or list their assumptions", text)
    _takes_specs(lint)
    lint.add_argument("--strict", action="store_true", help="fail on warnings too")
    lint.add_argument("--assumptions", action="store_true", help="list what no page states, with reasons")
    lint.add_argument("--format", choices=("text", "github"), default="text", help="format of the problems")

    generate = _command(commands, "generate", _generate, "generate the package")
    check = _command(commands, "check", _check, "fail if the package differs from what the specs generate")
    for command in (generate, check):
        _takes_specs(command)
        place = command.add_mutually_exclusive_group()
        place.add_argument(
            "--out",
            type=Path,
            default=OUT,
            metavar="DIR",
            help="folder that contains the package (default: generated/)",
        )
        place.add_argument(
            "--project",
            type=Path,
            metavar="DIR",
            help="folder of an installable project with the package in DIR/src; its pyproject.toml, README.md and "
            "CHANGELOG.md are written if they do not exist",
        )
        command.add_argument(
            "--package",
            metavar="NAME",
            type=_package,
            help=f"name of the package (default: {PACKAGE}, or that of the project)",
        )
        command.add_argument(
            "--vendor-core",
            action="store_true",
            help="copy the core into the package, which then needs only httpx, attrs and msgspec",
        )
        command.add_argument("--fresh", action="store_true", help="ignore the cache")

    diff = commands.add_parser(
        "diff",
        help="report what changed specs mean for servers and callers",
        description="Compare specs with a revision of git, or two files with each other, and report what the changes "
        "mean for clients of the old spec and for callers of the generated code. The exit status is 0, 1 for a "
        "change that --fail-on names, 2 if the specs cannot be compared.",
    )
    changelog = commands.add_parser(
        "changelog",
        help="draft the change log of the generated code",
        description="Draft the section of the change log about generated code: the changes since the last tag, and the "
        "version step that they require.",
    )
    if given in ("diff", "changelog"):
        from .diff.cli import add_changelog, add_diff

        add_diff(diff, SPECS)
        add_changelog(changelog, SPECS)

    text = "serve specs over HTTP, with tasks that make progress"
    sandbox = _command(commands, "sandbox", _sandbox, text, extra="sandbox")
    _takes_specs(sandbox)
    sandbox.add_argument("--host", default="127.0.0.1", help="address to listen on")
    sandbox.add_argument(
        "--port", type=int, default=8000, metavar="N", help="port to listen on; 0 chooses a free one (default: 8000)"
    )
    sandbox.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="speed of tasks: 1 is real time (default: 1)"
    )
    sandbox.add_argument(
        "--faults", type=Path, metavar="FILE", help="YAML file with faults: which requests fail, and how"
    )
    sandbox.add_argument(
        "--auth",
        metavar="SECRET",
        help="the only valid token, key and password, of any user (default: any, but a request must have one)",
    )

    _command(commands, "faults", _faults, "list the faults of the sandbox", extra="sandbox")

    docs = commands.add_parser(
        "docs",
        help="compare saved documentation pages with the specs",
        description="Read saved documentation pages, compare them with the specs, and see what the vendor changed.",
    )
    if given == "docs":
        from .docs.cli import add_commands

        add_commands(docs, SPECS, _command)
    return parser


class _Parser(argparse.ArgumentParser):
    """Parser whose errors suggest what was meant, at the command that was named; argparse can do so from 3.14 on."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            message = f"unknown: {value!r}{_did_you_mean(value, action.choices)}"
            raise argparse.ArgumentError(action, message)

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - it has overloads
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unknown: {' '.join(unknown)}{_did_you_mean(unknown[0], self._option_string_actions)}")
        return parsed, unknown


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    from taskclients_core.errors import did_you_mean  # not loaded by `dragoman check`

    return did_you_mean(name, known)


class _Version(argparse.Action):
    """Print the version. The core is imported only for this."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from taskclients_core.version import VERSION

        print(f"{parser.prog} {VERSION}")
        parser.exit()


def _command(
    commands: argparse._SubParsersAction[Any],
    name: str,
    run: Callable[[argparse.Namespace, list[Path]], int],
    text: str,
    description: str = "",
    *,
    extra: str = "codegen",
) -> argparse.ArgumentParser:
    """Add a command that needs an extra."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=description or text)
    command.set_defaults(run=run, extra=extra)
    return command


def _takes_specs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "specs",
        nargs="*",
        metavar="SPEC",
        help=f"spec files, or names of vendors (default: {SPECS.as_posix()}/*.yaml)",
    )


def _package(name: str) -> str:
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) is None or keyword.iskeyword(name):
        raise argparse.ArgumentTypeError(f"{name!r} is not a valid name for a Python package; write shopclients")
    if name in _TAKEN or name.startswith("__"):
        raise argparse.ArgumentTypeError(f"{name!r} would hide a module that clients need; write shopclients")
    return name
