"""Table of tasks for people, with a header: what all vendors have in common, and the scalar members of the models.

Only values that a model shows in its own repr appear: no secrets, no links to files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import Any, Final
from uuid import UUID

from attrs import frozen, has

from ..auth.environment import kebab
from ..errors import DecodeError
from ..json_pointer import parse
from ..model import UNSET, Member, accepted_classes, members
from ..tasks.definition import FromItem, TaskType
from ..tasks.snapshot import TaskSnapshot
from .output import columns
from .values import is_scalar, printable

_SHORTEST_ID: Final = 8
_LONGEST_TEXT: Final = 32


@frozen
class _Column:
    """Column of the table; one that is empty in all rows is not shown."""

    title: str
    cells: Sequence[str]

    def lines(self) -> Iterator[str]:
        """Yield the header and the cells, padded to the same width; numbers are flush right."""
        texts = (self.title, *self.cells)
        width = max(map(len, texts))
        numeric = self.title != "ID" and all(cell.isdecimal() or cell[-1:] in ("%", "-", "") for cell in self.cells)
        for text in texts:
            yield text.rjust(width) if numeric else text.ljust(width)


def table(snapshots: Sequence[TaskSnapshot[Any]], task_types: Iterable[TaskType[Any, Any]], *, wide: bool) -> list[str]:
    """Return the lines of a table of tasks; none if there are no tasks.

    Args:
        snapshots: Tasks in the order of the rows.
        task_types: Types of the vendor's tasks.
        wide: Show whole ids and texts, members that are ids, and the resume tokens.
    """
    if not snapshots:
        return []
    known = {task_type.name: task_type for task_type in task_types}
    types = [known[f"{snapshot.ref.vendor}.{snapshot.ref.task_type}"] for snapshot in snapshots]
    ids = [printable(snapshot.ref.id) for snapshot in snapshots]
    found = [_Column("ID", ids if wide else _shortened(ids))]
    if len(known) > 1:
        found.append(_Column("TASK-TYPE", [snapshot.ref.task_type for snapshot in snapshots]))
    states = [columns(snapshot)[:3] for snapshot in snapshots]
    found += [
        _Column(title, cells)
        for title, cells in zip(("PHASE", "STATUS", "PROGRESS"), zip(*states, strict=True), strict=True)
    ]
    rows = [_member_cells(snapshot, type_, wide=wide) for snapshot, type_ in zip(snapshots, types, strict=True)]
    for title in dict.fromkeys(title for row in rows for title in row):
        cells = [row.get(title, "") for row in rows]
        if any(cells):
            found.append(_Column(title, cells))
    if wide:
        found.append(_Column("RESUME-TOKEN", [snapshot.ref.resume_token() for snapshot in snapshots]))
    return ["  ".join(line).rstrip() for line in zip(*(column.lines() for column in found), strict=True)]


def _shortened(ids: Sequence[str]) -> list[str]:
    """Return the beginnings of ids, as long as they must be to differ."""
    different = set(ids)
    longest = max(map(len, different))
    for length in range(_SHORTEST_ID, longest):
        if len({each[:length] for each in different}) == len(different):
            return [each[:length] for each in ids]
    return list(ids)


def _member_cells(snapshot: TaskSnapshot[Any], task_type: TaskType[Any, Any], *, wide: bool) -> dict[str, str]:
    """Return the values of a model by the titles of their columns."""
    try:
        model: object = snapshot.model
    except DecodeError:
        return {}
    kind: type[Any] = type(model)
    if not has(kind):
        return {}
    elsewhere = _mapped(task_type)
    found: dict[str, str] = {}
    for member in members(kind):
        if _is_shown(member, wide=wide) and member.name not in elsewhere:
            text = _cell(getattr(model, member.attribute))
            found[kebab(member.attribute).upper()] = text if wide else _cut(text)
    return found


def _mapped(task_type: TaskType[Any, Any]) -> set[str]:
    """Return the names of the members that the columns of all vendors show: id, status and progress."""
    progress = task_type.progress
    pointers = [task_type.state.at, progress.percent if progress is not None else None]
    pointers.append(None if isinstance(task_type.poll, FromItem) else task_type.poll.key)
    parsed = [parse(pointer) for pointer in pointers if pointer]
    return {tokens[0] for tokens in parsed if len(tokens) == 1}


def _is_shown(member: Member, *, wide: bool) -> bool:
    classes = {*accepted_classes(member.type)} - {NoneType}
    return (not member.secret and not member.extra and is_scalar(member.type) and bytes not in classes) and (
        wide or classes != {UUID}
    )


def _cell(value: object) -> str:
    if value is None or value is UNSET:
        return ""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else printable(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
