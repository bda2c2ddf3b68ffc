"""The table of consequences: it decides about every field that a task type, a submission or pagination can have."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from msgspec import Struct

from dragoman.diff.change import Direction
from dragoman.diff.wire.rules import RULES, Row, effect
from dragoman.diff.wire.structs import SKIPPED, differences
from taskclients_core import operation
from taskclients_core.tasks import definition


def structs(hint: Any) -> set[type[Struct]]:
    """Return the structs that an annotation mentions."""
    found = {hint} if isinstance(hint, type) and issubclass(hint, Struct) else set[type[Struct]]()
    return found.union(*(structs(each) for each in get_args(hint)))


def reachable(*roots: type[Struct]) -> set[type[Struct]]:
    found: set[type[Struct]] = set()
    waiting = list(roots)
    while waiting:
        struct = waiting.pop()
        if struct not in found:
            found.add(struct)
            waiting += [each for hint in get_type_hints(struct).values() for each in structs(hint)]
    return found


def test_every_field_of_a_struct_has_a_row() -> None:
    found = reachable(definition.TaskType, definition.Submission, operation.Pagination)
    fields = {f"{struct.__name__}.{name}" for struct in found for name in struct.__struct_fields__}
    with_row = {what for what, how, promise in RULES if (how, promise) == ("changed", "")}
    assert fields - with_row - SKIPPED == set()
    assert {each for each in with_row if "." in each} - fields == set()


def test_field_without_a_row_is_misread() -> None:
    class Policy(Struct, frozen=True):
        limit: int

    (found,) = differences(Policy(1), Policy(2), str.__eq__)
    assert (found.what, found.how, found.direction) == ("Policy.limit", "raised", Direction.RESPONSE)
    assert effect([Row(found.what, found.how)], found.direction).misread


@pytest.mark.parametrize(
    ("direction", "refused", "misread"),
    [
        (Direction.REQUEST, True, False),
        (Direction.RESPONSE, False, True),
        (Direction.BOTH, True, True),
        (Direction.NONE, False, False),
    ],
)
def test_direction_selects_the_consequence(direction: Direction, *, refused: bool, misread: bool) -> None:
    found = effect([Row("type", "changed")], direction)
    assert (bool(found.refused), bool(found.misread)) == (refused, misread)


def test_promise_selects_a_row() -> None:
    assert effect([Row("member", "removed", "required")], Direction.RESPONSE).misread
    assert not effect([Row("member", "removed", "optional")], Direction.RESPONSE).misread
