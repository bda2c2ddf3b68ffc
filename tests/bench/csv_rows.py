"""Speed of decoding CSV rows into models, compared with csv.DictReader and pydantic v2.

    python tests/bench/csv_rows.py [--rows 20000] [--repeat 12]

The input is Booster tasks as `GET /tasks` returns them for `Accept: text/csv`, and the same rows with one quoted cell
each, which contains a comma. The cases take turns, so that a slow phase of the machine affects both; the result is the
median of the fastest third.
"""

from __future__ import annotations

import argparse
import csv
import enum
import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

for root in ("codegen", "generated"):
    sys.path.insert(0, str(Path(__file__).parents[2] / root))

HEADER = (
    "asyncTaskId,type,requestDate,status,percentage,brand,downloadUrl,signedDownloadUrl,totalResults,totalSucceeded,"
    "totalFailed"
)


def body(rows: int, *, quoted: bool = False) -> bytes:
    statuses = ("REQ", "INP", "COM", "ERR")
    lines = [HEADER]
    for number in range(rows):
        done = number % 4 >= 2
        task_id = UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC834) % (1 << 128)).hex
        url = f"https://files.example.com/{task_id}"
        shown = f'"{url}?of={number},{rows}"' if quoted else url
        more = f"{shown},{url}?signature={task_id[:16]},{number},{number},0" if done else ",,,,"
        kind, brand = ("stock", "sellout", "crm")[number % 3], ("CAR", "IWC", "PAN")[number % 3]
        if quoted and not done:
            brand = f'"{brand},{kind}"'
        lines.append(f"{task_id},{kind},2024-05-01,{statuses[number % 4]},{number % 101},{brand},{more}")
    return "\r\n".join([*lines, ""]).encode()


def taskclients() -> Callable[[bytes], list[Any]]:
    from taskclients.booster.models import Task
    from taskclients_core.codec import ignore_deviation
    from taskclients_core.media.decoders import body_decoder

    decode = body_decoder("csv", list[Task])
    return lambda data: decode(data, ignore_deviation)


def pydantic() -> Callable[[bytes], list[Any]]:
    from pydantic import BaseModel, ConfigDict, TypeAdapter
    from pydantic.alias_generators import to_camel

    class Status(enum.StrEnum):
        REQUESTED = "REQ"
        IN_PROGRESS = "INP"
        COMPLETED = "COM"
        ERROR = "ERR"

    class Task(BaseModel):
        model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
        async_task_id: UUID
        type: str
        request_date: str
        status: Status
        percentage: int
        brand: str
        download_url: str | None = None
        signed_download_url: str | None = None
        total_results: int | None = None
        total_succeeded: int | None = None
        total_failed: int | None = None

    validate = TypeAdapter(list[Task]).validate_python

    def decode(data: bytes) -> list[Any]:
        rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
        return validate([{name: cell for name, cell in row.items() if cell} for row in rows])

    return decode


def json_lines() -> Callable[[bytes], list[Any]]:
    """Decode the same rows from JSON with the same models, for comparison."""
    from taskclients.booster.models import Task
    from taskclients_core import decode, encode

    made: dict[bytes, bytes] = {}

    def read(data: bytes) -> list[Any]:
        if data not in made:
            made[data] = encode(taskclients()(data))
        return decode(made[data], list[Task])

    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the table (default: 20000)")
    parser.add_argument("--repeat", type=int, default=12, help="runs of each (default: 12)")
    options = parser.parse_args()
    cases = {"taskclients": taskclients(), "taskclients, the same as JSON": json_lines()}
    try:
        cases["csv.DictReader and pydantic v2"] = pydantic()
    except ImportError:
        print("pydantic is not there: left out", file=sys.stderr)
    for title, quoted in (("without quotes", False), ("with one quoted cell in each", True)):
        data = body(options.rows, quoted=quoted)
        print(f"{options.rows} rows of CSV {title}, {len(data) / 1e6:.1f} MB, Python {sys.version.split()[0]}\n")
        compare(cases, data, options.rows, options.repeat)
        print()


def compare(cases: dict[str, Callable[[bytes], list[Any]]], data: bytes, rows: int, repeat: int) -> None:
    """Time the cases in turns, and print the results."""
    runs: dict[str, list[float]] = {name: [] for name in cases}
    for name, decode in cases.items():
        tasks = decode(data)
        assert len(tasks) == rows, name
        assert tasks[3].total_results == 3, name
        assert tasks[0].download_url is None, name
        del tasks
    for _ in range(repeat):
        for name, decode in cases.items():
            start = time.perf_counter_ns()
            decode(data)
            runs[name].append((time.perf_counter_ns() - start) / 1e6)
    best = {name: statistics.median(sorted(times)[: max(1, len(times) // 3)]) for name, times in runs.items()}
    for name, taken in best.items():
        print(f"{name:34}{taken:>9.1f} ms{taken / best['taskclients']:>8.2f}")


if __name__ == "__main__":
    main()
