"""An `x-` word is not known, or stands where it means nothing.

Other tools pass over words they do not know, so a slip in `x-enum-varnames` would silently lose every name. Here the
words are few and each has its place.

Write one of: `x-assumed` (anywhere), `x-name` (info, operation, parameter, schema), `x-enum-varnames` and
`x-enum-descriptions` and `x-milliseconds` (schema), `x-client-parameter` and `x-from-body` (parameter), `x-secret` (schema,
parameter), `x-pagination`, `x-idempotent` and `x-begins-task` (operation), `x-error-when` (response), `x-sign-in`
(security-scheme), `x-media-types` (at the top), `x-task-types` (components).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..problem import Problem
from ..source import Document
from .walk import nodes, report
from .wording import listed, nearest

ID: Final = "unknown-x-word"

ANYWHERE: Final = "x-assumed"
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "x-begins-task": ("operation",),
    "x-task-types": ("components",),
    "x-client-parameter": ("parameter",),
    "x-enum-descriptions": ("schema",),
    "x-enum-varnames": ("schema",),
    "x-error-when": ("response",),
    "x-from-body": ("parameter",),
    "x-idempotent": ("operation",),
    "x-media-types": ("document",),
    "x-milliseconds": ("schema",),
    "x-name": ("info", "operation", "parameter", "schema"),
    "x-pagination": ("operation",),
    "x-secret": ("schema", "parameter"),
    "x-sign-in": ("security-scheme",),
}


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each `x-` word that is unknown or misplaced."""
    for node in nodes(document):
        for word in node.data:
            if not word.startswith("x-") or word == ANYWHERE or node.kind == "requirement":
                continue
            places = PLACES.get(word)
            if places is None:
                hint = nearest(word, [ANYWHERE, *PLACES], "remove it")
                yield report(document, ID, node.at(word), f"'{word}' is no word of ours", hint)
            elif node.kind not in places:
                message = f"'{word}' means nothing in: {node.kind}"
                yield report(document, ID, node.at(word), message, f"it belongs in: {listed(places)}")
