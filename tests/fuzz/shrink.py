"""Shrinking of a spec: parts are removed as long as the failure stays the same."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

from taskclients_core.json_pointer import escape, parse

from .schemas import Schema


def shrink(document: Schema, fails: Callable[[Schema], bool], *, seconds: float) -> Schema:
    """Return a spec in which no part can be removed without losing the failure, or as small as the time allows.

    Args:
        document: A spec that fails.
        fails: Return True for a spec that fails in the same way.
        seconds: Time to spend.
    """
    end = time.monotonic() + seconds
    found, before = document, None
    while found != before:
        before = found
        for pointer in list(_parts(found, "")):
            if time.monotonic() > end:
                return found
            smaller = _without(found, pointer)
            if smaller is not None and fails(smaller):
                found = smaller
    return found


def _parts(node: Any, pointer: str) -> Iterator[str]:
    """Yield the pointers of what can be removed, whole parts before what is in them."""
    if isinstance(node, dict):
        for key in reversed(node):
            yield f"{pointer}/{escape(key)}"
            yield from _parts(node[key], f"{pointer}/{escape(key)}")
    elif isinstance(node, list):
        for index in reversed(range(len(node))):
            yield f"{pointer}/{index}"
            yield from _parts(node[index], f"{pointer}/{index}")


def _without(document: Schema, pointer: str) -> Schema | None:
    """Return a copy without a part; None if it is gone already. A member of an object leaves `required` too."""
    *way, last = parse(pointer)
    smaller = copy.deepcopy(document)
    node: Any = smaller
    parents: list[Any] = []
    for key in way:
        parents.append(node)
        try:
            node = node[int(key)] if isinstance(node, list) else node[key]
        except (KeyError, IndexError):
            return None
    if isinstance(node, list):
        if int(last) >= len(node):
            return None
        del node[int(last)]
        return smaller
    if not isinstance(node, dict) or last not in node:
        return None
    del node[last]
    if way[-1:] == ["properties"] and "required" in parents[-1]:
        parents[-1]["required"] = [each for each in parents[-1]["required"] if each != last]
    return smaller
