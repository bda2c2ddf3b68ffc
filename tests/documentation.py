"""Pages of the documentation, and the Python examples and console blocks on them."""

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

LINKED: Final = (*PAGES, ROOT / "specs" / "README.md", ROOT / "codegen" / "README.md")
"""All pages that are written by hand."""

CONSOLE: Final = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""Block of commands, each after `$ `, and what they print."""

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


def commands(block: str) -> list[str]:
    """Return the commands of a console block; a line that ends in a backslash goes on in the next."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE)


def prints(block: str) -> bool:
    """Return True if a console block shows what its commands print."""
    return block != "".join(f"$ {command}\n" for command in commands(block))


def structure(text: str) -> str:
    """Return the structure of Markdown: its blocks, and what is neither text nor code in them."""
    plain = ("text", "text_special", "code_inline")
    return " ".join(
        part.type
        for block in MARKDOWN.parse(text)
        for part in (block, *(block.children or ()))
        if part.type not in plain
    )
