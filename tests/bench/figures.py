"""Figures of size and shape: `make figures`. With `--list`, the imports, docstrings and words that are counted.

Files and lines of Python, imports, files crossed by a call, modules loaded, docstrings and retired words; the figures
of speed are those of `make bench`.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grimp
from tests.test_vocabulary import occurrences

from dragoman.sandbox import running
from dragoman.testing import spec_of

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("dragoman", "taskclients", "taskclients_core")
QUESTION: Final = re.compile(r"(What|Whether|How|Who|Where|When|Why)\b")

LAYERS: Final = (
    "dragoman.__main__",
    "dragoman.cli",
    "dragoman dragoman.package dragoman.cache",
    "dragoman.testing",
    "dragoman.sandbox dragoman.assumptions dragoman.plan dragoman.render dragoman.rules dragoman.models "
    "dragoman.fields dragoman.direction dragoman.spelling dragoman.ir dragoman.quoting dragoman.tree",
    "dragoman.spec dragoman.spec_reader dragoman.schema dragoman.schema_reader dragoman.task_reader "
    "dragoman.task_spec dragoman.source dragoman.names dragoman.durations dragoman.media_types",
    "dragoman.problem",
    "taskclients",
    "taskclients_core.cli",
    "taskclients_core taskclients_core.client taskclients_core.async_client taskclients_core.making "
    "taskclients_core.lazily taskclients_core.otel",
    "taskclients_core.tasks",
    "taskclients_core.rows taskclients_core.paging taskclients_core.exchange",
    "taskclients_core.credentials",
    "taskclients_core.request",
    "taskclients_core.media",
    "taskclients_core.codec",
    "taskclients_core.messages taskclients_core.asking taskclients_core.attributes taskclients_core.fitting",
    "taskclients_core.options taskclients_core.operation taskclients_core.api taskclients_core.events "
    "taskclients_core.retry",
    "taskclients_core.errors taskclients_core.model taskclients_core.formats taskclients_core.headers "
    "taskclients_core.classes taskclients_core.version",
)
"""Modules and packages from the top down; each may import from its own layer and from those below."""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of folders, without what tests expect the generator to print."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "expected" not in path.parts)


def lines(paths: list[Path]) -> int:
    """Count lines."""
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


# -- Imports


def run_time_imports() -> dict[str, set[str]]:
    """Return what each module of ours imports of ours, at once or later; what only type checkers see does not count."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules each of which leads to all others of its group."""
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
    """Return the imports of a higher layer.

    Raises:
        KeyError: a module is in no layer.
    """
    found = []
    for module, others in sorted(imports.items()):
        here = _layer(module)
        found += [f"{module} -> {other}" for other in sorted(others) if _layer(other) < here]
    return found


def _layer(module: str) -> int:
    numbers = {name: number for number, layer in enumerate(LAYERS) for name in layer.split()}
    if module in numbers:
        return numbers[module]
    package, _, rest = module.partition(".")
    # The root of a package is a module like any other; it stands for the whole of it only where nothing is divided.
    name = package if package == "taskclients" else f"{package}.{rest.partition('.')[0]}"
    if name not in numbers:
        raise KeyError(f"LAYERS: {name} is missing")
    return numbers[name]


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


# -- All of them


def followed() -> dict[str, int]:
    """Return the figures of calls: a client in a process of its own talks to a sandbox in this one."""
    script = str(Path(__file__).with_name("followed.py"))
    with running([spec_of("booster")], speed=6.0) as url:
        done = subprocess.run([sys.executable, script, url], cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the figures, each with its target; with `--list`, also what is counted where names help."""
    imports = run_time_imports()
    upwards, circles = pointing_up(imports), cycles(imports)
    texts = [(path, text) for path in python_files("codegen", "generated", "tests") for text in docstrings(path)]
    asking = [f"{path.relative_to(ROOT)}: {text.splitlines()[0]}" for path, text in texts if QUESTION.match(text)]
    calls = followed()
    retired = occurrences()
    rows = (
        ("lines of Python under generated/", lines(python_files("generated")), 3600),
        ("Python files under codegen/", len(python_files("codegen")), 200),
        ("lines of Python under codegen/", lines(python_files("codegen")), None),
        ("import cycles at run time", len(circles), 0),
        ("imports that point up", len(upwards), 0),
        ("our files crossed by a warm list_tasks()", calls["list"], 18),
        ("our files crossed by begin + wait", calls["wait"], 40),
        ("our modules loaded by a first client", calls["client"], 50),
        ("our modules loaded by a first task", calls["task"], 85),
        (f"docstrings that open with a question word, of {len(texts)}", len(asking), 20),
        ("retired identifiers and phrases", retired.total(), 0),
    )
    for name, count, target in rows:
        print(f"{name:60}{count:>8,}{'' if target is None else f'{target:>10,} at most'}")
    if "--list" in sys.argv[1:]:
        print(*map(" <-> ".join, circles), *upwards, *asking, sep="\n")
        words = Counter[str]()
        for (word, _), count in retired.items():
            words[word] += count
        print(*(f"{count:6} {word}" for word, count in words.most_common()), sep="\n")


if __name__ == "__main__":
    main()
