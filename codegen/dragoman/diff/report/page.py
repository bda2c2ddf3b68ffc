"""Report as one HTML page that needs nothing else: the changes, each beside its lines in the old and the new spec."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from ...diagnostics import printable
from ..change import CallerEffect, Change, Severity
from ..comparison import Comparison, SpecDiff
from . import sentences
from .side_by_side import Aligned, Rows, align, hunks, middle, part

MAX_ROWS: Final = 3000
"""Number of lines of one spec that are shown among all lines that differ."""

MAX_PART_ROWS: Final = 60
"""Number of lines that are shown for one change."""

_STYLE: Final = Path(__file__).with_name("page.css")
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(comparison: Comparison) -> str:
    """Return the report as the text of an HTML file."""
    body = [*_header(comparison), '<div class="columns">', *_contents(comparison), "<main>"]
    for index, diff in enumerate(comparison.specs):
        body += _spec(diff, index)
    body += ["</main>", "</div>"]
    title = _text(f"API changes: {sentences.heading(comparison)}")
    return _PAGE.format(title=title, style=_STYLE.read_text(encoding="utf-8"), body="\n".join(body))


def _header(comparison: Comparison) -> Iterator[str]:
    counts = comparison.counts
    yield "<header>"
    yield "<h1>API changes</h1>"
    yield f'<p class="states"><code>{_text(comparison.old)}</code> → <code>{_text(comparison.new)}</code></p>'
    if counts.total():
        yield '<div class="filters" role="group" aria-label="Show changes by class">'
        for each in Severity:
            name, number = each.value, counts[each]
            box = f'<input type="checkbox" id="show-{name}" checked{"" if number else " disabled"}>'
            yield f'<label class="pill {name}">{box}<b>{number}</b> {name}</label>'
        yield "</div>"
    else:
        yield f"<p>{_text(sentences.heading(comparison).capitalize())}.</p>"
    yield "</header>"


def _contents(comparison: Comparison) -> Iterator[str]:
    yield '<nav aria-label="Changes">'
    for index, diff in enumerate(comparison.specs):
        yield f'<h2><a href="#spec-{index}">{_text(diff.vendor)}</a></h2>'
        yield "<ul>"
        for number, change in enumerate(diff.changes):
            words = f"{_breakable(change.place.words)} <small>{_text(change.summary)}</small>"
            yield f'<li class="{change.severity.value}"><a href="#change-{index}-{number}">{words}</a></li>'
        yield "</ul>"
    yield "</nav>"


def _spec(diff: SpecDiff, index: int) -> Iterator[str]:
    counts = sentences.counted(Counter(change.severity for change in diff.changes))
    files = " → ".join(f"<code>{_text(file.name)}</code>" for file in (diff.old, diff.new) if file)
    yield f'<section id="spec-{index}">'
    yield f"<h2>{_text(diff.vendor)} <small>{_text(counts or 'the file differs, and means the same')}</small></h2>"
    yield f'<p class="files">{files}</p>'
    old, new = (file.lines if file else [] for file in (diff.old, diff.new))
    aligned = align(old, new)
    numbered = enumerate(diff.changes)
    # Changes of one part are together, above its lines.
    for _, several in groupby(numbered, key=lambda each: (each[1].severity, each[1].place.gone, each[1].place.pointer)):
        found = list(several)
        yield f'<article class="{found[0][1].severity.value}">'
        for number, change in found:
            yield from _change(diff, change, f"change-{index}-{number}")
        if diff.documents:
            yield from _lines(diff, found[0][1], aligned, old, new)
        yield "</article>"
    yield from _all_lines(aligned, old, new)
    yield "</section>"


def _change(diff: SpecDiff, change: Change, anchor: str) -> Iterator[str]:
    severity = change.severity.value
    place = f'<a href="#{anchor}">{_breakable(change.place.words)}</a>'
    source = _breakable(str(diff.source(change)))
    yield f'<div class="change" id="{anchor}">'
    yield f"<h3>{place} <span>{_text(change.summary)}</span></h3>"
    yield f'<p class="meta"><b class="badge">{severity}</b> <code>{_text(change.id)}</code> {source}</p>'
    if change.severity is not Severity.DOCUMENTATION:
        yield '<div class="effects">'
        wire = [f'<p class="bad">{_text(_sentence(each))}</p>' for each in sentences.wire(change.wire)]
        yield from _effect("On the wire", wire or [f"<p>{_text(_sentence(sentences.UNCHANGED_WIRE))}</p>"])
        callers = [_caller(each) for each in change.callers]
        yield from _effect(
            "For Python callers", callers or [f"<p>{_text(_sentence(sentences.no_effect(change, diff)))}</p>"]
        )
        yield "</div>"
    if change.operations:
        used = " ".join(f"<code>{_text(each)}</code>" for each in change.operations)
        yield f'<p class="used">Used by {used}</p>'
    yield "</div>"


def _lines(diff: SpecDiff, change: Change, aligned: Aligned, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    source, gone = diff.source(change), change.place.gone
    shown = part(aligned, old if gone else new, source.line, source.column, gone=gone)
    if shown:
        yield f"<details{'' if change.severity is Severity.DOCUMENTATION else ' open'}><summary>Lines</summary>"
        yield from _table(shown, old, new, MAX_PART_ROWS)
        yield "</details>"


def _effect(title: str, paragraphs: Iterable[str]) -> Iterator[str]:
    yield f"<div><h4>{title}</h4>"
    yield from paragraphs
    yield "</div>"


def _caller(effect: CallerEffect) -> str:
    tags = [
        *(["<span>type check</span>"] if effect.type_check else []),
        *(["<span>run time</span>"] if effect.run_time else []),
    ]
    kind = ' class="bad"' if tags else ""
    pieces = effect.text.split("`")
    marked = (f"<code>{_text(piece)}</code>" if index % 2 else _text(piece) for index, piece in enumerate(pieces))
    return f"<p{kind}><code>{_breakable(effect.name)}</code> {''.join(marked)} {''.join(tags)}</p>"


def _all_lines(aligned: Aligned, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    different = sum(row.differs for row in aligned.rows)
    yield f'<details class="all"><summary>All lines that differ ({different})</summary>'
    yield from _table(hunks(aligned.rows), old, new, MAX_ROWS)
    yield "</details>"


def _table(pieces: Iterable[Rows], old: Sequence[str], new: Sequence[str], limit: int) -> Iterator[str]:
    """Yield a table of pieces of both files, each without the indentation that all its lines have."""
    yield '<table><colgroup><col class="number"><col><col class="number"><col></colgroup>'
    yield '<thead><tr><th colspan="2">Old</th><th colspan="2">New</th></tr></thead>'
    for piece in pieces:
        if limit <= 0:
            yield '<tbody><tr><td colspan="4" class="rest">Further lines are left out.</td></tr></tbody>'
            break
        limit -= len(piece)
        sides = [(old[row.old - 1] if row.old else None, new[row.new - 1] if row.new else None) for row in piece]
        indent = min((len(line) - len(line.lstrip()) for side in sides for line in side if line), default=0)
        yield "<tbody>"
        for row, side in zip(piece, sides, strict=True):
            before, after = (None if line is None else line[indent:] for line in side)
            both = row.differs and before is not None and after is not None
            head, tail = middle(before or "", after or "") if both else (0, 0)
            left = _cell(row.old, before, "old" if row.differs else "", head, tail)
            right = _cell(row.new, after, "new" if row.differs else "", head, tail)
            yield f"<tr>{left}{right}</tr>"
        yield "</tbody>"
    yield "</table>"


def _cell(number: int | None, line: str | None, kind: str, head: int, tail: int) -> str:
    """Return the number and the text of a line; what differs from the other side is marked."""
    if line is None:
        return '<td class="number"></td><td class="none"></td>'
    text = _text(line)
    if head or tail:
        end = len(line) - tail
        text = f"{_text(line[:head])}<mark>{_text(line[head:end])}</mark>{_text(line[end:])}"
    return f'<td class="number">{number}</td><td class="{kind}">{text}</td>'


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _breakable(text: str) -> str:
    """Return text as HTML that may continue on the next line after a dot or a slash."""
    return _text(text).replace(".", ".<wbr>").replace("/", "/<wbr>")


def _text(text: str) -> str:
    return escape(printable(text))
