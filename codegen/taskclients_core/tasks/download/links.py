"""Links to a task's file: which one, until when, whether it may be followed, and the request for it."""

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
from ...headers import Headers
from ...http_messages import HttpRequest
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


@frozen(kw_only=True)
class DownloadableFile:
    """A file behind a link. `task.download` fetches it, and asks for another link where this one has expired."""

    url: str = field(repr=False)
    """Whoever has it can often read the file without any other secret, so no repr shows it, and a pickle leaves it
    behind: there it is ''."""

    api_credentials: bool = False
    """Whether it takes the API's credentials to fetch it."""

    expires: datetime | None = None
    """When the link stops working, if that can be told."""

    size: int | None = None
    """In bytes, as the task says."""

    sha256: str | None = None
    """In hexadecimal, as the task says."""

    md5: str | None = None
    """In hexadecimal, as the task says."""

    media_type: str | None = None

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
    """A file that was fetched."""

    path: str | None
    """Where it is; None if it went into an open file."""

    bytes: int
    sha256: str
    """Of what was written, in hexadecimal."""

    etag: str | None
    """The server's name for this version of it."""

    resumed_from: int
    """How many bytes were there from an earlier call; 0 if all were fetched by this one."""

    refreshes: int
    """How often another link was asked for, as the last one had expired."""

    verified: Verification
    """The best of what it was compared with: a digest that the caller, the task or the server named, or a length."""


ANY_HOST: Final = "*"
"""In place of a host: any public one, by https."""

