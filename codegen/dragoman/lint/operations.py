"""Checks of operations: id, tag, documentation page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .values import is_object, preview
from .walk import Operation, operations, report

OPERATION_ID: Final = "operation-id"

_FORM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\.[a-z][A-Za-z0-9]*")


def check_operation_id(document: Document) -> Iterator[Problem]:
    """An operation has no operationId, a duplicate one, or one that is not `<tag>.<verbNoun>`.

    The verb and noun become the function, the tag its module: `tasks.listTasks` becomes `list_tasks` in `tasks.py`.

    Write `operationId: tasks.listTasks`, unique in the file.
    """
    first: dict[str, Operation] = {}
    for operation in operations(document):
        name = operation.node.data.get("operationId")
        where = operation.node.at("operationId")
        if not isinstance(name, str):
            yield report(
                document,
                OPERATION_ID,
                where,
                "operationId is missing",
                "write operationId: <tag>.<verbNoun>, such as tasks.listTasks",
            )
        elif not _FORM.fullmatch(name):
            message = f"operationId '{name}' is not <tag>.<verbNoun>"
            yield report(document, OPERATION_ID, where, message, "write <tag>.<verbNoun>, such as tasks.listTasks")
        elif name in first:
            line = document.where(first[name].node.at("operationId")).line
            message = f"operationId '{name}' is also used by {first[name].method.upper()} {first[name].path}"
            yield report(document, OPERATION_ID, where, message, f"rename one of them; the other is in line {line}")
        else:
            first[name] = operation


ONE_TAG: Final = "one-tag"


def check_one_tag(document: Document) -> Iterator[Problem]:
    """The tags of an operation are not exactly the prefix of its operationId.

    A tag becomes a module, and each function belongs to one module.

    Write `tags: [tasks]` for `operationId: tasks.listTasks`.
    """
    for operation in operations(document):
        tags = operation.node.data.get("tags")
        # `operation-id` reports an operationId without a prefix.
        if operation.name and tags != [operation.tag]:
            where = operation.node.at("tags")
            message = (
                "the tag is missing" if not tags else f"tags are {preview(tags)}, not the prefix of the operationId"
            )
            yield report(document, ONE_TAG, where, message, f"write tags: [{operation.tag}]")


MISSING_PAGE: Final = "missing-page"

_PAGE: Final = re.compile(r"https?://[^\s/?#]+[^\s]*")


def check_missing_page(document: Document) -> Iterator[Problem]:
    """An operation does not name the page that documents it.

    The page is the source of the operation: reviewers compare the spec with it, and docstrings cite it.

    Write `externalDocs: {url: 'https://developer.example.com/tasks'}` on the operation. Cite a source without a URL (a
    PDF, an e-mail) in words: `externalDocs: {description: 'Import guide, version 3, page 7'}`.
    """
    for operation in operations(document):
        docs = operation.node.data.get("externalDocs")
        url = docs.get("url") if is_object(docs) else None
        words = docs.get("description") if is_object(docs) else None
        cited = url is None and isinstance(words, str) and bool(words.strip())
        if not cited and (not isinstance(url, str) or not _PAGE.fullmatch(url)):
            where = operation.node.at("externalDocs", "url")
            message = "externalDocs.url is missing" if url is None else "externalDocs.url is not an http(s) URL"
            hint = "write externalDocs: {url: 'https://<page>'}, or {description: <words>} for a source without a URL"
            yield report(document, MISSING_PAGE, where, message, hint)
