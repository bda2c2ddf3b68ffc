"""Trace the first calls of a client: files crossed and modules loaded, as JSON. `figures` runs it.

Run it in a process that imports nothing but the client: `python tests/bench/call_trace.py SANDBOX_URL`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
OURS: Final = (ROOT / "codegen", ROOT / "generated")


def crossed(work: Callable[[], object]) -> dict[str, list[str]]:
    """Return our files whose functions run on this thread, and those functions; compiled functions have no file."""
    seen: dict[str, dict[str, None]] = {}

    def note(frame: Any, event: str, _argument: object) -> None:
        if event == "call":
            seen.setdefault(frame.f_code.co_filename, {})[frame.f_code.co_qualname] = None

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    paths = [path for path in map(Path, sorted(seen)) if any(path.is_relative_to(folder) for folder in OURS)]
    return {str(path.relative_to(ROOT)): [*seen[str(path)]] for path in paths if path.is_file()}


def loaded() -> list[str]:
    """Return the names of our modules in this process."""
    return sorted(name for name in sys.modules if name.partition(".")[0] in ("taskclients", "taskclients_core"))


def main(url: str) -> None:
    """Call a Booster sandbox."""
    from taskclients.booster import BoosterClient
    from taskclients.booster.models import ExportCustomer

    export = ExportCustomer(brand="CAR", pos_codes=["1"], download_request_id="figures")
    with BoosterClient(url, auth="token") as booster:
        found: dict[str, object] = {"client": loaded()}

        def calls() -> object:
            return list(booster.list_tasks())

        def waits() -> object:
            return booster.begin_export_customer(export).wait(timeout=60)

        calls()
        found["list"] = crossed(calls)
        waits()
        found["task"] = loaded()
        found["wait"] = crossed(waits)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
