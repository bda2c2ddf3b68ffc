"""Speed of decoding and encoding models, compared with other libraries.

    python tests/bench/codec.py [--repeat 60] [--rounds 5] [--case NAME …]

The input is a page of 1000 Booster tasks, with UUIDs and dates. Every case runs in its own process, which decodes and
encodes the page repeatedly. The result is the median of the fastest tenth of the runs, and the best of several rounds.
Compare ratios only: the milliseconds depend on the machine. A peer that is not installed is skipped.
"""

from __future__ import annotations

import argparse
import enum
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

for root in ("codegen", "generated"):
    sys.path.insert(0, str(Path(__file__).parents[2] / root))


class Case(NamedTuple):
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    request_dates: Callable[[Any], list[datetime]]
    """Read a member of each task, to prove that the whole page was decoded."""


def page(tasks: int = 1000) -> bytes:
    start = datetime(2024, 5, 1, 8, 30, 0, 123000, tzinfo=UTC)
    statuses = ("REQ", "INP", "COM", "ERR")

    def task(number: int) -> dict[str, Any]:
        done = number % 4 >= 2
        task_id = UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC834) % (1 << 128)).hex
        whole: dict[str, Any] = {
            "asyncTaskId": task_id,
            "type": ("stock", "sellout", "crm")[number % 3],
            "requestDate": (start + timedelta(seconds=number)).isoformat().replace("+00:00", "Z"),
            "status": statuses[number % 4],
            "percentage": 100 if done else number % 100,
            "brand": ("CAR", "IWC", "PAN")[number % 3],
        }
        if done:
            whole["downloadUrl"] = f"https://files.example.com/{task_id}"
            whole["signedDownloadUrl"] = f"https://files.example.com/{task_id}?signature={task_id[:16]}"
            whole |= {"totalResults": number * 3, "totalSucceeded": number * 3 - 1, "totalFailed": 1}
        return whole

    return json.dumps([task(number) for number in range(tasks)], separators=(",", ":")).encode()


class Status(enum.StrEnum):
    REQUESTED = "REQ"
    IN_PROGRESS = "INP"
    COMPLETED = "COM"
    ERROR = "ERR"


# -- Cases --------------------------------------------------------------------------------------------------------


def taskclients() -> Case:
    from attrs import field, fields

    from taskclients_core import codec, formats, model
    from taskclients_core.lazy_attrs import define

    class OpenStatus(model.OpenStr):
        REQUESTED = "REQ"
        IN_PROGRESS = "INP"
        COMPLETED = "COM"
        ERROR = "ERR"

    @model.wire(rename="camel")
    @define(kw_only=True)
    class Task:
        async_task_id: GuidN  # noqa: F821 - see below
        type: str
        request_date: datetime
        status: OpenStatus
        percentage: int
        brand: str
        download_url: str | None = None
        signed_download_url: str | None = field(default=None, repr=False)
        total_results: int | None = None
        total_succeeded: int | None = None
        total_failed: int | None = None

    globals().update(OpenStatus=OpenStatus, GuidN=formats.GuidN)  # annotations are looked up there
    fields(
        Task
    )  # resolve now, as the other libraries do; otherwise attrs makes the methods when the codec reads the fields
    page_type = list[Task]

    def decode(data: bytes) -> list[Task]:
        return codec.decode(data, page_type)

    return Case(decode, codec.encode, lambda tasks: [t.request_date for t in tasks])


def msgspec_struct() -> Case:
    import msgspec

    class Task(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
        async_task_id: UUID
        type: str
        request_date: datetime
        status: Status
        percentage: int
        brand: str
        download_url: str | None = None
        signed_download_url: str | None = None
        total_results: int | None = None
        total_succeeded: int | None = None
        total_failed: int | None = None

    decode = msgspec.json.Decoder(list[Task]).decode
    encode = msgspec.json.Encoder(uuid_format="hex").encode
    return Case(decode, encode, lambda tasks: [t.request_date for t in tasks])


def pydantic() -> Case:
    from pydantic import BaseModel, ConfigDict, TypeAdapter
    from pydantic.alias_generators import to_camel

    class Task(BaseModel):
        model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
        async_task_id: UUID
        type: str
        request_date: datetime
        status: Status
        percentage: int
        brand: str
        download_url: str | None = None
        signed_download_url: str | None = None
        total_results: int | None = None
        total_succeeded: int | None = None
        total_failed: int | None = None

    adapter = TypeAdapter(list[Task])

    def encode(tasks: Any) -> bytes:
        return adapter.dump_json(tasks, by_alias=True, exclude_none=True)

    return Case(adapter.validate_json, encode, lambda tasks: [t.request_date for t in tasks])


def cattrs() -> Case:
    from attrs import define
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
    from cattrs.preconf.json import make_converter

    @define(kw_only=True)
    class Task:
        async_task_id: UUID
        type: str
        request_date: datetime
        status: Status
        percentage: int
        brand: str
        download_url: str | None = None
        signed_download_url: str | None = None
        total_results: int | None = None
        total_succeeded: int | None = None
        total_failed: int | None = None

    converter = make_converter()
    converter.register_structure_hook(UUID, lambda text, _: UUID(text))
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat().replace("+00:00", "Z"))
    converter.register_unstructure_hook(UUID, lambda value: value.hex)
    names = {
        a.name: override(
            rename="".join(w.title() if i else w for i, w in enumerate(a.name.split("_"))), omit_if_default=True
        )
        for a in Task.__attrs_attrs__
    }
    converter.register_structure_hook(Task, make_dict_structure_fn(Task, converter, **names))
    converter.register_unstructure_hook(Task, make_dict_unstructure_fn(Task, converter, **names))

    def encode(tasks: Any) -> bytes:
        return converter.dumps(tasks, list[Task]).encode()

    return Case(lambda data: converter.loads(data, list[Task]), encode, lambda tasks: [t.request_date for t in tasks])


