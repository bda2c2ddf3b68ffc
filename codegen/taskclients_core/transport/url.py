"""Strict parser for URLs that a server supplied. URLs that two parsers could read differently are invalid."""

from __future__ import annotations

import re
import string
from typing import Final
from urllib.parse import quote

from attrs import field, frozen

_LONGEST: Final = 16 * 1024
_FORM: Final = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?([/?][!-~]*)?", re.I | re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PRINTED: Final = "".join(sorted(set(string.punctuation)))
_PORTS: Final = {"http": 80, "https": 443}


@frozen
class Url:
    """Parts of an http or https URL. Its repr and `str` omit path and query, which may contain a signature."""

    scheme: str
    host: str
    """Host in lower case; an IPv6 address without brackets."""

    port: int
    target: str = field(repr=False)
    """Path and query exactly as received, because a signature may cover them."""

    @property
    def is_default_port(self) -> bool:
        """True if the port is the default of the scheme."""
        return self.port == _PORTS[self.scheme]

    @property
    def authority(self) -> str:
        """Host, and port unless it is the default, as in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.is_default_port else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The complete URL."""
        return f"{self.origin}{self.target}"

    def __str__(self) -> str:
        return self.origin


def parse_url(url: str) -> Url:
    """Parse a URL; characters that are invalid in URLs, such as spaces, are percent-encoded.

    Raises:
        ValueError: it is not http or https, contains a user, or is malformed; the message does not quote it.
    """
    if len(url) > _LONGEST:
        raise ValueError(f"the link is longer than {_LONGEST} characters; report it to the vendor")
    if _CONTROL.search(url):
        raise ValueError("the link has control characters; report it to the vendor")
    try:
        plain = quote(url.partition("#")[0], safe=_PRINTED)
    except UnicodeEncodeError:
        raise ValueError("the link has characters that do not exist; report it to the vendor") from None
    authority = re.split(r"[/?\\]", plain.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        raise ValueError("the link has a user or password in it; report it to the vendor")
    found = _FORM.fullmatch(plain)
    if found is None:
        raise ValueError("the link is not a plain http or https URL; report it to the vendor")
    scheme, host, port, target = found.groups()
    scheme = scheme.lower()
    host = host.lower().strip("[]").removesuffix(".")
    number = _PORTS[scheme] if port is None else int(port)
    if not host or not 0 < number <= 65535:
        raise ValueError("the link has a host or port that is invalid; report it to the vendor")
    target = target or "/"
    return Url(scheme, host, number, target if target.startswith("/") else f"/{target}")
