"""Downloads over real sockets, sync and async: D1 to D7 and X1, except tests that need another process."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import io
import json
import logging
import os
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from msgspec import structs
from tests.unit.tasks.file_hosts import (
    CHUNK,
    CONTENT,
    LINKS,
    SHA256,
    FileHost,
    ReceivedRequest,
    Sent,
    SteadyClock,
    Vendor,
    hosting,
)

from taskclients_core.errors import InvalidArgumentError
from taskclients_core.events import Event
from taskclients_core.tasks.definition import DownloadLink
from taskclients_core.tasks.download.reader import download, open_file, open_file_async
from taskclients_core.tasks.errors import DownloadError
from taskclients_core.tasks.polling.policy import wait_deadline

if TYPE_CHECKING:
    from tests.raw_server import RawServer

SECRET = "c4n4ry"


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def host(library: ModuleType) -> Iterator[FileHost]:
    with hosting() as found:
        yield found


@pytest.fixture
def vendor(host: FileHost) -> Iterator[Vendor]:
    with hosting() as api:
        task = {"signedDownloadUrl": f"{host.url}/f%2Fé x.csv?X-Sig={SECRET}"}
        yield Vendor(api, task, hosts=(host.name,))


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def interrupted(vendor: Vendor, host: FileHost, to: Path, at: int = 600_000) -> None:
    """A download that fails in the middle, and keeps the partial file."""
    host.respond = lambda request: host.good(request, cut=at) if request.start is None else Sent(404)
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(to)
    assert caught.value.resumable
    assert caught.value.written >= at - CHUNK
    assert not to.exists()
    assert (to.parent / f"{to.name}.part").stat().st_size == caught.value.written
    host.respond = lambda request: None
    host.requests.clear()


# -- Selecting the file


def test_a_file_is_downloaded_verified_and_moved_to_its_path(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    reported: list[tuple[int, int | None]] = []
    vendor.task["sha256"] = SHA256

    found = vendor.fetch(tmp_path / "a.csv", mode=mode, on_bytes=lambda *counts: reported.append(counts))

    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert left(tmp_path) == {"a.csv"}
    assert (found.path, found.bytes, found.sha256, found.verified) == (
        str(tmp_path / "a.csv"),
        len(CONTENT),
        SHA256,
        "sha256",
    )
    assert (found.etag, found.resumed_from, found.refreshes) == ('"v1"', 0, 0)
    assert reported[-1] == (len(CONTENT), len(CONTENT))
    assert [count for count, _ in reported] == sorted(count for count, _ in reported)
    assert (
        host.requests[0].target == f"/f%2F%C3%A9%20x.csv?X-Sig={SECRET}"
    )  # byte for byte; otherwise it would not verify
    assert [request.method for request in host.requests] == ["GET"]


def test_a_second_call_resumes_the_download(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")
    stored = (tmp_path / "a.csv.part").stat().st_size

    found = vendor.fetch(tmp_path / "a.csv", mode=mode)

    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert found.resumed_from == stored
    assert found.sha256 == SHA256
    assert [request.start for request in host.requests] == [stored]
    assert host.requests[0].headers["if-range"] == '"v1"'
    assert left(tmp_path) == {"a.csv"}


def test_what_is_complete_is_not_fetched_again(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    interrupted(vendor, host, tmp_path / "a.csv", at=len(CONTENT) - 10)
    (tmp_path / "a.csv.part").write_bytes(CONTENT)

    assert vendor.fetch(tmp_path / "a.csv").resumed_from == len(CONTENT)

    assert host.requests == []
    assert (tmp_path / "a.csv").read_bytes() == CONTENT


def test_resume_false_begins_anew(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")

    assert vendor.fetch(tmp_path / "a.csv", resume=False).resumed_from == 0

    assert [request.start for request in host.requests] == [None]


def test_the_part_file_of_another_task_is_not_resumed(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")
    vendor.wanted = "t2"

    assert vendor.fetch(tmp_path / "a.csv").resumed_from == 0

    assert (tmp_path / "a.csv").read_bytes() == CONTENT


def test_a_changed_part_file_is_detected_and_downloaded_again(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")
    with (tmp_path / "a.csv.part").open("r+b") as part:
        part.write(b"other")

    vendor.fetch(tmp_path / "a.csv", sha256=SHA256)

    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert [request.start is None for request in host.requests] == [False, True]


def test_after_a_reboot_only_synced_bytes_of_a_part_file_count(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")
    state = tmp_path / "a.csv.part.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "boot": "another", "bytes": 1000}))

    assert vendor.fetch(tmp_path / "a.csv").resumed_from == 1000

    assert (tmp_path / "a.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 1}', '{"v": 2}', "null", "[" * 100_000])
def test_an_unreadable_download_state_is_ignored(vendor: Vendor, host: FileHost, tmp_path: Path, text: str) -> None:
    interrupted(vendor, host, tmp_path / "a.csv")
    (tmp_path / "a.csv.part.json").write_text(text)

    assert vendor.fetch(tmp_path / "a.csv").resumed_from == 0

    assert (tmp_path / "a.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("mask", [0o022, 0o077])
@pytest.mark.parametrize("kind", ["wide", "linked", "wide state", "linked state"])
def test_a_part_file_that_others_can_read_or_change_is_not_reused(
    vendor: Vendor, host: FileHost, tmp_path: Path, kind: str, mask: int
) -> None:
    """Invariant D3."""
    before = os.umask(mask)
    try:
        interrupted(vendor, host, tmp_path / "a.csv")
        part = tmp_path / ("a.csv.part.json" if "state" in kind else "a.csv.part")
        if "wide" in kind:
            part.chmod(0o644 if mask == 0o077 else 0o666)
        else:
            os.link(part, tmp_path / "other")
            other = part.read_bytes()
        assert vendor.fetch(tmp_path / "a.csv").resumed_from == 0
        if "linked" in kind:
            assert (tmp_path / "other").read_bytes() == other
            assert (tmp_path / "other").stat().st_ino != (tmp_path / "a.csv").stat().st_ino
    finally:
        os.umask(before)
    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_part_file_of_another_user_is_not_reused(
    vendor: Vendor, host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant D3."""
    interrupted(vendor, host, tmp_path / "a.csv")
    inode = (tmp_path / "a.csv.part").stat().st_ino
    held = (tmp_path / "a.csv.part").open("rb")  # so that its inode is not used again
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert vendor.fetch(tmp_path / "a.csv").resumed_from == 0
    assert (tmp_path / "a.csv").stat().st_ino != inode
    held.close()


