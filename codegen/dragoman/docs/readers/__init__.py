"""Readers of pages, one module for each family and rendering. `READERS` lists them.

A reader is a module with `NAME`, `EXPRESSIBLE` (see `Facts.expressible`), `recognise` and `read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..facts import Attribute, Facts
from ..page import Page


class Reader(Protocol):
    """Reader of one family of pages in one rendering."""

    NAME: str
    EXPRESSIBLE: Mapping[str, frozenset[Attribute]]

    def recognise(self, page: Page, /) -> str | None:
        """Return the reason why this is a page of the family, for messages; None if it is not."""

    def read(self, page: Page, /) -> Facts:
        """Return the facts of a page. Raises PageError if the page is cut off where nothing can be read."""
