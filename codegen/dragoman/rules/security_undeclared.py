"""A security requirement names a scheme that is not declared.

Write the scheme under `components.securitySchemes`, or mend the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import nodes, report, root
from .wording import nearest

ID: Final = "security-undeclared"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each requirement of a scheme that does not exist."""
    declared = [scheme.key for scheme in root(document).children("security-scheme", "components", "securitySchemes")]
    for requirement in nodes(document, "requirement"):
        for name in requirement.data:
            if name not in declared:
                hint = nearest(name, declared, "add it to components.securitySchemes")
                yield report(document, ID, requirement.at(name), f"there is no security scheme '{name}'", hint)
