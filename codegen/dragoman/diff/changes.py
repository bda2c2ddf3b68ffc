"""The comparison of two specs: what can be sent and received, however it is written down."""

from __future__ import annotations

from typing import Final

from ..spec.model import Spec
from .api import compare_api
from .change import Change
from .graph import changes_of
from .operations import Operations, compare_operations
from .schemes import Schemes
from .shapes import Comparer
from .sides import Side

_OF_OPERATIONS: Final = frozenset({"operation", "parameter", "body", "response"})
_OF_SCHEMAS: Final = frozenset({"schema", "member"})


def changes(old: Spec, new: Spec) -> tuple[Change, ...]:
    """Return the differences between two specs of a vendor, without consequences for callers.

    Names of schemas, the order of parts, references and parts of an `allOf` make no difference. What holds for the
    whole API comes first, then operations, schemas and tasks, in the order of the new spec.
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
    comparer.graph.propagate()
    found = changes_of(comparer.graph, operations.ids)
    return tuple(sorted(found, key=_Order(operations.ids, before, after)))


class _Order:
    """Order of changes: by kind of part, then as in the spec."""

    def __init__(self, ids: tuple[str, ...], old: Side, new: Side) -> None:
        self._operations = {name: index for index, name in enumerate(ids)}
        self._schemas = {name: index for index, name in enumerate(dict.fromkeys((*new.components, *old.components)))}

    def __call__(self, change: Change) -> tuple[int, int]:
        kind, *names = change.place.subject
        if kind in _OF_OPERATIONS:
            return 1, self._operations.get(names[0], 0)
        if kind in _OF_SCHEMAS:
            return 2, self._schemas[names[0]]
        return 0, 0
