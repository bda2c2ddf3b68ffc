"""Rows, bodies, tabs and unions of saved HTML of Docusaurus's OpenAPI theme, as its elements are read.

Builds since 2025 render the selected alternative of a union only; the others are not in the page.
"""

from __future__ import annotations

from attrs import define, field

from ..facts import Attribute, Place, Stated
from .docusaurus_bodies import Body
from .docusaurus_rows import Flag


@define(eq=False)
class Row:
    """Row of a parameter or member."""

    name: str
    line: int
    owner: Row | None
    type: str = ""
    flags: set[Flag] = field(factory=set[Flag])
    details: dict[Attribute, Stated] = field(factory=dict[Attribute, Stated])
    has_details: bool = False
    is_open: bool = False
    rows: int = 0
    """Number of rows inside of it."""

    alternatives: tuple[Alternative, ...] = ()
    """Alternatives of unions in which it stands, from the outside in."""

    lists: int = 0
    """Number of lists around it, inside of the innermost alternative."""

    union: Union | None = None
    """Union whose alternatives are its values."""

    place: Place = field(factory=Place)


@define(eq=False)
class Section:
    """Parameters of one place, or a body."""

    place: Place
    line: int
    rows: list[Row] = field(factory=list[Row])
    body: Body | None = None
    is_list: bool = False
    is_required: bool = False
    union: Union | None = None
    """Union whose alternatives are the bodies."""


@define(eq=False)
class Tabs:
    """List of tabs, whose panels follow."""

    union: Union | None = None
    """The union whose alternatives are the panels."""

    labels: list[str] = field(factory=list[str])
    selected: int = 0
    panels: int = 0

    def label(self, *, hidden: bool) -> str:
        """Return the label of the next panel: the one that is shown belongs to the selected tab."""
        rest = [each for i, each in enumerate(self.labels) if i != self.selected]
        if not hidden:
            return self.labels[self.selected] if self.selected < len(self.labels) else ""
        self.panels += 1
        return rest[self.panels - 1] if self.panels <= len(rest) else ""


@define(eq=False)
class Union:
    """Union of a body or member, or children that a discriminator selects."""

    line: int
    """Line of its tabs."""

    owner: Row | Section
    """Row of the member, or section of the body."""

    is_of_types: bool
    """True for `oneOf` and `anyOf`; children of a discriminator are objects like their base."""

    tabs: int = 0
    """Number of alternatives."""

    alternatives: list[Alternative] = field(factory=list["Alternative"])

    @property
    def is_whole(self) -> bool:
        """True if the page shows all alternatives."""
        return len(self.alternatives) >= self.tabs and all(
            each.inner.is_whole if each.inner is not None else bool(each.kinds) for each in self.alternatives
        )

    @property
    def kinds(self) -> frozenset[str]:
        """JSON types of its values."""
        inner = (each.inner.kinds for each in self.alternatives if each.inner is not None)
        return frozenset().union(*(each.kinds for each in self.alternatives), *inner)


@define(eq=False)
class Alternative:
    """Alternative of a union, in which rows stand."""

    union: Union
    lists: int = 0
    """Number of open brackets of lists: the alternative is a list, and its rows are those of its items."""

    kinds: set[str] = field(factory=set[str])
    """JSON types of its values, as far as the page shows them."""

    inner: Union | None = None
    """Union that it is."""
