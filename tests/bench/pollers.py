"""Pollers that `polls.py` measures: ours and the peers, each used as its own documentation shows.

Preparing a case sends requests that are not counted, so that everything is imported and connected. The result is a
function that waits for all tasks, and reports each one as soon as its caller knows that it has ended. Peers poll one
task by its id, because they have no lists. They get connection pools that are large enough, and the same average time
between two polls.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from task_server import task_id

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0

Report = Callable[[int], None]
Case = Callable[[Report], None]


def in_threads(waits: Iterable[Callable[[], object]]) -> Case:
    """Wait in one thread for each task."""

    def run(report: Report) -> None:
        def work(number: int, wait: Callable[[], object]) -> None:
            wait()
            report(number)

        threads = [threading.Thread(target=work, args=each) for each in enumerate(waits)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return run


def in_a_loop(prepare: Callable[[], Awaitable[Iterable[Callable[[], Awaitable[object]]]]]) -> Case:
    """Wait in one asyncio task for each task."""
    runner = asyncio.Runner()
    waits = runner.run(_awaited(prepare))

    def run(report: Report) -> None:
        async def work(number: int, wait: Callable[[], Awaitable[object]]) -> None:
            await wait()
            report(number)

        async def main() -> None:
            await asyncio.gather(*[work(*each) for each in enumerate(waits)])

        runner.run(main())

    return run


async def _awaited(prepare: Callable[[], Awaitable[Any]]) -> Any:
    return await prepare()


# -- Our clients


def paced(client: type[Any], **timing: Any) -> type[Any]:
    """Return a client class with other poll timing, because the vendor's is too slow for a benchmark."""
    from msgspec.structs import replace

    from taskclients_core.tasks.definition import PollTiming

    pace = PollTiming(**timing)
    submissions = tuple(replace(each, task_type=replace(each.task_type, timing=pace)) for each in client.submissions)
    return type(client.__name__, (client,), {"submissions": submissions})


def taskclients_threads(url: str, count: int, interval: float) -> Case:
    from taskclients.booster import BoosterClient
    from taskclients_core.tasks import TaskRef

    every = paced(BoosterClient, min=interval, max=interval)
    with every(url, auth="token") as warm:
        warm.tasks.resume(TaskRef("booster", "task", task_id(0))).refresh()
    client = every(url, auth="token")
    tasks = [client.tasks.resume(TaskRef("booster", "task", task_id(number))) for number in range(count)]
    return in_threads([lambda task=task: task.wait(timeout=PATIENCE) for task in tasks])


def taskclients_async(url: str, count: int, interval: float) -> Case:
    from taskclients.booster import AsyncBoosterClient
    from taskclients_core.tasks import TaskRef

    async def prepare() -> Any:
        every = paced(AsyncBoosterClient, min=interval, max=interval)
        async with every(url, auth="token") as warm:
            await warm.tasks.resume(TaskRef("booster", "task", task_id(0))).refresh()
        client = every(url, auth="token")
        tasks = [client.tasks.resume(TaskRef("booster", "task", task_id(number))) for number in range(count)]
        return [lambda task=task: task.wait(timeout=PATIENCE) for task in tasks]

    return in_a_loop(prepare)


# -- azure-core


def _azure_algorithm(url: str) -> Any:
    from azure.core.polling.base_polling import LongRunningOperation

    words = {"REQ": "InProgress", "INP": "InProgress", "COM": "Succeeded", "ERR": "Failed"}

    class Booster(LongRunningOperation):
        """Model of a generated client for a service with its own status words."""

        def can_poll(self, pipeline_response: Any) -> bool:
            return True

        def set_initial_status(self, pipeline_response: Any) -> str:
            self.id = pipeline_response.http_response.json()["asyncTaskId"]
            return "InProgress"

        def get_polling_url(self) -> str:
            return f"{url}/tasks/{self.id}"

        def get_status(self, pipeline_response: Any) -> str:
            return words[pipeline_response.http_response.json()["status"]]

        def get_final_get_url(self, pipeline_response: Any) -> None:
            return None

    return Booster()


def azure_threads(url: str, count: int, interval: float) -> Case:
    import requests
    from azure.core import PipelineClient
    from azure.core.pipeline.policies import RequestIdPolicy
    from azure.core.pipeline.transport import RequestsTransport
    from azure.core.polling import LROPoller
    from azure.core.polling.base_polling import LROBasePolling
    from azure.core.rest import HttpRequest

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=count))
    client = PipelineClient(url, policies=[RequestIdPolicy()], transport=RequestsTransport(session=session))
    first = HttpRequest("POST", f"{url}/customer/CAR/export", json={})
    begun = [client.send_request(first, _return_pipeline_response=True) for _ in range(count)]

    def run(report: Report) -> None:
        pollers = []
        for number, response in enumerate(begun):
            method = LROBasePolling(timeout=interval, lro_algorithms=[_azure_algorithm(url)])
            poller = LROPoller(client, response, lambda response: response.http_response.json(), method)
            poller.add_done_callback(lambda _, number=number: report(number))
            pollers.append(poller)
        for poller in pollers:
            poller.result()

    return run


