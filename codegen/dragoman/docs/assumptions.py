"""Assumptions of a spec (`x-assumed`): what each one is about, which only the words of its reason say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from .facts import Attribute, OperationFacts, Part, Place

_SUBJECTS: Final[Mapping[Attribute, re.Pattern[str]]] = {
    "path": re.compile(r"\bpaths?\b", re.IGNORECASE),
    "method": re.compile(r"\b(verb|method)s?\b", re.IGNORECASE),
    "authentication": re.compile(r"\b(authenticat\w+|authori[sz]ation|credentials?|sign[- ]in|log[- ]?in)\b", re.I),
    "nullable": re.compile(r"\bnullable\b|\b(be|is|never|not|or) null\b", re.IGNORECASE),
    "required": re.compile(r"\b(required|optional|mandatory)\b", re.IGNORECASE),
    "values": re.compile(r"\b(values?|enum|enumeration)\b", re.IGNORECASE),
}
"""Words in the reason of an assumption -> what it is about."""

_EXCEPT: Final[Mapping[Attribute, re.Pattern[str]]] = {
    "authentication": re.compile(r"\bhow\b", re.IGNORECASE),
    "nullable": re.compile(r"\b(what|when)\b", re.IGNORECASE),
    "values": re.compile(r"\b(meanings?|how|without the names?)\b", re.IGNORECASE),
}
"""Words that make it an assumption about a meaning, which no fact can confirm."""

_REASON: Final = re.compile(r"\b(because|since|as)\b[^.,:;]*", re.IGNORECASE)
_NAME: Final = re.compile(r"\blost the names?\b|\bwithout (the|a) names?\b|\bname is (a guess|not)\b", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"\b(shows?|lists?|states?|prints?|gives?|names?|has|have) (no|neither|nothing|only)\b|\bonly\b|\bguess\b"
    r"|\b(not|never) (show|list|state|print|name)\b|\bno page\b|\bends? (before|within)\b|\bdefault of the framework\b",
    re.IGNORECASE,
)
_NONE: Final = re.compile(
    r"\b(shows?|lists?|names?|prints?|states?) no\b|\bno page (shows|lists|names)\b", re.IGNORECASE
)
_NOT_HIDDEN: Final = re.compile(r"\b(default is|no default|the members|meanings?)\b", re.IGNORECASE)
_CONTRADICTION: Final = re.compile(r"\bcontradict(s|ed|ory|ions?)?\b|\bdisagree", re.IGNORECASE)
_INSIDE: Final = re.compile(r"\b(members?|bod(y|ies)|parameters?)\b", re.IGNORECASE)
_RESPONSES: Final = re.compile(r"\b(errors?|status(es)?|answers?|responses?)\b", re.IGNORECASE)
_SCHEMES: Final = "/components/securitySchemes/"


class Assumptions:
    """Assumptions that concern one operation of a spec."""

    def __init__(self, reasons: Mapping[str, str], operation: OperationFacts) -> None:
        self._reasons = reasons
        self._operation = operation.parts[0]

    def about(self, attribute: Attribute, part: Part) -> str | None:
        """Return the pointer of the assumption about an attribute of a part; None if there is none."""
        for pointer in self._pointers(attribute, part):
            if attribute in _subjects(self._reasons[pointer]):
                return pointer
        return None

    def at(self, part: Part) -> bool:
        """Return True if a part, or the component that it refers to, has an assumption."""
        return next(self._at(part), None) is not None

    def is_name(self, part: Part) -> bool:
        """Return True if the name of a part is assumed."""
        return bool(_NAME.search(self._reasons.get(part.pointer, "")))

    def decides(self, attribute: Attribute | None, part: Part, place: Place) -> bool:
        """Return True if the spec decides between two statements of a page, and its reason says so.

        Args:
            attribute: What the statements are about; None for the part itself.
            part: The part of the spec, or the nearest one that contains it: then the reason must name the part.
            place: The part of the page.
        """
        pointers = self._pointers(attribute, part) if attribute else self._at(part)
        reasons = [each for each in map(self._reasons.__getitem__, pointers) if _CONTRADICTION.search(each)]
        return any(part.place == place or place.names[-1:] == () or place.names[-1] in each for each in reasons)

    def is_confirmed_by(self, part: Part) -> bool:
        """Return True if a page that shows a part confirms the assumption that there is one."""
        return self.is_name(part) or bool(self.hides(part) and _NONE.search(self._reasons.get(part.pointer, "")))

    def hides(self, part: Part) -> bool:
        """Return True if a part is in the spec although no page shows it."""
        reason = self._reasons.get(part.pointer)
        if reason is not None and not self.is_name(part) and not _subjects(reason):
            return bool(_HIDDEN.search(reason)) and not _NOT_HIDDEN.search(reason)
        if part.place.section[:1].isdigit() and not part.place.names:
            whole = self._reasons.get(self._operation.pointer, "")
            return bool(_RESPONSES.search(whole)) or "/responses/default" in part.pointer
        pointer = part.pointer.rpartition("/")[0]
        while pointer and pointer != self._operation.pointer:
            if _INSIDE.search(self._reasons.get(pointer, "")):
                return True
            pointer = pointer.rpartition("/")[0]
        return False

    def _pointers(self, attribute: Attribute, part: Part) -> Iterator[str]:
        yield from self._at(part)
        if attribute == "authentication" and part.place == Place():
            yield from (each for each in self._reasons if each.startswith(_SCHEMES))

    def _at(self, part: Part) -> Iterator[str]:
        schema = part.stated.get("schema")
        around = f"/components/schemas/{schema.value}" if schema else ""
        yield from (each for each in (part.pointer, f"{part.pointer}/schema", around) if each in self._reasons)


def _subjects(reason: str) -> frozenset[Attribute]:
    """Return the attributes that a reason is about; what follows 'because' is not."""
    said = _REASON.sub("", reason)
    found: set[Attribute] = set()
    for each, words in _SUBJECTS.items():
        if words.search(said) and not (each in _EXCEPT and _EXCEPT[each].search(reason)):
            found.add(each)
    return frozenset(found)
