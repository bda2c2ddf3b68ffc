"""From hand-written OpenAPI specs to typed clients.

from dragoman import build
tree = build(Path("specs/booster.yaml"))      # {PurePosixPath("booster/models.py"): "…", …}
"""

from __future__ import annotations

from pathlib import Path

from .problem import Problem, Source, SpecError
from .tree import Tree

__all__ = ["Problem", "Source", "SpecError", "Tree", "build"]


def build(path: Path) -> Tree:
    """Return the package of one vendor as a tree of files.

    Raises:
        SpecError: the spec has problems; all of them are listed.
    """
    # Imported here: most runs find that nothing changed, and need none of this.
    from . import models, render, rules, source, spec_reader, tree
    from .plan import plan

    document = source.load(path)
    if problems := rules.check(document):
        raise SpecError(problems)
    read = spec_reader.read(document)
    return tree.polish(render.render(plan(read, models.build(read))))
