"""Every fault of a script, seen through a plain socket."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from attrs import define, field

from dragoman.cli import main
from dragoman.diagnostics import SpecError
from dragoman.mock_server import FAULTS, Fault, Sandbox, fault, load, serving

SPECS = {path.stem: path for path in (Path(__file__).parents[2] / "specs").glob("*.yaml")}
SPEC_OF = {"imports": "lifepos", "processes": "mykaarma"}
BEARER = {"Authorization": "Bearer token"}
BASIC = {"Authorization": "Basic " + base64.b64encode(b"user:password").decode()}
CASHIER = {**BEARER, "Accept-Language": "en-US", "X-LP-Client-Identifier": "till", "X-LP-Client-Type": "App"}
EXPORT = {"brand": "CAR", "posCodes": ["0042"], "downloadRequestId": "nightly"}
ORG = "00000000-0000-4000-8000-000000000007"
LIST = "tasks.listTasks"
SUBMIT = "exports.exportCustomer"
TASKS = "/booster/tasks"
IMPORTS = f"/lifepos/v5/orgs/{ORG}/async/imports/nomenclature"
IMPORTS_ID = "imports.listNomenclatureImportTasks"


@define
class Received:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@define
class Vendor:
    """The sandbox behind a socket, with the test's own clock."""

    address: tuple[str, int]
    now: list[float] = field(factory=list)

    def ask(
        self, path: str = TASKS, headers: dict[str, str] = BEARER, body: Any = None, timeout: float = 5
    ) -> Received:
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        try:
            method = "GET" if body is None else "POST"
            sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return Received(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def export(self) -> str:
        started: str = self.ask("/booster/customer/CAR/export", body=EXPORT).data["asyncTaskId"]
        return started

    def bytes(self, path: str = TASKS, wait: float = 0.3) -> bytes:
        """Return all bytes sent for one request until the server closes the connection."""
        with socket.create_connection(self.address, timeout=wait) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer token\r\n\r\n".encode())
            found = b""
            try:
                while more := line.recv(65536):
                    found += more
            except TimeoutError:
                return found + b"<silence>"
            except ConnectionResetError:
                return found + b"<reset>"
            return found + b"<end>"

    def file(self, link: str = "signedDownloadUrl", **headers: str) -> Received:
        url = urlsplit(next(task[link] for task in self.ask().data if link in task))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(f"{url.path}?{url.query}", named)

    def begun(self, task_id: str) -> list[dict[str, Any]]:
        return [task for task in self.ask().data if task["asyncTaskId"] == task_id]


@define
class Stage:
    """ASGI application that is replaced in each test, because starting a server takes longer than most tests."""

    application: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.application(scope, receive, send)


@pytest.fixture(scope="module", autouse=True)
def _stage() -> Generator[None]:
    with serving(STAGE) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        ADDRESS[:] = [host, int(port)]
        yield


STAGE = Stage()
ADDRESS: list[Any] = []


@contextmanager
def vendor(*faults: Fault) -> Generator[Vendor]:
    """Return a sandbox with these faults, for the vendor of the first one."""
    now = [1_800_000_000.0]
    spec = SPEC_OF.get(faults[0].request.partition(".")[0], "booster")
    STAGE.application = Sandbox([SPECS[spec]], clock=lambda: now[0], faults=faults)
    yield Vendor((ADDRESS[0], ADDRESS[1]), now)


def dealer(there: Vendor) -> dict[str, Any]:
    """Return a myKaarma process that has ended."""
    started = there.ask("/mykaarma/v2/dealer", BASIC, {"name": "Example"}).data["requestUuid"]
    there.now[0] += 10
    found: dict[str, Any] = there.ask(f"/mykaarma/v2/asyncProcesses/{started}", BASIC).data
    return found


# -- Requests that are not served


def test_status() -> None:
    with vendor(fault(LIST, "status", status=429, retry_after="soon", headers={"X-More": "1"})) as there:
        refused = there.ask()
        assert (refused.status, refused.headers["retry-after"], refused.headers["x-more"]) == (429, "soon", "1")
        assert "429" in refused.data["responseStatus"]["message"]
        assert there.ask().status == 200


@pytest.mark.parametrize("status", [204, 304, 307, 401, 418, 511, 599])
def test_every_status_fault_is_sent_unchanged(status: int) -> None:
    with vendor(fault("GET /booster/*", "status", status=status, times="always")) as there:
        assert [there.ask().status for _ in range(3)] == [status] * 3
        assert (there.ask().body == b"") is (status in (204, 304))


def test_reset() -> None:
    with vendor(fault(SUBMIT, "reset")) as there:
        before = len(there.ask().data)
        with pytest.raises(ConnectionResetError):
            there.export()
        assert len(there.ask().data) == before


def test_closed() -> None:
    with vendor(fault(SUBMIT, "closed")) as there:
        before = len(there.ask().data)
        with pytest.raises(http.client.RemoteDisconnected):
            there.export()
        assert len(there.ask().data) == before


def test_ignored() -> None:
    with vendor(fault(LIST, "ignored")) as there:
        assert there.bytes() == b"<silence>"
        assert there.ask().status == 200


@pytest.mark.serial
def test_a_server_with_an_unanswered_request_can_be_stopped() -> None:
    sandbox = Sandbox([SPECS["booster"]], faults=[fault(LIST, "ignored")])
    with serving(sandbox) as url:
        line = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
        line.sendall(b"GET /booster/tasks HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer token\r\n\r\n")
        time.sleep(0.05)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    line.close()


# -- Responses with transport faults


def test_lost() -> None:
    with vendor(fault(SUBMIT, "lost")) as there:
        before = len(there.ask().data)
        with pytest.raises(ConnectionResetError):
            there.export()
        assert len(there.ask().data) == before + 1


def test_unanswered() -> None:
    with vendor(fault(SUBMIT, "unanswered")) as there:
        before = len(there.ask().data)
        with pytest.raises(TimeoutError):
            there.ask("/booster/customer/CAR/export", body=EXPORT, timeout=0.2)
        assert len(there.ask().data) == before + 1


def test_late() -> None:
    with vendor(fault(LIST, "late", seconds=0.3)) as there:
        assert there.bytes(wait=0.1) == b"<silence>"
        assert there.ask().status == 200


def test_late_and_then_whole() -> None:
    with vendor(fault(LIST, "late", seconds=0.1)) as there:
        assert there.ask().data


def test_head_only() -> None:
    with vendor(fault(LIST, "head-only")) as there:
        found = there.bytes()
        assert found.startswith(b"HTTP/1.1 200 OK\r\n")
        assert found.endswith(b"\r\n\r\n<silence>")


@pytest.mark.parametrize(("reset", "end"), [(True, b"<reset>"), (False, b"<end>")])
def test_cut(reset: bool, end: bytes) -> None:
    with vendor(fault(LIST, "cut", at=0.5, reset=reset)) as there:
        head, _, body = there.bytes().partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.splitlines() if line.startswith(b"Content-Length"))
        assert body.endswith(end)
        assert len(body) - len(end) == length // 2


