"""Commands of `dragoman docs`: `facts`, `check`, `update`, `draft`. None of them reaches the network."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from ..diagnostics import printable

if TYPE_CHECKING:
    from .binding import BoundOperation, Spec
    from .facts import Facts, OperationFacts
    from .lock import Entry
    from .page import Page
    from .report import Reported

_LOSS: Final = 0.2
"""Share of lost facts above which a page is more likely broken than changed."""

_SPEC: Final = "spec file"


def add_commands(
    parser: argparse.ArgumentParser, specs: Path, add_command: Callable[..., argparse.ArgumentParser]
) -> None:
    """Add the commands to a parser, each with `add_command`; `specs` is the folder of the specs and of the lock."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lock = specs / "docs.lock"
    patterns = f"{specs.as_posix()}/*.yaml"

    facts = add_command(commands, "facts", _facts, "print the facts of a saved page as YAML, each with its line")
    facts.add_argument("page", type=Path, nargs="?", metavar="PAGE", help="saved page")
    facts.add_argument("--explain", action="store_true", help="print what each family of pages can state")

    check = add_command(
        commands,
        "check",
        _check,
        "compare the specs with saved pages, or with the lock",
        "Compare the specs with the pages of --page, or with the facts in the lock, which needs no page. "
        "The exit status is 1 if there is a finding; notes, which only --page prints, do not count.",
    )
    check.add_argument(
        "specs", nargs="*", type=Path, metavar="SPEC", help=f"spec files to compare (default: {patterns})"
    )
    check.add_argument("--page", type=Path, nargs="+", default=[], metavar="PAGE", dest="pages", help="saved pages")
    form = check.add_mutually_exclusive_group()
    form.add_argument("--format", choices=("text", "github"), default="text", help="format of the findings")
    form.add_argument("--json", action="store_true", help="print the findings as JSON on standard output")

    update = add_command(
        commands,
        "update",
        _update,
        "renew the facts of a page in the lock, and print what changed",
        "Renew the facts of a page in the lock, and print what changed in words. A page that lost an operation, or "
        "more than a fifth of its facts, is more likely broken than changed, and needs --accept.",
    )
    update.add_argument("page", type=Path, metavar="PAGE", help="saved page")
    update.add_argument(
        "--spec", type=Path, nargs="+", default=[], metavar="SPEC", dest="specs", help=f"{_SPEC} (default: {patterns})"
    )
    update.add_argument("--url", default="", help="address of the page (default: externalDocs of the operation)")
    update.add_argument("--accept", action="store_true", help="accept the loss of facts")

    for command in (check, update):
        command.add_argument("--operation", default="", metavar="ID", help="operationId, for a page that names no path")
        command.add_argument("--lock", type=Path, default=lock, metavar="FILE", help=f"the lock (default: {lock})")

    draft = add_command(
        commands, "draft", _draft, "print a first spec for saved pages, with TODO where you must decide"
    )
    draft.add_argument("pages", type=Path, nargs="+", metavar="PAGE", help="saved pages of one vendor")


def _facts(options: argparse.Namespace, _: list[Path]) -> int:
    from . import lock, readers

    if options.explain:
        print(_explanation(), end="")
    if options.page is None:
        if not options.explain:
            print("docs facts: give the path of a saved page, or --explain", file=sys.stderr)
        return 0 if options.explain else 2
    facts = readers.read(_load(options.page))
    print(f"reader: {facts.reader}\noperations:")
    for operation in facts.operations:
        print(f"  - name: {json.dumps(operation.name, ensure_ascii=False)}")
        for line in lock.operation_lines(operation, numbered=True):
            print(f"    {printable(line)}")
    _print_oddities(facts, sys.stdout, "# ")
    return 0


