"""Links to a task's file: choice, expiry, check against `download_hosts`, and the request."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias, cast
from urllib.parse import parse_qsl, urljoin, urlsplit

from attrs import field, frozen

from ... import effects
from ...auth.tokens import AuthParts
from ...config import Timeout
from ...deadline import Deadline
from ...effects import CloseResponse, SendStreaming, StreamingResponse, TaskFlow
from ...errors import InvalidArgumentError
from ...http_messages import Headers, HttpRequest
from ...json_pointer import resolve
from ...transport.config import ClientConfig, default_user_agent
from ...transport.httpx_adapter import REDIRECT_STATUSES
from ...transport.url import Url, parse_url
from ..definition import DownloadLink, DownloadLinks
from ..errors import DownloadError

if TYPE_CHECKING:
    from ..snapshot import TaskSnapshot
    from ..state import TaskState
    from ..task_registry import TaskRegistry

Verification: TypeAlias = Literal["sha256", "md5", "size", "none"]


# -- Files and results


@frozen(kw_only=True)
class DownloadableFile:
    """File behind a link. `TaskHandle.download` downloads it, and refreshes the link if it has expired."""

    url: str = field(repr=False)
    """URL of the file. It often grants access without another secret, so it is not in the repr, and '' in a pickle."""

    api_credentials: bool = False
    """True if the download needs the API's credentials."""

    expires: datetime | None = None
    """Expiry of the link; None if unknown."""

    size: int | None = None
    """Size in bytes, from the task."""

    sha256: str | None = None
    """SHA-256 in hexadecimal, from the task."""

    md5: str | None = None
    """MD5 in hexadecimal, from the task."""

    media_type: str | None = None
    """Media type of the file; None if unknown."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (
            self.api_credentials,
            self.expires,
            self.size,
            self.sha256,
            self.md5,
            self.media_type,
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _restored(
    api_credentials: bool,
    expires: datetime | None,
    size: int | None,
    sha256: str | None,
    md5: str | None,
    media_type: str | None,
) -> DownloadableFile:
    return DownloadableFile(
        url="",
        api_credentials=api_credentials,
        expires=expires,
        size=size,
        sha256=sha256,
        md5=md5,
        media_type=media_type,
    )


@frozen(kw_only=True)
class DownloadResult:
    """Result of a download."""

    path: str | None
    """Path of the file; None if it was written to an open file."""

    bytes: int
    """Size of the file."""

    sha256: str
    """SHA-256 of the file, in hexadecimal."""

    etag: str | None
    """ETag of the file."""

    resumed_from: int
    """Number of bytes kept from an earlier call."""

    refreshes: int
    """Number of times an expired link was refreshed."""

    verified: Verification
    """Strongest check of the file: a digest given by the caller, the task or the server, or the size."""


# -- Choice and expiry of a link


ANY_HOST: Final = "*"
"""Value of `download_hosts` that allows any public host over https."""

_HOST: Final = re.compile(
    r"\*|(?:(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?|[0-9a-f.]*(?::[0-9a-f.]*){2,}",
    re.I | re.ASCII,
)
_LOOPBACK: Final = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_EPOCH: Final = re.compile(r"[0-9]{9,11}", re.ASCII)
_EXPIRED: Final = re.compile(
    rb"expired|ExpiredToken|not valid in the specified time frame|time.?out of range|no longer valid", re.I
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def find_download(registry: TaskRegistry, state: TaskState, snapshot: TaskSnapshot[Any]) -> DownloadableFile:  # noqa: ARG001
    """Return the file of a task: the first link of its type that is present.

    Raises:
        DownloadError: the task has no link.
    """
    links = state.task_type.result
    task: Any = None if state.raw is None else json.loads(state.raw)
    if isinstance(links, DownloadLinks):
        for link in links.links:
            url = resolve(task, link.at)
            if isinstance(url, str) and url:
                return DownloadableFile(
                    url=url,
                    api_credentials=link.api_credentials,
                    expires=expiry(url, link, task, snapshot.observed_at),
                    size=_declared_size(task, links.size),
                    sha256=_digest(task, links.sha256, 32),
                    md5=_digest(task, links.md5, 16),
                    media_type=links.media_type,
                )
    raise DownloadError(
        f"{state.ref}: the task has no link to a file; poll it again, or report it to the vendor",
        ref=state.ref,
        last=snapshot,
    )


def expiry(url: str, link: DownloadLink, task: Any, observed_at: datetime) -> datetime | None:
    """Return the expiry of a link by the rule of its type; None if unknown."""
    expires_rule = link.expires
    if expires_rule is None:
        return None
    if not isinstance(expires_rule, str):
        return _later(observed_at, expires_rule)
    if expires_rule == "url":
        return expiry_in_url(url)
    text = resolve(task, expires_rule)
    return _date(text) if isinstance(text, str) else None


def expiry_in_url(url: str) -> datetime | None:
    """Return the expiry of a signed URL of Amazon, Google, Azure and similar services; None if unknown."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return None
    query = {name.lower(): value for name, value in reversed(pairs)}
    for vendor in ("x-amz", "x-goog"):
        start, seconds = _date(query.get(f"{vendor}-date", "")), query.get(f"{vendor}-expires", "")
        if start is not None and re.fullmatch("[0-9]{1,9}", seconds, re.ASCII):
            return _later(start, int(seconds))
    text = query.get("expires", "")
    if _EPOCH.fullmatch(text):
        return _later(_EARLIEST, int(text))
    return _date(query.get("se", ""))