@pytest.mark.parametrize(("there", "mask", "expected"), [(0o666, 0o027, 0o640), (0o600, 0o022, 0o600)])
def test_replacing_a_file_preserves_its_permissions_within_the_umask(
    vendor: Vendor, host: FileHost, tmp_path: Path, there: int, mask: int, expected: int
) -> None:
    to = tmp_path / "a.csv"
    to.touch()
    to.chmod(there)
    modes: list[int] = []

    def look(*_: object) -> None:
        modes.append((tmp_path / "a.csv.part").stat().st_mode & 0o777)

    before = os.umask(mask)
    try:
        vendor.fetch(to, on_bytes=look)
    finally:
        os.umask(before)
    assert {*modes, to.stat().st_mode & 0o777} == {expected}


# -- Files that are not there yet


class SkippingClock(SteadyClock):
    """Clock that passes over the pauses between requests."""

    skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.skipped += seconds


@pytest.mark.parametrize("status", [202, 204, 404])
@pytest.mark.parametrize("timeout", [3000.0, None])
def test_a_file_that_is_not_there_yet_is_awaited(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, status: int, timeout: float | None
) -> None:
    events: list[Event] = []
    vendor.on_event = events.append
    host.respond = lambda request: Sent(status, {"Retry-After": "0"}) if len(host.requests) < 8 else None
    vendor.clock = SkippingClock()
    assert vendor.fetch(tmp_path / "a.csv", mode=mode, timeout=timeout).bytes == len(CONTENT)
    assert len(host.requests) == 8
    why = f"retry: the host answered {status}, so the file is not there yet"
    delays = [event.delay for event in events if event.detail == why]
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]


@pytest.mark.parametrize(
    ("status", "timeout", "seconds"), [(404, 100.0, 100), (404, None, 600), (204, 3600.0, 600), (202, 3600.0, 3600)]
)
def test_a_file_that_never_appears_is_an_error_within_the_timeout(
    vendor: Vendor, host: FileHost, tmp_path: Path, status: int, timeout: float | None, seconds: int
) -> None:
    """Of a file that the host does not say to make, ten minutes are enough: a link to a deleted one is 404 as well."""
    host.respond = lambda request: Sent(status)
    vendor.clock = clock = SkippingClock()
    with pytest.raises(DownloadError, match=f"{status}, so the file is not there yet") as caught:
        vendor.fetch(tmp_path / "a.csv", timeout=timeout)
    assert caught.value.resumable
    assert seconds - 30 < clock.skipped <= seconds + 30
    assert left(tmp_path) == set()


def test_retry_after_of_a_host_without_the_file_is_obeyed(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    host.respond = lambda request: Sent(202, {"Retry-After": "90"}) if len(host.requests) < 3 else None
    vendor.clock = clock = SkippingClock()
    vendor.fetch(tmp_path / "a.csv", timeout=3600)
    assert clock.skipped == 180
    host.requests.clear()
    with pytest.raises(DownloadError, match="the next attempt would be in 90 s") as caught:
        vendor.fetch(tmp_path / "a.csv", timeout=60)
    assert caught.value.resumable


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "Application/XHTML+XML"])
def test_a_web_page_is_refused_where_the_task_names_another_media_type(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, kind: str
) -> None:
    host.respond = lambda request: Sent(200, {"Content-Type": kind}, b"<html>please sign in</html>")
    assert vendor.fetch(tmp_path / "page", mode=mode).bytes == 27  # nothing says what the file should be
    vendor.links = structs.replace(LINKS, media_type="text/html")
    assert vendor.fetch(tmp_path / "page", mode=mode).bytes == 27
    vendor.links = structs.replace(LINKS, media_type="text/csv")
    with pytest.raises(DownloadError, match="a web page instead of text/csv") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert caught.value.resumable
    assert left(tmp_path) == {"page"}
    host.respond = lambda request: None
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).bytes == len(CONTENT)


def test_a_web_page_is_refused_for_a_path_with_the_suffix_of_another_file(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    bodies = [b"\xef\xbb\xbf\n<!DOCTYPE html>please sign in", b"id,name\n1,a\n"]
    host.respond = lambda request: Sent(200, {"Content-Type": "text/html"}, bodies[0])
    with pytest.raises(DownloadError, match=r"a web page, which is no \.csv file; .*ends with \.html") as caught:
        vendor.fetch(tmp_path / "a.CSV", mode=mode)
    assert caught.value.resumable
    assert left(tmp_path) == set()
    assert vendor.fetch(tmp_path / "a.html", mode=mode).bytes == len(bodies.pop(0))
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).bytes == len(bodies[0])  # HTML by default, as of PHP


# -- D1 and D3: existing files at the path


