"""Cost of importing a client beyond its third-party imports, compared with openapi-python-client's package.

Wall times are of whole processes. CPU time is measured inside the process, around the import alone, after all
third-party imports; it excludes the start of Python and most of the machine's other load.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from whole_process import ROOT, SCRIPTS, medians, table

RUNS = 15
PEER = "openapi-python-client's package: client and all operations"
ALONE = """
import time, attrs, httpx, msgspec
started = time.process_time()
{code}
print(time.process_time() - started)
"""


def cpu(code: str, environment: dict[str, str]) -> float:
    """Return the median CPU time in seconds of `code`, after all third-party packages are imported."""
    command = [sys.executable, "-c", ALONE.format(code=code)]
    took = [
        float(subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(RUNS + 1)
    ]
    return statistics.median(took[1:])


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = str(ROOT / "specs" / "booster.yaml")
        peer = [str(SCRIPTS / "openapi-python-client"), "generate", "--path", spec, "--meta", "none"]
        subprocess.run([*peer, "--output-path", str(folder / "peer")], check=True, capture_output=True)
        operations = [f.relative_to(folder) for f in (folder / "peer" / "api").rglob("*.py") if f.name != "__init__.py"]
        modules = ["peer.client", *(".".join(f.with_suffix("").parts) for f in operations)]
        ours, theirs = "import taskclients.booster", f"import {', '.join(modules)}"
        programs = {
            "nothing": "pass",
            "import httpx": "import httpx",
            "import attrs, msgspec": "import attrs, msgspec",
            "taskclients.booster": ours,
            PEER: theirs,
        }
        commands = {label: [[sys.executable, "-c", code]] for label, code in programs.items()}
        # Write bytecode, as an installed package has it, even if the caller disabled it.
        settings = {"PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        settings["PYTHONDONTWRITEBYTECODE"] = ""
        rows = medians(commands, runs=RUNS, **settings)
        alone = {label: cpu(code, os.environ | settings) for label, code in {"ours": ours, "theirs": theirs}.items()}
    table(f"import, whole process, median of {RUNS} (ratio to a bare process)", rows, one="nothing")
    base = rows["import httpx"]
    wall, peers = rows["taskclients.booster"] - base, rows[PEER] - base
    third = rows["taskclients.booster"] - rows["import attrs, msgspec"]
    print(f"  beyond what it imports of others (attrs, msgspec): taskclients.booster {third * 1000:.0f} ms")
    print(f"  beyond `import httpx`: taskclients.booster {wall * 1000:.0f} ms, peer {peers * 1000:.0f} ms")
    print("  CPU time beyond attrs, msgspec and httpx: ", end="")
    print(f"taskclients.booster {alone['ours'] * 1000:.1f} ms, peer {alone['theirs'] * 1000:.1f} ms")


if __name__ == "__main__":
    main()
