"""Media types, by what a body in them is to Python."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from ..media_types import is_json

_FORM: Final = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+*-]+(\s*;.*)?")


class Kind(Enum):
    """What a body is."""

    JSON = "JSON"
    FORM = "a form"
    MULTIPART = "a multipart form"
    TEXT = "text"
    BINARY = "bytes"


def kind(media_type: str) -> Kind | None:
    """Return what a body in a media type is, None when this is no media type."""
    if not _FORM.fullmatch(media_type):
        return None
    plain = media_type.partition(";")[0].strip().lower()
    if is_json(media_type):
        return Kind.JSON
    if plain == "application/x-www-form-urlencoded":
        return Kind.FORM
    if plain == "multipart/form-data":
        return Kind.MULTIPART
    return Kind.TEXT if plain.startswith("text/") else Kind.BINARY
