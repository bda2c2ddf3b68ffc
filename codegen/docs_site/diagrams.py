"""Mermaid diagrams as SVG in the page: no script and no network; the only module that imports mermaidx."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

import mermaidx

_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)
_WIDTH: Final = re.compile(r'width="100%"(.*?viewBox="\S+ \S+ (\S+) )', re.DOTALL)
_numbers = count(1)


def draw(source: str) -> str:
    """Return the diagram as SVG of its natural width; `style.css` gives it the colours of the page."""
    svg = _STYLE.sub("", mermaidx.render(source).svg())
    # Ids are of the whole page: markers would be those of its first diagram.
    svg = svg.replace("my-svg", f"diagram-{next(_numbers)}")
    sized = _WIDTH.sub(r'width="\2"\1', svg, count=1)
    return f'<div class="diagram">{sized}</div>'
