"""Operations whose list comes in pages."""

from __future__ import annotations

from attrs import evolve

from taskclients_core.operation import Page

from ..schema import Shape
from ..spec import Operation, Paging
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
    return f"{page}, {speller.annotation(_item(operation, operation.paging, speller))}"


def page_doc(operation: Operation, speller: Speller) -> str:
    """Return what a caller gets, '' for an operation that has no pages."""
    if operation.paging is None:
        return ""
    item = evolve(speller, qualifier="").annotation(_item(operation, operation.paging, speller))
    return f"Lazy `Pages` of `{item}`: iterate over the items of all pages, or fetch one page with `.page()`."


def _item(operation: Operation, paging: Paging, speller: Speller) -> Shape:
    return item_shape(shape_at(success_shape(operation), paging.items, speller), speller)
