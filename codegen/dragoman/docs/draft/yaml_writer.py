"""Writer of YAML in the style of our specs: indented by two, single quotes, lists of short values on one line."""

from __future__ import annotations

import re
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_/$][\w/{}.;:()$-]*( [\w/{}.;:()-]+)*|\d+\.\d+\.\d+")
_QUOTED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def written(data: dict[str, Any]) -> str:
    """Return the text of a mapping in YAML."""
    return "\n".join(_block(data, 0)) + "\n"


def _block(data: Any, depth: int) -> list[str]:
    """Return the lines of a mapping or a list in YAML."""
    indent = "  " * depth
    lines: list[str] = []
    for key, value in data.items() if isinstance(data, dict) else ((None, each) for each in data):
        head = f"{indent}{_scalar(key)}:" if key is not None else f"{indent}-"
        is_list = isinstance(value, list) and value and isinstance(value[0], dict)
        if value and isinstance(value, dict) and key is None:
            first, *rest = _block(value, depth + 1)
            lines += [f"{head} {first.lstrip()}", *rest]
        elif is_list or (value and isinstance(value, dict)):
            lines += [head, *_block(value, depth + 1)]
        else:
            lines.append(f"{head} {_scalar(value)}")
    return lines


def _scalar(value: Any, *, in_list: bool = False) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return f"[{', '.join(_scalar(each, in_list=True) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    is_plain = _PLAIN.fullmatch(value) and value.isascii() and value.lower() not in _QUOTED
    is_plain = is_plain and ": " not in value and not value.endswith(":")
    return value if is_plain and not (in_list and set("{}") & set(value)) else "'" + value.replace("'", "''") + "'"
