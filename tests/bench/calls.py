"""Cost of a call over bare httpx: the same bytes over loopback, compared with other clients.

    python tests/bench/calls.py [--rounds 20] [--calls 50] [--library httpx2]

A server in its own process answers every request with the same list of tasks. Measured are one synchronous connection,
one asynchronous connection, and 64 concurrent asynchronous calls. The cases take turns in one process, one round each;
the result is the median of the fastest tenth of a case's rounds, because slower rounds were disturbed. The first rows
read the bytes of the body, those below also decode it; each ratio is to bare httpx that does the same. A peer that is
not installed is skipped.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import gc
import json
import multiprocessing
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from codec import _generated_by_openapi_python_client, page  # this import also adds our packages to the path

AT_ONCE = 64
SPEC = Path(__file__).parents[2] / "specs" / "booster.yaml"


class Responder(asyncio.Protocol):
    """Minimal HTTP server over asyncio, so that the server costs little."""

    body = page(3)
    response = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        *whole, self.received = self.received.split(b"\r\n\r\n")
        for _ in whole:
            self.transport.write(self.response)


def serve(port: Any) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Responder, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


class Case(NamedTuple):
    sync: Callable[[], Any]
    concurrent: Callable[[], Awaitable[Any]]
    decodes: bool


HEADERS = {"User-Agent": "taskclients/0.1.0 python/3.11", "Accept": "application/json", "Authorization": "Bearer token"}


def bare(library: Any, url: str, *, decodes: bool) -> Case:
    limits = library.Limits(max_connections=100, max_keepalive_connections=100)
    http = library.Client(headers=HEADERS, limits=limits)
    http_async = library.AsyncClient(headers=HEADERS, limits=limits)
    address = f"{url}/tasks"

    if decodes:

        async def load_async() -> Any:
            return json.loads((await http_async.get(address)).content)

        return Case(lambda: json.loads(http.get(address).content), load_async, decodes)

    async def get_async() -> Any:
        return (await http_async.get(address)).content

    return Case(lambda: http.get(address).content, get_async, decodes)


def ours(library: Any, url: str, *, decodes: bool) -> Case:
    from taskclients.booster import AsyncBoosterClient, BoosterClient
    from taskclients_core import Operation

    client, client_async = BoosterClient(url, auth="token"), AsyncBoosterClient(url, auth="token")
    if decodes:
        return Case(client.list_tasks, client_async.list_tasks, decodes)
    operation: Operation[bytes] = Operation("bench.raw", "GET", "/tasks", returns=bytes, accept="application/json")
    return Case(lambda: client.call(operation), lambda: client_async.call(operation), decodes)


def openapi_python_client(library: Any, url: str) -> Case:
    sys.path.insert(0, str(_generated_by_openapi_python_client()))
    from bench_client import AuthenticatedClient
    from bench_client.api.default import get_tasks

    limits = {"limits": import_module("httpx").Limits(max_connections=100, max_keepalive_connections=100)}
    client = AuthenticatedClient(base_url=url, token="token", httpx_args=limits)
    return Case(lambda: get_tasks.sync(client=client), lambda: get_tasks.asyncio(client=client), decodes=True)


def datamodel_code_generator(library: Any, url: str) -> Case:
    if library.__name__ != "httpx2":
        raise ImportError("its client needs httpx2")
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = {"--output": "models.py", "--client-output": "client"}
    options = [part for name, path in made.items() for part in (name, str(folder / "bench_dcg" / path))]
    options += ["--client-package", "bench_dcg.client", "--client-model-package", "bench_dcg.models"]
    command = [
        str(Path(sys.executable).parent / "datamodel-codegen"),
        "--input",
        str(SPEC),
        "--input-file-type",
        "openapi",
    ]
    command += ["--generate-client", "httpx2", "--output-model-type", "pydantic_v2.BaseModel", "--disable-timestamp"]
    subprocess.run([*command, *options], check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    made_client = import_module("bench_dcg.client")
    client = made_client.Client(base_url=url, bearer_auth="token")
    client_async = made_client.AsyncClient(base_url=url, bearer_auth="token")
    return Case(client.tasks.tasks_list_tasks, client_async.tasks.tasks_list_tasks, decodes=True)


def pydantic(library: Any, url: str) -> Case:
    from codec import pydantic as models

    decode = models().decode
    raw = bare(library, url, decodes=False)

    async def load_async() -> Any:
        return decode(await raw.concurrent())

    return Case(lambda: decode(raw.sync()), load_async, decodes=True)


CASES: dict[str, Callable[[Any, str], Case]] = {
    "httpx": lambda library, url: bare(library, url, decodes=False),
    "taskclients, bytes": lambda library, url: ours(library, url, decodes=False),
    "httpx + json.loads": lambda library, url: bare(library, url, decodes=True),
    "taskclients": lambda library, url: ours(library, url, decodes=True),
    "httpx + pydantic v2": pydantic,
    "openapi-python-client": openapi_python_client,
    "datamodel-code-generator": datamodel_code_generator,
}

# -- Measuring ----------------------------------------------------------------------------------------------------


def best(rounds: list[float]) -> float:
    return statistics.median(sorted(rounds)[: max(1, len(rounds) // 10)])


def timed_sync(cases: dict[str, Case], rounds: int, calls: int) -> dict[str, float]:
    """Return the microseconds of a call."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            start = time.perf_counter_ns()
            for _ in range(calls):
                case.sync()
            if number:  # the first round connects and builds what is built once
                found[name].append((time.perf_counter_ns() - start) / calls / 1e3)
    return {name: best(times) for name, times in found.items()}


