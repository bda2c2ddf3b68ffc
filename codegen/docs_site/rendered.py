"""Check of the rendered pages: links of docstrings and of HTML are in no Markdown file that Zensical validates."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_HOST = "site.invalid"


def problems(site: Path) -> list[str]:
    """Return links to no file or no anchor, and what a page loads from another host."""
    pages = {path: _Page(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for link in sorted(page.links | page.loaded):
            target = urlsplit(urljoin(f"//{_HOST}/{name}", link))
            if target.netloc == _HOST:
                file = site / unquote(target.path).lstrip("/")
                file = file / "index.html" if file.is_dir() else file
                if not file.is_file():
                    found.append(f"{name}: a link leads to no file: {link}")
                elif target.fragment and unquote(target.fragment) not in pages[file].anchors:
                    found.append(f"{name}: a link leads to no anchor: {link}")
            elif link in page.loaded and target.netloc:
                found.append(f"{name}: loaded from another host: {link}")
    return found


class _Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in ("href", "src"):
                (self.links if tag == "a" else self.loaded).add(value)
            elif value and name in ("id", "name"):
                self.anchors.add(value)
