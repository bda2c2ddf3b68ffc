"""Try every mutation of every rendering, and print the table of attributes and readers.

    python -m tests.unit.docs.mutation_sweep

A cell has the mutations that were found, of those that were tried; `-` is what the reader cannot express.
"""

from __future__ import annotations

import sys

from tests.unit.docs.mutations import Result, never_tried, run, table
from tests.unit.docs.renderings import RENDERINGS

from dragoman.docs.readers import READERS, Reader


def main() -> int:
    """Print the table, what was missed, and what no mutation changed."""
    results: dict[Reader, list[Result]] = {each: [] for each in READERS}
    for rendering in RENDERINGS:
        results[rendering.reader].append(run(rendering))
    print(table(results))
    missed = [each for several in results.values() for result in several for each in result.missed]
    print(*missed, *never_tried(results), sep="\n")
    return 1 if missed or never_tried(results) else 0


if __name__ == "__main__":
    sys.exit(main())
