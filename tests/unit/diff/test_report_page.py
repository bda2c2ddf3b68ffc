"""The report as an HTML page: self-contained, escaped, with old and new lines side by side."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from attrs import evolve
from tests.unit.diff.parcel_report import ADDED, CHANGES, DESCRIBED, NEW, OLD, comparison

from dragoman.diff.change import CallerEffect
from dragoman.diff.report.page import MAX_ROWS, page
from dragoman.diff.report.side_by_side import Row, align, hunks, last_line, middle, part

VOID = frozenset({"col", "input", "meta", "wbr"})


class Outline(HTMLParser):
    """Elements of a page: checks that each is closed, and collects names, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_well_formed_and_needs_nothing_else() -> None:
    text = page(comparison(*CHANGES))
    outline = Outline(text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)
    assert not {"script", "link", "img", "iframe"} & set(outline.tags)
    assert "@import" not in text
    assert "url(" not in text


def test_words_of_a_spec_are_escaped() -> None:
    hostile = "<script>alert(1)</script>\"'\x1b"
    new = NEW.replace("Handle with care.", "'<script>alert(2)</script>'")
    text = page(comparison(evolve(ADDED, summary=hostile, renamed_from=hostile, operations=(hostile,)), new=new))
    assert "<script" not in text
    assert "\x1b" not in text
    assert "alert(2)" in text


def test_types_in_consequences_are_code() -> None:
    effect = CallerEffect(name="x", text="changed from `int` to `<b>`")
    text = page(comparison(evolve(ADDED, callers=(effect,))))
    assert "<code>x</code> changed from <code>int</code> to <code>&lt;b&gt;</code>" in text


def test_a_change_has_its_consequences_and_its_lines() -> None:
    text = page(comparison(*CHANGES))
    article = next(each for each in text.split("<article")[1:] if "member-removed" in each)
    assert "Responses are misread: brand was always sent" in article
    assert "<span>type check</span><span>run time</span>" in article
    assert re.search(r'<td class="number">26</td><td class="old"> *brand:.*<td class="none">', article)
    assert '<td class="number">23</td><td class="old">required: [id<mark>, brand</mark>]</td>' in article


def test_changes_of_one_part_share_its_lines() -> None:
    text = page(comparison(ADDED, evolve(ADDED, id="null-added"), DESCRIBED))
    assert text.count("<article") == 2
    assert text.count('<div class="change"') == 3


def test_a_page_without_changes_has_no_filter() -> None:
    assert "No changes: the files differ, and mean the same." in page(comparison())
    assert "No changes." in page(comparison(new=OLD))


def test_a_rewritten_file_is_cut() -> None:
    long = OLD + "".join(f"# {number}\n" for number in range(2 * MAX_ROWS))
    text = page(comparison(old=long))
    assert text.count("<tr>") < MAX_ROWS * 2 + 100
    assert "Further lines are left out" in page(comparison(old=OLD.replace("\n", "\n# a\n" * MAX_ROWS, 1) + "# b\n"))


def test_equal_lines_stand_beside_each_other() -> None:
    assert align(["a", "b", "c"], ["a", "x", "y", "c"]).rows == [
        Row(1, 1, differs=False),
        Row(2, 2, differs=True),
        Row(None, 3, differs=True),
        Row(3, 4, differs=False),
    ]


def test_hunks_have_context_and_are_joined_where_it_overlaps() -> None:
    old = [str(number) for number in range(40)]
    new = [*old]
    new[10] = new[15] = new[30] = "x"
    assert [(hunk[0].old, hunk[-1].old) for hunk in hunks(align(old, new).rows)] == [(8, 19), (28, 34)]
    assert list(hunks(align(old, old).rows)) == []


def test_a_part_ends_with_its_block() -> None:
    lines = ["a:", "  - b: 1", "    c: 2", "", "  - d: 3", "e:", "- f", "- g", "h: 1"]
    assert last_line(lines, 2, 5) == 3
    assert last_line(lines, 1, 1) == 5
    assert last_line(lines, 6, 1) == 8
    assert last_line(lines, 7, 3) == 7
    assert part(align(lines, lines), lines, 99, 1, gone=False) == []


def test_a_long_part_shows_its_beginning_and_what_differs() -> None:
    old = ["a:", *[f"  m{number}: 1" for number in range(60)]]
    new = [*old]
    new[50] = "  m49: 2"
    pieces = part(align(old, new), new, 1, 1, gone=False)
    assert [(piece[0].new, piece[-1].new) for piece in pieces] == [(1, 3), (48, 54)]


def test_the_middle_is_what_differs_between_two_lines() -> None:
    assert middle("type: integer", "type: string") == (6, 0)
    assert middle("[a, b]", "[a]") == (2, 1)
    assert middle("aa", "aaa") == (2, 0)
