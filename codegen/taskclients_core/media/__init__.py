"""The wire formats beside JSON, read into the same models: CSV, JSV and JSONL.

    csv     a table: a header of member names, then a row for each object; members with parts are JSV within a cell
    jsv     ServiceStack's JSON without most of its quotes: `{id:7,tags:[a,b]}`
    jsonl   one JSON text a line

Each is first brought into JSON's shape, by what the type promises (a cell says `7`, and only the type knows whether
that is a number), and then read by the codec: so unions, formats, open enums and messages are the same everywhere.
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
    """A media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def wire_format_of(media_type: str) -> WireFormat | None:
    """The wire format of a media type; None for one that is not read into models."""
    plain = essence(media_type)
    return _WIRES.get(plain) or ("json" if plain.endswith("+json") else None)


def check_media_type(operation: str, wanted: str, allowed: tuple[str, ...]) -> str:
    """The media type to ask for, as the API spells it.

    Raises:
        InvalidArgument: the operation does not have it; the message says which it has.
    """
    plain = essence(wanted)
    for media_type in allowed:
        if essence(media_type) == plain:
            return media_type
    listed = ", ".join(allowed)
    if plain in _XML:
        raise InvalidArgumentError(f"{operation}: media_type: XML is not read by this client; choose one of {listed}")
    raise InvalidArgumentError(f"{operation}: media_type: expected one of {listed}, got {wanted!r}")
