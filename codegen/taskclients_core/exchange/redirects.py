"""Which redirects are followed: GET and HEAD, to the same scheme, host and port.

There the caller's credentials are at home and nothing is done twice. All others are answers like any other, and end
as an ApiError: to send a token, a body or a cookie elsewhere is for the caller to decide, not for a server.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import evolve

from ..messages import Request

MOST = 5
"""How many in a row are followed."""

STATUSES = frozenset({301, 302, 303, 307, 308})
_LOCATION = re.compile(r"[!-~]{1,8192}")
_PORTS = {"http": 80, "https": 443}


def redirected(request: Request, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]) -> Request | None:
    """The request to send in place of one that was answered so; None where the answer stands."""
    if status not in STATUSES or request.method not in ("GET", "HEAD"):
        return None
    locations = [value.decode("latin-1") for name, value in raw_headers if name.lower() == b"location"]
    if len(locations) != 1 or not _LOCATION.fullmatch(locations[0]):
        return None
    try:
        url = urljoin(request.url, locations[0].partition("#")[0])
        same = _origin(urlsplit(url)) == _origin(urlsplit(request.url))
    except ValueError:
        return None
    return evolve(request, url=url) if same else None


def _origin(url: SplitResult) -> tuple[object, ...]:
    # A user in the URL would be sent as credentials, so such a URL is not the same.
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme), "@" in url.netloc
