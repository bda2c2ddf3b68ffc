"""Comparison of structs of the core, field by field: task types, submissions, pagination.

Nothing here names a field, so that one that is added to a struct is compared, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen
from msgspec import Struct

from taskclients_core.operation import Operation

from ..change import Direction
from .graph import Node, Spot
from .rules import Row, sent
from .sides import literal

SKIPPED: Final = frozenset({"TaskType.name", "Submission.operation", "Submission.task_type", "StatusFilter.words"})
"""Fields that are compared apart: which struct it is, and words that follow from the phases."""


@frozen(kw_only=True)
class Field:
    """Field of a struct that differs."""

    path: tuple[str, ...]
    """Names from the outermost struct down: fields, and keys of mappings."""

    kind: str
    """The fields alone, as an id: `state-phases`."""

    what: str
    """Class and field, as in the table: `StatusMapping.phases`."""

    how: str
    """`added`, `removed`, `raised`, `lowered` or `changed`."""

    old: str
    new: str
    promise: str = ""
    """`first` for what was added to an empty list, `last` for what leaves an empty one."""

    @property
    def direction(self) -> Direction:
        """Messages that it is about."""
        return Direction.REQUEST if sent(self.what) else Direction.RESPONSE


def differences(
    old: Struct, new: Struct, same: Callable[[str, str], bool], *, path: tuple[str, ...] = (), kind: str = ""
) -> Iterator[Field]:
    """Yield the fields of two structs of one class that differ.

    Args:
        old: Struct of the old spec.
        new: Struct of the new spec.
        same: Function that tells if two ids mean the same operation.
        path: Names that lead to the structs.
        kind: The same as an id.
    """
    walk = _Walk(same)
    for name in type(new).__struct_fields__:
        what = f"{type(new).__name__}.{name}"
        if what not in SKIPPED:
            word = name.replace("_", "-")
            inside = f"{kind}-{word}" if kind else word
            yield from walk.values((*path, name), inside, what, getattr(old, name), getattr(new, name))


@frozen
class _Walk:
    same: Callable[[str, str], bool]

    def values(self, path: tuple[str, ...], kind: str, what: str, old: Any, new: Any) -> Iterator[Field]:
        match old, new:
            case Operation(), Operation():
                if not self.same(old.name, new.name):
                    yield _field(path, kind, what, "changed", old, new)
            case Struct(), Struct() if type(old) is type(new):
                yield from differences(old, new, self.same, path=path, kind=kind)
            case Mapping(), Mapping():
                for key in dict.fromkeys((*old, *new)):
                    yield from self.values((*path, key), kind, what, old.get(key, _NONE), new.get(key, _NONE))
            case tuple(), tuple() if _is_list(old) and _is_list(new):
                yield from self._lists(path, kind, what, old, new)
            case _:
                # `1` and `true` are equal in Python.
                if _text(old) != _text(new) or type(old) is not type(new):
                    yield _field(path, kind, what, _how(old, new), old, new)

    def _lists(
        self, path: tuple[str, ...], kind: str, what: str, old: tuple[Any, ...], new: tuple[Any, ...]
    ) -> Iterator[Field]:
        before, after = list(map(_text, old)), list(map(_text, new))
        removed = [each for each, text in zip(old, before, strict=True) if text not in after]
        added = [each for each, text in zip(new, after, strict=True) if text not in before]
        if len(removed) == len(added) == 1 and isinstance(removed[0], Struct):
            yield from self.values((*path, str(new.index(added[0]))), kind, what, removed[0], added[0])
            return
        for each in removed:
            yield _field(path, kind, what, "removed", each, None, "" if new else "last")
        for each in added:
            yield _field(path, kind, what, "added", None, each, "" if old else "first")
        if not removed and not added and before != after and isinstance(new[0], Struct):
            yield _field(path, kind, what, "changed", old, new)  # the first one that applies counts


class _None:
    """Type of the value of a key that a mapping does not have."""


_NONE: Final = _None()


def _is_list(value: tuple[Any, ...]) -> bool:
    """Return True if items count by themselves: they are of one type, unlike those of a pair."""
    return len({type(each) for each in value}) <= 1


def _how(old: Any, new: Any) -> str:
    if old is None or old is _NONE:
        return "added"
    if new is None or new is _NONE:
        return "removed"
    if isinstance(old, bool) or not (isinstance(old, int | float) and isinstance(new, int | float)):
        return "changed"
    return "raised" if new > old else "lowered"


def _field(path: tuple[str, ...], kind: str, what: str, how: str, old: Any, new: Any, promise: str = "") -> Field:
    return Field(path=path, kind=kind, what=what, how=how, old=_text(old), new=_text(new), promise=promise)


def _text(value: Any) -> str:
    match value:
        case None | _None():
            return ""
        case Operation():
            return value.name
        case str():
            return str(value)
        case Struct():
            fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
            return ", ".join(f"{name} {text}" for name, each in fields if (text := _text(each)))
        case tuple():
            return ", ".join(map(_text, value))
        case Mapping():
            return ", ".join(f"{key}: {_text(each)}" for key, each in value.items())
        case int() | float():
            return literal(value)
        case _:
            return getattr(value, "__name__", str(value))


def report_field(node: Node, spot: Spot, field: Field, kind: str, *, promise: str = "") -> None:
    """Report a field that differs.

    Args:
        node: Node of the struct.
        spot: Place of the struct.
        field: The field.
        kind: Beginning of the id of the change.
        promise: What the old side promised, if not what the field says.
    """
    old, new = field.old, field.new
    text = {"added": f"{new} added", "removed": f"{old} removed"}.get(field.how, f"changed from {old} to {new}")
    what = f"{kind}-{field.kind}"
    rows = (Row(field.what, field.how, promise or field.promise),)
    inside = spot.inside(".".join(field.path))
    node.report(inside, what, field.how, text, old=old, new=new, rows=rows, only=field.direction)