async def timed_async(cases: dict[str, Case], rounds: int, calls: int, at_once: int) -> dict[str, float]:
    """Return the microseconds of a call."""
    found: dict[str, list[float]] = {name: [] for name in cases}

    async def work(case: Case) -> None:
        for _ in range(calls):
            await case.concurrent()

    for number in range(rounds + 1):
        for name, case in cases.items():
            start = time.perf_counter_ns()
            await asyncio.gather(*[work(case) for _ in range(at_once)])
            if number:
                found[name].append((time.perf_counter_ns() - start) / calls / at_once / 1e3)
    return {name: best(times) for name, times in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="turns of each case (default: 20)")
    parser.add_argument("--calls", type=int, default=50, help="calls in a turn (default: 50)")
    parser.add_argument("--library", choices=("httpx", "httpx2"), default="httpx")
    options = parser.parse_args()
    library = import_module(options.library)
    if options.library == "httpx2":
        sys.modules["httpx"] = None  # type: ignore[assignment]
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{port.get()}"
    cases: dict[str, Case] = {}
    for name, make in CASES.items():
        try:
            cases[name] = make(library, url)
        except (ImportError, OSError) as error:
            print(f"{name}: left out ({type(error).__name__})", file=sys.stderr)
    gc.freeze()
    columns = [timed_sync(cases, options.rounds, options.calls)]

    async def concurrent() -> None:
        columns.append(await timed_async(cases, options.rounds, options.calls, 1))

    async def crowded() -> None:
        columns.append(await timed_async(cases, max(3, options.rounds // 5), 2, AT_ONCE))

    with asyncio.Runner() as runner:  # one event loop, because connections belong to it
        runner.run(concurrent())
        runner.run(crowded())
    server.kill()
    what = f"{options.library} {library.__version__}, a body of {len(Responder.body)} bytes"
    print(f"{what}, Python {sys.version.split()[0]}\n")
    print(f"{'':24}{'sync':>10}{'ratio':>8}{'async':>10}{'ratio':>8}{f'{AT_ONCE} at once':>13}{'ratio':>8}")
    for name, case in cases.items():
        base = "httpx + json.loads" if case.decodes else "httpx"
        cells = (
            f"{column[name]:>{8 + at}.0f} us{column[name] / column[base]:>7.2f}" for at, column in enumerate(columns)
        )
        print(f"{name:24}{''.join(cells)}")


if __name__ == "__main__":
    main()
