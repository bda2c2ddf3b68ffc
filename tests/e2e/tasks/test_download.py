"""Downloads in other processes: killed at any moment (D1, D2), with a large body (D7), and over TLS (D6)."""

from __future__ import annotations

import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.unit.tasks.file_hosts import CHUNK, CONTENT, SHA256, FileHost, ReceivedRequest, Sent, Vendor, hosting

from taskclients_core.tasks.errors import DownloadError

ROOT = Path(__file__).parents[3]

CHILD = """
import resource, sys
library, mode, api, host, to, url = sys.argv[1:]
if library == "httpx2":
    sys.modules["httpx"] = None
from tests.unit.tasks.file_hosts import FileHost, Vendor
vendor = Vendor(FileHost(port=int(api)), hosts=(f"127.0.0.1:{host}",))
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = None
if url == "measure":
    vendor.fetch(to + ".warm", mode=mode, timeout=60)
    before = peak()
    to += ".large"
    vendor.wanted = "t2"
found = vendor.fetch(to, mode=mode, timeout=300)
print(found.sha256, found.bytes, found.resumed_from, 0 if before is None else peak() - before)
"""


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def one_mode(library: ModuleType) -> str:
    """Return a mode for tests that start many processes: part files do not depend on the library."""
    return {"httpx": "sync", "httpx2": "async"}[library.__name__]


def child(library: ModuleType, mode: str, vendor: Vendor, host: int, to: Path, url: str = "") -> subprocess.Popen[str]:
    arguments = [library.__name__, mode, str(vendor.api.port), str(host), str(to), url]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'codegen'}", "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition: Any, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@contextmanager
def vendor_of(host: FileHost) -> Iterator[Vendor]:
    with hosting() as api:
        yield Vendor(api, {"signedDownloadUrl": f"{host.url}/f"}, hosts=(host.name,))


def test_each_kill_costs_at_most_one_chunk(library: ModuleType, one_mode: str, tmp_path: Path) -> None:
    """Invariants D1, D2."""
    content = CONTENT * 4
    to, part = tmp_path / "a.csv", tmp_path / "a.csv.part"
    points = [700_001, 1_500_000, 2_600_000, 3_999_999]  # further apart than a chunk
    sent: list[int] = []
    with hosting(FileHost(content=content)) as host, vendor_of(host) as vendor:
        for point in points:
            hold = threading.Event()

            def respond(request: ReceivedRequest, point: int = point, hold: threading.Event = hold) -> Sent:
                start = request.start or 0
                sent.append(point - start)
                good = host.good(request)
                return Sent(
                    good.status, good.headers | {"Content-Length": str(len(good.body))}, good.body, point - start, hold
                )

            host.respond = respond
            process = child(library, one_mode, vendor, host.port, to)
            until(lambda point=point: sent and size_of(part) >= point - CHUNK)
            kill(process)
            hold.set()
            assert not to.exists()
        host.respond = lambda request: None
        process = child(library, one_mode, vendor, host.port, to)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
    sent.append(len(content) - int(out.split()[2]))
    assert to.read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv"}
    assert len(sent) == len(points) + 1
    assert sum(sent) <= len(content) + len(points) * CHUNK


def test_a_killed_download_leaves_the_whole_file_or_none_at_its_path(
    library: ModuleType, one_mode: str, tmp_path: Path
) -> None:
    """Invariant D1."""
    chance = random.Random(f"{library.__name__} {one_mode}")
    to = tmp_path / "a.csv"
    with hosting() as host, vendor_of(host) as vendor:
        for _ in range(4):
            host.requests.clear()
            process = child(library, one_mode, vendor, host.port, to)
            until(lambda process=process: host.requests or process.poll() is not None)
            time.sleep(chance.random() * 0.04)
            kill(process)
            assert not to.exists() or to.read_bytes() == CONTENT
            to.unlink(missing_ok=True)
        process = child(library, one_mode, vendor, host.port, to)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
    assert out.split()[0] == SHA256
    assert to.read_bytes() == CONTENT


def test_memory_does_not_grow_with_the_file(library: ModuleType, mode: str, tmp_path: Path) -> None:
    """Invariant D7."""
    small, large = 1_000_000, 256 * 1024 * 1024
    sizes = [small, large]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        piece = bytes(65536)
        for size in sizes:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "v"\r\nContent-Length: %d\r\n\r\n' % size)
                for start in range(0, size, len(piece)):
                    connection.sendall(piece[: size - start])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    with hosting() as api:
        vendor = Vendor(api)
        url = f"http://127.0.0.1:{port}/f"
        listed = (
            b'[{"id":"t1","status":"ok","signedDownloadUrl":"%b"},{"id":"t2","status":"ok","signedDownloadUrl":"%b"}]'
        )
        body = listed % (url.encode(), url.encode())
        api.respond = lambda request: Sent(200, {"Content-Type": "application/json"}, body)
        process = child(library, mode, vendor, port, tmp_path / "a", "measure")
        out, error = process.communicate(timeout=120)
    listener.close()
    assert process.returncode == 0, error
    _, count, _, grown = out.split()
    assert int(count) == (tmp_path / "a.large").stat().st_size == large
    assert int(grown) <= 16 * 1024, f"{grown} KiB"


# -- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a self-signed certificate for files.test and its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=files.test"),
            *("-addext", "subjectAltName=DNS:files.test", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def test_tls_verifies_the_name_while_the_checked_address_is_connected_to(
    library: ModuleType, mode: str, tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant D6."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    real = socket.getaddrinfo
    resolved: list[str] = []

    def getaddrinfo(name: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if str(name).endswith(".test"):
            resolved.append(name)
            # The first address refuses the connection, so the next one is tried.
            return [*real("127.0.0.9", port, *rest, **more), *real("127.0.0.1", port, *rest, **more)]
        return real(name, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    named: list[str | None] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    tls.sni_callback = lambda _, name, __: named.append(name)
    with hosting(tls=tls) as host, vendor_of(host) as vendor:
        vendor.hosts = (f"*.test:{host.port}",)
        vendor.task["signedDownloadUrl"] = f"https://files.test:{host.port}/f"
        assert vendor.fetch(tmp_path / "a.csv", mode=mode).sha256 == SHA256
        assert (resolved, named) == (["files.test"], ["files.test"])
        assert host.requests[0].headers["host"] == f"files.test:{host.port}"
        host.requests.clear()
        vendor.task["signedDownloadUrl"] = f"https://other.test:{host.port}/f"
        with pytest.raises(DownloadError):
            vendor.fetch(tmp_path / "b.csv", mode=mode)
        assert host.requests == []