_LOOPBACK: Final = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_EPOCH: Final = re.compile(r"[0-9]{9,11}", re.ASCII)
_EXPIRED: Final = re.compile(
    rb"expired|ExpiredToken|not valid in the specified time frame|time.?out of range|no longer valid", re.I
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def find_download(station: TaskRegistry, record: TaskState, view: TaskSnapshot[Any]) -> DownloadableFile:  # noqa: ARG001
    """The file that a task shows: the first of its kind's links that is there.

    Raises:
        DownloadError: it shows none.
    """
    links = record.task_type.result
    task: Any = None if record.raw is None else json.loads(record.raw)
    if isinstance(links, DownloadLinks):
        for link in links.links:
            url = resolve(task, link.at)
            if isinstance(url, str) and url:
                return DownloadableFile(
                    url=url,
                    api_credentials=link.api_credentials,
                    expires=expiry(url, link, task, view.observed_at),
                    size=_declared_size(task, links.size),
                    sha256=_digest(task, links.sha256, 32),
                    md5=_digest(task, links.md5, 16),
                    media_type=links.media_type,
                )
    raise DownloadError(f"{record.ref}: it shows no link to a file", ref=record.ref, last=view)


def expiry(url: str, link: DownloadLink, task: Any, shown: datetime) -> datetime | None:
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


def is_expired_message(body: bytes) -> bool:
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


def _declared_size(task: Any, at: str | None) -> int | None:
    found = None if at is None else resolve(task, at)
    if isinstance(found, str) and re.fullmatch("[0-9]{1,18}", found, re.ASCII):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _digest(task: Any, at: str | None, size: int) -> str | None:
    found = None if at is None else resolve(task, at)
    return parse_digest(found, size) if isinstance(found, str) else None


def parse_digest(text: str, size: int) -> str | None:
    """A digest of so many bytes in hexadecimal, given so or in base64; None if it is none."""
    if re.fullmatch(f"[0-9A-Fa-f]{{{2 * size}}}", text):
        return text.lower()
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == size else None


# -- Whether it may be followed


def check_url(url: str, hosts: Sequence[str], *, allow_private: bool = False) -> Url:
    """A URL outside the API, if a file may be fetched from there.

    Args:
        url: What a server gave us.
        hosts: What is allowed: `files.example.com`, `*.example.com`, either with `:8443` for a port other than the
            usual one, or `*` for any host.
        allow_private: True if private addresses, and plain http to them, are allowed.

    Raises:
        ValueError: it may not. The message names the host and nothing more of the URL.
    """
    place = parse_url(url)
    if place.scheme != "https" and not (allow_private and _LOOPBACK.fullmatch(place.host)):
        raise ValueError(f"its link to {place.host} is not https")
    if not hosts:
        raise ValueError(
            f"its link leads to {place.host}, and no host is allowed yet: "
            f"name it, as in download_hosts=[{place.authority!r}]; '*' allows every public one"
        )
    if not any(_fits(place, host) for host in hosts):
        raise ValueError(f"its link leads to {place.authority}, which is not among the download_hosts")
    return place


def _fits(place: Url, host: str) -> bool:
    if host == ANY_HOST:
        return place.is_default_port
    host = host.lower()
    name, port = host, None
    found = re.fullmatch(r"(.*):([0-9]{1,5})", host)
    if found is not None and (host.startswith("[") or host.count(":") == 1):
        name, port = found[1], int(found[2])
    name = name.strip("[]").removesuffix(".")
    if not (place.is_default_port if port is None else place.port == port):
        return False
    if name.startswith("*."):
        return len(name) > 2 and place.host.endswith(name[1:]) and len(place.host) > len(name) - 1
    return place.host == name


def same_origin(url: str, base_url: str) -> Url | None:
    """A URL of the API itself, to which its credentials may go; None if it is another's.

    Raises:
        ValueError: it is malformed.
    """
    place, home = parse_url(url), parse_url(base_url)
    return place if (place.scheme, place.host, place.port) == (home.scheme, home.host, home.port) else None


_REDIRECTS: Final = 3


def download_error(record: TaskState, why: str, *, resumable: bool = True) -> DownloadError:
    """The file cannot be had."""
    return DownloadError(f"{record.ref}: {why}", ref=record.ref, last=record.snapshot, resumable=resumable)


def open_link(
    station: TaskRegistry, record: TaskState, limit: Deadline, file: DownloadableFile, more: tuple[tuple[str, str], ...]
) -> TaskFlow[StreamingResponse]:
    """Ask for a file. Credentials go to the API's own origin, if the link takes them, and nowhere else.

    Raises:
        DownloadError: the link leads to where it must not.
        TransportError: no answer came.
    """
    headers = (("Accept", "*/*"), ("Accept-Encoding", "identity"), *more)
    links = cast("DownloadLinks", record.task_type.result)
    hosts = (*links.hosts, *station.download_hosts)
    ours = file.api_credentials
    place = _found(record, lambda: _place(station, file.url, hosts, ours=ours))
    for _ in range(_REDIRECTS + 1):
        if ours:
            answer: StreamingResponse = yield from _request_as_caller(station, record, limit, place, headers)
        else:
            bare = (("User-Agent", default_user_agent()), *headers)
            answer = yield effects.OpenUrl(place.url, bare, limit.bounded, hosts)
        if answer.status not in REDIRECT_STATUSES:
            return answer
        yield CloseResponse(answer)
        ours = False
        place = _found(record, partial(_redirected, station, place, answer, hosts))
    raise download_error(record, f"more than {_REDIRECTS} redirects", resumable=False)


def _found(record: TaskState, find: Callable[[], Url]) -> Url:
    try:
        return find()
    except ValueError as error:
        why = str(error)
    # Outside of the handler: the error's frames have the URL, and whoever has that can often read the file.
    raise download_error(record, why, resumable=False)


def _place(station: TaskRegistry, url: str, hosts: tuple[str, ...], *, ours: bool) -> Url:
    """Where a link leads.

    Raises:
        ValueError: it must not be followed; the message does not quote it.
    """
    if not ours:
        return check_url(url, hosts, allow_private=station.allow_private_downloads)
    place = same_origin(url, station.config.base_url)
    if place is None:
        raise ValueError("its link takes the API's credentials and leads elsewhere")
    return place


def _redirected(station: TaskRegistry, place: Url, answer: StreamingResponse, hosts: tuple[str, ...]) -> Url:
    """Where an answer sends us. Raises ValueError, as above."""
    locations = Headers(answer.raw_headers).get_list("Location")
    if len(locations) != 1:
        raise ValueError(f"{place.host} redirects to nowhere")
    try:
        url = urljoin(place.url, locations[0])
    except ValueError:
        raise ValueError(f"{place.host} redirects to what is no URL") from None
    if place.scheme == "https" and not url.lower().startswith("https:"):
        raise ValueError(f"{place.host} redirects to what is not https")
    return _place(station, url, hosts, ours=False)


def _request_as_caller(
    station: TaskRegistry, record: TaskState, limit: Deadline, place: Url, headers: tuple[tuple[str, str], ...]
) -> TaskFlow[StreamingResponse]:
    """A request to the API itself, with its credentials."""
    setting = station.config
    source = setting.credentials.source(record.task_type.poll.call.operation.security)
    deadline = limit.bounded
    for last in (False, True):
        access = source.static
        if access is None:
            access = yield from source.obtain(deadline, setting.options.on_event)
        answer: StreamingResponse = yield SendStreaming(_with(access, setting, place, headers, deadline))
        if last or answer.status != 401 or not source.renewable:
            return answer
        yield CloseResponse(answer)
        source.invalidate(access)
    raise AssertionError


def _with(
    access: AuthParts,
    setting: ClientConfig,
    place: Url,
    headers: tuple[tuple[str, str], ...],
    deadline: Deadline | None,
) -> HttpRequest:
    """The request as the API's own calls are: what is sent every time, and the credentials."""
    query = "&".join(access.query)
    url = place.url + (f"{'&' if '?' in place.target else '?'}{query}" if query else "")
    cookies = (*setting.common.cookies, *access.cookies)
    every = (*setting.common.headers, *access.headers, *headers)
    if cookies:
        every = (*every, ("Cookie", "; ".join(cookies)))
    timeout = setting.options.timeout or Timeout()
    return HttpRequest("download", "GET", url, every, None, access.final, deadline, timeout, None)
