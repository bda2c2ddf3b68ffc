"""Links to files: signed, expiring, resumable; the same file for the same task."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dragoman.mock_server import Call, Reply, Sandbox

SPEC = Path(__file__).parents[2] / "specs" / "booster.yaml"
BEARER = {"authorization": "Bearer token"}


class Shop:
    """Return a sandbox with an export that has finished."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.sandbox = Sandbox([SPEC], clock=lambda: self.now)
        tasks = json.loads(self.get("http://here/tasks", BEARER).body)
        self.signed: str = tasks[0]["signedDownloadUrl"]
        self.plain: str = tasks[0]["downloadUrl"]

    def get(self, url: str, headers: dict[str, str] | None = None, method: str = "GET") -> Reply:
        parts = urlsplit(url)
        call = Call(method=method, path=parts.path, query=parts.query, headers=headers or {}, origin="http://here")
        return self.sandbox.answer(call)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_signed_link_needs_no_credentials(shop: Shop) -> None:
    reply = shop.get(shop.signed)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert reply.body.count(b"\r\n") == 13
    rows = list(csv.DictReader(io.StringIO(reply.body.decode(), newline=""), strict=True))
    assert len(rows) == 12
    assert all(row["email"].endswith("@example.com") for row in rows)
    assert {"\n", ",", '"'} <= {mark for row in rows for mark in row["remark"]}


def test_a_plain_link_needs_the_credentials_of_the_api(shop: Shop) -> None:
    assert shop.get(shop.plain).status == 401
    assert shop.get(shop.plain, BEARER).body == shop.get(shop.signed).body


def test_a_link_expires(shop: Shop) -> None:
    shop.now += 299
    assert shop.get(shop.signed).status == 200
    shop.now += 1
    assert shop.get(shop.signed).status == 403


def test_a_link_cannot_be_made_up(shop: Shop) -> None:
    start, _, signature = shop.signed.rpartition("=")
    expires = start.partition("expires=")[2].partition("&")[0]
    later = shop.signed.replace(expires, str(int(expires) + 60))
    forged = [f"{start}={'0' * len(signature)}", f"{start}=", f"{start}=%C3%A9", later]
    forged.append(shop.signed.replace("/task/", "/task/0"))
    assert [shop.get(url).status for url in forged] == [403] * len(forged)
    assert Shop().get(shop.signed).status == 403


def test_only_get_reads_a_file(shop: Shop) -> None:
    assert shop.get(shop.signed, method="HEAD").status == 405


def test_a_task_that_still_runs_has_no_file(shop: Shop) -> None:
    running = json.loads(shop.get("http://here/tasks", BEARER).body)[-1]
    assert running["status"] == "INP"
    assert shop.get(shop.plain.rpartition("/")[0] + f"/{running['asyncTaskId']}.csv", BEARER).status == 404
    assert shop.get(shop.plain.rpartition("/")[0] + "/nothing.csv", BEARER).status == 404


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("Bytes=-5", -5, None), ("bytes=0-99999", 0, None)],
)
def test_a_part_of_a_file(shop: Shop, wanted: str, start: int, stop: int | None) -> None:
    whole = shop.get(shop.signed).body
    reply = shop.get(shop.signed, {"range": wanted})
    part = whole[start:stop]
    first = start % len(whole)
    assert (reply.status, reply.body) == (206, part)
    assert reply.headers["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"


def test_ranges_that_cannot_be(shop: Shop) -> None:
    size = len(shop.get(shop.signed).body)
    reply = shop.get(shop.signed, {"range": f"bytes={size}-"})
    assert (reply.status, reply.headers["Content-Range"]) == (416, f"bytes */{size}")
    for ignored in ("bytes=-", "lines=0-1", "bytes=0-1,3-4", "bytes=a-b"):
        assert shop.get(shop.signed, {"range": ignored}).status == 200


def test_conditions(shop: Shop) -> None:
    etag = shop.get(shop.signed).headers["ETag"]
    assert shop.get(shop.signed, {"if-none-match": f'"x", {etag}'}).status == 304
    assert shop.get(shop.signed, {"range": "bytes=0-1", "if-range": etag}).status == 206
    assert shop.get(shop.signed, {"range": "bytes=0-1", "if-range": '"other"'}).status == 200
