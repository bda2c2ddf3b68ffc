"""Which link of a task leads to its file, until when, and whether it may be followed."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from ...exchange.places import Place, place_of
from ...json_pointer import resolve
from ..definition import Link, Links
from ..errors import DownloadError
from .file import DownloadableFile

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station
    from ..views import View

ANY: Final = "*"
"""In place of a host: any public one, by https."""

_LOOPBACK: Final = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_EPOCH: Final = re.compile(r"[0-9]{9,11}", re.ASCII)
_EXPIRED: Final = re.compile(
    rb"expired|ExpiredToken|not valid in the specified time frame|time.?out of range|no longer valid", re.I
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def downloadable(station: Station, record: Record, view: View[Any]) -> DownloadableFile:  # noqa: ARG001
    """The file that a task shows: the first of its kind's links that is there.

    Raises:
        DownloadError: it shows none.
    """
    links = record.kind.result
    task: Any = None if record.raw is None else json.loads(record.raw)
    if isinstance(links, Links):
        for link in links.links:
            url = resolve(task, link.at)
            if isinstance(url, str) and url:
                return DownloadableFile(
                    url=url,
                    api_credentials=link.api_credentials,
                    expires=expiry(url, link, task, view.observed_at),
                    size=_size(task, links.size),
                    sha256=_digest(task, links.sha256, 32),
                    md5=_digest(task, links.md5, 16),
                    media_type=links.media_type,
                )
    raise DownloadError(f"{record.ref}: it shows no link to a file", ref=record.ref, last=view)


def expiry(url: str, link: Link, task: Any, shown: datetime) -> datetime | None:
    """When a link stops working, as its kind says that this is told; None if it is not told."""
    where = link.expires
    if where is None:
        return None
    if not isinstance(where, str):
        return _later(shown, where)
    if where == "url":
        return expiry_in_url(url)
    told = resolve(task, where)
    return _date(told) if isinstance(told, str) else None


def expiry_in_url(url: str) -> datetime | None:
    """When a signed URL stops working, as Amazon, Google, Azure and others write it; None if it does not say."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return None
    query = {name.lower(): value for name, value in reversed(pairs)}
    for vendor in ("x-amz", "x-goog"):
        begun, seconds = _date(query.get(f"{vendor}-date", "")), query.get(f"{vendor}-expires", "")
        if begun is not None and re.fullmatch("[0-9]{1,9}", seconds, re.ASCII):
            return _later(begun, int(seconds))
    told = query.get("expires", "")
    if _EPOCH.fullmatch(told):
        return _later(_EARLIEST, int(told))
    return _date(query.get("se", ""))


def says_expired(body: bytes) -> bool:
    """Whether a host says that a link has stopped working."""
    return _EXPIRED.search(body) is not None


def _later(begun: datetime, seconds: float) -> datetime | None:
    try:
        return begun + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _date(text: str) -> datetime | None:
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        text = "{}-{}-{}T{}:{}:{}Z".format(*compact.groups())
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _size(task: Any, at: str | None) -> int | None:
    found = None if at is None else resolve(task, at)
    if isinstance(found, str) and re.fullmatch("[0-9]{1,18}", found, re.ASCII):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _digest(task: Any, at: str | None, size: int) -> str | None:
    found = None if at is None else resolve(task, at)
    return digest_of(found, size) if isinstance(found, str) else None


def digest_of(text: str, size: int) -> str | None:
    """A digest of so many bytes in hexadecimal, given so or in base64; None if it is none."""
    if re.fullmatch(f"[0-9A-Fa-f]{{{2 * size}}}", text):
        return text.lower()
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == size else None


# -- Whether it may be followed


def allowed(url: str, hosts: Sequence[str], *, private: bool = False) -> Place:
    """A URL outside the API, if a file may be fetched from there.

    Args:
        url: What a server gave us.
        hosts: What is allowed: `files.example.com`, `*.example.com`, either with `:8443` for a port other than the
            usual one, or `*` for any host.
        private: Whether this machine itself may be reached by plain http.

    Raises:
        ValueError: it may not. The message names the host and nothing more of the URL.
    """
    place = place_of(url)
    if place.scheme != "https" and not (private and _LOOPBACK.fullmatch(place.host)):
        raise ValueError(f"its link to {place.host} is not https")
    if not hosts:
        raise ValueError(
            f"its link leads to {place.host}, and no host is allowed yet: "
            f"name it, as in download_hosts=[{place.authority!r}]; '*' allows every public one"
        )
    if not any(_fits(place, host) for host in hosts):
        raise ValueError(f"its link leads to {place.authority}, which is not among the download_hosts")
    return place


def _fits(place: Place, host: str) -> bool:
    if host == ANY:
        return place.usual
    host = host.lower()
    name, port = host, None
    found = re.fullmatch(r"(.*):([0-9]{1,5})", host)
    if found is not None and (host.startswith("[") or host.count(":") == 1):
        name, port = found[1], int(found[2])
    name = name.strip("[]").removesuffix(".")
    if not (place.usual if port is None else place.port == port):
        return False
    if name.startswith("*."):
        return len(name) > 2 and place.host.endswith(name[1:]) and len(place.host) > len(name) - 1
    return place.host == name


def same_origin(url: str, base_url: str) -> Place | None:
    """A URL of the API itself, to which its credentials may go; None if it is another's.

    Raises:
        ValueError: it is malformed.
    """
    place, home = place_of(url), place_of(base_url)
    return place if (place.scheme, place.host, place.port) == (home.scheme, home.host, home.port) else None
