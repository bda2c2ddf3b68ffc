"""Pages of the repository, and their Markdown as the site needs it: links follow the pages, diagrams are drawn."""

from __future__ import annotations

import re
from os.path import relpath
from pathlib import Path
from typing import Final

from .diagrams import draw

ROOT: Final = Path(__file__).parents[2]
FIRST: Final = "codegen/guide/README.md"
_NEW_VENDORS: Final = ("codegen/guide/adding-a-vendor.md", "specs/README.md", "codegen/guide/docs-changes.md")
_PROJECT: Final = ("README.md", "codegen/README.md", "codegen/guide/benchmarks.md")
_PLACES: Final = {
    FIRST: "index.md",
    "README.md": "readme.md",
    "specs/README.md": "specs.md",
    "codegen/README.md": "how-it-works.md",
}
_MERMAID: Final = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PART: Final = re.compile(
    r"""(?P<block> ^```.*?^```$ | (?<=\n\n)(?:[ ]{4}[^\n]*\n)+ )
    | \[(?P<text> (?: [^]`] | `[^`\n]+` )+ )\]\((?P<target> [^)\s]+ )\)
    | `(?P<code> [^`\n]+ )`""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_UNBROKEN: Final = 28
_TITLE: Final = re.compile(r"^# (.+)$", re.MULTILINE)


class SiteError(Exception):
    """Problem of a page or of the API: the site is not built."""


def pages(root: Path = ROOT) -> dict[str, str]:
    """Return the place on the site of each page of the repository that is on it."""
    own = (*_PLACES, *_files(root, "codegen/guide/*.md"))
    return (
        {page: _PLACES.get(page, Path(page).name) for page in own}
        | {page: f"recipes/{Path(page).stem}.md" for page in _recipes(root)}
        | {page: f"reference/{Path(page).parent.name}.md" for page in _references(root)}
    )


def sections(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the pages of each section, in order: that of the guide's index for its pages.

    Raises:
        SiteError: a page is in no section.
    """
    index = re.findall(r"\]\(([\w-]+\.md)", (root / FIRST).read_text(encoding="utf-8"))
    guide = [f"codegen/guide/{name}" for name in dict.fromkeys(index)]
    found = {
        "Guide": [page for page in guide if page not in {*_NEW_VENDORS, *_PROJECT}],
        "Recipes": _recipes(root),
        "Reference": _references(root),
        "New vendors": list(_NEW_VENDORS),
        "Project": list(_PROJECT),
    }
    for page in pages(root):
        if page != FIRST and not any(page in shown for shown in found.values()):
            raise SiteError(f"{page}: the page is in no section of the site; link it in {FIRST}")
    return found


def _recipes(root: Path) -> list[str]:
    """Return the programs that the guide links: each is shown as a page."""
    return [page for page in _files(root, "tests/e2e/recipes/*.py") if not Path(page).name.startswith("test_")]


def _references(root: Path) -> list[str]:
    return _files(root, "generated/taskclients/*/README.md")


def _files(root: Path, pattern: str) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))


def title(place: str, markdown: str) -> str:
    """Return the name of a page in the navigation: its first heading."""
    found = _TITLE.search(markdown)
    if found is None:
        raise SiteError(f"{place}: the page has no heading; begin it with `# <title>`")
    return "README" if place == _PLACES["README.md"] else found[1]


def site_markdown(page: str, places: dict[str, str], root: Path = ROOT) -> str:
    """Return the Markdown of a page as the site needs it.

    Raises:
        SiteError: a relative link leads to no file.
    """
    text = (root / page).read_text(encoding="utf-8")
    if page.endswith(".py"):
        return f"# {Path(page).name}\n\n```python\n{text}```\n"
    drawn = _MERMAID.sub(lambda diagram: draw(diagram[1]), text)
    return _PART.sub(lambda part: _on_site(part, page, places, root), drawn)


def _on_site(part: re.Match[str], page: str, places: dict[str, str], root: Path) -> str:
    """Return a block, a link or code as the site shows it.

    The path of a page becomes a link, because the README names pages without links. Short code stays on one line:
    browsers would break `--option` after its hyphens.
    """
    target = part["target"]
    if code := part["code"]:
        if "/" in code and code in places and code != page:
            return f"[{part[0]}]({_relative(code, page, places)})"
        return f"{part[0]}{{.unbroken}}" if len(code) < _UNBROKEN and "-" in code else part[0]
    if target is None or "://" in target or target.startswith("#"):
        return part[0]
    path, hash_, anchor = target.partition("#")
    full = (root / page).parent.joinpath(path).resolve()
    if not full.is_file():
        raise SiteError(f"{page}: a link leads to no file: {target}")
    name = full.relative_to(root.resolve()).as_posix()
    if name in places:
        text = title(name, full.read_text(encoding="utf-8")) if part["text"] == path else part["text"]
        return f"[{text}]({_relative(name, page, places)}{hash_}{anchor})"
    if full.suffix == ".svg":
        return f"[{part['text']}]({relpath(full.name, Path(places[page]).parent)})"
    return part["text"]  # a file of the repository that is not on the site


def _relative(target: str, page: str, places: dict[str, str]) -> str:
    return relpath(places[target], Path(places[page]).parent)
