"""The command line: lint | generate | check | sandbox."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from .diagnostics import Problem, SpecError

SPECS: Final = Path("specs")
OUT: Final = Path("generated")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 problems found, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except SpecError as error:
        for problem in error.problems:
            print(problem.github() if getattr(options, "format", "") == "github" else problem, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("dragoman"):
            raise
        print(f"{error.name} is missing; run: pip install 'taskclients[{options.extra}]'", file=sys.stderr)
        return 2


def _lint(options: argparse.Namespace) -> int:
    from . import lint
    from .pipeline import table
    from .spec import yaml_document

    documents: list[yaml_document.Document] = []
    problems: list[Problem] = []
    for path in _specs(options):
        try:
            documents.append(yaml_document.load(path))
            problems += lint.check(documents[-1])
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    if options.assumptions:
        print(table(documents), end="")
    return 0


def _generate(options: argparse.Namespace) -> int:
    from . import pipeline
    from .generate import file_tree

    specs = _specs(options)
    made = pipeline.assemble(specs, fresh=options.fresh, vendor_core=options.vendor_core)
    folder = options.out / options.package
    _refuse_foreign(folder)
    # Named specs renew their own packages; all of them together own the whole folder.
    owned = pipeline.owned(made) if options.specs else (PurePosixPath(),)
    changed = file_tree.write(made, folder, owned=owned)
    for path in changed:
        print((folder / path).as_posix())
    print(f"{len(changed)} of {len(made)} files changed" if changed else "nothing changed", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    from . import pipeline
    from .generate import file_tree

    made = pipeline.assemble(_specs(options), fresh=options.fresh, vendor_core=options.vendor_core)
    owned = pipeline.owned(made) if options.specs else (PurePosixPath(),)
    difference = file_tree.compare(made, options.out / options.package, owned=owned)
    if difference:
        print(difference, end="")
        print("generated code is not what the specs make; run: make generate", file=sys.stderr)
        return 1
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from .mock_server import serve

    faults: Path | tuple[()] = options.faults or ()
    return serve(_specs(options), host=options.host, port=options.port, speed=options.speed, faults=faults)


def _specs(options: argparse.Namespace) -> list[Path]:
    named: list[Path] = options.specs
    found = named or sorted(SPECS.glob("*.yaml"))
    if not found:
        print(f"no spec: there is no {SPECS.as_posix()}/*.yaml here; name a file", file=sys.stderr)
        raise SystemExit(2)
    twice = {path.name.partition(".")[0] for path in found if sum(p.name == path.name for p in found) > 1}
    if twice:
        print(f"two specs would make the package {', '.join(sorted(twice))}; rename one", file=sys.stderr)
        raise SystemExit(2)
    return found


def _refuse_foreign(folder: Path) -> None:
    """Do not write into a package that somebody wrote by hand."""
    head = folder / "__init__.py"
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not head.is_file() or not head.read_text(encoding="utf-8", errors="replace").startswith("# Generated"):
        print(
            f"{folder.as_posix()} was not generated; move it away, or name another --out or --package",
            file=sys.stderr,
        )
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("dragoman", description="From hand-written OpenAPI specs to typed clients.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    lint = _command(commands, "lint", _lint, "say what is wrong with specs, or what they assume")
    lint.add_argument("--assumptions", action="store_true", help="print a table of everything that no page states")
    lint.add_argument("--format", choices=("text", "github"), default="text", help="how problems are printed")

    generate = _command(commands, "generate", _generate, "write the package")
    check = _command(commands, "check", _check, "say whether the package is what the specs make")
    for command in (generate, check):
        command.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="parent of the package (generated/)")
        command.add_argument("--package", default="taskclients", metavar="NAME", type=_package, help="its name")
        command.add_argument(
            "--vendor-core",
            action="store_true",
            help="copy the core into the package, which then needs httpx, attrs and msgspec only",
        )
        command.add_argument("--fresh", action="store_true", help="build everything, ignoring the cache")

    sandbox = _command(commands, "sandbox", _sandbox, "serve specs over HTTP, with tasks that move")
    sandbox.add_argument("--host", default="127.0.0.1", help="address to listen on")
    sandbox.add_argument("--port", type=int, default=8000, metavar="N", help="0 takes a free one")
    sandbox.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="how much faster than real time tasks move"
    )
    sandbox.add_argument("--faults", type=Path, metavar="FILE", help="a YAML list of what shall go wrong, and when")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("specs", nargs="*", type=Path, metavar="SPEC", help=f"spec files ({SPECS.as_posix()}/*.yaml)")
    command.set_defaults(run=run, extra="sandbox" if name == "sandbox" else "codegen")
    return command


def _package(name: str) -> str:
    if not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{name!r} is not a Python package name")
    return name
