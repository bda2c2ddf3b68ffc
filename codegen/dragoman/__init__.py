"""From hand-written OpenAPI specs to typed clients.

from dragoman import build
tree = build(Path("specs/booster.yaml"))      # {PurePosixPath("booster/models.py"): "…", …}
"""

from __future__ import annotations

from pathlib import Path

from .diagnostics import Problem, Source, SpecError
from .generate.file_tree import FileTree

__all__ = ["FileTree", "Problem", "Source", "SpecError", "build"]


def build(path: Path) -> FileTree:
    """Return the package of one vendor as a tree of files.

    Raises:
        SpecError: the spec has problems; all of them are listed.
    """
    # Imported here: most runs find that nothing changed, and need none of this.
    from . import lint
    from .generate import datamodel, file_tree, render
    from .generate.lowering import plan
    from .spec import reader, yaml_document

    document = yaml_document.load(path)
    if problems := lint.check(document):
        raise SpecError(problems)
    read = reader.read(document)
    return file_tree.polish(render.render(plan(read, datamodel.build(read))))
