"""Lists that come in pages."""

from __future__ import annotations

from taskclients_core.operation import Page

from ..spec import Operation
from ..spelling import Speller
from .answer import success_shape
from .pointer import attribute_path, item_shape, shape_at
from .struct_source import source


def page_entry(operation: Operation, speller: Speller) -> str:
    """Return what tells the runtime how to turn pages, '' for an operation that has none."""
    if operation.paging is None:
        return ""
    shape = success_shape(operation)
    return source(
        Page(
            items=attribute_path(shape, operation.paging.items, speller),
            token=attribute_path(shape, operation.paging.token, speller),
            parameter=operation.paging.parameter,
        )
    )


def page_types(operation: Operation, page: str, speller: Speller) -> str:
    """Return the type of a page and of its items, '' for an operation that has no pages."""
    if operation.paging is None:
        return ""
    items = shape_at(success_shape(operation), operation.paging.items, speller)
    return f"{page}, {speller.annotation(item_shape(items, speller))}"
