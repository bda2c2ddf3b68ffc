"""Rows of Docusaurus's OpenAPI theme, in any rendering: names, types as the theme prints them, and qualifiers.

The theme prints a format in place of the type (`uuid`), or since 2024 behind it (`string<uuid>`); the title of a schema
in place of its type (`Colour`), or before it (`Colour (string)`); and `[]` behind the type of a list's items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from attrs import frozen

from ..facts import ITEMS, Attribute, Value

ROWS: Final[frozenset[Attribute]] = frozenset(
    {"type", "format", "schema", "required", "nullable", "values", "maxLength", "deprecated"}
)
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path", "authentication"}),
    "parameter": ROWS - {"nullable"},
    "member": ROWS,
    "body": frozenset({"mediaTypes", "type", "required"}),
}
"""Members state `nullable` on pages of builds since 2023 only, see `expressible`."""

PARAMETER_HEADINGS: Final = {f"{place.title()} Parameters": place for place in ("path", "query", "header", "cookie")}
MAP_NAME: Final = "property name*"
"""Name that the theme prints for the members of a map."""

POSSIBLE_VALUES: Final = "Possible values:"
CONSTANT: Final = "Constant value:"
METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

Flag: TypeAlias = Literal["required", "nullable", "deprecated"]
Statements: TypeAlias = Mapping[Attribute, Value]

_FLAGS: Final[tuple[Flag, ...]] = ("required", "nullable", "deprecated")
_FORMATS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("uuid", "date", "date-time", "time", "duration", "byte", "binary", "csv"), "string"),
    **dict.fromkeys(("password", "email", "hostname", "ipv4", "ipv6", "uri", "url", "phone"), "string"),
}
_SCALARS: Final = ("boolean", "integer", "number", "string")
_KINDS: Final = frozenset({*_SCALARS, "object", "array", "any", "null"})
_NAME: Final = re.compile(r"[A-Za-z_$@][\w$@.\-]*(?:\[\])*")
_TOKEN: Final = re.compile(r"[A-Za-z][\w.-]*")
_TITLED: Final = re.compile(r"[^()<>]{1,200} \((?P<kind>\w+)\)")
_FORMATTED: Final = re.compile(r"\(?(?P<kinds>[\w |]+?)\)?<(?P<format>[^<>]+)>")
_PATH: Final = re.compile(r"(?:https?://[^/\s]+)?(?P<path>/\S*)")
_VARIABLE: Final = re.compile(r":(\w[\w-]*)|\{([\w-]+)\}")
_STATUS: Final = re.compile(r"[1-5](?:\d\d|XX)|default", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+*-]+(?:; ?charset=[\w-]+)?")
_LONGEST: Final = re.compile(r"<= (\d{1,12}) characters")
_MAX_ROW: Final = 300


@frozen
class Type:
    """Type of a row as printed."""

    text: str
    is_sure: bool
    """False if the text may be prose as well: the bare title of a schema, or an unknown format."""


def is_name(text: str) -> bool:
    """Return True for what can be the name of a parameter or member."""
    return len(text) < _MAX_ROW and bool(_NAME.fullmatch(text)) and text[-1] not in ".-"


def flags(text: str) -> frozenset[Flag] | None:
    """Return the words of a text that consists of them only, glued or not; None for any other text."""
    rest, found = split_flags(text)
    return found if found and not rest else None


def split_flags(text: str) -> tuple[str, frozenset[Flag]]:
    """Return a text without the words at its end that say required, nullable and deprecated."""
    found: set[Flag] = set()
    rest = text.rstrip()
    while True:
        flag: Flag | None = next((each for each in _FLAGS if each not in found and rest.endswith(each)), None)
        if flag is None:
            return rest, frozenset(found)
        found.add(flag)
        rest = rest[: -len(flag)].rstrip()


def type_of(text: str) -> Type | None:
    """Return the type that a text states; None if it states none."""
    if not text or len(text) > _MAX_ROW:
        return None
    base = text
    while base.endswith("[]"):
        base = base[:-2]
    sure = (
        base in _KINDS
        or base in _FORMATS
        or _kind_in_brackets(base) is not None
        or _FORMATTED.fullmatch(base) is not None
        or (" | " in base and _kinds(base) is not None)
        or (base.startswith("circular(") and base.endswith(")"))
    )
    if sure:
        return Type(text, is_sure=True)
    if not _TOKEN.fullmatch(base):
        return None
    return Type(text, is_sure=base != text)


def _kind_in_brackets(text: str) -> str | None:
    found = _TITLED.fullmatch(text)
    return found["kind"] if found and found["kind"] in _KINDS else None


def _kinds(text: str) -> list[str] | None:
    """Return the types of a union such as `string | null`; None for any other text."""
    found = [each.strip() for each in text.strip("()").split("|")]
    return found if _KINDS.issuperset(found) else None


def stated(printed: str, words: frozenset[Flag]) -> Iterator[tuple[tuple[str, ...], Statements]]:
    """Yield what a row states about its member, and then about the items of its list."""
    base = printed
    depth = 0
    while base.endswith("[]"):
        base = base[:-2]
        depth += 1
    found: dict[Attribute, Value] = {}
    if "required" in words or "deprecated" not in words:  # older builds print `deprecated` in place of `required`
        found["required"] = "required" in words
    if "nullable" in words:
        found["nullable"] = True
    if "deprecated" in words:
        found["deprecated"] = True
    for level in range(depth):
        yield (ITEMS,) * level, {**found, "type": ("array",)}
        found = {}
    yield (ITEMS,) * depth, {**found, **_base(base)}


def _base(text: str) -> Statements:
    if text in _FORMATS:
        return {"type": (_FORMATS[text],), "format": text}
    formatted = _FORMATTED.fullmatch(text)
    kinds = _kinds(formatted["kinds"] if formatted else text)
    if kinds is not None:
        found: dict[Attribute, Value] = {"format": formatted["format"]} if formatted else {}
        plain = tuple(sorted({*kinds} - {"null", "any"}))
        if plain:
            found["type"] = plain
        if "null" in kinds and len(kinds) > 1:
            found["nullable"] = True
        return found
    kind = _kind_in_brackets(text)
    if kind is not None:
        return {"schema": text.rpartition(" (")[0], "type": (kind,)}
    if text.startswith("circular("):
        return {"schema": text[len("circular(") : -1], "type": ("object",)}
    if text[:1].islower():
        return {"format": text, "type": _SCALARS}
    return {"schema": text, "type": _SCALARS}  # objects and lists are printed as such, whatever their title


def qualifiers(lines: Sequence[str], at: int) -> tuple[Statements, int] | None:
    """Read possible values, which may take several lines, or the only one.

    Returns:
        What they state, nothing for limits that are no facts, and the number of lines; None for any other text, and
        for a list of values that is cut off.
    """
    if lines[at].startswith(CONSTANT):
        only = lines[at].removeprefix(CONSTANT).strip()
        return ({"values": (only,)} if only else {}), 1
    if not lines[at].startswith(POSSIBLE_VALUES):
        return None
    text = lines[at].removeprefix(POSSIBLE_VALUES).strip()
    end = at + 1
    while not text and end < min(at + 2, len(lines)):
        text, end = lines[end], end + 1
    start = text.find("[") if "regular expression" not in text else -1
    if start < 0:
        longest = _LONGEST.search(text)
        return ({"maxLength": int(longest[1])} if longest else {}), end - at
    pieces = [text[start + 1 :]]
    while "]" not in pieces[-1]:
        if end >= len(lines) or not (lines[end][0] in ",]" or pieces[-1].endswith((",", "["))):
            return None
        pieces.append(lines[end])
        end += 1
    inside, _, rest = "".join(pieces).partition("]")
    while not rest and end < len(lines) and lines[end].startswith(","):  # limits after a value a line
        rest, end = lines[end], end + 1
    found: dict[Attribute, Value] = {"values": tuple(each.strip() for each in inside.split(",") if each.strip())}
    longest = _LONGEST.search(rest)
    if longest:
        found["maxLength"] = int(longest[1])
    return found, end - at


def path_of(text: str) -> str | None:
    """Return the path of an operation, with its variables in braces; None for any other text."""
    found = _PATH.fullmatch(text)
    return _VARIABLE.sub(lambda each: f"{{{each[1] or each[2]}}}", found["path"]) if found else None


def status_of(text: str) -> str | None:
    """Return the status that a text is, as in OpenAPI; None for any other text."""
    if not _STATUS.fullmatch(text):
        return None
    return text.lower() if text.lower() == "default" else text.upper()


def is_media_type(text: str) -> bool:
    """Return True for a media type."""
    return bool(_MEDIA_TYPE.fullmatch(text))


def expressible(*, nullable: bool) -> Mapping[str, frozenset[Attribute]]:
    """Return what a page can state: builds before 2023 do not print `nullable`."""
    if nullable:
        return EXPRESSIBLE
    return {**EXPRESSIBLE, "member": EXPRESSIBLE["member"] - {"nullable"}}
