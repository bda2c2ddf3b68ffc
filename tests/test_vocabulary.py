"""Retired identifiers and phrases: names and wording that the style guide has replaced.

Ordinary English words (`task`, `stream`, `key`, `page`) are not listed. Where a retired class shares its name with an
ordinary word, only its definition counts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SUFFIXES: Final = (".py", ".md", ".yaml", ".jinja", ".toml")
FOLDERS: Final = ("codegen", "generated", "specs", "tests")
"""Folders that are searched completely."""

PUBLIC: Final = """
start_request_import start_request_import_async start_export_customer start_export_customer_async start_export_stock
start_export_movement start_export_sell_out start_export_order start_export_invoice
Cancellable Confirmable Steerable FileJournal SqliteJournal missing_sweeps transient_budget doubts
InvalidArgument ClientClosed ConnectionFailed TimedOut ResponseTooLarge UnprocessableEntity TooManyRequests
TaskFailed TaskPartial TaskCancelled TaskTimeout TaskNeedsInput TaskLost UnknownStatus PollError SubmitUnknown
VendorTwin taskclients_twin oddity oddities sweep sweeps
"""
"""Section 2 of the style guide: names that users see."""

DIALECT: Final = """
x-async-tasks x-async-task x-client x-from x-page x-failure
page-pointers failure-pointers from-pointer task-observe async-task-schema
bad-page-pointers bad-failure-pointers bad-from-pointer bad-task-observe bad-async-task-schema
"""
"""Words of the specs, and ids of lint checks with their cases."""

INTERNAL: Final = """
Choices Passage Workshop SyncOutside AsyncOutside Alone Renewable Stretch Board Sweep Asked Told Pace Fate Sums Station
Listed Fetched Narrow Course Moment Delivery Shown
heard strung mending station heir lanes gathering repeatable travels
"""
"""Section 3 of the style guide: names of classes, functions and variables that are no ordinary words."""

PEOPLE: Final = """
somebody Somebody nobody Nobody whoever Whoever everybody Everybody anybody Anybody
he He his His him himself
"""
"""Program objects are not people."""

NAMES: Final = frozenset(" ".join((PUBLIC, INTERNAL)).split())
"""Not searched in YAML files, where a vendor's names may be equal."""

WORDS: Final = frozenset(" ".join((DIALECT, PEOPLE)).split())
CLASSES: Final = (
    r"\bclass (?:BadRequest|Unauthorized|Forbidden|NotFound|Conflict)\(",
    r"\bclass (?:Access|Answer|Batch|Bound|Case|Chunk|Draft|Failure|Kind|Limit|Look|News|Poll|Provided|Reading)\b",
    r"\bclass (?:Record|Retry|Single|Some|State|Submit|Target|Tell|View|Watcher|Work)\b",
)
"""Searched under `codegen` only: models of vendors may have these names."""

PATTERNS: Final = (
    r"\b[Ss]omeone\b(?!@)",  # addresses in examples are data
    r"\btasks\.(?:once|adopt|forget|attach)\b",
    r"(?<!context)\.(?:once|adopt|forget|attach)\(",
    r"\"submits\"",
    r"\bself\.submits\b",
    r"^ *(?:observe|narrow):",
    r"\bstate\.map\b",
    r"\bmissing\.sweeps\b",
    r"\basync-tasks?\.schema\.json\b",
    r"\btaskclients_core[./](?:asking|attributes|classes|fitting|lazily|making|messages|rows|exchange|credentials)\b",
    r"\bexchange[./](?:course|again|passing|passage|outside|setting|library|inflate|incoming|outgoing|answers)\b",
    r"\bexchange[./](?:names|addresses|places|sockets|driving|effects|translated|late)\b",
    r"\bcodec[./](?:mending|space|mirror|statements|diagnosis|places|dynamic)\b",
    r"\bmedia[./](?:cutting|pieces|tree|shaping)\b",
    r"\btasks[./](?:station|opening|given|crash|calls|looking|starting|waits)\b",
    r"\bstate[./](?:record|reading|shown)\b",
    r"\bdownload[./](?:partial|source|streams?)\b",
    r"\bdragoman[./](?:direction|spelling|names|source|problem|quoting|plan|rules|tree|sandbox)\b",
    r"\brules\.check\b",
    r"\bsandbox[./](?:travels|named|stamps|calls)\b",
    r"\btesting[./](?:twin|crashes)\b",
    r"\bdef test_[a-z]{0,2}[0-9]+_\w+",  # a test's name says the behaviour, its docstring the invariant's number
    # Words of tests that the public names have replaced: event and report, poll, scheduler, change, response, ...
    r"\bdef test_(?:\w+_)?"
    r"(?:told|tells|looks?|looked|boards?|news|doubts?|adopted|forgotten|answers?|said|says|kept|heard)(?=_|\()",
)
PHRASES: Final = (
    *("is told", "are told", "web address", "must be said", "cannot be so", "be quick", "was had", "however bad"),
    *("is no url", "goes only where", "may be through", "vendor by hand", "as an oddity"),
    *("raises for no end", "tells about its work", "not the token's fault"),
)
"""Wording of section 1 of the style guide."""


def searched() -> list[Path]:
    """Return the files to search: the files at the top and those of `FOLDERS`.

    This file is not one of them, and neither are the specs of cases, whose words are those of a vendor, and what is
    generated from them.
    """
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix in SUFFIXES and "expected" not in path.parts]
    cases = ROOT / "tests" / "cases"
    return sorted(
        path
        for path in files
        if path != Path(__file__).resolve() and not (path.suffix == ".yaml" and path.is_relative_to(cases))
    )


def retired(path: Path) -> list[tuple[int, str]]:
    """Return the retired names and phrases in a file, each with its line."""
    text = path.read_text(encoding="utf-8", errors="replace")
    # Specs, and the pages about them, name parts of a spec.
    is_spec = path.suffix == ".yaml" or (path.suffix == ".md" and ROOT / "generated" in path.parents)
    words = WORDS if is_spec else WORDS | NAMES
    patterns = (*PATTERNS, *CLASSES) if ROOT / "codegen" in path.parents else PATTERNS
    found = [(match.start(), match[0]) for match in re.finditer(r"[\w-]+", text) if match[0] in words]
    found += [(match.start(), match[0].strip()) for pattern in patterns for match in re.finditer(pattern, text, re.M)]
    for phrase in PHRASES:  # a phrase may continue on the next line
        pattern = r"\s+(?:#\s+)?".join(map(re.escape, phrase.split()))
        found += [(match.start(), phrase) for match in re.finditer(pattern, text, re.I)]
    return sorted((text.count("\n", 0, position) + 1, word) for position, word in found)


def occurrences() -> list[tuple[str, int, str]]:
    """Return path, line and word of all retired names and phrases."""
    return [(path.relative_to(ROOT).as_posix(), *found) for path in searched() for found in retired(path)]


def test_retired_names_and_phrases_do_not_come_back() -> None:
    found = occurrences()
    lines = "\n".join(f"{path}:{line}: {word}" for path, line, word in found)
    assert not found, f"{len(found)} retired names and phrases:\n{lines}"
