"""The build: pages in a temporary project, then Zensical, then the result in its place."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from .api import api_pages
from .pages import FIRST, ROOT, SiteError, pages, sections, site_markdown, title
from .rendered import problems

_HERE: Final = Path(__file__).parent
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_NO_WARNING: Final = ("Build started", "Build finished in", "No issues found")


def build(out: Path, root: Path = ROOT) -> int:
    """Build the site into a folder, which is replaced, and return the number of its pages.

    Raises:
        SiteError: a link or an anchor leads nowhere, a public name has no docstring, or Zensical warned.
    """
    with TemporaryDirectory() as folder:
        project = Path(folder)
        written = _write_project(project, root)
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        printed = _COLOUR.sub("", run.stdout + run.stderr).partition("Traceback (most recent call last)")[0]
        # Warnings of griffe do not count for --strict.
        warnings = [line for line in printed.splitlines() if line.strip() and not line.startswith(_NO_WARNING)]
        if run.returncode or warnings:
            raise SiteError("\n".join(warnings) or run.stderr)
        if found := problems(project / "site"):
            raise SiteError("\n".join(found))
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(project / "site", out)
    return written


def _write_project(project: Path, root: Path) -> int:
    docs = project / "docs"
    places = pages(root)
    texts = {place: site_markdown(page, places, root) for page, place in places.items()}
    api = api_pages(root / "codegen")
    texts |= api
    for place, text in texts.items():
        (docs / place).parent.mkdir(parents=True, exist_ok=True)
        (docs / place).write_text(text, encoding="utf-8")
    for picture in (*(root / "codegen" / "guide").glob("*.svg"), _HERE / "style.css"):
        shutil.copy(picture, docs)
    nav: list[Any] = [{"Home": places[FIRST]}]
    shown = {section: [places[page] for page in found] for section, found in sections(root).items()} | {
        "API": list(api)
    }
    nav += [
        {section: [{title(each, texts[each]): each} for each in found]} for section, found in shown.items() if found
    ]
    settings = yaml.safe_load((_HERE / "mkdocs.yml").read_text(encoding="utf-8"))
    settings["plugins"][1]["mkdocstrings"]["handlers"]["python"]["paths"] = [str(root / "codegen")]
    (project / "mkdocs.yml").write_text(yaml.safe_dump(settings | {"nav": nav}), encoding="utf-8")
    return len(texts)