def openapi_python_client() -> Case:
    sys.path.insert(0, str(_generated_by_openapi_python_client()))
    from bench_client.models import Task

    def decode(data: bytes) -> Any:
        return [Task.from_dict(item) for item in json.loads(data)]

    def encode(tasks: Any) -> bytes:
        return json.dumps([task.to_dict() for task in tasks]).encode()

    return Case(decode, encode, lambda tasks: [t.request_date for t in tasks])


def _generated_by_openapi_python_client() -> Path:
    properties: dict[str, Any] = {
        name: {"type": "string"} for name in ("type", "brand", "downloadUrl", "signedDownloadUrl")
    }
    for name in ("percentage", "totalResults", "totalSucceeded", "totalFailed"):
        properties[name] = {"type": "integer"}
    properties["asyncTaskId"] = {"type": "string", "format": "uuid"}
    properties["requestDate"] = {"type": "string", "format": "date-time"}
    properties["status"] = {"type": "string", "enum": [status.value for status in Status]}
    required = ["asyncTaskId", "type", "requestDate", "status", "percentage", "brand"]
    answer = {"type": "array", "items": {"$ref": "#/components/schemas/Task"}}
    spec = {
        "openapi": "3.0.3",
        "info": {"title": "bench", "version": "1"},
        "paths": {
            "/tasks": {
                "get": {
                    "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": answer}}}}
                }
            }
        },
        "components": {"schemas": {"Task": {"type": "object", "properties": properties, "required": required}}},
    }
    target = Path(tempfile.gettempdir()) / "taskclients-bench"
    if not (target / "bench_client").exists():
        target.mkdir(exist_ok=True)
        (target / "spec.json").write_text(json.dumps(spec))
        command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
        command += ["--path", str(target / "spec.json"), "--output-path", str(target / "bench_client"), "--overwrite"]
        subprocess.run(command, check=True, capture_output=True)
    return target


CASES: dict[str, Callable[[], Case]] = {
    "msgspec.Struct by hand": msgspec_struct,
    "taskclients": taskclients,
    "pydantic v2": pydantic,
    "cattrs": cattrs,
    "openapi-python-client": openapi_python_client,
}

# -- Measuring ----------------------------------------------------------------------------------------------------


def best(work: Callable[[], object], repeat: int) -> float:
    """Return the milliseconds of one run: the median of the fastest tenth."""
    work()
    runs = []
    for _ in range(repeat):
        start = time.perf_counter_ns()
        work()
        runs.append(time.perf_counter_ns() - start)
    return statistics.median(sorted(runs)[: max(1, repeat // 10)]) / 1e6


def measure(name: str, repeat: int) -> dict[str, float]:
    data = page()
    case = CASES[name]()
    tasks = case.decode(data)
    assert len(case.request_dates(tasks)) == 1000
    assert case.request_dates(tasks)[0].year == 2024
    assert case.request_dates(case.decode(case.encode(tasks))) == case.request_dates(tasks)
    return {
        "decode": best(lambda: case.decode(data), repeat),
        "encode": best(lambda: case.encode(tasks), repeat),
    }


def run(name: str, repeat: int) -> dict[str, float]:
    """Run `measure` in a new process; return an empty result if the peer is not installed."""
    command = [sys.executable, __file__, "--child", name, "--repeat", str(repeat)]
    child = subprocess.run(command, check=False, capture_output=True, text=True)
    if child.returncode:
        print(f"{name}: {child.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    return json.loads(child.stdout) if child.returncode == 0 else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=60, help="runs of each case (default: 60)")
    parser.add_argument("--rounds", type=int, default=5, help="processes of each case (default: 5)")
    parser.add_argument("--case", action="append", choices=CASES, help="only this case; may be given again")
    parser.add_argument("--child", choices=CASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.child, options.repeat)))
        return
    print(f"page of 1000 tasks, {len(page()) / 1000:.0f} kB, Python {sys.version.split()[0]}\n")
    print(f"{'':26}{'decode':>10}{'ratio':>8}{'encode':>10}{'ratio':>8}")
    names = options.case or list(CASES)
    # Run in rounds, so that a slow phase of the machine affects all cases.
    rounds = [{name: run(name, options.repeat) for name in names} for _ in range(options.rounds)]
    first: dict[str, float] | None = None
    for name in names:
        found = [times for times in (of_round[name] for of_round in rounds) if times]
        if not found:
            print(f"{name:26}left out")
            continue
        times = {side: min(times[side] for times in found) for side in ("decode", "encode")}
        first = first or times
        cells = (f"{times[side]:>7.2f} ms{times[side] / first[side]:>8.2f}" for side in ("decode", "encode"))
        print(f"{name:26}{''.join(cells)}")


if __name__ == "__main__":
    main()
