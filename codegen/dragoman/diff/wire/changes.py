"""The comparison of two specs: what can be sent and received, however it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...spec.model import Spec
from ..change import Change
from .api import compare_api
from .graph import changes_of
from .operations import Operations, compare_operations
from .schemes import Schemes
from .shapes import Comparer
from .sides import Side
from .tasks import Tasks
from .texts import compare_texts

_OF_OPERATIONS: Final = frozenset({"operation", "parameter", "body", "response"})
_OF_SCHEMAS: Final = frozenset({"schema", "member"})


def changes(old: Spec, new: Spec) -> tuple[Change, ...]:
    """Return the differences between two specs of a vendor, without consequences for callers.

    Names of schemas, the order of parts, references and parts of an `allOf` make no difference. What holds for the
    whole API comes first, then operations, schemas, tasks, assumptions and documentation, each in the
    order of the new spec.
    """
    forms: dict[object, int] = {}
    before, after = Side(old, forms), Side(new, forms)
    comparer = Comparer(before, after)
    operations, schemes = Operations(before, after), Schemes(before, after)
    whole = 1 << len(operations.ids)
    api = comparer.graph.root(requests=whole, responses=whole)
    compare_api(api, old, new)
    schemes.report(api)
    compare_operations(comparer, operations, schemes)
    comparer.finish()
    Tasks(comparer.graph, before, after, operations).compare()
    comparer.graph.propagate()
    found = sorted(changes_of(comparer.graph, operations.ids), key=_Order(operations.index, before, after))
    return (*found, *compare_texts(comparer, operations))


class _Order:
    """Order of changes: by kind of part, then as in the spec."""

    def __init__(self, operations: Mapping[str, int], old: Side, new: Side) -> None:
        self._operations = operations
        self._schemas = {name: index for index, name in enumerate(dict.fromkeys((*new.components, *old.components)))}

    def __call__(self, change: Change) -> tuple[int, int]:
        kind, *names = change.place.subject
        if kind in _OF_OPERATIONS:
            return 1, self._operations[names[0]]
        if kind in _OF_SCHEMAS:
            return 2, self._schemas[names[0]]
        return (3, 0) if kind == "task type" else (0, 0)
