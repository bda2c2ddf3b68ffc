"""Pages of the documentation and the Python examples on them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
GUIDE: Final = ROOT / "codegen" / "guide"
PAGES: Final = (README, *sorted(GUIDE.glob("*.md")))
"""Pages for users; their examples are tested."""

REFERENCE: Final = tuple(sorted((ROOT / "generated" / "taskclients").glob("*/README.md")))
"""Generated reference pages; their examples are tested, too."""

MARKDOWN: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_FENCE: Final = re.compile(r"```python\n(.*?)```", re.DOTALL)


def page_name(page: Path) -> str:
    """Return the path of a page in the repository, for messages."""
    return page.relative_to(ROOT).as_posix()


def examples(page: Path) -> list[str]:
    """Return the Python examples of a page, in order."""
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def as_module(page: Path) -> str:
    """Return the examples of a reference page as a module: the first one makes the client, each other is a function."""
    first, *calls = examples(page)
    functions = (
        f"def example_{number}() -> None:\n{textwrap.indent(call, '    ')}"
        for number, call in enumerate(calls, start=1)
    )
    return "\n\n".join([first, *functions])


def structure(text: str) -> str:
    """Return the structure of Markdown: its blocks, and what is neither text nor code in them."""
    plain = ("text", "text_special", "code_inline")
    return " ".join(
        part.type
        for block in MARKDOWN.parse(text)
        for part in (block, *(block.children or ()))
        if part.type not in plain
    )