def _print_oddities(facts: Facts, file: TextIO, mark: str = "") -> None:
    """Print what a page says twice in different ways, and the lines that were not read."""
    from .changes import shown

    for each in facts.contradictions:
        about = f"{each.place}: {each.attribute}" if each.attribute else str(each.place)
        values = f"{shown(each.first.value)} and {shown(each.second.value)}"
        lines = f"lines {each.first.line} and {each.second.line}"
        print(printable(f"{mark}{facts.source}: {about}: the page contradicts itself ({lines}): {values}"), file=file)
    _print_unread(facts, file, mark)


def _print_unread(facts: Facts, file: TextIO, mark: str = "") -> None:
    for number in facts.unread:
        print(f"{mark}{facts.source}:{number}: not read: line {number}", file=file)


def _explanation() -> str:
    """Return the table of the attributes that each reader can state."""
    from typing import get_args

    from .facts import Attribute
    from .readers import READERS

    attributes: tuple[str, ...] = get_args(Attribute)
    lines = ["# attribute: kinds of parts for which pages of the family can state it"]
    for reader in READERS:
        lines.append(f"# {reader.NAME}")
        for attribute in attributes:
            kinds = [kind for kind, known in reader.EXPRESSIBLE.items() if attribute in known]
            lines.append(f"#   {attribute}: {', '.join(kinds) or 'not expressible'}")
    return "".join(f"{line}\n" for line in lines)


def _load(path: Path) -> Page:
    from . import page

    return page.load(path)


def _check(options: argparse.Namespace, paths: list[Path]) -> int:
    from . import binding, lock, readers

    if not options.pages and not options.lock.exists():
        print(f"docs check: there is no {options.lock}; give saved pages with --page", file=sys.stderr)
        return 2
    specs = binding.load(paths)
    locked = lock.load(options.lock)
    compared: list[tuple[Facts, BoundOperation, str]] = []
    for path in options.pages:
        facts = readers.read(_load(path))
        _print_unread(facts, sys.stderr)
        for bound in binding.bind(facts, specs, locked, options.operation):
            compared.append((facts, bound, bound.spec.urls[bound.known.name]))
    if not options.pages:
        compared = list(_locked(specs, locked, options))
    found = _report(compared, specs, locked)
    if not options.pages:
        found = [each for each in found if not each.is_note]
    _print_reports(found, options)
    findings = sum(not each.is_note for each in found)
    if not options.json:
        dates = [each.date for each in locked]
        age = f" (lock: {len(dates)}, the oldest of {min(dates)})" if dates else ""
        print(f"pages compared: {len(compared)}{age}; findings: {findings}", file=sys.stderr)
    return 1 if findings else 0


def _locked(
    specs: Sequence[Spec], entries: Sequence[Entry], options: argparse.Namespace
) -> Iterable[tuple[Facts, BoundOperation, str]]:
    """Yield the facts of the lock, with the operations that they are bound to."""
    from .binding import BoundOperation
    from .page import problem

    known = {spec.name: spec for spec in specs}
    for entry in entries:
        spec = known.get(entry.spec)
        if spec is None or (options.operation and spec.operation(options.operation) != spec.operation(entry.operation)):
            continue
        operation = spec.operation(entry.operation)
        if operation is None:
            hint = "write the operationId of the spec, or remove the entry"
            raise problem(
                entry.facts.source, entry.line, "docs-lock", f"{entry.spec} has no operation {entry.operation}", hint
            )
        yield entry.facts, BoundOperation(spec, operation, entry.operation_facts), entry.url