def test_drip() -> None:
    with vendor(fault(LIST, "drip", piece=1000, seconds=0.02)) as there:
        began = time.monotonic()
        assert there.ask().data
        assert time.monotonic() - began > 0.04


def test_length() -> None:
    with vendor(fault(LIST, "length", by=10), fault(LIST, "length", by=-10, nth=2)) as there:
        with pytest.raises(http.client.IncompleteRead):
            there.ask()
        with pytest.raises(ValueError, match="char"):
            _ = there.ask().data


def test_bad_chunk() -> None:
    with vendor(fault(LIST, "bad-chunk")) as there, pytest.raises((http.client.IncompleteRead, ValueError)):
        there.ask()


def test_closes() -> None:
    with vendor(fault(LIST, "closes")) as there:
        found = there.bytes()
        assert found.endswith(b"]<end>")
        assert b"close" not in found.partition(b"\r\n\r\n")[0].lower()


def test_interim() -> None:
    with vendor(fault(LIST, "interim", count=50)) as there:
        found = there.bytes()
        assert found.count(b"100 Continue") == 50
        assert found.count(b"200 OK") == 1


# -- Bodies


def body_of(name: str, **options: Any) -> Received:
    with vendor(fault(LIST, name, **options)) as there:
        response = there.ask()
        assert response.status == 200
        assert there.ask().data
        return response


def test_body() -> None:
    response = body_of("body", text="later", media_type="text/plain")
    assert (response.body, response.headers["content-type"]) == (b"later", "text/plain")


def test_html() -> None:
    response = body_of("html")
    assert (response.body[:9], response.headers["content-type"]) == (b"<!doctype", "text/html; charset=utf-8")


