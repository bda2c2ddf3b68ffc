"""Generator of typed clients from hand-written OpenAPI specs: `build` is its pipeline for one spec.

    from dragoman import build
    tree = build(Path("specs/booster.yaml"))      # {PurePosixPath("booster/models.py"): "…", …}

`pipeline` builds the package of all specs; `codegen/README.md` explains the stages.
"""

from __future__ import annotations

from pathlib import Path

from .diagnostics import Problem, Source, SpecError
from .generate.file_tree import FileTree

__all__ = ["FileTree", "Problem", "Source", "SpecError", "build"]


def build(path: Path, *, package: str = "taskclients") -> FileTree:
    """Generate the package of one vendor as a tree of files; nothing is written.

    Args:
        path: Path of the spec.
        package: Name of the package that will contain it, for its reference page.

    Raises:
        SpecError: the spec has errors; `problems` contains all of them.
    """
    # Imported here because most runs find an unchanged spec in the cache.
    from . import lint
    from .generate import datamodel, file_tree, render
    from .generate.lowering import lower
    from .spec import reader, yaml_document

    document = yaml_document.load(path)
    if errors := lint.errors(lint.check(document)):
        raise SpecError(errors)
    spec = reader.read(document)
    return file_tree.polish(render.render(lower(spec, datamodel.build(spec), package)))
