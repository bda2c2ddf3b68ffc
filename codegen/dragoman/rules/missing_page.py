"""An operation does not say which page documents it.

A hand-written spec is worth as much as its sources: a reader checks a fact on the page, and so does `dragoman docs`.

Write `externalDocs: {url: 'https://…'}` on the operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .data import is_object
from .walk import operations, report

ID: Final = "missing-page"

_PAGE: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each operation without a link to its page."""
    for operation in operations(document):
        docs = operation.node.data.get("externalDocs")
        url = docs.get("url") if is_object(docs) else None
        if not isinstance(url, str) or not _PAGE.fullmatch(url):
            where = operation.node.at("externalDocs", "url")
            message = "no page documents this operation" if url is None else "externalDocs.url is no web address"
            yield report(document, ID, where, message, "write externalDocs: {url: 'https://…'}")
