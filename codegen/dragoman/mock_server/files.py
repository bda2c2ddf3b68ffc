"""Result files of tasks, behind signed links that expire, like those of object stores.

A file is a generated CSV, always the same for a task. Ranges and conditional requests follow RFC 9110.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import random
import re
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from .messages import Call, HttpError, Reply

PREFIX: Final = "/_files"
LIFETIME: Final = 300
"""Seconds for which a link is valid."""

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
ROWS: Final = 12
_REMARKS: Final = ("", "regular", 'asks for "gift wrap"', "calls back, evenings only", "two lines:\nsecond line")
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class Files:
    """Signs links and verifies them. Links of other processes are not valid."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def link(self, origin: str, path: str, now: float, *, signed: bool) -> str:
        """Return the URL of a file. An unsigned link requires the API's credentials."""
        location = f"{PREFIX}/{quote(path)}"
        if not signed:
            return f"{origin}{location}"
        expires = int(now) + LIFETIME
        return f"{origin}{location}?expires={expires}&signature={self._sign(location, str(expires))}"

    def is_signed(self, call: Call, now: float) -> bool:
        """Return True if a request has a valid signature, False if it has none.

        Raises:
            HttpError: 403 if the signature is invalid or has expired.
        """
        query = dict(call.pairs)
        if "signature" not in query:
            return False
        expires = query.get("expires", "")
        if not hmac.compare_digest(self._sign(call.path, expires).encode(), query["signature"].encode()):
            raise HttpError(403, "The signature does not match.")
        if not expires.isdecimal() or int(expires) <= now:
            raise HttpError(403, "The link has expired.")
        return True

    def _sign(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()


def rows(seed: str) -> bytes:
    """Generate a CSV file (RFC 4180, CRLF) from a seed."""
    chance = random.Random(seed)  # noqa: S311 - sample data, not secrets
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["number", "name", "email", "amount", "remark"])
    for number in range(1, ROWS + 1):
        amount = f"{chance.randrange(10_000, 900_000) / 100:.2f}"
        remark = _REMARKS[number % len(_REMARKS)]
        writer.writerow([number, f"Example {number}", f"user{number}@example.com", amount, remark])
    return text.getvalue().encode()


def send(content: bytes, headers: Mapping[str, str], media_type: str = MEDIA_TYPE) -> Reply:
    """Return the response to a GET of a file: 200, 206 or 416 for a range, 304 if it has not changed."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    common = {"Content-Type": media_type, "ETag": etag, "Accept-Ranges": "bytes"}
    if etag in re.split(r"\s*,\s*", headers.get("if-none-match", "")):
        return Reply(304, b"", common)
    match = _RANGE.fullmatch(headers.get("range", "").strip())
    if match is None or not any(match.groups()) or headers.get("if-range", etag) != etag:
        return Reply(200, content, common)
    size = len(content)
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= size or stop <= start:
        return Reply(416, b"", {**common, "Content-Range": f"bytes */{size}"})
    return Reply(206, content[start:stop], {**common, "Content-Range": f"bytes {start}-{stop - 1}/{size}"})
