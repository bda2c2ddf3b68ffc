"""Digests of a file while it is written, and what they are compared with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, field

from ...errors import InvalidArgument
from ...headers import Headers
from .file import DownloadableFile, Verified
from .links import digest_of


@define(eq=False)
class Expected:
    """What a file should be, by whoever says so."""

    sha256: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    """Digest, and who says so."""

    md5: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    size: int | None = None
    """As the task says."""

    def hear_task(self, file: DownloadableFile) -> None:
        """Take in what the task says, in place of what it said before."""
        self.size = file.size
        self._replace("the task", [("sha256", file.sha256), ("md5", file.md5)])

    def hear(self, headers: Headers) -> None:
        """Take in what a server says about the whole file, in place of what one said before."""
        self._replace("its host", _told(headers))

    def _replace(self, who: str, told: Iterable[tuple[str, str | None]]) -> None:
        self.sha256 = [each for each in self.sha256 if each[1] != who]
        self.md5 = [each for each in self.md5 if each[1] != who]
        for name, digest in told:
            if digest is not None:
                (self.sha256 if name == "sha256" else self.md5).append((digest, who))

    def fault(self, sums: Sums, size: int, total: int | None) -> str | None:
        """What is wrong with a file; None if nothing is."""
        for length, who in ((self.size, "the task"), (total, "its host")):
            if length is not None and length != size:
                return f"it has {size} bytes, not the {length} that {who} says"
        for name, wanted, found in (("sha256", self.sha256, sums.sha256), ("md5", self.md5, sums.md5)):
            for told, who in wanted:
                if told != found:
                    return f"its {name} is not the one that {who} says"
        return None

    def best(self, total: int | None) -> Verified:
        """What a file without fault was compared with."""
        if self.sha256:
            return "sha256"
        if self.md5:
            return "md5"
        return "none" if self.size is None and total is None else "size"


def _told(headers: Headers) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, text in re.findall(r"(sha-256|md5)=:([A-Za-z0-9+/=]+):", headers.get("Repr-Digest", ""), re.I):
        digest = digest_of(text, 32 if name.lower() == "sha-256" else 16)
        if digest is not None:
            found.append((name.lower().replace("-", ""), digest))
    digest = digest_of(headers.get("Content-MD5", ""), 16)
    if digest is not None:
        found.append(("md5", digest))
    return found


def wanted_sha256(given: object) -> str | None:
    """What the caller says that the file is.

    Raises:
        InvalidArgument: it is no SHA-256 in hexadecimal.
    """
    if given is None:
        return None
    if not isinstance(given, str) or not re.fullmatch("[0-9A-Fa-f]{64}", given):
        raise InvalidArgument("sha256: expected 64 hexadecimal digits")
    return given.lower()


class Sums:
    """Digests of what was written so far."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self.clear()

    def clear(self) -> None:
        """Nothing was written. From here on, what is expected by now can be compared."""
        self._sha256: Any = hashlib.sha256()
        self._md5: Any = hashlib.md5(usedforsecurity=False) if self._expected.md5 else None

    def add(self, data: bytes | memoryview) -> None:
        """Some more was written."""
        self._sha256.update(data)
        if self._md5 is not None:
            self._md5.update(data)

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return str(self._sha256.hexdigest())

    @property
    def md5(self) -> str | None:
        """In hexadecimal; None if nobody said anything about it before the first byte."""
        return None if self._md5 is None else str(self._md5.hexdigest())
