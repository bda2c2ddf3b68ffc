"""Rules of downloads, without requests: paths, addresses, links, ranges, digests."""

from __future__ import annotations

import copy
import pickle
import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients.booster import BoosterClient
from taskclients_core.errors import InvalidArgumentError
from taskclients_core.http_messages import Headers
from taskclients_core.tasks.definition import DownloadLink
from taskclients_core.tasks.download.links import (
    DownloadableFile,
    check_host,
    check_url,
    expiry,
    expiry_in_url,
    parse_digest,
    same_origin,
)
from taskclients_core.tasks.download.part_file import Digests, ExpectedDigests, parse_sha256
from taskclients_core.tasks.download.ranges import (
    RangeBody,
    RangeComplete,
    RangeRequest,
    RangeUnusable,
    RestartDownload,
    interpret_response,
    range_headers,
    strong_etag,
)
from taskclients_core.transport.download_transport import AddressRefusedError, check_addresses, refusal_reason
from taskclients_core.transport.url import parse_url

SHOWN = datetime(2026, 1, 1, tzinfo=UTC)


# -- Paths


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("https://a.example/f?s=%2F&t=a+b", "https://a.example", "/f?s=%2F&t=a+b"),
        ("HTTPS://A.Example.:443/", "https://a.example", "/"),
        ("https://a.example", "https://a.example", "/"),
        ("https://a.example?x=1", "https://a.example", "/?x=1"),
        ("https://a.example:8443/f#part", "https://a.example:8443", "/f"),
        ("https://a.example/é b", "https://a.example", "/%C3%A9%20b"),
        ("https://[2001:DB8::1]:8443/f", "https://[2001:db8::1]:8443", "/f"),
        ("http://127.0.0.1:80/", "http://127.0.0.1", "/"),
        ("https://a.example/u@h?p=//x@y", "https://a.example", "/u@h?p=//x@y"),
    ],
)
def test_a_url_is_taken_apart(url: str, origin: str, target: str) -> None:
    parsed = parse_url(url)
    assert (parsed.origin, parsed.target, str(parsed)) == (origin, target, origin)
    assert target == "/" or target not in repr(parsed)


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.example/f", "//a.example/f", "ftp://a.example/", "file:///etc/passwd", "javascript:1", "https://"),
        *("https://u@a.example/", "https://u:p@a.example/", "https://a.example\\@b.example/", "https://@a.example/"),
        *("https://a.example:0/", "https://a.example:65536/", "https://a.example:x/", "https://a.example:/"),
        *("https://a b.example/", "https://a.exa\nmple/", "https://a.example/\r\nX: 1", "https://a.example/\x00"),
        *("https://[::1/", "https://::1/", "https://bücher.example/", "https://./", "https:/a.example/"),
        "https://a.example/" + "x" * 20_000,
        "https://a.example/\ud800",
    ],
)
def test_an_ambiguous_url_is_refused(url: str) -> None:
    """Invariant D6."""
    with pytest.raises(ValueError, match=r"^the link .*; report it to the vendor") as caught:
        parse_url(url)
    assert "example/" not in str(caught.value)


@given(st.text(max_size=60))
def test_an_accepted_url_has_neither_user_nor_control_characters(text: str) -> None:
    """Invariant D6."""
    try:
        parsed = parse_url(f"https://{text}")
    except ValueError:
        return
    assert "@" not in parsed.authority
    assert parsed.url.isascii()
    assert parsed.url.isprintable()
    assert " " not in parsed.url


# -- Addresses


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    """Invariant D6."""
    assert refusal_reason(address) is None


