"""Cost of an operation in a large spec: lint and generation with 100 and with 1,000 operations, ours and two peers.

    python tests/bench/large_spec.py [--runs N] [--operations N …]

The specs are made here: each operation has a path and a query parameter, a response, and two schemas of its own, which
refer to each other and to those of the operation before. Prints CPU seconds of the processes and their children, as a
total and for one operation; the goal is a ratio of at most 1.2 between the specs. datamodel-code-generator makes models
only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from whole_process import SCRIPTS, cpu_seconds

SIZES = (100, 1_000)
TAGS = 20


def spec(operations: int) -> dict[str, Any]:
    """Return a spec with so many operations, and twice as many schemas."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(operations):
        tag = f"part{number % TAGS}"
        schemas |= _schemas(number)
        parameters = [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
            {"name": "limit", "in": "query", "description": "Most items.", "schema": {"type": "integer"}},
        ]
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
        paths[f"/things{number}/{{id}}"] = {
            "get": {
                "operationId": f"{tag}.getThing{number}",
                "tags": [tag],
                "summary": f"Read thing {number}.",
                "externalDocs": {"url": f"https://docs.example.com/things/{number}"},
                "parameters": parameters,
                "responses": {"200": {"description": "The thing.", "content": content}},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1", "x-name": "Large"},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": f"part{number}", "description": "A part."} for number in range(TAGS)],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _schemas(number: int) -> dict[str, Any]:
    # No longer chains: a peer follows references recursively.
    before = f"#/components/schemas/Thing{number - min(number % 10, 1)}"
    part = {
        "id": {"type": "string", "format": "uuid", "description": "Id of the part."},
        "name": {"type": "string", "description": "Name."},
        "madeAt": {"type": ["string", "null"], "format": "date-time"},
        "before": {"$ref": before},
    }
    thing = {
        "id": {"type": "string", "format": "uuid", "description": "Id of the thing."},
        "count": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "parts": {"type": "array", "items": {"$ref": f"#/components/schemas/Part{number}"}},
    }
    return {
        f"Part{number}": {"type": "object", "required": ["id"], "properties": part},
        f"Thing{number}": {
            "type": "object",
            "description": f"Thing {number}.",
            "required": ["id"],
            "properties": thing,
        },
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--operations", type=int, nargs="+", default=list(SIZES))
    options = parser.parse_args()
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in options.operations:
            path = folder / f"large{size}.yaml"
            # JSON is YAML, and takes no library here.
            path.write_text(json.dumps(spec(size), indent=1), encoding="utf-8")
            for what, command in _commands(path, folder).items():
                cache = str(folder / "cache")
                runs = [cpu_seconds(command, DRAGOMAN_CACHE=cache) for _ in range(options.runs)]
                seconds = statistics.median(runs)
                print(f"{size} operations, {what}: {seconds:.2f} s", file=sys.stderr)
                rows.setdefault(what, []).append(seconds)
    print(f"CPU seconds, median of {options.runs}; in brackets ms for one operation")
    for what, times in rows.items():
        each = [
            f"{seconds:8.2f} ({seconds / size * 1e3:6.1f})"
            for seconds, size in zip(times, options.operations, strict=True)
        ]
        ratio = (times[-1] / options.operations[-1]) / (times[0] / options.operations[0])
        print(f"  {what:<40}{''.join(each)}   ratio {ratio:.2f}")


def _commands(path: Path, folder: Path) -> dict[str, list[str]]:
    dragoman, out = str(SCRIPTS / "dragoman"), str(folder / f"out-{path.stem}")
    peer, models = str(SCRIPTS / "openapi-python-client"), str(SCRIPTS / "datamodel-codegen")
    return {
        "dragoman lint": [dragoman, "lint", str(path)],
        "dragoman generate --fresh (lint included)": [dragoman, "generate", "--fresh", "--out", out, str(path)],
        "openapi-python-client": [
            *(peer, "generate", "--path", str(path), "--meta", "none", "--overwrite"),
            *("--output-path", f"{out}-peer"),
        ],
        "datamodel-code-generator (models only)": [
            *(models, "--input", str(path), "--input-file-type", "openapi", "--output", f"{out}-models.py"),
            *("--output-model-type", "dataclasses.dataclass"),
        ],
    }


if __name__ == "__main__":
    main()