def is_expired_message(body: bytes) -> bool:
    """Return True if the body of an error response says that the link has expired."""
    return _EXPIRED.search(body) is not None


def _later(start: datetime, seconds: float) -> datetime | None:
    try:
        return start + timedelta(seconds=seconds)
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


def _declared_size(task: Any, at: str | None) -> int | None:
    found = None if at is None else resolve(task, at)
    if isinstance(found, str) and re.fullmatch("[0-9]{1,18}", found, re.ASCII):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _digest(task: Any, at: str | None, size: int) -> str | None:
    found = None if at is None else resolve(task, at)
    return parse_digest(found, size) if isinstance(found, str) else None


def parse_digest(text: str, size: int) -> str | None:
    """Parse a digest of `size` bytes in hexadecimal or base64; return it in hexadecimal, None if it is invalid."""
    if re.fullmatch(f"[0-9A-Fa-f]{{{2 * size}}}", text):
        return text.lower()
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == size else None


# -- Checks


def lacks_hosts(links: DownloadLinks, hosts: Sequence[str]) -> bool:
    """Return True if the preferred link will be refused: it is not the API's, and no host is named for it."""
    return not links.hosts and not hosts and not links.links[0].api_credentials


def check_host(text: str) -> None:
    """Check a value of `download_hosts`: one that matches no host would be noticed only when a task has ended.

    Raises:
        InvalidArgumentError: it is not a host as `check_url` takes it. The message contains no path or query of it.
    """
    if _HOST.fullmatch(text):
        return
    host = re.split(r"[/?#]", text.rpartition("://")[2], maxsplit=1)[0].rpartition("@")[2]
    if host != text and _HOST.fullmatch(host):
        raise InvalidArgumentError(f"download_hosts: expected the name of a host, got a URL; write {host!r}")
    raise InvalidArgumentError(
        f"download_hosts: not the name of a host: {host!r:.80}; "
        "write one such as 'files.example.com', '*.example.com' or 'files.example.com:8443'"
    )


def check_url(url: str, hosts: Sequence[str], *, allow_private: bool = False) -> Url:
    """Check and parse a download URL outside the API.

    Args:
        url: URL from a server.
        hosts: Allowed hosts: `files.example.com`, `*.example.com`, either with a port such as `:8443`, or `*` for any
            host on the default port.
        allow_private: True if private addresses, and plain http to loopback, are allowed.

    Raises:
        ValueError: the URL is not allowed. The message contains only the host of the URL.
    """
    location = _parsed(url)
    loopback = _LOOPBACK.fullmatch(location.host)
    if location.scheme != "https" and not (allow_private and loopback):
        also = "" if hosts else f"download_hosts=[{location.authority!r}] and "
        test = f"pass {also}allow_private_downloads=True if you test with it"
        remedy = test if loopback else "report it to the vendor"
        raise ValueError(f"the link to {location.host} is not https; {remedy}")
    if not hosts:
        raise ValueError(
            f"the link leads to {location.host}, which is not an allowed host; "
            f"pass download_hosts=[{location.authority!r}], where '*' allows every public host"
        )
    if not any(_host_allowed(location, host) for host in hosts):
        raise ValueError(f"the link leads to {location.authority}, which is not in download_hosts; add it")
    return location


def _host_allowed(location: Url, host: str) -> bool:
    if host == ANY_HOST:
        return location.is_default_port
    host = host.lower()
    name, port = host, None
    found = re.fullmatch(r"(.*):([0-9]{1,5})", host)
    if found is not None and (host.startswith("[") or host.count(":") == 1):
        name, port = found[1], int(found[2])
    name = name.strip("[]").removesuffix(".")
    if not (location.is_default_port if port is None else location.port == port):
        return False
    if name.startswith("*."):
        return len(name) > 2 and location.host.endswith(name[1:]) and len(location.host) > len(name) - 1
    return location.host == name


def same_origin(url: str, base_url: str) -> Url | None:
    """Parse a URL of the API's own origin, which may receive its credentials; None for another origin.

    Raises:
        ValueError: the URL is malformed.
    """
    location, base = _parsed(url), parse_url(base_url)
    return location if (location.scheme, location.host, location.port) == (base.scheme, base.host, base.port) else None


def _parsed(url: str) -> Url:
    try:
        return parse_url(url)
    except ValueError as error:
        raise ValueError(f"the link is invalid, as {error}; report it to the vendor") from None


# -- Requests


_REDIRECTS: Final = 3