NEAR = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    *("2002:a00:1::1", "64:ff9b::10.0.0.1"),
]
NEVER = [
    *("169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
    *("fd20:ce::254", "0.0.0.1", "0.1.2.3", "192.0.0.8", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1"),
    *("198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%eth0"),
    *("fec0::1", "ff02::1", "ff0e::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "64:ff9b:1::1", "::8.8.8.8"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "100::1", "no address", ""),
]


@pytest.mark.parametrize("address", [*NEAR, *NEVER])
def test_other_addresses_are_refused(address: str) -> None:
    """Invariant D6."""
    assert refusal_reason(address)
    with pytest.raises(AddressRefusedError) as caught:
        check_addresses("files.example", ["8.8.8.8", address], allow_private=False)
    assert not caught.value.sent
    assert "files.example" in str(caught.value)


def test_only_loopback_and_private_networks_can_be_allowed() -> None:
    """Invariant D6."""
    assert [address for address in NEAR if refusal_reason(address, allow_private=True)] == []
    assert [address for address in NEVER if not refusal_reason(address, allow_private=True)] == []


@pytest.mark.parametrize("text", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_other_spellings_of_loopback_are_recognized(text: str) -> None:
    """Invariant D6."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(text, 443, type=socket.SOCK_STREAM)]
    with pytest.raises(AddressRefusedError):
        check_addresses(text, found, allow_private=False)


# -- Hosts


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://files.example.com/f", ["files.example.com"]),
        ("https://FILES.example.com./f", ["files.EXAMPLE.com"]),
        ("https://a.b.example.com/f", ["*.example.com"]),
        ("https://files.example.com:8443/f", ["other", "files.example.com:8443"]),
        ("https://a.example.com:8443/f", ["*.example.com:8443"]),
        ("https://anything.example/f", ["*"]),
        ("https://[2001:4860::1]/f", ["[2001:4860::1]"]),
        ("https://[2001:4860::1]:8443/f", ["[2001:4860::1]:8443"]),
        ("https://[2001:4860::1]/f", ["2001:4860::1"]),
    ],
)
def test_hosts_that_are_named_are_allowed(url: str, hosts: list[str]) -> None:
    for host in hosts:
        check_host(host)
    assert check_url(url, hosts).url.startswith("https://")


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://files.example.com/f", []),
        ("https://example.com/f", ["*.example.com"]),
        ("https://evilexample.com/f", ["*.example.com", "example.com"]),
        ("https://files.example.com.evil.org/f", ["files.example.com", "*.example.com"]),
        ("https://files.example.com:8443/f", ["files.example.com", "*.example.com", "*"]),
        ("https://files.example.com/f", ["files.example.com:8443", "*.", "", "*.*"]),
        ("http://files.example.com/f", ["files.example.com", "*"]),
        ("http://127.0.0.1/f", ["127.0.0.1", "*"]),
        ("https://u@files.example.com/f", ["*"]),
    ],
)
def test_other_hosts_are_refused(url: str, hosts: list[str]) -> None:
    """Invariant D6."""
    with pytest.raises(ValueError, match=r"^the link .*; ") as caught:
        check_url(url, hosts)
    assert "/f" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "remedy"),
    [
        ("https://files.example.com/f?sig=secret", "got a URL; write 'files.example.com'"),
        ("https://user:secret@files.example.com:8443", "got a URL; write 'files.example.com:8443'"),
        ("files.example.com/secret", "got a URL; write 'files.example.com'"),
        ("files example", "not the name of a host: 'files example'; write one such as"),
        ("files.*.com", "not the name of a host"),
        ("файлы.рф", "not the name of a host"),
        ("a:80a", "not the name of a host"),
        ("*.", "not the name of a host"),
        ("", "not the name of a host: ''"),
    ],
)
def test_values_that_match_no_host_are_refused_before_a_task_begins(host: str, remedy: str) -> None:
    booster = BoosterClient("https://api.example", auth="token", download_hosts=["files.example.com", host])
    with pytest.raises(InvalidArgumentError, match=r"^download_hosts: ") as caught:
        booster.tasks.resume("t1.x.00000000")
    assert remedy in str(caught.value)
    assert "secret" not in str(caught.value)


def test_plain_http_is_allowed_only_for_loopback_and_only_on_request() -> None:
    """Invariant D6."""
    assert check_url("http://127.0.0.1:8000/f", ["127.0.0.1:8000"], allow_private=True).scheme == "http"
    assert check_url("http://[::1]:8000/f", ["[::1]:8000"], allow_private=True).scheme == "http"
    with pytest.raises(ValueError, match="not https; report it to the vendor"):
        check_url("http://10.0.0.1/f", ["10.0.0.1"], allow_private=True)
    with pytest.raises(ValueError, match="not https; pass allow_private_downloads=True"):
        check_url("http://127.0.0.1:8000/f", ["127.0.0.1:8000"])
    with pytest.raises(ValueError, match=r"pass download_hosts=\['127.0.0.1:8000'\] and allow_private_downloads=True"):
        check_url("http://127.0.0.1:8000/f", [])


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://api.example/files/1?x=1", True),
        ("https://API.example:443/other", True),
        ("http://api.example/files/1", False),
        ("https://api.example:8443/", False),
        ("https://api.example.evil.org/", False),
        ("https://sub.api.example/", False),
    ],
)
def test_credentials_go_only_to_the_origin_of_the_api(url: str, same: bool) -> None:
    """Invariant D5."""
    assert (same_origin(url, "https://api.example/v1") is not None) is same


# -- Links


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=x", "2026-01-01T01:00:00+00:00"),
        ("x-goog-date=20260101T000000Z&x-goog-expires=60", "2026-01-01T00:01:00+00:00"),
        ("AWSAccessKeyId=x&Expires=1767225600&Signature=y", "2026-01-01T00:00:00+00:00"),
        ("sv=2022&se=2026-01-01T00%3A00%3A00Z&sig=x", "2026-01-01T00:00:00+00:00"),
        ("se=2026-01-01&sig=x", "2026-01-01T00:00:00+00:00"),
        ("expires=3600", None),
        ("Expires=never", None),
        ("Expires=٣٣٣٣٣٣٣٣٣٣", None),
        ("X-Amz-Date=20261301T000000Z&X-Amz-Expires=3600", None),
        ("X-Amz-Date=20260101T000000Z&X-Amz-Expires=-1", None),
        ("X-Amz-Date=99991231T235959Z&X-Amz-Expires=999999999", None),
        ("se=", None),
        ("", None),
    ],
)
def test_the_expiry_of_a_url_is_read_from_its_query(query: str, expected: str | None) -> None:
    found = expiry_in_url(f"https://a.example/f?{query}")
    assert (found and found.isoformat()) == expected


def test_when_a_link_expires() -> None:
    task: Any = {"until": "2026-01-02T00:00:00+02:00", "wrong": 5}
    url = "https://a.example/f?Expires=1767225600"
    assert expiry(url, DownloadLink(at="/u"), task, SHOWN) is None
    assert expiry(url, DownloadLink(at="/u", expires="url"), task, SHOWN) == SHOWN
    assert expiry(url, DownloadLink(at="/u", expires="/until"), task, SHOWN) == datetime(2026, 1, 1, 22, tzinfo=UTC)
    assert expiry(url, DownloadLink(at="/u", expires="/wrong"), task, SHOWN) is None
    assert expiry(url, DownloadLink(at="/u", expires="/none"), task, SHOWN) is None
    assert expiry(url, DownloadLink(at="/u", expires=60.0), task, SHOWN) == datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
    assert expiry(url, DownloadLink(at="/u", expires=1e300), task, SHOWN) is None


def test_a_file_hides_its_url_in_repr_and_pickles() -> None:
    """Invariant X1."""
    file = DownloadableFile(url="https://a.example/f?sig=c4n4ry", size=5, expires=SHOWN, sha256="00")
    assert "c4n4ry" not in repr(file)
    stored = pickle.dumps(file)
    assert b"c4n4ry" not in stored
    assert b"a.example" not in stored
    loaded = pickle.loads(stored)  # noqa: S301
    assert (loaded.url, loaded.size, loaded.expires, loaded.sha256) == ("", 5, SHOWN, "00")
    assert copy.copy(file).url == copy.deepcopy(file).url == file.url


# -- Ranges: D3 as a table

REQUESTED = RangeRequest(offset=100, etag='"v1"', total=1000)


def heads(**headers: str) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items())


V1 = {"ETag": '"v1"'}
TABLE: list[tuple[str, RangeRequest, int, dict[str, str], object]] = [
    ("whole", RangeRequest(), 200, {"Content_Length": "1000", **V1}, RangeBody(0, 1000, 1000, '"v1"', whole=True)),
    ("whole without anything", RangeRequest(), 200, {}, RangeBody(whole=True)),
    ("whole, weak", RangeRequest(), 200, {"ETag": 'W/"v1"'}, RangeBody(whole=True)),
    (
        "whole, packed",
        RangeRequest(),
        200,
        {"Content_Encoding": "gzip", "Content_Length": "9", **V1},
        RangeBody(whole=True),
    ),
    (
        "whole as a part",
        RangeRequest(),
        206,
        {"Content_Range": "bytes 0-9/10", **V1},
        RangeBody(0, 10, 10, '"v1"', whole=True),
    ),
    ("a part unasked", RangeRequest(), 206, {"Content_Range": "bytes 0-8/10"}, RangeUnusable),
    ("416 unasked", RangeRequest(), 416, {}, RangeUnusable),
    ("204", RangeRequest(), 204, {}, RangeUnusable),
    ("the rest", REQUESTED, 206, {"Content_Range": "bytes 100-999/1000", **V1}, RangeBody(0, 900, 1000, '"v1"')),
    ("some", REQUESTED, 206, {"Content_Range": "bytes 100-199/1000", **V1}, RangeBody(0, 100, 1000, '"v1"')),
    ("earlier", REQUESTED, 206, {"Content_Range": "bytes 40-999/1000", **V1}, RangeBody(60, 960, 1000, '"v1"')),
    ("earlier, and ends early", REQUESTED, 206, {"Content_Range": "bytes 0-99/1000", **V1}, RestartDownload),
    ("later", REQUESTED, 206, {"Content_Range": "bytes 101-999/1000", **V1}, RestartDownload),
    ("other total", REQUESTED, 206, {"Content_Range": "bytes 100-1000/1001", **V1}, RestartDownload),
    ("no total", REQUESTED, 206, {"Content_Range": "bytes 100-999/*", **V1}, RangeBody(0, 900, 1000, '"v1"')),
    (
        "no total, none known",
        RangeRequest(100, '"v1"'),
        206,
        {"Content_Range": "bytes 100-999/*", **V1},
        RestartDownload,
    ),
    ("past its total", REQUESTED, 206, {"Content_Range": "bytes 100-1000/1000", **V1}, RestartDownload),
    ("backwards", REQUESTED, 206, {"Content_Range": "bytes 100-99/1000", **V1}, RestartDownload),
    (
        "other length",
        REQUESTED,
        206,
        {"Content_Range": "bytes 100-999/1000", "Content_Length": "1000", **V1},
        RestartDownload,
    ),
    ("new etag", REQUESTED, 206, {"Content_Range": "bytes 100-999/1000", "ETag": '"v2"'}, RestartDownload),
    ("weak etag", REQUESTED, 206, {"Content_Range": "bytes 100-999/1000", "ETag": 'W/"v1"'}, RestartDownload),
    ("no etag", REQUESTED, 206, {"Content_Range": "bytes 100-999/1000"}, RestartDownload),
    (
        "packed",
        REQUESTED,
        206,
        {"Content_Range": "bytes 100-999/1000", "Content_Encoding": "gzip", **V1},
        RestartDownload,
    ),
    ("multipart", REQUESTED, 206, {"Content_Type": "multipart/byteranges; boundary=x", **V1}, RestartDownload),
    ("capitals", REQUESTED, 206, {"Content_Range": "BYTES 100-999/1000", **V1}, RangeBody(0, 900, 1000, '"v1"')),
    ("other unit", REQUESTED, 206, {"Content_Range": "rows 100-999/1000", **V1}, RestartDownload),
    ("no range", REQUESTED, 206, V1, RestartDownload),
    ("200", REQUESTED, 200, {"Content_Length": "1000", "ETag": '"v2"'}, RangeBody(0, 1000, 1000, '"v2"', whole=True)),
    (
        "200 as 206",
        REQUESTED,
        200,
        {"Content_Range": "bytes 100-999/1000", "Content_Length": "900", **V1},
        RangeBody(0, 900, 1000, '"v1"'),
    ),
    (
        "200 with all and a range",
        REQUESTED,
        200,
        {"Content_Range": "bytes 100-999/1000", "Content_Length": "1000", **V1},
        RangeBody(0, 1000, 1000, '"v1"', whole=True),
    ),
    ("200 as 206, of unknown length", REQUESTED, 200, {"Content_Range": "bytes 100-999/1000", **V1}, RestartDownload),
    (
        "200 with another range",
        REQUESTED,
        200,
        {"Content_Range": "bytes 5-9/1000", "Content_Length": "5", **V1},
        RestartDownload,
    ),
    ("416, complete", RangeRequest(100, '"v1"', 100), 416, {"Content_Range": "bytes */100"}, RangeComplete()),
    (
        "416, complete, length unknown",
        RangeRequest(100, '"v1"'),
        416,
        {"Content_Range": "bytes */100"},
        RangeComplete(),
    ),
    (
        "416, other etag",
        RangeRequest(100, '"v1"'),
        416,
        {"Content_Range": "bytes */100", "ETag": '"v2"'},
        RestartDownload,
    ),
    ("416, other length", REQUESTED, 416, {"Content_Range": "bytes */100"}, RestartDownload),
    ("416, silent", REQUESTED, 416, {}, RestartDownload),
]


@pytest.mark.parametrize(
    ("requested", "status", "headers", "verdict"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_status_and_range_decide_how_a_download_continues(
    requested: RangeRequest, status: int, headers: dict[str, str], verdict: object
) -> None:
    """Invariant D3."""
    found = interpret_response(requested, status, heads(**headers))
    if isinstance(verdict, type):
        assert isinstance(found, verdict)
    else:
        assert found == verdict


NUMBERS = st.integers(0, 30)


@given(
    requested=st.builds(RangeRequest, NUMBERS, st.just('"v1"'), st.none() | NUMBERS),
    status=st.sampled_from([200, 203, 206, 416]),
    first=NUMBERS,
    last=NUMBERS,
    total=NUMBERS | st.just("*"),
    length=st.none() | NUMBERS,
    etag=st.sampled_from(['"v1"', '"v2"', 'W/"v1"', ""]),
)
def test_a_part_file_is_resumed_only_where_it_fits(
    requested: RangeRequest, status: int, first: int, last: int, total: object, length: int | None, etag: str
) -> None:
    """Invariant D3."""
    headers = {"Content_Range": f"bytes {first}-{last}/{total}", "ETag": etag}
    if length is not None:
        headers["Content_Length"] = str(length)
    found = interpret_response(requested, status, heads(**headers))
    if isinstance(found, RangeBody) and not found.whole:
        assert etag == requested.etag
        assert first + found.skip == requested.offset
        assert found.length == last - first + 1
        assert requested.offset <= last < (found.total or 0)
        assert requested.total in (None, found.total)


def test_a_range_is_requested_only_with_a_strong_etag() -> None:
    assert range_headers(RangeRequest()) == ()
    assert range_headers(RangeRequest(5, None)) == ()
    assert range_headers(RangeRequest(5, '"v"')) == (("Range", "bytes=5-"), ("If-Range", '"v"'))
    assert [strong_etag(tag) for tag in ('"a"', ' "a" ', '""', 'W/"a"', "a", "", None, '"a"b"', '"a\nb"')] == [
        *('"a"', '"a"', '""'),
        *(None,) * 6,
    ]


# -- Digests


def test_digests_are_read_in_either_spelling() -> None:
    assert parse_digest("AB" * 32, 32) == "ab" * 32
    assert parse_digest("q6urq6urq6urq6urq6urqw==", 16) == "ab" * 16
    for text in ("", "ab", "zz" * 32, "q6ur", "é" * 64):
        assert parse_digest(text, 32) is None


def test_later_digest_headers_replace_earlier_ones() -> None:
    expected = ExpectedDigests(sha256=[("00", "the task")])
    expected.update_from_headers(Headers([(b"Content-MD5", b"q6urq6urq6urq6urq6urqw==")]))
    assert expected.md5 == [("ab" * 16, "the host")]
    expected.update_from_headers(Headers())
    assert (expected.sha256, expected.md5) == ([("00", "the task")], [])


def test_an_md5_that_was_not_announced_in_time_is_a_fault_rather_than_believed() -> None:
    expected = ExpectedDigests()
    sums = Digests(expected)
    sums.add(b"x")
    expected.md5.append(("00", "the host"))
    assert expected.mismatch(sums, 1, 1)


@pytest.mark.parametrize("given_", ["", "abc", "g" * 64, 5, b"0" * 64])
def test_a_sha256_that_is_none_is_refused(given_: object) -> None:
    with pytest.raises(InvalidArgumentError):
        parse_sha256(given_)
