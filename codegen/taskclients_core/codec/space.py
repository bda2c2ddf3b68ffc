"""The namespace that compiled codecs live in.

Types and functions find each other there by name, at the time of use, so models may refer to each other in any order
and to themselves. It poses as a module because that is where msgspec looks a struct's type names up.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import count, repeat, starmap
from textwrap import indent
from types import ModuleType
from typing import Any

import msgspec

from .mismatch import UNRENDERED, Mismatch, unrendered


class Space:
    """One such namespace."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._module = ModuleType(name, "Mirrors of models, made at run time by the codec.")
        self._names = vars(self._module)
        self._names.update(
            Raw=msgspec.Raw,
            UNSET=msgspec.UNSET,
            Mismatch=Mismatch,
            UNRENDERED=UNRENDERED,
            unrendered=unrendered,
            new=object.__new__,
            repeat=repeat,
            starmap=starmap,
        )
        self._counter = count(1)
        self._promised: dict[str, Callable[[], str]] = {}
        sys.modules[name] = self._module

    def __getitem__(self, name: str) -> Any:
        source = self._promised.get(name)
        if source is not None:
            self.define(source())  # twice, if two threads ask at once, which does no harm
            self._promised.pop(name, None)
        return self._names[name]

    def known(self, name: str) -> Any:
        """What has a name by now, else None."""
        return self._names.get(name)

    def reserve(self, prefix: str) -> str:
        """A name nobody has yet."""
        return f"{re.sub(r'[^0-9A-Za-z_]', '_', prefix)}_{next(self._counter)}"

    def put(self, name: str, value: Any) -> str:
        """Give a value its name."""
        self._names[name] = value
        return name

    def add(self, prefix: str, value: Any) -> str:
        """Give a value a new name."""
        return self.put(self.reserve(prefix), value)

    def promise(self, name: str, argument: str, body: Callable[[], str]) -> str:
        """Give a name to a function of one argument that is written and compiled when it is first needed.

        Most never are: who reads tasks does not send them. And by then all that it speaks of has been built.
        """

        def first(value: Any) -> Any:
            return self[name](value)

        self._promised[name] = lambda: f"def {name}({argument}):\n{indent(body(), '    ')}"
        return self.put(name, first)

    def define(self, source: str) -> None:
        """Run source code that we made; only names from `reserve` and `add` and literals by `repr` are in it."""
        exec(source, self._names)  # noqa: S102

    def type(self, expression: str) -> Any:
        """The type that an expression over the names means."""
        return eval(expression, self._names)  # noqa: S307 - of our own making, as above
