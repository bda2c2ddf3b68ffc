"""Changes to sample values: their times, and members that are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ..spec.samples import build
from .api import Api, render

_ROLES: Final = (
    (re.compile(r"(created|started|start|begin|request)(_|[A-Z]|$)"), 0),
    (re.compile(r"(updated|changed|modified)(_|[A-Z]|$)"), 1),
    (re.compile(r"(end|ended|finished|completed)(_|[A-Z]|$)"), 2),
)
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")


def set_times(
    api: Api, schema: Any, item: dict[str, Any], begun: float | None, changed: float | None, ended: float | None
) -> None:
    """Set the members of an object that are times (seconds since 1970); a time that is None is removed."""
    timestamps = (begun, changed, ended)
    for name, member in api.members(schema).schemas.items():
        role = next((index for pattern, index in _ROLES if pattern.match(name)), None)
        if role is None or "string" not in api.kinds(member):
            continue
        timestamp = timestamps[role]
        text = format_time(api, member, timestamp or 0.0)
        if text is None:
            continue
        if timestamp is None:
            leave_out(api, schema, item, [name])
        else:
            item[name] = text


def leave_out(api: Api, schema: Any, item: dict[str, Any], names: Sequence[str]) -> None:
    """Remove a member; a required one is set to null if it is nullable, or else kept."""
    *parents, last = names
    value: Any = item
    for name in parents:
        value, schema = value.get(name, {}), api.schema_at(schema, [name])
    members = api.members(schema)
    if last not in members.required:
        value.pop(last, None)
    elif "null" in api.kinds(members.schemas.get(last)):
        value[last] = None


def format_time(api: Api, schema: Any, timestamp: float) -> str | None:
    """Return a time (seconds since 1970) in the form of a schema or of its example; None if it is not one of times."""
    resolved = api.resolve(schema)
    if "format" in resolved:
        return render(timestamp, resolved["format"])
    example = build(api, schema)
    for form in _FORMS:
        try:
            datetime.strptime(str(example), form)
        except ValueError:
            continue
        return datetime.fromtimestamp(timestamp, UTC).strftime(form)
    return None
