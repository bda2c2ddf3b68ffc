"""Change of a page since the copy in the lock, in words."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Final

from .compare import placed
from .facts import ITEMS, VALUES, Attribute, OperationFacts, Place, Stated, Value, agree

_FLAGS: Final[Mapping[tuple[Attribute, Value], str]] = {
    ("required", True): "became required",
    ("required", False): "became optional",
    ("nullable", True): "can be null",
    ("nullable", False): "cannot be null",
    ("deprecated", True): "was deprecated",
    ("deprecated", False): "is no longer deprecated",
    ("authentication", True): "requires authentication",
    ("authentication", False): "no longer requires authentication",
}


def describe(before: OperationFacts, after: OperationFacts, known: OperationFacts) -> tuple[str, ...]:
    """Return what changed between two copies of a page, one change a line; `known` gives the nesting of rows."""
    old = {each.place: each for each in placed(before, known).parts}
    new = {each.place: each for each in placed(after, known).parts}
    lines: list[str] = []
    for place, part in new.items():
        if place not in old:
            if _is_first(place, old):
                lines.append(f"{label(place)} is new")
            elif "values" in part.stated and place.parent in old:
                lines.append(f"{label(place)} gained the values {shown(part.stated['values'].value)}")
            continue
        earlier = old[place].stated
        for attribute in dict.fromkeys((*earlier, *part.stated)):
            one, other = earlier.get(attribute), part.stated.get(attribute)
            lines += [f"{label(place)} {line}" for line in _attribute(attribute, one, other)]
    lost = (each for each in old if each not in new and _is_first(each, new))
    lines += [f"{label(place)} was removed" for place in lost]
    return tuple(dict.fromkeys(lines))


def _is_first(place: Place, other: Container[Place]) -> bool:
    """Return True if a part is worth a line: its owner is in the other copy, and it is no list's or map's content."""
    owner = place.parent
    while owner.names[-1:] in ((ITEMS,), (VALUES,)):
        owner = owner.parent
    return owner in other and place.names[-1:] not in ((ITEMS,), (VALUES,))


def lost_share(before: OperationFacts, after: OperationFacts, known: OperationFacts) -> float:
    """Return the share of the facts of an earlier copy that a later one does not state in any form."""
    old = {(each.place, name) for each in placed(before, known).parts for name in ("", *each.stated)}
    new = {(each.place, name) for each in placed(after, known).parts for name in ("", *each.stated)}
    return len(old - new) / (len(old) or 1)


def label(place: Place) -> str:
    """Return the name of a part, with the status of a response that is no success."""
    names = list(place.names)
    while names and names[-1] in (ITEMS, VALUES):
        names.pop()
    if not names:
        return str(place)
    return str(Place(place.section if place.section[:1] in "345" else "", tuple(names)))


def _attribute(attribute: Attribute, before: Stated | None, after: Stated | None) -> Iterator[str]:
    one = before.value if before else None
    other = after.value if after else None
    if one is None or other is None:
        if one is None and other is not None and (attribute, other) in _FLAGS and other is True:
            yield _FLAGS[attribute, other]
        elif other is None and one is not False:
            yield f"has no {attribute} any more; it was {shown(one)}"
        elif one is None and other is not False:
            yield f"has {attribute} {shown(other)}"
    elif attribute in ("values", "mediaTypes") and isinstance(one, tuple) and isinstance(other, tuple):
        gained = [each for each in other if each not in one]
        lost = [each for each in one if each not in other]
        if gained:
            yield f"gained {', '.join(gained)}"
        if lost:
            yield f"lost {', '.join(lost)}"
    elif one != other and not agree(attribute, one, other):
        yield _FLAGS.get((attribute, other)) or f"changed its {attribute} from {shown(one)} to {shown(other)}"


def shown(value: Value | None) -> str:
    """Return a value for a message."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
