"""The sandbox in a new process: it prints its address, logs no secrets, and ends on a signal."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from dragoman.mock_server import running, serve
from dragoman.mock_server.app import MAX_BODY

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))


@contextmanager
def process(*arguments: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "dragoman", "sandbox", *map(str, SPECS), "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            first = child.stdout.readline()
            match = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", first)
            assert match, first
            yield child, match[1]
        finally:
            child.kill()


def rest(child: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the remaining output of a process that ends."""
    assert child.stdout is not None
    assert child.stderr is not None
    child.wait(timeout=10)
    return child.stdout.read(), child.stderr.read()


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(number: signal.Signals) -> None:
    with process() as (child, url), httpx.Client() as http:
        assert http.get(f"{url}/booster/tasks").status_code == 401
        child.send_signal(number)
        out, err = rest(child)
        assert (child.returncode, err) == (0, "")
    for package in ("booster", "lifepos", "mykaarma"):
        assert f"  {url}/{package}  " in out


@pytest.mark.usefixtures("library")
def test_the_access_log_has_no_query_and_no_header() -> None:
    with process() as (child, url), httpx.Client() as http:
        http.get(f"{url}/booster/tasks?signature=canary", headers={"Authorization": "Bearer canary"})
        child.terminate()
        out, err = rest(child)
    assert "GET /booster/tasks 200\n" in out
    assert "canary" not in out + err


def test_a_taken_port_is_reported_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert serve(SPECS, port=taken.getsockname()[1]) == 2
    assert "use another --port" in capsys.readouterr().err


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense(speed: float, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(SPECS, port=0, speed=speed) == 2
    assert "--speed" in capsys.readouterr().err


@pytest.mark.usefixtures("library")
def test_in_a_thread_it_leaves_nothing_behind() -> None:
    before = threading.active_count()
    with running(SPECS) as url, httpx.Client() as http:
        assert http.get(f"{url}/booster/tasks").status_code == 401
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/booster/tasks")


@pytest.mark.usefixtures("library")
def test_a_body_beyond_the_cap_is_refused() -> None:
    with running(SPECS) as url, httpx.Client() as http:
        reply = http.post(f"{url}/booster/customer/CAR/export", content=b"x" * (MAX_BODY + 1))
    assert reply.status_code == 413


@pytest.mark.usefixtures("library")
def test_a_path_keeps_its_encoded_slash_and_a_host_its_name() -> None:
    with running(SPECS) as url, httpx.Client(headers={"Authorization": "Bearer t"}) as http:
        assert http.get(f"{url}/booster/tasks/a%2Fb").status_code == 400
        tasks = http.get(f"{url}/booster/tasks").json()
        assert tasks[0]["signedDownloadUrl"].startswith(f"{url}/_files/")
        assert http.get(tasks[0]["signedDownloadUrl"]).status_code == 200
