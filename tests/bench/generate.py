"""Time of generating code from three specs, cold and unchanged, compared with openapi-python-client."""

from __future__ import annotations

import tempfile
from pathlib import Path

from whole_process import ROOT, SCRIPTS, medians, table

PEER = "openapi-python-client, three specs"
COLD = "dragoman generate --fresh, three specs"
RUNS = 5


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


if __name__ == "__main__":
    main()
