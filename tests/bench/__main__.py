"""Run all benchmarks one after the other: `make bench`.

Each figure is a ratio between measurements of the same run, because absolute times depend on the machine.
`make soak` is run separately: it kills processes for some minutes. Each script describes its measurement and its
options: `python tests/bench/polls.py --help`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BENCHMARKS = (
    "codec",
    "growth",
    "docs_pages",
    "export_customer",
    "csv_rows",
    "calls",
    "calls --library httpx2",
    "first_call",
    "generate",
    "large_spec",
    "diff",
    "imports",
    "waits",
    "polls",
    "poll_rate",
    "journal",
)


def main() -> int:
    """Run the named benchmarks, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        script, *options = name.split()
        done = subprocess.run([sys.executable, str(HERE / f"{script}.py"), *options], check=False)
        if done.returncode:
            return done.returncode
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
