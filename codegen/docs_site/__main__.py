"""Entry point of `python -m docs_site OUT`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from .build import build
from .pages import SiteError


def main() -> int:
    """Build the site into the folder of the command line; return the exit status."""
    started = time.monotonic()
    out = Path(sys.argv[1])
    try:
        written = build(out)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{written} pages in {time.monotonic() - started:.1f} s: {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
