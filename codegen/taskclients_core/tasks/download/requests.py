"""One request for a task's file: from its link to an answer, through redirects, with credentials where they belong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin

from ...credentials.access import Access
from ...exchange.deadline import Deadline
from ...exchange.effects import Open, OpenAnswer
from ...exchange.places import Place
from ...exchange.redirects import STATUSES
from ...exchange.setting import Setting, default_user_agent
from ...headers import Headers
from ...messages import Request
from ...options import Timeout
from .. import effects
from ..definition import Links
from ..effects import Close, Flow
from ..errors import DownloadError
from .file import DownloadableFile
from .links import allowed, same_origin

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station

_REDIRECTS: Final = 3


def failure(record: Record, why: str, *, resumable: bool = True) -> DownloadError:
    """The file cannot be had."""
    return DownloadError(f"{record.ref}: {why}", ref=record.ref, last=record.view, resumable=resumable)


def request(
    station: Station, record: Record, limit: Deadline, file: DownloadableFile, more: tuple[tuple[str, str], ...]
) -> Flow[OpenAnswer]:
    """Ask for a file. Credentials go to the API's own origin, if the link takes them, and nowhere else.

    Raises:
        DownloadError: the link leads to where it must not.
        TransportError: no answer came.
    """
    headers = (("Accept", "*/*"), ("Accept-Encoding", "identity"), *more)
    links = cast("Links", record.kind.result)
    hosts = (*links.hosts, *station.download_hosts)
    ours = file.api_credentials
    place = _found(record, lambda: _place(station, file.url, hosts, ours=ours))
    for _ in range(_REDIRECTS + 1):
        if ours:
            answer: OpenAnswer = yield from _request_as_caller(station, record, limit, place, headers)
        else:
            bare = (("User-Agent", default_user_agent()), *headers)
            answer = yield effects.Download(place.url, bare, limit.bounded, hosts)
        if answer.status not in STATUSES:
            return answer
        yield Close(answer)
        ours = False
        place = _found(record, partial(_redirected, station, place, answer, hosts))
    raise failure(record, f"more than {_REDIRECTS} redirects", resumable=False)


def _found(record: Record, find: Callable[[], Place]) -> Place:
    try:
        return find()
    except ValueError as error:
        why = str(error)
    # Outside of the handler: the error's frames have the URL, and whoever has that can often read the file.
    raise failure(record, why, resumable=False)


def _place(station: Station, url: str, hosts: tuple[str, ...], *, ours: bool) -> Place:
    """Where a link leads.

    Raises:
        ValueError: it must not be followed; the message does not quote it.
    """
    if not ours:
        return allowed(url, hosts, private=station.allow_private_downloads)
    place = same_origin(url, station.setting.base_url)
    if place is None:
        raise ValueError("its link takes the API's credentials and leads elsewhere")
    return place


def _redirected(station: Station, place: Place, answer: OpenAnswer, hosts: tuple[str, ...]) -> Place:
    """Where an answer sends us. Raises ValueError, as above."""
    locations = Headers(answer.raw_headers).all("Location")
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
    station: Station, record: Record, limit: Deadline, place: Place, headers: tuple[tuple[str, str], ...]
) -> Flow[OpenAnswer]:
    """A request to the API itself, with its credentials."""
    setting = station.setting
    source = setting.credentials.source(record.kind.observe.call.operation.security)
    deadline = limit.bounded
    for last in (False, True):
        access = source.fixed
        if access is None:
            access = yield from source.obtain(deadline, setting.choices.on_event)
        answer: OpenAnswer = yield Open(_with(access, setting, place, headers, deadline))
        if last or answer.status != 401 or not source.renewable:
            return answer
        yield Close(answer)
        source.forget(access)
    raise AssertionError


def _with(
    access: Access, setting: Setting, place: Place, headers: tuple[tuple[str, str], ...], deadline: Deadline | None
) -> Request:
    """The request as the API's own calls are: what is sent every time, and the credentials."""
    query = "&".join(access.query)
    url = place.url + (f"{'&' if '?' in place.target else '?'}{query}" if query else "")
    cookies = (*setting.every.cookies, *access.cookies)
    every = (*setting.every.headers, *access.headers, *headers)
    if cookies:
        every = (*every, ("Cookie", "; ".join(cookies)))
    timeout = setting.choices.timeout or Timeout()
    return Request("download", "GET", url, every, None, access.final, deadline, timeout, None)
