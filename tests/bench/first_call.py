"""Cost of the first call: building the codec of a class, compared with building the same model in pydantic.

    python tests/bench/first_call.py [--rounds 9]

Each round is a new process, because codecs and models are built once. Libraries are imported before the clock starts.
Two parts are measured: the class statement (where attrs and pydantic work, and our codec does not) and the first
decoding of one task (where we build the codec). The result is the median of the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from codec import CASES, page

NAMES = ("msgspec.Struct by hand", "taskclients", "pydantic v2", "cattrs")


def measure(name: str) -> tuple[float, float]:
    """Return the milliseconds of both parts."""
    import cattrs.gen
    import cattrs.preconf.json
    import msgspec
    import pydantic.alias_generators
    from attrs import define

    from taskclients_core import codec, formats, model

    # All libraries import more on first use.
    assert pydantic.TypeAdapter(int).validate_json(b"1") == codec.decode(b"1", int) == msgspec.json.decode(b"1")
    assert all((cattrs, define, formats, model, pydantic.alias_generators, type("Any", (pydantic.BaseModel,), {})))
    data = page(1)
    start = time.perf_counter_ns()
    case = CASES[name]()
    made = time.perf_counter_ns()
    assert len(case.decode(data)) == 1
    return (made - start) / 1e6, (time.perf_counter_ns() - made) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="processes of each case (default: 9)")
    parser.add_argument("--child", choices=NAMES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(*measure(options.child))
        return
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in NAMES}
    for _ in range(options.rounds):
        for name, times in found.items():
            command = [sys.executable, __file__, "--child", name]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            times.append(tuple(map(float, output.split())))
    print(f"{'11 fields':26}{'class':>13}{'first call':>13}{'together':>13}{'ratio':>8}\n")
    ours = sum(map(statistics.median, zip(*found["taskclients"], strict=True)))
    for name, times in found.items():
        made, first = map(statistics.median, zip(*times, strict=True))
        print(f"{name:26}{made:>10.2f} ms{first:>10.2f} ms{made + first:>10.2f} ms{(made + first) / ours:>8.2f}")


if __name__ == "__main__":
    main()