def azure_async(url: str, count: int, interval: float) -> Case:
    from azure.core import AsyncPipelineClient
    from azure.core.pipeline.policies import RequestIdPolicy
    from azure.core.pipeline.transport import AioHttpTransport
    from azure.core.polling import AsyncLROPoller
    from azure.core.polling.async_base_polling import AsyncLROBasePolling
    from azure.core.rest import HttpRequest

    async def prepare() -> Any:
        client = AsyncPipelineClient(url, policies=[RequestIdPolicy()], transport=AioHttpTransport())
        first = HttpRequest("POST", f"{url}/customer/CAR/export", json={})
        begun = [await client.send_request(first, _return_pipeline_response=True) for _ in range(count)]

        def poller(response: Any) -> Any:
            method = AsyncLROBasePolling(timeout=interval, lro_algorithms=[_azure_algorithm(url)])
            return AsyncLROPoller(client, response, lambda response: response.http_response.json(), method)

        return [lambda response=response: poller(response).result() for response in begun]

    return in_a_loop(prepare)


# -- botocore and google-api-core: both wait only in threads


def botocore_threads(url: str, count: int, interval: float) -> Case:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    from botocore.waiter import Waiter, WaiterModel

    session = URLLib3Session(max_pool_connections=count)

    def get(task: str) -> Any:
        return json.loads(session.send(AWSRequest("GET", f"{url}/tasks/{task}").prepare()).content)

    words = {"COM": "success", "ERR": "failure"}
    ends = [
        {"state": state, "matcher": "path", "argument": "status", "expected": word} for word, state in words.items()
    ]
    described = {"operation": "get", "delay": interval, "maxAttempts": round(PATIENCE / interval), "acceptors": ends}
    model = WaiterModel({"version": 2, "waiters": {"done": described}})
    get(task_id(0))
    waiters = [Waiter("done", model.get_waiter("done"), get) for _ in range(count)]
    return in_threads([lambda waiter=waiter, n=n: waiter.wait(task=task_id(n)) for n, waiter in enumerate(waiters)])


def google_threads(url: str, count: int, interval: float) -> Case:
    import requests
    from google.api_core.future.polling import PollingFuture
    from google.api_core.retry import Retry, if_exception_type

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=count))
    not_complete = import_module("google.api_core.future.polling")._OperationNotComplete
    # `sleep` gets a random delay between 0 and the given one
    polling = Retry(if_exception_type(not_complete), initial=2 * interval, maximum=2 * interval, multiplier=1)

    class Future(PollingFuture):
        """Client code for an API without Google's operations."""

        def __init__(self, name: str) -> None:
            super().__init__(polling=polling)
            self.name = name

        def done(self, retry: Any = None) -> bool:
            if not self._result_set:
                task = session.get(f"{url}/tasks/{self.name}").json()
                if task["status"] == "COM":
                    self.set_result(task)
            return self._result_set

        def cancel(self) -> bool:
            return False

        cancelled = cancel

    Future(task_id(0)).done()
    futures = [Future(task_id(number)) for number in range(count)]
    return in_threads([lambda future=future: future.result(timeout=PATIENCE) for future in futures])


# -- datamodel-code-generator


HELPER = {
    "kind": "polling",
    "create": "/paths/~1customer~1{brand}~1export/post",
    "accepted_statuses": [200],
    "poll": "/paths/~1tasks~1{asyncTaskId}/get",
    "bindings": [
        {
            "target": {"in": "path", "name": "asyncTaskId"},
            "value": {"source": "initial", "selector": {"from": "body", "pointer": "/asyncTaskId"}},
        }
    ],
    "state": {"from": "body", "pointer": "/status"},
    "pending": ["REQ", "INP"],
    "succeeded": ["COM"],
    "failed": ["ERR"],
    "result": {"kind": "none"},
}


def datamodel_code_generator(url: str, count: int, interval: float) -> Case:
    httpx2 = import_module("httpx2")
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [Path(sys.executable).parent / "datamodel-codegen", "--input", ROOT / "specs" / "booster.yaml"]
    command += ["--input-file-type", "openapi", "--output-model-type", "msgspec.Struct", "--disable-timestamp"]
    command += ["--generate-client", "httpx2", "--client-protocols", json.dumps({"customers": HELPER})]
    command += ["--output", folder / "bench_dcg" / "models.py", "--client-output", folder / "bench_dcg" / "client"]
    command += ["--client-package", "bench_dcg.client", "--client-model-package", "bench_dcg.models"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr)
    sys.path.insert(0, str(folder))
    client, protocols = import_module("bench_dcg.client"), import_module("bench_dcg.client.protocols")

    async def prepare() -> Any:
        limits = httpx2.Limits(max_connections=100, max_keepalive_connections=100)
        # Its own timeout also bounds waiting for a connection, which 1000 concurrent waits exceed.
        http = httpx2.AsyncClient(limits=limits, timeout=60)
        made = client.AsyncClient(base_url=url, bearer_auth="token", http_client=http)
        body = import_module("bench_dcg.models").ExportCustomer(brand="CAR", posCodes=[], downloadRequestId="nightly")
        options = protocols.PollOptions(interval=interval, max_polls=None, max_wait=None, total_timeout=None)
        start = made.protocols.customers.start
        return [(await start(brand="CAR", body=body, poll_options=options)).wait for _ in range(count)]

    return in_a_loop(prepare)


CASES: dict[str, Callable[[str, int, float], Case]] = {
    "taskclients, one loop": taskclients_async,
    "taskclients, threads": taskclients_threads,
    "datamodel-code-generator, one loop": datamodel_code_generator,
    "azure-core, one loop": azure_async,
    "azure-core, threads": azure_threads,
    "botocore, threads": botocore_threads,
    "google-api-core, threads": google_threads,
}
