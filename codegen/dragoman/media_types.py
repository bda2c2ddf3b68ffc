"""What media types say about content."""

from __future__ import annotations


def is_json(media_type: str) -> bool:
    """Tell whether a media type, with or without parameters, is JSON or built on it."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain in {"application/json", "text/json"} or plain.endswith("+json")
