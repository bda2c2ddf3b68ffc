"""Readers of pages, one module for each family and rendering. `READERS` lists them.

A reader is a module with `NAME`, `EXPRESSIBLE` (see `Facts.expressible`), `recognise` and `read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from ..facts import Attribute, Facts
from ..page import Page, problem
from . import docusaurus_html, docusaurus_text, embedded, mintlify, openapi, postman
from .servicestack import js as servicestack_js
from .servicestack import table as servicestack_table
from .servicestack import ts as servicestack_ts


class Reader(Protocol):
    """Reader of one family of pages in one rendering."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """Name of the reader."""
        ...

    @property
    def EXPRESSIBLE(self) -> Mapping[str, frozenset[Attribute]]:  # noqa: N802
        """Attributes that pages of the family can state; see `Facts.expressible`."""
        ...

    def recognise(self, page: Page, /) -> str | None:
        """Return the reason why this is a page of the family, for messages; None if it is not."""
        ...

    def read(self, page: Page, /) -> Facts:
        """Return the facts of a page. Raises PageError if the page is cut off where nothing can be read."""
        ...


READERS: Final[tuple[Reader, ...]] = (
    servicestack_js,
    servicestack_ts,
    servicestack_table,
    docusaurus_text,
    docusaurus_html,
    openapi,
    embedded,
    mintlify,
    postman,
)


def read(page: Page) -> Facts:
    """Return the facts of a page, by the only reader that recognises it.

    Raises:
        PageError: no reader recognises the page, several do, or the page states nothing.
    """
    found = [(reader, reason) for reader in READERS if (reason := reader.recognise(page)) is not None]
    if not found:
        names = ", ".join(reader.NAME for reader in READERS)
        message = f"the page is of no known family; known are {names}"
        raise problem(page.source, 1, "page-unknown", message, "copy the whole text of the page, or save it as HTML")
    if len(found) > 1:
        message = "; ".join(f"{reader.NAME}: {reason}" for reader, reason in found)
        raise problem(page.source, 1, "page-ambiguous", f"several readers recognise the page: {message}", "report this")
    facts = found[0][0].read(page)
    if not any(operation.rows or any(part.stated for part in operation.parts) for operation in facts.operations):
        message = f"nothing was found in the page, although {found[0][1]}"
        raise problem(page.source, 1, "page-empty", message, "save the page again, after it was loaded")
    return facts
