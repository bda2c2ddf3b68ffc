"""The sandbox as a server: in the foreground for people, in a thread for tests."""

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

SECONDS_TO_STOP: Final = 3


def serve(
    specs: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    speed: float = 1.0,
    faults: Iterable[Fault] | Path = (),
) -> int:
    """Serve specs until SIGINT or SIGTERM.

    Returns:
        An exit status: 0 after a signal, 2 if the address is taken or an argument makes no sense.

    Raises:
        SpecError: a spec or the file of faults cannot be read, or a fault of the file hits nothing.
    """
    if not (math.isfinite(speed) and speed > 0):
        return _wrong("--speed is a number above 0")
    sandbox = Sandbox(specs, speed=speed, log=_say, faults=faults)
    try:
        listener = _listen(host, port)
    except (OSError, OverflowError) as error:
        return _wrong(f"cannot listen on {host}:{port} ({error}); name another --port, 0 takes a free one")
    with listener:
        server = _server(sandbox)
        # uvicorn stops on these signals, then raises them again for whoever came before: that is us.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stopper(server))
        url = _url(listener)
        _say(f"listening on {url}")
        for package, mount in sandbox.mounts.items():
            _say(f"  {url}/{package}  {len(mount.operations)} operations of {mount.api.data['info']['title']}")
        if sandbox.collisions:
            _say("nothing is served at the root, because specs share paths; use the URLs above:")
            for collision in sandbox.collisions:
                _say(f"  {collision}")
        server.run(sockets=[listener])
    return 0


@contextmanager
def running(
    specs: Sequence[Path], *, speed: float = 1.0, clock: Clock = time.time, faults: Iterable[Fault] | Path = ()
) -> Generator[str]:
    """Serve specs on a free port while the context lasts; gives the URL.

    Raises:
        SpecError: a spec cannot be read.
    """
    with serving(Sandbox(specs, speed=speed, clock=clock, faults=faults)) as url:
        yield url


@contextmanager
def serving(application: Any) -> Generator[str]:
    """Serve any ASGI application on a free port of this machine while the context lasts; gives the URL."""
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
    # Its connections inherit it. asyncio would set it, but not for a listener that it did not make: 40 ms an answer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _stopper(server: uvicorn.Server) -> Any:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    return stop


def _say(line: str) -> None:
    print(line, flush=True)


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
