"""HTTP server of the sandbox: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import math
import signal
import socket
import sys
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn

from .app import Clock, Sandbox
from .faults import Fault
from .messages import Protocol
from .requests import is_credential

SECONDS_TO_STOP: Final = 3


def serve(
    specs: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    speed: float = 1.0,
    faults: Iterable[Fault] | Path = (),
    auth: str | None = None,
) -> int:
    """Serve specs until SIGINT or SIGTERM.

    Returns:
        The exit status: 0 after a signal, 2 if the address is in use or an argument is invalid.

    Raises:
        SpecError: A spec or script cannot be read or is invalid.
    """
    if not (math.isfinite(speed) and speed > 0):
        return _usage_error(f"--speed: must be a finite number above 0: {speed}")
    if auth is not None and not is_credential(auth):
        return _usage_error("--auth: must be printable ASCII without spaces")
    sandbox = Sandbox(specs, speed=speed, log=_print, faults=faults, auth=auth)
    try:
        listener = _listen(host, port)
    except (OSError, OverflowError) as error:
        return _usage_error(
            f"sandbox: cannot listen on {host}:{port}: {error}; use another --port (0: a free one) or --host"
        )
    with listener:
        server = _server(sandbox)
        # uvicorn stops on these signals and then raises them again for the previous handlers, which are these.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stopper(server))
        url = _url(listener)
        _print(f"listening on {url}")
        for package, mount in sandbox.mounts.items():
            _print(f"  {url}/{package}  {len(mount.operations)} operations of {mount.api.data['info']['title']}")
        if sandbox.collisions:
            _print("no spec is served at the root, because several declare the same path; use the URLs above:")
            for collision in sandbox.collisions:
                _print(f"  {collision}")
        server.run(sockets=[listener])
    return 0


@contextmanager
def running(
    specs: Sequence[Path],
    *,
    speed: float = 1.0,
    clock: Clock = time.time,
    faults: Iterable[Fault] | Path = (),
    auth: str | None = None,
) -> Generator[str]:
    """Serve specs on a free port within the context; the context manager returns the URL.

    Args:
        specs: Spec files without problems in `dragoman lint`.
        speed: Speed of tasks: at 1 a task takes six seconds.
        clock: Clock by which tasks progress.
        faults: Faults to inject, or the path of a script.
        auth: Only valid token, key and password; None accepts all.

    Raises:
        SpecError: A spec or script cannot be read or is invalid.
    """
    with serving(Sandbox(specs, speed=speed, clock=clock, faults=faults, auth=auth)) as url:
        yield url


@contextmanager
def serving(application: Any) -> Generator[str]:
    """Serve an ASGI application on a free local port within the context; the context manager returns the URL."""
    with _listen("127.0.0.1", 0) as listener:
        server = _server(application)
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.005)
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


def _server(application: Any) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        access_log=False,
        http=Protocol,
        lifespan="off",
        log_config=None,
        log_level="warning",
        loop="asyncio",
        timeout_graceful_shutdown=SECONDS_TO_STOP,
        ws="none",
    )
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    # Connections inherit it. asyncio does not set it for a listener made elsewhere, which costs 40 ms per response.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _stopper(server: uvicorn.Server) -> Any:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    return stop


def _print(line: str) -> None:
    print(line, flush=True)


def _usage_error(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
