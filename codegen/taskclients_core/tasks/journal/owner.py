"""Who holds an entry: a process, told apart from others that have had its number.

A lease ends with its time, unless it is certain that its owner is gone, or that the process which has it lives: Linux
tells which boot, and which process of a number, one is. Elsewhere only time ends it.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Final

_live: Final[set[str]] = set()
"""Starts that are under way in this process."""

_names: Final[dict[int, str]] = {}
"""Of this process, by its number: a fork is another one."""


def _forked() -> None:
    _live.clear()
    _names.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


@cache
def boot() -> str:
    """This boot of this machine; '' where that cannot be told."""
    return _read("/proc/sys/kernel/random/boot_id").strip()


def process() -> str:
    """This process."""
    number = os.getpid()
    name = _names.get(number)
    if name is None:
        began = _began(number)
        name = f"{boot()}:{_namespace()}:{number}:{began or os.urandom(8).hex()}"
        _names[number] = name
    return name


@contextmanager
def starting(start: str) -> Generator[str]:
    """While a start is under way, what holds its entry."""
    owner = f"{process()}#{start}"
    _live.add(start)
    try:
        yield owner
    finally:
        _live.discard(start)


def process_of(owner: str) -> str:
    """The process of an owner, whichever start it is."""
    return owner.partition("#")[0]


def gone(owner: str) -> bool:
    """Whether an owner is certainly no more."""
    name, _, start = owner.partition("#")
    if name == process():
        return bool(start) and start not in _live
    return _lives(name) is False


def lives(owner: str) -> bool:
    """Whether an owner is a process, not one of its starts, that certainly lives."""
    return "#" not in owner and _lives(owner) is True


def _lives(name: str) -> bool | None:
    there, namespace, number, began = _parts(name)
    if not there or (there, namespace) != _parts(process())[:2] or not number.isdecimal():
        return None
    return _began(int(number)) == began


def _parts(name: str) -> tuple[str, str, str, str]:
    there, namespace, number, began = (*name.split(":", 3), "", "", "", "")[:4]
    return there, namespace, number, began


def _began(number: int) -> str:
    """When a process began, in ticks since the boot; '' if there is none, or if it only waits to be buried."""
    fields = _read(f"/proc/{number}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in ("Z", "X") else ""


def _namespace() -> str:
    try:
        return str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        return ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