def _report(
    compared: Iterable[tuple[Facts, BoundOperation, str]], specs: Sequence[Spec], locked: Sequence[Entry]
) -> list[Reported]:
    """Return the findings; those about a shared component once."""
    from . import compare
    from .report import report

    pages: dict[str, list[compare.LockedPage]] = {}
    known = {spec.name: spec for spec in specs}
    for entry in locked:
        operation = known[entry.spec].operation(entry.operation) if entry.spec in known else None
        if operation is not None:
            other = compare.LockedPage(url=entry.url, operation=entry.operation_facts, known=operation)
            pages.setdefault(entry.spec, []).append(other)
    found: dict[tuple[str, str], list[compare.Finding]] = {}
    documents = {spec.name: spec.document for spec in specs}
    for facts, bound, url in compared:
        elsewhere = [each for each in pages.get(bound.spec.name, []) if each.url != url]
        several = compare.compare(facts, bound.operation, bound.known, bound.spec.assumed, elsewhere=elsewhere)
        found.setdefault((bound.spec.name, facts.source), []).extend(several)
    return [
        report(each, page, documents[spec])
        for (spec, page), several in found.items()
        for each in compare.merged(several)
    ]


def _print_reports(found: Sequence[Reported], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=2))
        return
    for problem in sorted(each.problem for each in found):
        print(problem.github() if options.format == "github" else problem, file=sys.stderr)


def _update(options: argparse.Namespace, paths: list[Path]) -> int:
    from . import binding, changes, lock, readers

    page = _load(options.page)
    facts = readers.read(page)
    specs = binding.load(paths)
    entries = list(lock.load(options.lock))
    bounds = binding.bind(facts, specs, entries, options.operation)
    losses: list[str] = []
    for bound in bounds:
        url = options.url or bound.spec.urls[bound.known.name] or page.source
        entry = _entry(page, facts, bound, url)
        key = (entry.url, entry.spec, entry.operation)
        before = next((each for each in entries if (each.url, each.spec, each.operation) == key), None)
        entries = [each for each in entries if each is not before] + [entry]
        print(*_changes(bound, before, entry), sep="\n")
        if before is None:
            continue
        share = changes.lost_share(before.operation_facts, entry.operation_facts, bound.known)
        if share > _LOSS:
            losses.append(f"{entry.operation}: the page lost {share:.0%} of its facts")
    kept = {(bound.spec.name, bound.known.name) for bound in bounds}
    urls = {options.url or bound.spec.urls[bound.known.name] for bound in bounds}
    gone = [each for each in entries if each.url in urls and (each.spec, each.operation) not in kept and len(kept) > 1]
    losses += [f"{each.operation}: the page no longer has this operation" for each in gone]
    _print_oddities(facts, sys.stderr)
    if losses and not options.accept:
        for loss in losses:
            print(f"{page.source}: {loss}; if the vendor removed them, add --accept", file=sys.stderr)
        return 1
    entries = [each for each in entries if each not in gone]
    try:
        options.lock.write_text(lock.dump(entries), encoding="utf-8")
    except OSError as error:
        print(f"--lock: cannot write {options.lock}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _entry(page: Page, facts: Facts, bound: BoundOperation, url: str) -> Entry:
    from attrs import evolve

    from .lock import Entry

    digest = hashlib.sha256(page.text.encode()).hexdigest()
    own = evolve(facts, operations=(bound.operation,))
    return Entry(
        url=url,
        spec=bound.spec.name,
        operation=bound.known.name,
        date=date.today().isoformat(),
        digest=f"sha256:{digest}",
        facts=own,
    )


def _changes(bound: BoundOperation, before: Entry | None, entry: Entry) -> list[str]:
    """Return the change of a page in words."""
    from . import changes

    title = bound.spec.title
    if before is None:
        return [f"{title}: {entry.operation}: the page is new: {_count(entry.operation_facts)} facts"]
    lines = changes.describe(before.operation_facts, entry.operation_facts, bound.known)
    nothing = [f"{title}: {entry.operation}: nothing changed since {before.date}"]
    return [printable(f"{title}: {line}") for line in lines] or nothing


def _count(operation: OperationFacts) -> int:
    rows = (row.part for listed in operation.rows.values() for row in listed)
    return sum(len(part.stated) for part in (*operation.parts, *rows))


def _draft(options: argparse.Namespace, _: list[Path]) -> int:
    from . import readers
    from .draft import draft

    print(draft(*[readers.read(_load(path)) for path in options.pages]), end="")
    return 0