def test_empty() -> None:
    assert body_of("empty").body == b""


def test_truncated() -> None:
    with pytest.raises(ValueError, match="line 1"):
        _ = body_of("truncated", at=0.9).data


def test_bom() -> None:
    assert body_of("bom").body.startswith(b"\xef\xbb\xbf[")


def test_latin_1() -> None:
    body = body_of("latin-1").body
    assert json.loads(body.decode("latin-1"))[0]["status"].endswith("\xe9")
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_nan() -> None:
    body = body_of("nan").body
    assert b'"percentage":NaN' in body
    assert json.loads(body)


def test_huge_number() -> None:
    body = body_of("huge-number").body
    assert b'"percentage":1e400' in body
    assert json.loads(body)


def test_duplicate_member() -> None:
    pairs: list[tuple[str, Any]] = json.loads(body_of("duplicate-member").body, object_pairs_hook=lambda found: found)[
        0
    ]
    assert [name for name, _ in pairs].count(pairs[0][0]) == 2


def test_deep() -> None:
    assert body_of("deep", levels=5000).body == b"[" * 5000 + b"]" * 5000


def test_oversize() -> None:
    body = body_of("oversize", size=1_000_000).body
    assert len(body) == 1_000_000
    assert json.loads(body)


def test_gzip_bomb() -> None:
    response = body_of("gzip-bomb", size=4_000_000)
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.body) < 20_000
    assert len(gzip.decompress(response.body)) > 4_000_000


def test_media_type() -> None:
    response = body_of("media-type", media_type="text/calendar")
    assert response.headers["content-type"] == "text/calendar"
    assert response.data


def test_other_shape() -> None:
    assert list(body_of("other-shape").data) == ["items"]


def test_null() -> None:
    assert body_of("null").data is None


# -- Tasks


def statuses(there: Vendor, looks: int = 8) -> list[Any]:
    task_id = there.export()
    seen: list[Any] = []
    for _ in range(looks):
        seen += [task.get("status", "none") for task in there.begun(task_id)] or ["gone"]
        there.now[0] += 1
    return seen


def test_ends() -> None:
    with vendor(fault(SUBMIT, "ends", phase="failed", seconds=2.0)) as there:
        assert statuses(there, 5) == ["REQ", "INP", "ERR", "ERR", "ERR"]
        assert statuses(there)[-1] == "COM"


def test_id() -> None:
    odd = "a/b 'ü' .. " + "x" * 300
    with vendor(fault(SUBMIT, "id", id=odd)) as there:
        assert there.export() == odd
        assert len(there.begun(odd)) == 1


def test_twin() -> None:
    with vendor(fault(SUBMIT, "twin")) as there:
        before = len(there.ask().data)
        mine = there.export()
        assert len(there.ask().data) == before + 2
        other = there.ask().data[-1]
        assert other["asyncTaskId"] != mine
        assert {**other, "asyncTaskId": mine} == there.begun(mine)[0]


def test_lag() -> None:
    with vendor(fault(LIST, "lag", seconds=4)) as there:
        assert statuses(there)[:5] == ["gone"] * 4 + ["INP"]


def test_vanish() -> None:
    with vendor(fault(LIST, "vanish", nth=3, times=2)) as there:
        assert statuses(there) == ["REQ", "INP", "gone", "gone", "INP", "INP", "COM", "COM"]
        assert len(there.ask().data) > 1


def test_phase() -> None:
    with vendor(fault(LIST, "phase", phase="running", nth=8)) as there:
        assert statuses(there)[-2:] == ["COM", "INP"]


@pytest.mark.parametrize("word", ["PAUSED", "com", None, 7])
def test_word(word: Any) -> None:
    with vendor(fault(LIST, "word", word=word, nth=2)) as there:
        assert statuses(there, 3) == ["REQ", word, "INP"]


def test_no_word() -> None:
    with vendor(fault(LIST, "no-word", nth=2)) as there:
        assert statuses(there, 3) == ["REQ", "none", "INP"]


def percentages(there: Vendor) -> list[Any]:
    task_id = there.export()
    there.now[0] += 3
    first = there.begun(task_id)[0]["percentage"]
    there.now[0] += 1
    return [first, there.begun(task_id)[0]["percentage"]]


