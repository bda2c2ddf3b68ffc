"""What the README shows is Python, and what it imports exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_is_python_and_its_imports_work(number: int) -> None:
    tree = ast.parse(BLOCKS[number])
    imports: list[ast.stmt] = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(ast.Module(imports, []), README.name, "exec"), {})  # noqa: S102 - our own README


def test_each_vendor_has_an_example() -> None:
    shown = "".join(BLOCKS)
    assert all(f"{name}Client(" in shown for name in ("Booster", "MyKaarma", "LifePos"))
