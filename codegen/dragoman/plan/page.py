"""Lists that come in pages."""

from __future__ import annotations

from ..quoting import literal
from ..spec import Operation
from ..spelling import Speller
from .answer import success_shape
from .pointer import attribute_path, item_shape, shape_at
from .source import call, entries


def page_entry(operation: Operation, speller: Speller) -> str:
    """Return what tells the runtime how to turn pages, '' for an operation that has none."""
    if operation.paging is None:
        return ""
    shape = success_shape(operation)
    return call(
        "Page",
        *entries(
            items=literal(attribute_path(shape, operation.paging.items, speller)),
            token=literal(attribute_path(shape, operation.paging.token, speller)),
            parameter=literal(operation.paging.parameter),
        ),
    )


def page_types(operation: Operation, page: str, speller: Speller) -> str:
    """Return the type of a page and of its items, '' for an operation that has no pages."""
    if operation.paging is None:
        return ""
    items = shape_at(success_shape(operation), operation.paging.items, speller)
    return f"{page}, {speller.annotation(item_shape(items, speller))}"