@pytest.mark.parametrize("value", [101, -1, "40", None])
def test_progress(value: Any) -> None:
    with vendor(fault(LIST, "progress", value=value)) as there:
        assert percentages(there) == [value, 60]


def test_progress_falls() -> None:
    with vendor(fault(LIST, "progress-falls")) as there:
        assert percentages(there) == [60, 40]


def test_set() -> None:
    with vendor(fault(LIST, "set", at="/totalFailed", value=3)) as there:
        assert there.begun(there.export())[0]["totalFailed"] == 3
        assert there.begun(there.ask().data[-1]["asyncTaskId"])[0].get("totalFailed") != 3


def test_remove() -> None:
    with vendor(fault(LIST, "remove", at="/asyncTaskId")) as there:
        there.export()
        assert [task for task in there.ask().data if "asyncTaskId" not in task]


PROCESS = "processes.getAsyncProcess"


def test_steps_reversed() -> None:
    with vendor(fault(PROCESS, "steps-reversed")) as there:
        assert [step["order"] for step in dealer(there)["steps"]] == [3, 2, 1]


def test_steps_renamed() -> None:
    with vendor(fault(PROCESS, "steps-renamed")) as there:
        assert dealer(there)["steps"][0]["name"] == "Another name 1"


def test_steps_removed() -> None:
    with vendor(fault(PROCESS, "steps-removed")) as there:
        assert dealer(there)["steps"] == []


def test_step_failed() -> None:
    with vendor(fault(PROCESS, "step-failed")) as there:
        process = dealer(there)
        assert (process["status"], process["steps"][-1]["status"]) == ("COMPLETED", "FAILED")


# -- Lists


def page(there: Vendor, token: str | None = None, **query: str) -> Any:
    more = {} if token is None else {"page_token": token}
    return there.ask(f"{IMPORTS}?{urlencode({**query, **more})}", CASHIER).data


def guids(page: Any) -> list[str]:
    return [item["guid"] for item in page["items"]]


def test_twice() -> None:
    with vendor(fault(LIST, "twice")) as there:
        found = there.ask().data
        half = len(found) // 2
        assert [task["asyncTaskId"] for task in found[:half]] == [task["asyncTaskId"] for task in found[half:]]
        assert all(one["status"] != other["status"] for one, other in zip(found[:half], found[half:], strict=True))


def test_crowd() -> None:
    with vendor(fault(LIST, "crowd", count=1000)) as there:
        task_id = there.export()
        found = [task["asyncTaskId"] for task in there.ask().data]
        assert len(set(found)) == len(found) > 1000
        assert found.index(task_id) >= 1000


def test_reversed() -> None:
    with vendor(fault(LIST, "reversed", times=1)) as there:
        assert there.ask().data[0]["asyncTaskId"] == there.ask().data[-1]["asyncTaskId"]


def test_filter_ignored() -> None:
    with vendor(fault(IMPORTS_ID, "filter-ignored", nth=2)) as there:
        narrow = {"task_status": "Canceled"}
        assert {item["status"] for item in page(there, **narrow)["items"]} == {"Canceled"}
        assert len({item["status"] for item in page(there, **narrow)["items"]}) > 1


def test_token_repeated() -> None:
    with vendor(fault(IMPORTS_ID, "token-repeated", times="always")) as there:
        first = page(there)
        second = page(there, first["next_page_token"])
        assert second["next_page_token"] == first["next_page_token"]
        assert guids(second) != guids(first)


def test_token_expired() -> None:
    with vendor(fault(IMPORTS_ID, "token-expired", nth=2)) as there:
        token = page(there)["next_page_token"]
        assert there.ask(f"{IMPORTS}?page_token={token}", CASHIER).status == 422
        assert guids(page(there, token))


def test_empty_page() -> None:
    with vendor(fault(IMPORTS_ID, "empty-page", nth=2)) as there:
        whole = page(there)
        empty = page(there)
        assert guids(empty) == []
        assert guids(page(there, empty["next_page_token"])) == guids(whole)
    with vendor(fault(IMPORTS_ID, "empty-page", nth=2)) as there:
        token = page(there)["next_page_token"]
        empty = page(there, token)
        assert guids(empty) == []
        assert empty["next_page_token"] != token
        assert guids(page(there, empty["next_page_token"])) == guids(page(there, token))


def test_token_missing() -> None:
    with vendor(fault(IMPORTS_ID, "token-missing")) as there:
        closed = page(there)
        assert guids(closed)
        assert closed.get("next_page_token") is None


