"""Retired identifiers and phrases: names and wording that the style guide has replaced.

Ordinary English words (`task`, `stream`, `key`, `page`) are not listed. Where a retired class shares its name with an
ordinary word, only its definition counts.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SUFFIXES: Final = (".py", ".md", ".yaml", ".jinja", ".toml")
FOLDERS: Final = ("codegen", "generated", "specs", "tests")
"""Searched with everything in them, beside the files at the top."""

PUBLIC: Final = """
start_request_import start_request_import_async start_export_customer start_export_customer_async start_export_stock
start_export_movement start_export_sell_out start_export_order start_export_invoice
Cancellable Confirmable Steerable SubmitUnknown FileJournal SqliteJournal missing_sweeps transient_budget doubts
InvalidArgument ClientClosed ConnectionFailed TimedOut ResponseTooLarge UnprocessableEntity
TaskFailed TaskPartial TaskCancelled TaskTimeout TaskNeedsInput TaskLost UnknownStatus PollError
VendorTwin taskclients_twin oddity oddities sweep sweeps
"""
DIALECT: Final = """
x-async-tasks x-async-task x-client x-from x-page x-failure
page-pointers failure-pointers from-pointer task-observe async-task-schema
bad-page-pointers bad-failure-pointers bad-from-pointer bad-task-observe bad-async-task-schema
"""
INTERNAL: Final = """
Choices Passage Workshop SyncOutside AsyncOutside Alone Renewable Stretch heard strung mending Board Sweep Asked Told
Pace Fate Sums station Station Listed Fetched Narrow Course Moment Delivery heir lanes gathering
"""
PEOPLE: Final = "somebody Somebody nobody Nobody whoever Whoever everybody Everybody anybody he He his His him"
"""Program objects are not people."""

WORDS: Final = frozenset(" ".join((PUBLIC, DIALECT, INTERNAL, PEOPLE)).split())
PATTERNS: Final = (
    r"\bdef start_\w+_async\b",
    r"\.once\(",
    r"\.adopt\(",
    r"\.forget\(",
    r"\bsubmits = ",
    r"\.submits\b",
    r"\bclass (?:BadRequest|Unauthorized|Forbidden|NotFound|Conflict|TooManyRequests)\(",
    r"\bclass (?:Access|Batch|Bound|Chunk|Draft|Failure|Limit|Look|News|Poll|Provided|Reading|Record)\b",
    r"\bclass (?:Retry|Shown|Single|Some|Submit|Target|Tell|View|Watcher)\b",
    r"\btaskclients_core[./](?:asking|attributes|classes|fitting|lazily|making|messages|rows|exchange|credentials)\b",
    r"\bcodec[./](?:mending|space|mirror|statements|diagnosis|places|dynamic)\b",
    r"\bmedia[./](?:cutting|pieces|tree|shaping)\b",
    r"\btasks[./](?:station|opening|given|crash|calls|looking|starting|waits)\b",
    r"\bstate[./](?:record|reading|shown)\b",
    r"\bdownload[./](?:partial|source|streams?)\b",
    r"\bdragoman[./](?:direction|spelling|names|source|problem|quoting|plan|rules|tree|sandbox)\b",
    r"\btesting[./](?:twin|crashes)\b",
    r"\bdef test_[a-z]{0,2}[0-9]+_\w+",  # a test's name says the behaviour, its docstring the invariant's number
)
PHRASES: Final = (
    *("is told", "are told", "web address", "must be said", "cannot be so", "be quick", "was had", "however bad"),
    *("is no url", "goes only where", "may be through", "vendor by hand"),
)


def searched() -> list[Path]:
    """Return the files that count: all of the repository's, except this one and the specs that tests generate from."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    cases = ROOT / "tests" / "cases"
    return sorted(
        path
        for path in files
        if path.suffix in SUFFIXES
        and path != Path(__file__).resolve()
        and not (path.is_relative_to(cases) and (path.suffix == ".yaml" or "expected" in path.parts))
    )


def retired(text: str) -> Counter[str]:
    """Count the retired names and phrases in a text."""
    found = Counter(word for word in re.findall(r"[\w-]+", text) if word in WORDS)
    for pattern in PATTERNS:
        found.update(re.findall(pattern, text))
    lower = " ".join(text.lower().split())  # a phrase may go over the end of a line
    found.update({phrase: lower.count(phrase) for phrase in PHRASES if phrase in lower})
    return found


def occurrences() -> Counter[tuple[str, str]]:
    """Count by word and file."""
    found = Counter[tuple[str, str]]()
    for path in searched():
        name = path.relative_to(ROOT).as_posix()
        for word, count in retired(path.read_text(encoding="utf-8", errors="replace")).items():
            found[word, name] = count
    return found


def test_retired_names_and_phrases_do_not_come_back() -> None:
    found = occurrences()
    places = "\n".join(f"  {count:4} {word}: {name}" for (word, name), count in found.most_common())
    assert not found, f"{found.total()} retired names and phrases:\n{places}"
