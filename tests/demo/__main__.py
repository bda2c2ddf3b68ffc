"""Demo over real sockets: generate the clients, then export, wait, download, follow steps and page.

    python -m tests.demo

The exit status is 0 on success, 1 on a failure, 130 after Ctrl-C.
"""

from __future__ import annotations

import inspect
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from uuid import UUID

from rich.syntax import Syntax

from . import display, environment
from .environment import DemoFailed

ORGANIZATION = UUID("00000000-0000-4000-8000-000000000001")


def main() -> int:
    """Run the demo and return its exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        _play()
    except KeyboardInterrupt:
        display.console.print("interrupted")
        return 130
    except DemoFailed as failure:
        print(f"demo failed: {failure}", file=sys.stderr)
        return 1
    display.console.print("demo done")
    return 0


def _play() -> None:
    rows: list[tuple[str, str, float]] = []

    def act(title: str, run: Callable[[], str]) -> None:
        display.console.rule(title, align="left")
        started = time.perf_counter()
        result = run()
        display.console.print(f"  {result}")
        rows.append((title, result, time.perf_counter() - started))

    act("generate the clients from specs/", environment.regenerate)
    # Import late, so that the code just generated is what runs.
    from . import code

    with environment.sandbox() as url:
        display.console.print(f"  the sandbox listens on {url}")
        act("Booster: export customers, wait, download", lambda: _booster(url))
        act("myKaarma: create a dealer, follow its process", lambda: _mykaarma(url))
        act("LIFE POS: list imports over several pages", lambda: _lifepos(url))
    display.show_summary(rows)
    display.console.rule("the code that did it", align="left")
    for function in (code.export_customers, code.create_dealer, code.list_imports):
        source = inspect.getsource(function).rstrip()
        display.console.print(Syntax(source, "python", background_color="default", word_wrap=True))
        display.console.print()


def _booster(url: str) -> str:
    from taskclients.booster import BoosterClient
    from taskclients.booster.models import Task
    from taskclients_core.tasks import TaskSnapshot

    from . import code

    with (
        tempfile.TemporaryDirectory() as folder,
        BoosterClient(
            f"{url}/booster",
            auth=environment.SECRET,
            # The hosts of files are not documented; the sandbox serves them from this machine.
            download_hosts=[url.removeprefix("http://")],
            allow_private_downloads=True,
        ) as client,
        display.progress("export") as show,
    ):

        def watch(view: TaskSnapshot[Task]) -> None:
            show(str(view.phase), round(100 * (view.progress.fraction or 0)))

        path = Path(folder) / "customers.csv"
        _guarded(lambda: code.export_customers(client, path, watch))
        content = path.read_bytes()
    return f"{display.show_csv(content, rows=5)} customers in {len(content)} bytes of CSV, by a signed link"


def _mykaarma(url: str) -> str:
    from taskclients.mykaarma import MyKaarmaClient
    from taskclients.mykaarma.models import AsyncProcess
    from taskclients_core.tasks import Phase, TaskSnapshot

    from . import code

    known: dict[str, str] = {}

    def watch(view: TaskSnapshot[AsyncProcess]) -> None:
        for number, step in enumerate(view.steps, start=1):
            if step.phase is not Phase.QUEUED and known.get(step.key) != step.status:
                display.console.print(f"  step {number}, {step.name}: {step.status}")
            known[step.key] = step.status

    with MyKaarmaClient(f"{url}/mykaarma", auth=("demo", environment.SECRET)) as client:
        view = _guarded(lambda: code.create_dealer(client, watch))
    if view.phase is not Phase.SUCCEEDED:
        raise DemoFailed(f"the process ended as {view.status}")
    return f"{view.model.name}: {view.status} in {len(view.steps)} steps"


def _lifepos(url: str) -> str:
    from taskclients.lifepos import LifePosClient
    from taskclients.lifepos.models import ClientType

    from . import code
    from .library import httpx

    fetched: list[str] = []

    def count(response: httpx.Response) -> None:
        if response.request.method == "GET":
            fetched.append(response.request.url.path)

    with (
        httpx.Client(event_hooks={"response": [count]}) as http,
        LifePosClient(
            f"{url}/lifepos",
            accept_language="en-US",
            client_identifier="demo",
            client_type=ClientType.APP,
            auth=environment.SECRET,
            http_client=http,
        ) as client,
    ):
        tasks = code.list_imports(client, ORGANIZATION)
        shown = _guarded(lambda: list(islice(tasks, 2)))
        if len(fetched) != 1:
            raise DemoFailed(f"two items took {len(fetched)} requests instead of 1")
        display.console.print("  2 tasks seen, 1 page fetched")
        shown += _guarded(lambda: list(tasks))
    for task in shown:
        display.console.print(f"  {task.created_at:%Y-%m-%d %H:%M}  {task.status}  {task.progress} %")
    if len(fetched) < 2:
        raise DemoFailed("the list has one page only")
    return f"{len(shown)} tasks on {len(fetched)} pages"


def _guarded(run: Callable[[], Any]) -> Any:
    """Run a user's code and turn its errors into `DemoFailed`, one line each."""
    from taskclients_core import ClientError

    from .library import httpx

    try:
        return run()
    except (AssertionError, ClientError, httpx.HTTPError) as error:
        raise DemoFailed(f"{type(error).__name__}: {error}") from error


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Exit by an exception, so that the sandbox is stopped too."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