# -- Links and files


def test_link_dead() -> None:
    with vendor(fault(LIST, "link-dead")) as there:
        assert there.file().status == 403
        assert there.file().status == 200


def test_link_host() -> None:
    with vendor(fault(LIST, "link-host", origin="https://files.example.com")) as there:
        assert there.ask().data[0]["signedDownloadUrl"].startswith("https://files.example.com/_files/")


def test_link_expired() -> None:
    with vendor(fault("/_files/*", "link-expired", nth=2)) as there:
        assert [there.file().status for _ in range(3)] == [200, 403, 200]


def test_a_link_can_expire_in_the_middle() -> None:
    with vendor(fault("/_files/*", "cut"), fault("/_files/*", "link-expired", nth=2)) as there:
        with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
            there.file()
        assert there.file(Range="bytes=100-").status == 403
        assert there.file(Range="bytes=100-").status == 206


def test_other_file() -> None:
    with vendor(fault("/_files/*", "other-file", nth=2)) as there:
        one, other = there.file(), there.file()
        assert one.body != other.body
        assert one.headers["etag"] != other.headers["etag"]


def test_range_ignored() -> None:
    with vendor(fault("/_files/*", "range-ignored", times=1)) as there:
        assert [there.file(Range="bytes=0-9").status for _ in range(2)] == [200, 206]


def test_etag() -> None:
    with vendor(fault("/_files/*", "etag", etag='W/"1"', times=1), fault("/_files/*", "etag", nth=2)) as there:
        assert there.file().headers["etag"] == 'W/"1"'
        assert "etag" not in {name.lower() for name in there.file().headers}


def test_every_fault_has_a_test_and_a_description() -> None:
    tests = {name.removeprefix("test_") for name in globals()}
    assert {name.replace("-", "_") for name in FAULTS} <= tests
    assert all(named.meaning.endswith(".") and "\n" not in named.meaning for named in FAULTS.values())


# -- Scripts


def test_some_requests_are_hit_at_some_times() -> None:
    broken = fault(LIST, "status", status=503, nth=2, times=2, after=10, until=20)
    with vendor(broken) as there:
        found: list[int] = []
        for _ in range(8):
            found.append(there.ask().status)
            there.now[0] += 3
        assert found == [200] * 4 + [200, 503, 503, 200]  # at 12, 15 and 18 seconds it counts


def test_several_faults_hit_one_request() -> None:
    with vendor(fault(LIST, "word"), fault(LIST, "bom"), fault(LIST, "media-type")) as there:
        there.export()
        response = there.ask()
        assert response.headers["content-type"] == "text/plain"
        assert response.body.startswith(b"\xef\xbb\xbf")
        assert b"PAUSED" in response.body


SCRIPT = """\
- {request: tasks.listTasks, fault: status, status: 503, retry_after: 5, nth: 2, times: always}
- request: GET /_files/*
  fault: cut
  at: 0.25
"""


def test_a_script_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    assert load(path) == (
        fault("tasks.listTasks", "status", status=503, retry_after=5, nth=2, times="always"),
        fault("GET /_files/*", "cut", at=0.25),
    )


BAD: list[tuple[str, str, str]] = [
    ("request: tasks.listTasks", "1:1", "a script must be a list of faults"),
    ("- status", "1:3", "a fault must be a mapping"),
    ("- {request: tasks.listTasks, fault: stauts}", "1:30", "unknown fault: 'stauts'"),
    ("- {request: tasks.listTasks, fault: status}", "1:30", "the option status of status is required"),
    ("- {fault: html}", "1:3", "`request` is required"),
    ("- {request: tasks.listTasks, falt: html}", "1:30", "`fault` is required"),
    ("- {request: tasks.listTasks}", "1:3", "`fault` is required"),
    ("- {request: tasks.listTasks, fault: html, nht: 2}", "1:43", "unknown option of html: 'nht'"),
    ("- {request: tasks.listTasks, fault: html, nth: 0}", "1:43", "nth is invalid: 0"),
    ("- {request: tasks.listTasks, fault: html, times: often}", "1:43", "times is invalid: 'often'"),
    ("- {request: tasks.listTasks, fault: html, after: -1}", "1:43", "after is invalid: -1"),
    ("- {request: tasks.listTasks, fault: status, status: 99}", "1:45", "status is invalid: 99"),
    ("- {request: tasks.listTasks, fault: cut, at: 2}", "1:42", "at is invalid: 2"),
    ("- {request: tasks.listTasks, fault: phase, phase: paused}", "1:44", "phase is invalid: 'paused'"),
    ("- {request: tasks.listTask, fault: html}", "1:3", "unknown operation: tasks.listTask"),
    (
        "- {request: tasks.listTasks, fault: phase, phase: needs-input}",
        "1:3",
        "the tasks of tasks.listTasks never have the phase needs-input",
    ),
    ("- {request: tasks.listTasks, fault: html", "2:1", ""),
]


