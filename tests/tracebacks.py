"""Local variables of the frames in an error's traceback, as error reports show them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TESTS: Final = str(Path(__file__).parent)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all errors that it can be followed to, also those that Python does not print."""
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [each for each in (one.__cause__, one.__context__) if each is not None]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions


def locals_of(error: BaseException) -> Iterator[tuple[str, str, str]]:
    """Yield function, name and repr of each local variable in the tracebacks of an error, except in tests."""
    for one in chain(error):
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_code.co_filename.startswith(_TESTS):
                continue
            for name, value in frame.f_locals.items():
                yield f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}", name, repr(value)