def test_a_file_that_does_not_verify_never_appears_at_its_path(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    """Invariant D1."""
    (tmp_path / "a.csv").write_bytes(b"before")
    for wrong in ({"sha256": "0" * 64}, {"md5": "0" * 32}, {"size": 5}, {"size": len(CONTENT) + 1}):
        vendor.task = {"signedDownloadUrl": f"{host.url}/f"} | wrong
        with pytest.raises(DownloadError) as caught:
            vendor.fetch(tmp_path / "a.csv", mode=mode)
        assert (caught.value.written, caught.value.resumable) == (0, False)
        assert caught.value.ref is not None
        assert left(tmp_path) == {"a.csv"}
    vendor.task = {"signedDownloadUrl": f"{host.url}/f"}
    with pytest.raises(DownloadError):
        vendor.fetch(tmp_path / "a.csv", mode=mode, sha256="1" * 64)
    assert (tmp_path / "a.csv").read_bytes() == b"before"


@pytest.mark.parametrize(
    ("headers", "verified"),
    [
        ({}, "size"),
        ({"Content-MD5": base64.b64encode(hashlib.md5(CONTENT).digest()).decode()}, "md5"),  # noqa: S324
        ({"Repr-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()}:"}, "sha256"),
        ({"Repr-Digest": f"sha-256=:{base64.b64encode(b'0' * 32).decode()}:"}, None),
        ({"Content-MD5": base64.b64encode(b"0" * 16).decode()}, None),
    ],
)
def test_digests_and_sizes_of_the_host_are_compared(
    vendor: Vendor, host: FileHost, tmp_path: Path, headers: dict[str, str], verified: str | None
) -> None:
    """Invariant D1."""
    host.respond = lambda request: Sent(200, headers, CONTENT)
    if verified is None:
        with pytest.raises(DownloadError, match="the host says"):
            vendor.fetch(tmp_path / "a.csv")
        assert left(tmp_path) == set()
    else:
        assert vendor.fetch(tmp_path / "a.csv").verified == verified


def ranged(status: int, first: int, body: bytes, *, total: object = None, **headers: str) -> Sent:
    reported = f"bytes {first}-{first + len(body) - 1}/{len(CONTENT) if total is None else total}"
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Sent(status, {"Content-Range": reported, "ETag": '"v1"'} | more, body)


MATRIX: dict[str, Any] = {
    "200 for a range": lambda start: Sent(200, {"ETag": '"v2"'}, CONTENT),
    "206 that starts earlier": lambda start: ranged(206, start - 1000, CONTENT[start - 1000 :]),
    "206 that starts later": lambda start: ranged(206, start + 1000, CONTENT[start + 1000 :]),
    "206 that ends earlier": lambda start: ranged(206, start, CONTENT[start : start + 1000]),
    "another total": lambda start: ranged(206, start, CONTENT[start:] + b"more", total=len(CONTENT) + 4),
    "no total": lambda start: ranged(206, start, CONTENT[start:], total="*"),
    "another etag": lambda start: ranged(206, start, b"x" * (len(CONTENT) - start), ETag='"v2"'),
    "a weak etag": lambda start: ranged(206, start, b"x" * (len(CONTENT) - start), ETag='W/"v1"'),
    "no etag": lambda start: Sent(
        206,
        {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"},
        b"x" * (len(CONTENT) - start),
    ),
    "416": lambda start: Sent(416, {"Content-Range": f"bytes */{len(CONTENT)}"}),
    "416 of the same length": lambda start: Sent(416, {"Content-Range": f"bytes */{start}"}),
    "gzip on a range": lambda start: ranged(206, start, b"x" * (len(CONTENT) - start), Content_Encoding="gzip"),
    "200 with a fitting range": lambda start: ranged(200, start, CONTENT[start:]),
    "200 with all of it and a fitting range": lambda start: Sent(
        200, {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}", "ETag": '"v1"'}, CONTENT
    ),
    "200 with another range": lambda start: ranged(200, start + 5, CONTENT[start + 5 :]),
    "multipart": lambda start: ranged(206, start, b"x" * (len(CONTENT) - start), Content_Type="multipart/byteranges"),
    "unit in capitals": lambda start: Sent(
        206,
        {"Content-Range": f"BYTES {start}-{len(CONTENT) - 1}/{len(CONTENT)}", "ETag": '"v1"'},
        CONTENT[start:],
    ),
    "another unit": lambda start: Sent(
        206, {"Content-Range": f"rows {start}-{len(CONTENT) - 1}/{len(CONTENT)}", "ETag": '"v1"'}, CONTENT[start:]
    ),
    "no range": lambda start: Sent(206, {"ETag": '"v1"'}, CONTENT[start:]),
}


@pytest.mark.parametrize("case", MATRIX)
def test_no_response_to_a_range_request_corrupts_the_file(
    vendor: Vendor, host: FileHost, tmp_path: Path, case: str
) -> None:
    """Invariant D3."""
    interrupted(vendor, host, tmp_path / "a.csv")
    first = [True]

    def respond(request: ReceivedRequest) -> Sent | None:
        if request.start is not None and first:
            first.clear()
            return MATRIX[case](request.start)  # type: ignore[no-any-return]
        return None

    host.respond = respond

    assert vendor.fetch(tmp_path / "a.csv").sha256 == SHA256

    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert len(host.requests) <= 2
    assert left(tmp_path) == {"a.csv"}


@pytest.mark.parametrize("etag", [None, 'W/"v1"'])
def test_without_a_strong_etag_no_download_is_resumed(
    vendor: Vendor, host: FileHost, tmp_path: Path, etag: str | None
) -> None:
    """Invariant D3."""
    host.etag = etag
    cuts = [300_000, 600_000, None]
    host.respond = lambda request: host.good(request, cut=cuts.pop(0))

    vendor.fetch(tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert [request.headers.get("range") for request in host.requests] == [None] * 3


def test_a_file_that_changes_during_the_download_is_downloaded_again(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    other = CONTENT[::-1] + b"!"

    def respond(request: ReceivedRequest) -> Sent:
        if request.start is None:
            return host.good(request, cut=500_000)
        host.content, host.etag = other, '"v2"'
        return host.good(request)

    host.respond = respond

    found = vendor.fetch(tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes() == other
    assert found.etag == '"v2"'


def test_an_unrequested_content_encoding_is_decoded(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    packed = gzip.compress(CONTENT)
    host.respond = lambda request: Sent(200, {"Content-Encoding": "gzip", "ETag": '"v1"'}, packed)

    found = vendor.fetch(tmp_path / "a.csv", mode=mode)

    assert host.requests[0].headers["accept-encoding"] == "identity"
    assert (tmp_path / "a.csv").read_bytes() == CONTENT
    assert found.verified == "none"
    assert found.etag is None


def test_an_unknown_content_encoding_is_refused(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    host.respond = lambda request: Sent(200, {"Content-Encoding": "br"}, b"123")
    with pytest.raises(DownloadError, match="br"):
        vendor.fetch(tmp_path / "a.csv")
    assert left(tmp_path) == set()


def test_a_host_that_hangs_up_every_64_kib_costs_no_byte_twice(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    host.respond = lambda request: host.good(request, cut=65536)

    assert vendor.fetch(tmp_path / "a.csv", mode=mode).sha256 == SHA256

    assert len(host.requests) == -(-len(CONTENT) // 65536)


def test_a_host_without_progress_is_given_up_and_the_part_file_stays(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    host.respond = lambda request: host.good(request, cut=400_000) if request.start is None else Sent(503)
    with pytest.raises(DownloadError, match="503") as caught:
        vendor.fetch(tmp_path / "a.csv")
    assert caught.value.resumable
    assert 400_000 - CHUNK <= caught.value.written <= 400_000
    assert len(host.requests) == 6
    host.respond = lambda request: None
    assert vendor.fetch(tmp_path / "a.csv").resumed_from == caught.value.written


def test_a_retry_after_beyond_the_deadline_ends_the_download(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    host.respond = lambda request: Sent(503, {"Retry-After": "120"})
    with pytest.raises(DownloadError, match="120 s") as caught:
        vendor.fetch(tmp_path / "a.csv", timeout=60)
    assert caught.value.resumable
    assert len(host.requests) == 1


def test_the_deadline_holds_for_a_body_that_drips(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    stop = threading.Event()

    def respond(request: ReceivedRequest) -> Sent:
        stop.wait(20)
        return host.good(request)

    host.respond = respond
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode, timeout=2.0)  # it must have been polled before
    stop.set()
    assert caught.value.resumable
    assert left(tmp_path) == set()


# -- D4: links that expire


@pytest.mark.parametrize("at", [0, 1, len(CONTENT) // 2, len(CONTENT) - 1])
@pytest.mark.parametrize("status", [403, 400, 401])
def test_an_expired_link_is_replaced_and_its_file_continues_at_the_same_byte(
    vendor: Vendor, host: FileHost, tmp_path: Path, at: int, status: int
) -> None:
    """Invariant D4."""
    expired = Sent(status, {}, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
    vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=1"

    def respond(request: ReceivedRequest) -> Sent:
        if request.target.endswith("v=2"):
            return host.good(request)
        vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=2"
        return host.good(request, cut=at) if at and request.start is None and len(host.requests) == 1 else expired

    host.respond = respond

    found = vendor.fetch(tmp_path / "a.csv")

    assert found.refreshes == 1
    assert found.sha256 == SHA256
    assert vendor.polls == 2
    assert host.requests[-1].start == (at or None)


def test_sixteen_downloads_share_one_poll_for_each_expiry(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D4."""
    vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=1"
    together = threading.Barrier(16, action=lambda: polls.append(vendor.polls))
    polls: list[int] = []

    def respond(request: ReceivedRequest) -> Sent:
        if request.target.endswith("v=2"):
            return host.good(request)
        together.wait(10)
        vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=2"
        return Sent(403, {}, b"Request has expired")

    host.respond = respond
    registry = vendor.registry()
    record, runner = vendor.record(registry), vendor.sync(registry)

    def fetch(number: int) -> Any:
        limit = wait_deadline(registry.config.clock, 30)
        return runner.run(download(registry, record, tmp_path / f"{number}.csv", limit))

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(fetch, range(16)))
    runner.close()
    runner._driver.close()

    assert {each.sha256 for each in found} == {SHA256}
    assert {each.refreshes for each in found} == {1}
    assert vendor.polls - polls[0] == 1


def test_after_three_new_links_a_download_gives_up_and_can_be_resumed(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    """Invariant D4."""
    seen: list[str] = []

    def respond(request: ReceivedRequest) -> Sent:
        seen.append(request.target)
        vendor.task["signedDownloadUrl"] = f"{host.url}/f?v={len(seen)}"
        return host.good(request, cut=500_000) if len(seen) == 1 else Sent(403, {}, b"ExpiredToken")

    host.respond = respond
    with pytest.raises(DownloadError, match="expired") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert caught.value.resumable
    assert caught.value.written >= 500_000 - CHUNK
    assert vendor.polls == 4
    host.respond = lambda request: None
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).resumed_from == caught.value.written


def test_the_same_expired_link_again_ends_the_download(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D4."""
    host.respond = lambda request: Sent(403, {}, b"Request has expired")
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(tmp_path / "a.csv")
    assert caught.value.resumable
    assert len(host.requests) == 4


def test_a_link_that_leads_to_other_content_costs_the_part_and_not_the_file(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    """Invariant D4."""
    with hosting(FileHost(content=CONTENT[::-1], etag='"other"')) as other:
        vendor.hosts = (host.name, other.name)

        def respond(request: ReceivedRequest) -> Sent:
            vendor.task["signedDownloadUrl"] = f"{other.url}/f"
            return host.good(request, cut=500_000) if request.start is None else Sent(403, {}, b"expired")

        host.respond = respond
        vendor.fetch(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == CONTENT[::-1]


def test_a_refusal_without_a_reason_causes_one_poll(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D4."""
    host.respond = lambda request: Sent(403, {}, b"AccessDenied")
    with pytest.raises(DownloadError, match="403") as caught:
        vendor.fetch(tmp_path / "a.csv")
    assert not caught.value.resumable
    assert (vendor.polls, len(host.requests)) == (2, 2)


def test_a_link_that_is_known_to_have_expired_is_not_tried(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D4."""
    vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=1&Expires=1000000000"
    respond = vendor.api.respond

    def listed(request: ReceivedRequest) -> Sent | None:
        found = respond(request)
        vendor.task["signedDownloadUrl"] = f"{host.url}/f?v=2&Expires=9999999999"
        return found

    vendor.api.respond = listed

    assert vendor.fetch(tmp_path / "a.csv").refreshes == 1
    assert [request.target[:6] for request in host.requests] == ["/f?v=2"]


def test_a_wrong_wall_clock_costs_one_poll(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant T4."""
    vendor.task["signedDownloadUrl"] = f"{host.url}/f?Expires=1000000000"
    assert vendor.fetch(tmp_path / "a.csv").refreshes == 1
    assert len(host.requests) == 1


def test_a_download_ends_when_no_poll_gives_another_link(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D4."""
    import msgspec

    vendor.links = msgspec.structs.replace(LINKS, refresh=False)
    host.respond = lambda request: Sent(403, {}, b"expired")
    with pytest.raises(DownloadError, match="no other one"):
        vendor.fetch(tmp_path / "a.csv")
    assert vendor.polls == 1


# -- D5: credentials and headers


def test_nothing_of_the_api_s_headers_goes_to_a_file_host(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant D5."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", f"127.0.0.1:{vendor.api.port}")
    vendor.fetch(tmp_path / "a.csv", mode=mode)
    (request,) = host.requests
    assert request.headers.keys() == {"host", "user-agent", "accept", "accept-encoding"}
    assert "secret" not in str(request)
    assert request.headers["host"] == host.name


def test_a_given_client_sends_none_of_its_own_headers(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    """Invariant D5."""
    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    vendor.download_http = kind(
        headers={"X-Key": "secret"}, cookies={"a": "secret"}, params={"key": "secret"}, auth=("secret", "secret")
    )
    vendor.fetch(tmp_path / "a.csv", mode=mode)
    (request,) = host.requests
    assert "secret" not in str(request)
    assert request.headers.keys() == {"host", "user-agent", "accept", "accept-encoding"}
    if mode == "sync":
        vendor.download_http.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_stay_with_the_api_when_it_redirects(
    vendor: Vendor, host: FileHost, tmp_path: Path, status: int, mode: str
) -> None:
    """Invariant D5."""
    api = vendor.api
    vendor.task = {"downloadUrl": f"{api.url}/files/1?stored=1"}
    respond = api.respond
    api.respond = lambda request: (
        Sent(status, {"Location": f"{host.url}/f?sig=1", "Set-Cookie": "session=secret"})
        if request.target.startswith("/files")
        else respond(request)
    )

    vendor.fetch(tmp_path / "a.csv", mode=mode)

    (request,) = [each for each in api.requests if each.target.startswith("/files")]
    assert request.target == "/files/1?stored=1"
    assert request.headers["authorization"] == "Bearer secret-token"
    assert request.headers["accept-encoding"] == "identity"
    assert "secret" not in str(host.requests)
    assert {each.method for each in (*host.requests, *api.requests)} == {"GET"}


def test_a_link_that_takes_credentials_works_at_the_apis_origin_alone(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    """Invariant D5."""
    api = vendor.api
    vendor.task = {"downloadUrl": f"{api.url}/files/1"}
    assert vendor.fetch(tmp_path / "a.csv").sha256 == SHA256
    for elsewhere in (f"{host.url}/f", f"http://localhost:{api.port}/f", f"https://127.0.0.1:{api.port}/f"):
        vendor.task = {"downloadUrl": elsewhere}
        vendor.hosts = ("*", host.name)
        with pytest.raises(DownloadError, match="elsewhere"):
            vendor.fetch(tmp_path / "a.csv")
    assert host.requests == []


def test_a_redirect_back_to_the_api_carries_no_credentials(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D5."""
    api = vendor.api
    vendor.hosts = (host.name, api.name)
    host.respond = lambda request: Sent(302, {"Location": f"{api.url}/files/1"})
    vendor.fetch(tmp_path / "a.csv")
    assert "secret" not in str([each for each in api.requests if each.target.startswith("/files")])


def test_more_than_three_redirects_are_not_followed(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    host.respond = lambda request: Sent(302, {"Location": f"/again{len(host.requests)}"})
    with pytest.raises(DownloadError, match="3 redirects"):
        vendor.fetch(tmp_path / "a.csv")
    assert len(host.requests) == 4


@pytest.mark.parametrize("location", ["", "http://[", "ftp://x/", "http://u:p@127.0.0.1/", "http://10.0.0.1/"])
def test_a_redirect_to_a_host_that_is_not_allowed_is_refused(
    vendor: Vendor, host: FileHost, tmp_path: Path, location: str
) -> None:
    """Invariant D6."""
    host.respond = lambda request: Sent(302, {"Location": location} if location else {})
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(tmp_path / "a.csv")
    assert not caught.value.resumable
    assert len(host.requests) == 1


# -- D6: allowed hosts


def test_nothing_is_sent_without_an_allowed_host(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    """Invariant D6."""
    vendor.hosts = ()
    with pytest.raises(DownloadError, match="download_hosts=") as caught:
        vendor.fetch(tmp_path / "a.csv")
    assert host.name in str(caught.value)
    assert SECRET not in str(caught.value)
    assert host.requests == []


def test_no_time_is_spent_waiting_for_a_file_that_will_be_refused(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str
) -> None:
    vendor.hosts = ()
    vendor.task["status"] = "run"
    with pytest.raises(DownloadError, match="names no host that files may come from; pass download_hosts=") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert caught.value.resume_token
    assert (vendor.polls, host.requests) == (1, [])


def test_loopback_is_refused_where_it_is_not_allowed(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    """Invariant D6."""
    vendor.private = False
    for url in (f"http://127.0.0.1:{host.port}/", f"https://127.0.0.1:{host.port}/", f"https://localhost:{host.port}/"):
        vendor.task["signedDownloadUrl"] = url
        vendor.hosts = (f"127.0.0.1:{host.port}", f"localhost:{host.port}")
        with pytest.raises(DownloadError) as caught:
            vendor.fetch(tmp_path / "a.csv", mode=mode)
        assert not caught.value.resumable
    assert host.requests == []


@pytest.mark.parametrize("given", ["none", "direct", "proxied", "own transport"])
@pytest.mark.parametrize(
    "name", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0x7f.1", "0", "[::1]", "[::ffff:7f00:1]",
             "169.254.43518", "10.1", "08.0.0.1", "files.0x7f000001"],
)  # fmt: skip
def test_every_form_of_an_address_that_is_not_allowed_is_refused(
    vendor: Vendor, tmp_path: Path, mode: str, given: str, name: str, library: ModuleType
) -> None:
    """Invariant D6."""
    received: list[Any] = []
    kind = library.Client if mode == "sync" else library.AsyncClient
    if given == "direct":
        vendor.download_http = kind()
    elif given == "proxied":
        vendor.download_http = kind(proxy="http://127.0.0.1:9")
    elif given == "own transport":
        vendor.download_http = kind(transport=library.MockTransport(lambda request: received.append(request)))
    vendor.private = False
    vendor.task["signedDownloadUrl"] = f"https://{name}/f"
    vendor.hosts = (name,)
    with pytest.raises(DownloadError, match=r"address") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert not caught.value.resumable
    assert received == []


def test_a_name_of_loopback_is_refused_for_a_client_that_connects_itself(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, library: ModuleType
) -> None:
    """Invariant D6."""
    vendor.download_http = (library.Client if mode == "sync" else library.AsyncClient)()
    vendor.private = False
    vendor.task["signedDownloadUrl"] = f"https://localhost:{host.port}/f"
    vendor.hosts = (f"localhost:{host.port}",)
    with pytest.raises(DownloadError, match="localhost has a loopback address") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert not caught.value.resumable


def test_names_are_not_resolved_for_a_transport_of_the_caller(
    vendor: Vendor, tmp_path: Path, mode: str, library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: pytest.fail("resolved"))
    kind = library.Client if mode == "sync" else library.AsyncClient
    transport = library.MockTransport(lambda _: library.Response(200, content=CONTENT))
    vendor.download_http = kind(transport=transport)
    vendor.private = False
    vendor.task["signedDownloadUrl"] = "https://files.test/f"
    vendor.hosts = ("files.test",)
    vendor.http = kind(transport=library.MockTransport(lambda _: library.Response(200, content=vendor.listed())))
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).bytes == len(CONTENT)


def test_the_address_that_was_checked_is_connected_to_when_dns_changes(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant D6."""
    import socket

    real, resolved = socket.getaddrinfo, []

    def getaddrinfo(name: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if name != "files.test":
            return real(name, port, *rest, **more)
        resolved.append(name)
        return real("127.0.0.1" if len(resolved) == 1 else "127.0.0.9", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    vendor.task["signedDownloadUrl"] = f"https://files.test:{host.port}/f"
    vendor.hosts = (f"files.test:{host.port}",)
    with pytest.raises(DownloadError, match=r"cannot connect|no usable"):  # no TLS there, but the server was reached
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert len(resolved) == 6  # once for each request


def test_a_host_with_one_address_that_is_not_allowed_is_not_connected_to(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant D6."""
    import socket

    real = socket.getaddrinfo

    def getaddrinfo(name: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if name != "files.test":
            return real(name, port, *rest, **more)
        return [*real("127.0.0.1", port, *rest, **more), *real("169.254.169.254", port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    vendor.task["signedDownloadUrl"] = f"https://files.test:{host.port}/f"
    vendor.hosts = (f"files.test:{host.port}",)
    with pytest.raises(DownloadError, match=r"link-local|metadata"):
        vendor.fetch(tmp_path / "a.csv", mode=mode)


# -- D7 and the disk


def test_max_bytes_ends_a_download_within_a_chunk(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    """Invariant D7."""
    host.respond = lambda request: Sent(200, {"Transfer-Encoding": "chunked"}, chunked(CONTENT))
    reported: list[int] = []
    with pytest.raises(DownloadError, match="200000") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode, max_bytes=200_000, on_bytes=lambda count, _: reported.append(count))
    assert max(reported, default=0) <= 200_000 + CHUNK
    assert (caught.value.written, caught.value.resumable) == (0, False)
    assert left(tmp_path) == set()
    assert vendor.fetch(tmp_path / "a.csv", mode=mode, max_bytes=len(CONTENT)).bytes == len(CONTENT)


def chunked(content: bytes) -> bytes:
    pieces = [content[start : start + 50_000] for start in range(0, len(content), 50_000)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_a_full_disk_leaves_the_part_file(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from taskclients_core.tasks.download import part_file

    class Full:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def write(self, file: int, data: Any) -> int:
            if os.fstat(file).st_size + len(data) > 500_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return os.write(file, data)

    with monkeypatch.context() as patched:
        patched.setattr(part_file, "os", Full())
        with pytest.raises(DownloadError, match="No space left") as caught:
            vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert caught.value.resumable
    assert 0 < caught.value.written <= 500_000
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).resumed_from == caught.value.written
    assert (tmp_path / "a.csv").read_bytes() == CONTENT


def test_two_downloads_to_one_path_do_not_mix(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def respond(request: ReceivedRequest) -> Sent:
        begun.set()
        go_on.wait(20)
        return host.good(request)

    host.respond = respond
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(vendor.fetch, tmp_path / "a.csv")
        assert begun.wait(20)
        with pytest.raises(DownloadError, match="another download"):
            Vendor.fetch(vendor, tmp_path / "a.csv")
        go_on.set()
        assert first.result().sha256 == SHA256
    assert left(tmp_path) == {"a.csv"}


def test_an_open_file_gets_the_bytes_where_it_stands(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    cuts = [300_000, 300_000, None]
    host.respond = lambda request: host.good(request, cut=cuts.pop(0))
    file = io.BytesIO(b"head")
    file.seek(4)
    found = vendor.fetch(file, mode=mode)
    assert file.getvalue() == b"head" + CONTENT
    assert found.path is None
    with (tmp_path / "raw").open("wb", buffering=0) as raw:
        cuts[:] = [None]
        vendor.fetch(raw, mode=mode)
    assert (tmp_path / "raw").read_bytes() == CONTENT


def test_an_open_file_that_cannot_go_back_is_not_written_twice(vendor: Vendor, host: FileHost, tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    host.etag = None
    host.respond = lambda request: host.good(request, cut=300_000)
    with pytest.raises(DownloadError, match="not seekable") as caught:
        vendor.fetch(Pipe())
    assert not caught.value.resumable


# -- Reading while downloading


def test_open_gives_a_file_to_read(vendor: Vendor, host: FileHost) -> None:
    cuts = [100_000, 500_000]
    host.respond = lambda request: host.good(request, cut=cuts.pop(0) if cuts else None)
    registry = vendor.registry()
    record, runner = vendor.record(registry), vendor.sync(registry)
    with open_file(runner, registry, record, wait_deadline(vendor.clock, 30)) as file:
        assert file.read(10) == CONTENT[:10]
        assert file.read() == CONTENT[10:]
        assert file.read() == b""
    with open_file(runner, registry, record, wait_deadline(vendor.clock, 30)) as file:
        assert file.readline() == io.BytesIO(CONTENT).readline()
    runner.close()
    runner._driver.close()


def test_open_raises_if_the_file_does_not_verify(vendor: Vendor, host: FileHost) -> None:
    vendor.task["sha256"] = "0" * 64
    with pytest.raises(DownloadError):
        read(vendor)


def read(vendor: Vendor) -> bytes:
    registry = vendor.registry()
    record, runner = vendor.record(registry), vendor.sync(registry)
    try:
        with open_file(runner, registry, record, wait_deadline(vendor.clock, 30)) as file:
            return file.read()
    finally:
        runner.close()
        runner._driver.close()


async def _read(vendor: Vendor) -> tuple[bytes, bytes]:
    registry = vendor.registry()
    record, runner = vendor.record(registry), vendor.unsync(registry)
    async with open_file_async(runner, registry, record, wait_deadline(vendor.clock, 30)) as pieces:
        whole = b"".join([piece async for piece in pieces])
    async with open_file_async(runner, registry, record, wait_deadline(vendor.clock, 30)) as pieces:
        first = await anext(pieces)
    await runner.aclose()
    await runner._driver.aclose()
    return whole, first


def test_open_yields_chunks_to_async_code(vendor: Vendor, host: FileHost) -> None:
    whole, first = asyncio.run(_read(vendor))
    assert whole == CONTENT
    assert CONTENT.startswith(first)
    assert first


# -- Cancelling


def test_a_cancelled_download_ends_at_once_and_leaves_its_part_file(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    """Invariant C2."""
    stop = threading.Event()

    def respond(request: ReceivedRequest) -> None:
        if request.start is not None:
            stop.wait(20)

    host.respond = respond

    async def main() -> None:
        registry = vendor.registry()
        record, runner = vendor.record(registry), vendor.unsync(registry)
        written = asyncio.Event()

        async def endless(count: int, _: int | None) -> None:
            if count > 300_000:
                written.set()
                await asyncio.sleep(60)

        async def cancelled(moment: Any) -> None:
            limit = wait_deadline(registry.config.clock, 30)
            flow = download(registry, record, tmp_path / "a.csv", limit, on_bytes=endless)
            task = asyncio.create_task(runner.run(flow))
            await moment
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not runner._outside._open

        await cancelled(written.wait())  # while writing
        await cancelled(asyncio.sleep(0.3))  # while waiting for the host
        await runner.aclose()
        await runner._driver.aclose()

    asyncio.run(main())
    stop.set()
    assert (tmp_path / "a.csv.part").stat().st_size > 300_000
    host.respond = lambda request: None
    assert vendor.fetch(tmp_path / "a.csv").resumed_from > 300_000


def test_an_error_in_on_bytes_ends_only_its_download(vendor: Vendor, host: FileHost, tmp_path: Path, mode: str) -> None:
    class EnoughError(Exception):
        pass

    def reported(count: int, total: int | None) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        vendor.fetch(tmp_path / "a.csv", mode=mode, on_bytes=reported)
    assert vendor.fetch(tmp_path / "a.csv", mode=mode).resumed_from > 0


# -- X1


def test_no_link_appears_in_logs_errors_events_or_files(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Invariant X1."""
    caplog.set_level(logging.DEBUG)
    events: list[Any] = []
    vendor.on_event = events.append
    responses = [
        lambda request: host.good(request, cut=300_000),
        lambda request: Sent(403, {"X-Link": host.url + request.target}, f"{request.target} expired".encode()),
        lambda request: Sent(302, {"Location": f"{host.url}/other?{SECRET}"}),
        lambda request: host.good(request, cut=300_000),
        lambda request: Sent(404, {}, request.target.encode()),
    ]
    host.respond = lambda request: responses.pop(0)(request)
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert not responses
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error} {error!r} {error.__notes__ if hasattr(error, '__notes__') else ''}"
        error = error.__cause__ or error.__context__
    state = (tmp_path / "a.csv.part.json").read_text()
    assert json.loads(state).keys() == {"v", "task", "etag", "length", "bytes", "boot", "started"}
    for text in (caplog.text, str(events), state):
        assert text
        assert SECRET not in text
        assert "secret" not in text
    assert (tmp_path / "a.csv.part.json").stat().st_mode & 0o077 == 0


def test_no_path_of_a_link_appears_in_logs_of_a_given_client(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, library: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    """Invariant X1."""
    caplog.set_level(logging.DEBUG)
    vendor.download_http = (library.Client if mode == "sync" else library.AsyncClient)()
    vendor.task["signedDownloadUrl"] = f"{host.url}/{SECRET}/a.csv?X-Sig={SECRET}"
    vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert host.requests[0].target.startswith(f"/{SECRET}/a.csv")
    assert f'GET {host.url} "HTTP/1.1 200 OK"' in caplog.text
    assert SECRET not in caplog.text
    if mode == "sync":
        vendor.download_http.close()


def shown_by_frames(error: BaseException) -> str:
    """Return our own code's part of a traceback with the values of all variables."""
    found: list[str] = []
    reported: traceback.TracebackException | None = traceback.TracebackException.from_exception(
        error, capture_locals=True
    )
    while reported is not None:
        found += [str(frame.locals) for frame in reported.stack if "/taskclients_core/" in frame.filename]
        reported = reported.__cause__ or reported.__context__
    return "\n".join(found)


ELSEWHERE = {"Location": f"https://elsewhere.example/{SECRET}"}


@pytest.mark.parametrize("api", [False, True], ids=["outside", "of the API"])
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (405, {}),
        (403, {}),
        (302, ELSEWHERE),
        (302, {"Location": f"https://[{SECRET}"}),
        (302, {"Location": f"https://u:{SECRET}@a.example/"}),
    ],
)
def test_tracebacks_with_locals_show_no_link(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, status: int, headers: dict[str, str], *, api: bool
) -> None:
    """Invariant X1."""
    if api:
        vendor.task = {"downloadUrl": f"{vendor.api.url}/{SECRET}"}
        listed = vendor.api.respond
        vendor.api.respond = lambda request: (
            listed(request) if request.target.startswith("/tasks") else Sent(status, headers, SECRET.encode())
        )
    host.respond = lambda request: Sent(status, headers, f"{host.url}{request.target}".encode())
    with pytest.raises(DownloadError) as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    shown = shown_by_frames(caught.value)
    assert "'location'" in shown or status != 302
    assert SECRET not in shown
    assert "secret-token" not in shown


def test_a_response_that_is_not_http_is_never_quoted(vendor: Vendor, raw: RawServer, tmp_path: Path, mode: str) -> None:
    """Invariant X1."""
    raw.respond(f"HTTP/1.1 200 OK\r\n{SECRET} x: y\r\n\r\n".encode())
    vendor.task["signedDownloadUrl"] = f"{raw.url}/a.csv"
    vendor.hosts = (f"127.0.0.1:{raw.port}",)
    with pytest.raises(DownloadError, match="no usable response") as caught:
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__


def test_a_failed_download_is_reported(
    vendor: Vendor, host: FileHost, tmp_path: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    events: list[Event] = []
    vendor.on_event = events.append
    host.respond = lambda request: Sent(405)
    with pytest.raises(DownloadError):
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    (reported,) = [event for event in events if event.kind == "download"]
    assert (reported.detail, reported.task, reported.bytes) == (
        "failed: the host answered 405",
        "vendor.export t1",
        None,
    )
    assert "vendor.list: failed: the host answered 405 of vendor.export t1" in caplog.text

    vendor.task.clear()
    with pytest.raises(DownloadError):
        vendor.fetch(tmp_path / "a.csv", mode=mode)
    assert [event.detail for event in events if event.kind == "download"][1:] == [
        "failed: the task has no link to a file"
    ]


def test_a_file_that_cannot_be_decoded_is_reported(vendor: Vendor, host: FileHost, mode: str) -> None:
    events: list[Event] = []
    vendor.on_event = events.append
    host.respond = lambda request: Sent(405)
    with pytest.raises(DownloadError):
        asyncio.run(_read(vendor)) if mode == "async" else read(vendor)
    assert [event.detail for event in events if event.kind == "download"] == ["failed: the host answered 405"]


def test_a_task_type_without_files_and_invalid_arguments_are_refused_before_sending(
    vendor: Vendor, host: FileHost, tmp_path: Path
) -> None:
    import msgspec

    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "b.csv.part").symlink_to(tmp_path / "elsewhere")
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (tmp_path / "folder", {}),
        (tmp_path / "pipe", {}),
        (tmp_path / "link", {}),
        (tmp_path / "b.csv", {}),
        (tmp_path / "none" / "a.csv", {}),
        ("", {}),
        ("a\0b", {}),
        (io.StringIO(), {}),
        (io.BytesIO(b"").getbuffer(), {}),
        (7, {}),
        (tmp_path / "a.csv", {"sha256": "abc"}),
        (tmp_path / "a.csv", {"max_bytes": -1}),
        (tmp_path / "a.csv", {"max_bytes": "5"}),
    ]
    for to, more in wrong:
        with pytest.raises(InvalidArgumentError):
            vendor.fetch(to, **more)
    assert vendor.api.requests == []
    vendor.links = msgspec.structs.replace(LINKS, links=(DownloadLink(at="/nothing"),))
    with pytest.raises(DownloadError, match="no link"):
        vendor.fetch(tmp_path / "a.csv")
    (tmp_path / "c.csv.part").write_text("another program's")
    vendor.links = LINKS
    with pytest.raises(InvalidArgumentError, match="not of a download"):
        vendor.fetch(tmp_path / "c.csv")
    assert (tmp_path / "c.csv.part").read_text() == "another program's"
