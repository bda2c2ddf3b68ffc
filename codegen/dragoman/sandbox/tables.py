"""Answers in the formats that a ServiceStack service speaks beside JSON: CSV, JSV and JSONL.

As its own writer has it: a table has a header of the member names, unquoted, then a row for each object, lines end with
CR LF; an object is one row. Null is an empty cell and a member left out. What has parts is JSV within a cell: texts
there stand unquoted unless they hold one of `[]{},":` or a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from .api import Api
from .calls import dump
from .values import is_list, is_object

MEDIA_TYPES: Final = ("text/csv", "text/jsonl", "text/jsv")
_IN_JSV: Final = re.compile(r'[]\[{},":\r\n]')
_IN_CELL: Final = re.compile(r'["\r\n,]|^[\[{]')


def write(media: str, value: Any, api: Api, schema: Any) -> bytes:
    """Write a value that a schema describes; `media` is one of `MEDIA_TYPES`."""
    if media == "text/jsv":
        return _jsv(value).encode()
    items: list[Any] = value if is_list(value) else [value]
    if media == "text/jsonl":
        return b"".join(dump(each) + b"\n" for each in items)
    names = list(api.members(api.items(schema) if is_list(value) else schema).schemas)
    lines = [names, *([_cell(each.get(name)) for name in names] for each in items)]
    return "".join(f"{','.join(line)}\r\n" for line in lines).encode()


def is_tabular(api: Api, schema: Any) -> bool:
    """Tell whether values of a schema can be written so: objects, or lists of them."""
    kinds = api.kinds(schema) - {"null"}
    return (api.kinds(api.items(schema)) if kinds == {"array"} else kinds) - {"null"} == {"object"}


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else _jsv(value)
    return '"{}"'.format(text.replace('"', '""')) if _IN_CELL.search(text) else text


def _jsv(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if is_list(value):
        return f"[{_joined(map(_jsv, value))}]"
    if is_object(value):
        return f"{{{_joined(f'{_text(name)}:{_jsv(each)}' for name, each in value.items() if each is not None)}}}"
    return _text(value) if isinstance(value, str) else dump(value).decode()


def _joined(parts: Iterable[str]) -> str:
    return ",".join(parts)


def _text(text: str) -> str:
    if text and not _IN_JSV.search(text):
        return text
    return '"{}"'.format(text.replace('"', '""'))
