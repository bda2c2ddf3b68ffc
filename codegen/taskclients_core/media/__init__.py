"""Wire formats other than JSON, decoded into the same models: CSV, JSV and JSONL.

    csv     table: a header of member names, then a row for each object; a cell of an object or list contains JSV
    jsv     ServiceStack's JSON without most of its quotes: `{id:7,tags:[a,b]}`
    jsonl   one JSON text per line

CSV and JSV are converted to JSON by the declared type (only the type decides if the cell `7` is a number) and then
decoded by the codec, so that unions, formats, open enums and error messages are the same in every format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from ..errors import InvalidArgumentError

WireFormat: TypeAlias = Literal["json", "csv", "jsv", "jsonl"]

_WIRES: Final[Mapping[str, WireFormat]] = {
    "application/json": "json",
    "text/json": "json",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/jsv": "jsv",
    "application/jsv": "jsv",
    "text/jsonl": "jsonl",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
}
_XML: Final = frozenset({"application/xml", "text/xml"})
JSON: Final = "application/json"


def essence(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return True if a media type, with or without parameters, is JSON or based on it."""
    return wire_format_of(media_type) == "json"


def charset_of(media_type: str) -> str:
    """Return the `charset` of a media type in lower case, '' if it has none."""
    return media_type.lower().partition("charset=")[2].partition(";")[0].strip(' "')


def wire_format_of(media_type: str) -> WireFormat | None:
    """Return the wire format of a media type; None if it is not decoded into models."""
    plain = essence(media_type)
    return _WIRES.get(plain) or ("json" if plain.endswith("+json") else None)


def check_media_type(operation: str, wanted: str, allowed: tuple[str, ...]) -> str:
    """Return the media type to request, spelled as in the spec.

    Raises:
        InvalidArgumentError: The operation does not offer it; the message lists the ones it does.
    """
    plain = essence(wanted)
    for media_type in allowed:
        if essence(media_type) == plain:
            return media_type
    listed = ", ".join(allowed)
    if plain in _XML:
        raise InvalidArgumentError(f"{operation}: media_type: XML is not supported; use one of {listed}")
    raise InvalidArgumentError(f"{operation}: media_type: expected one of {listed}, got {wanted!r}")
