"""Checks of operations: id, tag, documentation page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .values import is_object, shown
from .walk import Operation, operations, report

OPERATION_ID: Final = "operation-id"

_FORM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\.[a-z][A-Za-z0-9]*")


def check_operation_id(document: Document) -> Iterator[Problem]:
    """An operation has no name, or one that is not `<tag>.<verbNoun>`.

    The name is the function in Python, and its tag the module: `tasks.listTasks` becomes `list_tasks` in `tasks.py`.

    Write `operationId: tasks.listTasks`, each only once.
    """
    first: dict[str, Operation] = {}
    for operation in operations(document):
        name = operation.node.data.get("operationId")
        where = operation.node.at("operationId")
        if not isinstance(name, str):
            yield report(document, OPERATION_ID, where, "operationId is missing", "write operationId: <tag>.<verbNoun>")
        elif not _FORM.fullmatch(name):
            message = f"operationId '{name}' is not <tag>.<verbNoun>"
            yield report(document, OPERATION_ID, where, message, "write it like tasks.listTasks")
        elif name in first:
            line = document.where(first[name].node.at("operationId")).line
            message = f"operationId '{name}' is taken by {first[name].method.upper()} {first[name].path}"
            yield report(
                document, OPERATION_ID, where, message, f"name one of them otherwise; the first is at line {line}"
            )
        else:
            first[name] = operation


ONE_TAG: Final = "one-tag"


def check_one_tag(document: Document) -> Iterator[Problem]:
    """An operation does not have exactly one tag, the one that its operationId starts with.

    A tag is a module, and a function lives in one module.

    Write `tags: [tasks]` for `operationId: tasks.listTasks`.
    """
    for operation in operations(document):
        tags = operation.node.data.get("tags")
        # Without a dot in the name there is no prefix; `operation-id` says so.
        if operation.name and tags != [operation.tag]:
            where = operation.node.at("tags")
            said = "has no tag" if not tags else f"tags are {shown(tags)}"
            yield report(document, ONE_TAG, where, said, f"write tags: [{operation.tag}]")


MISSING_PAGE: Final = "missing-page"

_PAGE: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")


def check_missing_page(document: Document) -> Iterator[Problem]:
    """An operation does not say which page documents it.

    A hand-written spec is worth as much as its sources: a reader checks a fact on the page, and so does `dragoman
    docs`.

    Write `externalDocs: {url: 'https://…'}` on the operation.
    """
    for operation in operations(document):
        docs = operation.node.data.get("externalDocs")
        url = docs.get("url") if is_object(docs) else None
        if not isinstance(url, str) or not _PAGE.fullmatch(url):
            where = operation.node.at("externalDocs", "url")
            message = "no page documents this operation" if url is None else "externalDocs.url is no web address"
            yield report(document, MISSING_PAGE, where, message, "write externalDocs: {url: 'https://…'}")