@pytest.mark.parametrize(("text", "place", "message"), BAD)
def test_an_invalid_script_is_reported_with_its_line(text: str, place: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        Sandbox([SPECS["booster"]], faults=path)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{path.as_posix()}:{place}: ")
    assert message in problem.message
    assert problem.hint


def test_all_problems_of_a_script_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text("- {request: a, fault: b}\n- {request: '', fault: html, nth: x}\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load(path)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("make", "output"),
    [
        (lambda: fault(LIST, "stauts"), "unknown fault: 'stauts'; did you mean status?"),
        (lambda: fault(LIST, "quite different"), "unknown fault: 'quite different'; use one of bad-chunk, "),
        (lambda: fault(LIST, "status", stauts=503), "unknown option of status: 'stauts'; did you mean status?"),
        (lambda: fault(LIST, "html", after=5, until=5), "it never applies: until 5 is not later than after 5"),
        (
            lambda: fault(LIST, "status"),
            "the option status of status is required; add status: a status from 200 to 599",
        ),
        (
            lambda: Sandbox([SPECS["booster"]], faults=[fault("tasks.list", "html")]),
            "unknown operation: tasks.list; did you mean tasks.listTasks?",
        ),
    ],
)
def test_an_impossible_fault_is_refused(make: Callable[[], object], output: str) -> None:
    with pytest.raises(ValueError, match=re.escape(output)):
        make()


@pytest.mark.parametrize(
    ("impossible", "output"),
    [
        (fault("/taks*", "html"), "no request matches /taks*; did you mean /tasks?"),
        (fault("DELETE /tasks*", "html"), "no request matches DELETE /tasks*; "),
        (fault("/_file/*", "cut"), "no request matches /_file/*; "),
        (fault("/tasks/", "html"), "no request matches /tasks/; "),
        (
            fault(LIST, "ends"),
            "ends has no effect on tasks.listTasks: it needs a request that begins a task; use one of ",
        ),
        (
            fault("exports.exportCustomer", "vanish"),
            "vanish has no effect on exports.exportCustomer: it needs a request that returns tasks;",
        ),
        (
            fault("tasks.getTask", "twice"),
            "twice has no effect on tasks.getTask: it needs a request that returns a list of tasks;",
        ),
        (fault(LIST, "token-missing"), "it needs a request that returns a list of tasks in pages; remove it"),
        (fault(LIST, "steps-removed"), "it needs a request that returns tasks with steps; remove it"),
        (fault(LIST, "range-ignored"), "it needs a request that downloads a file; use one of /_files/booster/"),
        (
            fault("POST /*", "phase", phase="failed"),
            "phase has no effect on POST /*: it needs a request that returns tasks;",
        ),
    ],
)
def test_a_fault_that_can_never_apply_is_refused(impossible: Fault, output: str) -> None:
    with pytest.raises(ValueError, match=re.escape(output)):
        Sandbox([SPECS["booster"]], faults=[impossible])


@pytest.mark.parametrize(
    "request_", ["*", "/tasks*", "GET /booster/tasks/*", "/tasks/0?-*", "/*/CAR/export", "GET /_files/*", "/t[a-z]sks"]
)
def test_a_pattern_that_some_request_matches_is_accepted(request_: str) -> None:
    Sandbox([SPECS["booster"]], faults=[fault(request_, "html")])


def test_the_command_line_accepts_a_script_and_reports_its_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("script.yaml").write_text("- {request: tasks.listTasks, fault: nothing}\n", encoding="utf-8")
    assert main(["sandbox", str(SPECS["booster"]), "--port", "0", "--faults", "script.yaml"]) == 1
    assert capsys.readouterr().err.startswith("script.yaml:1:30: fault: nothing: unknown fault: 'nothing'\n  hint: ")
