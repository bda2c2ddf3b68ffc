"""Pages of the documentation and the Python examples on them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
GUIDE: Final = ROOT / "codegen" / "guide"
PAGES: Final = (README, *sorted(GUIDE.glob("*.md")))
"""Pages for users; their examples are tested."""

_FENCE: Final = re.compile(r"```python\n(.*?)```", re.DOTALL)


def page_name(page: Path) -> str:
    """Return the path of a page in the repository, for messages."""
    return page.relative_to(ROOT).as_posix()


def examples(page: Path) -> list[str]:
    """Return the Python examples of a page, in order."""
    return _FENCE.findall(page.read_text(encoding="utf-8"))
