"""Report as JSON for other programs; `codegen/guide/reviewing-changes.md` documents its keys."""

from __future__ import annotations

import json
from typing import Any

from ..change import Change, Severity
from ..comparison import Comparison, SpecDiff


def data(comparison: Comparison) -> str:
    """Return the report as a JSON document."""
    counts = comparison.counts
    document = {
        "old": comparison.old,
        "new": comparison.new,
        "counts": {each.value: counts.get(each, 0) for each in Severity},
        "specs": [_spec(each) for each in comparison.specs],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _spec(diff: SpecDiff) -> dict[str, Any]:
    return {
        "vendor": diff.vendor,
        "old": diff.old.name if diff.old else None,
        "new": diff.new.name if diff.new else None,
        "changes": [_change(diff, change) for change in diff.changes],
    }


def _change(diff: SpecDiff, change: Change) -> dict[str, Any]:
    source = diff.source(change)
    return {
        "id": change.id,
        "severity": change.severity.value,
        "place": {
            "words": change.place.words,
            "pointer": change.place.pointer,
            "gone": change.place.gone,
            "file": source.file,
            "line": source.line,
            "column": source.column,
        },
        "direction": change.direction.value,
        "old": change.old,
        "new": change.new,
        "summary": change.summary,
        "renamed_from": change.renamed_from,
        "wire": {"refused": change.wire.refused, "misread": change.wire.misread},
        "callers": [
            {"name": each.name, "text": each.text, "type_check": each.type_check, "run_time": each.run_time}
            for each in change.callers
        ],
        "operations": list(change.operations),
    }
