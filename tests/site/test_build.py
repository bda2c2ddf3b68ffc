"""Faults that the build of the site refuses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from docs_site.build import build
from docs_site.diagrams import draw
from docs_site.pages import ROOT, SiteError, pages, site_markdown
from docs_site.rendered import problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of what the site is made from."""
    for folder in ("codegen/guide", "codegen/taskclients_core", "generated/taskclients", "tests/e2e/recipes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for page in ("README.md", "codegen/README.md", "specs/README.md"):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / page, tmp_path / page)
    return tmp_path


def write(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(root: Path) -> str:
    with pytest.raises(SiteError) as caught:
        build(root / "site", root)
    assert not (root / "site").exists()
    return str(caught.value)


def test_link_to_no_file_is_refused(root: Path) -> None:
    write(root / "codegen/guide/tasks.md", "# Tasks\n", "# Tasks\n\n[All](nowhere.md)\n")
    assert refusal(root) == "codegen/guide/tasks.md: a link leads to no file: nowhere.md"


def test_page_without_a_section_is_refused(root: Path) -> None:
    (root / "codegen/guide/new.md").write_text("# New\n", encoding="utf-8")
    assert refusal(root).startswith("codegen/guide/new.md: the page is in no section of the site; link it")


def test_public_name_without_a_docstring_is_refused(root: Path) -> None:
    write(root / "codegen/taskclients_core/config.py", '    """For a new connection."""\n', "")
    assert refusal(root) == "public names have no docstring: taskclients_core.Timeout.connect"


def test_public_name_without_a_page_is_refused(root: Path) -> None:
    package = root / "codegen/taskclients_core/__init__.py"
    write(package, "from .events import", "from .version import VERSION\nfrom .events import")
    write(package, "__all__ = [", '__all__ = [\n    "VERSION",')
    assert refusal(root).startswith("taskclients_core.version: no page shows its names; add it")


def test_missing_anchors_and_names_are_refused(root: Path) -> None:
    write(root / "codegen/guide/tasks.md", "# Tasks\n", "# Tasks\n\n[One](errors.md#nowhere) [two](#nothing)\n")
    write(
        root / "codegen/taskclients_core/config.py", "For a new connection.", "For a [new][taskclients_core.Nil] one."
    )
    found = refusal(root)
    assert "anchor does not exist\n   ╭─[ tasks.md:3:17 ]" in found
    assert "anchor does not exist\n   ╭─[ tasks.md:3:33 ]" in found
    assert "unresolved autoref `taskclients_core.Nil` in api/options.md" in found
    assert "Traceback" not in found


def test_links_of_docstrings_and_other_hosts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a href="a/#b">b</a><script src="https://example.com/x.js"></script>')
    (tmp_path / "a/index.html").write_text(
        '<p id="c"><a href="..">up</a><a href="../d/">d</a><a href="https://e.org">e</a>'
    )
    assert problems(tmp_path) == [
        "a/index.html: a link leads to no file: ../d/",
        "index.html: a link leads to no anchor: a/#b",
        "index.html: loaded from another host: https://example.com/x.js",
    ]


def test_diagram_is_drawn_in_its_own_size_without_scripts_and_styles() -> None:
    first, second = (draw("flowchart LR\n  a[queued<br>REQ] --> b[running]\n") for _ in range(2))
    assert re.match(r'<div class="diagram"><svg id="diagram-\d+" width="\d+', first)
    assert "queued" in first
    assert "<style" not in first
    assert "<script" not in first
    assert re.findall(r' id="[^"]+"', first) != re.findall(r' id="[^"]+"', second)


def test_links_follow_pages_and_paths_of_pages_become_links(root: Path) -> None:
    (root / "codegen/guide/new.md").write_text(
        "# New\n[tasks.md](tasks.md#recipes) [how](../README.md) [the core](../taskclients_core/config.py)\n"
        "`codegen/guide/tasks.md` `--option`\n\n    [in code](tasks.md)\n",
        encoding="utf-8",
    )
    assert site_markdown("codegen/guide/new.md", pages(root), root) == (
        "# New\n[Tasks](tasks.md#recipes) [how](how-it-works.md) the core\n"
        "[`codegen/guide/tasks.md`](tasks.md) `--option`{.unbroken}\n\n    [in code](tasks.md)\n"
    )