def download_error(state: TaskState, why: str, *, resumable: bool = True, remedy: str | None = None) -> DownloadError:
    """Return the DownloadError of a task; `why` may say itself what to do, then `remedy` is ''."""
    if remedy is None:
        remedy = "call download again, which continues from there" if resumable else "report it to the vendor"
    message = f"{state.ref}: {why}{remedy and '; ' + remedy}"
    return DownloadError(message, ref=state.ref, last=state.snapshot, resumable=resumable)


def open_link(
    registry: TaskRegistry,
    state: TaskState,
    deadline: Deadline,
    file: DownloadableFile,
    more: tuple[tuple[str, str], ...],
) -> TaskFlow[StreamingResponse]:
    """Open a link and return the response. Credentials are sent only to the API's own origin, if the link needs them.

    Raises:
        DownloadError: the link, or a redirect, is not allowed.
        TransportError: no response arrived.
    """
    headers = (("Accept", "*/*"), ("Accept-Encoding", "identity"), *more)
    links = cast("DownloadLinks", state.task_type.result)
    hosts = (*links.hosts, *registry.download_hosts)
    with_credentials = file.api_credentials
    location = _without_url(state, lambda: _check_link(registry, file.url, hosts, with_credentials=with_credentials))
    for _ in range(_REDIRECTS + 1):
        if with_credentials:
            response: StreamingResponse = yield from _request_as_caller(registry, state, deadline, location, headers)
        else:
            plain_headers = (("User-Agent", default_user_agent()), *headers)
            response = yield effects.OpenUrl(location.url, plain_headers, deadline.bounded, hosts)
        if response.status not in REDIRECT_STATUSES:
            return response
        yield CloseResponse(response)
        with_credentials = False
        location = _without_url(state, partial(_redirected, registry, location, response, hosts))
    raise download_error(state, f"more than {_REDIRECTS} redirects", resumable=False)


def _without_url(state: TaskState, find: Callable[[], Url]) -> Url:
    try:
        return find()
    except ValueError as error:
        why = str(error)
    # Raise outside the handler: the traceback of `error` holds the URL, which may grant access to the file.
    raise download_error(state, why, resumable=False, remedy="")


def _check_link(registry: TaskRegistry, url: str, hosts: tuple[str, ...], *, with_credentials: bool) -> Url:
    """Check and parse a link.

    Raises:
        ValueError: the link is not allowed. The message does not contain it.
    """
    if not with_credentials:
        return check_url(url, hosts, allow_private=registry.allow_private_downloads)
    location = same_origin(url, registry.config.base_url)
    if location is None:
        raise ValueError(
            "the link needs the API's credentials but leads elsewhere than the API; report it to the vendor"
        )
    return location


def _redirected(registry: TaskRegistry, location: Url, response: StreamingResponse, hosts: tuple[str, ...]) -> Url:
    """Check and parse the target of a redirect. Raises ValueError like `_check_link`."""
    locations = Headers(response.raw_headers).get_list("Location")
    if len(locations) != 1:
        raise ValueError(f"{location.host} redirects without a location; report it to the vendor")
    try:
        url = urljoin(location.url, locations[0])
    except ValueError:
        raise ValueError(f"{location.host} redirects to an invalid URL; report it to the vendor") from None
    if location.scheme == "https" and not url.lower().startswith("https:"):
        raise ValueError(f"{location.host} redirects to a URL that is not https; report it to the vendor")
    return _check_link(registry, url, hosts, with_credentials=False)


def _request_as_caller(
    registry: TaskRegistry, state: TaskState, deadline: Deadline, location: Url, headers: tuple[tuple[str, str], ...]
) -> TaskFlow[StreamingResponse]:
    """Send the request to the API's own origin, with its credentials; renew them once on 401."""
    config = registry.config
    source = config.credentials.source(state.task_type.poll.call.operation.security)
    bounded = deadline.bounded
    for last in (False, True):
        auth = source.static
        if auth is None:
            auth = yield from source.obtain(bounded, config.options.on_event)
        response: StreamingResponse = yield SendStreaming(_authenticated(auth, config, location, headers, bounded))
        if last or response.status != 401 or not source.renewable:
            return response
        yield CloseResponse(response)
        source.invalidate(auth)
    raise AssertionError


def _authenticated(
    auth: AuthParts,
    config: ClientConfig,
    location: Url,
    headers: tuple[tuple[str, str], ...],
    deadline: Deadline | None,
) -> HttpRequest:
    """Return the request with the client's common headers and cookies, and the credentials."""
    query = "&".join(auth.query)
    url = location.url + (f"{'&' if '?' in location.target else '?'}{query}" if query else "")
    cookies = (*config.common.cookies, *auth.cookies)
    all_headers = (*config.common.headers, *auth.headers, *headers)
    if cookies:
        all_headers = (*all_headers, ("Cookie", "; ".join(cookies)))
    timeout = config.options.timeout or Timeout()
    return HttpRequest("download", "GET", url, all_headers, None, auth.final, deadline, timeout, None)
