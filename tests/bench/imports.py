"""What importing a client costs beyond `import httpx`, as whole processes, beside openapi-python-client's package."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from whole_process import ROOT, SCRIPTS, medians, table

RUNS = 15
PEER = "openapi-python-client's package: client and all operations"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = str(ROOT / "specs" / "booster.yaml")
        peer = [str(SCRIPTS / "openapi-python-client"), "generate", "--path", spec, "--meta", "none"]
        subprocess.run([*peer, "--output-path", str(folder / "peer")], check=True, capture_output=True)
        operations = [f.relative_to(folder) for f in (folder / "peer" / "api").rglob("*.py") if f.name != "__init__.py"]
        modules = ["peer.client", *(".".join(f.with_suffix("").parts) for f in operations)]
        programs = {
            "nothing": "pass",
            "import httpx": "import httpx",
            "import attrs, msgspec": "import attrs, msgspec",
            "taskclients.booster": "import taskclients.booster",
            PEER: f"import {', '.join(modules)}",
        }
        commands = {label: [[sys.executable, "-c", code]] for label, code in programs.items()}
        rows = medians(commands, runs=RUNS, PYTHONPATH=str(folder))
    table(f"import, whole process, median of {RUNS} (ratio to a bare process)", rows, one="nothing")
    base = rows["import httpx"]
    ours, theirs = rows["taskclients.booster"] - base, rows[PEER] - base
    third = rows["taskclients.booster"] - rows["import attrs, msgspec"]
    print(f"  beyond what it imports of others (attrs, msgspec): taskclients.booster {third * 1000:.0f} ms")
    print(f"  beyond `import httpx`: taskclients.booster {ours * 1000:.0f} ms, peer {theirs * 1000:.0f} ms")


if __name__ == "__main__":
    main()
