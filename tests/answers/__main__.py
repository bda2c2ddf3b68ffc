"""Long runs of the fuzzer: `make fuzz-answers N=3000 SEED=1`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import certifi

from .run import run


def main() -> int:
    """Run the fuzzer; return 1 if it found problems."""
    parser = argparse.ArgumentParser(prog="make fuzz-answers", description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="number of answers (N)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first answer; the others follow (SEED)")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        # Each client loads the trusted certificates; one is enough here.
        end = "-----END CERTIFICATE-----\n"
        file.write(Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end)
        file.flush()
        os.environ["SSL_CERT_FILE"] = file.name
        report = run(seeds, note=lambda text: print(text, flush=True))
    print(report.text())
    return 1 if report.problems else 0


sys.exit(main())
