"""Time of generating code from three specs, cold, unchanged and edited, compared with openapi-python-client.

The last table shows CPU seconds of `dragoman generate` after an edit of one field of `specs/booster.yaml`, and the part
of them that nothing of ours can lower: the engine alone, with one tiny schema.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from whole_process import ROOT, SCRIPTS, cpu_seconds, medians, table

PEER = "openapi-python-client, three specs"
COLD = "dragoman generate --fresh, three specs"
RUNS = 5
EDITED = "dragoman generate, one field of booster edited"
ENGINE = "datamodel-code-generator alone, one tiny schema"
TINY = """
import json
from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType
schema = {"type": "object", "properties": {"a": {"type": "string"}}}
generate(
    json.dumps({"openapi": "3.1.0", "info": {"title": "m", "version": "0"}, "components": {"schemas": {"A": schema}}}),
    input_file_type=InputFileType.OpenAPI,
    output_model_type=DataModelType.DataclassesDataclass,
    formatters=[],
)
"""


def main() -> None:
    """Measure and print."""
    specs = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "specs").glob("*.yaml"))]
    dragoman, peer = str(SCRIPTS / "dragoman"), str(SCRIPTS / "openapi-python-client")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = str(folder / "ours")
        theirs = [
            [
                peer,
                "generate",
                "--path",
                spec,
                "--meta",
                "none",
                "--overwrite",
                "--output-path",
                str(folder / Path(spec).stem),
            ]
            for spec in specs
        ]
        rows = medians(
            {
                PEER: theirs,
                COLD: [[dragoman, "generate", "--fresh", "--out", out, *specs]],
                "dragoman generate, nothing changed": [[dragoman, "generate", "--out", out, *specs]],
                "dragoman check, nothing changed": [[dragoman, "check", "--out", out, *specs]],
            },
            runs=RUNS,
            DRAGOMAN_CACHE=str(folder / "cache"),
        )
    table(f"generation, whole process, median of {RUNS} (ratio to the peer)", rows, one=PEER)
    table(f"one field edited, CPU of the processes, median of {RUNS} (ratio to the engine)", _edited(), one=ENGINE)


def _edited() -> dict[str, float]:
    """Return CPU seconds after an edit, and of the engine alone."""
    dragoman = str(SCRIPTS / "dragoman")
    times: dict[str, list[float]] = {EDITED: [], ENGINE: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec, text = folder / "booster.yaml", (ROOT / "specs/booster.yaml").read_text(encoding="utf-8")
        cached = {"DRAGOMAN_CACHE": str(folder / "cache")}
        for run in range(RUNS + 1):
            edited = text.replace("description: ", f"description: Edit {run}. ", 1)
            assert edited != text
            spec.write_text(edited, encoding="utf-8")
            command = [dragoman, "generate", "--out", str(folder / "out"), str(spec)]
            times[EDITED].append(cpu_seconds(command, **cached))
            times[ENGINE].append(cpu_seconds([sys.executable, "-c", TINY]))
    return {what: statistics.median(each[1:]) for what, each in times.items()}


if __name__ == "__main__":
    main()
