"""Print figures of size and shape: `make figures`. With `--list`, also the names of what is counted.

Files and lines of Python, imports, files crossed by a call, modules loaded, docstrings and retired words. For speed,
run `make bench`.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import grimp
from tests.test_vocabulary import occurrences

from dragoman.mock_server import running
from dragoman.testing import spec_of

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("dragoman", "taskclients", "taskclients_core")
QUESTION: Final = re.compile(r"(What|Whether|How|Who|Where|When|Why)\b")


def layers() -> dict[str, int]:
    """Return the layer of each module, numbered from the top, from the import contracts in `pyproject.toml`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts = [each for each in settings["contracts"] if each["type"] == "layers"]
    return {
        f"{contract['containers'][0]}.{name}": number
        for contract in contracts
        for number, layer in enumerate(contract["layers"])
        for name in layer.split(" | ")
    }


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of folders, except the expected output of the cases."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "expected" not in path.parts)


def lines(paths: list[Path]) -> int:
    """Count lines."""
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


# -- Imports


def run_time_imports() -> dict[str, set[str]]:
    """Return our modules that each module imports, at import time or later; TYPE_CHECKING imports do not count."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other in a cycle."""
    reached = {module: _reached(module, imports) for module in imports}
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in imports
        if module in reached[module]
    }
    return [list(group) for group in sorted(groups)]


def _reached(module: str, imports: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        new = imports[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def pointing_up(imports: dict[str, set[str]]) -> list[str]:
    """Return the imports of a higher layer of the same package.

    Raises:
        KeyError: a module is in no layer.
    """
    numbers = layers()

    def layer(module: str) -> int:
        return numbers[".".join(module.split(".")[:2])]

    found = []
    for module, others in sorted(imports.items()):
        package = module.partition(".")[0]
        if module.count(".") and f"{package}.cli" in numbers:
            inside = [other for other in others if other.startswith(f"{package}.")]
            found += [f"{module} -> {other}" for other in sorted(inside) if layer(other) < layer(module)]
    return found


# -- Docstrings


def docstrings(path: Path) -> Iterator[str]:
    """Yield the docstrings of a file: of modules, classes, functions and attributes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if text := ast.get_docstring(node):
            yield text
        for before, after in zip(node.body, node.body[1:], strict=False):
            match before, after:
                case ast.Assign() | ast.AnnAssign(), ast.Expr(ast.Constant(str(text))):
                    yield text


# -- All figures


def traced_calls() -> dict[str, Any]:
    """Return what calls load and cross (see `call_trace`): a client in a new process talks to a sandbox in this one."""
    script = str(Path(__file__).with_name("call_trace.py"))
    with running([spec_of("booster")], speed=6.0) as url:
        done = subprocess.run([sys.executable, script, url], cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the figures, each with its target; with `--list`, also the names that are counted."""
    imports = run_time_imports()
    upwards, circles = pointing_up(imports), cycles(imports)
    texts = [(path, text) for path in python_files("codegen", "generated", "tests") for text in docstrings(path)]
    asking = [f"{path.relative_to(ROOT)}: {text.splitlines()[0]}" for path, text in texts if QUESTION.match(text)]
    calls = traced_calls()
    retired = occurrences()
    rows = (
        ("lines of Python under generated/", lines(python_files("generated")), 3600),
        ("Python files under codegen/", len(python_files("codegen")), 200),
        ("lines of Python under codegen/", lines(python_files("codegen")), None),
        ("import cycles at run time", len(circles), 0),
        ("imports that point up", len(upwards), 0),
        ("our files crossed by a warm list_tasks()", len(calls["list"]), 18),
        ("our files crossed by begin + wait", len(calls["wait"]), 40),
        ("our modules loaded by a first client", len(calls["client"]), 50),
        ("our modules loaded by a first task", len(calls["task"]), 85),
        (f"docstrings that open with a question word, of {len(texts)}", len(asking), 20),
        ("retired identifiers and phrases", len(retired), 0),
    )
    for name, count, target in rows:
        print(f"{name:60}{count:>8,}{'' if target is None else f'{target:>10,} at most'}")
    if "--list" in sys.argv[1:]:
        print(*map(" <-> ".join, circles), *upwards, *asking, sep="\n")
        for name in ("list", "wait"):
            print(
                f"\nfiles crossed, {name}:",
                *(f"{file}: {', '.join(seen)}" for file, seen in calls[name].items()),
                sep="\n  ",
            )
        client = set(calls["client"])
        print("\nmodules loaded by a first client:", *calls["client"], sep="\n  ")
        print("\nmodules loaded by a first task:", *(each for each in calls["task"] if each not in client), sep="\n  ")
        print("\nretired words:")
        words = Counter(word for _, _, word in retired)
        print(*(f"{count:6} {word}" for word, count in words.most_common()), sep="\n")


if __name__ == "__main__":
    main()
