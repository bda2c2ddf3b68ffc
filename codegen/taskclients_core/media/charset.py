"""Conversion of bodies to UTF-8 from the charset that their `Content-Type` declares."""

from __future__ import annotations

from codecs import getincrementaldecoder, utf_8_decode

from ..errors import DecodeError
from . import charset_of


class Transcoder:
    """Converts a body to UTF-8, chunk by chunk.

    Servers that declare a charset may send UTF-8 all the same. So a body is UTF-8 until it is not, except in charsets
    of several bytes a character, such as UTF-16, whose texts are often valid UTF-8 too. An unknown charset is ignored.
    """

    def __init__(self, content_type: str) -> None:
        self._charset = charset_of(content_type)
        self._decoder = None
        if self._charset not in ("", "utf-8", "utf8", "us-ascii"):
            try:
                self._decoder = getincrementaldecoder(self._charset)()
            except LookupError:
                return
        self._may_be_utf8 = not self._charset.startswith(("utf-16", "utf-32", "utf16", "utf32", "utf_16", "utf_32"))
        self._rest = b""
        """Beginning of a character in UTF-8."""

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """Return the characters that are complete.

        Raises:
            DecodeError: the bytes are neither in the declared charset nor UTF-8.
        """
        if self._decoder is None:
            return data
        data, self._rest = self._rest + data, b""
        if self._may_be_utf8:
            try:
                _, size = utf_8_decode(data, "strict", final)
            except UnicodeDecodeError:
                self._may_be_utf8 = False
            else:
                self._rest = data[size:]
                return data[:size]
        try:
            text: str = self._decoder.decode(data, final)
            return text.encode()
        except (ValueError, TypeError, AttributeError):  # the last two: a codec of Python that is not one of text
            raise DecodeError(path="$", expected=f"text in {self._charset}", found="other bytes", raw=data) from None


def to_utf8(content: bytes, content_type: str) -> bytes:
    """Return a whole body in UTF-8. Raises DecodeError like `Transcoder.feed`."""
    return Transcoder(content_type).feed(content, final=True) if "charset" in content_type.lower() else content
