"""Times that things show: members named `created…`, `start…`, `request…`, `updated…`, `end…`, `finished…`.

Such a member is set when it has a format of times, or when its example is a time in a form that is known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from .api import Api
from .examples import build
from .formats import render

_ROLES: Final = (
    (re.compile(r"(created|started|start|begin|request)(_|[A-Z]|$)"), 0),
    (re.compile(r"(updated|changed|modified)(_|[A-Z]|$)"), 1),
    (re.compile(r"(end|ended|finished|completed)(_|[A-Z]|$)"), 2),
)
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")


def set_all(
    api: Api, schema: Any, item: dict[str, Any], begun: float | None, changed: float | None, ended: float | None
) -> None:
    """Set the times of a thing (seconds since 1970); a time that has not come yet is left out."""
    moments = (begun, changed, ended)
    for name, member in api.members(schema).schemas.items():
        role = next((index for pattern, index in _ROLES if pattern.match(name)), None)
        if role is None or "string" not in api.kinds(member):
            continue
        moment = moments[role]
        text = _text(api, member, moment or 0.0)
        if text is None:
            continue
        if moment is None:
            leave_out(api, schema, item, [name])
        else:
            item[name] = text


def leave_out(api: Api, schema: Any, item: dict[str, Any], names: Sequence[str]) -> None:
    """Remove a member; one that must be there is null if it may be, or else stays."""
    *way, last = names
    value: Any = item
    for name in way:
        value, schema = value.get(name, {}), api.schema_at(schema, [name])
    members = api.members(schema)
    if last not in members.required:
        value.pop(last, None)
    elif "null" in api.kinds(members.schemas.get(last)):
        value[last] = None


def _text(api: Api, schema: Any, moment: float) -> str | None:
    resolved = api.resolve(schema)
    if "format" in resolved:
        return render(moment, resolved["format"])
    example = build(api, schema)
    for form in _FORMS:
        try:
            datetime.strptime(str(example), form)
        except ValueError:
            continue
        return datetime.fromtimestamp(moment, UTC).strftime(form)
    return None
