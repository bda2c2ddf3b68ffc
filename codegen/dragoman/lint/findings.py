"""Violations of JSON Schemas, and their texts for messages: which member is wrong, and what was expected instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import parse, unescape

from .values import is_list, is_object, listed, preview, typed


@frozen
class Finding:
    """A violation of a schema by a value; `str` of it is the text for messages."""

    pointer: str
    """JSON Pointer to the invalid part of the value (RFC 6901)."""

    keyword: str
    """The violated keyword of the schema; `false` for the schema false; empty for a value that is nested too deeply."""

    wanted: Any
    """The value of the keyword in the schema."""

    value: Any
    """The value at the pointer."""

    names: tuple[str, ...] = ()
    """Members that are missing, unknown or exclude each other."""

    allowed: tuple[str, ...] = ()
    """Members that the schema allows, where some are unknown."""

    @property
    def name(self) -> str:
        """Name of the invalid member; an index for an item."""
        return unescape(self.pointer.rpartition("/")[2])

    def __str__(self) -> str:
        match self.keyword:
            case "type":
                wanted = self.wanted if is_list(self.wanted) else [self.wanted]
                return f"expected {listed(wanted)}, found {typed(self.value)}"
            case "enum" if is_list(self.wanted):
                return f"{preview(self.value)} is not one of {', '.join(map(str, self.wanted))}"
            case "const":
                return f"expected {preview(self.wanted)}, found {preview(self.value)}"
            case "required":
                return f"{quoted(self.names)} is missing"
            case "format":
                return f"{preview(self.value)} is not a valid {self.wanted}"
            case "pattern":
                return f"{preview(self.value)} does not match {self.wanted}"
            case "dependentRequired" if is_object(self.wanted) and is_object(self.value):
                needed = (name for word in self.value for name in self.wanted.get(word, ()))
                return f"{quoted(name for name in needed if name not in self.value)} is missing"
            case "additionalProperties" | "unevaluatedProperties":
                allowed = f"; allowed: {', '.join(self.allowed)}" if self.allowed else ""
                return f"{quoted(self.names)} is unknown here{allowed}"
            case "anyOf" | "oneOf" | "not" if self.names:
                present = is_object(self.value) and all(name in self.value for name in self.names)
                if present:
                    return f"{quoted(self.names).replace(' or ', ' and ')} exclude each other"
                return f"{quoted(self.names)} is missing"
            case "anyOf" | "oneOf" if is_list(self.wanted):
                return f"expected {listed(dict.fromkeys(map(_described, self.wanted)))}, found {typed(self.value)}"
            case "uniqueItems":
                return "an item is listed twice"
            case "not" if is_object(self.wanted) and "enum" in self.wanted:
                return f"{preview(self.value)} is not allowed here"
            case "false":
                return f"{preview(self.value)} is not allowed here"
            case "":
                return "nested too deeply to be validated"
            case keyword if keyword in _LIMITS:
                return self._limit(*_LIMITS[keyword])
            case keyword:
                return f"{preview(self.value)} does not satisfy {keyword}: {preview(self.wanted)}"

    @property
    def problem(self) -> str:
        """The text with the name of the invalid member."""
        names = [name for name in parse(self.pointer) if not name.isdecimal()]
        about_value = self.keyword in _OF_VALUES and names and self.value != names[-1]
        return f"{names[-1]}: {self}" if about_value else str(self)

    def _limit(self, words: str, unit: str) -> str:
        if not unit:
            return f"expected {words} {self.wanted}, found {typed(self.value)}"
        return (
            f"expected {words} {self.wanted} {unit}{'' if self.wanted == 1 else 's'}, found {len(self.value) or 'none'}"
        )


_LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "minimum": ("at least", ""),
    "maximum": ("at most", ""),
    "exclusiveMinimum": ("more than", ""),
    "exclusiveMaximum": ("less than", ""),
    "multipleOf": ("a multiple of", ""),
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
}
"""Keyword -> what it wants, and the unit that it counts."""

_OF_VALUES: Final = frozenset({"type", "enum", "const", "format", "pattern", *_LIMITS})
"""Keywords whose texts do not name a member."""


def quoted(names: Iterable[str]) -> str:
    """Return names as `'a', 'b' or 'c'`."""
    return listed(f"'{name}'" for name in names)


def _described(schema: Any) -> str:
    """Return a few words for a member of a union."""
    match schema:
        case {"$ref": str(ref)}:
            return unescape(ref.rpartition("/")[2])
        case {"const": value}:
            return preview(value)
        case {"enum": [*values]}:
            return listed(map(preview, values))
        case {"required": [*names]} if names:
            return f"an object with {quoted(names).replace(' or ', ' and ')}"
        case {"type": [*types]}:
            return listed(types)
        case {"type": str(type_)}:
            return type_
        case {"oneOf": [*members]} | {"anyOf": [*members]}:
            return listed(map(_described, members))
        case _:
            return "another value"
